"""Drift: the published charts, run lengths, and what the check sees and when it asks without a cause."""

from __future__ import annotations

import math
from random import Random
from statistics import mean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.drift import (
    alarmed_share,
    baseline_accuracy,
    cusum,
    drift,
    ewma,
    ewma_limits,
    gold_steps,
    mean_delay,
    mean_run,
    power,
)

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4 (EWMA: weight .3, start 50, s 2.0539) and 6.3.2.3 (tabular CUSUM).
NIST_EWMA = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
NIST_EWMA_VALUES = [
    50.6, 49.52, 50.564, 50.1848, 50.1594, 49.2116, 49.7481, 49.8537, 50.2576, 50.3303, 50.1112, 49.3578, 49.5205, 50.0543, 49.378,
    49.9246, 50.7272, 51.2291, 51.9403, 51.9882,
]  # fmt: skip
NIST_CUSUM = [
    324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6, 324.625, 325.15, 328.325, 327.25, 327.825,
    328.5, 326.675, 327.775, 326.875, 328.35,
]  # fmt: skip
NIST_HIGH = [0, 0, 0, 0, 0.0325, 0, 0, 0, 0, 0, 0, 0, 3.0075, 4.94, 7.4475, 10.63, 11.9875, 14.445, 16.0025, 19.035]
NIST_LOW = [0, 0.0075, 0, 0.3325, 0, 0, 0.5575, 0.715, 0.1725, 0.255, 0.3125, 0, 0, 0, 0, 0, 0, 0, 0, 0]
# Thirty golds with p0 = .9, p1 = .7; an own computation, twice.
GOLDS = [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0]
GOLD_CUSUM = [
    0, 0, 0, 0, 0, 1.098612, 0.847298, 0.595983, 0.344669, 0.093355, 0, 0, 0, 0, 1.098612, 0.847298, 0.595983, 0.344669, 0.093355, 0, 0,
    1.098612, 0.847298, 1.94591, 3.044522, 2.793208, 3.89182, 3.640506, 4.739118, 5.83773,
]  # fmt: skip
GOLD_EWMA_END = [0.75169, 0.801352, 0.641081, 0.512865, 0.610292, 0.488234, 0.590587, 0.47247, 0.377976]


def test_the_charts_of_nist() -> None:
    assert ewma(NIST_EWMA, 50, 0.3) == pytest.approx(NIST_EWMA_VALUES, abs=5.1e-5)
    assert tuple(ewma_limits(50, 2.0539, weight=0.3)) == pytest.approx((47.411568261873384, 52.588431738126616), abs=1e-9)
    high = cusum(x - 325 - 0.3175 for x in NIST_CUSUM)
    assert high == pytest.approx(NIST_HIGH, abs=1e-9)
    assert cusum(325 - 0.3175 - x for x in NIST_CUSUM) == pytest.approx(NIST_LOW, abs=1e-9)
    assert next(i for i, s in enumerate(high, 1) if s > 4.1959) == 14


def test_thirty_golds_as_published() -> None:
    hit, miss = gold_steps(0.9, 0.7)
    assert (hit, miss) == pytest.approx((-0.2513144282809062, 1.0986122886681102), abs=1e-9)
    chart = cusum(miss if not good else hit for good in GOLDS)
    assert chart == pytest.approx(GOLD_CUSUM, abs=1e-6)
    assert next(i for i, s in enumerate(chart, 1) if s >= 3) == 25
    smooth = ewma(GOLDS, 0.9)
    assert smooth[-9:] == pytest.approx(GOLD_EWMA_END, abs=1e-6)
    sd = math.sqrt(0.9 * 0.1)
    signal = next(t for t, z in enumerate(smooth, 1) if z < ewma_limits(0.9, sd, t).low)
    assert signal == 25 and smooth[24] == pytest.approx(0.5128650704398535, abs=1e-9)
    assert ewma_limits(0.9, sd, 25).low == pytest.approx(0.600002140879178, abs=1e-9)


