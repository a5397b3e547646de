"""Two annotators: published tables, scikit-learn and statsmodels, and the full table of categories."""

import numpy as np
import pytest

from prefterm.stats.measuring import item_sums, measure, pair_figures
from prefterm.stats.pairs import CohenKappa, cohen_kappa, cohen_standard_error
from prefterm.stats.ratings import DIRECTIONS, STRENGTHS, Ratings
from prefterm.stats.reliability import Alpha, FleissKappa, GwetAC, RawAgreement, disagreement_weights
from prefterm.stats.samples import PairTables, counts_sample, one_against_rest
from tests.stats.references import FLEISS_1971, TWO_RATER_TABLES, of_units

pytestmark = pytest.mark.filterwarnings("error")


def of_table(table: list[list[int]]) -> Ratings:
    """Two annotators' labels from the table of both."""
    rows = [[i, j] for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]
    return Ratings.from_matrix(rows, range(len(table)))


@pytest.mark.parametrize("name", TWO_RATER_TABLES)
def test_two_rater_tables(name: str) -> None:
    table, expected = TWO_RATER_TABLES[name]
    ratings = of_table(table)
    costs = disagreement_weights(ratings.values, "unweighted")
    assert cohen_kappa(table, costs) == pytest.approx(expected["kappa"], abs=1e-12)
    assert cohen_standard_error(table, costs) == pytest.approx(expected["se"], abs=1e-12)
    pair, counts = PairTables(ratings).sample(0, 1), counts_sample(ratings)
    found = {c.name: float(c.value(item_sums(pair, c))) for c in (CohenKappa(ratings.values),)}
    of_counts = (
        RawAgreement("po"),
        FleissKappa(name="scott_pi"),
        Alpha("nominal", ratings.values, name="alpha"),
        GwetAC(ratings.values, name="ac1"),
    )
    found |= {c.name: float(c.value(item_sums(counts, c))) for c in of_counts}
    assert found.pop("cohen_kappa") == pytest.approx(expected["kappa"], abs=1e-12)
    assert found == pytest.approx({key: expected[key] for key in found}, abs=1e-12)


def test_cohen_1968_table_1() -> None:
    """Published kappa .492, weighted .348 (as R psych's example, n = 200)."""
    table, costs = [[88, 14, 18], [10, 40, 10], [2, 6, 12]], np.array([[0.0, 1, 3], [1, 0, 6], [3, 6, 0]])
    unweighted = disagreement_weights(range(3), "unweighted")
    assert cohen_kappa(table, unweighted) == pytest.approx(0.49152542372881347, abs=1e-12)
    assert cohen_standard_error(table, unweighted) == pytest.approx(0.05100181557607786, abs=1e-12)
    assert cohen_kappa(table, costs) == pytest.approx(0.34782608695652206, abs=1e-12)
    assert cohen_standard_error(table, costs) == pytest.approx(0.07550401525482296, abs=1e-12)


def test_the_pairs_of_fleiss_1971() -> None:
    """Cohen's kappa of raters 2 and 3, Light's mean of all pairs, and Conger's exact kappa."""
    ratings = of_units(FLEISS_1971)
    tables = PairTables(ratings)
    kappa, costs = CohenKappa(ratings.values), disagreement_weights(ratings.values, "unweighted")
    values, observed, expected = {}, 0.0, 0.0
    for a in range(6):
        for b in range(a + 1, 6):
            cells = item_sums(tables.sample(a, b), kappa).reshape(5, 5) / 30
            values[a, b] = float(kappa.value(cells.ravel()))
            observed += (cells * costs).sum()
            expected += cells.sum(axis=1) @ costs @ cells.sum(axis=0)
    assert values[1, 2] == pytest.approx(0.631147540983606, abs=1e-12)
    assert np.mean(list(values.values())) == pytest.approx(0.45941214443459544, abs=1e-12)
    assert 1 - observed / expected == pytest.approx(0.441808540329333, abs=1e-12)


def test_kappas_equal_scikit_learn_over_the_full_table() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(1)
    for _ in range(50):
        codes = generator.integers(0, 7, 40)
        pair = np.stack([codes, np.clip(codes + generator.integers(-2, 3, 40), 0, 6)], axis=1) - 3
        sample = PairTables(Ratings.from_matrix(pair.tolist(), STRENGTHS)).sample(0, 1)
        for weights in ("unweighted", "linear", "quadratic"):
            coefficient = CohenKappa(STRENGTHS, weights)
            theirs = metrics.cohen_kappa_score(*pair.T, labels=list(STRENGTHS), weights=None if weights == "unweighted" else weights)
            assert float(coefficient.value(item_sums(sample, coefficient))) == pytest.approx(theirs, abs=1e-12)


