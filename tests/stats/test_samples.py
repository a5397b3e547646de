"""Kinds of item and of cluster, and pairs that meet."""

import numpy as np
import pytest

from prefterm.stats.ratings import DIRECTIONS, STRENGTHS, Ratings
from prefterm.stats.samples import PairTables, _distinct, counts_sample, paired_sample, shared_items, without_sample

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("largest", [3, 30, 3_000, 3_000_000])
def test_distinct_rows_are_numpys(largest: int) -> None:
    """Small tables, sorted keys, and keys that would not fit in 62 bits."""
    generator = np.random.default_rng(largest)
    rows = generator.integers(0, largest, (300, 7)) * (generator.random((300, 7)) < 0.1)
    patterns, inverse, weight = _distinct(rows)
    theirs, counts = np.unique(rows, axis=0, return_counts=True)
    assert patterns.tolist() == theirs.tolist()
    assert weight.tolist() == counts.tolist()
    assert (patterns[inverse] == rows).all()


def test_single_items_are_left_out() -> None:
    ratings = Ratings.from_matrix([[1, 1], [1, 1], [0, None], [1, -1]], DIRECTIONS)
    sample = counts_sample(ratings)
    assert sample.content.tolist() == [[0, 0, 2], [1, 0, 1]]
    assert sample.weight.tolist() == [2, 1]
    assert sample.n_items == 3
    assert counts_sample(ratings, min_labels=1).n_items == 4


def test_clusters_of_one_item_are_items() -> None:
    matrix = [[1, 1], [1, -1], [0, 0]]
    assert counts_sample(Ratings.from_matrix(matrix, DIRECTIONS, clusters=[4, 5, 6])).clusters is None


def test_kinds_of_cluster() -> None:
    """Clusters with the same items in any order are one kind; features add up over their items."""
    one, other = [1, 1], [1, -1]
    ratings = Ratings.from_matrix([one, other, other, one, one, one, one], DIRECTIONS, clusters=[1, 1, 2, 2, 3, 4, 4])
    sample = counts_sample(ratings)
    assert sample.clusters is not None
    kinds = sorted(zip(sample.per_unit(sample.content).tolist(), sample.unit_weight.tolist(), strict=True))
    assert kinds == [([0, 0, 2], 1), ([0, 0, 4], 1), ([1, 0, 3], 2)]
    assert sample.n_items == 7
    assert sample.unit == "prompts"


def test_kinds_of_cluster_add_up() -> None:
    generator = np.random.default_rng(3)
    matrix = generator.integers(-3, 4, (200, 3))
    ratings = Ratings.from_matrix(matrix.tolist(), STRENGTHS, clusters=generator.integers(0, 60, 200).tolist())
    sample = counts_sample(ratings)
    total = sample.unit_weight @ sample.per_unit(sample.content)
    assert total.tolist() == ratings.counts().sum(axis=0).tolist()
    assert ratings.cluster is not None
    assert sample.unit_weight.sum() == len(np.unique(ratings.cluster))


def test_tables_of_pairs() -> None:
    matrix = np.random.default_rng(4).integers(-1, 2, (50, 3))
    rows = [[None if (i + a) % 4 == 0 else int(label) for a, label in enumerate(row)] for i, row in enumerate(matrix)]
    tables = PairTables(Ratings.from_matrix(rows, DIRECTIONS))
    for a, b in ((0, 1), (2, 0), (1, 2), (0, 1)):
        sample = tables.sample(a, b)
        expected = np.zeros((3, 3))
        for row in rows:
            if row[a] is not None and row[b] is not None:
                expected[row[a] + 1, row[b] + 1] += 1
        assert (sample.weight @ sample.content).reshape(3, 3).tolist() == expected.tolist()


def test_a_pair_in_clusters_has_the_same_table() -> None:
    matrix = np.random.default_rng(5).integers(-1, 2, (40, 2)).tolist()
    plain = PairTables(Ratings.from_matrix(matrix, DIRECTIONS)).sample(0, 1)
    grouped = PairTables(Ratings.from_matrix(matrix, DIRECTIONS, clusters=[i // 2 for i in range(40)])).sample(0, 1)
    assert (grouped.weight @ grouped.content).tolist() == (plain.weight @ plain.content).tolist()
    assert grouped.unit_weight.sum() == 20


def test_pairs_that_share_items() -> None:
    generator = np.random.default_rng(6)
    kept = generator.random((300, 30)) < generator.uniform(0, 0.4, 30)
    item, annotator = np.nonzero(kept)
    ratings = Ratings.from_columns(item, annotator, np.zeros(len(item), dtype=int), DIRECTIONS)
    together = kept[:, ratings.annotators].astype(int).T @ kept[:, ratings.annotators]
    for least in (1, 20):
        expected = [(a, b, int(together[a, b])) for a in range(30) for b in range(a + 1, 30) if together[a, b] >= least]
        assert shared_items(ratings, least) == expected


def test_thousands_of_annotators_cost_no_more_than_their_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of pairs are merged; nothing the size of annotators squared is made."""
    generator = np.random.default_rng(7)
    item = np.repeat(np.arange(2_000), 4)
    annotator = np.concatenate([generator.choice(3_000, 4, replace=False) for _ in range(2_000)])
    ratings = Ratings.from_columns(item, annotator, np.zeros(8_000, dtype=int), DIRECTIONS)
    whole = shared_items(ratings, 1)
    monkeypatch.setattr("prefterm.stats.samples._BLOCK", 600)
    assert shared_items(ratings, 1) == whole
    assert sum(n for _, _, n in whole) == 2_000 * 6


@pytest.mark.parametrize("clusters", [None, [n // 3 for n in range(60)]])
def test_everybody_beside_everybody_but_one(clusters: list[int] | None) -> None:
    generator = np.random.default_rng(3)
    matrix = [[None if generator.random() < 0.3 else int(generator.integers(-1, 2)) for _ in range(4)] for _ in range(60)]
    ratings = Ratings.from_matrix(matrix, DIRECTIONS, clusters)
    for at in range(4):
        whole, short = paired_sample(ratings, ratings.without_annotator(at)), without_sample(ratings, at)
        assert short.content.tolist() == whole.content.tolist() and short.weight.tolist() == whole.weight.tolist()
        assert (short.clusters is None) == (whole.clusters is None) == (clusters is None)
        assert short.unit_weight.tolist() == whole.unit_weight.tolist()


def test_paired_items_have_two_labels_under_both() -> None:
    a = Ratings.from_columns([1, 1, 2, 2, 3], [1, 2, 1, 2, 1], [1, 1, 0, 0, 1], DIRECTIONS)
    b = Ratings.from_columns([1, 1, 3, 3, 2], [3, 4, 3, 4, 3], [-1, -1, 0, 0, 1], DIRECTIONS)
    sample = paired_sample(a, b)
    assert sample.content.tolist() == [[0, 0, 2, 2, 0, 0]]
    later = Ratings.from_columns([9, 9, 2, 2], [3, 4, 3, 4], [1, 1, 1, -1], DIRECTIONS)
    assert paired_sample(a, later).content.tolist() == [[0, 2, 0, 1, 0, 1]]
    with pytest.raises(ValueError, match="same categories"):
        paired_sample(a, Ratings.from_columns([1], [1], [1], STRENGTHS))
