"""Figures: what is said where there is little or nothing to say, and what all coefficients of one set look like."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.stats.bands import WEIGHTED_NOTE
from prefterm.stats.measuring import (
    item_sums,
    live_figure,
    marks_figures,
    measure,
    naming_free,
    naming_matters,
    overall_figures,
    pair_figures,
    skips_figure,
)
from prefterm.stats.pairs import NOT_SHARED, CohenKappa
from prefterm.stats.ratings import DIRECTIONS, MARKS, STRENGTHS, Ratings, RatingsBuilder
from prefterm.stats.reliability import NO_OVERLAP, NO_VARIATION, ONE_ITEM, Alpha, RawAgreement
from prefterm.stats.samples import PairTables, counts_sample

pytestmark = pytest.mark.filterwarnings("error")

NAMES = [
    "raw_agreement", "fleiss_kappa", "alpha_nominal", "alpha_ordinal", "alpha_interval", "gwet_ac1", "gwet_ac2",
    "direction_agreement", "tie_agreement", "alpha_nominal_naming_free", "alpha_ordinal_naming_free",
]  # fmt: skip
BY_CHANCE = ["fleiss_kappa", "alpha_nominal", "alpha_ordinal", "alpha_interval", *NAMES[-2:]]
"""Those that need variation."""


def team(items: int = 60, annotators: int = 3, seed: int = 1) -> Ratings:
    generator = np.random.default_rng(seed)
    strength = generator.normal(0, 2, items)[:, None] + generator.normal(0, 1, (items, annotators))
    return Ratings.from_matrix(np.clip(np.rint(strength), -3, 3).astype(int).tolist(), STRENGTHS)


# where there is little or nothing


def test_all_labels_the_same() -> None:
    figures = overall_figures(Ratings.from_matrix([[2, 2]] * 40, STRENGTHS))
    assert list(figures) == NAMES
    for name in BY_CHANCE:
        assert figures[name].value is None
        assert figures[name].undefined == NO_VARIATION
        assert figures[name].band is None
        assert figures[name].n_items == 40
    for name in ("raw_agreement", "gwet_ac1", "gwet_ac2", "direction_agreement", "tie_agreement"):
        assert figures[name].value == 1
        assert figures[name].low is None
        assert "nothing varies among these 40" in (figures[name].no_interval or "")


@pytest.mark.parametrize(
    "matrix",
    [[], [[1], [0], [-1]], [[1, None], [None, 0]]],
    ids=["empty", "one annotator", "no overlap"],
)
def test_nothing_to_compare(matrix: list[list[int | None]]) -> None:
    ratings = Ratings.from_matrix(matrix, STRENGTHS)
    for name, figure in overall_figures(ratings).items():
        reason = "no item on which two annotators both chose a side" if name == "direction_agreement" else NO_OVERLAP
        assert (figure.value, figure.undefined, figure.n_items) == (None, reason, 0)
    for figure in (naming_free(ratings), *marks_figures(Ratings.from_matrix([], MARKS)).values()):
        assert figure.undefined == NO_OVERLAP
    assert skips_figure(ratings).value is None


@pytest.mark.parametrize("row", [[1, 1], [1, -1]], ids=["agrees", "disagrees"])
def test_a_single_item(row: list[int]) -> None:
    ratings = Ratings.from_matrix([row], STRENGTHS)
    assert {figure.undefined for figure in overall_figures(ratings).values()} == {ONE_ITEM}
    assert {figure.undefined for figure in pair_figures(PairTables(ratings), 0, 1).values()} == {ONE_ITEM}


def test_a_pair_that_does_not_meet() -> None:
    ratings = Ratings.from_matrix([[1, None, 1], [None, 1, 1]], STRENGTHS)
    for figure in pair_figures(PairTables(ratings), 0, 1).values():
        assert (figure.value, figure.undefined) == (None, NOT_SHARED)


def test_a_pair_without_variation() -> None:
    figures = pair_figures(PairTables(Ratings.from_matrix([[3, 3]] * 30, STRENGTHS)), 0, 1)
    assert figures.pop("raw_agreement").value == 1
    assert {figure.undefined for figure in figures.values()} == {NO_VARIATION}


def test_only_ties_leave_no_direction() -> None:
    figures = overall_figures(Ratings.from_matrix([[0, 0], [0, 1], [1, 0]] * 10, STRENGTHS))
    assert figures["direction_agreement"].undefined == "no item on which two annotators both chose a side"
    assert figures["tie_agreement"].value == pytest.approx(1 / 3)


@pytest.mark.parametrize(("items", "has_interval"), [(19, False), (20, True)])
def test_below_twenty_items_there_is_no_interval(items: int, has_interval: bool) -> None:
    sample = counts_sample(team(items))
    for figure in (measure(sample, [Alpha("ordinal", STRENGTHS)])[0], live_figure(sample, Alpha("ordinal", STRENGTHS))):
        assert figure.value is not None
        assert (figure.low is not None) == has_interval
        assert (figure.band_low is not None) == has_interval
        if not has_interval:
            assert figure.no_interval == "too few items for an interval: 19, and it needs 20"


def test_twenty_items_of_a_few_prompts_are_too_few() -> None:
    matrix = np.random.default_rng(1).integers(-1, 2, (60, 3)).tolist()
    ratings = Ratings.from_matrix(matrix, DIRECTIONS, clusters=[i // 4 for i in range(60)])
    assert (
        measure(counts_sample(ratings), [Alpha("nominal", DIRECTIONS)])[0].no_interval
        == "too few prompts for an interval: 15, and it needs 20"
    )


def test_twenty_items_that_the_coefficient_counts() -> None:
    """Of 60 items 19 have two directions: no interval for these, whatever the others say."""
    rows = [[1, 1] if i % 2 else [1, -1] for i in range(19)] + [[0, 0]] * 20 + [[0, 1]] * 21
    figures = overall_figures(Ratings.from_matrix(rows, STRENGTHS))
    assert figures["direction_agreement"].n_items == 19
    assert figures["direction_agreement"].low is None
    assert figures["raw_agreement"].low is not None


# what there is to say


def test_all_figures_of_a_team() -> None:
    ratings = team()
    figures = overall_figures(ratings)
    for name, figure in figures.items():
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high
        assert figure.method == "bca"
        assert (figure.band is None) == (name in ("raw_agreement", "direction_agreement", "tie_agreement"))
        assert (WEIGHTED_NOTE in figure.notes) == (name in ("alpha_ordinal", "alpha_interval", "gwet_ac2", "alpha_ordinal_naming_free"))
    assert figures["direction_agreement"].n_items < figures["raw_agreement"].n_items == 60


def test_figures_on_shared_draws_are_those_drawn_alone() -> None:
    sample = counts_sample(team())
    coefficients = [RawAgreement(), Alpha("ordinal", STRENGTHS)]
    for together, coefficient in zip(measure(sample, coefficients), coefficients, strict=True):
        alone = measure(sample, [coefficient])[0]
        assert (together.low, together.high) == pytest.approx((alone.low, alone.high), abs=1e-12)


def test_nominal_coefficients_are_on_directions() -> None:
    ratings = team()
    figures, directions = overall_figures(ratings), counts_sample(ratings.directions())
    assert figures["alpha_nominal"].value == measure(directions, [Alpha("nominal", DIRECTIONS)])[0].value
    assert figures["raw_agreement"].value == pytest.approx(measure(directions, [RawAgreement()])[0].value, abs=1e-12)


def test_ties_dominate() -> None:
    """[[9,1,0],[1,78,1],[0,1,9]]: agreement .96, kappa .882, and direction 1.0 on the 18 items where both chose."""
    table = [[9, 1, 0], [1, 78, 1], [0, 1, 9]]
    rows = [[i - 1, j - 1] for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]
    ratings = Ratings.from_matrix(rows, DIRECTIONS)
    figures = overall_figures(ratings)
    assert figures["raw_agreement"].value == pytest.approx(0.96)
    assert (figures["direction_agreement"].value, figures["direction_agreement"].n_items) == (1, 18)
    assert figures["tie_agreement"].value == pytest.approx(0.96)
    assert pair_figures(PairTables(ratings), 0, 1)["cohen_kappa"].value == pytest.approx(0.882, abs=5e-4)


def test_ties_dominate_and_sides_clash() -> None:
    """[[3,6,1],[5,70,5],[1,6,3]]: ordinal alpha .2145, AC1 .713, AC2 .889, and .75 on the 8 items where both chose."""
    table = [[3, 6, 1], [5, 70, 5], [1, 6, 3]]
    rows = [[i - 1, j - 1] for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]
    figures = overall_figures(Ratings.from_matrix(rows, DIRECTIONS))
    assert figures["alpha_ordinal"].value == pytest.approx(0.2145, abs=5e-5)
    assert figures["gwet_ac1"].value == pytest.approx(0.713, abs=5e-4)
    assert figures["gwet_ac2"].value == pytest.approx(0.889, abs=5e-4)
    assert (figures["direction_agreement"].value, figures["direction_agreement"].n_items) == (0.75, 8)


def test_fleiss_is_on_items_with_the_usual_number_of_labels() -> None:
    rows = [[1, 1, None], [1, -1, None], [0, 0, None]] * 10 + [[1, 1, 1], [0, -1, 0]] * 5
    figure = overall_figures(Ratings.from_matrix(rows, DIRECTIONS))["fleiss_kappa"]
    assert figure.n_items == 30
    assert figure.notes == ("Items with 2 labels only; 10 with more or fewer are left out.",)


def test_equally_usual_numbers_of_labels() -> None:
    """The larger one: more is known of such items."""
    rows = [[1, 1, None], [0, 1, None], [1, 1, 1], [0, -1, 0]] * 5
    assert overall_figures(Ratings.from_matrix(rows, DIRECTIONS))["fleiss_kappa"].notes == (
        "Items with 3 labels only; 10 with more or fewer are left out.",
    )


@pytest.mark.parametrize("metric", ["nominal", "ordinal"])
def test_the_naming_free_figure(metric: str) -> None:
    """The package's value of items and mirror images is the one that its interval belongs to."""
    ratings = team()
    sample = counts_sample(ratings.directions() if metric == "nominal" else ratings)
    alpha = Alpha(metric, sample.values, mirrored=True)
    figure = naming_free(ratings, metric)
    assert figure.value == pytest.approx(float(alpha.value(item_sums(sample, alpha))), abs=1e-12)
    assert figure.low < figure.value < figure.high
    assert figure.n_items == 60


