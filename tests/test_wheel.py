"""The wheel carries the samples and guidelines, and `demo` runs from it outside the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_what_the_demo_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert sum(n.startswith("prefterm/_data/sample_data/comparisons/") for n in names) >= 6
    assert sum(n.startswith("prefterm/_data/guidelines/") for n in names) >= 2
    assert "prefterm/tui/screens/label/label.tcss" in names
    assert any(re.fullmatch(r"prefterm/store/migrations/versions/0001_\w+\.py", n) for n in names)
    assert not any(n.startswith(("tests/", "docs/")) for n in names)


def test_demo_runs_from_the_wheel_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    env = {**os.environ, "PYTHONPATH": str(place), "PREFTERM_DEMO_DIR": str(tmp_path / "demo")}
    where = [sys.executable, "-c", "import prefterm; print(prefterm.__file__)"]
    found = subprocess.run(where, env=env, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(place)
    run = [sys.executable, "-m", "prefterm"]
    built = subprocess.run([*run, "demo", "--no-open"], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    database = built.stdout.strip()
    told = subprocess.run([*run, "--db", database, "status", "--json"], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    rounds = {r["round"]: r for r in json.loads(told.stdout)["rounds"]}
    assert rounds["assistants"]["items"] >= 50 and rounds["medicines"]["items"] >= 20
    assert sum(a["done"] for a in rounds["medicines"]["annotators"]) >= 10
