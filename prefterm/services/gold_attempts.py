"""Attempts: qualification before the first work under a guideline, and a short recalibration after an alarm of drift.

Golds are announced here, and feedback on each comes at once; a reveal is written before it. The golds of an attempt are chosen when
it begins, so that a kill or another terminal finds it where it was.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from prefterm.domain.clock import now
from prefterm.domain.errors import Gated
from prefterm.domain.judgments import Answer, Purpose
from prefterm.domain.qualification import Qualification, Standing
from prefterm.services import gold_choice
from prefterm.services.gold_choice import GoldPool
from prefterm.services.serving import AttemptPlace, Feedback, Served, serve, serve_new
from prefterm.services.standings import COUNTED, CalibrationScope, Found, results_of, scope_of, standing_of
from prefterm.store import attempts, claims, reveals, rounds
from prefterm.store.attempts import Attempt, AttemptItem, GateRow
from prefterm.store.claims import AssignmentRow
from prefterm.store.events import append_event
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

__all__ = ["RECALIBRATION_ITEMS", "attempt_asked_for", "attempt_item", "drift_gate", "feedback_on", "in_attempt", "place"]

RECALIBRATION_ITEMS = 6
"""Golds of a recalibration; fewer where the pool holds fewer."""


def attempt_item(connection: Connection, current: RoundRow, actor: Person) -> tuple[Served | None, Standing]:
    """What stands between a person and work, claimed: the next gold of an attempt, or None; and where they stand.

    Begins an attempt where one is asked for. Raises `Gated` where none can be taken, or another one needs the lead.
    """
    scope = scope_of(connection, current)
    found = standing_of(connection, current, actor.id, scope)
    state = found.qualification.standing if found is not None else Standing.PASSED
    gate = drift_gate(connection, actor.id, scope)
    open_one = _open_attempt(connection, current, actor, scope, gate)
    if open_one is not None and open_one.kind == "qualification" and state in COUNTED:
        # A lead cleared them: nothing is asked any more.
        attempts.end_attempt(connection, open_one.id)
        open_one = None
    if found is not None and open_one is None and state is Standing.NOT_PASSED and not found.again:
        # Also where a contest that was rejected, or a gold that was retired, decided it.
        tell_lead(connection, current, actor, scope, found.qualification)
        raise Gated(f"The qualification was not passed: {found.qualification.reason}. Your lead was told and decides how it goes on.")
    asked = None if open_one is not None else attempt_asked_for(found, gate)
    if asked == "qualification":
        open_one = _begin_qualification(connection, current, actor)
    elif asked == "recalibration" and gate is not None:
        open_one = _begin_recalibration(connection, current, actor, gate)
    if open_one is None:
        return None, state
    served = _next(connection, current, actor, open_one)
    if served is None:
        _finish(connection, current, actor, open_one, scope)
        return attempt_item(connection, current, actor)
    return served, state


def attempt_asked_for(found: Found | None, drift: GateRow | None) -> str | None:
    """Which attempt stands between a person and work, none being open: `qualification`, `recalibration`, or None."""
    if found is not None and (found.qualification.standing is Standing.IN_PROGRESS or found.again):
        return "qualification"
    return None if drift is None else "recalibration"


def _open_attempt(
    connection: Connection, current: RoundRow, actor: Person, scope: CalibrationScope, gate: GateRow | None
) -> Attempt | None:
    """The attempt to go on with in this round. A recalibration goes with its alarm: one is enough, in whatever round it is taken."""
    found = None
    for attempt in attempts.attempts(connection, actor.id, {current.id, *scope.rounds}):
        if attempt.state != "open":
            continue
        if attempt.kind == "recalibration" and (gate is None or attempt.round_id != current.id):
            attempts.end_attempt(connection, attempt.id, "abandoned")
        elif attempt.round_id == current.id:
            found = attempt
    return found


def _begin_qualification(connection: Connection, current: RoundRow, actor: Person) -> Attempt:
    asked = int(current.options["qualification"])
    pool = gold_choice.read_pool(connection, current, actor.id, without_dissent=True)
    chosen = gold_choice.choose(connection, current, actor.id, gold_choice.read_mix(connection, current), pool, asked)
    if len(chosen) < asked:
        raise Gated(
            f"Before your first pair you take a qualification of {asked} settled items, and there are only {len(chosen)} that you have "
            "not met. Tell your lead: more gold is needed."
        )
    attempt = attempts.begin_attempt(connection, actor.id, current.id, "qualification", chosen)
    append_event(connection, "qualification.begun", {"attempt": attempt.uuid, "round": current.uuid, "n": asked}, actor.key)
    return attempt


def drift_gate(connection: Connection, annotator_id: int, scope: CalibrationScope) -> GateRow | None:
    """A person's alarm of drift that stands, whichever of the rounds it came in."""
    return next((g for g in attempts.gates(connection, annotator_id, scope.rounds) if g.kind == "drift" and g.lifted_at is None), None)


