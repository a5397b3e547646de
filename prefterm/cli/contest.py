"""`prefterm contest …`: list, review."""

from __future__ import annotations

from typing import Annotated

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import counted, emit, say, table

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Contested gold: what people hold against it, and the verdict.")


@app.command("list")
def list_(
    context: typer.Context,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that wait for a verdict.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is held against gold answers: all of it for admins, your own for everybody else.

    Example: prefterm contest list --open
    """
    from prefterm.services.contests import contest_list

    rows = contest_list(globals_of(context).open(), open_only=open_only)
    if as_json:
        emit(rows)
        return
    if not rows:
        say("No gold is contested." if open_only else "No gold was ever contested.")
        return
    shown = [
        [r["contest"], r["comparison"], r["strength"], r["tie"], r["annotator"], r["since"][:10], r["state"], r["note"], r["verdict"]]
        for r in rows
    ]
    table(["contest", "comparison", "gold", "tie", "who", "since", "state", "note", "verdict"], shown, numbers=(2,))


@app.command()
def review(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="UUID|COMPARISON", help="A contest, or a comparison: all that is held against its gold.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; who contested it reads it.")],
    uphold: Annotated[
        bool | None, typer.Option("--uphold/--reject", help="Uphold: the gold is retired. Reject: it stands.", show_default=False)
    ] = None,
) -> None:
    """Give a verdict on contested gold. Upheld, it is retired at once; rejected, it stands and scores again. Admins only.

    Example: prefterm contest review c17 --uphold --note 'The source was withdrawn in May.'
    """
    from prefterm.services.contests import review_contest

    if uphold is None:
        raise typer.BadParameter("give --uphold or --reject", param_hint="--uphold / --reject")
    reviewed = review_contest(globals_of(context).open(), which, uphold=uphold, note=note)
    say(f"{counted(len(reviewed), 'contest')} {'upheld: the gold is retired' if uphold else 'rejected: the gold stands'}.")
