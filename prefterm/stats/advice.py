"""What a lead should do about one person's audit, and what its figures do not prove. Sentences, made by pure functions.

Kind and plain: an audit is a question to a colleague. A name is put in as given; whoever shows a sentence shows it as text from
outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prefterm.domain.judgments import AnnotatorKind
from prefterm.stats.bias import Order
from prefterm.stats.intervals import alarm_threshold, crossing
from prefterm.stats.length import habit_noticed

if TYPE_CHECKING:
    from prefterm.stats.audits import AnnotatorAudit

__all__ = ["advice", "caveats", "in_100", "nothing_to_say"]

_GOOD = 0.8
"""The share of golds, and of equal answers on repeats, that is asked of everybody."""
_HABIT = 0.2
_FAST_SHARE = 0.05
_STREAK_P = 0.01
_POWER_UP_TO = 1000
"""Beyond so many answers nobody asks whether a habit of ten points would be noticed."""


def in_100(rate: float) -> str:
    """A rate as people say it: `66 of 100`, with `fewer than 1` and `more than 99` at the ends."""
    if 0 < rate < 0.01:
        return "fewer than 1 of 100"
    if 0.99 < rate < 1:
        return "more than 99 of 100"
    return f"{round(100 * rate)} of 100"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _unbalanced(order: Order) -> bool:
    return order.low is not None and order.high is not None and not order.low <= 0.5 <= order.high


def _position(audit: AnnotatorAudit, order: Order) -> Iterator[str]:
    found, again, name = audit.position, audit.repeats, audit.annotator
    if found.alarm and found.rate is not None:
        side, share = ("left", found.rate) if found.rate > 0.5 else ("right", 1 - found.rate)
        yield f"{name} chooses the {side} side in {in_100(share)} pairs, whatever is on it, and chance does not explain that."
        if _unbalanced(order):
            yield f"Before anything is said to {name}, find out why the order of the responses is not balanced."
        elif audit.kind == AnnotatorKind.JUDGE:
            yield f"Ask {name} about every pair in both orders, and keep only the answers that agree."
        elif again.primacy + again.recency:
            yield f"Go through the {again.primacy + again.recency} repeats that flipped to one side with {name}, then recalibrate."
        else:
            yield f"Go through some of these pairs with {name}, the sides exchanged, then recalibrate."
    elif again.alarm:
        side, flips = ("left", again.primacy) if again.primacy > again.recency else ("right", again.recency)
        yield (
            f"Of {again.n} repeats with the sides exchanged, {flips} flipped to the {side}, more than chance explains: "
            f"go through them with {name}."
        )
    if again.high is not None and again.rate is not None and again.high < _GOOD:
        yield (
            f"The same pair gets the same answer from {name} in {in_100(again.rate)} repeats: look at those that changed; "
            "where they are close calls, the guideline lacks a rule for them."
        )


def _length(audit: AnnotatorAudit) -> Iterator[str]:
    found = audit.length
    if not found.alarm:
        return
    toward = found.gold_pairs_toward_longer
    kind, other, errors = ("longer", "shorter", toward)
    if 2 * toward < found.gold_pairs_one_error:
        kind, other, errors = "shorter", "longer", found.gold_pairs_one_error - toward
    yield (
        f"On golds {audit.annotator} errs toward the {kind} response, {errors} times of {found.gold_pairs_one_error}: "
        f"show golds in which the {other} one was right, with their reasons."
    )


def _golds(audit: AnnotatorAudit) -> Iterator[str]:
    if audit.gold.high is not None and audit.gold.high < _GOOD:
        yield (
            f"{audit.annotator} was right on {audit.gold.correct} of {audit.gold.n} golds: go through the missed ones and the sections "
            "that they rest on; a gold that is itself doubtful can be contested."
        )
    if audit.drift.alarm:
        yield (
            f"Up to gold {audit.drift.at} {audit.annotator} missed more than before: show what was missed and the sections to re-read, "
            "then a short recalibration. It is a question, not a verdict."
        )


def _attention(audit: AnnotatorAudit) -> Iterator[str]:
    read, pace, name = audit.read, audit.pace, audit.annotator
    if audit.kind == AnnotatorKind.HUMAN and read.unread_low is not None and read.read_high is not None:
        unread, to_end = read.position_rate_unread, read.position_rate_read
        if read.unread_low > read.read_high and unread is not None and to_end is not None:
            yield (
                f"{name} chooses the left in {in_100(unread)} pairs that were not read to the end, and in {in_100(to_end)} that were: "
                "ask for both sides to be read, or let the round require it."
            )
    if audit.kind == AnnotatorKind.HUMAN and pace.too_fast_low is not None and pace.too_fast_low > _FAST_SHARE:
        yield (
            f"{pace.too_fast} of {pace.too_fast_n} answers came faster than both responses can be skimmed: "
            f"ask {name} whether time presses, or whether these pairs tell at a glance."
        )
    if audit.sequence.p is not None and audit.sequence.z is not None and audit.sequence.p < _STREAK_P:
        how = "come in streaks of one side" if audit.sequence.z < 0 else "change sides more often than chance would"
        yield f"The answers of {name} {how}: see whether this comes late in sittings; shorter sittings may help."
    if audit.skips:
        reason, count = next(iter(audit.skips.items()))
        if "outside" in reason and count >= 5:
            tag = next(iter(audit.skips_by_tag), None)
            where = f", most often with the tag {tag}" if tag else ""
            yield f"{count} pairs were skipped as {reason}{where}: give such pairs to somebody else."


def nothing_to_say(name: str) -> str:
    """The sentence of a person about whom nothing was found."""
    return f"Nothing here calls for a word with {name}."


def advice(audit: AnnotatorAudit, order: Order) -> list[str]:
    """What a lead should do, the most pressing first; `nothing_to_say` alone where there is nothing."""
    found = [*_position(audit, order), *_length(audit), *_golds(audit), *_attention(audit)]
    return found or [nothing_to_say(audit.annotator)]


def _about_position(audit: AnnotatorAudit, order: Order, people: int) -> Iterator[str]:
    found, limit = audit.position, alarm_threshold(people)
    if order.rate is not None:
        if _unbalanced(order):
            yield (
                f"The order was not balanced: the first response stood left in {100 * order.rate:.1f} % of pairs; "
                "choosing the left and liking the first cannot be told apart."
            )
        else:
            yield f"The order was balanced: {100 * order.rate:.1f} % of pairs had the first response left."
    if found.alarm:
        yield f"It does not show that the other answers of {audit.annotator} are wrong."
    elif 0 < found.n <= _POWER_UP_TO:
        noticed = crossing(found.n, limit, 0.6)
        yield (
            f"With {found.n} choices a lean of 10 points to one side would be noticed in {in_100(noticed)} cases: "
            "no alarm is no proof of none."
        )
    if found.p is not None and found.p < 0.05 and not found.alarm:
        yield (
            f"p = {found.p:.2g} holds for one look at a number of answers fixed before; for looking often there is the evidence, "
            f"here {found.e_value:.3g}, an alarm from {limit:.0f}."
        )


def _about_length(audit: AnnotatorAudit, people: int) -> Iterator[str]:
    found = audit.length
    if found.longer_chosen is not None:
        beside = []
        if found.gold_same_items is not None:
            beside.append(f"the gold is the longer one in {in_100(found.gold_same_items)} of these pairs that have one")
        if found.others_same_items is not None:
            beside.append(f"the others chose the longer one in {in_100(found.others_same_items)}")
        yield "Longer may be better" + (": " + ", ".join(beside) if beside else "") + "."
    if not found.gold_pairs:
        yield "Whether length alone decides shows on golds, and there is no pair of them yet: of one where the longer is right and one not."
    elif not found.alarm:
        noticed = habit_noticed(min(found.gold_pairs, _POWER_UP_TO), _HABIT, alarm_threshold(people))
        yield (
            f"A habit of choosing the longer shows on golds alone: with {found.gold_pairs} pairs of them, of one where the longer is "
            f"right and one where the shorter is, a habit in every fifth pair would be noticed in {in_100(noticed)} cases."
        )
    if found.separated:
        yield "Length alone tells left from right here, so the size of the slope means nothing."


def _about_golds(audit: AnnotatorAudit) -> Iterator[str]:
    gold, found = audit.gold, audit.drift
    if gold.low is not None and gold.high is not None:
        yield f"{gold.correct} of {gold.n} golds: the share right may well be anything from {_percent(gold.low)} to {_percent(gold.high)}."
    if found.p0 is None:
        yield f"A change over time is not looked for yet: {found.undefined['p0']}."
        return
    missed = "" if found.power_80 is None else f", and a fall to 80 % would be missed in {in_100(1 - found.power_80)} cases"
    yield (
        f"By {found.planned} further golds somebody who stays at {_percent(found.p0)} is asked without a cause "
        f"in {in_100(found.false_alarm)} cases{missed}."
    )


def _about_the_rest(audit: AnnotatorAudit, people: int) -> Iterator[str]:
    if 0 < audit.repeats.n < 20:
        yield f"{audit.repeats.n} repeats say little; they may also have been recognised by their text."
    if audit.sequence.p is not None and audit.sequence.p < 0.05:
        yield (
            f"A p below .05 for streaks comes to one in 20 people by chance, and here are {max(people, 1)}; "
            "pairs that lie together may also be alike."
        )
    if audit.pace.too_fast:
        yield "A fast answer is not a wrong one: some pairs tell at a glance."


def caveats(audit: AnnotatorAudit, order: Order, people: int) -> list[str]:
    """What the figures do not prove."""
    return [
        *_about_position(audit, order, people),
        *_about_length(audit, people),
        *_about_golds(audit),
        *_about_the_rest(audit, people),
    ]
