"""The whole database as raw records, page by page. Writes nothing and holds no read transaction while a record is handed on.

The pages are one consistent state only on a file that nobody writes to: the caller gives a copy, or the transaction that
is being checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from prefterm.domain.passages import passage_record
from prefterm.store import comparisons, core
from prefterm.store.bulk import rows_where_in
from prefterm.store.judgments import passages_of
from prefterm.store.mapping import prompt_json
from prefterm.store.raw_schema import ANSWER_KEYS, KINDS, TARGETS, Kind

__all__ = ["Read", "raw_records"]

Read = Callable[[], AbstractContextManager[Connection]]
"""Opens a read transaction for one page."""
Record = dict[str, Any]
_PAGE = 1000
_EXTRA: dict[str, tuple[str, ...]] = {
    "guideline": ("id",),
    "comparison": ("id", "prompt_id"),
    "round": ("id",),
    "slot": ("round_item_id",),
    "judgment": ("id", "answer", "lookup_seconds", "assignment_id", "annotator_id", "guideline_version_id"),
    "gold": ("answer",),
}
"""Columns that a type's own function needs beside those of the record."""


def raw_records(read: Read) -> Iterator[Record]:
    """Every raw record, by type, each type in its order. `read` is entered once for each page of at most 1,000 rows."""
    for kind in KINDS:
        for rows, records in _pages(read, kind):
            finish = _FINISH.get(kind.name)
            if finish is not None:
                finish(read, rows, records)
            yield from records


def _pages(read: Read, kind: Kind) -> Iterator[tuple[Sequence[Any], list[Record]]]:
    source: Any = kind.table
    columns = [kind.table.c[c].label(c) for c in kind.columns] + [kind.table.c[c].label(k) for k, c in kind.renamed.items()]
    columns += [kind.table.c[c].label(f"own_{c}") for c in _EXTRA.get(kind.name, ())]
    sorted_by: dict[str, Any] = {c: kind.table.c[c] for c in kind.columns}
    for key, (column, target) in kind.references.items():
        other: Table = TARGETS[target].alias(f"{key}_of")  # type: ignore[assignment]
        source = source.outerjoin(other, other.c.id == kind.table.c[column])
        columns.append(other.c.uuid.label(key))
        sorted_by[key] = other.c.uuid
    order = [sorted_by[key] for key in kind.order]
    statement = select(*columns).select_from(source).order_by(*order).limit(kind.page)
    keys = (*kind.columns, *kind.renamed, *kind.references)
    last: tuple[Any, ...] | None = None
    while True:
        page = statement if last is None else statement.where(_behind(order, last))
        with read() as connection:
            rows = connection.execute(page).all()
        if not rows:
            return
        yield rows, [{"type": kind.name, **{key: row._mapping[key] for key in keys}} for row in rows]
        last = tuple(rows[-1]._mapping[key] for key in kind.order)


def _behind(order: Sequence[Any], last: tuple[Any, ...]) -> Any:
    """Sorted after `last`: the first column is larger, or equal and the next is larger."""
    cases = [and_(*(c == v for c, v in zip(order[:n], last[:n], strict=True)), order[n] > last[n]) for n in range(len(order))]
    return or_(*cases)


def _guidelines(read: Read, rows: Sequence[Any], records: list[Record]) -> None:
    e, p = core.worked_example.c, core.prompt.c
    columns = (e.guideline_version_id, e.id, e.position, p.messages, p.uuid, p.cluster, p.side, p.quarantined)
    statement = select(*columns).join(core.prompt, p.id == e.prompt_id)
    for row, record in zip(rows, records, strict=True):
        with read() as connection:
            found = connection.execute(statement.where(e.guideline_version_id == row.own_id).order_by(e.position, e.id)).all()
        record["examples"] = [{"id": f.id, "position": f.position, **_prompt(f)} for f in found]


def _prompt(row: Any) -> Record:
    """A prompt as a part of a record; all null where there is none."""
    return {
        "prompt": row.messages, "prompt_uuid": row.uuid, "cluster": row.cluster, "side": row.side, "quarantined": row.quarantined,
    }  # fmt: skip


