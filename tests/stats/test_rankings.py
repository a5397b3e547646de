"""Kendall's tau-b and W: worked examples, scipy, ties, and means over items."""

import numpy as np
import pytest

from prefterm.stats.measuring import measure
from prefterm.stats.rankings import NO_ORDER, ItemMean, kendall_tau_b, kendall_w, tau_sample, w_sample

pytestmark = pytest.mark.filterwarnings("error")


def test_tau_b_equals_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(1)
    for _ in range(100):
        n = int(generator.integers(3, 9))
        a, b = generator.integers(0, n, (2, n))
        if len(set(a)) == 1 or len(set(b)) == 1:
            assert np.isnan(kendall_tau_b(a, b))
        else:
            assert float(kendall_tau_b(a, b)) == pytest.approx(stats.kendalltau(a, b).statistic, abs=1e-12)


def test_w_without_ties() -> None:
    """Perfect agreement 1, reversal of two 0, and W = 12 S / m² (n³ - n) on a table done by hand."""
    assert float(kendall_w([[1, 2, 3], [1, 2, 3]])) == pytest.approx(1)
    assert float(kendall_w([[1, 2, 3], [3, 2, 1]])) == pytest.approx(0)
    # Rank sums 4, 8, 6 and mean 6: S = 8, W = 96 / (9 * 24).
    assert float(kendall_w([[1, 2, 3], [1, 3, 2], [2, 3, 1]])) == pytest.approx(96 / 216)


def test_w_is_friedmans_statistic() -> None:
    """W = chi² / (m (n - 1)), ties corrected in both."""
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(2)
    for _ in range(20):
        ranks = generator.integers(0, 5, (4, 6))
        friedman = stats.friedmanchisquare(*ranks.T).statistic
        assert float(kendall_w(ranks)) == pytest.approx(friedman / (4 * 5), abs=1e-12)


def test_scale_and_direction_of_scores_do_not_matter() -> None:
    ranks = np.random.default_rng(3).integers(0, 4, (3, 5)).astype(float)
    assert float(kendall_w(ranks * 10 + 3)) == pytest.approx(float(kendall_w(ranks)))
    assert float(kendall_w(-ranks)) == pytest.approx(float(kendall_w(ranks)))


def test_means_over_items_of_different_sizes() -> None:
    a = [[1, 2, 3], [1, 2], [1, 1, 2, 3], [1, 1]]
    b = [[1, 2, 3], [2, 1], [1, 2, 2, 3], [1, 2]]
    figure = measure(tau_sample(a, b), [ItemMean("kendall_tau_b")])[0]
    assert figure.n_items == 3
    assert figure.value == pytest.approx((1 - 1 + float(kendall_tau_b(a[2], b[2]))) / 3)
    assert figure.low is None


def test_w_of_items_that_two_ranked() -> None:
    items = [[[1, 2, 3], [1, 2, 3]], [[1, 2], [2, 1], [1, 2]], [[1, 2, 3]], [[1, 1], [1, 1]]]
    figure = measure(w_sample(items), [ItemMean("kendall_w")])[0]
    assert figure.n_items == 2
    assert figure.value == pytest.approx((1 + 1 / 9) / 2)


def test_an_interval_from_twenty_items_on() -> None:
    generator = np.random.default_rng(4)
    items = [np.argsort(np.argsort(generator.normal(0, 1, 4) + generator.normal(0, 1, (3, 4)))).tolist() for _ in range(40)]
    figure = measure(w_sample(items), [ItemMean("kendall_w")])[0]
    assert figure.low < figure.value < figure.high
    assert figure.band is None


@pytest.mark.parametrize("items", [[], [[[1, 2]]], [[[1, 1], [1, 1]], [[1, 1, 1], [1, 1, 1]]]])
def test_no_order_to_compare(items: list) -> None:
    figure = measure(w_sample(items), [ItemMean("kendall_w")])[0]
    assert (figure.value, figure.undefined) == (None, NO_ORDER)
