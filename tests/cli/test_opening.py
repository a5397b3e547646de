"""The command lines that are understood without typer mean the same as with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.__main__ import main
from prefterm.cli.main import app
from prefterm.cli.opening import opening_of
from prefterm.cli.options import Globals
from prefterm.tui.figure_scope import FigureScope
from tests.tui.test_imports import HEAVY, INTERFACE, loaded_by

WORDS = (
    "label",
    "--db",
    "--as",
    "--low-bandwidth",
    "--round",
    "--session",
    "ann",
    "a b.db",
    "",
    "-",
    "--",
    "-x",
    "--help",
    "--as=ann",
    "--round=r",
    "--ro",
)
ABOUT_FIGURES = (
    "--tui",
    "--tui",
    "--round",
    "--kind",
    "--count",
    "--annotators",
    "--annotator",
    "--since",
    "--blind",
    "judge",
    "all",
    "r",
    "a,b",
    ",",
    "",
    "--json",
    "--tag=x",
)
"""What stands behind `agreement` or `audit`."""


@pytest.fixture(scope="module")
def opened() -> Iterator[list[tuple[object, ...]]]:
    """What the app would be opened with."""
    calls: list[tuple[object, ...]] = []

    def run_app(
        self: Globals, start: str, round_name: str | None = None, path: Path | None = None, *, scope: FigureScope | None = None
    ) -> int:
        calls.append((self, start, round_name, scope))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Globals, "run_app", run_app)
        yield calls


def by_typer(arguments: list[str]) -> int:
    try:
        with typer.main.get_command(app).make_context("prefterm", list(arguments)) as context:
            context.command.invoke(context)
    except typer.Exit as stop:
        return int(stop.exit_code)
    return 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=8)
    | st.tuples(st.sampled_from(("agreement", "audit")), st.lists(st.sampled_from(ABOUT_FIGURES), max_size=6)).map(lambda w: [w[0], *w[1]])
)
def test_what_is_understood_is_what_typer_understands(opened: list[tuple[object, ...]], arguments: list[str]) -> None:
    found = opening_of(arguments)
    opened.clear()
    if found is not None:
        assert by_typer(arguments) == 0
        assert opened == [tuple(found)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], (Globals(), "home", None, None)),
        (["label"], (Globals(), "label", None, None)),
        (["--as", "label", "--db", "x y.db"], (Globals("x y.db", "label"), "home", None, None)),
        (["--low-bandwidth", "--as", "ann", "label", "--round", "pilot"], (Globals(None, "ann", True), "label", "pilot", None)),
        (["agreement", "--tui"], (Globals(), "agreement", None, FigureScope())),
        (["audit", "--tui", "--annotator", "ann"], (Globals(), "audit", None, FigureScope(annotators=("ann",)))),
        (
            ["--as", "lea", "agreement", "--round", "r", "--kind", "all", "--tui", "--annotators", "a,b", "--blind", "--count", "all"],
            (Globals(None, "lea"), "agreement", None, FigureScope("r", annotators=("a", "b"), kind="all", count_all=True, blind=True)),
        ),
        (["label", "--session", "dosage"], (Globals(), "session", "dosage", None)),
    ],
    ids=repr,
)
def test_the_ways_in(opened: list[tuple[object, ...]], arguments: list[str], expected: tuple[object, ...]) -> None:
    opened.clear()
    assert main(arguments) == 0
    assert opened == [expected]
    opened.clear()
    assert by_typer(arguments) == 0
    assert opened == [expected]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as"],
        ["--as", ""],
        ["--as", "-x"],
        ["--as=ann"],
        ["--as", "a", "--as", "b"],
        ["label", "x"],
        ["label", "--as", "a"],
        ["--round", "r"],
        ["agreement"],
        ["agreement", "--tui", "--json"],
        ["audit"],
        ["audit", "--tui", "--tag", "x"],
        ["agreement", "--tui", "--kind", "cats"],
        ["agreement", "--tui", "--annotators", ","],
        ["label", "--round", "r", "--session", "s"],
    ],
    ids=" ".join,
)
def test_everything_else_is_left_to_typer(arguments: list[str]) -> None:
    assert opening_of(arguments) is None


def test_the_way_into_the_app_loads_no_typer() -> None:
    loaded = loaded_by("from prefterm.__main__ import main\nmain(['--as', 'ann', 'label'])\nmain(['agreement', '--tui'])")
    assert "prefterm" in loaded
    assert not loaded & (HEAVY | INTERFACE)
