"""What work looks like: bounded samples of a round's items, of the strengths given, of the time taken. Column selects only."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from sqlalchemy import Connection, func, select

from prefterm.store import core
from prefterm.store.judgments import in_force

__all__ = ["SampledItem", "items", "pace", "strengths"]

_ITEMS = 400
_STRENGTHS = 1000


@dataclass(frozen=True)
class SampledItem:
    """An item of two responses."""

    tags: tuple[str, ...]
    first_length: int
    """Characters; 0 where the text is not known."""
    second_length: int


def items(connection: Connection, round_id: int, most: int = _ITEMS) -> list[SampledItem]:
    """The first items of a round by their shuffled positions, which is a random sample of it."""
    i, c = core.round_item.c, core.comparison.c
    link, response = core.comparison_response, core.response
    sizes = [
        select(func.length(response.c.text))
        .join_from(link, response, response.c.id == link.c.response_id)
        .where(link.c.comparison_id == c.id, link.c.position == position)
        .scalar_subquery()
        for position in (0, 1)
    ]
    statement = (
        select(c.tags, *sizes)
        .join_from(core.round_item, core.comparison, c.id == i.comparison_id)
        .where(i.round_id == round_id)
        .order_by(i.shuffle)
        .limit(most)
    )
    return [SampledItem(tuple(tags), first or 0, second or 0) for tags, first, second in connection.execute(statement).all()]


def strengths(connection: Connection, round_id: int, most: int = _STRENGTHS) -> list[int]:
    """Overall signed strengths of the newest effective work answers of a round, whoever gave them."""
    a, j, p = core.assignment.c, core.judgment.c, core.preference.c
    statement = (
        select(p.strength)
        .join_from(core.assignment, core.judgment, j.assignment_id == a.id)
        .join(core.preference, p.judgment_id == j.id)
        .where(a.round_id == round_id, a.state == "answered", a.purpose == "work", in_force())
        .where(p.dimension == "overall", p.first == 0, p.second == 1)
        .order_by(a.id.desc())
        .limit(most)
    )
    return list(connection.execute(statement).scalars())


def pace(connection: Connection, most: int = _STRENGTHS) -> float | None:
    """Median active seconds of the newest answers of the file, imports included; None where none is known."""
    j = core.judgment.c
    statement = select(j.active_seconds).where(j.status == "submitted", j.active_seconds.is_not(None)).order_by(j.id.desc()).limit(most)
    found = list(connection.execute(statement).scalars())
    return float(median(found)) if found else None
