"""Forty items and more, labelled by keys alone in a real terminal of 80 × 24 with every feature of the label screen.

The script stands in `forty_answering`, `forty_checking` and `forty_passing`, the items in `forty_items`. Afterwards the database holds
what was typed, and nothing else, and the exports say the same.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from prefterm.services.access import open_project
from prefterm.services.exporting import ExportOptions, export
from prefterm.services.raw_transfer import export_raw
from prefterm.tui.actions import LABEL_ACTIONS
from prefterm.tui.settings import load_settings
from tests.factories import event_problems
from tests.tui.conftest import query
from tests.tui.forty_answering import ANSWERING, EITHER, SURE
from tests.tui.forty_checking import CHECKING
from tests.tui.forty_items import TEXTS, build
from tests.tui.forty_passing import PASSING
from tests.tui.recorded import Run, as_text, canonical_record
from tests.tui.recorded_steps import Flagged, Said, Skipped, Submitted, Withdrawn, k

HOME = "── your rounds"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A project of its own, and nobody who has labelled in it."""
    settings = {"PREFTERM_SETTINGS": str(tmp_path / "settings.toml")}
    return Run(build(tmp_path), tmp_path / "transcript.txt", settings, TEXTS)


def test_every_feature_on_forty_items(run: Run, tmp_path: Path) -> None:
    try:
        play_all(run)
    except AssertionError:
        print(run.transcript.read_text(encoding="utf-8"))
        raise
    finally:
        run.terminal.kill()
    shown_off = {action.id for action in LABEL_ACTIONS for step in run.pressed if step.does == action.id and step.names & {*action.keys}}
    assert shown_off == {action.id for action in LABEL_ACTIONS}
    chosen = load_settings("ann", run.environment)
    assert (chosen.theme, chosen.submit_on_choice) == ("prefterm-light", False)
    check_tables(run)
    check_raw_export(run, tmp_path)
    check_reward_export(run, tmp_path)


def play_all(run: Run) -> None:
    """The three rounds, from the welcome to the end of the sitting."""
    run.start()
    run.step(k("", "Welcome, ann"), "home")
    run.step(k("enter", "Before your first pair"), "home")
    run.step(k("enter", "e1: why"), "welcome")
    run.play("either", EITHER)
    run.step(k("escape", HOME), "home")
    run.step(k("down down enter", "┌─ left "), "home")
    run.play("balance", (*ANSWERING, *CHECKING, *PASSING))
    run.step(k("escape", HOME), "home")
    run.step(k("up enter", "┌─ left "), "home")
    run.play("sure", SURE)
    run.step(k("ctrl+q"), "the end")
    assert run.terminal.wait() == 0
    run.check_copies()


def stored(run: Run) -> list[tuple[str, str, Submitted | Withdrawn]]:
    """(round, item, revision) in the order of writing."""
    return [(r, key, e) for r, key, e in run.ledger if isinstance(e, Submitted | Withdrawn)]


def in_force(run: Run) -> dict[str, Said]:
    """What is said of each item in the end."""
    last = {key: e for _, key, e in stored(run)}
    return {key: e.said for key, e in last.items() if isinstance(e, Submitted)}


def check_tables(run: Run) -> None:
    """Each table holds what the run wrote, and no row more."""
    assert len(in_force(run)) >= 40
    for round_name, key in {(r, key) for r, key, _ in stored(run)}:
        run.check_item(round_name, key)
    judged = query(run.path, "SELECT r.name, c.key, j.status FROM judgment j JOIN comparison c ON c.id = j.comparison_id"
                   " JOIN assignment a ON a.id = j.assignment_id JOIN round r ON r.id = a.round_id ORDER BY j.id")  # fmt: skip
    assert [tuple(j.values()) for j in judged] == [
        (r, key, "submitted" if isinstance(e, Submitted) else "withdrawn") for r, key, e in stored(run)
    ]
    skips = query(run.path, "SELECT c.key, s.reason, s.note FROM skip s JOIN assignment a ON a.id = s.assignment_id"
                  " JOIN comparison c ON c.id = a.comparison_id WHERE a.state = 'skipped' ORDER BY s.id")  # fmt: skip
    assert [tuple(s.values()) for s in skips] == [(key, e.reason, e.note) for _, key, e in run.ledger if isinstance(e, Skipped)]
    flags = query(run.path, "SELECT c.key, f.reason, f.note, r.name FROM flag f JOIN comparison c ON c.id = f.comparison_id"
                  " JOIN round r ON r.id = f.round_id ORDER BY f.id")  # fmt: skip
    assert [tuple(f.values()) for f in flags] == [(key, e.reason, e.note, r) for r, key, e in run.ledger if isinstance(e, Flagged)]
    assert [h["key"] for h in query(run.path, "SELECT key FROM comparison WHERE hidden")] == ["private"]
    states = Counter(a["state"] for a in query(run.path, "SELECT state FROM assignment"))
    assert states == {"answered": len(in_force(run)), "skipped": len(skips)}
    assert query(run.path, "SELECT 1 FROM assignment WHERE painted_at IS NULL") == []
    for table in ("draft", "reveal", "gold"):
        assert query(run.path, f"SELECT * FROM {table}") == [], table
    counts = {"preference": 0, "response_score": 0, "judgment_citation": 0, "judgment_passage": 0}
    said: dict[str, Said] = {}
    for _, key, effect in stored(run):
        said[key] = effect.said if isinstance(effect, Submitted) else said[key]
        counts["preference"] += 1 + len(said[key].dimensions)
        counts["response_score"] += 0 if said[key].bad is None else 2
        counts["judgment_citation"] += len(said[key].sections)
        counts["judgment_passage"] += len(said[key].marks)
    assert {table: query(run.path, f"SELECT COUNT(*) AS n FROM {table}")[0]["n"] for table in counts} == counts
    assert query(run.path, "SELECT 1 FROM sitting WHERE ended_at IS NULL") == []
    project = open_project(run.path, "lead")
    assert event_problems(project.database) == []
    events = Counter(e["kind"] for e in query(run.path, "SELECT kind FROM event"))
    assert events["judgment.submitted"] == sum(isinstance(e, Submitted) for _, _, e in stored(run))
    assert events["judgment.withdrawn"] == sum(isinstance(e, Withdrawn) for _, _, e in stored(run))
    assert (events["item.skipped"], events["item.flagged"]) == (len(skips), len(flags))