@given(
    rows=st.lists(st.lists(st.sampled_from(STRENGTHS), min_size=2, max_size=4), min_size=2, max_size=12),
    renamed=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_renaming_the_responses_of_single_items_changes_no_naming_free_alpha(rows: list[list[int]], renamed: list[bool]) -> None:
    def ratings(turned: list[list[int]]) -> Ratings:
        return Ratings.from_matrix([row + [None] * (4 - len(row)) for row in turned], STRENGTHS)

    turned = [[-s for s in row] if other else row for row, other in zip(rows, renamed, strict=False)]
    stacked = rows + [[-s for s in row] for row in rows]
    for metric in ("nominal", "ordinal"):
        before, after = (naming_free(ratings(x), metric, resamples=2).value for x in (rows, turned))
        assert after == (None if before is None else pytest.approx(before, abs=1e-12))
        # It is alpha of all items and all mirror images.
        sample = counts_sample(ratings(stacked).directions() if metric == "nominal" else ratings(stacked))
        (plain,) = measure(sample, [Alpha(metric, sample.values)], resamples=2)
        assert before == (None if plain.value is None else pytest.approx(plain.value, abs=1e-12))


def test_naming_by_the_model_and_by_lot() -> None:
    """The first is chosen in 7 of 10: alpha falls when the responses of every other item are renamed the other way, the free one stays."""
    by_model = [[1, 1, 1]] * 42 + [[-1, -1, -1]] * 12 + [[1, -1, 1], [1, -1, -1]] * 12
    by_lot = [[-s for s in row] if at % 2 else row for at, row in enumerate(by_model)]
    one, other = (overall_figures(Ratings.from_matrix(rows, DIRECTIONS), resamples=200) for rows in (by_model, by_lot))
    assert other["alpha_nominal"].value - one["alpha_nominal"].value > 0.04
    free = one["alpha_nominal_naming_free"]
    assert free.value == pytest.approx(other["alpha_nominal_naming_free"].value, abs=1e-12)
    assert free.value > one["alpha_nominal"].value and free.low < free.value < free.high and free.n_items == 78


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({-1: 0.5, 0: 0.0, 1: 0.5}, False),
        ({-1: 0.21, 0: 0.5, 1: 0.29}, False),
        ({-1: 0.19, 0: 0.5, 1: 0.31}, True),
        ({-3: 0.3, -1: 0.4, 2: 0.3}, True),
        ({-1: 0.0, 0: 1.0, 1: 0.0}, False),
        ({}, False),
    ],
)
def test_where_naming_matters(shares: dict[int, float], expected: bool) -> None:
    assert naming_matters(shares) == expected


