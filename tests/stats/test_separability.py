"""What tells golds from work: the AUC against scikit-learn's, nothing where there is nothing, and what was planted is found."""

from __future__ import annotations

import numpy as np
import pytest

from prefterm.stats.separability import (
    LEAST,
    Appearance,
    auc,
    auc_interval,
    cross_validated_auc,
    logistic_weights,
    separability,
)

TAGS = ("a", "b", "c", "d", "e", "f")


def items(rng: np.random.Generator, n: int, *, shares: tuple[float, ...] | None = None, longer: float = 0.0) -> list[Appearance]:
    found = []
    for _ in range(n):
        first = int(np.exp(rng.normal(6, 0.6))) + 1
        second = int(first * np.exp(rng.normal(longer, 0.4))) + 1
        found.append(Appearance(frozenset(rng.choice(TAGS, rng.integers(0, 3), replace=False, p=shares).tolist()), (first, second)))
    return found


def test_auc_counts_pairs() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        scores, positive = rng.integers(0, 6, 40), rng.random(40) < 0.4
        pairs = [(a > b) + (a == b) / 2 for a in scores[positive] for b in scores[~positive]]
        assert auc(scores, positive) == pytest.approx(np.mean(pairs))
    assert auc([1, 2], [True, True]) is None and auc([], []) is None
    assert auc([0.1, 0.9], [False, True]) == 1.0


def test_auc_and_weights_against_scikit_learn() -> None:
    linear_model, metrics = pytest.importorskip("sklearn.linear_model"), pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 4))
    y = rng.random(300) < 1 / (1 + np.exp(1 - x @ [1.0, -2.0, 0.0, 0.5]))
    weights = logistic_weights(x, y, 2.0)
    oracle = linear_model.LogisticRegression(C=1 / 2.0, tol=1e-10, max_iter=1000).fit(x, y)
    assert weights[1:] == pytest.approx(oracle.coef_[0], abs=1e-5) and weights[0] == pytest.approx(oracle.intercept_[0], abs=1e-5)
    assert auc(x @ weights[1:], y) == pytest.approx(metrics.roc_auc_score(y, x @ weights[1:]))


def test_a_kind_that_a_feature_parts_has_finite_weights() -> None:
    x = np.array([[0.0]] * 20 + [[1.0]] * 20)
    weights = logistic_weights(x, x[:, 0], 1.0)
    assert np.isfinite(weights).all() and weights[1] > 1
    assert auc(x[:, 0] * weights[1], x[:, 0] > 0) == 1.0
    with pytest.raises(ValueError, match="both kinds"):
        logistic_weights(x, np.zeros(40))


def test_the_interval_of_an_auc() -> None:
    """At .5 the variance is that of Wilcoxon's test, (n + m + 1) / 12nm; else the spread of AUCs of exponential scores."""
    found = auc_interval(0.5, 51, 58)
    assert found is not None and (found.high - found.low) / 2 / 1.959964 == pytest.approx((110 / (12 * 51 * 58)) ** 0.5)
    rng, positive = np.random.default_rng(2), np.arange(109) < 51
    values = [auc(np.where(positive, 5 * rng.exponential(size=109), rng.exponential(size=109)), positive) or 0.0 for _ in range(3000)]
    high = auc_interval(float(np.mean(values)), 51, 58)
    assert high is not None and (high.high - high.low) / 2 / 1.959964 == pytest.approx(np.std(values), rel=0.08)
    assert auc_interval(1.0, 10, 10) == (1.0, 1.0) and auc_interval(0.5, 0, 10) is None


def test_golds_of_the_work_itself_are_not_told() -> None:
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        found.append(separability(items(rng, 60), items(rng, 300)))
    values = [one.auc for one in found if one.auc is not None]
    assert len(values) == 40 and np.mean(values) == pytest.approx(0.5, abs=0.03)
    assert sum(one.low is not None and one.low > 0.5 for one in found) <= 5


def test_what_was_planted_is_found() -> None:
    rng = np.random.default_rng(7)
    work = items(rng, 400)
    by_tag = separability(items(rng, 80, shares=(0.5, 0.1, 0.1, 0.1, 0.1, 0.1)), work)
    by_length = separability(items(rng, 80, longer=0.8), work)
    assert by_tag.low is not None and by_tag.low > 0.5
    assert by_length.auc is not None and by_length.auc > 0.75
    assert (by_length.golds, by_length.work) == (80, 400) and not by_length.undefined


def test_learnt_by_heart_is_not_found() -> None:
    """Forty features of noise for sixty items: fitted to the same items they would part them."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(60, 40)), np.arange(60) % 2 == 0
    fitted = auc(x @ logistic_weights(x, y, 0.1)[1:], y)
    tried = cross_validated_auc(x, y)
    assert fitted is not None and fitted > 0.9
    assert tried is not None and tried < 0.7


def test_too_few_to_say() -> None:
    rng = np.random.default_rng(0)
    for golds, work in ((LEAST - 1, 200), (200, LEAST - 1), (0, 0)):
        found = separability(items(rng, golds), items(rng, work))
        assert found.auc is None and found.low is None and str(LEAST) in found.undefined["auc"]
    assert separability(items(rng, LEAST), items(rng, LEAST)).auc is not None


def test_texts_that_are_missing_or_all_alike() -> None:
    same = [Appearance(frozenset({"a"}), (100, 100))] * 40
    assert separability(same, same).auc == pytest.approx(0.5)
    assert separability([Appearance()] * 40, [Appearance()] * 40).auc == pytest.approx(0.5)
    told = separability([Appearance()] * 40, same)
    assert told.auc == pytest.approx(1.0)


def test_many_items_are_sampled_and_the_figure_is_repeatable() -> None:
    rng = np.random.default_rng(5)
    golds, work = items(rng, 40), items(rng, 2500)
    found = separability(golds, work)
    assert (found.work, found.golds) == (2500, 40) and found == separability(golds, work)
