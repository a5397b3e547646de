"""Columns in pages to ratings, and what they refuse."""

import tracemalloc

import numpy as np
import pytest

from prefterm.stats.ratings import DIRECTIONS, STRENGTHS, Ratings, RatingsBuilder

pytestmark = pytest.mark.filterwarnings("error")


def same(a: Ratings, b: Ratings) -> bool:
    columns = [(getattr(a, name), getattr(b, name)) for name in ("item", "annotator", "code", "items", "annotators")]
    return a.values == b.values and all(np.array_equal(x, y) for x, y in columns)


def test_pages_are_as_good_as_columns_at_once() -> None:
    generator = np.random.default_rng(1)
    cells = generator.permutation(40 * 5)[:150]
    items, annotators = cells // 5 + 1000, cells % 5 + 7
    labels = generator.integers(-3, 4, 150)
    builder = RatingsBuilder(STRENGTHS)
    for at in range(0, 150, 37):
        builder.add(items[at : at + 37], annotators[at : at + 37], labels[at : at + 37].tolist())
    builder.add([], [], [])
    assert same(builder.finish(), Ratings.from_columns(items, annotators, labels, STRENGTHS))


@pytest.mark.parametrize("spread", [1, 10**7, 10**14])
def test_ids_of_any_size_and_texts(spread: int) -> None:
    plain = Ratings.from_columns([2, 1, 2], [1, 1, 3], [1, 0, -1], DIRECTIONS)
    wide = Ratings.from_columns([2 * spread, spread, 2 * spread], [1, 1, 3], [1, 0, -1], DIRECTIONS)
    assert wide.item.tolist() == plain.item.tolist() == [0, 1, 1]
    assert wide.items.tolist() == [spread, 2 * spread]
    texts = Ratings.from_columns(["b", "a", "b"], ["ann", "ann", "cyd"], [1, 0, -1], DIRECTIONS)
    assert texts.item.tolist() == [0, 1, 1]
    assert texts.annotators.tolist() == ["ann", "cyd"]


def test_counts_shares_and_categories() -> None:
    ratings = Ratings.from_matrix([[3, None, 1], [-2, 0, None]], STRENGTHS)
    assert ratings.counts().tolist() == [[0, 0, 0, 0, 1, 0, 1], [0, 1, 0, 1, 0, 0, 0]]
    assert ratings.directions().counts().tolist() == [[0, 0, 2], [1, 1, 0]]
    assert ratings.directions().shares() == {-1: 0.25, 0: 0.25, 1: 0.5}
    assert ratings.collapsed(abs).values == (0, 1, 2, 3)
    assert (ratings.n_items, ratings.n_annotators, ratings.n_labels) == (2, 3, 4)
    with pytest.raises(ValueError, match="not among"):
        ratings.collapsed(abs, (0, 1))


@pytest.mark.parametrize("block", [1, 2, 7, 100])
def test_labels_are_counted_in_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block may end within an item, and begin after items without a label."""
    generator = np.random.default_rng(4)
    given = [(i, a, int(generator.integers(-3, 4))) for i in range(12) for a in range(5) if i % 4 and generator.random() < 0.7]
    builder = RatingsBuilder(STRENGTHS)
    builder.add(*zip(*given, strict=True))
    builder.add_skips(list(range(12)))
    expected = np.zeros((12, 7), dtype=int)
    for item, _, label in given:
        expected[item, label + 3] += 1
    monkeypatch.setattr("prefterm.stats.ratings._BLOCK", block)
    assert builder.finish().counts().tolist() == expected.tolist()


def test_selections_keep_indices() -> None:
    ratings = Ratings.from_columns([1, 1, 2, 3], [1, 2, 1, 2], [1, 1, 0, -1], DIRECTIONS)
    assert ratings.of_items(np.array([True, False, True])).counts().sum(axis=1).tolist() == [2, 0, 1]
    assert ratings.of_annotators([2, 99]).counts().sum(axis=1).tolist() == [1, 0, 1]
    assert ratings.without_annotator(0).counts().sum(axis=1).tolist() == [1, 0, 1]


def test_skips_belong_to_items_with_and_without_labels() -> None:
    builder = RatingsBuilder(DIRECTIONS)
    builder.add([5, 5], [1, 2], [1, 1])
    builder.add_skips([5, 9, 9])
    ratings = builder.finish()
    assert ratings.items.tolist() == [5, 9]
    assert ratings.skips is not None
    assert ratings.skips.tolist() == [1, 2]
    assert ratings.of_items(np.array([True, False])).skips.tolist() == [1, 0]


def test_nothing_is_ratings_too() -> None:
    ratings = Ratings.from_columns([], [], [], DIRECTIONS)
    assert (ratings.n_items, ratings.n_labels, ratings.shares()) == (0, 0, {})
    assert ratings.counts().shape == (0, 3)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (([1, 1], [2, 2], [0, 1]), "annotator 2 has two labels on item 1"),
        (([1, 2], [1, 1], [0]), "equal length"),
        (([1], [1], [2]), "2 is not among the categories"),
        (([1], [1], [-2]), "-2 is not among the categories"),
        (([1], [1], [0.5]), "whole numbers"),
        (([1.5], [1], [0]), "ids are whole numbers or texts"),
        (([1, 1], [1, 2], [0, 0], [7, 8]), "two clusters"),
    ],
)
def test_refused_columns(columns: tuple[list, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Ratings.from_columns(*columns[:3], DIRECTIONS, *columns[3:])


def test_clusters_are_given_throughout_or_not_at_all() -> None:
    builder = RatingsBuilder(DIRECTIONS)
    builder.add([1], [1], [0])
    with pytest.raises(ValueError, match="every page or in none"):
        builder.add([2], [1], [0], [4])


@pytest.mark.parametrize("values", [(), (1, 1), range(200)])
def test_refused_categories(values: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="1 to 127"):
        RatingsBuilder(values)


def test_a_row_costs_few_bytes() -> None:
    """100,000 rows in pages, a tenth of a million, at the worst moment."""
    generator = np.random.default_rng(1)
    labels = generator.integers(-3, 4, (20_000, 5))
    tracemalloc.start()
    builder = RatingsBuilder(STRENGTHS)
    for at in range(0, 20_000, 500):
        items = np.repeat(np.arange(at, at + 500), 5)
        builder.add(items, np.tile(np.arange(5), 500), labels[at : at + 500].ravel())
    ratings = builder.finish()
    assert ratings.n_labels == 100_000
    ratings.counts()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000
