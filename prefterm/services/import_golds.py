"""The gold of an import: what of it is new, what clashes with what is stored, and why a line is rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from prefterm.domain.clock import now
from prefterm.domain.ids import derived_uuid
from prefterm.domain.records import answer_record
from prefterm.services.scales import read_scales
from prefterm.services.separation import why_no_gold
from prefterm.store import golds, prompts
from prefterm.store.golds import GoldRow
from prefterm.store.people import Person

if TYPE_CHECKING:
    from prefterm.services.importing import Batch, ImportResult, Located

__all__ = ["write_golds"]


def write_golds(connection: Connection, actor: Person, batch: Batch, sizes: Mapping[str, tuple[int, int]], result: ImportResult) -> None:
    """Write the gold of a batch, or reject lines of it, and count. `sizes`: (numeric id, number of responses) by comparison."""
    ids = {item.record.comparison: sizes[item.record.comparison][0] for item in batch.golds}
    last = golds.latest(connection, ids.values())
    fresh = _new_ones(connection, batch, ids, last, result)
    if not fresh:
        return
    apart = why_no_gold(connection, (ids[item.record.comparison] for item in fresh))
    scales = read_scales(connection)
    for item in fresh:
        why = apart.get(ids[item.record.comparison])
        outside = scales.problem(item.record.answer)
        if why is not None:
            batch.reject(item.file, item.line, f"{why}: it cannot become gold")
        elif outside is not None:
            batch.reject(item.file, item.line, f"nobody can give this answer: {outside}")
    if batch.rejected:
        return
    rows = [_row(item, ids[item.record.comparison], last, actor) for item in fresh]
    golds.add_golds(connection, rows, [item.record.answer for item in fresh])
    places = prompts.places_of(connection, (ids[item.record.comparison] for item in fresh))
    prompts.set_sides(connection, {place.cluster: "train" for place in places.values()})
    result.gold = len(fresh)


def _new_ones(
    connection: Connection, batch: Batch, ids: Mapping[str, int], last: Mapping[int, GoldRow], result: ImportResult
) -> list[Located]:
    """What is not stored yet. A gold in force is never replaced; after one was retired, a file may bring another answer."""
    known = golds.content_by_uuid(connection, (g.uuid for g in batch.golds))
    anew = {g.uuid: derived_uuid("gold", g.uuid, g.sha256) for g in batch.golds}
    known |= golds.content_by_uuid(connection, (anew[u] for u in known if u in anew))
    fresh = []
    for item in batch.golds:
        standing = last.get(ids[item.record.comparison])
        if known.get(item.uuid) == item.sha256 or anew[item.uuid] in known or (standing is not None and _says_the_same(item, standing)):
            result.unchanged += 1
        elif standing is not None and not standing.retired:
            told = f"({standing.settled_by}, {standing.created_at[:10]}): retire that one first"
            batch.reject(item.file, item.line, f"differs from the gold answer that comparison {item.record.comparison!r} has {told}")
        else:
            fresh.append(item if item.uuid not in known else replace(item, uuid=anew[item.uuid]))
    return fresh


def _says_the_same(item: Located, standing: GoldRow) -> bool:
    if standing.retired or answer_record(standing.answer) != answer_record(item.record.answer):
        return False
    return bool(standing.reason == item.record.reason)


def _row(item: Located, comparison_id: int, last: Mapping[int, GoldRow], actor: Person) -> dict[str, Any]:
    record, before = item.record, last.get(comparison_id)
    return {
        "uuid": item.uuid, "comparison_id": comparison_id, "supersedes_id": before.id if before else None, "status": "active",
        "reason": record.reason, "settled_by": str(record.settled_by), "source": "import", "created_at": now(), "created_by": actor.id,
        "import_sha256": item.sha256, "meta": dict(record.meta),
    }  # fmt: skip
