"""Coefficients against published values, the krippendorff package, other libraries, and what must not change them."""

import numpy as np
import pytest

from prefterm.stats.bootstrap import jackknife_error, leave_one_out
from prefterm.stats.measuring import item_sums, measure
from prefterm.stats.metrics import METRICS, category_pairs, metric_named
from prefterm.stats.ratings import DIRECTIONS, STRENGTHS, Ratings
from prefterm.stats.reliability import Alpha, Coefficient, Collapsed, FleissKappa, GwetAC, RawAgreement, disagreement_weights
from prefterm.stats.samples import Sample, counts_sample
from tests.stats.references import FLEISS_1971, KRIPPENDORFF_2011, RAW_4_RATERS, WIKIPEDIA_3X15, WIKIPEDIA_FLEISS, of_units

pytestmark = pytest.mark.filterwarnings("error")

LEVELS = ("nominal", "ordinal", "interval")


def value_of(ratings: Ratings | Sample, coefficient: Coefficient, min_labels: int = 2) -> float:
    sample = ratings if isinstance(ratings, Sample) else counts_sample(ratings, min_labels=min_labels)
    return float(coefficient.value(item_sums(sample, coefficient)))


def error_of(sample: Sample, coefficient: Coefficient) -> float:
    left_out = coefficient.value(leave_one_out(coefficient.features(sample.content), sample.weight))
    return jackknife_error(left_out, sample.weight)


def ragged(generator: np.random.Generator, values: tuple[int, ...] = STRENGTHS) -> Ratings:
    """Few items, few annotators, gaps, and answers that lean together or not."""
    items, annotators = int(generator.integers(2, 30)), int(generator.integers(2, 7))
    middle = generator.integers(0, len(values), items)[:, None]
    noise = generator.normal(0, generator.uniform(0.2, 3), (items, annotators))
    codes = np.clip(np.rint(middle + noise), 0, len(values) - 1).astype(int)
    kept = np.argwhere(generator.random((items, annotators)) < generator.uniform(0.4, 1))
    item, annotator = kept.T if len(kept) else (np.empty(0, int), np.empty(0, int))
    return Ratings.from_columns(item, annotator, np.asarray(values)[codes[item, annotator]], values)


# published values


@pytest.mark.parametrize(
    ("data", "categories", "level", "value"),
    [
        (KRIPPENDORFF_2011, 5, "nominal", 0.743421052631579),
        (KRIPPENDORFF_2011, 5, "ordinal", 0.8153875037548813),
        (KRIPPENDORFF_2011, 5, "interval", 0.8491071428571428),
        (WIKIPEDIA_3X15, 4, "nominal", 0.691358024691358),
        (WIKIPEDIA_3X15, 4, "ordinal", 0.8067214199413153),
        (WIKIPEDIA_3X15, 4, "interval", 0.8108448928121059),
        (FLEISS_1971, 5, "nominal", 0.4334098282820289),
        (RAW_4_RATERS, 5, "nominal", 0.743421052631579),
        (RAW_4_RATERS, 5, "ordinal", 0.8153875037548813),
        (RAW_4_RATERS, 5, "interval", 0.8491071428571428),
    ],
)
def test_alpha_as_published(data: list[str], categories: int, level: str, value: float) -> None:
    ratings = of_units(data, categories)
    assert value_of(ratings, Alpha(level, ratings.values)) == pytest.approx(value, abs=1e-12)
    assert measure(counts_sample(ratings), [Alpha(level, ratings.values)])[0].value == pytest.approx(value, abs=1e-12)


def test_fleiss_1971_as_published() -> None:
    sample = counts_sample(of_units(FLEISS_1971))
    assert value_of(sample, FleissKappa(labels=6)) == pytest.approx(0.43024452006014074, abs=1e-12)
    assert value_of(sample, GwetAC(sample.values)) == pytest.approx(0.447884515844564, abs=1e-12)
    by_category = [0.24475524475524477, 0.24475524475524477, 0.52, 0.4711272727272727, 0.5661178068239687]
    for category, value in enumerate(by_category):
        groups = [[category], [other for other in range(5) if other != category]]
        assert value_of(sample, Collapsed(FleissKappa(labels=6), groups, 5)) == pytest.approx(value, abs=1e-12)


def test_the_jackknife_errors_of_fleiss_1971_are_near_irrcac() -> None:
    sample = counts_sample(of_units(FLEISS_1971))
    assert error_of(sample, FleissKappa(labels=6)) == pytest.approx(0.0542, abs=2e-3)
    assert error_of(sample, Alpha("nominal", sample.values)) == pytest.approx(0.0542, abs=2e-3)
    assert error_of(sample, GwetAC(sample.values)) == pytest.approx(0.05566, abs=2e-3)


