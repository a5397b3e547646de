"""Intervals, exact tests and evidence, against published values, SciPy, and what must hold for every count."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.intervals import (
    alarm_threshold,
    binomial_p,
    binomial_weights,
    chi_squared_tail,
    crossing,
    e_value,
    fisher_p,
    holm,
    log_e_value,
    mcnemar_p,
    normal_p,
    rate,
    wilson,
)

COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SMALL_COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

# Wilson 1927; values by statsmodels 0.15 proportion_confint(method="wilson") and an own computation.
WILSON = [
    (118, 200, 0.5207645903369208, 0.6558432509151711),
    (15, 20, 0.531299122381256, 0.8881382985923343),
    (0, 10, 0.0, 0.2775327998628892),
    (10, 10, 0.7224672001371107, 0.9999999999999999),
    (5, 10, 0.236593090512564, 0.7634069094874361),
    (30, 40, 0.5980603857923197, 0.858128813609037),
    (18, 20, 0.698966355346488, 0.9721335187122055),
    (9, 10, 0.5958499740063318, 0.9821237868464882),
    (45, 50, 0.7863976859515647, 0.9565242349873131),
    (90, 100, 0.8256343387021827, 0.9447708628642633),
    (20, 20, 0.8388748425733669, 1.0),
]
# Exact two-sided binomial; values by scipy.stats.binomtest.
BINOMIAL = [
    (118, 200, 0.013130355940531638),
    (15, 20, 0.04138946533203125),
    (0, 10, 0.001953125),
    (10, 10, 0.001953125),
    (5, 10, 1.0),
    (16, 20, 0.01181793212890625),
]
# Beta(10, 10) mixture against one half (Robbins 1970); values by numeric integration of the mixture.
E_VALUES = [
    (118, 200, 5.824358961593159),
    (15, 20, 2.568605535457616),
    (130, 200, 1230.1002746696136),
    (0, 10, 4.7226672378097065),
    (5, 10, 0.8131045588317095),
    (60, 100, 2.186590135371298),
]


@pytest.mark.parametrize(("k", "n", "low", "high"), WILSON)
def test_wilson_as_published(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("k", "n", "p"), BINOMIAL)
def test_the_exact_binomial_as_published(k: int, n: int, p: float) -> None:
    assert binomial_p(k, n) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(("k", "n", "evidence"), E_VALUES)
def test_evidence_as_published(k: int, n: int, evidence: float) -> None:
    assert e_value(k, n) == pytest.approx(evidence, rel=1e-9)


def test_mcnemar_and_two_tables_as_published() -> None:
    # McNemar 8 against 2; the lag-1 table of a sequence of 32 sides (scipy.stats.fisher_exact); chi-squared 4.5165 on 2 df.
    assert mcnemar_p(8, 2) == pytest.approx(0.109375, abs=1e-12)
    assert fisher_p(12, 5, 5, 9) == pytest.approx(0.07592077569968082, abs=1e-9)
    assert chi_squared_tail(4.516502605674582, 2) == pytest.approx(0.10453312179327741, abs=1e-9)
    assert normal_p(-2.100450263680717) == pytest.approx(0.03568925141538526, abs=1e-9)


def test_nothing_counted_is_undefined_and_no_evidence() -> None:
    assert (wilson(0, 0), binomial_p(0, 0), mcnemar_p(0, 0), tuple(rate(0, 0))) == (None, None, None, (None, None, None))
    assert e_value(0, 0) == 1.0
    assert fisher_p(0, 0, 3, 4) is None
    assert holm([]) == []
    for wrong in (lambda: wilson(3, 2), lambda: binomial_p(-1, 2), lambda: log_e_value(3, 2), lambda: chi_squared_tail(1, 0)):
        with pytest.raises(ValueError):
            wrong()


def test_numbers_beyond_a_float_stay_numbers() -> None:
    assert math.isfinite(e_value(100_000, 100_000)) and e_value(100_000, 100_000) > 1e300
    assert binomial_p(100_000, 100_000) == 0.0
    assert binomial_p(500_000, 1_000_000) == pytest.approx(1.0)


@given(COUNTS)
@settings(deadline=None)
def test_scipy_agrees_on_counts(count: tuple[int, int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    k, n = count
    found = stats.binomtest(k, n)
    assert binomial_p(k, n) == pytest.approx(found.pvalue, rel=1e-9, abs=1e-300)
    interval = found.proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_scipy_agrees_where_log_gamma_begins() -> None:
    stats = pytest.importorskip("scipy.stats")
    for k, n in ((480, 1000), (480, 1001), (499, 1001), (4_800, 10_000), (60_500, 120_000)):
        assert binomial_p(k, n) == pytest.approx(stats.binomtest(k, n).pvalue, rel=1e-8)


@given(st.floats(0, 80), st.integers(1, 12))
@settings(deadline=None)
def test_scipy_agrees_on_the_chi_squared_tail(statistic: float, df: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert chi_squared_tail(statistic, df) == pytest.approx(stats.chi2.sf(statistic, df), abs=1e-12)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
@settings(deadline=None)
def test_scipy_agrees_on_fishers_test(table: list[int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    a, b, c, d = table
    found = fisher_p(a, b, c, d)
    if found is not None:
        assert found == pytest.approx(stats.fisher_exact([[a, b], [c, d]])[1], abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
@settings(deadline=None)
def test_holm_is_the_closed_test_of_bonferroni(p_values: list[float]) -> None:
    """Marcus, Peritz and Gabriel 1976: the largest Bonferroni p of all sets of hypotheses that hold this one."""
    adjusted = holm(p_values)
    for i, found in enumerate(adjusted):
        sets = (s for size in range(1, len(p_values) + 1) for s in combinations(range(len(p_values)), size) if i in s)
        assert found == pytest.approx(max(min(1.0, len(s) * min(p_values[j] for j in s)) for s in sets), abs=1e-12)
    ranked = sorted(zip(p_values, adjusted, strict=True))
    assert [a for _, a in ranked] == sorted(a for a in adjusted if a is not None)
    assert all(a is not None and p <= a <= 1 for p, a in ranked)


def test_holm_leaves_undefined_tests_out() -> None:
    assert holm([0.01, None, 0.04]) == [0.02, None, 0.04]


@given(COUNTS)
@settings(deadline=None)
def test_an_interval_holds_its_rate_and_mirrors(count: tuple[int, int]) -> None:
    k, n = count
    interval, mirrored = wilson(k, n), wilson(n - k, n)
    assert interval is not None and mirrored is not None
    assert 0 <= interval.low <= k / n <= interval.high <= 1
    assert (interval.low, interval.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-12)
    assert binomial_p(k, n) == binomial_p(n - k, n)
    assert log_e_value(k, n) == pytest.approx(log_e_value(n - k, n), abs=1e-9)


@given(SMALL_COUNTS)
@settings(deadline=None)
def test_evidence_is_a_martingale_under_the_null(count: tuple[int, int]) -> None:
    """Whatever was seen, the mean of the evidence after one more fair answer is the evidence now: looking does not make any."""
    k, n = count
    assert (e_value(k, n + 1) + e_value(k + 1, n + 1)) / 2 == pytest.approx(e_value(k, n), rel=1e-9)


@pytest.mark.parametrize("n", [1, 2, 7, 20, 60])
def test_evidence_has_mean_one_under_the_null(n: int) -> None:
    assert sum(math.comb(n, k) / 2**n * e_value(k, n) for k in range(n + 1)) == pytest.approx(1.0, rel=1e-9)


def test_crossing_counts_every_path() -> None:
    """Against all 2^12 sequences, at a threshold that some reach and then leave again."""
    for bias in (0.5, 0.8):
        total = 0.0
        for sequence in range(2**12):
            k, reached = 0, False
            for n in range(1, 13):
                k += sequence >> (n - 1) & 1
                reached = reached or e_value(k, n) >= 2.0
            total += reached * bias**k * (1 - bias) ** (12 - k)
        assert 0.01 < total < 1 and crossing(12, 2.0, bias) == pytest.approx(total, abs=1e-12)


def test_what_many_looks_cost_and_what_they_find() -> None:
    """One audit by 400 answers: 2.6 % false alarms at 20, .4 % at 100; power at 200 of 15 and 20 points, and of 10 by 400."""
    assert crossing(400, 20, 0.5) == pytest.approx(0.026, abs=0.001) and crossing(400, 100, 0.5) == pytest.approx(0.004, abs=0.001)
    assert [crossing(200, e, 0.65) for e in (20, 100)] == pytest.approx([0.93, 0.83], abs=0.01)
    assert crossing(200, 100, 0.7) > 0.99
    assert [crossing(200, e, 0.6) for e in (20, 100)] == pytest.approx([0.55, 0.33], abs=0.01)
    assert [crossing(400, e, 0.6) for e in (20, 100)] == pytest.approx([0.89, 0.77], abs=0.015)


def test_a_threshold_for_people_and_audits() -> None:
    assert (alarm_threshold(5), alarm_threshold(0), alarm_threshold(2, audits=1)) == (300.0, 60.0, 40.0)
    # Three audits of five people, each looked at after every one of 400 answers: no more than 5 % of teams see any alarm.
    assert 15 * crossing(400, alarm_threshold(5), 0.5) <= 0.05


@given(st.integers(0, 200), st.floats(0, 1))
@settings(deadline=None)
def test_binomial_weights_sum_to_one(n: int, p: float) -> None:
    weights = binomial_weights(n, p)
    assert len(weights) == n + 1 and sum(weights) == pytest.approx(1.0, abs=1e-9)
    assert sum(k * w for k, w in enumerate(weights)) == pytest.approx(n * p, abs=1e-6)
