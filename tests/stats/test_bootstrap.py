"""Intervals: references, the exactness of drawing kinds of item, and what has no interval."""

import numpy as np
import pytest

from prefterm.stats.bootstrap import (
    bca_span,
    draw_sums,
    jackknife_error,
    jackknife_span,
    leave_one_out,
    percentile_span,
    resampled_span,
)
from prefterm.stats.measuring import item_sums
from prefterm.stats.ratings import DIRECTIONS, Ratings
from prefterm.stats.reliability import Alpha, RawAgreement
from prefterm.stats.samples import counts_sample
from tests.stats.references import FLEISS_1971, KRIPPENDORFF_2011, of_units

pytestmark = pytest.mark.filterwarnings("error")


def drawn(data: list[str], level: str, resamples: int, min_labels: int = 1):
    sample = counts_sample(of_units(data), min_labels=min_labels)
    alpha = Alpha(level, sample.values)
    features = alpha.features(sample.content)
    values = alpha.value(draw_sums(features, sample.weight, resamples))
    left_out = alpha.value(leave_one_out(features, sample.weight))
    return values[~np.isnan(values)], float(alpha.value(item_sums(sample, alpha))), left_out, sample.weight


@pytest.mark.parametrize(
    ("data", "level", "percentile", "bca"),
    [
        (KRIPPENDORFF_2011, "nominal", (0.42, 1.00), (0.40, 0.94)),
        (KRIPPENDORFF_2011, "ordinal", None, (0.33, 0.98)),
        (FLEISS_1971, "nominal", (0.320, 0.529), (0.341, 0.555)),
    ],
)
def test_reference_intervals(data: list[str], level: str, percentile: tuple[float, float] | None, bca: tuple[float, float]) -> None:
    """All units, the single one included, within .02. One resample in thirty of 2011's is perfect: with fewer draws the end jumps."""
    values, point, left_out, weight = drawn(data, level, 200_000)
    span = bca_span(values, point, left_out, weight)
    assert (span.low, span.high) == pytest.approx(bca, abs=0.02)
    assert span.method == "bca"
    if percentile:
        span = percentile_span(values)
        assert (span.low, span.high) == pytest.approx(percentile, abs=0.02)


def test_reference_errors() -> None:
    values, _, left_out, weight = drawn(KRIPPENDORFF_2011, "nominal", 100)
    assert jackknife_error(left_out, weight) == pytest.approx(0.146, abs=0.002)
    values, _, _, _ = drawn(FLEISS_1971, "nominal", 20_000)
    assert values.std() == pytest.approx(0.0538, abs=0.001)


def test_drawing_kinds_is_drawing_items() -> None:
    """The spread of alpha equals that of a plain loop over items drawn with replacement, within 5 %."""
    generator = np.random.default_rng(1)
    truth = generator.integers(-1, 2, 300)
    labels = np.where(generator.random((300, 3)) < 0.8, truth[:, None], generator.integers(-1, 2, (300, 3)))
    sample = counts_sample(Ratings.from_matrix(labels.tolist(), DIRECTIONS))
    alpha = Alpha("nominal", DIRECTIONS)
    fast = alpha.value(draw_sums(alpha.features(sample.content), sample.weight, 4000))
    per_item = alpha.features(np.stack([(labels == value).sum(axis=1) for value in DIRECTIONS], axis=1).astype(float))
    slow = alpha.value(np.stack([per_item[generator.integers(0, 300, 300)].sum(axis=0) for _ in range(4000)]))
    assert fast.std() == pytest.approx(slow.std(), rel=0.05)
    assert fast.mean() == pytest.approx(slow.mean(), abs=0.003)


def test_the_same_data_give_the_same_interval() -> None:
    features = np.arange(12.0).reshape(4, 3)
    weight = np.array([3, 1, 7, 2])
    first = draw_sums(features, weight, 50)
    assert np.array_equal(first, draw_sums(features, weight, 50))
    assert not np.array_equal(first, draw_sums(features, weight, 50, seed=1))


