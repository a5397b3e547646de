"""What the lists show of gold: every row that a comparison's gold went through, and the contests of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from prefterm.domain.judgments import Answer
from prefterm.store import core
from prefterm.store.bulk import rows_where_in
from prefterm.store.mapping import answer_of

__all__ = ["ContestRow", "GoldVersion", "contests", "gold_histories", "gold_page"]

_PAGE = 2000


@dataclass(frozen=True)
class GoldVersion:
    """One row of a comparison's gold: an answer, or its retirement."""

    id: int
    uuid: str
    supersedes: int | None
    comparison_id: int
    comparison: str
    retired: bool
    """Whether this row retires what it supersedes; `reason` then says why."""
    answer: Answer
    reason: str
    sections: tuple[str, ...]
    settled_by: str
    source: str
    at: str
    by: int | None
    """Annotator id."""


@dataclass(frozen=True)
class ContestRow:
    """What somebody holds against a gold answer, and what became of it."""

    id: int
    uuid: str
    gold_id: int
    gold: str
    """The gold's uuid."""
    comparison_id: int
    comparison: str
    answer: Answer
    reason: str
    """The gold's."""
    annotator_id: int
    note: str
    at: str
    state: str
    """`open`, `upheld` or `rejected`."""
    reviewed_at: str | None
    reviewed_by: int | None
    verdict: str


def gold_page(connection: Connection, after: int) -> list[int]:
    """At most 2,000 ids of comparisons above `after` that have, or had, a gold answer, ascending."""
    g = core.gold.c
    statement = select(g.comparison_id).where(g.comparison_id > after).distinct().order_by(g.comparison_id).limit(_PAGE)
    return list(connection.execute(statement).scalars())


def gold_histories(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, list[GoldVersion]]:
    """All gold rows of comparisons, each after the one that it supersedes."""
    g, c, link = core.gold.c, core.comparison.c, core.gold_citation.c
    columns = (g.id, g.uuid, g.supersedes_id, g.comparison_id, c.key, g.status, g.format, g.answer, g.reason, g.settled_by, g.source)
    statement = select(*columns, g.created_at, g.created_by).join(core.comparison, c.id == g.comparison_id).order_by(g.id)
    rows = rows_where_in(connection, statement, g.comparison_id, comparison_ids)
    cited: dict[int, list[str]] = {}
    for r in rows_where_in(connection, select(link.gold_id, link.section).order_by(link.section), link.gold_id, (r.id for r in rows)):
        cited.setdefault(r.gold_id, []).append(r.section)
    found: dict[int, list[GoldVersion]] = {}
    for r in rows:
        version = GoldVersion(
            r.id, r.uuid, r.supersedes_id, r.comparison_id, r.key, r.status == "retired", answer_of(r.format, r.answer, ""), r.reason,
            tuple(cited.get(r.id, ())), r.settled_by, r.source, r.created_at, r.created_by,
        )  # fmt: skip
        found.setdefault(r.comparison_id, []).append(version)
    return {identity: _in_order(versions) for identity, versions in found.items()}


def _in_order(versions: Sequence[GoldVersion]) -> list[GoldVersion]:
    """By what supersedes what; neither ids nor clocks tell, for a raw import numbers anew and a clock may be set back."""
    by_id = {v.id: v for v in versions}

    def place(version: GoldVersion) -> tuple[str, int, int]:
        first, steps = version, 0
        while first.supersedes is not None:
            first, steps = by_id[first.supersedes], steps + 1
        return first.at, first.id, steps

    return sorted(versions, key=place)


def contests(
    connection: Connection, *, gold_ids: Iterable[int] | None = None, annotator_id: int | None = None, state: str | None = None
) -> list[ContestRow]:
    """Contests, oldest first: of these golds, of one person, in one state; of all where none is given."""
    t, g, c = core.contest.c, core.gold.c, core.comparison.c
    columns = (t.id, t.uuid, t.gold_id, g.uuid.label("gold"), g.comparison_id, c.key, g.format, g.answer, g.reason, t.annotator_id, t.note)
    statement = (
        select(*columns, t.created_at, t.state, t.reviewed_at, t.reviewed_by, t.verdict)
        .join(core.gold, g.id == t.gold_id)
        .join(core.comparison, c.id == g.comparison_id)
    )
    if annotator_id is not None:
        statement = statement.where(t.annotator_id == annotator_id)
    if state is not None:
        statement = statement.where(t.state == state)
    rows = connection.execute(statement).all() if gold_ids is None else rows_where_in(connection, statement, t.gold_id, gold_ids)
    return [
        ContestRow(
            r.id, r.uuid, r.gold_id, r.gold, r.comparison_id, r.key, answer_of(r.format, r.answer, ""), r.reason, r.annotator_id, r.note,
            r.created_at, r.state, r.reviewed_at, r.reviewed_by, r.verdict,
        )
        for r in sorted(rows, key=lambda r: int(r.id))
    ]  # fmt: skip