@pytest.mark.parametrize(("limit", "steady", "at_80", "at_70"), [(3.0, 236, 38, 16), (3.5, 460, 49, 20), (4.0, 799, 61, 23)])
def test_run_lengths_of_a_known_accuracy(limit: float, steady: int, at_80: int, at_70: int) -> None:
    """Simulated run lengths at p0 = .9, within their sampling error; exact here, the tail taken to be geometric."""
    for accuracy, simulated in ((0.9, steady), (0.8, at_80), (0.7, at_70)):
        assert mean_run(0.9, accuracy, limit) == pytest.approx(simulated, rel=0.06)


def test_what_the_chart_promises_where_the_accuracy_is_known() -> None:
    """400 golds and more between false alarms; a fall to 70 % is noticed within 25 golds on average, to 80 % within 60."""
    assert mean_run(0.9, 0.9) >= 400 and mean_run(0.9, 0.7) <= 25 and mean_run(0.9, 0.8) <= 60
    assert mean_run(0.9, 1.0) == math.inf
    assert mean_run(0.9, 0.0) == 4.0  # four misses of 1.0986 reach 3.5


def test_run_lengths_against_a_simulation() -> None:
    """2,000 charts, gold by gold, as `cusum` draws them; four standard errors."""
    hit, miss = gold_steps(0.9, 0.7)
    random, runs = Random(4), []
    for _ in range(2000):
        n, s = 0, 0.0
        while s < 3.5:
            n, s = n + 1, max(0.0, s + (hit if random.random() < 0.8 else miss))
        runs.append(n)
    assert mean(runs) == pytest.approx(mean_run(0.9, 0.8), abs=4 * pstdev(runs) / 2000**0.5)


@pytest.mark.parametrize(("accuracy", "share"), [(0.95, 0.04), (0.9, 0.22), (0.85, 0.42), (0.8, 0.58)])
def test_the_share_asked_by_200_golds_without_a_cause(accuracy: float, share: float) -> None:
    assert alarmed_share(accuracy, 200) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("before", "delay_10", "delay_20"), [(0.95, 158, 35), (0.9, 112, 30), (0.85, 80, 26), (0.8, 59, 23)])
def test_how_long_a_fall_goes_unseen(before: float, delay_10: int, delay_20: int) -> None:
    assert mean_delay(before, 0.1) == pytest.approx(delay_10, rel=0.1)
    assert mean_delay(before, 0.2) == pytest.approx(delay_20, rel=0.1)


def test_a_worse_baseline_asks_more_often() -> None:
    """Five golds and a prior of 18 of 20: .09/.44/.72/.87 were alarmed without a cause."""
    shares = []
    for accuracy in (0.95, 0.9, 0.85, 0.8):
        weights = [math.comb(5, k) * accuracy**k * (1 - accuracy) ** (5 - k) for k in range(6)]
        shares.append(sum(w * power((k + 18) / 25, accuracy, 200) for k, w in enumerate(weights)))
    assert shares == pytest.approx([0.09, 0.44, 0.72, 0.87], abs=0.03)


def test_a_fall_to_80_within_few_golds_is_mostly_missed() -> None:
    assert [power(0.9, 0.8, n) for n in (15, 30)] == pytest.approx([0.16, 0.41], abs=0.005)
    assert power(0.9, 0.8, 0) == 0.0


def test_the_chance_of_noticing_a_fall_where_the_baseline_is_estimated() -> None:
    """Between that of the same charts without a fall and that of a known accuracy's, for a fall asks for more than chance does."""
    assert (
        alarmed_share(0.9, 40, after=0.9) == alarmed_share(0.9, 40) < alarmed_share(0.9, 40, after=0.8) < alarmed_share(0.9, 40, after=0.7)
    )
    weights = [math.comb(15, k) * 0.9**k * 0.1 ** (15 - k) for k in range(16)]
    expected = sum(w * power((k + 17) / 35, 0.8, 40) for k, w in enumerate(weights))
    assert alarmed_share(0.9, 40, after=0.8) == pytest.approx(expected, abs=1e-5)


