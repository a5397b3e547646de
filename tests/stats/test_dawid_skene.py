"""The model of Dawid and Skene: their own data, and what holds for every set of votes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.dawid_skene import dawid_skene

# Dawid and Skene 1979, table 1: 45 patients; observer 1 three times, then observers 2 to 5; four classes.
# Transcription cross-checked with dallascard/dawid_skene (MIT). Values by an own EM and crowd-kit 1.4.2.
PATIENTS = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111 "
    "1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 "
    "1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222 "
)
OBSERVERS = [0, 0, 0, 1, 2, 3, 4]
LABELS = "142222132243121111222222112111131224233111212"
MARGINALS = [0.3995547528821581, 0.42198339191383455, 0.11179518853734069, 0.06666666666666667]
OBSERVER_1 = [
    [0.8894883486860509, 0.11051165131394923, 0.0, 0.0],
    [0.0705854505298951, 0.8763799368401489, 0.053034612629955895, 0.0],
    [0.0, 0.3388215402026684, 0.6611784797973316, 0.0],
    [0.0, 0.0, 0.5555555555555556, 0.4444444444444444],
]
UNSURE = {
    6: [0.98102, 0.01898, 0, 0],
    29: [0.999146, 0.000854, 0, 0],
    31: [0, 2.1e-05, 0.999979, 0],
    34: [0, 0.947995, 0.052005, 0],
    37: [0, 0.0212, 0.9788, 0],
    41: [0.999806, 0.000194, 0, 0],
}

VOTES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=50)


def patients() -> tuple[list[int], list[int], list[int]]:
    rows = [(item, who, int(said) - 1) for item, row in enumerate(PATIENTS.split()) for who, said in zip(OBSERVERS, row, strict=True)]
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]


def test_the_patients_of_1979() -> None:
    found = dawid_skene(*patients(), classes=4, smoothing=0)
    assert "".join(str(c + 1) for c in found.posterior.argmax(axis=1)) == LABELS
    assert found.prevalence == pytest.approx(MARGINALS, abs=1e-7)
    assert found.log_likelihood == pytest.approx(-192.8908812142053, abs=1e-7)
    assert found.confusion[0] == pytest.approx(np.array(OBSERVER_1), abs=1e-7)
    for patient, posterior in UNSURE.items():
        assert found.posterior[patient] == pytest.approx(posterior, abs=1e-6)
    assert found.converged


def test_where_the_patients_part_from_the_plurality() -> None:
    item, who, said = patients()
    found = dawid_skene(item, who, said, 4, smoothing=0).posterior.argmax(axis=1)
    counts = np.zeros((45, 4))
    np.add.at(counts, (item, said), 1)
    assert [(i + 1, counts[i].argmax() + 1, c + 1) for i, c in enumerate(found) if counts[i, c] < counts[i].max()] == [
        (2, 3, 4),
        (36, 3, 4),
    ]
    assert counts[11].tolist() == [0, 3, 3, 1] and found[11] == 2, "patient 12: an even vote, settled for class 3"


@given(VOTES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_the_order_of_votes_items_and_people_says_nothing(votes: list[tuple[int, int, int]], random: object) -> None:
    found = dawid_skene(*map(list, zip(*votes, strict=True)), classes=3, items=8)
    people, items, mixed = [0, 1, 2, 3], list(range(8)), list(votes)
    for sequence in (people, items, mixed):
        random.shuffle(sequence)  # type: ignore[attr-defined]
    other = dawid_skene([items[i] for i, _, _ in mixed], [people[a] for _, a, _ in mixed], [said for *_, said in mixed], 3, items=8)
    assert other.posterior[items] == pytest.approx(found.posterior, abs=1e-5)
    assert found.posterior.sum(axis=1) == pytest.approx(1.0) and found.confusion.sum(axis=2) == pytest.approx(1.0)


@given(VOTES)
@settings(deadline=None, max_examples=25)
def test_mirrored_votes_mirror_the_posterior(votes: list[tuple[int, int, int]]) -> None:
    item, who, said = map(list, zip(*votes, strict=True))
    found, mirrored = (dawid_skene(item, who, labels, 3, items=8) for labels in (said, [2 - s for s in said]))
    assert mirrored.posterior[:, ::-1] == pytest.approx(found.posterior, abs=1e-5)


@given(VOTES)
@settings(deadline=None, max_examples=25)
def test_many_items_alike_weigh_as_many(votes: list[tuple[int, int, int]]) -> None:
    """Pattern compression is exact: against a plain computation vote for vote."""
    item, who, said = (np.array(column) for column in zip(*votes, strict=True))
    thrice = [np.concatenate([item, item + 8, item + 16]), np.tile(who, 3), np.tile(said, 3)]
    found = dawid_skene(*thrice, classes=3, items=24)
    prevalence, confusion = plain_estimate(*thrice, found.posterior)
    assert found.prevalence == pytest.approx(prevalence, abs=1e-9)
    assert found.confusion[: confusion.shape[0]] == pytest.approx(confusion, abs=1e-9)


def plain_estimate(item: np.ndarray, who: np.ndarray, said: np.ndarray, posterior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counts = np.ones((who.max() + 1, 3, 3))
    for i, a, label in zip(item, who, said, strict=True):
        counts[a, :, label] += posterior[i]
    prevalence = posterior.sum(axis=0) + 1
    return prevalence / prevalence.sum(), counts / counts.sum(axis=2, keepdims=True)


def test_gold_is_held_and_teaches() -> None:
    """Two who copy each other outvote the third, until golds on two items of three show whom to believe."""
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 90)
    copied = np.where(rng.random(90) < 0.45, 1 - truth, truth)
    said = np.stack([truth, copied, copied]).ravel()
    item, who = np.tile(np.arange(90), 3), np.repeat(np.arange(3), 90)
    gold = np.where(np.arange(90) < 60, truth, -1)
    without = dawid_skene(item, who, said, 2).posterior.argmax(axis=1)
    found = dawid_skene(item, who, said, 2, gold=gold)
    assert (without == truth)[60:].mean() < 0.7
    assert (found.posterior.argmax(axis=1) == truth)[60:].mean() == 1.0
    assert found.posterior[:60] == pytest.approx(np.eye(2)[truth[:60]])


def test_a_gold_that_an_unsmoothed_model_holds_impossible_stays() -> None:
    found = dawid_skene([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0], 2, gold=[1, 0], smoothing=0)
    assert found.posterior == pytest.approx(np.array([[0, 1], [1, 0]])) and np.isfinite(found.confusion).all()


def test_no_vote_is_no_model_and_an_item_without_one_gets_the_prevalence() -> None:
    with pytest.raises(ValueError, match="no vote"):
        dawid_skene([], [], [], 3)
    found = dawid_skene([0, 0, 2], [0, 1, 0], [0, 0, 1], 2, items=4)
    assert found.posterior[1] == pytest.approx(found.posterior[3]) and found.posterior[1] == pytest.approx(found.prevalence, abs=1e-6)


@pytest.mark.parametrize(
    ("people", "n", "by_votes", "by_model"), [((0.95, 0.75, 0.65), 1000, 0.890, 0.937), ((0.85, 0.85, 0.85), 300, 0.938, 0.937)]
)
def test_unequal_experts_gain_and_equal_ones_lose_nothing(people: tuple[float, ...], n: int, by_votes: float, by_model: float) -> None:
    """Accuracy against the truth over twelve data sets."""
    rng = np.random.default_rng(5)
    scores = []
    for _ in range(12):
        truth = rng.integers(0, 2, n)
        said = np.where(rng.random((len(people), n)) < np.array(people)[:, None], truth, 1 - truth)
        model = dawid_skene(np.tile(np.arange(n), len(people)), np.repeat(np.arange(len(people)), n), said.ravel(), 2)
        scores.append(((said.sum(axis=0) >= 2) == truth, model.posterior.argmax(axis=1) == truth))
    assert np.mean(scores, axis=(0, 2)) == pytest.approx([by_votes, by_model], abs=0.015)
