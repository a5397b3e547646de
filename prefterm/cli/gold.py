"""`prefterm gold …`: list, add, promote, propose, accept, retire, report."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import counted, emit, line, say, table

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Gold: settled answers, each with its reason.")

_Comparison = Annotated[str, typer.Argument(metavar="COMPARISON", help="The comparison's id.")]
_Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; people read it beside the pair.")]
_Round = Annotated[str | None, typer.Option("--round", metavar="R", help="Only answers of this round; all where none is given.")]
_K = Annotated[int, typer.Option("--k", metavar="K", help="How many people must have answered alike.")]
_Sections = Annotated[list[str] | None, typer.Option("--section", metavar="ID", help="A guideline section that it rests on; repeatable.")]


@app.command("list")
def list_(
    context: typer.Context,
    history: Annotated[bool, typer.Option("--history", help="Show every row: who settled or retired what, when and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the gold answers. Positive strength: the first response is better. Admins only.

    What you have listed is never served to you: the look is written down.

    Example: prefterm gold list --history
    """
    from prefterm.services.golds import gold_list

    rows = gold_list(globals_of(context).open())
    if as_json:
        emit(rows if history else [{k: v for k, v in r.items() if k != "history"} for r in rows])
        return
    if history:
        versions = [(r["comparison"], v) for r in rows for v in r["history"]]
        shown = [
            [c, v["at"][:16].replace("T", " "), v["state"], v["strength"], v["tie"], v["settled_by"], v["by"], v["sections"], v["reason"]]
            for c, v in versions
        ]
        table(["comparison", "when", "what", "strength", "tie", "settled by", "who", "sections", "reason"], shown, numbers=(3,))
        return
    table(["comparison", "strength", "tie", "source", "since", "state", "contests", "sections", "reason"], _short(rows), numbers=(1, 6))
    for row in rows:
        if row["withheld"]:
            say(f"{row['comparison']} is in force but never served: {row['withheld']}.")


def _short(rows: list[dict[str, Any]]) -> list[list[object]]:
    return [
        [
            r["comparison"], r["strength"], r["tie"], r["source"], r["since"][:10],
            f"retired {r['retired'][:10]}" if r["retired"] else r["state"], r["contests"] or None, r["sections"], r["reason"],
        ]
        for r in rows
    ]  # fmt: skip


@app.command()
def add(
    context: typer.Context,
    comparison: _Comparison,
    strength: Annotated[int, typer.Option("--strength", metavar="N", help="-3 to 3; positive: the first response is better, 0: a tie.")],
    reason: _Reason,
    section: _Sections = None,
    tie: Annotated[str | None, typer.Option("--tie", metavar="KIND", help="equal, both_good or both_bad; with --strength 0.")] = None,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", metavar="first|second", help="This response is not acceptable; repeatable.")
    ] = None,
    dimension: Annotated[
        list[str] | None, typer.Option("--dimension", metavar="KEY=N", help="The strength by a dimension; repeatable.")
    ] = None,
) -> None:
    """Settle a comparison by hand. Admins only; you are never served it.

    Refused where its prompt, or a near-duplicate, is a worked example, was discussed in a session, or is held out.

    Example: prefterm gold add c17 --strength -2 --section accuracy --reason 'The first names a dose that kills.'
    """
    from prefterm.services.golds import add_gold

    record: dict[str, Any] = {"comparison": comparison, "strength": strength, "reason": reason, "sections": section or []}
    if tie is not None:
        record["tie"] = tie
    if reject:
        record["acceptable"] = _marks(reject)
    if dimension:
        record["dimensions"] = dict(map(_dimension, dimension))
    add_gold(globals_of(context).open(), record)
    say(f"Comparison {comparison} is gold now.")


def _marks(rejected: list[str]) -> list[bool]:
    if unknown := set(rejected) - {"first", "second"}:
        raise typer.BadParameter(f"{sorted(unknown)[0]!r} is neither first nor second", param_hint="--reject")
    return ["first" not in rejected, "second" not in rejected]


def _dimension(text: str) -> tuple[str, int]:
    key, _, value = text.partition("=")
    try:
        return key, int(value)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not KEY=N", param_hint="--dimension") from None


