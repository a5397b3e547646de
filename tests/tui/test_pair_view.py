"""The two responses side by side: windows, beginnings, scrolling, what was seen, places, zoom, small terminals."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from prefterm.domain.prompts import Message
from prefterm.tui.reading.bodies import ConversationBody
from prefterm.tui.reading.differences import nearly_equal
from prefterm.tui.reading.facts import TURNS_DIFFER
from prefterm.tui.rendering import MAX_WINDOW_CHARACTERS, MAX_WINDOW_LINES
from prefterm.tui.widgets.pair import PROMPT, Column, PairView


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
            assert word in text and other not in text and f" {word} " in rows(pair)[0]
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


# long texts, whose beginning is laid out first

PARAGRAPH = "A paragraph with **bold** and `code`, of as many words as it takes to fill a row or two. "


def markdown(size: int) -> str:
    blocks = [
        f"## Heading {n}\n\n{PARAGRAPH * (n % 3 + 1)}\n\n- one\n- two {n}\n\n```python\nx = {n}\n\ny = x\n```" for n in range(size // 150)
    ]
    return "\n\n".join(blocks)[:size]


@asynccontextmanager
async def beginning(left: str, right: str = "short", **options: Any) -> AsyncIterator[tuple[PairView, Pilot[None]]]:
    async with shown("", "", **options) as (pair, pilot):
        pair.set_texts(left, right)
        pair.lay(whole=False)
        pair.restyle()
        yield pair, pilot


@pytest.mark.parametrize("size", [20_000, 200_000])
@pytest.mark.parametrize("raw", [False, True])
async def test_a_beginning_shows_the_rows_of_the_whole(size: int, raw: bool) -> None:
    async with beginning(markdown(size)) as (pair, _):
        column = pair.columns[0]
        if raw:
            pair.markdown, column.seen = False, 0.0
            pair.lay(whole=False)
            pair.restyle()
        assert not column.whole and len(column.lines) > pair.inner_height
        before, head, seen = rows(pair)[1:-1], column.lines, column.seen
        assert 0 < seen < 0.2 and "▼" in rows(pair)[-1] and "100 %" not in rows(pair)[-1]
        expected, (true,) = column.expected, [len(column.body.lay(0, pair.inner_width, pair.markdown))]
        assert 0.5 < expected / true < 2, "the length is estimated by the characters that were laid out"
        pair.complete()
        pair.restyle()
        assert column.whole and rows(pair)[1:-1] == before and [x.spans for x in column.lines[: len(head)]] == [x.spans for x in head]
        assert len(column.lines) == true and column.seen == (22 / true) / len(column.body.parts)


@pytest.mark.parametrize("text", [markdown(20_000), "word " * 6_000, "\n" * 1_500 + "x\n\n" * 3_000, "x\n" * 1_900 + "y" * 20_000])
@pytest.mark.parametrize("raw", [False, True])
async def test_nothing_counts_as_read_to_the_end_before_the_end_is_shown(text: str, raw: bool) -> None:
    async with beginning(text) as (pair, _):
        pair.markdown = not raw
        pair.columns[0].seen = 0.0
        pair.lay(whole=False)
        pair.restyle()
        column = pair.columns[0]
        for _step in range(3_000):
            ended = column.whole and column.top >= column.limit(pair.inner_height) and column.part + 1 == len(column.body.parts)
            assert (column.seen == 1.0) == ended and (" 100 %" in rows(pair)[-1].split("┴")[0]) == ended
            if ended:
                break
            pair.scroll_by(17)
        assert column.seen == 1.0


async def test_an_estimate_that_was_too_high_is_taken_back() -> None:
    async with beginning("\n\n".join([*[PARAGRAPH * 9] * 3, *"x" * 600])) as (pair, _):
        column = pair.columns[0]
        pair.scroll_by(1)
        estimate = column.seen
        pair.complete()
        assert column.seen == 23 / len(column.lines) < estimate - 0.05


async def test_scrolling_past_a_beginning_completes_it_and_so_does_the_end() -> None:
    for move in (lambda pair: [pair.scroll_by(20) for _ in range(30)], lambda pair: pair.jump(end=True), lambda pair: pair.scroll_by(900)):
        async with beginning(markdown(20_000)) as (pair, _):
            assert not pair.columns[0].whole
            pair.jump(end=False)
            assert not pair.columns[0].whole, "the beginning is there"
            move(pair)
            column = pair.columns[0]
            assert column.whole and column.top > 200


@pytest.mark.parametrize("text", [markdown(30_000), "\n\n".join([PARAGRAPH] * 400)])
async def test_the_rest_comes_without_moving_what_is_read(text: str) -> None:
    async with beginning(text) as (pair, _):
        column = pair.columns[0]
        pair.scroll_by(2)
        assert not column.whole
        before = rows(pair)[1]
        column.layers["found"], column.gutters[3] = {1: [(0, 2)]}, ("✗", "bad")
        column.take_whole(column.body.lay(0, pair.inner_width, True))
        pair.restyle()
        assert rows(pair)[1] == before and column.layers == {} and column.gutters == {}


async def test_a_beginning_that_was_all_spelling_keeps_the_place_when_the_rest_turns_it_raw() -> None:
    deep = "\n\n" + "> " * 30 + "deep"
    async with beginning("\n\n".join(f"p{n} **b** " + "word " * 30 for n in range(120)) + deep) as (pair, _):
        column = pair.columns[0]
        pair.scroll_by(2)
        assert not column.whole
        word = rows(pair)[1].split("│")[1].split()[-1]
        offset = column.map.line_start(column.top)
        pair.complete()
        pair.restyle()
        assert column.map.line_of(offset) == column.top and word in "".join(rows(pair)[1:3])


# places

VARIED = "\n\n".join(
    f"# Head {n}\n- item {n}\n  - nested with **bold** words {n}\n\n"
    f"| a | b |\n|---|---|\n| {n} one two three four five | six seven eight nine ten |\n\n"
    f"> quote {n} {PARAGRAPH}\n\n```\ncode {n}\n\n{'long ' * 30}\n```\n\n{PARAGRAPH * 3}"
    for n in range(14)
)


@pytest.mark.parametrize("seed", range(3))
async def test_any_sizes_and_views_and_back_end_at_the_same_row(seed: int) -> None:
    rng = random.Random(seed)
    async with shown(VARIED, VARIED.upper()) as (pair, pilot):
        pair.markdown = rng.random() < 0.5
        pair.lay()
        pair.scroll_by(rng.randrange(1, pair.columns[0].limit(22)))
        before = [(c.top, c.anchor) for c in pair.columns]
        where = [c.lines[c.top].source_line for c in pair.columns]
        first = pair.markdown
        for _step in range(10):
            if rng.random() < 0.4:
                pair.markdown = not pair.markdown
                pair.lay()
            await pilot.resize_terminal(rng.randint(1, 160), rng.randint(1, 50))
            await pilot.pause()
            for column, line in zip(pair.columns, where, strict=True):
                at_end = column.top == column.limit(pair.inner_height)
                assert at_end or abs(column.lines[column.top].source_line - line) <= 3
        pair.markdown = first
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        pair.lay()
        assert [(c.top, c.anchor) for c in pair.columns] == before


async def test_a_place_is_kept_through_zoom_and_the_prompt_beside() -> None:
    prompt = ConversationBody([Message("user", VARIED), Message("assistant", "answer"), Message("user", VARIED)])
    async with shown("", "") as (pair, _):
        pair.set_texts(VARIED, VARIED, prompt)
        pair.lay()
        pair.scroll_by(70)
        for panes in ((PROMPT, 1), (0, PROMPT)):
            pair.panes, pair.active = panes, PROMPT
            pair.lay()
            pair.restyle()
            top, text = rows(pair)[0], rows(pair)
            assert " prompt " in top.split("┬")[panes.index(PROMPT)] and "keys scroll here" in top.split("┬")[panes.index(PROMPT)]
            assert not pair.together and pair.scrolled == PROMPT
            pair.scroll_by(5)
            assert rows(pair) != text
        assert [c.top for c in pair.columns] == [70, 70, 10]
        for zoomed in (0, PROMPT, None):
            pair.zoomed = zoomed
            pair.lay()
            pair.restyle()
            assert pair.on_screen == ((zoomed,) if zoomed is not None else (0, PROMPT))
            assert rows(pair)[0].count("┬") == (zoomed is None) and all(cell_len(row) == 80 for row in rows(pair))
        pair.panes = (0, 1)
        pair.lay()
        pair.restyle()
        assert pair.together and [c.top for c in pair.columns] == [70, 70, 10]
        assert prompt.text and pair.columns[PROMPT].seen > 0
        pair.set_texts("a", "b")
        assert len(pair.columns) == 2 and pair.panes == (0, 1) and pair.zoomed is None


async def test_an_offset_is_brought_into_view_in_its_window() -> None:
    text = "".join(f"line {n} needle\n" for n in range(5_000))
    async with beginning(text) as (pair, _):
        laid: list[int] = []
        pair.after_layout = lambda: laid.append(1)
        for number in (0, 30, 150, 2_100, 4_999, 3):
            offset = text.index(f"line {number} needle")
            pair.show_offset(0, offset)
            pair.restyle()
            assert f"│ line {number} needle" in "\n".join(rows(pair))
        assert len(laid) == 3, "marks are put back on every new layout"
        top = pair.columns[0].top
        pair.show_offset(0, offset)
        assert pair.columns[0].top == top, "nothing moves that is in view"


# what is painted


async def test_layers_and_gutters_lie_where_they_are() -> None:
    async with shown(numbered(60), numbered(60)) as (pair, _):
        left, right = pair.columns
        left.layers = {"found": {2: [(0, 4)], 40: [(0, 4)]}, "cursor": {2: [(2, 6)]}}
        left.gutters = {2: ("✗", "bad"), 41: ("!", "bad")}
        pair.restyle()

        def styled(style: str) -> list[tuple[int, str]]:
            look = pair.cell_style(style)
            return [(y, s.text) for y in range(pair.size.height) for s in pair.render_line(y) if s.style == look]

        assert styled("found") == [(3, "li")] and styled("cursor") == [(3, "ne 2")] and styled("bad") == [(3, "✗")]
        assert rows(pair)[3].startswith("│✗line 2 ") and rows(pair)[4].startswith("│ line 3 ")
        pair.scroll_by(30)
        assert styled("found") == [(11, "line")] and styled("cursor") == [] and styled("bad") == [(12, "!")]
        pair.lay()
        pair.restyle()
        assert styled("found") == styled("bad") == [] and right.layers == {}


async def test_without_a_pair_no_key_and_no_click_does_anything() -> None:
    async with shown("a", "b") as (pair, pilot):
        pair.zoomed = 1
        pair.say([[("short", "muted")], [], [("a longer row", "muted")]])
        before = rows(pair)
        middle = [n for n, row in enumerate(before) if "short" in row]
        assert abs(middle[0] - 10) <= 1 and before[middle[0]].index("short") == before[middle[0] + 2].index("a longer")
        pair.lay()
        pair.complete()
        pair.scroll_by(5)
        pair.jump(end=True)
        pair.jump(end=False)
        await pilot.click(PairView, offset=(60, 5))
        assert rows(pair) == before and pair.on_screen == () and pair.pane_at(3) is None


async def test_a_click_means_its_side_where_the_two_are_not_linked() -> None:
    async with shown(numbered(50), numbered(50)) as (pair, pilot):
        await pilot.click(PairView, offset=(60, 5))
        assert pair.active == 0
        pair.linked = False
        for x, side in ((60, 1), (5, 0), (39, 1), (38, 0)):
            await pilot.click(PairView, offset=(x, 5))
            assert pair.active == side and "keys scroll here" in rows(pair)[0].split("┬")[side]


def test_nothing_was_seen_of_what_is_not_laid_out() -> None:
    column = Column(ConversationBody([Message("user", "text")]))
    column.note_seen(20)
    assert column.seen == 0.0 and column.map.line_of(3) == 0


async def test_hundreds_of_rows_down_the_percentage_does_not_round_up_to_the_end() -> None:
    async with shown(numbered(1_000), numbered(1_000)) as (pair, _):
        pair.scroll_by(1_000 - 22 - 1)
        assert " 99 % ▼" in rows(pair)[-1] and pair.columns[0].seen < 1.0
        pair.scroll_by(1)
        assert " 100 % " in rows(pair)[-1] and "▼" not in rows(pair)[-1]


@pytest.mark.parametrize(
    ("between", "note"),
    [(nearly_equal("a b", "a\nb"), ""), (nearly_equal("a", "a"), ""), (nearly_equal("a " * 99, "a " * 88), ""), (TURNS_DIFFER, "12 turns")],
)
async def test_what_is_said_of_both_texts_has_room_at_80_columns(between: str, note: str) -> None:
    async with shown("a b", "a b") as (pair, _):
        pair.between = between
        pair.columns[1].note = note
        pair.restyle()
        found = rows(pair)[0]
        assert between and f"─ {between} ─" in found, found
        assert note in found
