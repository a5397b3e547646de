"""`prefterm session …` and `prefterm proposals`: group calibration, and the wordings that come of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import counted, emit, line, say, table

__all__ = ["app", "proposals"]

app = typer.Typer(no_args_is_help=True, help="Group sessions: everybody judges the same items blind, then all see and discuss the answers.")
proposals = typer.Typer(invoke_without_command=True, help="Wordings that people proposed for the guideline.")

_Name = Annotated[str, typer.Argument(help="The session's name.")]


@app.command("open")
def open_(
    context: typer.Context,
    name: _Name,
    more: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Further ids of --items.", show_default=False)] = None,
    items: Annotated[list[str] | None, typer.Option("--items", metavar="ID", help="Comparisons by their ids; several may follow.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="T", help="Items drawn among those with this tag.")] = None,
    disputed: Annotated[bool, typer.Option("--disputed", help="The items of a round on which answers differ most.")] = False,
    n: Annotated[int | None, typer.Option("--n", metavar="N", help="How many, by tag or disputed (default 12).")] = None,
    guideline: Annotated[str | None, typer.Option("--guideline", metavar="NAME[@V]", help="The version to judge by.")] = None,
    round_name: Annotated[
        str | None,
        typer.Option("--round", metavar="R", help="Answers in force in this round are the blind votes of those who gave them."),
    ] = None,
    deadline: Annotated[
        str | None,
        typer.Option("--deadline", metavar="MOMENT", help="When all items are revealed by themselves, for people on different shifts."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a group session on items chosen by hand, by tag, or the most disputed. Admins and adjudicators.

    Choosing the most disputed shows you nobody's answer. Nothing near gold, a worked example or the hold-out can be discussed.
    MOMENT is local time: 2026-03-02T19:00, or 19:00 for the next time it is that late.

    Example: prefterm session open dosage --disputed --round pilot --n 8
    """
    from prefterm.services.sessions import SessionOptions, open_session

    if more and not items:
        raise typer.BadParameter("ids are given with --items", param_hint="ID")
    options = SessionOptions(name, (*(items or ()), *(more or ())), tag, disputed, n, guideline, round_name, _moment(deadline))
    opened = open_session(globals_of(context).open(), options)
    document = {
        "session": opened.name, "guideline": opened.guideline, "items": opened.items, "people": opened.people, "round": opened.round,
        "deadline": opened.deadline, "left_out": dict(opened.left_out),
    }  # fmt: skip
    if as_json:
        emit(document)
    else:
        able = counted(opened.people, "person", "people")
        line(f"{opened.name} under {opened.guideline}: {counted(len(opened.items), 'item')}, {able} may vote")
        for reason, number in sorted(opened.left_out.items()):
            line(f"  left out, {reason.replace('_', ' ')}: {number:,}")
    if disputed and round_name is not None and opened.round is None:
        say(f"Everybody votes anew: the answers in {round_name} were given under another version of the guideline.")
    say(f"Everybody votes with `prefterm label --session {opened.name}`; you reveal with `prefterm session reveal {opened.name} --next`.")


def _moment(text: str | None) -> datetime | None:
    """A moment as it is typed: a whole one, or a time of day, which means the next time that it is so late."""
    from datetime import time, timedelta

    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        here = datetime.now().astimezone()
        found = datetime.combine(here.date(), time.fromisoformat(text)).astimezone()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment: give 2026-03-02T19:00 or 19:00", param_hint="--deadline") from None
    return found if found > here else found + timedelta(days=1)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sessions, oldest first, with your own progress. `waiting`: revealed items that you have voted on and not seen.

    Example: prefterm session list
    """
    from prefterm.services.sessions import session_list

    rows = session_list(globals_of(context).open())
    if as_json:
        emit(rows)
        return
    shown = [
        [r["session"], r["state"], r["guideline"], r["items"], r["voted"], r["revealed"], r["to_see"], _local(r["deadline"])] for r in rows
    ]
    table(["session", "state", "guideline", "items", "voted", "revealed", "waiting", "deadline"], shown, numbers=(3, 4, 5, 6))


def _local(moment: str | None) -> str | None:
    return None if moment is None else f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


@app.command()
def reveal(
    context: typer.Context,
    name: _Name,
    item: Annotated[str | None, typer.Argument(help="The item: a comparison's id, or its number in the session.")] = None,
    following: Annotated[bool, typer.Option("--next", help="The first item that is not revealed.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every item.")] = False,
) -> None:
    """Reveal an item: whoever has answered it sees all answers from now on, the others after their own. Admins and adjudicators.

    Example: prefterm session reveal dosage --next
    """
    from prefterm.services.sessions import reveal

    found = reveal(globals_of(context).open(), name, item, following=following, everything=everything)
    say(f"Revealed: {', '.join(found)}." if found else "Nothing to reveal: it is revealed already.")


@app.command()
def close(context: typer.Context, name: _Name) -> None:
    """Close a session: everything is revealed, no vote is given again. Who was absent can still vote, and then see.

    Example: prefterm session close dosage
    """
    from prefterm.services.sessions import close_session

    close_session(globals_of(context).open(), name)
    say(f"Session {name} is closed. `prefterm session show {name}` tells what came of it.")


@app.command()
def show(
    context: typer.Context,
    name: _Name,
    not_voting: Annotated[
        bool, typer.Option("--not-voting", help="Show every revealed item; you cannot vote blind on those any more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What came of a session: votes, agreement, who was absent, candidates for gold. Admins, and adjudicators without names.

    Only of items whose answers may be shown to you: revealed ones that you have voted on. Answers that you give on an item later,
    in any round, count in no figure.

    Example: prefterm session show dosage --json
    """
    from prefterm.services.session_report import session_report

    document = session_report(globals_of(context).open(), name, not_voting=not_voting)
    if as_json:
        emit(document)
        return
    _write_head(document)
    _write_items(document)
    _write_figures(document["agreement"])
    _write_since_closed(document["since_closed"])
    _write_candidates(document)


