"""What the way to the first frame loads, in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.terminal import ROOT

HEAVY = {"sqlalchemy", "sqlmodel", "alembic", "numpy", "markdown_it", "krippendorff", "rensa", "pydantic", "scipy", "yaml"}
INTERFACE = {"textual", "rich", "typer", "click"}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a statement loads."""
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted({{m.partition('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_app_is_loaded_without_the_database_and_the_parsers() -> None:
    loaded = loaded_by("import prefterm.tui.app, prefterm.tui.screens.label, prefterm.tui.screens.home")
    assert "textual" in loaded
    assert not loaded & HEAVY


def test_the_domain_loads_the_standard_library_alone() -> None:
    names = "prompts, judgments, preferences, presentation, queueing, safe_text, records, guidelines, errors, formats"
    loaded = loaded_by("import prefterm.domain\nfrom prefterm.domain import " + names)
    assert not loaded & (HEAVY | INTERFACE)


@pytest.mark.parametrize("statement", ["import prefterm", "import prefterm.tui", "import prefterm.domain", "import prefterm.__main__"])
def test_faces_load_nothing(statement: str) -> None:
    loaded = loaded_by(statement)
    assert not loaded & (HEAVY | INTERFACE | {"sqlite3", "asyncio"})


def test_the_pure_parts_of_the_app_know_no_textual() -> None:
    loaded = loaded_by(
        "from prefterm.tui import actions, answering, guideline_document, keymap, rendering\nfrom prefterm.tui.reading import bodies, clock, differences, finding, sentences, source_map, stretches"
    )
    assert not loaded & (HEAVY | {"textual"})
