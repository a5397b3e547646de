"""What comes in between a person's work: hidden golds and repeats of their own items, at gaps that nobody can foresee.

An item that is served here differs in nothing from work: not on the screen, in counters, in what is stored of its reading, nor in
anything that an annotator may export. Dry pools end calibration; no gold comes twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from prefterm.domain.calibration import OwnAnswer, calibration_rate, choose_repeat, first_gap, next_gap, repeatable, what_comes
from prefterm.domain.clock import now
from prefterm.domain.judgments import AnnotatorKind, Purpose
from prefterm.domain.presentation import Order, mirrored
from prefterm.domain.qualification import Standing
from prefterm.services.gold_attempts import attempt_item
from prefterm.services.gold_choice import WorkMix, choose, draw, read_mix, read_pool
from prefterm.services.serving import Served, serve_new
from prefterm.store import attempts, claims, golds, own_answers
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

__all__ = ["HiddenItems"]

_MIX_KEPT = 50
"""Hidden golds after which the mix of the work is read anew."""


@dataclass(frozen=True)
class _Ready:
    """A hidden item chosen while the pair before it was being read, so that it takes no longer to come than work does."""

    comparison_id: int
    order: Order
    cluster: str = ""
    gold_id: int = 0


class HiddenItems:
    """The hidden items of one person in one round."""

    def __init__(self, the_round: RoundRow, annotator_id: int) -> None:
        self.round = the_round
        self.person = annotator_id
        self.calibration = float(the_round.options.get("calibration", 0))
        self.repeat = float(the_round.options.get("repeat", 0))
        self._mix: WorkMix | None = None
        self._mix_used = 0
        self._ready: dict[Purpose, _Ready | None] = {}

    def instead_of_work(self, connection: Connection, current: RoundRow, actor: Person) -> Served | None:
        """What comes instead of work, claimed: the next gold of an attempt, or a hidden item that is due; None where work comes.

        Judges and who is reserved are served nothing. Raises `Gated` as `attempt_item` does.
        """
        if actor.kind is not AnnotatorKind.HUMAN or actor.uuid in current.options.get("reserve", ()):
            return None
        asked, standing = attempt_item(connection, current, actor)
        return asked or self.due(connection, standing)

    def due(self, connection: Connection, standing: Standing) -> Served | None:
        """A hidden item, claimed, where one is due and can be served; else None, and work goes on."""
        rates = {Purpose.CALIBRATION: calibration_rate(standing, self.calibration), Purpose.REPEAT: self.repeat}
        left = {purpose: self._left(connection, purpose, rate) for purpose, rate in rates.items()}
        there = {Purpose.CALIBRATION: True, Purpose.REPEAT: True}
        while True:
            purpose = what_comes(
                left[Purpose.CALIBRATION],
                left[Purpose.REPEAT],
                gold_there=there[Purpose.CALIBRATION],
                repeat_there=there[Purpose.REPEAT],
            )
            if purpose is Purpose.WORK:
                return None
            chosen = self._still_good(connection, purpose) or self._choose(connection, purpose)
            self._ready.pop(purpose, None)
            if chosen is not None:
                attempts.set_gap(connection, self.round.id, self.person, purpose, next_gap(draw(), rates[purpose]))
                uuid = claims.claim_beside(connection, self.round, self.person, chosen.comparison_id, chosen.order, purpose)
                return serve_new(connection, uuid, chosen.comparison_id, chosen.order)
            there[purpose] = False

    def prepare(self, connection: Connection) -> None:
        """Choose what is due next, while the pair before it is being read."""
        for purpose, rate in ((Purpose.CALIBRATION, self.calibration), (Purpose.REPEAT, self.repeat)):
            if rate and attempts.gap(connection, self.round.id, self.person, purpose) == 0 and purpose not in self._ready:
                self._ready[purpose] = self._choose(connection, purpose)

    def work_served(self, connection: Connection) -> None:
        """Count an item of work that was served."""
        if self.calibration or self.repeat:
            attempts.pass_gaps(connection, self.round.id, self.person)

    def _left(self, connection: Connection, purpose: Purpose, rate: float) -> int | None:
        if not rate:
            return None
        left = attempts.gap(connection, self.round.id, self.person, purpose)
        if left is None:
            left = first_gap(draw(), rate)
            attempts.set_gap(connection, self.round.id, self.person, purpose, left)
        return left

    def _still_good(self, connection: Connection, purpose: Purpose) -> _Ready | None:
        """What was prepared, if it may still be served: it may have been met from another terminal, or retired."""
        ready = self._ready.get(purpose)
        if ready is None:
            return None
        if purpose is Purpose.CALIBRATION:
            met = golds.met_clusters(connection, self.person, [ready.cluster])
            return ready if not met and golds.scores(connection, ready.gold_id) else None
        return ready if own_answers.may_be_repeated(connection, self.round.id, self.person, ready.comparison_id) else None

    def _choose(self, connection: Connection, purpose: Purpose) -> _Ready | None:
        return self._gold(connection) if purpose is Purpose.CALIBRATION else self._repeat(connection)

    def _gold(self, connection: Connection) -> _Ready | None:
        pool = read_pool(connection, self.round, self.person)
        if not pool.eligible:
            return None
        if self._mix is None or self._mix_used >= _MIX_KEPT:
            self._mix, self._mix_used = read_mix(connection, self.round), 0
        self._mix_used += 1
        chosen = choose(connection, self.round, self.person, self._mix, pool)[0]
        return _Ready(chosen.comparison_id, chosen.order, pool.known[chosen.comparison_id].cluster, chosen.gold_id)

    def _repeat(self, connection: Connection) -> _Ready | None:
        given = own_answers.work_turns(connection, self.round.id, self.person)
        own = [OwnAnswer(t.assignment_id, datetime.fromisoformat(t.moment), t.items_since, t.repeated, t.revealed) for t in given]
        chosen = choose_repeat(repeatable(own, datetime.fromisoformat(now())), draw())
        if chosen is None:
            return None
        original = next(t for t in given if t.assignment_id == chosen.assignment)
        return _Ready(original.comparison_id, mirrored(original.order))
