"""Gaps: their exact distribution, long-run rate and constant hazard; repeats: what may be asked again, and what comes first."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.calibration import (
    LEAST_GAP,
    OwnAnswer,
    calibration_rate,
    choose_repeat,
    first_gap,
    gap_hazard,
    next_gap,
    repeatable,
    what_comes,
)
from prefterm.domain.judgments import Purpose
from prefterm.domain.qualification import Standing

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
draws = st.floats(0, 1, exclude_max=True)
rates = st.floats(0.01, 0.5)
GRID = [(i + 0.5) / 200_000 for i in range(200_000)]
"""Evenly spaced draws: what they give is the distribution itself, without sampling error."""


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 0.45])
def test_the_long_run_rate_is_the_rate(rate: float) -> None:
    """Golds per work item: exactly 1 / mean gap."""
    gaps = [next_gap(u, rate) for u in GRID]
    assert sum(gaps) / len(gaps) == pytest.approx(1 / rate, rel=1e-3)
    assert min(gaps) == LEAST_GAP


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2])
def test_after_the_least_gap_the_hazard_is_constant(rate: float) -> None:
    counts = Counter(next_gap(u, rate) for u in GRID)
    left = len(GRID)
    for gap in range(LEAST_GAP, LEAST_GAP + 25):
        assert counts[gap] / left == pytest.approx(gap_hazard(rate), abs=0.002)
        left -= counts[gap]


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2])
def test_the_first_gap_starts_as_if_the_work_had_long_been_going_on(rate: float) -> None:
    """The residual of a renewal process: P(r) = rate * P(gap >= r)."""
    gaps, first = Counter(next_gap(u, rate) for u in GRID), Counter(first_gap(u, rate) for u in GRID)
    at_least = len(GRID)
    for r in range(1, 40):
        assert first[r] / len(GRID) == pytest.approx(rate * at_least / len(GRID), abs=1e-4)
        at_least -= gaps[r]
    assert min(first) == 1


def test_golds_over_many_sittings() -> None:
    """The counter carries over; .10 golds per work item is 9.1 % of what is served."""
    random = Random(5)
    served: list[Purpose] = []
    left = first_gap(random.random(), 0.1)
    for _sitting in range(400):
        for _item in range(random.randrange(15, 61)):
            purpose = what_comes(left, None, gold_there=True, repeat_there=False)
            left = next_gap(random.random(), 0.1) if purpose is Purpose.CALIBRATION else max(0, left - 1)
            served.append(purpose)
    golds = [i for i, purpose in enumerate(served) if purpose is Purpose.CALIBRATION]
    assert len(golds) / (len(served) - len(golds)) == pytest.approx(0.1, abs=0.005)  # sd .0022
    assert len(golds) / len(served) == pytest.approx(0.1 / 1.1, abs=0.005)
    assert min(b - a for a, b in itertools.pairwise(golds)) == LEAST_GAP + 1


def test_the_highest_rate_can_be_foreseen_and_no_higher_one_exists() -> None:
    assert {next_gap(u, 0.5) for u in (0.0, 0.5, 0.999)} == {2}
    assert {first_gap(u, 0.5) for u in (0.0, 0.5, 0.999)} == {1, 2}
    for rate in (0.0, -0.1, 0.51, 1.0):
        with pytest.raises(ValueError, match="rate"):
            next_gap(0.5, rate)


@given(draws, rates)
def test_every_draw_gives_a_gap(draw: float, rate: float) -> None:
    assert next_gap(draw, rate) >= LEAST_GAP
    assert first_gap(draw, rate) >= 1


@pytest.mark.parametrize("draw", [-0.01, 1.0])
def test_a_draw_that_is_none(draw: float) -> None:
    with pytest.raises(ValueError, match="draw"):
        next_gap(draw, 0.1)
    with pytest.raises(ValueError, match="draw"):
        first_gap(draw, 0.1)


def test_the_undecided_get_golds_more_often() -> None:
    for standing in Standing:
        undecided = standing in (Standing.PROVISIONAL, Standing.TO_LEAD)
        assert calibration_rate(standing) == (0.2 if undecided else 0.1)
        assert calibration_rate(standing, 0.0) == 0.0
        assert calibration_rate(standing, 0.4) == 0.4


@pytest.mark.parametrize(
    ("gold_left", "repeat_left", "gold_there", "repeat_there", "comes"),
    [
        (3, 4, True, True, Purpose.WORK),
        (0, 4, True, True, Purpose.CALIBRATION),
        (3, 0, True, True, Purpose.REPEAT),
        (0, 0, True, True, Purpose.REPEAT),
        (0, 0, True, False, Purpose.CALIBRATION),
        (0, 0, False, False, Purpose.WORK),
        (None, None, True, True, Purpose.WORK),
    ],
)
def test_what_comes(gold_left: int | None, repeat_left: int | None, gold_there: bool, repeat_there: bool, comes: Purpose) -> None:
    assert what_comes(gold_left, repeat_left, gold_there=gold_there, repeat_there=repeat_there) is comes


def answer(assignment: int, items_since: int, hours: float, *, repeated: bool = False, revealed: bool = False) -> OwnAnswer:
    return OwnAnswer(assignment, NOW - timedelta(hours=hours), items_since, repeated, revealed)


def test_what_may_be_asked_again() -> None:
    answers = [
        answer(1, 50, 0.5),
        answer(2, 49, 0.5),
        answer(3, 0, 24),
        answer(4, 49, 23.9),
        answer(5, 90, 90, repeated=True),
        answer(6, 90, 90, revealed=True),
    ]
    assert [a.assignment for a in repeatable(answers, NOW)] == [1, 3]


def test_each_own_answer_is_as_likely_as_another() -> None:
    answers = [answer(n, 60, 1) for n in (7, 3, 5, 9)]
    found = Counter(chosen.assignment for i in range(400) if (chosen := choose_repeat(answers, i / 400)))
    assert found == {3: 100, 5: 100, 7: 100, 9: 100}
    assert choose_repeat(answers, 0.3) == choose_repeat(answers[::-1], 0.3)
    assert choose_repeat([], 0.3) is None
    with pytest.raises(ValueError, match="draw"):
        choose_repeat(answers, 1.0)
