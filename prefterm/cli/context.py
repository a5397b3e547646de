"""What every command of typer knows: the global options of its call, and the options that many commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from prefterm.cli.options import Globals

__all__ = ["AsJson", "Globals", "globals_of"]

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]


def globals_of(context: typer.Context) -> Globals:
    """The global options of this call."""
    found = context.find_root().obj
    return found if isinstance(found, Globals) else Globals()
