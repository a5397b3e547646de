"""`prefterm label`: the app at the label screen."""

from __future__ import annotations

from typing import Annotated

import typer

from prefterm.cli.context import globals_of

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(label)


def label(
    context: typer.Context,
    round_name: Annotated[
        str | None, typer.Option("--round", metavar="R", help="The round; the newest open one where none is given.")
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", metavar="NAME", help="A group session to vote in, and to see what everybody said.")
    ] = None,
) -> None:
    """Open the app at the label screen.

    Example: prefterm label --round pilot

    Exit codes: 4 for a name that the database does not know, 5 where the terminal cannot carry the app.
    """
    if session is not None and round_name is not None:
        raise typer.BadParameter("give a round or a session", param_hint="--session")
    if session is not None:
        raise typer.Exit(globals_of(context).run_app("session", session))
    raise typer.Exit(globals_of(context).run_app("label", round_name))