@pytest.mark.parametrize("weight", [[3, 1, 7, 2, 9], [40, 3, 25, 1, 90], [40, 30, 25, 20, 90]], ids=["rare", "both", "common"])
def test_kinds_are_drawn_as_often_as_they_occur(weight: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Means, variances and covariances are those of the multinomial, in blocks of a few resamples."""
    monkeypatch.setattr("prefterm.stats.bootstrap._BLOCK", 500)
    counts = np.array(weight)
    total, resamples = counts.sum(), 20_000
    drawn = draw_sums(np.eye(5), counts, resamples)
    assert (drawn.sum(axis=1) == total).all()
    shares = counts / total
    covariance = total * (np.diag(shares) - np.outer(shares, shares))
    error = np.sqrt(np.diag(covariance) / resamples)
    assert (np.abs(drawn.mean(axis=0) - counts) < 5 * error).all()
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.06 * covariance.max())


def test_bca_equals_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    data = np.random.default_rng(2).exponential(1, 40)
    values = draw_sums(data[:, None], np.ones(40, dtype=np.int64), 20_000)[:, 0] / 40
    left_out = leave_one_out(data[:, None], np.ones(40, dtype=np.int64))[:, 0] / 39
    own = bca_span(values, data.mean(), left_out, np.ones(40, dtype=np.int64))
    theirs = stats.bootstrap((data,), np.mean, n_resamples=9_999, method="BCa", random_state=3).confidence_interval
    assert (own.low, own.high) == pytest.approx((theirs.low, theirs.high), abs=0.02)
    percentile = percentile_span(values)
    assert (own.low, own.high) != pytest.approx((percentile.low, percentile.high), abs=0.02)


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    data = np.random.default_rng(4).normal(0, 1, 30)
    weight = np.ones(30, dtype=np.int64)
    left_out = leave_one_out(data[:, None], weight)[:, 0] / 29
    assert jackknife_error(left_out, weight) == pytest.approx(data.std(ddof=1) / np.sqrt(30))


def test_equal_units_may_be_counted_together() -> None:
    """Four kinds with weights give the errors and intervals of the same units one by one."""
    kinds, weight = np.array([[1.0, 0.2], [1.0, 0.9], [1.0, 0.4], [1.0, 0.7]]), np.array([5, 9, 3, 8])
    coefficient = RawAgreement()
    single = np.repeat(kinds, weight, axis=0)
    spans = [
        jackknife_span(0.6, coefficient.value(leave_one_out(features, w)), w)
        for features, w in ((kinds, weight), (single, np.ones(25, dtype=np.int64)))
    ]
    assert (spans[0].low, spans[0].high) == pytest.approx((spans[1].low, spans[1].high), abs=1e-12)


def test_which_method() -> None:
    generator = np.random.default_rng(5)
    values, left_out = generator.normal(0.5, 0.05, 500), generator.normal(0.5, 0.01, 10)
    few, many = np.full(10, 9), np.full(10, 10)
    assert resampled_span(values, 0.5, left_out, few).method == "bca"
    assert resampled_span(values, 0.5, left_out, many).method == "percentile"
    assert resampled_span(values + 0.35, 0.85, left_out, many).method == "bca"


def test_degenerate_resamples_are_dropped_and_counted() -> None:
    generator = np.random.default_rng(6)
    values, left_out, weight = generator.normal(0.5, 0.05, 400), generator.normal(0.5, 0.01, 10), np.full(10, 10)
    values[:100] = np.nan
    span = resampled_span(values, 0.5, left_out, weight)
    assert span.dropped == 100
    assert span.low is not None
    values[:200] = np.nan
    span = resampled_span(values, 0.5, left_out, weight)
    assert (span.low, span.why_none) == (None, "undefined in 200 of 400 resamples")


def test_what_does_not_vary_has_no_interval() -> None:
    span = resampled_span(np.ones(500), 1.0, np.ones(3), np.array([10, 10, 10]))
    assert span.low is None
    assert span.why_none == "nothing varies among these 30; up to 11.6 % of all others could still differ"


@pytest.mark.parametrize("left_out", [[0.5, np.nan, 0.5], [0.5, 0.5, 0.5]])
def test_bca_falls_back_to_percentile(left_out: list[float]) -> None:
    values = np.random.default_rng(7).normal(0.5, 0.05, 500)
    assert bca_span(values, 0.5, np.array(left_out), np.array([5, 5, 5])).method == "percentile"
    assert bca_span(values, 9.0, np.array([0.4, 0.5, 0.6]), np.array([5, 5, 5])).method == "percentile"


def test_the_jackknife_says_where_it_cannot() -> None:
    weight = np.array([10, 10])
    for point, left_out in ((1.0, [1.0, 1.0]), (0.9, [np.nan, 0.8]), (0.5, [0.5, 0.5])):
        span = jackknife_span(point, np.array(left_out), weight)
        assert span.low is None
        assert span.why_none is not None


def test_the_jackknife_stays_below_one() -> None:
    """A single disagreement among a hundred: without it agreement is complete, and there is an interval all the same."""
    sample = counts_sample(Ratings.from_matrix([[1, 1]] * 50 + [[-1, -1]] * 49 + [[1, -1]], DIRECTIONS))
    alpha = Alpha("nominal", DIRECTIONS)
    left_out = alpha.value(leave_one_out(alpha.features(sample.content), sample.weight))
    assert left_out.max() == 1
    span = jackknife_span(float(alpha.value(item_sums(sample, alpha))), left_out, sample.weight)
    assert span.low == pytest.approx(0.87, abs=0.01)
    assert 0.99 < span.high < 1


def test_values_equal_to_the_point_count_half() -> None:
    """A coarse statistic is not taken for biased: with the point at the median and no acceleration BCa is the percentile interval."""
    values = np.repeat([0.4, 0.5, 0.6], [100, 800, 100]).astype(float)
    left_out, weight = np.array([0.49, 0.51]), np.array([10, 10])
    span = bca_span(values, 0.5, left_out, weight)
    assert span.method == "bca"
    assert (span.low, span.high) == (0.4, 0.6)


def test_there_must_be_something_to_draw() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        draw_sums(np.empty((0, 2)), np.empty(0, dtype=np.int64))
