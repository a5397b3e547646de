"""What the lists show: gold answers in their latest state."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from prefterm.domain.judgments import Answer
from prefterm.store import core
from prefterm.store.bulk import rows_where_in
from prefterm.store.mapping import answer_of

__all__ = ["GoldRow", "gold_page"]

_PAGE = 2000


@dataclass(frozen=True)
class GoldRow:
    """A gold answer that no later one supersedes; retired ones included."""

    id: int
    comparison: str
    answer: Answer
    reason: str
    sections: tuple[str, ...]
    source: str
    since: str
    retired: bool


def gold_page(connection: Connection, after: int) -> list[GoldRow]:
    """At most 2,000 gold answers with ids above `after`, by id."""
    g, c, later = core.gold.c, core.comparison.c, core.gold.alias("later")
    superseded = select(later.c.id).where(later.c.supersedes_id == g.id).exists()
    rows = connection.execute(
        select(g.id, c.key, g.format, g.answer, g.reason, g.source, g.created_at, g.status)
        .join_from(core.gold, core.comparison, c.id == g.comparison_id)
        .where(g.id > after, ~superseded)
        .order_by(g.id)
        .limit(_PAGE)
    ).all()
    cited: dict[int, list[str]] = {}
    link = core.gold_citation.c
    for r in rows_where_in(connection, select(link.gold_id, link.section).order_by(link.section), link.gold_id, (r.id for r in rows)):
        cited.setdefault(r.gold_id, []).append(r.section)
    return [
        GoldRow(
            r.id, r.key, answer_of(r.format, r.answer, ""), r.reason, tuple(cited.get(r.id, ())), r.source, r.created_at,
            r.status == "retired",
        )
        for r in rows
    ]  # fmt: skip
