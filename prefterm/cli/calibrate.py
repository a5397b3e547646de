"""`prefterm calibrate`: the app at one's own calibration."""

from __future__ import annotations

from typing import Annotated

import typer

from prefterm.cli.context import globals_of

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(calibrate)


def calibrate(
    context: typer.Context,
    round_name: Annotated[str | None, typer.Option("--round", metavar="R", help="The round that is marked; the newest else.")] = None,
) -> None:
    """Open the app at your own calibration.

    For each round: how you stand, the qualification to take or go on with, the checks of your finished sittings, and the feedback
    that you were given, to be read again.

    Example: prefterm calibrate --round pilot

    Exit codes: 4 for a name that the database does not know, 5 where the terminal cannot carry the app.
    """
    raise typer.Exit(globals_of(context).run_app("calibrate", round_name))
