"""What comes in between a person's work: hidden golds and repeats of their own items, at gaps that nobody can foresee.

An item that is served here differs in nothing from work: not on the screen, in counters, in what is stored of its reading, nor in
anything that an annotator may export. Dry pools end calibration; no gold comes twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from prefterm.domain.calibration import OwnAnswer, calibration_rate, choose_repeat, first_gap, next_gap, repeatable, what_comes
from prefterm.domain.clock import now
from prefterm.domain.judgments import Purpose
from prefterm.domain.presentation import mirrored
from prefterm.domain.qualification import Standing
from prefterm.services.gold_choice import WorkMix, choose, draw, read_mix, read_pool
from prefterm.services.serving import Served, serve_new
from prefterm.store import attempts, claims, own_answers
from prefterm.store.rounds import RoundRow

__all__ = ["HiddenItems"]

_MIX_KEPT = 50
"""Hidden golds after which the mix of the work is read anew."""


class HiddenItems:
    """The hidden items of one person in one round."""

    def __init__(self, the_round: RoundRow, annotator_id: int) -> None:
        self.round = the_round
        self.person = annotator_id
        self.calibration = float(the_round.options.get("calibration", 0))
        self.repeat = float(the_round.options.get("repeat", 0))
        self._mix: WorkMix | None = None
        self._mix_used = 0

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
            served = self._gold(connection) if purpose is Purpose.CALIBRATION else self._repeat(connection)
            if served is not None:
                attempts.set_gap(connection, self.round.id, self.person, purpose, next_gap(draw(), rates[purpose]))
                return served
            there[purpose] = False

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

    def _gold(self, connection: Connection) -> Served | None:
        pool = read_pool(connection, self.round, self.person)
        if not pool.eligible:
            return None
        if self._mix is None or self._mix_used >= _MIX_KEPT:
            self._mix, self._mix_used = read_mix(connection, self.round), 0
        self._mix_used += 1
        chosen = choose(connection, self.round, self.person, self._mix, pool)[0]
        uuid = claims.claim_beside(connection, self.round, self.person, chosen.comparison_id, chosen.order, Purpose.CALIBRATION)
        return serve_new(connection, uuid, chosen.comparison_id, chosen.order)

    def _repeat(self, connection: Connection) -> Served | None:
        given = own_answers.work_turns(connection, self.round.id, self.person)
        own = [OwnAnswer(t.assignment_id, datetime.fromisoformat(t.moment), t.items_since, t.repeated, t.revealed) for t in given]
        chosen = choose_repeat(repeatable(own, datetime.fromisoformat(now())), draw())
        if chosen is None:
            return None
        original = next(t for t in given if t.assignment_id == chosen.assignment)
        order = mirrored(original.order)
        uuid = claims.claim_beside(connection, self.round, self.person, original.comparison_id, order, Purpose.REPEAT)
        return serve_new(connection, uuid, original.comparison_id, order)
