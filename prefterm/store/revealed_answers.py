"""What an answer stands for once its item was shown to the person who gave it. The one place of that rule.

An answer first given when the comparison had been revealed to the person counts nowhere: it is not independent. One that was revised
since counts by its last revision before the first reveal, and not at all where that took it back. Which answers are asked about, and
what becomes of those that do not count, is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select

from prefterm.domain.preferences import OVERALL
from prefterm.store import core
from prefterm.store.bulk import rows_where_in

__all__ = ["StoodRow", "as_it_stood", "came_after", "first_shown", "reveals"]

_LAST = core.judgment.alias("last_revision")


class StoodRow(NamedTuple):
    """A revision that counts in the place of a later one."""

    last_id: int
    """The judgment that was asked about."""
    id: int
    status: str
    created_at: str
    seen: Any
    active_seconds: float | None
    strength: int
    """Of the first two responses as a whole, canonical."""


def came_after(given: Any, shown: Any) -> bool:
    """Whether an answer was given at a reveal or later; both as stored, or both as numpy's moments. Not where its moment is not known."""
    return given is not None and bool(given >= shown)


def first_shown(connection: Connection, comparison_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """When comparisons were first revealed to a person, by annotator and comparison."""
    r = core.reveal.c
    statement = select(r.annotator_id, r.comparison_id, func.min(r.at).label("at")).group_by(r.annotator_id, r.comparison_id)
    return {(x.annotator_id, x.comparison_id): x.at for x in rows_where_in(connection, statement, r.comparison_id, comparison_ids)}


def reveals(connection: Connection, after: int, limit: int) -> list[tuple[int, int, int, str]]:
    """(id, annotator id, comparison id, moment) of at most `limit` reveals with ids above `after`, by id."""
    r = core.reveal.c
    statement = select(r.id, r.annotator_id, r.comparison_id, r.at).where(r.id > after).order_by(r.id).limit(limit)
    return [(x.id, x.annotator_id, x.comparison_id, x.at) for x in connection.execute(statement).all()]


def as_it_stood(connection: Connection, late: Mapping[int, str]) -> dict[int, StoodRow]:
    """What stands in the place of answers that came after a reveal; no entry for those that count nowhere.

    `late`: the id of an answer's last revision → the moment of the first reveal. The caller bounds how many they are.
    """
    j, p = core.judgment.c, core.preference.c
    statement = (
        select(_LAST.c.id, j.id, j.status, j.created_at, j.seen, j.active_seconds, p.strength)
        .select_from(core.judgment)
        .join(_LAST, and_(_LAST.c.assignment_id == j.assignment_id, _LAST.c.revision > j.revision))
        .join(core.preference, p.judgment_id == j.id)
        .where(p.dimension == OVERALL, p.first == 0, p.second == 1)
        .order_by(_LAST.c.id, j.revision)
    )
    stood: dict[int, StoodRow] = {}
    for row in rows_where_in(connection, statement, _LAST.c.id, late):
        found = StoodRow(*row)
        if found.created_at is not None and not came_after(found.created_at, late[found.last_id]):
            stood[found.last_id] = found
    return {last: found for last, found in stood.items() if found.status == "submitted"}