def _begin_recalibration(connection: Connection, current: RoundRow, actor: Person, gate: GateRow) -> Attempt | None:
    """A recalibration; None where no gold is left for one: the alarm is then the lead's alone, and work goes on."""
    pool = gold_choice.read_pool(connection, current, actor.id)
    mix = gold_choice.read_mix(connection, current)
    chosen = gold_choice.choose(connection, current, actor.id, mix, pool, RECALIBRATION_ITEMS)
    if not chosen:
        attempts.lift_gate(connection, gate.id, actor.id, "no gold was left for a recalibration")
        append_event(connection, "gate.lifted", {"gate": gate.uuid, "why": "no gold left"}, actor.key)
        return None
    attempt = attempts.begin_attempt(connection, actor.id, current.id, "recalibration", chosen)
    append_event(connection, "recalibration.begun", {"attempt": attempt.uuid, "gate": gate.uuid, "n": len(chosen)}, actor.key)
    return attempt


def _next(connection: Connection, current: RoundRow, actor: Person, attempt: Attempt) -> Served | None:
    """The first item of an attempt that is not answered; None where there is none.

    Raises `Gated` where a qualification lacks a gold in the place of one that was skipped or left the pool; a recalibration is shorter
    then.
    """
    items = attempts.items_of(connection, attempt.id)
    pool = gold_choice.read_pool(connection, current, actor.id, without_dissent=attempt.kind == "qualification")
    good = {g.comparison_id for g in pool.eligible}
    shown = reveals.shown_at(connection, actor.id, [i.comparison_id for i in items])
    unfilled = 0
    for item in items:
        if item.state == "answered":
            continue
        if item.assignment is not None and item.state != "skipped" and item.usable and item.comparison_id not in shown:
            row = claims.assignment(connection, item.assignment)
            if row is not None:
                claims.set_state(connection, row, "open", claims.lease_end(current, now()), None)
                return in_attempt(connection, serve(connection, row), row)
        replaced: AttemptItem | None = item
        if item.assignment is not None or item.comparison_id not in good:
            # Skipped, retired, or met elsewhere since the attempt began.
            skipped = attempt.kind == "recalibration" and item.state == "skipped"
            replaced = None if skipped else _replace(connection, current, actor, pool, item, items)
        if replaced is None:
            unfilled += 1
            if attempt.kind == "recalibration":
                attempts.drop_item(connection, item.id)
            continue
        uuid = claims.claim_beside(connection, current, actor.id, replaced.comparison_id, replaced.order, Purpose.QUALIFICATION)
        attempts.put_in_place(connection, replaced.id, uuid)
        row = claims.assignment(connection, uuid)
        served = serve_new(connection, uuid, replaced.comparison_id, replaced.order)
        return served if row is None else in_attempt(connection, served, row)
    if unfilled and attempt.kind == "qualification":
        _tell_unfilled(connection, current, actor, unfilled, len(items))
        raise Gated(
            f"Your qualification cannot be finished: no settled item is left in the place of {unfilled} of its {len(items)}. Your lead was "
            "told and decides how it goes on."
        )
    return None


def _tell_unfilled(connection: Connection, current: RoundRow, actor: Person, unfilled: int, of: int) -> None:
    """Put an unfinished qualification to the lead, once."""
    if any(g.kind == "to_lead" and g.lifted_at is None for g in attempts.gates(connection, actor.id, [current.id])):
        return
    detail = {"reason": f"no gold is left in the place of {unfilled} of the {of} items of the qualification"}
    gate = attempts.open_gate(connection, actor.id, current.id, "to_lead", detail)
    append_event(connection, "gate.opened", {"gate": gate, "kind": "to_lead"}, actor.key)


def _replace(
    connection: Connection, current: RoundRow, actor: Person, pool: GoldPool, item: AttemptItem, items: list[AttemptItem]
) -> AttemptItem | None:
    """Another gold in the place of one that cannot be served; None where there is none."""
    taken = {i.comparison_id for i in items}
    free = replace(pool, eligible=tuple(g for g in pool.eligible if g.comparison_id not in taken))
    chosen = gold_choice.choose(connection, current, actor.id, gold_choice.read_mix(connection, current), free)
    if not chosen:
        return None
    attempts.replace_item(connection, item.id, chosen[0])
    return AttemptItem(item.id, item.position, chosen[0].gold_id, chosen[0].comparison_id, chosen[0].order, None, None, True)


def in_attempt(connection: Connection, served: Served, row: AssignmentRow) -> Served:
    """A pair with its place in the attempt that it belongs to; as it is where it belongs to none."""
    found = place(connection, row)
    return served if found is None else served.placed(found)


