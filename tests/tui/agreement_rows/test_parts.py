"""Parts, periods and versions: order, columns, the plot over time, and what may not be called an effect."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from prefterm.tui.agreement_rows import parts as rows
from tests.tui.agreement_rows.made_figures import FEW, c, part, said, text

FOUND = [
    part("tag", "small", c(-0.2, n=6)), part("tag", "dosage", c(0.2, 0.1, 0.4)), part("dimension", "safety", c(0.5, 0.4, 0.6)),
    part("kind", "judge", c(0.9, 0.8, 0.95)), part("period", "2026-W01", c(0.3)), part("guideline", "g@1", c(None)),
]  # fmt: skip


def test_the_lowest_come_first_but_those_too_small_last_and_kinds_at_the_top() -> None:
    assert [p["key"] for p in rows.parts_by(FOUND, None)] == ["judge", "dosage", "safety", "small", "g@1"]
    assert [p["key"] for p in rows.parts_by(FOUND, "tag")] == ["dosage", "small"]


def test_tabs_say_how_many_and_mark_the_chosen_without_colour() -> None:
    assert text(rows.tabs({None: 5, "tag": 2}, "tag")).split("  ") == ["", " everything 5 [tag 2]"]


@pytest.mark.parametrize("width", [79, 80, 100, 120, 200])
def test_a_part_is_a_row(width: int) -> None:
    head = rows.part_head(width)
    for found in FOUND:
        row = rows.part_row(found, width, marked=True)
        assert cell_len(text(row)) <= width and cell_len(text(head)) <= width
        assert text(row).split()[-1] == f"{found['coefficients']['alpha_nominal']['n_items']}"
    assert "AI judges" in text(rows.part_row(FOUND[3], width))
    assert ("raw" in text(head)) == (width >= 100)


def test_the_marked_part_is_said_in_full() -> None:
    assert f"No interval: {FEW}." in said(rows.said_of_part(FOUND[0], 200))
    assert "tag dosage: alpha .20, poor (poor–fair); alpha ordinal .20 (.10–.40), raw agreement .20" in said(
        rows.said_of_part(FOUND[1], 200)
    )
    assert "guideline g@1: alpha is undefined: no variation." in said(rows.said_of_part(FOUND[5], 200))


def test_the_plot_has_value_and_interval_of_each_period() -> None:
    found = [
        part("period", f"2026-W0{n}", c(v, low, high))
        for n, v, low, high in ((1, 0.5, 0.3, 0.7), (2, -0.2, -0.5, 0.1), (3, 0.9, None, None))
    ]
    plot = [text(row) for row in rows.period_plot(found, 1, 40, 11)]
    assert [row[:4].strip() for row in plot[:-1]] == ["1", "", ".75", "", ".6", "", ".4", "", "", "", "0"]
    first = [row[5:14].strip(" ·") for row in plot[:-1]]
    assert first == ["", "", "", "┬", "│", "■", "│", "┴", "", "", ""]
    second = [row[14:23].strip(" ·") for row in plot[:-1]]
    assert second == ["", "", "", "", "", "", "", "", "", "┬", "▾"]
    assert [row[23:32].strip(" ·") for row in plot[:-1]][1] == "□"
    assert plot[-1].split() == ["W01", "W02", "W03"]
    assert [style for word, style in rows.period_plot(found, 1, 40, 11)[-1] if "W02" in word] == ["cursor"]


def test_of_many_periods_those_around_the_marked_one_are_plotted() -> None:
    found = [part("period", f"{2000 + n // 12}-{n % 12 + 1:02}", c(0.5)) for n in range(60)]
    for marked, within in ((0, "01"), (59, "12")):
        plot = rows.period_plot(found, marked, 80, 11)
        assert all(cell_len(text(row)) <= 80 for row in plot)
        assert [word.strip() for word, style in plot[-1] if style == "cursor"] == [within]


def test_a_difference_without_a_value_says_why_once() -> None:
    note = "Cannot be read as an effect of the guideline."
    none = {"a": "g@1", "b": "g@2", "value": None, "low": None, "high": None, "note": note}
    shown = said(rows.difference_rows([none, {**none, "a": "g@2", "b": "g@3"}], 80))
    assert shown.count("not shown") == 2 and shown.count(note) == 1 and "g@2 → g@3" in shown
    known = {"a": "g@1", "b": "g@2", "value": 0.05, "low": -0.01, "high": 0.11, "note": ""}
    assert said(rows.difference_rows([known], 80)).split() == ["g@1", "→", "g@2", "+.05", "(-.01", "to", ".11)"]
