"""What the audits read: answers with the order they were given under, repeats, lengths, golds, skips, sittings, slots.

Every function reads one bounded page inside the caller's read transaction. Texts are measured, never loaded; what the figures mean
is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, func, select

from prefterm.domain.judgments import reduce_answer
from prefterm.domain.presentation import Order
from prefterm.store import core
from prefterm.store.bulk import rows_where_in, unindexed
from prefterm.store.comparisons import lengths
from prefterm.store.golds import contested
from prefterm.store.golds import in_force as gold_in_force
from prefterm.store.judgments import in_force
from prefterm.store.mapping import answer_of
from prefterm.store.revealed_answers import StoodRow, as_it_stood, came_after, first_shown

__all__ = [
    "PAGE",
    "AnswerRow",
    "GoldRow",
    "OriginalRow",
    "SittingRow",
    "SkipRow",
    "answers",
    "attempt_kinds",
    "dimensions",
    "golds",
    "greatest_assignment",
    "keys_of",
    "lengths",
    "names_of",
    "originals",
    "sittings",
    "skips",
    "slots_of_filled_items",
]

PAGE = 5000
"""Rows at most that a function returns; a shorter page is the last."""
_SLOTS_AN_ITEM = 4


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An effective answer about the first two responses of a comparison, whatever its purpose."""

    assignment_id: int
    judgment_id: int
    """Of the revision that counts."""
    round_id: int
    comparison_id: int
    annotator_id: int
    purpose: str
    order: Order | None
    """The presented order; None where it is not known."""
    n_responses: int
    hidden: bool
    strength: int
    """Canonical."""
    seen: tuple[float, ...] | None
    active_seconds: float | None
    created_at: str | None
    after_reveal: bool
    """Whether it was first given after the item was revealed to the person; one that was only changed since counts as it stood."""


@dataclass(frozen=True, slots=True)
class OriginalRow:
    """The answer that a repeat repeats, as it stood when the repeat was given."""

    strength: int
    order: Order | None


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A gold answer in force."""

    strength: int
    settled_by: str
    voters: frozenset[int]
    """Annotators who had answered the comparison before it was settled: what they said may be what settled it."""
    contested: bool
    """Whether somebody's contest of it waits for its review: it scores nobody."""


@dataclass(frozen=True, slots=True)
class SkipRow:
    """An item that somebody passed by."""

    id: int
    annotator_id: int
    reason: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SittingRow:
    """When a sitting began."""

    id: int
    annotator_id: int
    round_id: int
    started_at: str


def _order(value: Any) -> Order | None:
    return None if value is None else tuple(value)


def greatest_assignment(connection: Connection) -> int:
    """The greatest assignment id, 0 where there is none: how far `answers` has to go."""
    return int(connection.execute(select(func.coalesce(func.max(core.assignment.c.id), 0))).scalar_one())


def answers(
    connection: Connection, after: int, round_id: int | None = None, purposes: Collection[str] | None = None
) -> tuple[list[AnswerRow], int | None]:
    """Effective answers (submitted, superseded by nothing, their assignment answered) among the assignments after id `after`.

    At most `PAGE`, by assignment id, of one round and for some purposes where they are given; and the id to go on after, None at the end.
    An answer changed after a reveal is given as it stood before; hidden items are among them.
    """
    a, j, p = core.assignment.c, core.judgment.c, core.preference.c
    columns = (a.id, a.round_id, a.comparison_id, a.annotator_id, a.purpose, a.presented_order, a.state)
    # The page is cut before anything is joined or asked of it: the engine would else take an index of states or rounds, and sort all
    # of its rows again for every page.
    page = connection.execute(select(*columns).where(a.id > after).order_by(a.id).limit(PAGE)).all()
    within = [t for t in page if t.state == "answered" and round_id in (None, t.round_id)]
    turns = {t.id: t for t in within if purposes is None or t.purpose in purposes}
    about = {t.comparison_id for t in turns.values()}
    known, shown = _comparisons(connection, about), first_shown(connection, about)
    given = (
        select(j.id, j.assignment_id, j.seen, j.active_seconds, j.created_at, p.strength)
        .join(core.preference, p.judgment_id == j.id)
        .where(in_force(), p.dimension == "overall", p.first == 0, p.second == 1)
    )
    found: list[AnswerRow] = []
    late: dict[int, tuple[int, str]] = {}
    for r in rows_where_in(connection, given, j.assignment_id, turns):
        t = turns[r.assignment_id]
        n_responses, hidden = known[t.comparison_id]
        moment = shown.get((t.annotator_id, t.comparison_id))
        if moment is not None and came_after(r.created_at, moment):
            late[r.id] = len(found), moment
        row = AnswerRow(
            t.id, r.id, t.round_id, t.comparison_id, t.annotator_id, t.purpose, _order(t.presented_order), n_responses, hidden, r.strength,
            None if r.seen is None else tuple(r.seen), r.active_seconds, r.created_at, False,
        )  # fmt: skip
        found.append(row)
    stood = as_it_stood(connection, {judgment: moment for judgment, (_, moment) in late.items()}) if late else {}
    for judgment, (at, _) in late.items():
        found[at] = _stood(found[at], stood.get(judgment))
    found.sort(key=lambda row: row.assignment_id)
    return found, page[-1].id if len(page) == PAGE else None


