"""A figure as it is shown: digits, bars on one scale, bands of value and ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from prefterm.tui.agreement_rows import figures
from prefterm.tui.agreement_rows.listing import ListedRows
from tests.tui.agreement_rows.made_figures import FEW, c, text

UNIT = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.614, ".61"), (-0.143, "-.14"), (1.0, "1.00"), (-1.0, "-1.00"), (0.001, "0"), (-0.001, "0"), (0.996, "1.00")],
)
def test_numbers_have_no_zero_before_the_point(value: float | None, shown: str) -> None:
    assert figures.number(value) == shown


def test_a_value_is_never_rounded_into_another_band() -> None:
    assert figures.value_of(c(0.3996, 0.3, 0.5)) == ".400" and figures.value_of(c(0.3964, 0.3, 0.5)) == ".396"
    assert figures.value_of(c(0.40, 0.3, 0.5)) == ".40" and figures.value_of(c(0.7504, 0.7, 0.8)) == ".750"
    assert figures.value_of(c(0.3996, 0.3, 0.5, banded=False)) == ".40", "a share has no band"
    assert figures.value_of(c(None)) == "–"


def test_bands_name_the_ends_where_they_differ() -> None:
    assert figures.bands(c(0.5, 0.45, 0.55)) == "fair" and figures.bands(c(0.5)) == "fair"
    assert figures.bands(c(0.5, 0.3, 0.7)) == "fair (poor–moderate)" and figures.bands(c(0.5, 0.3, 0.7), 22) == "fair (poor–mod.)"
    assert figures.bands(c(0.5, 0.3, 0.7, banded=False)) == figures.bands(c(None)) == ""


def test_the_bar_has_the_interval_and_the_value_on_one_scale() -> None:
    assert text(figures.interval_bar(c(0.5, 0.2, 0.8), 21)) == "    ├─────■─────┤    "
    assert text(figures.interval_bar(c(0.5), 21)) == "        ┊ □ ┊  ┊     ", "hollow where there is no interval"
    assert text(figures.interval_bar(c(None), 21)) == "        ┊   ┊  ┊     "


def test_what_lies_below_zero_is_an_arrow_at_the_left() -> None:
    assert text(figures.interval_bar(c(0.1, -0.3, 0.5), 21)).startswith("◂─■───")
    assert text(figures.interval_bar(c(-0.2, -0.6, 0.2), 21)).startswith("◂───┤")
    assert text(figures.interval_bar(c(-0.5, -0.9, -0.1), 21)).startswith("◂    "), "an interval that ends below 0 has no length here"


@given(UNIT, UNIT, UNIT, st.integers(9, 60))
def test_every_bar_is_as_wide_as_it_was_asked_to_be(one: float, two: float, three: float, width: int) -> None:
    low, value, high = sorted((one, two, three))
    bar = text(figures.interval_bar(c(value, low, high), width))
    assert cell_len(bar) == width and sum(bar.count(mark) for mark in "■□◂") >= 1
    assert cell_len(text(figures.share_bar(abs(value), abs(low), abs(high), width))) == width
    assert cell_len(figures.axis(width)) == width and figures.axis(width).startswith("0") and figures.axis(width).endswith("1")


def test_the_bar_of_a_share_lies_around_the_middle() -> None:
    assert text(figures.share_bar(0.66, 0.58, 0.73, 21)) == "          ┊ ─■──     "
    assert text(figures.share_bar(None, None, None, 21)).strip() == "┊"


def test_why_there_is_no_interval_is_the_services_word() -> None:
    assert figures.why_no_interval(c(0.5)) == FEW and figures.why_no_interval(c(0.5, 0.4, 0.6)) == figures.why_no_interval(c(None)) == ""


def test_cells_and_sentences_are_safe_and_as_wide_as_asked() -> None:
    evil = "\x1b[31mx\u202e日本語" * 4
    shown, _ = figures.cell(evil, 12)
    assert cell_len(shown) == 12 and "\x1b" not in shown and "\u202e" not in shown
    rows = figures.sentences([evil * 9], 40)
    assert len(rows) > 2 and all(cell_len(text(row)) <= 40 and "\x1b" not in text(row) for row in rows)
    assert cell_len(text(figures.heading(evil * 9, 60))) == 59


def test_rows_of_a_list_are_made_when_they_are_looked_at() -> None:
    made: list[int] = []

    def make(at: int) -> figures.Line:
        made.append(at)
        return [(f"row {at}", "text")]

    rows = ListedRows([[("before", "text")]], 10_000, make, [[("after", "text")]])
    assert len(rows) == 10_002 and made == []
    assert [text(row) for row in rows[:3]] == ["before", "row 0", "row 1"] and made == [0, 1]
    assert text(rows[-1]) == "after" and text(rows[10_000]) == "row 9999" and len(rows[10_000:10_500]) == 2
    with pytest.raises(IndexError):
        rows[10_002]


@given(st.text(max_size=60), st.integers(5, 40))
def test_a_name_is_cut_in_its_middle_and_never_too_wide(name: str, width: int) -> None:
    shown = figures.short_name(name, width)
    assert cell_len(shown) <= width
    if cell_len(figures.short_name(name, 200)) <= width:
        assert shown == figures.short_name(name, 200)


def test_imported_names_are_told_apart_by_their_end() -> None:
    assert figures.short_name("mt-bench:expert_35", 16) == "mt-b…h:expert_35" and figures.short_name("ann", 16) == "ann"
