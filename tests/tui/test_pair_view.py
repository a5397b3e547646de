"""The two responses side by side: windows, scrolling, what was seen, zoom, small terminals, differing words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from prefterm.tui.reading.differences import MOST_WORDS, differing_words
from prefterm.tui.reading.stretches import overlaid
from prefterm.tui.rendering import MAX_WINDOW_CHARACTERS, MAX_WINDOW_LINES, layout_raw
from prefterm.tui.widgets.pair import PairView


class PairApp(App[None]):
    def compose(self) -> ComposeResult:
        yield PairView()


@asynccontextmanager
async def shown(left: str, right: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[PairView, Pilot[None]]]:
    app = PairApp()
    async with app.run_test(size=size) as pilot:
        pair = app.query_one(PairView)
        pair.set_texts(left, right)
        pair.lay()
        pair.restyle()
        await pilot.pause()
        yield pair, pilot


def rows(pair: PairView) -> list[str]:
    return ["".join(s.text for s in pair.render_line(y)) for y in range(pair.size.height)]


def numbered(count: int, word: str = "line") -> str:
    return "\n".join(f"{word} {n}" for n in range(count))


async def test_both_sides_are_complete_and_aligned() -> None:
    async with shown("short", numbered(40)) as (pair, _):
        found = rows(pair)
        assert all(cell_len(row) == 80 for row in found)
        assert "│ short" in found[1] and "line 0" in found[1]
        assert "all" in found[-1] and "%" in found[-1] and "▼" in found[-1]
        assert pair.columns[0].seen == 1.0 and 0.5 < pair.columns[1].seen < 0.6


async def test_what_was_seen_only_grows_and_reaches_all() -> None:
    async with shown(numbered(100), numbered(60)) as (pair, _):
        before = 0.0
        for _step in range(12):
            assert pair.columns[0].seen >= before
            before = pair.columns[0].seen
            pair.scroll_by(10)
        assert pair.columns[0].seen == pair.columns[1].seen == 1.0
        pair.jump(end=False)
        assert pair.columns[0].seen == 1.0


async def test_the_shorter_side_stops_at_its_end_and_both_come_back() -> None:
    async with shown(numbered(200), numbered(30)) as (pair, _):
        pair.scroll_by(500)
        assert [c.top for c in pair.columns] == [200 - 22, 30 - 22]
        pair.scroll_by(-500)
        assert [c.top for c in pair.columns] == [0, 0]


async def test_unlinked_sides_scroll_alone() -> None:
    async with shown(numbered(100), numbered(100)) as (pair, _):
        pair.linked = False
        pair.scroll_by(5)
        pair.active = 1
        pair.scroll_by(7)
        assert [c.top for c in pair.columns] == [5, 7]
        assert "keys scroll here" in rows(pair)[0]


async def test_zoom_shows_one_side_over_the_whole_width() -> None:
    async with shown("left " * 30, "right " * 30) as (pair, _):
        for side, word, other in ((0, "left", "right"), (1, "right", "left")):
            pair.zoomed = side
            pair.lay()
            pair.restyle()
            text = "\n".join(rows(pair))
            assert word in text and other not in text and f" {side + 1} " in rows(pair)[0]
            pair.scroll_by(1)


async def test_a_zoomed_pair_scrolls_the_side_that_is_seen() -> None:
    async with shown(numbered(100), numbered(100)) as (pair, _):
        pair.zoomed = 1
        pair.lay()
        pair.scroll_by(9)
        assert [c.top for c in pair.columns] == [0, 9]


@pytest.mark.parametrize("markdown", [True, False])
async def test_a_resize_keeps_the_place_in_the_text(markdown: bool) -> None:
    text = "\n\n".join(f"paragraph {n} " + "word " * 30 for n in range(80))
    async with shown(text, text) as (pair, pilot):
        pair.markdown = markdown
        pair.lay()
        pair.scroll_by(90)
        where = pair.columns[0].lines[pair.columns[0].top].source_line
        for size in ((120, 40), (40, 12), (20, 5), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        column = pair.columns[0]
        assert abs(column.lines[column.top].source_line - where) <= 4
        assert all(cell_len(row) == 80 for row in rows(pair))


async def test_a_megabyte_is_laid_out_by_the_window() -> None:
    laid: list[int] = []
    text = "".join(f"line {n} of a very long answer, with some words in it\n" for n in range(20_000))
    assert len(text) > 1_000_000
    async with shown(text, "word " * 210_000) as (pair, _):
        for column in pair.columns:
            assert "".join(column.body.parts) in (text, "word " * 210_000)
            assert all(len(p) <= MAX_WINDOW_CHARACTERS and p.count("\n") <= MAX_WINDOW_LINES for p in column.body.parts)
        assert len(pair.columns[0].body.parts) >= 10
        laid = [len(c.lines) for c in pair.columns]
        assert max(laid) <= 2 * MAX_WINDOW_LINES + MAX_WINDOW_CHARACTERS // 20
        assert "part 1 of" in rows(pair)[0]
        assert pair.columns[0].seen < 0.01


async def test_scrolling_goes_from_window_to_window_and_back() -> None:
    text = "".join(f"line {n}\n" for n in range(4_500))
    async with shown(text, "short") as (pair, _):
        column = pair.columns[0]
        assert len(column.body.parts) == 3
        read: set[str] = set()
        for _step in range(4_500):
            read |= {"".join(t for t, _ in line.spans).strip() for line in column.lines[column.top : column.top + pair.inner_height]}
            if column.part == 2 and column.top >= column.limit(pair.inner_height):
                break
            pair.scroll_by(pair.inner_height - 2)
        assert {f"line {n}" for n in range(4_500)} <= read, "no line is jumped over at the edge of a window"
        assert column.seen == 1.0
        while column.part or column.top:
            pair.scroll_by(-(pair.inner_height - 2))
        assert "part 1 of 3" in rows(pair)[0]


async def test_an_empty_response_says_so() -> None:
    async with shown("", " \n ") as (pair, _):
        assert rows(pair)[1].count("‹empty response›") == 2


async def test_what_is_not_acceptable_is_said_in_words() -> None:
    async with shown("a", "b") as (pair, _):
        pair.columns[1].unacceptable = True
        pair.restyle()
        left, right = rows(pair)[0].split("┬")
        assert "✗ not acceptable" in right and "✗" not in left


async def test_without_a_pair_there_is_a_hint() -> None:
    async with shown("a", "b") as (pair, _):
        pair.say([[("nothing here", "muted")]])
        assert "nothing here" in "\n".join(rows(pair))


async def test_only_rows_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(numbered(10), numbered(10)) as (pair, _):
        painted: list[int] = []
        monkeypatch.setattr(pair, "refresh", lambda *regions, **_: painted.extend(r.y for r in regions))
        pair.restyle()
        assert painted == []
        pair.columns[0].unacceptable = True
        pair.restyle()
        assert painted == [0]


# differing words


def underlined(text: str, other: str, lay: Callable[[str, int], list] = layout_raw) -> list[str]:
    left = lay(text, 40)
    found = differing_words(left, lay(other, 40))
    assert found is not None
    words = []
    for number, line in enumerate(left):
        words += [t for t, name in overlaid(line.spans, [("differs", found.left.get(number, []))]) if name == "differs"]
    return words


def test_differing_words_are_those_that_differ() -> None:
    assert underlined("take one tablet a day", "take two tablets a day") == ["one", "tablet"]
    assert underlined("the same words", "the same words") == []
    assert underlined("wrapped " * 20 + "odd", "wrapped " * 20 + "even") == ["odd"]


def test_differences_do_not_depend_on_where_lines_break() -> None:
    text = " ".join(f"w{n}" for n in range(60))
    found = differing_words(layout_raw(text, 30), layout_raw(text, 50))
    assert found is not None and found.left == found.right == {} and found.share == 0.0 and not found.places


def test_differences_are_told_in_words() -> None:
    same = layout_raw("a b c", 40)
    for other, words in (
        ("a b c", "the two texts have the same words"), ("a b d", "the two differ in 1 word"), ("a x y", "the two differ in 2 words"),
    ):  # fmt: skip
        found = differing_words(same, layout_raw(other, 40))
        assert found is not None and found.in_words == words
    found = differing_words(layout_raw("x " * 50, 40), layout_raw("y " * 50, 40))
    assert found is not None and found.share == 1.0 and "almost everything differs" in found.in_words and not found.shown


def test_texts_too_long_are_not_compared() -> None:
    long = layout_raw("w " * (MOST_WORDS // 2 + 1), 40)
    assert differing_words(long, long) is None


def test_splitting_spans_loses_nothing() -> None:
    spans = (("ab", "text"), ("cde", "code"), ("", "text"), ("f", "strong"))
    for ranges in ([], [(0, 6)], [(1, 3)], [(2, 2)], [(0, 1), (4, 6)]):
        found = overlaid(spans, [("differs", ranges)])
        assert "".join(t for t, _ in found) == "abcdef"
        assert sum(len(t) for t, name in found if name == "differs") == sum(b - a for a, b in ranges)