def _stood(row: AnswerRow, earlier: StoodRow | None) -> AnswerRow:
    if earlier is None:
        return replace(row, after_reveal=True)
    seen = None if earlier.seen is None else tuple(earlier.seen)
    return replace(
        row,
        judgment_id=earlier.id,
        strength=earlier.strength,
        seen=seen,
        active_seconds=earlier.active_seconds,
        created_at=earlier.created_at,
    )


def _comparisons(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[int, bool]]:
    """(number of responses, hidden) of comparisons."""
    c = core.comparison.c
    return {r.id: (r.n_responses, bool(r.hidden)) for r in rows_where_in(connection, select(c.id, c.n_responses, c.hidden), c.id, ids)}


def originals(connection: Connection, repeats: Iterable[AnswerRow]) -> dict[int, OriginalRow]:
    """For each repeat, by its assignment id, the same person's work answer on the item in that round, as it stood then.

    The last revision before the repeat was given; where a moment is not known, the last of all. No entry where there was none, or
    it was taken back.
    """
    moments = {row.assignment_id: row.created_at for row in repeats}
    again, first, j, p = core.assignment.alias("again"), core.assignment, core.judgment.c, core.preference.c
    same = and_(
        first.c.annotator_id == again.c.annotator_id,
        first.c.comparison_id == again.c.comparison_id,
        first.c.round_id == again.c.round_id,
        first.c.purpose == "work",
    )
    statement = (
        select(again.c.id, first.c.id.label("turn"), first.c.presented_order, j.status, j.created_at, p.strength)
        .join_from(again, first, same)
        .join(core.judgment, j.assignment_id == first.c.id)
        .join(core.preference, p.judgment_id == j.id)
        .where(p.dimension == "overall", p.first == 0, p.second == 1)
        .order_by(again.c.id, first.c.id, j.revision)
    )
    stood: dict[int, dict[int, Any]] = {}
    for r in rows_where_in(connection, statement, again.c.id, moments):
        moment = moments[r.id]
        if moment is None or r.created_at is None or r.created_at < moment:
            stood.setdefault(r.id, {})[r.turn] = r
    found = {}
    for repeat, turns in stood.items():
        given = [r for r in turns.values() if r.status == "submitted"]
        if given:
            last = max(given, key=lambda r: (r.created_at or "", r.turn))
            found[repeat] = OriginalRow(last.strength, _order(last.presented_order))
    return found


def golds(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, GoldRow]:
    """Golds in force of comparisons with two responses, each with who had answered before it was settled."""
    g, c = core.gold.c, core.comparison.c
    statement = (
        select(g.comparison_id, g.format, g.answer, g.settled_by, g.created_at, contested().label("contested"))
        .join(core.comparison, c.id == g.comparison_id)
        .where(gold_in_force(), c.n_responses == 2)
    )
    rows = {r.comparison_id: r for r in rows_where_in(connection, statement, g.comparison_id, comparison_ids)}
    voters: dict[int, set[int]] = {}
    a, j = core.assignment.c, core.judgment.c
    first = (
        select(j.comparison_id, j.annotator_id, func.min(func.coalesce(j.created_at, "")).label("at"))
        .join(core.assignment, a.id == j.assignment_id)
        .where(a.purpose.in_(("work", "repeat")))
        .group_by(j.comparison_id, j.annotator_id)
    )
    for r in rows_where_in(connection, first, j.comparison_id, rows):
        if r.at < rows[r.comparison_id].created_at:
            voters.setdefault(r.comparison_id, set()).add(r.annotator_id)
    return {
        comparison: GoldRow(
            reduce_answer(answer_of(r.format, r.answer, ""), 2)[0].strength,
            r.settled_by,
            frozenset(voters.get(comparison, ())),
            bool(r.contested),
        )
        for comparison, r in rows.items()
    }