def _write_head(d: dict[str, Any]) -> None:
    line(f"Session {d['session']} · {d['state']} · guideline {d['guideline']}" + (f" · round {d['round']}" if d["round"] else ""))
    until = f" · deadline {_local(d['deadline'])}" if d["deadline"] else ""
    line(f"{counted(d['n_items'], 'item')}, {d['revealed']} revealed{until} · {counted(d['proposals'], 'proposal')}")
    if d["absent"] is None:
        line(f"{counted(d['n_people'], 'person', 'people')} may vote, {d['n_absent']} have not voted at all")
    elif d["absent"]:
        line(f"Absent: {', '.join(d['absent'])}")
    line()


def _write_items(d: dict[str, Any]) -> None:
    rows = []
    for i in d["items"]:
        said = "not shown to you" if not i["shown"] else ", ".join(_answer(a) for a in i["answers"])
        rows.append([i["number"], i["comparison"], i["revealed"], i["voted"], i["voted_again"], said])
    table(["#", "item", "revealed", "voted", "again", "blind → again (positive: the first response is better)"], rows, numbers=(0, 3, 4))
    if d["left_out"]["not_shown_to_you"]:
        say(
            f"{counted(d['left_out']['not_shown_to_you'], 'item')} not shown: not revealed, or you have not voted. "
            "--not-voting shows what is revealed, and ends your vote on it."
        )


def _answer(answer: dict[str, Any]) -> str:
    blind, again = _strength(answer["blind"]), _strength(answer["again"])
    return f"{answer['annotator']} {blind}" + (f" → {again}" if answer["again"] is not None else "")


def _strength(said: dict[str, Any] | None) -> str:
    if said is None:
        return "–"
    return str(said["tie"] or "tie").replace("_", " ") if said["strength"] == 0 else f"{said['strength']:+d}"


def _write_figures(agreement: dict[str, Any]) -> None:
    line()
    line(f"Raw agreement on direction, over {counted(agreement['over_items'], 'item')} shown to you:")
    for key, words in (("blind", "blind"), ("again", "after the discussion")):
        figure = agreement[key]
        if figure["value"] is None:
            line(f"  {words}: none ({figure['undefined']})")
            continue
        span = f" ({figure['low']:.2f} to {figure['high']:.2f})" if figure["low"] is not None else f" ({agreement['no_interval'][key]})"
        line(f"  {words}: {figure['value']:.2f}, n {figure['n_items']}{span}")
    line(agreement["note"])


def _write_since_closed(later: dict[str, Any] | None) -> None:
    if later is None:
        return
    figure = later["raw_agreement"]
    line()
    if figure["value"] is None:
        line(f"On items judged since it closed: none yet ({figure['undefined']}). {later['note']}")
        return
    span = f" ({figure['low']:.2f} to {figure['high']:.2f})" if figure["low"] is not None else f" ({figure['no_interval']})"
    line(f"On items judged since it closed: raw agreement {figure['value']:.2f}, n {figure['n_items']}{span}. {later['note']}")


def _write_candidates(d: dict[str, Any]) -> None:
    if not d["pilot"]:
        return
    line()
    line(f"Without dissent, and so candidates for gold: {len(d['candidates'])}. Nothing is gold before you say so:")
    for candidate in d["candidates"]:
        line(f"  {candidate['command']}")


@proposals.callback(invoke_without_command=True)
def list_proposals(
    context: typer.Context,
    guideline: Annotated[str | None, typer.Option("--guideline", metavar="NAME[@V]", help="Those for this guideline.")] = None,
    as_json: AsJson = False,
) -> None:
    """List proposed wordings with where they come from; `take` and `decline` decide one.

    Those from items that you have still to vote on are withheld.

    Example: prefterm proposals --guideline helpfulness
    """
    if context.invoked_subcommand is not None:
        return
    from prefterm.services.proposals import proposal_list

    rows, withheld = proposal_list(globals_of(context).open(), guideline)
    if as_json:
        emit(rows)
    else:
        shown = [
            [r["id"][:8], r["state"], r["guideline"], r["section"], r["wording"], r["by"], _source(r)] for r in rows
        ]  # fmt: skip
        table(["id", "state", "guideline", "section", "wording", "by", "from"], shown)
    if withheld:
        say(f"{counted(withheld, 'proposal')} withheld: from items whose answers were not shown to you.")


def _source(row: dict[str, Any]) -> str:
    if row["session"] is not None:
        return f"session {row['session']}, {row['comparison']}"
    return f"contested gold, {row['comparison']}"


@proposals.command()
def take(context: typer.Context, proposal: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")]) -> None:
    """Mark a proposal taken. The guideline changes when you publish its next version. Admins only.

    Example: prefterm proposals take 3f2a91bc
    """
    _decide(context, proposal, take=True)


@proposals.command()
def decline(context: typer.Context, proposal: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")]) -> None:
    """Mark a proposal declined. Admins only.

    Example: prefterm proposals decline 3f2a91bc
    """
    _decide(context, proposal, take=False)


def _decide(context: typer.Context, proposal: str, *, take: bool) -> None:
    from prefterm.services.proposals import decide

    found = decide(globals_of(context).open(), proposal, take=take)
    say(f"Proposal {found['id'][:8]} is {found['state']}.")
