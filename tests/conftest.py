"""What the tests share: real projects in real files."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# `tests.…` must be importable however pytest is started.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.factories import Projects, make_round

# What the tester has set, and what the tests choose, are none of each other's.
_OWN = tempfile.TemporaryDirectory(prefix="prefterm-tests-")
for _kind in ("CONFIG", "STATE", "DATA"):
    os.environ[f"XDG_{_kind}_HOME"] = f"{_OWN.name}/{_kind.lower()}"

# How fast examples are made says something about the machine and nothing about the program.
settings.register_profile("prefterm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("prefterm")


@pytest.fixture
def project(tmp_path: Path) -> Projects:
    """`project(items, people)` makes a project of `lead` with that many comparisons and annotators, and a guideline."""
    return Projects(tmp_path)


@pytest.fixture
def round_in() -> Callable[..., str]:
    """`round_in(project, name, **options)` opens a round and gives its name."""
    return make_round