@app.command()
def promote(
    context: typer.Context,
    label: Annotated[str, typer.Argument(metavar="JUDGMENT|COMPARISON", help="The uuid of a judgment, or a comparison with --annotator.")],
    reason: _Reason,
    annotator: Annotated[str | None, typer.Option("--annotator", metavar="NAME", help="Whose label on the comparison.")] = None,
    section: _Sections = None,
) -> None:
    """Make a label that stands the gold answer of its comparison. Admins only.

    The sections are those given, or those that the label cites.

    Example: prefterm gold promote c17 --annotator bob --section accuracy --reason 'Bob read the source.'
    """
    from prefterm.services.golds import promote_label

    promote_label(globals_of(context).open(), label, annotator, reason, section or ())
    say(f"The label {label} is gold now.")


@app.command()
def propose(context: typer.Context, round_name: _Round = None, k: _K = 2, as_json: AsJson = False) -> None:
    """List what K people answered independently and without dissent. Settles nothing; `gold accept` does. Admins only.

    You see others' answers by it: what you answer on these items from now on counts in no figure, and you are never served them as gold.

    Example: prefterm gold propose --round pilot --k 3
    """
    from prefterm.services.gold_proposals import propose_golds

    found = propose_golds(globals_of(context).open(), round_name, k)
    if as_json:
        emit(found.to_json())
    else:
        shown = [
            [p["comparison"], p["strength"], p["tie"], len(p["answers"]), p["sections"], p["reason"]] for p in found.to_json()["proposals"]
        ]
        if shown:
            table(["comparison", "strength", "tie", "answers", "sections", "reason"], shown, numbers=(1, 3))
        for reason, number in found.left_out.items():
            line(f"Not proposed: {counted(number, 'comparison')} {_NOT_PROPOSED[reason]}.")
        if not shown and not found.left_out:
            line("Nobody has given an independent answer to planned work yet.")
    if found.revealed:
        say(f"{counted(found.revealed, 'item')} could still be served to you: your answers there count in no figure from now on.")


_NOT_PROPOSED = {
    "too_few": "with too few independent answers",
    "dissent": "with dissent",
    "gold": "that are gold already",
    "kept_apart": "whose prompt is a worked example, was discussed in a session, or is held out",
    "more_than_two": "of more than two responses",
    "hidden": "that are hidden",
    "outside_scale": "with an answer that has no place on a guideline's scale",
}


@app.command()
def accept(
    context: typer.Context,
    comparisons: Annotated[list[str] | None, typer.Argument(metavar="[COMPARISON]…", help="What to accept.")] = None,
    all_proposed: Annotated[bool, typer.Option("--all-proposed", help="Everything that `gold propose` lists.")] = False,
    round_name: _Round = None,
    k: _K = 2,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; else what people wrote.")] = None,
) -> None:
    """Make what is proposed gold: all of it or what is named, in one go or not at all. Admins only.

    Example: prefterm gold accept --all-proposed --round pilot --k 3
    """
    from prefterm.services.gold_proposals import accept_golds

    if bool(comparisons) == all_proposed:
        raise typer.BadParameter("name comparisons, or give --all-proposed", param_hint="COMPARISON")
    accepted = accept_golds(globals_of(context).open(), comparisons or None, round=round_name, k=k, reason=reason)
    say(f"{counted(len(accepted), 'comparison')} {'is' if len(accepted) == 1 else 'are'} gold now.")


@app.command()
def retire(context: typer.Context, comparison: _Comparison, reason: _Reason) -> None:
    """Take a gold answer out of force: it is served and scores no more. Admins only. Its history stays.

    Example: prefterm gold retire c17 --reason 'The source it rests on was withdrawn.'
    """
    from prefterm.services.golds import retire_gold

    retire_gold(globals_of(context).open(), comparison, reason)
    say(f"The gold answer of {comparison} is retired.")


@app.command()
def report(context: typer.Context, round_name: _Round = None, as_json: AsJson = False) -> None:
    """How right everybody is on gold, by section, dimension, margin and week, and which golds the whole team misses.

    Admins; adjudicators see figures without names. The golds in doubt are shown: you are never served them from now on.

    Example: prefterm gold report --round pilot

    Exit codes: 4 for annotators.
    """
    from prefterm.cli.gold_report import show
    from prefterm.services.gold_report import gold_report

    document = gold_report(globals_of(context).open(), round_name)
    if as_json:
        emit(document)
    else:
        show(document)
    if document["revealed"]:
        say(f"{counted(document['revealed'], 'item')} could still be served to you: your answers there count in no figure from now on.")