def dimensions(connection: Connection, judgment_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """What judgments say of the first two responses by dimension (never the whole): key → signed strength, by judgment id."""
    p = core.preference.c
    statement = select(p.judgment_id, p.dimension, p.strength).where(p.dimension != "overall", p.first == 0, p.second == 1)
    found: dict[int, dict[str, int]] = {}
    for r in rows_where_in(connection, statement, p.judgment_id, judgment_ids):
        found.setdefault(r.judgment_id, {})[r.dimension] = r.strength
    return found


def attempt_kinds(connection: Connection, assignment_ids: Iterable[int]) -> dict[int, str]:
    """`qualification` or `recalibration`, by assignment, of turns that were served in an attempt; no entry for others."""
    item, attempt = core.qualification_item.c, core.qualification_attempt.c
    statement = select(item.assignment_id, attempt.kind).join(core.qualification_attempt, attempt.id == item.attempt_id)
    return {r.assignment_id: r.kind for r in rows_where_in(connection, statement, item.assignment_id, assignment_ids)}


def skips(connection: Connection, after: int, round_id: int | None = None) -> list[SkipRow]:
    """Skips with ids above `after`, by id; hidden items are left out."""
    s, a, c = core.skip.c, core.assignment.c, core.comparison.c
    statement = (
        select(s.id, a.annotator_id, s.reason, c.tags)
        .join(core.assignment, a.id == s.assignment_id)
        .join(core.comparison, c.id == a.comparison_id)
        .where(s.id > after, unindexed(a.state) == "skipped", c.hidden.is_(False))
        .order_by(s.id)
        .limit(PAGE)
    )
    if round_id is not None:
        statement = statement.where(unindexed(a.round_id) == round_id)
    return [SkipRow(r.id, r.annotator_id, r.reason, tuple(r.tags)) for r in connection.execute(statement).all()]


def sittings(connection: Connection, after: int, round_id: int | None = None) -> list[SittingRow]:
    """Sittings with ids above `after`, by id."""
    s = core.sitting.c
    statement = select(s.id, s.annotator_id, s.round_id, s.started_at).where(s.id > after).order_by(s.id).limit(PAGE)
    if round_id is not None:
        statement = statement.where(s.round_id == round_id)
    return [SittingRow(*r) for r in connection.execute(statement).all()]


def slots_of_filled_items(connection: Connection, after: int, round_id: int | None = None) -> tuple[list[list[Order]], int | None]:
    """The presented orders of all slots of each item without a free one, among the round items after id `after`.

    And the id to go on after, None at the end. A page is so many items that theirs are about `PAGE` slots; items that are hidden, or
    have other than two responses, are left out.
    """
    s, i = core.slot.c, core.round_item.c
    items = connection.execute(
        select(i.id, i.round_id, i.comparison_id).where(i.id > after).order_by(i.id).limit(PAGE // _SLOTS_AN_ITEM)
    ).all()
    within = [r for r in items if round_id in (None, r.round_id)]
    known = _comparisons(connection, {r.comparison_id for r in within})
    wanted = [r.id for r in within if known[r.comparison_id] == (2, False)]
    orders: dict[int, list[Order]] = {}
    unfilled = set()
    for r in rows_where_in(connection, select(s.round_item_id, s.state, s.presented_order), s.round_item_id, wanted):
        orders.setdefault(r.round_item_id, []).append(tuple(r.presented_order))
        if r.state == "free":
            unfilled.add(r.round_item_id)
    filled = [found for item, found in orders.items() if item not in unfilled]
    return filled, items[-1].id if len(items) == PAGE // _SLOTS_AN_ITEM else None


def keys_of(connection: Connection, comparison_ids: Iterable[int]) -> list[str]:
    """The comparisons' own ids."""
    return list(names_of(connection, comparison_ids).values())


def names_of(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, str]:
    """The comparisons' own ids by their numeric ones."""
    c = core.comparison.c
    return {r.id: r.key for r in rows_where_in(connection, select(c.id, c.key), c.id, comparison_ids)}