def test_the_worked_example_of_fleiss_kappa() -> None:
    counts = np.array(WIKIPEDIA_FLEISS, dtype=np.float64)
    sample = Sample(counts, np.ones(len(counts), dtype=np.int64), tuple(range(5)))
    assert value_of(sample, FleissKappa(labels=14)) == pytest.approx(0.20993070442195522, abs=1e-12)
    assert value_of(sample, Alpha("nominal", sample.values)) == pytest.approx(0.21557405653322703, abs=1e-12)
    assert value_of(sample, GwetAC(sample.values)) == pytest.approx(0.22561415081662817, abs=1e-12)


@pytest.mark.parametrize(
    ("coefficient", "value"),
    [
        (GwetAC(range(1, 6)), 0.77544),
        (GwetAC(range(1, 6), "linear"), 0.85874),
        (GwetAC(range(1, 6), "quadratic"), 0.91400),
        (FleissKappa(), 0.76117),
    ],
)
def test_raw_4_raters_as_printed_by_irrcac(coefficient: Coefficient, value: float) -> None:
    """With the single item, whose label counts among the shares there; five digits are printed."""
    assert value_of(of_units(RAW_4_RATERS), coefficient, min_labels=1) == pytest.approx(value, abs=5e-6)


def test_gaps_leave_complete_items_to_fleiss() -> None:
    sample = counts_sample(of_units(RAW_4_RATERS))
    complete = of_units([row for row in RAW_4_RATERS if "." not in row])
    figure = measure(sample, [FleissKappa(labels=4)])[0]
    assert figure.value == pytest.approx(value_of(complete, FleissKappa()), abs=1e-12)
    assert figure.n_items == 8
    assert figure.notes == ("Items with 4 labels only; 3 with more or fewer are left out.",)


# other libraries


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_equals_the_package_on_ragged_data(level: str) -> None:
    import krippendorff

    generator = np.random.default_rng(LEVELS.index(level))
    compared = 0
    while compared < 500:
        ratings = ragged(generator, STRENGTHS if compared % 2 else DIRECTIONS)
        own = value_of(ratings, Alpha(level, ratings.values))
        counts = ratings.counts()
        varied = (counts[counts.sum(axis=1) >= 2].sum(axis=0) > 0).sum() > 1
        assert np.isnan(own) == (not varied)
        if varied:
            package = krippendorff.alpha(value_counts=counts, value_domain=list(ratings.values), level_of_measurement=level)
            assert own == pytest.approx(package, abs=1e-12)
            compared += 1


def test_fleiss_equals_statsmodels() -> None:
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    generator = np.random.default_rng(5)
    for _ in range(50):
        counts = generator.multinomial(5, [0.5, 0.3, 0.2], size=20).astype(np.float64)
        sample = Sample(counts, np.ones(20, dtype=np.int64), DIRECTIONS)
        assert value_of(sample, FleissKappa(labels=5)) == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-12)


# what must not change a coefficient


def coefficients(values: tuple[int, ...]) -> list[Coefficient]:
    alphas = [Alpha(level, values) for level in LEVELS]
    return [RawAgreement(), FleissKappa(), GwetAC(values), GwetAC(values, "quadratic"), *alphas, Alpha("ordinal", values, mirrored=True)]


def all_values(ratings: Ratings) -> list[float]:
    return [value_of(ratings, coefficient) for coefficient in coefficients(ratings.values)]


@pytest.mark.parametrize("seed", range(5))
def test_orders_and_single_items_change_nothing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    ratings = ragged(generator)
    before = all_values(ratings)
    item, annotator, label = ratings.item, ratings.annotator, np.asarray(STRENGTHS)[ratings.code]
    order = generator.permutation(len(item))
    items, people = generator.permutation(100)[item], generator.permutation(100)[annotator]
    assert all_values(Ratings.from_columns(items[order], people[order], label[order], STRENGTHS)) == before
    single = Ratings.from_columns([*item, 900, 901], [*annotator, 0, 1], [*label, 3, -3], STRENGTHS)
    assert all_values(single) == before


def test_the_presented_side_changes_nothing() -> None:
    """Shown labels, un-presented, are the canonical ones; left in presented order they would be others."""
    generator = np.random.default_rng(2)
    ratings = ragged(generator)
    label, turned = np.asarray(STRENGTHS)[ratings.code], generator.choice([-1, 1], len(ratings.item))
    shown = label * turned
    assert all_values(Ratings.from_columns(ratings.item, ratings.annotator, shown * turned, STRENGTHS)) == all_values(ratings)
    assert all_values(Ratings.from_columns(ratings.item, ratings.annotator, shown, STRENGTHS)) != all_values(ratings)


