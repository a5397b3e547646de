"""`prefterm round …`: open, check, list, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prefterm.cli import exit_codes
from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import counted, emit, line, say, table

if TYPE_CHECKING:
    from prefterm.services.rounds import OpenedRound, RoundOptions

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Rounds: labelling campaigns under one pinned guideline version.")

_Name = Annotated[str, typer.Argument(help="The round's name.")]
_Guideline = Annotated[
    str, typer.Option("--guideline", metavar="NAME[@V]", help="The version to judge by; the newest where none is given.")
]
_Overlap = Annotated[int, typer.Option("--overlap", metavar="K", help="Planned answers an item.")]
_UpTo = Annotated[int | None, typer.Option("--up-to", metavar="M", help="Most answers an item, where they part (default: 3, or K).")]
_Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="Only items with this tag; repeated: with any of them.")]
_Holdout = Annotated[float, typer.Option("--holdout", metavar="RATE", help="Share of items sealed for evaluation, 0 to 1.")]
_MaxShare = Annotated[float | None, typer.Option("--max-share", metavar="RATE", help="Most items for one person, as a share.")]
_Reserve = Annotated[list[str] | None, typer.Option("--reserve", metavar="NAME", help="Keep a person out, for adjudicating.")]
_Calibration = Annotated[
    float | None, typer.Option("--calibration", metavar="RATE", help="Hidden gold items per item of work (default: 0.1).")
]
_Repeat = Annotated[
    float | None, typer.Option("--repeat", metavar="RATE", help="Own items shown again, sides exchanged, per item of work (default: 0.05).")
]
_Qualification = Annotated[
    int | None, typer.Option("--qualification", metavar="N", help="Gold items before the first work (default: 15; 0: none).")
]
_Pilot = Annotated[
    int | None, typer.Option("--pilot", metavar="N", help="N items that everybody labels blind: no gold is needed, they become the first.")
]
_DriftLimit = Annotated[
    float | None,
    typer.Option("--drift-limit", metavar="H", help="Where the chart of hidden golds alarms (default: 3.5); lower asks sooner."),
]
_ReadToEnd = Annotated[
    bool, typer.Option("--read-to-end", help="Say once, before an answer is stored, where a response was not shown to its end.")
]


def _options(
    name: str,
    guideline: str,
    overlap: int,
    up_to: int | None,
    tags: list[str] | None,
    holdout: float,
    max_share: float | None,
    reserve: list[str] | None,
    rates: tuple[float | None, float | None, int | None],
    read_to_end: bool,
    pilot: int | None,
    drift_limit: float | None,
) -> RoundOptions:
    from prefterm.services.rounds import RoundOptions

    return RoundOptions(
        name,
        guideline,
        overlap,
        up_to,
        tuple(tags or ()),
        holdout,
        max_share,
        tuple(reserve or ()),
        *rates,
        read_to_end=read_to_end,
        pilot=pilot,
    )


@app.command("open")
def open_(
    context: typer.Context,
    name: _Name,
    guideline: _Guideline,
    overlap: _Overlap = 2,
    up_to: _UpTo = None,
    tag: _Tags = None,
    holdout: _Holdout = 0.0,
    max_share: _MaxShare = None,
    reserve: _Reserve = None,
    calibration: _Calibration = None,
    repeat: _Repeat = None,
    qualification: _Qualification = None,
    pilot: _Pilot = None,
    drift_limit: _DriftLimit = None,
    read_to_end: _ReadToEnd = False,
    as_json: AsJson = False,
) -> None:
    """Open a round: its items, their side of the hold-out and the presented orders are fixed now. Admins only.

    Gold checks people: a qualification before their first pair, and hidden among the work. Where there is none yet, --pilot makes it.

    Example: prefterm round open pilot --guideline medicines --tag medicines --overlap 2 --holdout 0.1

    Exit codes: 3 where something is missing that it cannot be opened without; `round check` says what.
    """
    from prefterm.services.rounds import open_round

    rates = (calibration, repeat, qualification)
    options = _options(name, guideline, overlap, up_to, tag, holdout, max_share, reserve, rates, read_to_end, pilot, drift_limit)
    opened = open_round(globals_of(context).open(), options)
    _show(opened, as_json)
    say(f"Round {opened.name} is open. `prefterm label` goes on with it.")


@app.command()
def check(
    context: typer.Context,
    name: _Name,
    guideline: _Guideline,
    overlap: _Overlap = 2,
    up_to: _UpTo = None,
    tag: _Tags = None,
    holdout: _Holdout = 0.0,
    max_share: _MaxShare = None,
    reserve: _Reserve = None,
    calibration: _Calibration = None,
    repeat: _Repeat = None,
    qualification: _Qualification = None,
    pilot: _Pilot = None,
    drift_limit: _DriftLimit = None,
    read_to_end: _ReadToEnd = False,
    as_json: AsJson = False,
) -> None:
    """Say what a round would be and what it lacks. Writes nothing. Admins only.

    Example: prefterm round check pilot --guideline medicines --tag medicines

    Exit codes: 3 where something is missing.
    """
    from prefterm.services.rounds import check_round

    rates = (calibration, repeat, qualification)
    options = _options(name, guideline, overlap, up_to, tag, holdout, max_share, reserve, rates, read_to_end, pilot, drift_limit)
    found = check_round(globals_of(context).open(), options)
    _show(found, as_json)
    lacking = () if found.outlook is None else found.outlook.lacking
    for problem in found.problems:
        say(f"missing: {problem}")
    for sentence in lacking:
        say(f"lacking, though it can be opened: {sentence}")
    if found.problems or lacking:
        raise typer.Exit(exit_codes.REJECTED)
    say(f"Round {found.name} can be opened.")


def _show(opened: OpenedRound, as_json: bool) -> None:
    document: dict[str, Any] = {
        "round": opened.name, "guideline": opened.guideline, "items": opened.items, "slots": opened.slots, "eval_items": opened.eval_items,
        "people": opened.people, "share": opened.share, "left_out": dict(opened.left_out), "problems": list(opened.problems),
        "calibration": opened.rates[0], "repeat": opened.rates[1], "qualification": opened.rates[2],
    }  # fmt: skip
    if opened.outlook is not None:
        document["outlook"] = {**opened.outlook.document, "lacking": list(opened.outlook.lacking)}
    if as_json:
        emit(document)
        return
    line(
        f"{opened.name} under {opened.guideline}: {counted(opened.items, 'item')} ({opened.eval_items:,} sealed for evaluation), "
        f"{counted(opened.slots, 'answer')} planned, {counted(opened.people, 'person', 'people')}, about {opened.share:,} each"
    )
    for reason, number in sorted(opened.left_out.items()):
        line(f"  left out, {reason.replace('_', ' ')}: {number:,}")
    for sentence in opened.outlook.sentences if opened.outlook is not None else ():
        line(f"· {sentence}")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the rounds, oldest first; rounds of imported votes are named import:SOURCE.

    Example: prefterm round list
    """
    from prefterm.services.listings import round_list

    rows = round_list(globals_of(context).open())
    if as_json:
        emit(rows)
        return
    shown = [
        [r["round"], r["state"], r["guideline"], r["items"], f"{r['overlap']} to {r['up_to']}", r["opened"][:10], r["tags"]] for r in rows
    ]
    table(["round", "state", "guideline", "items", "answers", "opened", "tags"], shown, numbers=(3,))


@app.command()
def close(context: typer.Context, name: _Name) -> None:
    """Close a round: nothing more is claimed or answered in it. Admins only.

    Example: prefterm round close pilot
    """
    from prefterm.services.rounds import close_round

    close_round(globals_of(context).open(), name)
    say(f"Round {name} is closed.")
