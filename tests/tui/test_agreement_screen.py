"""The agreement screen on real files: what it asks first, what comes when, where keys lead, and that leaving ends the work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prefterm.services.agreement import open_items
from prefterm.services.rounds import close_round
from prefterm.tui import figures_session
from prefterm.tui.app import PrefTermApp
from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.messages import FigureReady
from prefterm.tui.screens.agreement.item import ItemScreen
from prefterm.tui.screens.agreement.overview import OverviewPage
from prefterm.tui.screens.agreement.pair import PairPage
from prefterm.tui.screens.agreement.parts import BreakdownPage
from prefterm.tui.screens.agreement.question import QuestionPage
from prefterm.tui.screens.audit import AuditScreen
from prefterm.tui.screens.dialogs import ListScreen
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.widgets.chrome import Footer, Rows
from prefterm.tui.widgets.lines import Lines
from prefterm.tui.widgets.small import TooSmall
from tests.factories import READING, Projects, labeling, make_round, rows, shown_answer
from tests.tui.figures_desk import done, looking, readers, shown, status
from tests.tui.test_flows import until


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals are not what is looked at here, and take most of the time."""
    real = figures_session._options
    monkeypatch.setattr(figures_session, "_options", lambda scope: replace(real(scope), resamples=50))


# what is shown, and when


async def test_every_part_is_on_the_screen_and_each_page_has_its_own(figures: Path) -> None:
    async with looking(figures, scope=FigureScope(kind="all")) as (app, screen, pilot):
        await done(pilot, screen)
        everything = shown(screen)
        for words in ("555 answers · 7 annotators", "alpha, ordinal", "marks, raw", "ann × ben: kappa", "Not counted: 60 calibration"):
            assert words in everything
        pages = {"b": "AI judges", "t": "W05", "v": "unversioned", "p": "Without dot alpha is", "o": "who agrees"}
        for key, words in pages.items():
            await pilot.press(key)
            assert words in shown(screen), key
        await pilot.press("m")
        assert isinstance(app.screen, ListScreen)
        await pilot.press("escape", "question_mark")
        assert "narrow all figures" in shown(app.screen, "#rows").replace("\n", " ").replace("  ", "") or isinstance(app.screen, ListScreen)