def test_power_counts_every_sequence() -> None:
    """Against all 2^11 sequences of hits and misses."""
    p0, accuracy, n = 0.85, 0.7, 11
    hit, miss = gold_steps(p0, p0 - 0.2)
    total = 0.0
    for sequence in range(2**n):
        golds = [sequence >> i & 1 for i in range(n)]
        if max(cusum(hit if good else miss for good in golds)) >= 3.5:
            total += accuracy ** sum(golds) * (1 - accuracy) ** (n - sum(golds))
    assert power(p0, accuracy, n) == pytest.approx(total, abs=1e-12)


def test_no_chart_before_fifteen_golds() -> None:
    found = drift([True] * 10 + [False] * 4, planned=30)
    assert (found.n, found.alarm, found.at, found.statistic, found.p0, found.ewma) == (14, False, None, None, None, [])
    assert set(found.undefined) == {"at", "statistic", "p0", "ewma_low"} and "15" in found.undefined["p0"]
    assert found.power_80 is not None and found.power_70 is not None and 0 < found.false_alarm < 1


def test_a_chart_is_held_to_the_first_fifteen() -> None:
    golds = [True] * 14 + [False] + [True] * 5 + [False] * 4
    found = drift(golds, planned=30)
    assert found.p0 == baseline_accuracy(14, 15) == 31 / 35
    hit, miss = gold_steps(31 / 35, 31 / 35 - 0.2)
    chart = cusum([hit] * 5 + [miss] * 4)
    assert (found.alarm, found.at, found.statistic) == (True, 24, pytest.approx(chart[-1])) and chart[-2] < 3.5 <= chart[-1]
    assert len(found.ewma) == 9 and found.ewma[0] == pytest.approx(0.2 + 0.8 * 31 / 35)
    quiet = drift(golds[:20], planned=30)
    assert (quiet.alarm, quiet.at, quiet.statistic) == (False, None, 0.0) and quiet.undefined["at"] == "no alarm"


def test_after_a_recalibration_the_chart_begins_anew() -> None:
    golds = [True] * 15 + [False] * 5 + [True] * 10
    assert drift(golds, planned=30).at == 18
    again = drift(golds, planned=30, restarted_after=20)
    assert (again.alarm, again.at, len(again.ewma)) == (False, None, 10)
    more = drift([*golds, *[False] * 4], planned=30, restarted_after=20)
    assert more.at is not None and more.at > 30


def test_who_never_stood_above_80_cannot_fall_to_it() -> None:
    found = drift([True] * 8 + [False] * 7, planned=30)
    assert found.p0 == 25 / 35 and found.power_80 is None and found.power_70 is not None
    assert "power_80" in found.undefined and "power_70" not in found.undefined


@pytest.mark.parametrize(("p0", "p1"), [(0.5, 0.6), (0.2, 0.0), (1.0, 0.8)])
def test_a_fall_goes_downwards(p0: float, p1: float) -> None:
    with pytest.raises(ValueError):
        gold_steps(p0, p1)


@given(st.lists(st.booleans(), min_size=16, max_size=60), st.integers(15, 59))
@settings(deadline=None, max_examples=40)
def test_a_miss_in_place_of_a_hit_never_lowers_the_chart(golds: list[bool], place: int) -> None:
    before = drift(golds, planned=10)
    worse = drift([*golds[: place % len(golds)], False, *golds[place % len(golds) + 1 :]], planned=10)
    if place % len(golds) >= 15 and before.statistic is not None and worse.statistic is not None:
        assert worse.statistic >= before.statistic - 1e-12
        assert before.at is None or (worse.at is not None and worse.at <= before.at)


def test_power_grows_with_golds_and_with_the_fall() -> None:
    assert sorted(power(0.9, 0.8, n) for n in (5, 15, 40, 90)) == [power(0.9, 0.8, n) for n in (5, 15, 40, 90)]
    assert power(0.9, 0.9, 40) < power(0.9, 0.8, 40) < power(0.9, 0.7, 40)
