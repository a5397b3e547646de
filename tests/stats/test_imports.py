"""What statistics load, in a fresh process."""

from tests.tui.test_imports import loaded_by

HEAVY = {"scipy", "pandas", "statsmodels", "sklearn", "textual", "sqlalchemy", "sqlmodel", "krippendorff"}


def test_a_figure_costs_no_numpy() -> None:
    assert "numpy" not in loaded_by("import prefterm.stats\nfrom prefterm.stats import Figure, Difference, band")


def test_coefficients_cost_numpy_alone() -> None:
    loaded = loaded_by(
        "from prefterm.stats import Ratings, overall_figures, paired_difference\nimport prefterm.stats.comparing, prefterm.stats.rankings"
    )
    assert "numpy" in loaded
    assert not loaded & HEAVY
    loaded = loaded_by(
        "from prefterm.stats import Ratings, overall_figures\noverall_figures(Ratings.from_matrix([[1, 0], [1, 1]] * 20, (-1, 0, 1)))"
    )
    assert loaded & HEAVY == {"krippendorff"}
