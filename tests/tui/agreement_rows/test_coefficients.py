"""The table of coefficients: at every width a figure keeps its n, its interval or the reason why it has none."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from prefterm.tui.agreement_rows.coefficients import (
    MEANINGS,
    OVERALL,
    PAIR,
    TITLES,
    coefficient_rows,
    compact_rows,
    given,
    meaning_rows,
    skeleton,
)
from tests.tui.agreement_rows.made_figures import FEW, c, said, text

WIDTHS = (80, 100, 120, 160, 200)
SOME = [("alpha_ordinal", c(0.55, 0.41, 0.79, 8_369)), ("raw_agreement", c(0.7, 0.6, 0.8, banded=False)), ("marks, alpha", c(0.2))]


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_fit_and_say_everything(width: int) -> None:
    rows = coefficient_rows(SOME, width)
    assert all(cell_len(text(row)) <= width for row in rows)
    scale, ordinal, raw, marks, *why = map(text, rows)
    assert "95 %" in scale and scale.rstrip().endswith("n")
    assert ".41–.79" in ordinal and "8,369" in ordinal and "fair (fair–" in ordinal
    assert raw.split()[:2] == ["raw", "agreement"] and ".60–.80" in raw
    assert "none" in marks and " ".join(" ".join(why).split()) == f"No interval (marks, alpha): {FEW}."


def test_what_is_undefined_says_why() -> None:
    rows = coefficient_rows([("alpha_nominal", c(None)), ("gwet_ac1", c(None))], 80)
    assert "undefined" in text(rows[1]) and text(rows[3]).strip() == "Undefined: no variation."
    rows = coefficient_rows([("alpha_nominal", c(None)), ("gwet_ac1", c(None)), ("raw_agreement", c(0.9))], 80)
    assert text(rows[4]).strip() == "Undefined (alpha, nominal; Gwet's AC1): no variation."
    names = ("alpha_nominal", "alpha_ordinal", "gwet_ac1", "gwet_ac2", "fleiss_kappa")
    rows = coefficient_rows([*((name, c(None)) for name in names), ("raw_agreement", c(0.9))], 80)
    assert text(rows[7]).strip() == "Undefined for most: no variation.", "a list that nobody would read is not given"


def test_a_reason_that_holds_for_all_is_said_once() -> None:
    assert said(coefficient_rows([("alpha_nominal", c(0.3)), ("gwet_ac1", c(0.4))], 80)).count(FEW) == 1


def test_a_naming_free_alpha_is_shown_where_it_is_another() -> None:
    document = {"alpha_nominal": c(0.5, 0.4, 0.6), "alpha_nominal_naming_free": c(0.51, 0.4, 0.6), "kendall_w": None}
    assert [name for name, _ in given(document, OVERALL)] == ["alpha_nominal"]
    document["alpha_nominal_naming_free"] = c(0.62, 0.5, 0.7)
    assert [name for name, _ in given(document, OVERALL)] == ["alpha_nominal", "alpha_nominal_naming_free"]
    assert given({"alpha_nominal": c(None), "alpha_nominal_naming_free": c(None)}, OVERALL) == [("alpha_nominal", c(None))]


def test_every_figure_has_a_name_and_a_meaning_that_fits() -> None:
    assert set(MEANINGS) == set(TITLES) and set(OVERALL) | set(PAIR) == set(TITLES)
    assert max(map(len, MEANINGS.values())) <= 44
    wide = text(coefficient_rows(SOME, 160)[1])
    assert wide.rstrip().endswith(MEANINGS["alpha_ordinal"])
    rows = meaning_rows(70)
    assert all(cell_len(text(row)) <= 70 for row in rows) and "Krippendorff" in said(rows) and "do not train" in said(rows)


def test_the_skeleton_is_where_the_figures_will_be() -> None:
    empty, full = skeleton(["alpha_ordinal"], 80), coefficient_rows(SOME[:1], 80)
    assert text(empty[0]) == text(full[0]) and text(empty[1])[:17] == text(full[1])[:17] and "…" in text(empty[1])


@pytest.mark.parametrize("width", [28, 32, 40, 66])
def test_beside_a_table_the_figures_keep_their_intervals(width: int) -> None:
    rows = compact_rows([("cohen_kappa", c(0.44, -0.24, 0.62)), ("raw_agreement", c(0.7))], width)
    assert all(cell_len(text(row)) <= width for row in rows)
    assert "kappa" in text(rows[1]) and ".44" in text(rows[1]) and "-.24–.62" in text(rows[1]) and "▒" in text(rows[1])
    assert ("■" in text(rows[1])) == (width >= 40)