def orders(run: Run) -> dict[str, list[int]]:
    """The presented order of each item that was answered or skipped."""
    found = query(run.path, "SELECT c.key, a.presented_order FROM assignment a JOIN comparison c ON c.id = a.comparison_id")
    return {f["key"]: json.loads(f["presented_order"]) for f in found}


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def check_raw_export(run: Run, folder: Path) -> None:
    """`export raw` says of each revision what was said."""
    export_raw(open_project(run.path, "lead"), folder / "raw.jsonl")
    records = lines_of(folder / "raw.jsonl")
    names = {r["uuid"]: r["id"] for r in records if r["type"] == "comparison"}
    judgments: dict[tuple[str, int], dict[str, Any]] = {
        (names[j["comparison"]], j["revision"]): j for j in records if j["type"] == "judgment"
    }
    assert len(judgments) == len(stored(run))
    said: dict[str, Said] = {}
    revision: Counter[str] = Counter()
    for _, key, effect in stored(run):
        revision[key] += 1
        said[key] = effect.said if isinstance(effect, Submitted) else said[key]
        found, order = judgments[key, revision[key]], orders(run)[key]
        wanted = canonical_record(said[key], order)
        answer = ("strength", "tie", "dimensions", "acceptable", "confidence", "sections", "reasons")
        assert {name: found[name] for name in answer if name in found} == wanted, key
        assert (found["rationale"], found["presented_order"]) == (said[key].rationale, order)
        before = judgments.get((key, revision[key] - 1))
        assert found["supersedes"] == (before and before["uuid"])
        (row,) = query(run.path, "SELECT seen, view, active_seconds, lookup_seconds FROM judgment WHERE uuid = ?", found["uuid"])
        read = [found["seen"], found["view"], found["active_seconds"], found.get("lookup_seconds")]
        assert read == [json.loads(row["seen"] or "null"), json.loads(row["view"] or "null"), row["active_seconds"], row["lookup_seconds"]]
        assert found["status"] == ("submitted" if isinstance(effect, Submitted) else "withdrawn")
        passages = [
            (p["in"], p["index"], p["start"], p["end"], p["kind"], p.get("note", ""), p.get("source", ""))
            for p in found.get("passages", [])
        ]
        assert sorted(passages) == sorted(run.passage(key, mark, order) for mark in said[key].marks)


def check_reward_export(run: Run, folder: Path) -> None:
    """`export trl-reward --labels each` gives each choice whose better side may be sent, with its margin."""
    result = export(open_project(run.path, "lead"), ExportOptions("trl-reward", labels="each"), folder / "reward.jsonl")
    wanted: list[tuple[str, str, float]] = []
    left_out: Counter[str] = Counter()
    for key, said in in_force(run).items():
        texts = [as_text(TEXTS[key][1:][n]) for n in orders(run)[key]]
        chosen = 0 if said.strength > 0 else 1
        if said.strength == 0:
            left_out["tie"] += 1
        elif said.bad is not None and said.bad[chosen]:
            left_out["not_acceptable"] += 1
        else:
            wanted.append((texts[chosen], texts[1 - chosen], float(abs(said.strength))))
    rows = lines_of(folder / "reward.jsonl")
    found = [(as_text(row["chosen"]), as_text(row["rejected"]), row["margin"]) for row in rows]
    assert sorted(found) == sorted(wanted)
    assert result.left_out == left_out
