"""The write half of an import: one transaction's worth of prompts, comparisons, votes and gold, with the checks that need the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from prefterm.domain.clock import now, stamp
from prefterm.domain.ids import derived_uuid
from prefterm.domain.passages import passage_problem
from prefterm.domain.prompts import Comparison
from prefterm.domain.records import JudgmentRecord
from prefterm.services.import_golds import write_golds
from prefterm.services.near_duplicates import PromptPlan
from prefterm.services.separation import why_no_gold
from prefterm.store import comparisons, golds, judgments, people, prompts, rounds, votes
from prefterm.store.bulk import chunks
from prefterm.store.events import append_event
from prefterm.store.people import Person

if TYPE_CHECKING:
    from prefterm.services.importing import Batch, ImportResult, Located

__all__ = ["write_batch"]

_TEXTS_AT_ONCE = 200
"""Comparisons whose texts are held in memory together."""


def write_batch(connection: Connection, actor: Person, batch: Batch, plan: PromptPlan) -> ImportResult:
    """Write a validated batch; raises `InputRejected` where it clashes with what is stored."""
    from prefterm.services.importing import ImportResult

    result = ImportResult()
    _write_prompts(connection, plan)
    _write_comparisons(connection, batch, result)
    batch.raise_if_rejected()
    _check_passages(connection, batch)
    sizes = comparisons.sizes_by_key(connection)
    _write_judgments(connection, batch, sizes, result)
    write_golds(connection, actor, batch, sizes, result)
    batch.raise_if_rejected()
    if result.comparisons or result.judgments or result.gold or result.filled:
        payload = {
            "files": batch.files, "comparisons": result.comparisons, "judgments": result.judgments, "gold": result.gold,
            "filled": result.filled,
        }  # fmt: skip
        append_event(connection, "import", payload, actor.key)
    return result


def _write_prompts(connection: Connection, plan: PromptPlan) -> None:
    prompts.merge_clusters(connection, plan.merged)
    prompts.set_sides(connection, plan.sides)
    prompts.add_prompts(connection, plan.new)


def _write_comparisons(connection: Connection, batch: Batch, result: ImportResult) -> None:
    stored = comparisons.load_by_key(connection, batch.comparisons)
    shas = {k: prompts.prompt_sha(c.prompt) for k, c in batch.comparisons.items() if c.prompt is not None}
    ids = prompts.ids_by_sha(connection, shas.values())
    fresh: list[tuple[Comparison, int | None]] = []
    filled_in: dict[int, str] = {}
    for key, new in batch.comparisons.items():
        prompt_id = ids[shas[key]] if key in shas else None
        old = stored.get(key)
        if old is None:
            fresh.append((new, prompt_id))
        elif other := new.differs_from(old.comparison):
            batch.reject(*batch.places[key], f"comparison {key!r} is stored already and {other}")
        else:
            filled = old.comparison.filled_from(new)
            if filled == old.comparison:
                result.unchanged += 1
            else:
                comparisons.fill_comparison(connection, old, filled, prompt_id if old.prompt_id is None else old.prompt_id)
                result.filled += 1
                filled_in[old.id] = key
    comparisons.add_comparisons(connection, fresh)
    result.comparisons = len(fresh)
    _check_filled(connection, batch, filled_in)


def _check_filled(connection: Connection, batch: Batch, filled: Mapping[int, str]) -> None:
    """A text that is filled in must not bring gold that stood without one to a sealed prompt or a worked example."""
    prompts.copy_sides(connection, filled)
    held = golds.comparisons_with_gold(connection, filled)
    places = prompts.places_of(connection, held)
    for identity, why in why_no_gold(connection, held).items():
        batch.reject(*batch.places[filled[identity]], f"{why}, and comparison {filled[identity]!r} has a gold answer")
    if not batch.rejected:
        prompts.set_sides(connection, {place.cluster: "train" for place in places.values()})


def _check_passages(connection: Connection, batch: Batch) -> None:
    """Passages lie inside their texts, as they are known now: from the files, from the database, or from both."""
    pointing = [item for item in (*batch.judgments, *batch.golds) if item.record.answer.passages]
    for part in chunks(pointing, _TEXTS_AT_ONCE):
        known = comparisons.load_by_key(connection, (item.record.comparison for item in part))
        for item in part:
            problem = passage_problem(item.record.answer, known[item.record.comparison].comparison)
            if problem is not None:
                batch.reject(item.file, item.line, problem)


def _new_ones(batch: Batch, located: list[Located], stored: Mapping[str, str | None], result: ImportResult) -> list[Located]:
    """What is not stored yet; equal content counts as unchanged, other content under the same identity is rejected."""
    fresh = []
    for item in located:
        if item.uuid not in stored:
            fresh.append(item)
        elif stored[item.uuid] == item.sha256:
            result.unchanged += 1
        else:
            batch.reject(item.file, item.line, "is stored already with other content")
    return fresh


def _write_judgments(connection: Connection, batch: Batch, sizes: Mapping[str, tuple[int, int]], result: ImportResult) -> None:
    stored = judgments.content_by_uuid(connection, (j.uuid for j in batch.judgments))
    fresh = _new_ones(batch, batch.judgments, stored, result)
    known = {p.name: p for p in people.all_people(connection)}
    for item in fresh:
        person = known.get(item.record.annotator)
        if person is not None and person.kind is not item.record.kind:
            batch.reject(item.file, item.line, f"{person.name!r} is known as {person.kind}, not {item.record.kind}")
    if batch.rejected or not fresh:
        return
    wanted = [(i.record.annotator, str(i.record.kind), i.record.meta.get("simulated") is True) for i in fresh]
    people.add_imported(connection, wanted)
    ids = people.ids_by_name(connection)
    for source in dict.fromkeys(i.source for i in fresh):
        mine = [i for i in fresh if i.source == source]
        round_id = _import_round(connection, source)
        votes.add_items(connection, round_id, {sizes[i.record.comparison][0] for i in mine})
        rows = [_vote(i, round_id, sizes[i.record.comparison][0], ids[i.record.annotator]) for i in mine]
        votes.add_votes(connection, rows, [(i.record.answer, sizes[i.record.comparison][1]) for i in mine])
    result.judgments = len(fresh)


def _import_round(connection: Connection, source: str) -> int:
    name = f"import:{source}"
    found = rounds.round_named(connection, name)
    if found is not None:
        return found.id
    at = now()
    values: dict[str, Any] = {
        "uuid": derived_uuid("round", name), "name": name, "kind": "import", "state": "closed", "guideline_version_id": None,
        "overlap": 1, "up_to": 1, "seed": "", "options": {}, "opened_at": at, "closed_at": at,
    }  # fmt: skip
    return rounds.add_round(connection, values)


def _vote(item: Located, round_id: int, comparison_id: int, annotator_id: int) -> votes.Vote:
    record: JudgmentRecord = item.record
    meta = dict(record.meta)
    if record.guideline is not None:
        # Imported judgments are unversioned: what they say of their guideline is kept as said.
        meta.setdefault("guideline", record.guideline)
    return votes.Vote(
        assignment={
            "uuid": derived_uuid("assignment", item.uuid), "round_id": round_id, "comparison_id": comparison_id,
            "annotator_id": annotator_id, "purpose": str(record.purpose), "origin": str(record.origin),
            "presented_order": None if record.presented_order is None else list(record.presented_order),
        },
        judgment={
            "uuid": item.uuid, "comparison_id": comparison_id, "annotator_id": annotator_id, "active_seconds": record.active_seconds,
            "lookup_seconds": record.lookup_seconds,
            "seen": None if record.seen is None else list(record.seen),
            "created_at": None if record.created_at is None else stamp(record.created_at), "import_sha256": item.sha256, "meta": meta,
        },
    )  # fmt: skip