def _comparisons(read: Read, rows: Sequence[Any], records: list[Record]) -> None:
    p = core.prompt.c
    with read() as connection:
        stored = comparisons.load(connection, [row.own_id for row in rows])
        statement = select(p.id, p.messages, p.uuid, p.cluster, p.side, p.quarantined)
        known = (row.own_prompt_id for row in rows if row.own_prompt_id is not None)
        prompts = {r.id: _prompt(r) for r in rows_where_in(connection, statement, p.id, known)}
    nothing = dict.fromkeys(("prompt", "prompt_uuid", "cluster", "side", "quarantined"))
    for row, record in zip(rows, records, strict=True):
        record.update(prompts.get(row.own_prompt_id, nothing))
        record["responses"] = [
            {
                **({"text": r.text} if r.messages is None else {"messages": prompt_json(r.messages)}),
                **({} if r.model is None else {"model": r.model}),
            }
            for r in stored[row.own_id].comparison.responses
        ]


def _rounds(read: Read, rows: Sequence[Any], records: list[Record]) -> None:
    i, c = core.round_item.c, core.comparison.c
    statement = select(i.id, i.shuffle, i.side, c.uuid).join(core.comparison, c.id == i.comparison_id).order_by(i.id).limit(_PAGE)
    for row, record in zip(rows, records, strict=True):
        items, last = [], 0
        while True:
            with read() as connection:
                page = connection.execute(statement.where(i.round_id == row.own_id, i.id > last)).all()
            if not page:
                break
            items += [{"comparison": r.uuid, "position": r.shuffle, "side": r.side} for r in page]
            last = page[-1].id
        record["items"] = sorted(items, key=lambda item: (item["position"], item["comparison"]))


def _slots(read: Read, rows: Sequence[Any], records: list[Record]) -> None:
    i, c = core.round_item.c, core.comparison.c
    statement = select(i.id, c.uuid).join(core.comparison, c.id == i.comparison_id)
    with read() as connection:
        found = {r.id: r.uuid for r in rows_where_in(connection, statement, i.id, (row.own_round_item_id for row in rows))}
    for row, record in zip(rows, records, strict=True):
        record["comparison"] = found[row.own_round_item_id]
        # Leases are not carried, so that what is held is free again.
        if record["state"] == "claimed":
            record["state"] = "free"


def _assignments(_: Read, __: Sequence[Any], records: list[Record]) -> None:
    for record in records:
        if record["state"] in ("open", "parked"):
            record["state"] = "expired"


def _judgments(read: Read, rows: Sequence[Any], records: list[Record]) -> None:
    a, r, p, g = core.assignment.c, core.round.c, core.annotator.c, core.guideline_version.c
    turns = select(a.id, a.purpose, a.origin, a.presented_order, r.uuid.label("round")).join(core.round, r.id == a.round_id)
    with read() as connection:
        turn = {x.id: x for x in rows_where_in(connection, turns, a.id, (row.own_assignment_id for row in rows))}
        kinds = {x.id: x.kind for x in rows_where_in(connection, select(p.id, p.kind), p.id, (row.own_annotator_id for row in rows))}
        versions = (row.own_guideline_version_id for row in rows if row.own_guideline_version_id is not None)
        pointed = passages_of(connection, (row.own_id for row in rows))
        hashes = {x.id: x.sha256 for x in rows_where_in(connection, select(g.id, g.sha256), g.id, versions)}
    for row, record in zip(rows, records, strict=True):
        mine = turn[row.own_assignment_id]
        record.update(row.own_answer)
        if row.own_lookup_seconds is not None:
            record["lookup_seconds"] = row.own_lookup_seconds
        if row.own_id in pointed:
            record["passages"] = [passage_record(p) for p in pointed[row.own_id]]
        record |= {
            "id": record["uuid"], "round": mine.round, "purpose": mine.purpose, "origin": mine.origin,
            "presented_order": mine.presented_order, "kind": kinds[row.own_annotator_id],
            "guideline_sha256": hashes.get(row.own_guideline_version_id),
        }  # fmt: skip


def _golds(_: Read, rows: Sequence[Any], records: list[Record]) -> None:
    for row, record in zip(rows, records, strict=True):
        record.update({k: v for k, v in row.own_answer.items() if k in ANSWER_KEYS or k in ("rationale", "passages")})


_FINISH: dict[str, Callable[[Read, Sequence[Any], list[Record]], None]] = {
    "guideline": _guidelines,
    "comparison": _comparisons,
    "round": _rounds,
    "slot": _slots,
    "assignment": _assignments,
    "judgment": _judgments,
    "gold": _golds,
}
"""What a type's record needs beyond its own row."""
