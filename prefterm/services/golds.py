"""Gold, the lead's side: list it, add an answer by hand, promote a label, retire one. Each in one transaction, with its event.

Whoever settles or lists gold is shown it: a reveal is written with it, so that they are never served it. What may not share a prompt
with gold is told by `separation`, what contests do to it by `contests`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.clock import now
from prefterm.domain.errors import Refused
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer, GoldSource, Role, reduce_answer
from prefterm.domain.preferences import OVERALL, direction
from prefterm.domain.records import parse_gold
from prefterm.domain.strict_json import storable
from prefterm.services.access import Project
from prefterm.services.scales import Scales, read_scales
from prefterm.services.separation import why_no_gold
from prefterm.store import comparisons, golds, listings, people, prompts, reveals, settling
from prefterm.store.comparisons import Stored
from prefterm.store.events import append_event
from prefterm.store.golds import GoldRow
from prefterm.store.listings import GoldVersion
from prefterm.store.settling import GivenAnswer

__all__ = ["NewGold", "add_gold", "directions", "gold_list", "promote_label", "retire_gold", "settle"]

_SHOWN = 20
"""Reasons for a refusal that are spelled out."""


@dataclass(frozen=True)
class NewGold:
    """A gold answer to be written."""

    comparison: Stored
    answer: Answer
    reason: str
    settled_by: GoldSource
    source: str
    """`promotion`, `agreement` or `adjudication`: how the contract calls where it comes from."""
    meta: Mapping[str, Any] = field(default_factory=dict)


# listing


def gold_list(project: Project) -> list[dict[str, Any]]:
    """Every gold answer in its latest state, with its history. Admins only; from now on none of it is served to them.

    `strength` and `tie` are null where the gold is a ranking or a rating; `retired` is the moment it was retired. `state` is `in force`,
    `contested` or `retired`, `contests` the number of open ones; `withheld` says why one in force is not served all the same.
    """
    project.require(Role.ADMIN)
    with project.database.read() as connection:
        names = {p.id: p.name for p in people.all_people(connection)}
    found: list[dict[str, Any]] = []
    shown: list[int] = []
    after = 0
    while True:
        with project.database.read() as connection:
            page = listings.gold_page(connection, after)
            histories = listings.gold_histories(connection, page)
            open_ones = listings.contests(connection, gold_ids=[v.id for h in histories.values() for v in h], state="open")
            withheld = why_no_gold(connection, page)
        if not page:
            break
        after = page[-1]
        shown += page
        contested = [c.gold_id for c in open_ones]
        found += [_listed(histories[identity], names, contested, withheld.get(identity)) for identity in page]
    # Written before anything is shown: an answer that the lead gives on such an item afterwards does not count.
    project.database.transact(lambda c: reveals.note_shown(c, project.actor, shown, "gold"))
    return found


def _listed(history: Sequence[GoldVersion], names: Mapping[int, str], contested: Sequence[int], withheld: str | None) -> dict[str, Any]:
    superseded = {v.supersedes for v in history}
    standing = [v for v in history if v.id not in superseded]
    last = next((v for v in standing if not v.retired), standing[-1])
    settled = next((v for v in history if last.retired and v.id == last.supersedes), last)
    contests = contested.count(settled.id)
    return {
        "comparison": settled.comparison, "strength": settled.answer.payload.get("strength"), "tie": settled.answer.payload.get("tie"),
        "reason": settled.reason, "sections": list(settled.sections), "source": settled.source, "since": settled.at,
        "retired": last.at if last.retired else None, "retired_because": last.reason if last.retired else None,
        "gold": settled.uuid, "state": "retired" if last.retired else "contested" if contests else "in force",
        "settled_by": settled.settled_by, "by": None if settled.by is None else names[settled.by],
        "contests": contests, "withheld": None if last.retired else withheld,
        "history": [
            {
                "gold": v.uuid, "state": "retired" if v.retired else "settled", "strength": v.answer.payload.get("strength"),
                "tie": v.answer.payload.get("tie"), "reason": v.reason, "sections": list(v.sections), "settled_by": v.settled_by,
                "source": v.source, "at": v.at, "by": None if v.by is None else names[v.by],
            }
            for v in history
        ],
    }  # fmt: skip


# settling


def settle(connection: Connection, project: Project, items: Sequence[NewGold]) -> list[str]:
    """Write gold answers in the caller's transaction, with one event; their uuids. What supersedes what follows from what is stored.

    Raises `Refused` with every reason where a comparison has gold in force, is hidden, or must not share its prompt with gold; where an
    answer has no place on any guideline's scale, or its reason is missing, longer than `LONGEST_NOTE`, or cites an unknown section.
    """
    ids = [item.comparison.id for item in items]
    last = golds.latest(connection, ids)
    apart, scales = why_no_gold(connection, ids), read_scales(connection)
    found = {item.comparison.comparison.id: _problem(item, last.get(item.comparison.id), apart, scales) for item in items}
    problems = [f"comparison {key} cannot become gold: {problem}" for key, problem in found.items() if problem is not None]
    if problems:
        more = f"\n… and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise Refused("\n".join(problems[:_SHOWN]) + more)
    rows = [_row(item, last.get(item.comparison.id), project) for item in items]
    # After the moment from which the gold stands: it is this gold that they were shown, and may contest.
    reveals.note_shown(connection, project.actor, ids, "gold")
    golds.add_golds(connection, rows, [item.answer for item in items])
    prompts.set_sides(connection, {place.cluster: "train" for place in prompts.places_of(connection, ids).values()})
    written = [row["uuid"] for row in rows]
    how = sorted({str(item.settled_by) for item in items})
    append_event(connection, "gold.settled", {"golds": written, "settled_by": how}, project.actor.key)
    return written


def _problem(item: NewGold, last: GoldRow | None, apart: Mapping[int, str], scales: Scales) -> str | None:
    if last is not None and not last.retired:
        return "it has a gold answer already: retire that one first, with `prefterm gold retire`"
    if item.comparison.hidden:
        return "it is hidden, for privacy"
    cited = item.answer.sections
    if (unknown := scales.unknown_section(cited)) is not None:
        return f"no published guideline has a section {unknown!r:.80}; there are {', '.join(sorted(scales.sections)) or 'none'}"
    if item.settled_by is GoldSource.PROMOTION and not cited and scales.sections:
        return "cite the guideline section that it rests on, with --section"
    return apart.get(item.comparison.id) or scales.problem(item.answer) or _reason_problem(item.reason)


def _reason_problem(reason: str) -> str | None:
    if not reason.strip():
        return "give its reason: people read it beside the pair"
    if len(reason) > golds.LONGEST_NOTE:
        return f"its reason has {len(reason):,} characters: {golds.LONGEST_NOTE:,} at most"
    return None


def _row(item: NewGold, last: GoldRow | None, project: Project) -> dict[str, Any]:
    return {
        "uuid": new_uuid(), "comparison_id": item.comparison.id, "supersedes_id": last.id if last else None, "status": "active",
        "reason": storable(item.reason), "settled_by": str(item.settled_by), "source": item.source, "created_at": now(),
        "created_by": project.actor.id, "import_sha256": None, "meta": dict(item.meta),
    }  # fmt: skip


def load_named(connection: Connection, keys: Iterable[str]) -> dict[str, Stored]:
    """Comparisons by their own id; raises `Refused` for one that is not stored."""
    wanted = list(dict.fromkeys(keys))
    found = comparisons.load_by_key(connection, wanted)
    for key in wanted:
        if key not in found:
            raise Refused(f"there is no comparison {key!r:.200}")
    return {key: found[key] for key in wanted}


def add_gold(project: Project, record: Mapping[str, Any]) -> str:
    """Settle a comparison by hand; the gold's uuid. `record` is a native gold record. Admins only.

    Raises `Refused` for an answer that is none, and for what `settle` refuses.
    """
    project.require(Role.ADMIN)

    def work(connection: Connection) -> str:
        stored = load_named(connection, [str(record.get("comparison"))]).popitem()[1]
        try:
            parsed = parse_gold(record, len(stored.comparison.responses))
        except ValueError as error:
            raise Refused(str(error)) from None
        new = NewGold(stored, parsed.answer, parsed.reason, GoldSource.PROMOTION, "promotion", parsed.meta)
        return settle(connection, project, [new])[0]

    return project.database.transact(work)


# promoting


def directions(answer: Answer, n_responses: int) -> tuple[int, ...]:
    """The direction of every pair of responses as a whole: what people agree on, or do not."""
    return tuple(direction(p.strength) for p in reduce_answer(answer, n_responses) if p.dimension == OVERALL)


def promote_label(project: Project, label: str, annotator: str | None, reason: str, sections: Sequence[str] = ()) -> str:
    """Make a label that stands the gold answer of its comparison; the gold's uuid. Admins only.

    `label`: the judgment's uuid, or the comparison's id with the name of who gave it. Without `sections` those that the label cites.
    Raises `Refused` for a label that is not there, was taken back, or is one of several, and for what `settle` refuses.
    """
    project.require(Role.ADMIN)

    def work(connection: Connection) -> str:
        given = _given(connection, label, annotator)
        stored = comparisons.load(connection, [given.comparison_id])[given.comparison_id]
        size = len(stored.comparison.responses)
        others = {
            a.annotator_id
            for a in settling.answers_on(connection, given.comparison_id)
            if a.annotator_id != given.annotator_id and directions(a.answer, size) != directions(given.answer, size)
        }
        answer = replace(given.answer, rationale="", confidence=None, reasons=(), sections=tuple(sections) or given.answer.sections)
        meta = {"judgment": given.uuid, "dissent": len(others)}
        return settle(connection, project, [NewGold(stored, answer, reason, GoldSource.PROMOTION, "promotion", meta)])[0]

    return project.database.transact(work)


def _given(connection: Connection, label: str, annotator: str | None) -> GivenAnswer:
    if annotator is None:
        found = settling.answers_by_uuid(connection, label)
        if not found:
            raise Refused(f"there is no judgment {label!r:.200}: give its uuid, or a comparison and --annotator NAME")
        if not found[0].in_force or found[0].purpose not in ("work", "repeat"):
            why = "was changed or taken back since" if not found[0].in_force else f"was given as {found[0].purpose}"
            raise Refused(f"judgment {label} {why}: it cannot be promoted")
        return found[0]
    identity = load_named(connection, [label])[label].id
    mine = [a for a in settling.answers_on(connection, identity) if a.annotator == annotator]
    if not mine:
        raise Refused(f"{annotator} has no answer that stands on comparison {label}")
    if len(mine) > 1:
        listed = ", ".join(f"{a.uuid} ({a.purpose} in {a.round})" for a in mine)
        raise Refused(f"{annotator} has {len(mine)} answers on comparison {label}: promote one by its uuid: {listed}")
    return mine[0]


# retiring


def retire_gold(project: Project, comparison: str, reason: str) -> str:
    """Take the gold answer of a comparison out of force; the uuid of the row that says so. Admins only.

    Open contests of it are upheld with the same reason. Raises `Refused` where there is no gold in force, or no reason.
    """
    project.require(Role.ADMIN)

    def work(connection: Connection) -> str:
        stored = load_named(connection, [comparison])[comparison]
        last = golds.latest(connection, [stored.id]).get(stored.id)
        if last is None or last.retired:
            raise Refused(f"comparison {comparison} has no gold answer in force")
        golds.close_contests(connection, last.id, project.actor.id, "upheld", storable(reason))
        return retire(connection, project, last, reason)

    return project.database.transact(work)


def retire(connection: Connection, project: Project, gold: GoldRow, reason: str) -> str:
    """Write the row that retires a gold in force, in the caller's transaction, with its event; the row's uuid."""
    problem = _reason_problem(reason)
    if problem is not None:
        raise Refused(problem)
    row = {
        "uuid": new_uuid(), "comparison_id": gold.comparison_id, "supersedes_id": gold.id, "status": "retired", "reason": storable(reason),
        "settled_by": gold.settled_by, "source": gold.source, "created_at": now(), "created_by": project.actor.id, "import_sha256": None,
        "meta": dict(gold.meta),
    }  # fmt: skip
    reveals.note_shown(connection, project.actor, [gold.comparison_id], "gold")
    golds.add_golds(connection, [row], [gold.answer])
    append_event(connection, "gold.retired", {"gold": gold.uuid, "by": row["uuid"]}, project.actor.key)
    return str(row["uuid"])