async def test_the_first_frame_waits_for_no_figure_and_parts_come_one_by_one(figures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefterm.services import agreement_figures

    gate, reached = threading.Event(), threading.Event()
    real = agreement_figures.breakdowns

    def held(*arguments: Any) -> Any:
        reached.set()
        gate.wait(10)
        return real(*arguments)

    monkeypatch.setattr(agreement_figures, "breakdowns", held)
    async with looking(figures) as (_, screen, pilot):
        assert "counting …" in shown(screen) and "alpha, ordinal" in shown(screen) and "working out" in status(screen)
        await until(pilot, lambda: reached.is_set() and "coefficients" in screen.found.document)
        await pilot.pause()
        assert "476 answers" in shown(screen) and ".60" in shown(screen) and "working out" in status(screen)
        await pilot.press("b")
        assert "working out …" in shown(screen)
        gate.set()
        await done(pilot, screen)
        assert "dosage" in shown(screen) and "lead" in status(screen)


async def test_leaving_ends_the_work(figures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefterm.services import agreement_figures

    at, go_on, begun = [0], threading.Event(), threading.Event()
    real = agreement_figures.pairs

    def counted(*arguments: Any) -> Iterator[Any]:
        for entry in real(*arguments):
            at[0] += 1
            begun.set()
            go_on.wait(10)
            yield entry

    monkeypatch.setattr(agreement_figures, "pairs", counted)
    async with looking(figures) as (app, screen, pilot):
        await until(pilot, begun.is_set)
        look = screen.look
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        assert look.given_up
        go_on.set()
        await until(pilot, lambda: look not in app.bridge._looks)
        assert at[0] == 1, "the work ended at its next step"
        assert "pairs" not in screen.found.document
    assert readers() == [], "and no thread is left when the app is closed"


async def test_quitting_in_the_middle_leaves_no_thread(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await until(pilot, lambda: screen.found.document)
        await pilot.press("ctrl+q")
    assert readers() == []


async def test_what_comes_late_from_a_look_that_was_given_up_is_not_shown(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        late = screen.bridge.look(screen, "figures", lambda look: None)
        screen.post_message(FigureReady(late, "n_judgments", 99_999))
        await pilot.pause()
        assert "99,999" not in shown(screen)


# narrowing


async def test_enter_narrows_everything_to_a_part_and_back_shows_what_was_there_at_once(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        whole = screen.found
        await pilot.press("b", "right", "enter")
        assert isinstance(screen.page, OverviewPage) and screen.found.scope.tag == "dosage"
        await done(pilot, screen)
        assert screen.found.document["n_items"] == 30 and "tag dosage" in status(screen) and "30 items" in shown(screen)
        await pilot.press("backspace")
        assert screen.found is whole and screen.look is None and "119 items" in shown(screen) and "tag" not in status(screen)
        await pilot.press("backspace")
        assert "Nothing is narrowed." in screen.query_one(Footer).notice
        await pilot.press("b", "right", "enter")
        assert screen.found.scope.round == "import:native"
        await pilot.press("escape")
        assert screen.found is whole, "Esc widens too"


async def test_a_key_turns_from_people_to_judges_and_to_both(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        for words, answers in (("AI judges", 0), ("people and AI judges", 555)):
            await pilot.press("K")
            await done(pilot, screen)
            assert words in status(screen) and screen.found.document["n_judgments"] == answers
        await pilot.press("escape", "escape")
        assert len(screen.scopes) == 1


async def test_what_cannot_be_asked_for_by_itself_says_so(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        await pilot.press("v", "enter")
        assert "cannot be asked for by itself" in screen.query_one(Footer).notice and len(screen.scopes) == 1


async def test_time_narrows_to_what_came_since(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        await pilot.press("t", "end", "up", "enter")
        await done(pilot, screen)
        assert screen.found.scope.since == "2026-04-20" and 0 < screen.found.document["n_items"] < 30


async def test_anew_works_everything_out_again(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        before = screen.found
        await pilot.press("r")
        assert screen.found is not before
        await done(pilot, screen)
        assert screen.found.document == before.document


# two people


async def test_a_pair_its_cells_its_items_and_the_texts(figures: Path) -> None:
    async with looking(figures) as (app, screen, pilot):
        await done(pilot, screen)
        await pilot.press("down", "down", "down", "left", "enter")
        page = screen.page
        assert isinstance(page, PairPage) and page.name == "ann × dot", "the cell of dot and ann, whichever is first"
        await until(pilot, lambda: page.items)
        await pilot.pause()
        counts = page.table["counts"]
        parted = sum(n for i, row in enumerate(counts) for j, n in enumerate(row) if (i > 3) - (i < 3) != (j > 3) - (j < 3))
        assert f"{parted} items on which they part" in shown(screen)
        await pilot.press("end")
        for _ in range(5):
            await pilot.pause()
            await pilot.press("end")
        await until(pilot, lambda: len(page.items) == parted)
        await pilot.press("right", "right", "right", "right", "right", "enter")
        await until(pilot, lambda: page.cell is not None and page.look is None)
        await pilot.pause()
        assert page.cell == (0, 5) and all((i.a.strength, i.b.strength) == (3, -2) for i in page.items)
        await pilot.press("escape")
        assert page.cell is None and screen.page is page
        await until(pilot, lambda: page.items)
        await pilot.press("tab", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ItemScreen) and app.screen.query("PairView").first().columns)
        item = app.screen
        assert "2 of" in status(item) and page.items[1].comparison in status(item)
        painted = "\n".join("".join(s.text for s in strip) for strip in item.query_one("#pair", Lines)._rows)
        assert "first" in painted and "The first of" in painted and "dot" in shown(item, "#answers")
        await pilot.press("n", "p", "r")
        assert isinstance(app.screen, ListScreen)
        await pilot.press("escape", "escape", "escape")
        assert app.screen is screen and page.marked == 2, "the list is where the reading ended"
        await pilot.press("escape", "escape")
        assert isinstance(screen.page, OverviewPage)


async def test_a_project_without_answers_says_so_once(project: Projects) -> None:
    lead = project(items=3)
    async with looking(lead.database.path) as (_, screen, pilot):
        await done(pilot, screen)
        said = " ".join(shown(screen).split())
        assert "No item here has two answers that count" in said and "undefined" not in said
        await pilot.press("down", "left", "enter")
        assert "no pair to open" in screen.query_one(Footer).notice


async def test_too_few_items_in_common_are_no_pair(project: Projects) -> None:
    lead = in_an_open_round(project)
    close_round(lead, "r")
    async with looking(lead.database.path) as (_, screen, pilot):
        await done(pilot, screen)
        assert "No two people share 20 items" in " ".join(shown(screen).split()) and "No interval" in shown(screen)


# who may see what, and what is written down


def in_an_open_round(project: Projects) -> Any:
    lead = project(items=4)
    make_round(lead, overlap=2)
    for person in ("ann", "bob"):
        work = labeling(lead, person)
        for strength in (1, -2, 3):
            served = work.claim()
            assert served is not None
            work.submit(served.assignment, served.judgment_uuid, shown_answer(strength), READING)
    return lead


REVEALS = "SELECT COUNT(*) AS n FROM reveal"


@pytest.mark.parametrize("key", ["enter", "y"])
async def test_a_look_that_would_be_written_down_is_asked_about_first(project: Projects, key: str) -> None:
    lead = in_an_open_round(project)
    count = open_items(lead)
    assert count in (3, 4)
    async with looking(lead.database.path) as (_, screen, pilot):
        await done(pilot, screen)
        assert isinstance(screen.page, QuestionPage) and rows(lead, REVEALS) == [{"n": 0}]
        assert f"{count} items" in shown(screen) and "written down" in " ".join(shown(screen).split())
        await pilot.press("b")
        assert isinstance(screen.page, QuestionPage)
        assert [key for key, _ in screen.query_one(Footer).keys] == ["⏎", "y", "?", "Esc"]
        await pilot.press(key)
        await until(pilot, lambda: screen.found.done)
        assert rows(lead, REVEALS) == [{"n": count if key == "y" else 0}]
        assert open_items(lead) == (0 if key == "y" else count)
        assert (screen.found.document["n_items"] > 0) == (key == "y")
        assert (f"{count} items could still be served to you" in " ".join(shown(screen).split())) == (key == "enter")
        assert (("y", "all") in screen.query_one(Footer).keys) == (key == "enter")
        if key == "enter":
            await pilot.press("y")
            await until(pilot, lambda: isinstance(screen.page, QuestionPage))
            await pilot.press("y")
            await until(pilot, lambda: screen.found.done)
            assert rows(lead, REVEALS) == [{"n": count}]


async def test_leaving_the_question_looks_at_nothing(project: Projects) -> None:
    lead = in_an_open_round(project)
    async with looking(lead.database.path) as (app, screen, pilot):
        await done(pilot, screen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
    assert rows(lead, REVEALS) == [{"n": 0}]


async def test_who_asked_to_be_blind_is_asked_nothing(project: Projects) -> None:
    lead = in_an_open_round(project)
    async with looking(lead.database.path, scope=FigureScope(blind=True)) as (_, screen, pilot):
        await until(pilot, lambda: screen.found.done)
        assert screen.found.document["n_items"] == 0 and rows(lead, REVEALS) == [{"n": 0}]
        assert "Left out, for you can still be served them" in shown(screen)


async def test_an_adjudicator_sees_figures_without_names(figures: Path) -> None:
    async with looking(figures, "sen") as (app, screen, pilot):
        await done(pilot, screen)
        assert "annotator " in shown(screen) and not any(name in shown(screen) for name in ("ann ", "ben", "dot"))
        await pilot.press("p")
        await pilot.pause()
        assert "numbers people otherwise" in " ".join(shown(screen).split())
        await pilot.press("enter")
        assert app.screen is screen and "for those who see names" in screen.query_one(Footer).notice


async def test_an_annotator_sees_their_own_closed_rounds_and_no_items_of_others(figures: Path) -> None:
    async with looking(figures, "ann") as (app, screen, pilot):
        await done(pilot, screen)
        assert "you" in shown(screen).split() and "ben" not in shown(screen)
        await pilot.press("enter")
        assert "settle disagreements" in shown(screen)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AuditScreen) and app.screen.failed)
        assert "ann is annotator" in shown(app.screen, "#list")


async def test_a_read_that_fails_is_said_in_a_sentence(figures: Path) -> None:
    async with looking(figures, scope=FigureScope(round="nowhere")) as (_, screen, pilot):
        await done(pilot, screen)
        assert "no round 'nowhere'" in shown(screen) and screen.look is None
        await pilot.press("b", "t", "v", "p", "enter", "o")
        assert "no round 'nowhere'" in shown(screen)


async def test_somebody_unknown_ends_the_app(figures: Path) -> None:
    app = PrefTermApp(figures, "nobody", "agreement")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.return_code == 4)
    app.bridge.close()


# sizes and mouse


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50), (200, 60)])
async def test_no_page_is_wider_than_the_terminal_and_the_mark_is_in_view(figures: Path, size: tuple[int, int]) -> None:
    from rich.cells import cell_len

    async with looking(figures, scope=FigureScope(kind="all"), size=size) as (_, screen, pilot):
        await done(pilot, screen)
        for keys in (("down",) * 5, ("b",), ("t", "end"), ("v",), ("p", "end"), ("o", "enter"), ("tab", "down")):
            await pilot.press(*keys)
            await pilot.pause()
            body = screen.query_one("#body", Rows)
            assert all(cell_len("".join(t for t, _ in line)) <= size[0] for line in body.lines)
            if screen.page.row is not None:
                assert body.top <= screen.page.row < body.top + body.size.height, keys


async def test_too_small_a_terminal_says_so_and_comes_back(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        await pilot.resize_terminal(30, 6)
        await pilot.pause()
        assert screen.query_one(TooSmall).display
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not screen.query_one(TooSmall).display and "alpha, ordinal" in shown(screen)


async def test_a_click_marks_a_part_and_a_second_one_opens_it(figures: Path) -> None:
    async with looking(figures) as (_, screen, pilot):
        await done(pilot, screen)
        await pilot.press("b")
        page = screen.page
        assert isinstance(page, BreakdownPage)
        row = next(row for row, target in page.targets.items() if target == 1)
        await pilot.click("#body", offset=(10, row))
        assert page.marked == 1 and len(screen.scopes) == 1
        await pilot.click("#body", offset=(10, row))
        assert len(screen.scopes) == 2
