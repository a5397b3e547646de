"""`prefterm annotator …`: add, list, retire, release."""

from __future__ import annotations

from typing import Annotated

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import emit, say, table
from prefterm.domain.judgments import AnnotatorKind, Role

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="People: who may label, settle and lead.")


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The login name, or any name given with --as.")],
    role: Annotated[Role, typer.Option("--role", help="What they may do.")] = Role.ANNOTATOR,
    kind: Annotated[AnnotatorKind, typer.Option("--kind", help="A judge is an AI judge; it does not log in.")] = AnnotatorKind.HUMAN,
) -> None:
    """Add a person, or let an imported or retired one log in. Admins only.

    Example: prefterm annotator add alice --role adjudicator
    """
    from prefterm.services.access import add_annotator

    person = add_annotator(globals_of(context).open(), name, role, kind)
    say(f"{person.name} is in, as {role} ({person.kind}).")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List everybody the database knows, imported people included. Admins only.

    Example: prefterm annotator list --json
    """
    from prefterm.services.listings import people_list

    rows = people_list(globals_of(context).open())
    if as_json:
        emit(rows)
        return
    shown = [
        [r["annotator"], r["role"], r["kind"], r["may_log_in"], r["simulated"], r["since"][:10], r["retired"] and r["retired"][:10]]
        for r in rows
    ]
    table(["annotator", "role", "kind", "may log in", "simulated", "since", "retired"], shown)


@app.command()
def retire(context: typer.Context, name: Annotated[str, typer.Argument(help="Whom.")]) -> None:
    """End a person's access; what they judged stays. Admins only.

    Example: prefterm annotator retire bob
    """
    from prefterm.services.access import retire_annotator

    retire_annotator(globals_of(context).open(), name)
    say(f"{name} is retired; their judgments stay. `prefterm annotator add {name}` lets them in again.")


@app.command()
def release(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whom.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")],
) -> None:
    """Lift what stands between a person and their next item: a qualification, an alarm of drift. Admins only.

    A qualification that was not passed may be taken again with other golds; one that was put to you is cleared; an alarm is closed.

    Example: prefterm annotator release bob --reason "talked through the missed ones"
    """
    from prefterm.services.calibrating import release as lift

    for sentence in lift(globals_of(context).open(), name, reason):
        say(f"{sentence}.")
