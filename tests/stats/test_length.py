"""Length: the published logistic examples, separation, the others and the gold on the same items, and the pairs of golds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from prefterm.stats.length import (
    LEAST_FOR_SLOPE,
    GoldPairs,
    LongerChosen,
    gold_pairs,
    habit_noticed,
    length,
    log_ratio,
    logistic,
    separated,
)

# Twenty answers; logistic values by statsmodels Logit and an own Newton iteration.
LEFT = [100, 150, 200, 120, 300, 80, 220, 400, 150, 90, 260, 130, 500, 210, 170, 95, 310, 140, 180, 240]
RIGHT = [140, 100, 150, 180, 120, 160, 200, 150, 300, 130, 180, 200, 250, 260, 120, 150, 100, 150, 90, 400]
CHOSE_LEFT = [0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0]
NO_GOLDS = GoldPairs(0, 0, 0)


def test_the_logistic_model_as_published() -> None:
    fit = logistic(log_ratio(LEFT, RIGHT), CHOSE_LEFT, ridge=0.0)
    assert fit is not None
    assert (fit.intercept, fit.slope) == pytest.approx((-0.1776669085727582, 3.2275189532995294), abs=1e-9)
    assert (fit.intercept_se, fit.slope_se) == pytest.approx((0.591687407229261, 1.3367013693985348), abs=1e-9)
    assert fit.slope / fit.slope_se == pytest.approx(2.414540021569508, abs=1e-9)
    assert 2**fit.slope == pytest.approx(9.36655777990976, rel=1e-9)
    empty = 20 * math.log(0.5)  # ten of twenty chose the left
    assert 2 * (fit.log_likelihood - empty) == pytest.approx(9.795000882746645, abs=1e-9)


def test_the_form_of_length_controlled_alpacaeval_as_published() -> None:
    # Dubois et al. 2024 (arXiv 2404.04475): tanh of the difference in standard deviations, set to 0 for the controlled rate.
    difference = np.subtract(LEFT, RIGHT)
    assert difference.std() == pytest.approx(118.84101775060662, abs=1e-9)
    fit = logistic(np.tanh(difference / difference.std()), CHOSE_LEFT, ridge=0.0)
    assert fit is not None
    assert (fit.intercept, fit.slope) == pytest.approx((-0.18677964661743696, 2.979153387271317), abs=1e-9)
    assert 1 / (1 + math.exp(-fit.intercept)) == pytest.approx(0.453440368784301, abs=1e-9)


def audited(left: list[int], right: list[int], chose_left: list[int], **more: object) -> object:
    nothing = [math.nan] * len(left)
    given_columns = {"others": nothing, "gold_side": nothing, "paired": NO_GOLDS, "people": 1} | more
    return length([1 if c else -1 for c in chose_left], log_ratio(left, right), **given_columns)  # type: ignore[arg-type]


def test_the_audit_of_the_example() -> None:
    found = audited(LEFT, RIGHT, CHOSE_LEFT)
    assert (found.n, found.longer_chosen, found.separated, found.alarm) == (20, 0.8, False, False)
    assert 2.0 < found.slope < 3.2275 and found.se is not None
    assert 0 < found.length_controlled_low < found.length_controlled_rate < found.length_controlled_high < 1
    assert set(found.undefined) == {
        "others_same_items",
        "others_low",
        "others_high",
        "longer_chosen_with_others",
        "gold_same_items",
        "gold_low",
        "gold_high",
        "longer_chosen_with_gold",
    }
    assert found.to_json()["undefined"] == found.undefined


def test_statsmodels_and_scipy_agree_on_the_model() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    y = (rng.random(300) < 1 / (1 + np.exp(-(0.3 + 0.8 * x)))).astype(float)
    optimize = pytest.importorskip("scipy.optimize")
    for ridge in (0.0, 0.1, 10.0):
        fit = logistic(x, y, ridge)
        best = optimize.minimize(
            lambda b, r=ridge: np.logaddexp(0, b[0] + b[1] * x).sum() - y @ (b[0] + b[1] * x) + r / 2 * b[1] ** 2, [0.0, 0.0], tol=1e-12
        )
        assert fit is not None and (fit.intercept, fit.slope) == pytest.approx(tuple(best.x), abs=1e-5)
    models = pytest.importorskip("statsmodels.discrete.discrete_model")
    fit, other = logistic(x, y, 0.0), models.Logit(y, np.column_stack([np.ones(300), x])).fit(disp=0)
    assert fit is not None and (fit.intercept_se, fit.slope_se) == pytest.approx(tuple(other.bse), rel=1e-6)
    assert fit.log_likelihood == pytest.approx(other.llf, abs=1e-8)


@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=2, max_size=60))
@settings(deadline=None)
def test_a_penalised_slope_is_finite_and_mirrors(rows: list[tuple[float, bool]]) -> None:
    """Sides and lengths exchanged: the slope stays, the intercept turns. Separated data included."""
    x, y = np.array([r[0] for r in rows]), np.array([float(r[1]) for r in rows])
    fit, mirrored = logistic(x, y), logistic(-x, 1 - y)
    assert (fit is None) == (mirrored is None)
    if fit is not None and mirrored is not None:
        assert all(map(math.isfinite, (fit.intercept, fit.slope, fit.intercept_se, fit.slope_se)))
        assert fit.slope == pytest.approx(mirrored.slope, abs=1e-6)
        assert fit.intercept == pytest.approx(-mirrored.intercept, abs=1e-6)


def test_separation_is_told_and_the_slope_stays_finite() -> None:
    always_longer = [int(a > b) for a, b in zip(LEFT, RIGHT, strict=True)]
    found = audited(LEFT, RIGHT, always_longer)
    assert (found.separated, found.longer_chosen) == (True, 1.0) and math.isfinite(found.slope) and found.slope > 3
    assert logistic(log_ratio(LEFT, RIGHT), always_longer, ridge=0.0) is None
    assert separated(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0, 0, 1, 1])) and not separated(
        np.array([0.0, 2.0, 1.0]), np.array([0, 0, 1])
    )


@pytest.mark.parametrize(
    ("left", "right", "chose_left", "why"),
    [
        (LEFT[:19], RIGHT[:19], CHOSE_LEFT[:19], f"fewer than {LEAST_FOR_SLOPE}"),
        (LEFT, RIGHT, [1] * 20, "the same side"),
        ([200] * 20, [100] * 20, CHOSE_LEFT, "the same ratio"),
        ([0] * 20, RIGHT, CHOSE_LEFT, f"fewer than {LEAST_FOR_SLOPE}"),
    ],
)
def test_no_slope_says_why(left: list[int], right: list[int], chose_left: list[int], why: str) -> None:
    found = audited(left, right, chose_left)
    assert (found.slope, found.se, found.length_controlled_rate, found.separated) == (None, None, None, None)
    assert why in found.undefined["slope"]


def test_ties_and_unknown_or_equal_lengths_are_not_counted() -> None:
    found = length([1, -1, 0, 1, 1], log_ratio([10, 10, 10, 0, 5], [5, 5, 5, 5, 5]), [math.nan] * 5, [math.nan] * 5, NO_GOLDS, 1)
    assert (found.n, found.longer_chosen) == (2, 0.5)
    nothing = length([], [], [], [], NO_GOLDS, 1)
    assert (nothing.n, nothing.longer_chosen, nothing.low, nothing.e_value) == (0, None, None, 1.0)
    assert {"longer_chosen", "low", "high", "slope"} <= set(nothing.undefined)


def test_the_others_and_the_gold_on_the_same_items() -> None:
    # Ann chose the longer on items 0, 1, 2; others: half of item 0, none of item 1, nobody on item 2. Gold: longer, shorter, tie.
    sides, ratio = [1, 1, -1], log_ratio([20, 20, 10], [10, 10, 20])
    found = length(sides, ratio, [0.5, 0.0, math.nan], [1, -1, 0], NO_GOLDS, 1)
    assert (found.others_same_items, found.others_n, found.longer_chosen_with_others) == (0.25, 2, 1.0)
    assert (found.gold_same_items, found.gold_n, found.longer_chosen_with_gold) == (0.5, 2, 1.0)


def others_longer(rows: list[tuple[int, int, float]]) -> list[float]:
    """For rows of (person, item, longer): the others' shares, in their order."""
    chosen, share = LongerChosen(5), [0.0] * len(rows)
    people = {who: [at for at, row in enumerate(rows) if row[0] == who] for who, _, _ in rows}

    def answers(at: list[int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return np.array([rows[n][1] for n in at]), np.array([rows[n][2] for n in at], dtype=float)

    for at in people.values():
        chosen.add(*answers(at))
    for at in people.values():
        for n, found in zip(at, chosen.others(*answers(at)).tolist(), strict=True):
            share[n] = found
    return share


def test_the_others_share_leaves_out_oneself() -> None:
    nan = math.nan
    share = others_longer([(0, 0, 1), (1, 0, 0), (2, 0, nan), (0, 1, 1), (0, 2, 1), (1, 2, 0), (1, 2, 1)])
    assert share == pytest.approx([0.0, 1.0, 0.5, nan, 0.5, 1.0, 1.0], nan_ok=True)
    assert others_longer([]) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from((0.0, 1.0, math.nan))), max_size=40))