def test_items_that_were_only_skipped_stand_for_themselves() -> None:
    builder = RatingsBuilder(DIRECTIONS)
    builder.add(np.repeat(np.arange(20), 2), np.tile([1, 2], 20), np.tile([1, 1, 1, -1], 10), np.repeat(np.arange(10), 4))
    builder.add_skips(np.repeat(np.arange(100, 130), 2))
    sample = counts_sample(builder.finish(), with_skips=True)
    assert (sample.n_items, int(sample.unit_weight.sum())) == (50, 40)


def test_clusters_widen_the_interval() -> None:
    generator = np.random.default_rng(2)
    hard = generator.random(40) < 0.5
    rows, prompts = [], []
    for prompt in range(40):
        for _ in range(5):
            first = int(generator.choice([-1, 1]))
            rows.append([first, -first if hard[prompt] else first])
            prompts.append(prompt)
    alone = measure(counts_sample(Ratings.from_matrix(rows, DIRECTIONS)), [RawAgreement()])[0]
    grouped = measure(counts_sample(Ratings.from_matrix(rows, DIRECTIONS, clusters=prompts)), [RawAgreement()])[0]
    assert grouped.value == alone.value
    assert grouped.n_items == alone.n_items == 200
    # Items of a prompt are alike here, so that 200 items are worth 40: the interval is wider by the root of five.
    assert (grouped.high - grouped.low) / (alone.high - alone.low) == pytest.approx(5**0.5, rel=0.15)