def test_standard_errors_equal_statsmodels() -> None:
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    generator = np.random.default_rng(2)
    for _ in range(20):
        table = generator.integers(1, 30, (4, 4))
        theirs = inter_rater.cohens_kappa(table)
        costs = disagreement_weights(range(4), "unweighted")
        assert cohen_kappa(table.tolist(), costs) == pytest.approx(theirs.kappa, abs=1e-12)
        assert cohen_standard_error(table.tolist(), costs) == pytest.approx(theirs.std_kappa, abs=1e-10)
        weighted = inter_rater.cohens_kappa(table, wt="quadratic")
        costs = disagreement_weights(range(4), "quadratic")
        assert cohen_standard_error(table.tolist(), costs) == pytest.approx(weighted.std_kappa, abs=1e-10)


def test_a_category_that_nobody_used_belongs_to_the_table() -> None:
    """Over the categories seen, taken as equal steps, quadratic kappa would be .571; over 0 … 3 it is .471."""
    pair = [[0, 0], [0, 1], [1, 1], [1, 3], [3, 1], [3, 3]]
    full = PairTables(Ratings.from_matrix(pair, range(4))).sample(0, 1)
    assert measure(full, [CohenKappa(range(4), "quadratic")])[0].value == pytest.approx(8 / 17, abs=1e-12)


def test_ties_and_directions_of_a_pair() -> None:
    """A table full of ties: agreement .76, kappa .264; the weighted ones are on the three values."""
    rows = [[3, 6, 1], [5, 70, 5], [1, 6, 3]]
    ratings = Ratings.from_matrix([[i - 1, j - 1] for i, line in enumerate(rows) for j, n in enumerate(line) for _ in range(n)], DIRECTIONS)
    figures = pair_figures(PairTables(ratings), 0, 1)
    assert figures["raw_agreement"].value == pytest.approx(0.76)
    assert figures["cohen_kappa"].value == pytest.approx(0.264, abs=5e-4)
    assert figures["cohen_kappa_quadratic"].n_items == 100
    assert [name for name, figure in figures.items() if figure.notes] == ["cohen_kappa_linear", "cohen_kappa_quadratic"]


def test_kappa_of_strengths_is_on_directions() -> None:
    ratings = Ratings.from_matrix([[3, 1], [-1, -3], [2, -2], [0, 0]] * 10, STRENGTHS)
    figures = pair_figures(PairTables(ratings), 0, 1)
    assert figures["raw_agreement"].value == pytest.approx(0.75)
    assert figures["cohen_kappa"].value == pytest.approx(cohen_kappa([[10, 0, 0], [0, 10, 0], [10, 0, 10]], 1 - np.eye(3)), abs=1e-12)


def test_one_who_never_varies_has_kappa_0_and_a_note() -> None:
    figure = pair_figures(PairTables(Ratings.from_matrix([[1, 1], [1, -1], [1, 0]] * 10, DIRECTIONS)), 0, 1)["cohen_kappa"]
    assert figure.value == 0
    assert "always gives the same label" in figure.notes[0]
    assert figure.low is None
    assert figure.no_interval is not None


def test_one_against_the_rest_of_two_is_the_pair() -> None:
    generator = np.random.default_rng(3)
    ratings = Ratings.from_matrix(generator.integers(-1, 2, (40, 2)).tolist(), DIRECTIONS)
    kappa = CohenKappa(DIRECTIONS)
    pair, rest = PairTables(ratings).sample(0, 1), one_against_rest(ratings, 0)
    assert kappa.value(item_sums(rest, kappa)) == pytest.approx(kappa.value(item_sums(pair, kappa)), abs=1e-12)


def test_one_against_the_rest_shares_the_others_out() -> None:
    ratings = Ratings.from_matrix([[1, 1, -1], [-1, -1, None], [0, None, None]], DIRECTIONS)
    cells = item_sums(one_against_rest(ratings, 0), CohenKappa(DIRECTIONS)).reshape(3, 3)
    assert cells.tolist() == [[1, 0, 0], [0, 0, 0], [0.5, 0, 0.5]]
