"""Calibration of a person in a round: what hidden golds say about them, what they are told of it, and when; contesting a gold.

What stands before work is in `gold_attempts`, what comes in between it in `hidden_items`, the lead's side of gold in `golds`; the
rules are pure functions of `domain` and `stats`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import Purpose, Role
from prefterm.domain.qualification import Standing
from prefterm.services.access import Project
from prefterm.services.gold_attempts import tell_lead
from prefterm.services.serving import Feedback, serve
from prefterm.services.standings import own_standing, results_of, scope_of, standing_of
from prefterm.store import attempts, claims, golds, people, reveals, sittings
from prefterm.store.attempts import GateRow, GoldAnswered
from prefterm.store.events import append_event
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

__all__ = ["after_hidden_gold", "contest_gold", "feedback_of", "release", "review_sitting", "standing_sentence", "waiting_feedback"]


# the chart


def after_hidden_gold(connection: Connection, current: RoundRow, actor: Person) -> None:
    """Look at a person's hidden golds after another was answered: an alarm of drift, or a qualification decided by them.

    An alarm opens a gate, once; the person answers a recalibration before their next item, and the chart begins anew behind it.
    """
    scope = scope_of(connection, current)
    hidden = attempts.golds_answered(connection, actor.id, Purpose.CALIBRATION, scope.rounds)
    found = standing_of(connection, current, actor.id, scope)
    if found is not None:
        tell_lead(connection, current, actor, scope, found.qualification)
    alarms = [g for g in attempts.gates(connection, actor.id, scope.rounds) if g.kind == "drift"]
    if any(g.lifted_at is None for g in alarms):
        return
    charted = [g for g in hidden if not g.contested]
    right = [r.right for r in results_of(charted, scope.largest)]
    start = _restart(charted, alarms)
    limit = current.options.get("drift_limit")
    statistic = _statistic(right, start, limit)
    if statistic is None:
        return
    missed = [g for g, good in zip(charted[start:], right[start:], strict=True) if not good]
    sections = list(dict.fromkeys(s for g in missed for s in g.settled.sections))
    detail = {"statistic": round(statistic, 3), "golds": len(charted), "missed": [g.gold for g in missed], "sections": sections}
    gate = attempts.open_gate(connection, actor.id, current.id, "drift", detail)
    append_event(connection, "gate.opened", {"gate": gate, "kind": "drift"}, actor.key)


def _restart(charted: Sequence[GoldAnswered], alarms: Sequence[GateRow]) -> int:
    """How many golds the chart leaves behind: those of the baseline, and those answered before the last alarm was closed."""
    from prefterm.stats.drift import BASELINE

    closed = max((g.lifted_at for g in alarms if g.lifted_at), default="")
    return max(BASELINE, sum(g.moment <= closed for g in charted))


def _statistic(right: Sequence[bool], start: int, limit: float | None) -> float | None:
    """The value with which the chart alarms now; None where it does not, or has not begun."""
    from prefterm.stats.drift import BASELINE, FALL, LIMIT, baseline_accuracy, cusum, gold_steps

    if len(right) <= start:
        return None
    p0 = baseline_accuracy(sum(right[:BASELINE]), BASELINE)
    hit, miss = gold_steps(p0, p0 - FALL)
    value = cusum(hit if good else miss for good in right[start:])[-1]
    return value if value >= (limit or LIMIT) else None


# what the person is told


def waiting_feedback(project: Project, the_round: RoundRow) -> int:
    """How many hidden golds of the actor's finished sittings they have not been told about yet."""
    with project.database.read() as connection:
        return len(_untold(connection, project.actor, the_round))


def review_sitting(project: Project, the_round: RoundRow) -> list[Feedback]:
    """The hidden golds of the actor's finished sittings that they have not been told about, oldest first.

    A reveal is written for each before this returns; from then on its answer is neither edited nor undone.
    """
    actor = project.actor

    def work(connection: Connection) -> list[Feedback]:
        untold = _untold(connection, actor, the_round)
        for gold in untold:
            reveals.note_told(connection, actor.id, gold.comparison_id, the_round.id, "gold", gold.moment)
        if untold:
            told = {"round": the_round.uuid, "golds": [g.gold for g in untold]}
            append_event(connection, "calibration.told", told, actor.key)
        return feedback_of(connection, the_round, untold)

    return project.database.transact(work)


