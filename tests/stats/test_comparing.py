"""Differences between conditions: their size, their interval, and what is said where there is none."""

import numpy as np
import pytest

from prefterm.stats.comparing import difference, paired_difference
from prefterm.stats.ratings import DIRECTIONS, Ratings
from prefterm.stats.reliability import Alpha, RawAgreement
from prefterm.stats.samples import counts_sample, paired_sample

pytestmark = pytest.mark.filterwarnings("error")

NAMES = ("v1", "v2")


def votes(items: int, accuracy: float, seed: int, truth: np.ndarray | None = None) -> Ratings:
    generator = np.random.default_rng(seed)
    true = generator.choice([-1, 1], items) if truth is None else truth
    return Ratings.from_matrix(np.where(generator.random((items, 2)) < accuracy, true[:, None], -true[:, None]).tolist(), DIRECTIONS)


def test_independent_items() -> None:
    a, b = counts_sample(votes(400, 0.75, 1)), counts_sample(votes(400, 0.95, 2))
    found = difference(NAMES, a, b, RawAgreement())
    assert (found.a, found.b, found.coefficient, found.paired) == ("v1", "v2", "raw_agreement", False)
    assert found.value == pytest.approx(0.905 - 0.625, abs=0.07)
    assert found.low is not None
    assert 0 < found.low < found.value < found.high
    # The interval of a difference of two shares, by its textbook error.
    shares = [float(s.weight[(s.content.max(axis=1) == 2)].sum() / 400) for s in (a, b)]
    error = sum(p * (1 - p) / 400 for p in shares) ** 0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_the_same_items_are_drawn_together() -> None:
    """Items that are hard for everyone are hard under both versions: the paired interval is the narrower one."""
    generator = np.random.default_rng(3)
    truth, easy = generator.choice([-1, 1], 300), generator.random(300) < 0.5

    def judged(seed: int) -> Ratings:
        chance = np.random.default_rng(seed)
        labels = np.where(chance.random((300, 2)) < np.where(easy, 0.98, 0.5)[:, None], truth[:, None], -truth[:, None])
        return Ratings.from_matrix(labels.tolist(), DIRECTIONS)

    a, b = judged(4), judged(5)
    paired = paired_difference(NAMES, paired_sample(a, b), RawAgreement())
    apart = difference(NAMES, counts_sample(a), counts_sample(b), RawAgreement())
    assert paired.value == pytest.approx(apart.value)
    assert paired.paired
    assert paired.n_a == paired.n_b == 300
    assert paired.high - paired.low < 0.95 * (apart.high - apart.low)


def test_nothing_changed_is_mostly_inside() -> None:
    inside = 0
    for seed in range(40):
        found = difference(
            NAMES,
            counts_sample(votes(120, 0.8, seed)),
            counts_sample(votes(120, 0.8, 1000 + seed)),
            Alpha("nominal", DIRECTIONS),
            resamples=300,
        )
        inside += found.low <= 0 <= found.high
    assert inside >= 35


def test_the_two_sides_are_drawn_independently() -> None:
    sample = counts_sample(votes(200, 0.8, 1))
    found = difference(NAMES, sample, sample, RawAgreement())
    assert found.value == 0
    assert found.low < -0.05
    assert found.high > 0.05


def test_what_agreement_gains_without_one_annotator() -> None:
    generator = np.random.default_rng(6)
    truth = generator.choice([-1, 1], 200)
    good = np.where(generator.random((200, 3)) < 0.9, truth[:, None], -truth[:, None])
    rows = np.column_stack([good, generator.choice([-1, 1], 200)])
    ratings = Ratings.from_matrix(rows.tolist(), DIRECTIONS)
    bad = paired_difference(("all", "without 3"), paired_sample(ratings, ratings.without_annotator(3)), Alpha("nominal", DIRECTIONS))
    fine = paired_difference(("all", "without 0"), paired_sample(ratings, ratings.without_annotator(0)), Alpha("nominal", DIRECTIONS))
    assert bad.low > 0 > fine.high


def test_reasons() -> None:
    enough, few, none = votes(50, 0.8, 1), votes(10, 0.8, 2), Ratings.from_matrix([[1, 1]] * 30, DIRECTIONS)
    alpha = Alpha("nominal", DIRECTIONS)
    found = difference(NAMES, counts_sample(enough), counts_sample(few), alpha)
    assert found.value is not None
    assert found.low is None
    assert found.note == "v2: too few items for an interval: 10, and it needs 20"
    found = difference(NAMES, counts_sample(none), counts_sample(enough), alpha)
    assert found.value is None
    assert found.note.startswith("v1: no variation")
    assert (found.n_a, found.n_b) == (30, 50)
    found = paired_difference(NAMES, paired_sample(none, enough), alpha)
    assert found.value is None
    assert found.to_json()["note"].startswith("v1: no variation")
