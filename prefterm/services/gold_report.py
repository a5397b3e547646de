"""The calibration report: how right everybody is on golds, by what these are about and when, and which golds the team misses.

Who may look and whose names are shown is as in an audit, and so are the answers that score: given as calibration or qualification, to a
gold in force that nobody contests and that does not rest on the person's own answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.ids import derived_uuid
from prefterm.domain.judgments import Purpose, Role
from prefterm.services.access import Project
from prefterm.services.audit_columns import independent
from prefterm.stats.gold_breakdown import Accuracy, ScoredAnswer, Suspicion, accuracy, suspicions
from prefterm.store import audit_pages, golds, people, reveals, rounds
from prefterm.store.audit_pages import AnswerRow
from prefterm.store.golds import GoldRow
from prefterm.store.people import Person

__all__ = ["OCCASIONS", "gold_report"]

OCCASIONS = ("hidden", "qualification", "recalibration")
"""When a gold is answered: unannounced in work, or openly."""
_PURPOSES = (Purpose.CALIBRATION, Purpose.QUALIFICATION)
_CAVEATS = (
    "Intervals are for one figure looked at alone: of many cells, one in 20 misleads. An answer may stand in several sections.",
    "People answer different golds: a lower figure may be the harder golds.",
)


@dataclass(frozen=True)
class _Answer:
    annotator_id: int
    comparison_id: int
    strength: int
    gold: int


@dataclass
class _Found:
    """What was read."""

    scored: defaultdict[tuple[int, str], list[ScoredAnswer]] = field(default_factory=lambda: defaultdict(list))
    """By annotator and occasion."""
    on_items: defaultdict[int, dict[int, _Answer]] = field(default_factory=lambda: defaultdict(dict))
    """By comparison and annotator, the first of each; those on contested golds too."""
    golds: dict[int, GoldRow] = field(default_factory=dict)
    contested: set[int] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)


def gold_report(project: Project, round: str | None = None) -> dict[str, Any]:
    """The report of a round, or of all, as `gold report --json` gives it. Admins, and adjudicators without names.

    {"round", "annotators": [{"annotator", OCCASION: {"n", "correct", "rate", "low", "high", "undefined", "sections", "dimensions",
    "margins", "weeks"}}], "suspects": [{"comparison", "gold", "strength", "tie", "reason", "sections", "settled_by", "contested", "n",
    "wrong", "p", "why", "answers": [{"annotator", "strength"}]}], "left_out", "revealed", "caveats"}. No rate below five answers.

    What of it tells of items still open to the actor is revealed to them before this returns, and a gold in doubt, which is shown,
    wherever it is asked for. Raises `NotAllowed`, and `Refused` for a round that is not there.
    """
    project.require(Role.ADMIN, Role.ADJUDICATOR)
    with project.database.read() as connection:
        everybody = {p.id: p for p in people.all_people(connection)}
        known = {r.name: r.id for r in rounds.all_rounds(connection)}
    if round is not None and round not in known:
        raise Refused(f"no round {round!r}; there are {', '.join(known) or 'none yet: `prefterm round open`'}")
    found = _read(project, None if round is None else known[round])
    judged = sorted(found.on_items)
    doubted = suspicions([[(a.strength, a.gold) for a in found.on_items[identity].values()] for identity in judged])
    shown = [judged[s.item] for s in doubted]

    def note(connection: Connection) -> tuple[int, dict[int, str]]:
        concerned = len(reveals.open_to(connection, project.actor, judged))
        reveals.note_shown(connection, project.actor, shown, "gold")
        reveals.note_looks_at(connection, project.actor, judged, "figures")
        return concerned, audit_pages.names_of(connection, shown)

    revealed, keys = project.database.transact(note)
    names = _names(project.actor, everybody, round or "")
    present = {annotator for annotator, _ in found.scored}
    return {
        "round": round,
        "annotators": [_person(found, identity, name) for identity, name in names.items() if identity in present],
        "suspects": [
            {"comparison": keys[identity], **_suspect(found, identity, doubt), "answers": _answers(project.actor, found, identity, names)}
            for identity, doubt in zip(shown, doubted, strict=True)
        ],
        "left_out": dict(found.left_out),
        "revealed": revealed,
        "caveats": list(_CAVEATS),
    }  # fmt: skip


# reading


def _read(project: Project, round_id: int | None) -> _Found:
    found = _Found()
    after: int | None = 0
    while after is not None:
        with project.database.read() as connection:
            page, after = audit_pages.answers(connection, after, round_id, _PURPOSES)
            _take(connection, found, page)
    return found


def _take(connection: Connection, found: _Found, page: Sequence[AnswerRow]) -> None:
    """Take in one page of answers: those that score, those in doubt with their gold, and why the rest is left out."""
    ids = {row.comparison_id for row in page}
    scoring, latest = audit_pages.golds(connection, ids), golds.latest(connection, ids)
    by_dimension = audit_pages.dimensions(connection, (row.judgment_id for row in page))
    attempts = audit_pages.attempt_kinds(connection, (row.assignment_id for row in page))
    for row in page:
        gold = scoring.get(row.comparison_id)
        if row.hidden or row.n_responses != 2 or row.after_reveal:
            found.left_out["hidden" if row.hidden else "more_than_two" if row.n_responses != 2 else "after_reveal"] += 1
            continue
        if gold is None or not independent(gold, row):
            found.left_out["no_gold_in_force" if gold is None else "gold_from_own_answer"] += 1
            continue
        content = latest[row.comparison_id]
        found.golds[row.comparison_id] = content
        answered = _Answer(row.annotator_id, row.comparison_id, row.strength, gold.strength)
        found.on_items[row.comparison_id].setdefault(row.annotator_id, answered)
        if gold.contested:
            found.contested.add(row.comparison_id)
            found.left_out["contested_gold"] += 1
            continue
        own = by_dimension.get(row.judgment_id, {})
        both = {key: (own[key], value) for key, value in content.answer.dimensions.items() if key in own}
        occasion = attempts.get(row.assignment_id, "qualification" if row.purpose == Purpose.QUALIFICATION else "hidden")
        answer = ScoredAnswer(row.strength, gold.strength, content.answer.sections, both, _week(row.created_at))
        found.scored[row.annotator_id, occasion].append(answer)


def _week(moment: str | None) -> str | None:
    if moment is None:
        return None
    year, week, _ = datetime.fromisoformat(moment).isocalendar()
    return f"{year}-W{week:02}"


# showing


def _names(actor: Person, everybody: Mapping[int, Person], scope: str) -> dict[int, str]:
    """How each annotator is called, in the order of the report; an adjudicator learns no name, and none from the order."""
    if actor.role is Role.ADMIN:
        return {p.id: p.name for p in sorted(everybody.values(), key=lambda p: p.name)}
    veiled = sorted(everybody.values(), key=lambda p: derived_uuid("audited", scope, p.uuid))
    return {p.id: f"annotator {number}" for number, p in enumerate(veiled, 1)}


def _person(found: _Found, identity: int, name: str) -> dict[str, Any]:
    figures: dict[str, Accuracy] = {occasion: accuracy(found.scored.get((identity, occasion), ())) for occasion in OCCASIONS}
    return {"annotator": name, **{occasion: figure.to_json() for occasion, figure in figures.items()}}


def _suspect(found: _Found, identity: int, doubt: Suspicion) -> dict[str, Any]:
    gold = found.golds[identity]
    return {
        "gold": gold.uuid, "strength": gold.answer.payload.get("strength"), "tie": gold.answer.payload.get("tie"), "reason": gold.reason,
        "sections": list(gold.answer.sections), "settled_by": gold.settled_by, "contested": identity in found.contested, "n": doubt.n,
        "wrong": doubt.wrong, "p": doubt.p, "why": doubt.why,
    }  # fmt: skip


def _answers(actor: Person, found: _Found, identity: int, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """The answers on a gold in doubt. Without names people are numbered anew for each item, so that nobody is followed across items."""
    given = found.on_items[identity].values()
    if actor.role is Role.ADMIN:
        return [{"annotator": names[a.annotator_id], "strength": a.strength} for a in sorted(given, key=lambda a: names[a.annotator_id])]
    ordered = sorted(given, key=lambda a: derived_uuid("answered", a.comparison_id, names[a.annotator_id]))
    return [{"annotator": f"annotator {number}", "strength": a.strength} for number, a in enumerate(ordered, 1)]
