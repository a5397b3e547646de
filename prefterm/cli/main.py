"""The command line app: global options, and every verb group. Imports no command's machinery."""

from __future__ import annotations

from typing import Annotated

import typer

from prefterm import __version__
from prefterm.cli import agreement, annotator, audit, calibrate, contest, data, gold, guideline, keys, label, project, session
from prefterm.cli import round as rounds
from prefterm.cli.context import Globals, globals_of
from prefterm.cli.output import line

__all__ = ["app"]

_HELP = (
    "Preference labels that a team of experts can prove are trustworthy, in a terminal, over SSH.\n\n"
    "Without a command: the app. First look: `prefterm demo`. "
    "A project of your own: `init`, `import`, `annotator add`, `guideline publish`, `round open`, `label`.\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input rejected and nothing written, 4 not allowed, "
    "5 the terminal cannot carry the app, 130 interrupted, 141 stdout closed."
)

app = typer.Typer(name="prefterm", pretty_exceptions_enable=False, invoke_without_command=True, rich_markup_mode=None)


def _print_version(wanted: bool) -> None:
    if wanted:
        line(f"prefterm {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True, help=_HELP)
def start(
    context: typer.Context,
    database: Annotated[
        str | None, typer.Option("--db", metavar="PATH|URL", help="The database (PREFTERM_DB; default ./prefterm.db).", show_default=False)
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Who you are (PREFTERM_ANNOTATOR; default the login name).", show_default=False),
    ] = None,
    low_bandwidth: Annotated[
        bool, typer.Option("--low-bandwidth", help="Send the app's screen with fewer bytes (PREFTERM_LOW_BANDWIDTH=1).")
    ] = False,
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Take the global options; without a command open the app."""
    context.obj = Globals(database, name, low_bandwidth)
    if context.invoked_subcommand is None:
        raise typer.Exit(globals_of(context).run_app("home"))


project.register(app)
data.register(app)
label.register(app)
calibrate.register(app)
agreement.register(app)
audit.register(app)
keys.register(app)
app.add_typer(guideline.app, name="guideline")
app.add_typer(annotator.app, name="annotator")
app.add_typer(rounds.app, name="round")
app.add_typer(gold.app, name="gold")
app.add_typer(contest.app, name="contest")
app.add_typer(session.app, name="session")
app.add_typer(session.proposals, name="proposals")
