"""What the tests of the app share: databases to open it on, built once and copied."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.factories import GUIDELINE, ROOT, make_project, make_round, no_newcomers

# What a run that is written down asserts is to be shown as in a test.
pytest.register_assert_rewrite("tests.tui.recorded")

Query = Callable[..., list[dict[str, Any]]]


def query(path: Path, sql: str, *values: Any) -> list[dict[str, Any]]:
    """What a query finds, read beside the app while it runs."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(r) for r in connection.execute(sql, values).fetchall()]


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as `prefterm demo --no-open` builds it, for `lea`; not to be changed."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "prefterm", "--as", "lea", "demo", "--no-open"]
    environment = {**os.environ, "PREFTERM_DEMO_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True)
    no_newcomers(Path(done.stdout.strip()))
    return Path(done.stdout.strip())


@pytest.fixture
def demo(built_demo: Path, tmp_path: Path) -> Path:
    """A demo of one's own; `lea` is its admin."""
    return Path(shutil.copy(built_demo, tmp_path / "demo.db"))


@pytest.fixture(scope="session")
def built_figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people and an AI judge on 120 imported items (see `figures_project`); not to be changed."""
    from tests.tui.figures_project import build

    return build(tmp_path_factory.mktemp("figures"))


@pytest.fixture
def figures(built_figures: Path, tmp_path: Path) -> Path:
    """A copy of it; `lead` is its admin, `sen` an adjudicator, `ann` one of the six."""
    return Path(shutil.copy(built_figures, tmp_path / "figures.db"))


@pytest.fixture(scope="session")
def easy_guideline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample guideline without the rule that a tie needs a reason."""
    text = GUIDELINE.read_text(encoding="utf-8").replace("require_rationale: on_tie", "require_rationale: never")
    path = tmp_path_factory.mktemp("guideline") / "helpfulness.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def built_small(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    """Twelve small pairs and an open round `r` for `ann` and `bob`; no answer needs a reason. Not to be changed."""
    lead = make_project(tmp_path_factory.mktemp("small"), items=12, people=("ann", "bob"), guideline=easy_guideline)
    make_round(lead)
    lead.database.close()
    no_newcomers(lead.database.path)
    return lead.database.path


@pytest.fixture
def small(built_small: Path, tmp_path: Path) -> Path:
    """A small project of one's own: `ann` and `bob` label 12 pairs in round `r`."""
    return Path(shutil.copy(built_small, tmp_path / "small.db"))
