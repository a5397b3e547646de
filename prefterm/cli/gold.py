"""`prefterm gold …`: list."""

from __future__ import annotations

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import emit, table

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Gold: settled answers, each with its reason.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the gold answers. Positive strength: the first response is better. Admins only.

    Example: prefterm gold list --json
    """
    from prefterm.services.listings import gold_list

    rows = gold_list(globals_of(context).open())
    if as_json:
        emit(rows)
        return
    shown = [
        [
            r["comparison"],
            r["strength"],
            r["tie"],
            r["source"],
            r["since"][:10],
            r["retired"] and r["retired"][:10],
            r["sections"],
            r["reason"],
        ]
        for r in rows
    ]
    table(["comparison", "strength", "tie", "source", "since", "retired", "sections", "reason"], shown, numbers=(1,))