def _untold(connection: Connection, actor: Person, the_round: RoundRow) -> list[GoldAnswered]:
    """Hidden golds answered in finished sittings and not shown since. Nothing tells of a sitting that goes on."""
    answered = attempts.golds_answered(connection, actor.id, Purpose.CALIBRATION, [the_round.id])
    begun = sittings.open_since(connection, actor.id, the_round.id)
    told = reveals.shown_at(connection, actor.id, [g.comparison_id for g in answered])
    return [g for g in answered if (begun is None or g.moment < begun) and told.get(g.comparison_id, "") < g.moment]


def feedback_of(connection: Connection, the_round: RoundRow, answered: Sequence[GoldAnswered]) -> list[Feedback]:
    """Feedback on answers to golds, in their order, each with the count so far. The caller sees to it that they may be told."""
    results = results_of(answered, scope_of(connection, the_round).largest)
    found, right, n = [], 0, 0
    for gold, result in zip(answered, results, strict=True):
        row = claims.assignment(connection, gold.assignment)
        if row is None:
            continue
        right, n = right + (result.right and not result.contested), n + (not result.contested)
        found.append(
            Feedback(
                served=serve(connection, row), answer=gold.answer, settled=gold.settled, gold=gold.gold, reason=gold.reason,
                sections=tuple(gold.settled.sections), right=result.right, so_far=(right, n), contested=gold.contested,
            )
        )  # fmt: skip
    return found


def standing_sentence(project: Project, the_round: RoundRow) -> str:
    """How the actor stands with the qualification of a round, in words; "" where it asks for none.

    The hidden golds of a sitting that goes on are not in it.
    """
    with project.database.read() as connection:
        found = own_standing(connection, the_round, project.actor.id)
    if found is None:
        return ""
    words = {
        Standing.IN_PROGRESS: "to be taken" if found.attempt is None else "begun",
        Standing.PASSED: "passed",
        Standing.CLEARED: "passed",
        Standing.NOT_PASSED: "not passed" if not found.again else "another try is yours",
    }
    said = words.get(found.qualification.standing, "not decided yet")
    return f"qualification {said}" + (f": {found.qualification.reason}" if found.attempt is not None else "")


def contest_gold(project: Project, gold: str, note: str) -> None:
    """Contest a gold (by uuid) that was shown to the actor; it scores nobody until an admin has looked at it.

    Raises `Refused` for a gold that was never shown to them, one that is not in force, an empty note, or a contest of theirs
    that is open already.
    """
    project.database.transact(lambda c: golds.add_contest(c, gold, project.actor.id, note))


# what a lead decides


def release(project: Project, name: str, reason: str) -> list[str]:
    """Lift every gate of a person, with a reason that is logged; what that means for them, in sentences. Admins only.

    A qualification that was not passed may be taken again with other golds; one that was put to the lead is cleared; an alarm of
    drift is closed, and the chart begins anew. Raises `Refused` where the person is not there, no gate stands, or no reason is given.
    """
    project.require(Role.ADMIN)
    if not reason.strip():
        raise Refused("give the reason: it is kept beside what you lift")
    meaning = {
        "not_passed": "may take the qualification again, with other golds",
        "to_lead": "counts as qualified",
        "drift": "goes on without a recalibration; the chart begins anew",
    }

    def work(connection: Connection) -> list[str]:
        person = people.person_named(connection, name)
        if person is None:
            raise Refused(f"no annotator {name!r}")
        standing = [g for g in attempts.open_gates(connection) if g.annotator_id == person.id]
        if not standing:
            raise Refused(f"nothing stands between {name} and the next item")
        for gate in standing:
            attempts.lift_gate(connection, gate.id, project.actor.id, reason)
            payload = {"gate": gate.uuid, "kind": gate.kind, "why": reason}
            append_event(connection, "gate.lifted", payload, project.actor.key)
        kinds = list(dict.fromkeys(g.kind for g in standing))
        if "not_passed" in kinds:
            kinds = [kind for kind in kinds if kind != "to_lead"]
        return [f"{name} {meaning[kind]}" for kind in kinds]

    return project.database.transact(work)
