"""Published data with known coefficients, and where each comes from. Figures only; no test needs anything outside."""

from __future__ import annotations

from prefterm.stats.ratings import Ratings

__all__ = ["FLEISS_1971", "KRIPPENDORFF_2011", "RAW_4_RATERS", "TWO_RATER_TABLES", "WIKIPEDIA_3X15", "WIKIPEDIA_FLEISS", "of_units"]


def of_units(rows: list[str], categories: int = 5) -> Ratings:
    """Ratings from one text per item, a digit per annotator, a dot where there is none."""
    matrix = [[None if label == "." else int(label) for label in row] for row in rows]
    return Ratings.from_matrix(matrix, range(1, categories + 1))


KRIPPENDORFF_2011 = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."]
"""Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sec. D: 12 units × 4 observers, the last unit single."""

WIKIPEDIA_3X15 = [".1.", "...", ".22", ".11", ".33", "334", "444", "13.", "2.2", "1.1", "1.1", "3.3", "3.3", "...", "3.4"]
"""Wikipedia, Krippendorff's alpha, the worked example: 15 units × 3 coders."""

FLEISS_1971 = [
    "444444",
    "222555",
    "233335",
    "555555",
    "222444",
    "113333",
    "333355",
    "113334",
    "114444",
    "555555",
    "144444",
    "124444",
    "222333",
    "144444",
    "224445",
    "333335",
    "111455",
    "111112",
    "224444",
    "133555",
    "555555",
    "244444",
    "224555",
    "114444",
    "144445",
    "222224",
    "111155",
    "224444",
    "133333",
    "555555",
]
"""Fleiss (1971), Psychol. Bull. 76:378 (R irr): 30 patients × 6 raters; depression, personality, schizophrenia, neurosis, other."""

RAW_4_RATERS = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", "..3."]
"""Gwet (2014), raw4raters of R irrCAC: 12 units × 4 raters with gaps, the last unit single."""

WIKIPEDIA_FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
"""Wikipedia, Fleiss' kappa, the worked example: how many of 14 raters chose each of 5 categories, 10 subjects."""

TWO_RATER_TABLES: dict[str, tuple[list[list[int]], dict[str, float]]] = {
    # Wikipedia Cohen's kappa simple example
    "wikipedia_cohen_simple": (
        [[20, 5], [10, 15]],
        {
            "kappa": 0.3999999999999999,
            "se": 0.12699606293110036,
            "po": 0.7,
            "scott_pi": 0.3939393939393937,
            "alpha": 0.4,
            "ac1": 0.40594059405940586,
        },
    ),
    # Wikipedia same percentages A
    "wikipedia_cohen_same_pct_A": (
        [[45, 15], [25, 15]],
        {
            "kappa": 0.13043478260869554,
            "se": 0.09866153762343961,
            "po": 0.6,
            "scott_pi": 0.12087912087912075,
            "alpha": 0.12527472527472527,
            "ac1": 0.26605504587155965,
        },
    ),
    # Wikipedia same percentages B
    "wikipedia_cohen_same_pct_B": (
        [[25, 35], [5, 35]],
        {
            "kappa": 0.25925925925925924,
            "se": 0.07715973174444572,
            "po": 0.6,
            "scott_pi": 0.19191919191919168,
            "alpha": 0.1959595959595959,
            "ac1": 0.20792079207920788,
        },
    ),
    # Feinstein & Cicchetti 1990 (balanced), as tabulated in Gerstman Epidemiology Kept Simple tab 10.6A
    "feinstein_cicchetti_A": (
        [[40, 9], [6, 45]],
        {
            "kappa": 0.699519230769231,
            "se": 0.07139360269998819,
            "po": 0.8500000000000001,
            "scott_pi": 0.6992481203007519,
            "alpha": 0.7007518796992481,
            "ac1": 0.7007481296758106,
        },
    ),
    # Feinstein & Cicchetti 1990 (high prevalence) tab 10.6B
    "feinstein_cicchetti_B": (
        [[80, 10], [5, 5]],
        {
            "kappa": 0.3181818181818182,
            "se": 0.13345652122383625,
            "po": 0.8500000000000001,
            "scott_pi": 0.31428571428571417,
            "alpha": 0.3177142857142857,
            "ac1": 0.8079999999999999,
        },
    ),
    # Gwet high-agreement/negative-kappa example
    "gwet_high_agreement": (
        [[118, 5], [2, 0]],
        {
            "kappa": -0.02339181286549608,
            "se": 0.012286756672833184,
            "po": 0.944,
            "scott_pi": -0.028806584362140154,
            "alpha": -0.024691358024691468,
            "ac1": 0.9407763376087177,
        },
    ),
}
"""Counts, and kappa, its standard error (Fleiss, Cohen & Everitt 1969), Scott's pi, alpha, AC1; statsmodels and R irrCAC agree."""