def test_the_live_figure_is_near_the_drawn_one() -> None:
    sample = counts_sample(team(200))
    alpha = Alpha("ordinal", STRENGTHS)
    live, drawn = live_figure(sample, alpha), measure(sample, [alpha])[0]
    assert live.method == "jackknife"
    assert live.value == drawn.value
    assert (live.low, live.high) == pytest.approx((drawn.low, drawn.high), abs=0.03)


def test_raw_agreement_with_skips() -> None:
    builder = RatingsBuilder(STRENGTHS)
    builder.add([1, 1, 2, 2, 3], [1, 2, 1, 2, 1], [3, 1, -1, -2, 1])
    builder.add_skips([2, 3])
    figure = skips_figure(builder.finish())
    assert figure.value == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert figure.n_items == 3


def test_marks() -> None:
    """Responses are items, comparisons clusters; the sums are the ordinary ones."""
    generator = np.random.default_rng(3)
    rows = np.where(generator.random((80, 2)) < 0.9, (generator.random(80) < 0.7)[:, None], False).astype(int).tolist()
    figures = marks_figures(Ratings.from_matrix(rows, MARKS, clusters=[i // 2 for i in range(80)]))
    assert list(figures) == ["alpha_nominal", "raw_agreement"]
    assert figures["raw_agreement"].value == pytest.approx(np.mean([a == b for a, b in rows]))
    assert figures["alpha_nominal"].low is not None


def test_large_data_do_not_go_through_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hold K² numbers per item; the own value is equal."""
    import krippendorff

    sample, alpha = counts_sample(team()), Alpha("ordinal", STRENGTHS)
    through = measure(sample, [alpha])[0].value
    monkeypatch.setattr(krippendorff, "alpha", lambda **given: 0.123)
    assert measure(sample, [alpha])[0].value == 0.123
    monkeypatch.setattr("prefterm.stats.reliability._PACKAGE_CELLS", 100)
    assert measure(sample, [alpha])[0].value == pytest.approx(through, abs=1e-12)


def test_kappa_bands_are_of_the_unrounded_value() -> None:
    """Kappa .75 exactly is moderate: 14 of 16 agree, half of each."""
    figure = measure(
        PairTables(Ratings.from_matrix([[1, 1]] * 7 + [[-1, -1]] * 7 + [[1, -1], [-1, 1]], (-1, 1))).sample(0, 1), [CohenKappa((-1, 1))]
    )[0]
    assert figure.value == pytest.approx(0.75, abs=1e-15)
    assert figure.band == "moderate"
