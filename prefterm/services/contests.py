"""Contested gold: what people hold against gold answers, and an admin's verdict. Until then a contested gold scores nobody.

The contest itself is made where the gold was shown (`calibrating.contest_gold`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import Role
from prefterm.domain.strict_json import storable
from prefterm.services.access import Project
from prefterm.services.golds import retire
from prefterm.store import comparisons, golds, listings, people, reveals
from prefterm.store.events import append_event
from prefterm.store.listings import ContestRow

__all__ = ["contest_list", "review_contest"]


def contest_list(project: Project, *, open_only: bool = False) -> list[dict[str, Any]]:
    """The contests of gold, oldest first: all for admins, to whom they are a look at that gold; their own for everybody else.

    Who reviewed one is told to admins alone.
    """
    admin = project.actor.role is Role.ADMIN
    with project.database.read() as connection:
        found = listings.contests(
            connection, annotator_id=None if admin else project.actor.id, state="open" if open_only else None
        )  # fmt: skip
        names = {p.id: p.name for p in people.all_people(connection)}
    if admin and found:
        project.database.transact(lambda c: reveals.note_shown(c, project.actor, (t.comparison_id for t in found), "gold"))
    return [
        {
            "contest": t.uuid, "comparison": t.comparison, "gold": t.gold, "strength": t.answer.payload.get("strength"),
            "tie": t.answer.payload.get("tie"), "reason": t.reason, "annotator": names[t.annotator_id], "note": t.note, "since": t.at,
            "state": t.state, "reviewed": t.reviewed_at,
            "reviewed_by": names[t.reviewed_by] if admin and t.reviewed_by is not None else None, "verdict": t.verdict or None,
        }
        for t in found
    ]  # fmt: skip


def review_contest(project: Project, which: str, *, uphold: bool, note: str) -> list[str]:
    """Give a verdict on open contests: those of a comparison, or one by its uuid; the uuids of those reviewed. Admins only.

    Upheld: the gold is retired in the same transaction, and whatever else is held against it is upheld with it. Rejected: it stands, and
    scores again once nothing else is held against it. Raises `Refused` where nothing is open, and for a note that is empty or too long.
    """
    project.require(Role.ADMIN)
    verdict = storable(note)
    if not verdict.strip() or len(verdict) > golds.LONGEST_NOTE:
        raise Refused(f"give a note of 1 to {golds.LONGEST_NOTE:,} characters: who contested the gold reads it")

    def work(connection: Connection) -> list[str]:
        contests = _open_ones(connection, which)
        gold_id, comparison_id = contests[0].gold_id, contests[0].comparison_id
        reveals.note_shown(connection, project.actor, [comparison_id], "gold")
        if uphold:
            contests = listings.contests(connection, gold_ids=[gold_id], state="open")
        reviewed, state = [t.uuid for t in contests], "upheld" if uphold else "rejected"
        golds.close_contests(connection, gold_id, project.actor.id, state, verdict, reviewed)
        standing = golds.latest(connection, [comparison_id])[comparison_id]
        if uphold and standing.id == gold_id and not standing.retired:
            retire(connection, project, standing, verdict)
        append_event(connection, "contest.reviewed", {"contests": reviewed, "verdict": state}, project.actor.key)
        return reviewed

    return project.database.transact(work)


def _open_ones(connection: Connection, which: str) -> Sequence[ContestRow]:
    """The open contests that are meant: one by its uuid, or those of a comparison's last gold."""
    everything = listings.contests(connection, state="open")
    found = [t for t in everything if t.uuid == which] or [t for t in everything if t.comparison == which]
    if not found:
        known = comparisons.load_by_key(connection, [which])
        unknown = f"{which!r:.200} is neither a contest nor a comparison"
        what = f"nothing is held against the gold of comparison {which} now" if known else unknown
        raise Refused(f"{what}; `prefterm contest list --open` shows what is open")
    return [t for t in found if t.gold_id == found[-1].gold_id]
