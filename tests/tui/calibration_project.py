"""The project behind the tests of calibration on the screen: work, golds, and rounds that ask for them."""

from __future__ import annotations

from pathlib import Path

from prefterm.services.access import open_project
from prefterm.services.calibrating import waiting_feedback
from prefterm.services.importing import import_files
from prefterm.services.rounds import find_round
from tests.factories import comparison, make_project, make_round, no_newcomers, write_jsonl

__all__ = ["GOLDS", "build", "waits"]

GOLDS = 12
"""Settled comparisons `c1000` and on: the canonical first response is clearly better."""


def build(folder: Path, guideline: Path) -> Path:
    """Rounds `w` (work, with hidden golds as often as there can be) and `q` (three items of qualification before that), for `ann`."""
    lead = make_project(folder, 12, ("ann", "bob"), guideline=guideline)
    golds = [comparison(n) for n in range(1000, 1000 + GOLDS)]
    answers = [
        {"comparison": r["id"], "strength": 2, "reason": f"the reason for {r['id']}", "sections": ["length"], "settled_by": "unanimous"}
        for r in golds
    ]
    import_files(lead, [write_jsonl(folder / "settled.jsonl", golds), write_jsonl(folder / "gold.jsonl", answers)])
    make_round(lead, "w", calibration=0.5)
    make_round(lead, "q", qualification=3, calibration=0.5)
    lead.database.close()
    no_newcomers(lead.database.path)
    return lead.database.path


def waits(path: Path, round_name: str = "w") -> int:
    """Checks that `ann` may look at."""
    me = open_project(path, "ann")
    found = waiting_feedback(me, find_round(me, round_name))
    me.database.close()
    return found