def place(connection: Connection, row: AssignmentRow) -> AttemptPlace | None:
    """Where a turn stands in its attempt; None for every purpose but `qualification`."""
    if row.purpose != Purpose.QUALIFICATION:
        return None
    found = attempts.place_of(connection, row.id)
    if found is None:
        return None
    attempt, number, of = found
    sections: tuple[str, ...] = ()
    if attempt.kind == "recalibration":
        scope = scope_of(connection, rounds.round_by_id(connection, attempt.round_id))
        gates = [g for g in attempts.gates(connection, row.annotator_id, scope.rounds) if g.kind == "drift"]
        sections = tuple(gates[-1].detail.get("sections", ())) if gates else ()
    return AttemptPlace(attempt.kind, number, of, sections)


def _finish(connection: Connection, current: RoundRow, actor: Person, attempt: Attempt, scope: CalibrationScope) -> Found | None:
    """End an attempt whose items are all answered, with what follows from it."""
    attempts.end_attempt(connection, attempt.id)
    append_event(connection, f"{attempt.kind}.done", {"attempt": attempt.uuid}, actor.key)
    if attempt.kind == "recalibration":
        gate = drift_gate(connection, actor.id, scope)
        if gate is not None:
            taken = any(i.state == "answered" for i in attempts.items_of(connection, attempt.id))
            why = "recalibrated" if taken else "every item of the recalibration was skipped"
            attempts.lift_gate(connection, gate.id, actor.id, why)
            append_event(connection, "gate.lifted", {"gate": gate.uuid, "why": why}, actor.key)
        return None
    found = standing_of(connection, current, actor.id, scope)
    if found is not None:
        tell_lead(connection, current, actor, scope, found.qualification)
    return found


def tell_lead(connection: Connection, current: RoundRow, actor: Person, scope: CalibrationScope, found: Qualification) -> None:
    """Open the gate by which the lead learns of a qualification that was not passed, or that only a lead can decide; once."""
    kind = "not_passed" if found.standing is Standing.NOT_PASSED else "to_lead" if found.lead_alone else None
    if kind is None or any(g.kind == kind and g.lifted_at is None for g in attempts.gates(connection, actor.id, scope.rounds)):
        return
    detail = {"right": found.right, "n": found.n, "reversed_much": found.reversed_much, "reason": found.reason}
    gate = attempts.open_gate(connection, actor.id, current.id, kind, detail)
    append_event(connection, "gate.opened", {"gate": gate, "kind": kind}, actor.key)


def feedback_on(connection: Connection, current: RoundRow, actor: Person, row: AssignmentRow, answer: Answer) -> Feedback | None:
    """What the person is told about their answer in an attempt, after a reveal is written; ends the attempt with its last item.

    None where the gold was retired meanwhile: there is nothing to compare with.
    """
    found = attempts.place_of(connection, row.id)
    if found is None:
        return None
    attempt = found[0]
    scope = scope_of(connection, current)
    golds = attempts.golds_answered(connection, actor.id, Purpose.QUALIFICATION, [attempt.round_id], attempt_id=attempt.id)
    mine = next((g for g in golds if g.assignment_id == row.id), None)
    outcome = ""
    if attempt.state == "open" and all(i.state == "answered" for i in attempts.items_of(connection, attempt.id)):
        outcome = _outcome(attempt, _finish(connection, current, actor, attempt, scope))
    if mine is None:
        return None
    if reveals.shown_at(connection, actor.id, [row.comparison_id]).get(row.comparison_id, "") < mine.moment:
        # Not again where the acknowledgement was lost and the answer was sent once more.
        reveals.note_told(connection, actor.id, row.comparison_id, current.id, "gold", mine.moment)
    results = results_of(golds, scope.largest)
    scoring = [r for r in results if not r.contested]
    served = in_attempt(connection, serve(connection, row), row)
    return Feedback(
        served=served,
        answer=answer,
        settled=mine.settled,
        gold=mine.gold,
        reason=mine.reason,
        sections=tuple(mine.settled.sections),
        right=results[golds.index(mine)].right,
        so_far=(sum(r.right for r in scoring), len(scoring)),
        contested=mine.contested,
        outcome=outcome,
    )


def _outcome(attempt: Attempt, found: Found | None) -> str:
    """What the end of an attempt means for the person."""
    if attempt.kind == "recalibration":
        return "That was the recalibration: thank you. Work goes on with the next pair."
    if found is None:
        return ""
    reason = found.qualification.reason
    said = {
        Standing.PASSED: f"Passed: {reason}. Work begins with the next pair.",
        Standing.CLEARED: f"Passed: {reason}. Work begins with the next pair.",
        Standing.NOT_PASSED: f"Not passed: {reason}. Your lead was told and decides how it goes on.",
    }
    undecided = f"Not decided yet: {reason}. Work begins with the next pair; it counts as soon as this is decided."
    return said.get(found.qualification.standing, undecided)
