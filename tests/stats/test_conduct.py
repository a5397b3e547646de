"""Golds, ties, pace and skips."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.conduct import FASTEST, counted, gold_accuracy, pace, right_direction, ties
from prefterm.stats.intervals import binomial_weights, wilson


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"), [(18, 20, 0.698966355346488, 0.9721335187122055), (20, 20, 0.8388748425733669, 1)]
)
def test_gold_accuracy_as_published(correct: int, n: int, low: float, high: float) -> None:
    found = gold_accuracy([True] * correct + [False] * (n - correct))
    assert (found.n, found.correct, found.rate) == (n, correct, correct / n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@given(st.integers(-3, 3), st.integers(-3, 3))
@settings(deadline=None)
def test_the_right_direction_is_the_sign(strength: int, gold: int) -> None:
    assert (
        right_direction(strength, gold)
        == right_direction(-strength, -gold)
        == ((strength > 0) == (gold > 0) and (strength < 0) == (gold < 0))
    )


def test_ties_are_counted() -> None:
    found = ties([0, 2, -1, 0, 3])
    assert (found.n, found.ties, found.rate) == (5, 2, 0.4)


def test_pace_tells_what_nobody_can_have_read() -> None:
    needed = 6000 / FASTEST
    found = pace([needed - 0.1, needed, 30.0, None, 2.0], [6000, 6000, 600, 600, None])
    assert (found.n, found.median_seconds, found.too_fast, found.too_fast_n) == (4, (needed - 0.1 + 30) / 2, 1, 3)
    assert found.too_fast_rate == pytest.approx(1 / 3)


def test_nothing_is_undefined_with_a_reason() -> None:
    for found, names in (
        (gold_accuracy([]), ("rate", "low", "high")),
        (ties([]), ("rate", "low", "high")),
        (pace([None], [10]), ("median_seconds", "too_fast_rate", "too_fast_low", "too_fast_high")),
    ):
        assert set(found.undefined) == set(names) and all(getattr(found, name) is None for name in names)


def test_words_are_counted_the_most_frequent_first() -> None:
    assert list(counted(["b", "a", "c", "a", "b", "d"]).items()) == [("a", 2), ("b", 2), ("c", 1), ("d", 1)]


@pytest.mark.parametrize(
    ("accuracy", "passed", "provisional", "failed"),
    [(0.6, 0.09, 0.52, 0.39), (0.7, 0.30, 0.57, 0.13), (0.8, 0.65, 0.33, 0.02), (0.9, 0.94, 0.06, 0.0)],
)
def test_what_fifteen_golds_can_tell(accuracy: float, passed: float, provisional: float, failed: float) -> None:
    """Passed from 12 of 15, not passed where the Wilson upper end is below .8 (8 and fewer): why most are provisional."""
    weights = binomial_weights(15, accuracy)
    below = [k for k in range(16) if (interval := wilson(k, 15)) is not None and interval.high < 0.8]
    assert below == list(range(9))
    shares = sum(weights[12:]), sum(weights[9:12]), sum(weights[:9])
    assert shares == pytest.approx((passed, provisional, failed), abs=0.006)


def after_the_fifteen(accuracy: float, later: int) -> tuple[float, float]:
    """Of provisional people (9 to 11 of 15): the shares cleared (80 % of all golds so far) and not (upper end below) by `later` more."""
    weights = binomial_weights(15, accuracy)
    alive = {k: weights[k] / sum(weights[9:12]) for k in (9, 10, 11)}
    cleared = failed = 0.0
    for golds in range(16, 16 + later):
        after: dict[int, float] = {}
        for k, weight in alive.items():
            after[k] = after.get(k, 0.0) + weight * (1 - accuracy)
            after[k + 1] = after.get(k + 1, 0.0) + weight * accuracy
        alive = {}
        for k, weight in after.items():
            interval = wilson(k, golds)
            assert interval is not None
            if 5 * k >= 4 * golds:
                cleared += weight
            elif interval.high < 0.8:
                failed += weight
            else:
                alive[k] = weight
    return cleared, failed


@pytest.mark.parametrize(
    ("accuracy", "cleared", "failed"),
    [(0.6, 0.03, 0.97), (0.7, 0.16, 0.83), (0.75, 0.35, 0.61), (0.8, 0.68, 0.28), (0.85, 0.90, 0.09), (0.9, 0.98, 0.02)],
)
def test_what_golds_after_the_fifteen_tell(accuracy: float, cleared: float, failed: float) -> None:
    """The rate over the 15 and all later golds, when they go on until it tells (200 at most)."""
    assert after_the_fifteen(accuracy, 200) == pytest.approx((cleared, failed), abs=0.015)


def test_after_forty_golds_many_go_to_the_lead() -> None:
    """Ended after 40, the rule leaves one in six at .70 open and one in four at .75 and .80."""
    still_open = [1 - sum(after_the_fifteen(accuracy, 40)) for accuracy in (0.7, 0.75, 0.8)]
    assert still_open == pytest.approx([0.164, 0.242, 0.229], abs=0.005)
