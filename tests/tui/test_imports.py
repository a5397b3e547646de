"""What the way to the first frame loads, in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.factories import Projects, make_round
from tests.terminal import ROOT

HEAVY = {"sqlalchemy", "sqlmodel", "alembic", "numpy", "markdown_it", "krippendorff", "rensa", "pydantic", "scipy", "yaml"}
INTERFACE = {"textual", "rich", "typer", "click"}


def modules_of(statement: str) -> set[str]:
    """The modules that a statement loads, by their full names."""
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a statement loads."""
    return {name.partition(".")[0] for name in modules_of(statement)}


def test_the_app_is_loaded_without_the_database_and_the_parsers() -> None:
    figures = "prefterm.tui.screens.agreement, prefterm.tui.screens.audit"
    loaded = loaded_by(f"import prefterm.tui.app, prefterm.tui.screens.label, prefterm.tui.screens.home, {figures}")
    assert "textual" in loaded
    assert not loaded & (HEAVY | {"sqlite3", "typer"})


def test_the_first_frame_needs_no_parser() -> None:
    loaded = modules_of("import prefterm.tui.app")
    assert not {name for name in loaded if name.startswith(("prefterm.domain.guidelines.", "prefterm.tui.layout."))} - {
        # What the label screen names at its top.
        "prefterm.domain.guidelines.likeness",
        "prefterm.domain.guidelines.model",
        "prefterm.tui.layout.wrapping",
    }
    assert not loaded & {"prefterm.domain.records", "prefterm.domain.plain_yaml"}


def test_a_pair_is_claimed_without_what_declares_the_schema(project: Projects) -> None:
    """What the way from the first frame to the first pair needs of the libraries is SQLAlchemy's Core and YAML."""
    lead = project()
    make_round(lead)
    loaded = loaded_by(
        "from pathlib import Path\nfrom prefterm.tui.session import Session\n"
        f"session = Session(Path({str(lead.database.path)!r}), 'ann')\n"
        "session.enter_round(None)\nassert session.claim().served.responses\nsession.leave()"
    )
    assert {"sqlalchemy", "yaml"} <= loaded
    assert not loaded & (HEAVY - {"sqlalchemy", "yaml"})


def test_the_domain_loads_the_standard_library_alone() -> None:
    names = "prompts, judgments, preferences, presentation, queueing, safe_text, records, guidelines, errors, formats"
    loaded = loaded_by("import prefterm.domain\nfrom prefterm.domain import " + names)
    assert not loaded & (HEAVY | INTERFACE)


@pytest.mark.parametrize("statement", ["import prefterm", "import prefterm.tui", "import prefterm.domain", "import prefterm.__main__"])
def test_faces_load_nothing(statement: str) -> None:
    loaded = loaded_by(statement)
    assert not loaded & (HEAVY | INTERFACE | {"sqlite3", "asyncio"})


def test_the_pure_parts_of_the_app_know_no_textual() -> None:
    app = "actions, answering, attempts, audit_rows, calibration_rows, feedback_rows, figure_scope, guideline_document, keymap, rendering"
    rows = "home_rows, own_answer_rows, prompt_rows, told_rows"
    reading = "bodies, clock, column, differences, facts, finding, line_alignment, sentences, source_map, stretches"
    figures = "coefficients, figures, heat_map, listing, overview, pair, parts, people"
    statements = (("", f"{app}, {rows}"), (".reading", reading), (".agreement_rows", figures))
    loaded = loaded_by("\n".join(f"from prefterm.tui{package} import {names}" for package, names in statements))
    assert not loaded & (HEAVY | {"textual"})


def test_a_pair_of_plain_work_loads_nothing_of_calibration() -> None:
    loaded = modules_of("import prefterm.services.labeling, prefterm.services.status")
    assert "prefterm.services.revising" in loaded
    assert not {
        m for m in loaded if m.startswith(("prefterm.services.", "prefterm.stats")) and m.endswith(("calibrating", "choice", "items"))
    }
