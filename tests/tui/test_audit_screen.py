"""The audit screen on real files: alarms first, the marked person in full, who may look, and that leaving ends the work."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.screens.agreement import AgreementScreen
from prefterm.tui.screens.audit import AuditScreen
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.widgets.chrome import Footer, Rows
from tests.factories import Projects, make_round
from tests.tui.figures_desk import done, looking, readers, shown, status
from tests.tui.test_agreement_screen import few_resamples
from tests.tui.test_flows import until

__all__ = ["few_resamples"]


async def test_alarms_come_first_and_the_marked_person_is_told_in_full(figures: Path) -> None:
    async with looking(figures, start="audit", size=(80, 24)) as (_, screen, pilot):
        assert "making the audits" in shown(screen, "#list")
        await until(pilot, lambda: screen.people)
        await pilot.pause()
        people = shown(screen, "#list").split("\n")
        assert "E from 420 on (7 people)" in people[0] and people[3].split()[:2] == ["▸", "dot"] and "▲2" in people[3]
        detail = shown(screen, "#detail")
        assert "chooses the left side" in detail and "The order of the responses" in detail
        await pilot.press("space", "space")
        assert screen.query_one("#detail", Rows).top > 0
        await pilot.press("down")
        assert "▸ ann" in shown(screen, "#list") and screen.query_one("#detail", Rows).top == 0 and "2 of 7" in status(screen)
        await pilot.press("end")
        assert "(AI)" in next(row for row in shown(screen, "#list").split("\n") if "▸" in row)


async def test_a_round_and_a_person_can_be_named(figures: Path) -> None:
    scope = FigureScope("import:native", annotators=("cyd",))
    async with looking(figures, scope=scope, start="audit") as (_, screen, pilot):
        await until(pilot, lambda: screen.people)
        await pilot.pause()
        assert "▸ cyd" in shown(screen, "#list") and "round import:native" in status(screen)
        await pilot.press("r")
        await until(pilot, lambda: screen.people)
        assert screen.people[screen.marked]["annotator"] == "cyd", "anew, at the same person"


async def test_somebody_of_whom_nothing_can_be_said_is_named(figures: Path) -> None:
    async with looking(figures, scope=FigureScope(annotators=("zoe",)), start="audit") as (_, screen, pilot):
        await until(pilot, lambda: screen.people)
        assert "nothing to be said of zoe" in screen.query_one(Footer).notice


async def test_leaving_ends_the_work(figures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefterm.store import audit_pages

    reached, gate = threading.Event(), threading.Event()
    real = audit_pages.skips

    def held(*arguments: Any) -> Any:
        reached.set()
        gate.wait(10)
        return real(*arguments)

    monkeypatch.setattr(audit_pages, "skips", held)
    async with looking(figures, start="audit") as (app, screen, pilot):
        await until(pilot, reached.is_set)
        look = screen.look
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        gate.set()
        await until(pilot, lambda: look not in app.bridge._looks)
        assert look.given_up and not screen.document
    assert readers() == []


async def test_annotators_are_told_that_it_is_not_for_them(figures: Path) -> None:
    async with looking(figures, "ann", start="audit") as (_, screen, pilot):
        await until(pilot, lambda: screen.failed)
        await pilot.pause()
        assert "ann is annotator: this is for admin or adjudicator" in shown(screen, "#list")
        await pilot.press("down", "space", "end")


async def test_a_project_without_answers_says_so(project: Projects) -> None:
    lead = project(items=1)
    async with looking(lead.database.path, start="audit") as (_, screen, pilot):
        await until(pilot, lambda: screen.document)
        await pilot.pause()
        assert "Nobody has answered yet" in shown(screen, "#list") and "no item has all of its answers" in shown(screen, "#detail")


async def test_the_audit_of_a_person_opens_from_the_figures(figures: Path) -> None:
    async with looking(figures) as (app, screen, pilot):
        await done(pilot, screen)
        await pilot.press("p")
        await until(pilot, lambda: "chooses the left side" in " ".join(shown(screen).split()))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, AuditScreen) and app.screen.people)
        await pilot.pause()
        assert "▸ ann" in shown(app.screen, "#list")
        await pilot.press("escape")
        assert app.screen is screen


async def test_home_leads_to_both_for_those_who_may_see_them(project: Projects) -> None:
    lead = project(items=2)
    make_round(lead)
    for name, keys in (("lead", True), ("ann", False)):
        from prefterm.tui.app import PrefTermApp

        app = PrefTermApp(lead.database.path, name, "home")
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda app=app: isinstance(app.screen, HomeScreen) and app.screen.summary)
            home = app.screen
            assert (("A", "agreement") in home.query_one(Footer).keys) == keys
            await pilot.press("A")
            if not keys:
                assert app.screen is home
                continue
            await until(pilot, lambda app=app: isinstance(app.screen, AgreementScreen))
            figures = app.screen
            await done(pilot, figures)
            assert "round r" in status(figures)
            await pilot.press("escape")
            assert len(figures.scopes) == 1 and "round" not in status(figures), "the round is a narrowing"
            await pilot.press("escape", "u")
            await until(pilot, lambda app=app: isinstance(app.screen, AuditScreen) and app.screen.document)
            await pilot.press("escape")
            assert app.screen is home
        app.bridge.close()