def test_renaming_and_stretching_labels() -> None:
    ratings = ragged(np.random.default_rng(3))
    label = np.asarray(STRENGTHS)[ratings.code]
    renamed = dict(zip(STRENGTHS, np.random.default_rng(4).permutation(STRENGTHS).tolist(), strict=True))
    other = Ratings.from_columns(ratings.item, ratings.annotator, [renamed[one] for one in label.tolist()], STRENGTHS)
    for coefficient in (Alpha("nominal", STRENGTHS), FleissKappa(), GwetAC(STRENGTHS), RawAgreement()):
        assert value_of(other, coefficient) == pytest.approx(value_of(ratings, coefficient), abs=1e-12)
    stretched = Ratings.from_columns(ratings.item, ratings.annotator, label**3, [value**3 for value in STRENGTHS])
    assert value_of(stretched, Alpha("ordinal", stretched.values)) == pytest.approx(
        value_of(ratings, Alpha("ordinal", STRENGTHS)), abs=1e-12
    )
    assert value_of(stretched, Alpha("interval", stretched.values)) != pytest.approx(
        value_of(ratings, Alpha("interval", STRENGTHS)), abs=1e-3
    )


def test_a_category_that_nobody_used_leaves_alpha_alone() -> None:
    rows = ["113", "133", "344", "411", "333", "444"]
    narrow = Ratings.from_matrix([[int(label) for label in row] for row in rows], (1, 3, 4))
    for level in LEVELS:
        wide = of_units(rows)
        assert value_of(wide, Alpha(level, wide.values)) == pytest.approx(value_of(narrow, Alpha(level, narrow.values)), abs=1e-12)


def test_the_naming_free_value_does_not_depend_on_names() -> None:
    """Naming the first response anew in every item changes alpha, and not the value with mirror images."""
    generator = np.random.default_rng(6)
    truth = np.where(generator.random(400) < 0.7, 1, -1)
    labels = np.where(generator.random((400, 3)) < 0.85, truth[:, None], -truth[:, None])
    turned = labels * generator.choice([-1, 1], 400)[:, None]
    plain, named_anew = (Ratings.from_matrix(one.tolist(), DIRECTIONS) for one in (labels, turned))
    free = [value_of(one, Alpha("nominal", DIRECTIONS, mirrored=True)) for one in (plain, named_anew)]
    assert free[0] == pytest.approx(free[1], abs=1e-12)
    assert value_of(plain, Alpha("nominal", DIRECTIONS)) < free[0] - 0.02
    import krippendorff

    both = np.vstack([labels, -labels]).T
    assert free[0] == pytest.approx(krippendorff.alpha(both, value_domain=[-1, 0, 1], level_of_measurement="nominal"), abs=1e-12)
    with pytest.raises(ValueError, match="symmetrically"):
        Alpha("nominal", (1, 2, 3), mirrored=True)


# definitions worth a look of their own


def test_raw_agreement_is_a_mean_over_items() -> None:
    ratings = Ratings.from_matrix([[1, 1, None], [1, 1, -1], [0, 1, -1]], DIRECTIONS)
    assert value_of(ratings, RawAgreement()) == pytest.approx((1 + 1 / 3 + 0) / 3)


def test_every_skip_disagrees() -> None:
    content = np.array([[0, 2, 0, 0], [0, 2, 0, 1], [1, 0, 0, 1], [0, 0, 0, 2]], dtype=np.float64)
    sample = Sample(content, np.ones(4, dtype=np.int64), DIRECTIONS)
    assert value_of(sample, RawAgreement(skips=True)) == pytest.approx((1 + 1 / 3 + 0 + 0) / 4)


def test_costs() -> None:
    assert disagreement_weights((-1, 0, 1), "linear").tolist() == [[0, 0.5, 1], [0.5, 0, 0.5], [1, 0.5, 0]]
    assert disagreement_weights((-3, -1, 3), "quadratic")[0].tolist() == pytest.approx([0, 1 / 9, 1])
    with pytest.raises(ValueError, match="no weights"):
        disagreement_weights((0, 1), "cubic")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="zero on the diagonal"):
        disagreement_weights((0, 1), [[1, 0], [0, 1]])


def test_a_metric_can_be_added() -> None:
    """Nothing but the class is needed; the package is not asked about what it does not know."""

    class Far:
        name = "far"
        package_level = None

        def squared(self, values, marginals):
            first, second = category_pairs(len(values))
            return (np.abs(values[first] - values[second]) > 1).astype(np.float64)

    ratings = of_units(KRIPPENDORFF_2011)
    figure = measure(counts_sample(ratings), [Alpha(Far(), ratings.values)])[0]
    assert figure.value is not None
    assert figure.value > 0.743421052631579
    assert metric_named("ordinal") is METRICS["ordinal"]
    with pytest.raises(ValueError, match="ratio"):
        metric_named("ratio")
