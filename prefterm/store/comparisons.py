"""Comparisons and their responses: reading by id or key, writing in bulk, filling in texts that were unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, bindparam, func, select, update

from prefterm.domain.clock import now
from prefterm.domain.ids import derived_uuid
from prefterm.domain.prompts import Comparison
from prefterm.store import core
from prefterm.store.bulk import insert_rows, next_id, rows_among, rows_where_in
from prefterm.store.mapping import comparison_of, response_values

__all__ = ["Stored", "add_comparisons", "fill_comparison", "hide", "lengths", "load", "load_by_key"]

_COLUMNS: tuple[Any, ...] = (core.comparison, core.prompt.c.messages.label("prompt_messages"))


@dataclass(frozen=True)
class Stored:
    """A comparison as it lies in the database."""

    id: int
    uuid: str
    prompt_id: int | None
    hidden: bool
    comparison: Comparison


@cache
def _comparisons(column: Column[Any]) -> Any:
    """Comparisons whose column is among given values."""
    joined = core.comparison.outerjoin(core.prompt, core.prompt.c.id == core.comparison.c.prompt_id)
    return select(*_COLUMNS).select_from(joined).where(column.in_(bindparam("among", expanding=True)))


@cache
def _responses() -> Any:
    """The responses of comparisons whose ids are given."""
    link, response = core.comparison_response, core.response
    columns = (link.c.comparison_id, link.c.position, response.c.text, response.c.messages, response.c.model)
    joined = select(*columns).join(response, response.c.id == link.c.response_id)
    return joined.where(link.c.comparison_id.in_(bindparam("among", expanding=True)))


def _with_responses(connection: Connection, rows: Sequence[Any]) -> list[Stored]:
    by_comparison: dict[int, list[Any]] = {}
    for r in rows_among(connection, _responses(), (row.id for row in rows)):
        by_comparison.setdefault(r.comparison_id, []).append(r)
    found = []
    for row in rows:
        responses = sorted(by_comparison[row.id], key=lambda r: int(r.position))
        found.append(Stored(row.id, row.uuid, row.prompt_id, bool(row.hidden), comparison_of(row, row.prompt_messages, responses)))
    return found


def load(connection: Connection, ids: Iterable[int]) -> dict[int, Stored]:
    """Comparisons by numeric id."""
    return {s.id: s for s in _with_responses(connection, rows_among(connection, _comparisons(core.comparison.c.id), ids))}


def load_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, Stored]:
    """Comparisons by their own id."""
    rows = rows_among(connection, _comparisons(core.comparison.c.key), keys)
    return {s.comparison.id: s for s in _with_responses(connection, rows)}


def sizes_by_key(connection: Connection) -> dict[str, tuple[int, int]]:
    """(numeric id, number of responses) of every comparison by its own id."""
    c = core.comparison.c
    return {key: (identity, n) for key, identity, n in connection.execute(select(c.key, c.id, c.n_responses)).all()}


def lengths(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, tuple[int | None, int | None]]:
    """Characters of the first two responses of comparisons, several messages in their readable form; None where a text is not known."""
    link, response = core.comparison_response.c, core.response.c
    statement = (
        select(link.comparison_id, link.position, func.length(response.text).label("size"))
        .join(core.response, response.id == link.response_id)
        .where(link.position < 2)
    )
    found: dict[int, list[int | None]] = {}
    for r in rows_where_in(connection, statement, link.comparison_id, comparison_ids):
        found.setdefault(r.comparison_id, [None, None])[r.position] = r.size
    return {comparison: (first, second) for comparison, (first, second) in found.items()}


def add_comparisons(connection: Connection, items: Sequence[tuple[Comparison, int | None]]) -> None:
    """Insert (comparison, prompt id) with their responses."""
    comparison_id, response_id = next_id(connection, core.comparison), next_id(connection, core.response)
    comparisons, links, responses, created = [], [], [], now()
    for comparison, prompt_id in items:
        comparisons.append(
            {
                "id": comparison_id, "uuid": derived_uuid("comparison", comparison.id), "key": comparison.id, "prompt_id": prompt_id,
                "n_responses": len(comparison.responses), "tags": list(comparison.tags), "source": comparison.source,
                "meta": dict(comparison.meta), "servable": comparison.servable, "hidden": False, "created_at": created,
            }
        )  # fmt: skip
        for position, response in enumerate(comparison.responses):
            responses.append({"id": response_id, **response_values(response)})
            links.append({"comparison_id": comparison_id, "position": position, "response_id": response_id})
            response_id += 1
        comparison_id += 1
    insert_rows(connection, core.comparison, comparisons)
    insert_rows(connection, core.response, responses)
    insert_rows(connection, core.comparison_response, links)


def fill_comparison(connection: Connection, stored: Stored, filled: Comparison, prompt_id: int | None) -> None:
    """Write the texts, models, tags and meta that an import filled in."""
    values: Mapping[str, Any] = {
        "prompt_id": prompt_id, "tags": list(filled.tags), "source": filled.source, "meta": dict(filled.meta), "servable": filled.servable,
    }  # fmt: skip
    connection.execute(update(core.comparison).where(core.comparison.c.id == stored.id).values(**values))
    link = core.comparison_response
    ids = connection.execute(select(link.c.response_id).where(link.c.comparison_id == stored.id).order_by(link.c.position)).scalars().all()
    for response_id, response in zip(ids, filled.responses, strict=True):
        connection.execute(update(core.response).where(core.response.c.id == response_id).values(**response_values(response)))


def hide(connection: Connection, comparison_id: int, hidden: bool) -> None:
    """Hide a comparison from everyone but admins, or show it again."""
    connection.execute(update(core.comparison).where(core.comparison.c.id == comparison_id).values(hidden=hidden))
