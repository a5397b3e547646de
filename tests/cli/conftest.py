"""A folder of one's own for every command line, and a small project made once."""

import json
import shutil
from pathlib import Path

import pytest

from prefterm.__main__ import main

MEDICINES = Path(__file__).parents[2] / "guidelines" / "medicines.md"


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PREFTERM_DB", "PREFTERM_LOW_BANDWIDTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFTERM_ANNOTATOR", "lead")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PREFTERM_DEMO_DIR", str(tmp_path / "demo"))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    lines = [{"id": f"c{n}", "prompt": f"Q {n}?", "responses": [{"text": "yes"}, {"text": "no"}], "tags": ["t"]} for n in range(6)]
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    return tmp_path / "pairs.jsonl"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that wants a project leaves it for the others."""
    return tmp_path_factory.mktemp("template") / "prefterm.db"


@pytest.fixture
def project(pairs: Path, template: Path) -> Path:
    """A project with six comparisons, one person beside the lead, and an open round; the database's path."""
    path = pairs.parent / "prefterm.db"
    if not template.exists():
        for arguments in (
            ["init", "--guideline", str(MEDICINES)], ["import", str(pairs)], ["annotator", "add", "bob"],
            ["round", "open", "r", "--guideline", "medicines", "--calibration", "0", "--qualification", "0"],
        ):  # fmt: skip
            assert main(arguments) == 0
        shutil.copy2(path, template)
    shutil.copy2(template, path)
    return path
