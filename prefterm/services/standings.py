"""Where people stand with the qualification of a round: which golds count for it, what a lead decided, whose work is provisional.

The rule itself is `domain.qualification`; here are the answers and gates that it is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from prefterm.domain.judgments import Answer, Purpose, reduce_answer
from prefterm.domain.preferences import OVERALL
from prefterm.domain.qualification import GoldResult, Qualification, QualificationRule, Standing, score_gold, standing
from prefterm.store import attempts, guidelines, people, rounds, sittings
from prefterm.store.attempts import Attempt, GoldAnswered
from prefterm.store.rounds import RoundRow

__all__ = [
    "COUNTED",
    "CalibrationScope",
    "Found",
    "has_qualified",
    "own_standing",
    "provisional_people",
    "results_of",
    "scope_of",
    "standing_of",
    "strength_of",
]

COUNTED = frozenset({Standing.PASSED, Standing.CLEARED})
"""Standings whose work enters figures and exports."""


@dataclass(frozen=True)
class CalibrationScope:
    """What counts together with a round: hidden golds by guideline, attempts by guideline since it last asked for new ones."""

    rounds: tuple[int, ...]
    """Ids of the labelling rounds under the same guideline, whatever its version."""
    qualifying: tuple[int, ...]
    """Those whose attempts qualify for this round too: under versions between which none asked to qualify anew."""
    largest: int
    """How many margins the round's guideline has."""


@dataclass(frozen=True)
class Found:
    """A person's standing in a round."""

    qualification: Qualification
    attempt: Attempt | None
    """The attempt that it rests on; None where none was begun."""
    again: bool = False
    """Whether a lead allowed another attempt after this one."""


def scope_of(connection: Connection, the_round: RoundRow) -> CalibrationScope:
    """What counts together with a round."""
    found = scope_of_version(connection, the_round.guideline_version_id or 0)
    return found or CalibrationScope((the_round.id,), (the_round.id,), 0)


def scope_of_version(connection: Connection, version: int) -> CalibrationScope | None:
    """What counts together with a round under a guideline version (by numeric id), opened or not; None for no version."""
    versions = {g.id: g for g in guidelines.all_versions(connection)}
    own = versions.get(version)
    if own is None:
        return None
    asking = sorted(g.version for g in versions.values() if g.name == own.name and g.requalify)
    since = max((v for v in asking if v <= own.version), default=0)
    # A round keeps its version for life: what a later version asks for anew takes nothing away from it.
    before = min((v for v in asking if v > own.version), default=None)
    alike = [
        (r.id, versions[r.guideline_version_id].version)
        for r in rounds.all_rounds(connection)
        if r.kind == "labelling" and r.guideline_version_id in versions and versions[r.guideline_version_id].name == own.name
    ]
    settings = guidelines.settings_by_id(connection).get(own.id) or {}
    return CalibrationScope(
        tuple(i for i, _ in alike),
        tuple(i for i, version in alike if version >= since and (before is None or version < before)),
        len(settings.get("margins", ())),
    )


def strength_of(answer: Answer) -> int:
    """The overall signed strength of an answer about two responses, in canonical order."""
    return next((p.strength for p in reduce_answer(answer, 2) if p.dimension == OVERALL), 0)


def results_of(golds: Iterable[GoldAnswered], largest: int) -> list[GoldResult]:
    """How answers to golds score; `largest`: the number of margins."""
    return [score_gold(strength_of(g.answer), strength_of(g.settled), largest, contested=g.contested) for g in golds]


def standing_of(
    connection: Connection, the_round: RoundRow, annotator_id: int, scope: CalibrationScope | None = None, *, until: str | None = None
) -> Found | None:
    """Where a person stands in a round; None where the round asks for no qualification.

    `until`: leave out hidden golds answered from that moment on. What a person learns of themselves must not tell of the sitting
    that goes on: see `own_standing`.
    """
    asked = int(the_round.options.get("qualification", 0))
    if not asked:
        return None
    return _standing(connection, scope or scope_of(connection, the_round), annotator_id, asked, until)


def has_qualified(connection: Connection, version: int, annotator_id: int) -> bool:
    """Whether a person need take no qualification in a round under a guideline version: they passed, or were cleared, before."""
    scope = scope_of_version(connection, version)
    return scope is not None and _standing(connection, scope, annotator_id, 1, None).qualification.standing in COUNTED


def _standing(connection: Connection, scope: CalibrationScope, annotator_id: int, asked: int, until: str | None) -> Found:
    tried = [a for a in attempts.attempts(connection, annotator_id, scope.qualifying) if a.kind == "qualification"]
    if not tried:
        return Found(standing([], QualificationRule(n=asked)), None)
    last = tried[-1]
    taken = attempts.golds_answered(connection, annotator_id, Purpose.QUALIFICATION, [last.round_id], attempt_id=last.id)
    size = len(taken) if last.state == "done" else len(attempts.items_of(connection, last.id))
    if last.state == "done" and not taken:
        # Every gold of it was retired since: it shows nothing.
        return _decided_by_lead(connection, annotator_id, scope, last, standing([], QualificationRule(n=asked)))
    results = results_of(taken, scope.largest)
    if last.state == "done":
        newest = max(g.assignment_id for g in taken)
        hidden = attempts.golds_answered(connection, annotator_id, Purpose.CALIBRATION, scope.rounds)
        since = [g for g in hidden if g.assignment_id > newest and (until is None or g.moment < until)]
        results += results_of(since, scope.largest)
    rule = QualificationRule(n=max(size, 1))
    found = standing(results, rule)
    if found.standing not in COUNTED:
        # What was passed stands while somebody's contest is open: it is taken as it was answered.
        as_answered = standing([replace(r, contested=False) for r in results], rule)
        found = as_answered if as_answered.standing in COUNTED else found
    return _decided_by_lead(connection, annotator_id, scope, last, found)


def own_standing(connection: Connection, the_round: RoundRow, annotator_id: int) -> Found | None:
    """Where a person stands, as they may know it: by the hidden golds of finished sittings alone."""
    scope = scope_of(connection, the_round)
    begun = [sittings.open_since(connection, annotator_id, one) for one in scope.rounds]
    until = min((moment for moment in begun if moment is not None), default=None)
    return standing_of(connection, the_round, annotator_id, scope, until=until)


def _decided_by_lead(connection: Connection, annotator_id: int, scope: CalibrationScope, last: Attempt, found: Qualification) -> Found:
    """The standing with what a lead decided since the attempt began: cleared, or another attempt allowed."""
    since = [g for g in attempts.gates(connection, annotator_id, scope.rounds) if g.opened_at >= last.started_at]
    failed = [g for g in since if g.kind == "not_passed"]
    if found.standing is Standing.NOT_PASSED and failed:
        return Found(found, last, again=any(g.lifted_at for g in failed))
    # What was put to the lead before the qualification failed is no more than that.
    cleared = any(g.kind == "to_lead" and g.lifted_at for g in since) and not failed
    if cleared and found.standing not in COUNTED:
        return Found(replace(found, standing=Standing.CLEARED, reason=f"{found.reason}; a lead cleared it"), last)
    return Found(found, last)


def provisional_people(connection: Connection, the_round: RoundRow) -> set[int]:
    """Ids of the people whose work in a round does not count (yet): it asks for a qualification that they have not passed."""
    if not int(the_round.options.get("qualification", 0)):
        return set()
    scope = scope_of(connection, the_round)
    found = set()
    for person in people.with_turns(connection, the_round.id):
        mine = standing_of(connection, the_round, person, scope)
        if mine is not None and mine.qualification.standing not in COUNTED:
            found.add(person)
    return found
