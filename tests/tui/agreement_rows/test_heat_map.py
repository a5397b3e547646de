"""Who agrees with whom: the map, its cursor, and the list where there are too many people."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.cells import cell_len

from prefterm.tui.agreement_rows.heat_map import (
    MOST_IN_MAP,
    PairMap,
    fitting,
    map_rows,
    map_width,
    pair_list_row,
    said_of_pair,
    worst_first,
)
from tests.tui.agreement_rows.made_figures import c, pair, said, text

TEAM = PairMap.of([pair("ann", "ben", c(0.66, 0.6, 0.7)), pair("ann", "dot", c(0.31, 0.2, 0.4)), pair("ben", "dot", c(-0.05))])


def crowd(size: int, prefix: str = "annotator ") -> PairMap:
    return PairMap.of([pair(f"{prefix}{a}", f"{prefix}{b}", c(0.5, 0.4, 0.6)) for a, b in combinations(range(1, size + 1), 2)])


def test_cells_have_a_symbol_beside_the_value_and_lie_on_both_sides() -> None:
    rows = [text(row) for row in map_rows(TEAM, (0, 1), 0, 80)]
    assert rows[0].split() == ["ann", "ben", "dot"]
    assert rows[1].split() == ["▸", "ann", "·", ".66▓", ".31░"]
    assert rows[2].split() == ["ben", ".66▓", "·", "-.05░"] and rows[3].split() == ["dot", ".31░", "-.05░", "·"]


def test_the_marked_cell_is_marked_without_colour() -> None:
    styles = [style for _, style in map_rows(TEAM, (1, 2), 0, 80)[2]]
    assert styles.count("cursor") == 1


def test_people_without_enough_in_common_have_no_figure() -> None:
    lacking = PairMap.of([pair("ann", "ben", c(0.5)), pair("ben", "dot", c(None))])
    assert text(map_rows(lacking, (0, 0), 0, 80)[1]).split()[-1] == "–"
    assert "–?" in text(map_rows(lacking, (0, 0), 0, 80)[3])
    assert "fewer than 20 items" in said(said_of_pair(lacking, "ann", "dot", 80))
    assert "undefined: no variation" in said(said_of_pair(lacking, "ben", "dot", 80))


def test_the_cell_is_said_in_full() -> None:
    (line,) = said_of_pair(TEAM, "dot", "ann", 80)
    assert text(line).strip() == "dot × ann: kappa .31 (.20–.40), poor (poor–fair), n 40"
    long = PairMap.of([pair("mt-bench:author_0", "mt-bench:expert_24", c(0.5, 0.3, 0.7, 38))])
    rows = said_of_pair(long, *long.people, 80)
    assert len(rows) == 2 and text(rows[1]).strip() == "kappa .50 (.30–.70), fair (poor–moderate), n 38"
    assert len(said_of_pair(long, long.people[0], long.people[0], 80)) == 2, "the rows below do not move"


def test_names_are_numbered_where_they_do_not_fit_over_a_column_and_sorted_as_people_count() -> None:
    found = crowd(11)
    assert found.people[1:3] == ("annotator 2", "annotator 3") and found.people[-1] == "annotator 11"
    rows = [text(row) for row in map_rows(found, (0, 0), 0, 120)]
    assert rows[0].split() == [str(n) for n in range(1, 12)] and rows[10].split()[:3] == ["10", "annotator", "10"]


@pytest.mark.parametrize("width", [80, 120])
def test_more_people_than_fit_are_scrolled_to(width: int) -> None:
    found = crowd(MOST_IN_MAP)
    room = fitting(found.people, width)
    assert room < MOST_IN_MAP
    for left in (0, 3, MOST_IN_MAP - room):
        rows = map_rows(found, (2, left), left, width)
        assert all(cell_len(text(row)) <= width for row in rows)
        assert (f"◂ {left}" in text(rows[0])) == (left > 0)
        assert (f"{MOST_IN_MAP - room - left} ▸" in text(rows[0])) == (left + room < MOST_IN_MAP)
    assert map_width(found, width) == width and map_width(TEAM, width) < 40


def test_a_crowd_is_listed_the_lowest_first() -> None:
    assert not crowd(MOST_IN_MAP).is_list and crowd(MOST_IN_MAP + 1).is_list
    figures = [c(None), c(0.1, n=6), c(0.3, n=30), c(0.5, 0.4, 0.6), c(-0.2, -0.4, 0.1)]
    assert [f["value"] for f in worst_first(figures, lambda f: f)] == [-0.2, 0.5, 0.3, 0.1, None]
    for width in (80, 120, 200):
        row = text(pair_list_row(TEAM.pairs[0], True, width))
        assert cell_len(row) <= width and row.split()[:4] == ["▸", "ann", "dot", ".31"] and ".20–.40" in row