@settings(deadline=None)
def test_the_others_share_item_by_item(rows: list[tuple[int, int, float]]) -> None:
    found = others_longer(rows)
    for (who, item, _), share in zip(rows, found, strict=True):
        rest = [chose for other, where, chose in rows if where == item and other != who and not math.isnan(chose)]
        assert share == pytest.approx(sum(rest) / len(rest) if rest else math.nan, nan_ok=True)


def test_golds_are_paired_in_the_order_answered() -> None:
    longer_right = [True, False, False, True, True, False, True]
    chose_longer = [True, True, False, False, True, None, False]
    # longer right: hit, miss, hit, miss; shorter right: miss, hit (the tie is left out). Pairs: (hit, miss), (miss, hit).
    assert gold_pairs(longer_right, chose_longer) == GoldPairs(2, 2, 1)
    assert gold_pairs([True] * 9, [True] * 9) == GoldPairs(0, 0, 0)


@given(st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.booleans())), max_size=50))
@settings(deadline=None)
def test_mirrored_golds_turn_the_errors(golds: list[tuple[bool, bool | None]]) -> None:
    found = gold_pairs([right for right, _ in golds], [chose for _, chose in golds])
    turned = gold_pairs([not right for right, _ in golds], [None if chose is None else not chose for _, chose in golds])
    assert (turned.pairs, turned.one_error) == (found.pairs, found.one_error)
    assert turned.toward_longer == found.one_error - found.toward_longer


def test_golds_alone_alarm() -> None:
    """Always the longer, where the longer is better in all of the work: no alarm without golds."""
    always_longer = [int(a > b) for a, b in zip(LEFT * 20, RIGHT * 20, strict=True)]
    assert not audited(LEFT * 20, RIGHT * 20, always_longer).alarm
    assert audited(LEFT * 20, RIGHT * 20, always_longer, paired=GoldPairs(40, 24, 24), people=5).alarm


def test_what_pairs_of_golds_can_see() -> None:
    """A habit of 20 and 30 % by 50, 100 and 150 pairs at E >= 20, for somebody right in 85 % else."""
    assert [habit_noticed(n, 0.2, 20) for n in (50, 100, 150)] == pytest.approx([0.08, 0.59, 0.89], abs=0.015)
    assert [habit_noticed(n, 0.3, 20) for n in (50, 100, 150)] == pytest.approx([0.42, 0.97, 1.0], abs=0.015)
    assert habit_noticed(150, 0.0, 20) < 0.05 and habit_noticed(150, 1.0, 20) > 0.99 and habit_noticed(0, 0.5, 20) == 0.0
