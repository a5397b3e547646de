"""What came of a session: who voted, how far they agreed blind and after the discussion, what could become gold, who was absent.

Only of items whose answers were shown to who asks: a lead who still wants to vote learns nothing here. No effect is claimed.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.clock import now
from prefterm.domain.group_sessions import is_revealed
from prefterm.domain.judgments import Answer, Role
from prefterm.domain.preferences import direction
from prefterm.services.access import Project
from prefterm.services.session_ballots import Ballot, VoterState, ballots, voter_state
from prefterm.services.session_figures import LATER, NO_EFFECT, SessionFigures, counted_votes
from prefterm.services.session_looking import names_on, show_to
from prefterm.services.sessions import LEADS, find_session
from prefterm.store import guidelines, people, proposals, rounds, sessions
from prefterm.store.sessions import ItemRow, SessionRow

__all__ = ["session_report"]

_FEWEST = 2
"""Votes without dissent that make a candidate for gold."""


def session_report(project: Project, name: str, *, not_voting: bool = False) -> dict[str, Any]:
    """The whole of `session show --json`. Admins, and adjudicators without names.

    Of an item that is not shown to the actor it says only whether it is revealed and how many voted. What is revealed and voted on
    is shown by this, and written down before; `not_voting` shows every revealed item, and ends the actor's own vote on those.
    Answers are in canonical order: a positive strength prefers the first response.
    """
    project.require(*LEADS)
    session = find_session(project, name)
    project.database.transact(lambda c: _show_due(c, project, session, not_voting=not_voting))
    with project.database.read() as connection:
        session = sessions.session_by_id(connection, session.id)
        items = sessions.items_of(connection, session.id)
        standing = voter_state(connection, session, items, project.actor.id)
        given = ballots(connection, session, items)
        counted = counted_votes(connection, session, [i for i in items if i.id in standing.shown], standing)
        document, pilot = _head(connection, session, items), _settles_a_pilot(connection, session)
        document["items"] = [_item(connection, project, session, i, standing, given) for i in items if not i.hidden]
        document |= _people(connection, project, [i for i in items if not i.hidden], given)
        document["proposals"] = sum(len(proposals.of_item(connection, i.id)) for i in items)
    figures = counted.figures()
    document["agreement"] = _agreement(figures, sum(i["shown"] for i in document["items"]))
    document["since_closed"] = _since_closed(project, session)
    document["candidates"] = _candidates(session, items, standing, given) if pilot else []
    document["left_out"] = {
        "not_shown_to_you": sum(not i["shown"] for i in document["items"]), "hidden": sum(i.hidden for i in items),
        "told_before": figures.told_before,
    }  # fmt: skip
    return document


def _since_closed(project: Project, session: SessionRow) -> dict[str, Any] | None:
    """Agreement of the planned work answers given since the session closed, on items drawn at random; None while it is open.

    What somebody answers on an item after its answers were shown to them enters no coefficient. Nothing is revealed: items that are
    still open to the actor are left out.
    """
    if session.closed_at is None:
        return None
    from prefterm.services.agreement import AgreementOptions, agreement_parts

    found: dict[str, Any] = {}
    for key, value in agreement_parts(project, AgreementOptions(since=session.closed_at, blind=True)):
        found[key] = value
        if key == "coefficients":
            break
    return {"n_items": found["n_items"], "raw_agreement": found["coefficients"]["raw_agreement"], "note": LATER}


def _show_due(connection: Connection, project: Project, session: SessionRow, *, not_voting: bool) -> None:
    """Show what may be shown to the actor, and was not."""
    current, moment = sessions.session_by_id(connection, session.id), now()
    items = [i for i in sessions.items_of(connection, session.id) if not i.hidden]
    standing = voter_state(connection, current, items, project.actor.id)
    due = standing.to_see(current, items, moment)
    if not_voting:
        due += [i for i in items if i.id in standing.left and is_revealed(current.state, current.deadline_at, i.revealed_at, moment)]
    if due:
        show_to(connection, project, current, due)


def _head(connection: Connection, session: SessionRow, items: Sequence[ItemRow]) -> dict[str, Any]:
    labels = {v.id: v.label for v in guidelines.all_versions(connection)}
    moment = now()
    return {
        "session": session.name, "state": session.state, "pilot": _settles_a_pilot(connection, session),
        "guideline": labels[session.guideline_version_id],
        "round": None if session.round_id is None else rounds.round_by_id(connection, session.round_id).name,
        "deadline": session.deadline_at, "opened": session.opened_at, "closed": session.closed_at,
        "n_items": len(items),
        "revealed": sum(is_revealed(session.state, session.deadline_at, i.revealed_at, moment) for i in items),
    }  # fmt: skip


def _settles_a_pilot(connection: Connection, session: SessionRow) -> bool:
    """Whether what the session settles may become gold: everybody who is there has met its items, only later people have not."""
    return session.round_id is not None and bool(rounds.round_by_id(connection, session.round_id).options.get("pilot"))


def _item(
    connection: Connection,
    project: Project,
    session: SessionRow,
    item: ItemRow,
    standing: VoterState,
    given: Mapping[tuple[int, int], Ballot],
) -> dict[str, Any]:
    votes = [b for (i, _), b in given.items() if i == item.id]
    shown = item.id in standing.shown
    row: dict[str, Any] = {
        "number": item.position + 1, "comparison": item.key,
        "revealed": is_revealed(session.state, session.deadline_at, item.revealed_at, now()), "shown": shown,
        "voted": sum(b.blind is not None for b in votes), "voted_again": None, "answers": None, "comments": None, "sections": None,
    }  # fmt: skip
    if not shown:
        return row
    again = standing.sees_again(session, item.id)
    names = names_on(connection, project, item, [b.annotator_id for b in votes])
    row["voted_again"] = sum(b.again is not None for b in votes) if again else None
    row["answers"] = sorted(
        (
            {
                "annotator": names[b.annotator_id], "blind": _said(b.blind), "from_round": b.from_round, "told_before": b.told_before,
                "again": _said(b.again) if again else None,
            }
            for b in votes
        ),
        key=lambda a: str(a["annotator"]),
    )  # fmt: skip
    row["comments"] = [
        {"annotator": names.get(n.annotator_id, "an annotator"), "text": n.text, "at": n.created_at}
        for n in sessions.notes_of(connection, item.id)
    ]
    cited = Counter(s for b in votes for a in (b.blind, b.again if again else None) if a is not None for s in a.sections)
    row["sections"] = sorted(cited, key=lambda s: (-cited[s], s))
    return row


def _said(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "strength": answer.payload.get("strength"), "tie": answer.payload.get("tie"), "rationale": answer.rationale,
        "sections": list(answer.sections),
    }  # fmt: skip


def _people(connection: Connection, project: Project, items: Sequence[ItemRow], given: Mapping[tuple[int, int], Ballot]) -> dict[str, Any]:
    """Who voted on how many items, without what: by name for admins, else how many were absent."""
    everybody = {p.id: p for p in people.all_people(connection)}
    voted = Counter(annotator for (_, annotator), b in given.items() if b.blind is not None)
    again = Counter(annotator for (_, annotator), b in given.items() if b.again is not None)
    able = {*people.eligible_ids(connection, ()), *voted}
    absent = sorted(everybody[i].name for i in able if not voted[i])
    listed = sorted(able, key=lambda i: everybody[i].name)
    named = project.actor.role is Role.ADMIN
    return {
        "people": [{"annotator": everybody[i].name, "voted": voted[i], "voted_again": again[i], "of": len(items)} for i in listed]
        if named
        else None,
        "n_people": len(able),
        "absent": absent if named else None,
        "n_absent": len(absent),
    }


def _agreement(figures: SessionFigures, n_shown: int) -> dict[str, Any]:
    return {
        "blind": figures.blind.to_json(), "again": figures.again.to_json(), "over_items": n_shown,
        "no_interval": {"blind": figures.blind.no_interval, "again": figures.again.no_interval}, "note": NO_EFFECT,
    }  # fmt: skip


def _candidates(
    session: SessionRow, items: Sequence[ItemRow], standing: VoterState, given: Mapping[tuple[int, int], Ballot]
) -> list[dict[str, Any]]:
    """Items whose last votes are without dissent, of those whose second votes are shown; nothing is made gold by being listed."""
    found = []
    for item in items:
        votes = [b for (i, _), b in given.items() if i == item.id]
        last = [a for a in ((b.again or b.blind) for b in votes) if a is not None and "strength" in a.payload]
        if item.hidden or item.id not in standing.shown or not standing.sees_again(session, item.id) or len(last) < _FEWEST:
            continue
        if len({direction(int(a.payload["strength"])) for a in last}) == 1:
            found.append(_candidate(session, item, last, sum(b.again is not None for b in votes)))
    return found


def _candidate(session: SessionRow, item: ItemRow, last: Sequence[Answer], again: int) -> dict[str, Any]:
    strengths = sorted((int(a.payload["strength"]) for a in last), key=abs)
    # The middle margin; of two the weaker, for a gold should not claim more than its voters.
    strength = strengths[(len(strengths) - 1) // 2]
    ties = Counter(str(a.payload.get("tie")) for a in last if a.payload.get("tie"))
    tie = max(sorted(ties), key=lambda t: ties[t]) if strength == 0 and ties else None
    cited = Counter(s for a in last for s in a.sections)
    sections = sorted(cited, key=lambda s: (-cited[s], s))
    how = f"{len(last)} votes without dissent in session {session.name}" + (f", {again} of them after the discussion" if again else "")
    command = ["prefterm", "gold", "add", item.key, "--strength", str(strength), *(["--tie", tie] if tie else [])]
    # Gold rests on a section: where nobody cited one, the lead names it.
    command += [word for section in sections or ["SECTION"] for word in ("--section", section)]
    return {
        "comparison": item.key, "strength": strength, "tie": tie, "sections": sections, "votes": len(last), "after_discussion": again,
        "command": shlex.join([*command, "--reason", how]),
    }  # fmt: skip
