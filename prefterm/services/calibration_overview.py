"""What a person may know of their own calibration, round by round: how they stand, what waits, what they were told before.

Nothing in it tells of a sitting that goes on: hidden golds appear here once they were told, and never sooner.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from prefterm.domain.judgments import Purpose
from prefterm.services.access import Project
from prefterm.services.calibrating import feedback_of, standing_sentence, waiting_feedback
from prefterm.services.gold_attempts import RECALIBRATION_ITEMS, attempt_asked_for, drift_gate
from prefterm.services.serving import AttemptPlace, Feedback
from prefterm.services.standings import scope_of, standing_of
from prefterm.store import attempts, reveals, rounds
from prefterm.store.rounds import RoundRow

__all__ = ["MOST_TOLD", "RoundCalibration", "attempt_to_take", "calibration_overview", "told_feedback"]

MOST_TOLD = 50
"""Golds told before that are given at once, the newest."""


@dataclass(frozen=True)
class RoundCalibration:
    """A person's calibration in a round."""

    name: str
    state: str
    """`open` or `closed`."""
    standing: str
    """A sentence without its stop; "" where the round asks for no qualification."""
    attempt: AttemptPlace | None
    """The attempt to be taken or gone on with: `number` is the item that comes; None where none is."""
    waiting: int
    """Checks of finished sittings to be looked at."""
    told: list[Feedback] = field(default_factory=list)
    """What was told before, the newest first; at most `MOST_TOLD`."""


def calibration_overview(project: Project) -> list[RoundCalibration]:
    """The actor's calibration in every labelling round that has something to say of it, the newest round first."""
    with project.database.read() as connection:
        found = [r for r in reversed(rounds.all_rounds(connection)) if r.kind == "labelling"]
    rows = []
    for r in found:
        if project.actor.uuid in r.options.get("reserve", ()):
            continue
        row = RoundCalibration(
            r.name,
            r.state,
            standing_sentence(project, r),
            attempt_to_take(project, r),
            waiting_feedback(project, r),
            told_feedback(project, r),
        )
        if row.standing or row.attempt or row.waiting or row.told:
            rows.append(row)
    return rows


def told_feedback(project: Project, the_round: RoundRow, most: int = MOST_TOLD) -> list[Feedback]:
    """The golds of a round that were shown to the actor, with their answers, the newest first. It reveals nothing anew."""
    with project.database.read() as connection:
        answered = [
            gold
            for purpose in (Purpose.CALIBRATION, Purpose.QUALIFICATION)
            for gold in attempts.golds_answered(connection, project.actor.id, purpose, [the_round.id])
        ]
        shown = reveals.shown_at(connection, project.actor.id, [g.comparison_id for g in answered])
        told = sorted((g for g in answered if shown.get(g.comparison_id, "") >= g.moment), key=lambda g: g.moment)
        return feedback_of(connection, the_round, told[-most:])[::-1]


def attempt_to_take(project: Project, the_round: RoundRow) -> AttemptPlace | None:
    """What is to be taken before work goes on, if anything; a round that is closed asks for nothing."""
    if the_round.state != "open":
        return None
    with project.database.read() as connection:
        begun = next((a for a in attempts.attempts(connection, project.actor.id, [the_round.id]) if a.state == "open"), None)
        if begun is not None:
            items = attempts.items_of(connection, begun.id)
            return AttemptPlace(begun.kind, min(len(items), sum(i.state == "answered" for i in items) + 1), len(items))
        scope = scope_of(connection, the_round)
        asked = attempt_asked_for(
            standing_of(connection, the_round, project.actor.id, scope), drift_gate(connection, project.actor.id, scope)
        )
    if asked is None:
        return None
    return AttemptPlace(asked, 1, int(the_round.options["qualification"]) if asked == "qualification" else RECALIBRATION_ITEMS)
