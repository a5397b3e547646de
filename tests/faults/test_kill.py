"""Nothing acknowledged is lost by kill -9: real processes label in one file while they are killed at random.

By default 6 writers × 25 answers in each journal mode; `PREFTERM_FULL=1` gives 20 × 200.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from prefterm.services.access import Project, open_project
from prefterm.services.importing import import_files
from tests.factories import Projects, comparison, event_problems, make_project, make_round, rows, write_jsonl
from tests.faults import label_writer

FULL = os.environ.get("PREFTERM_FULL") == "1"
WRITERS, LABELS, KILLS = (20, 200, 120) if FULL else (6, 25, 14)
PATIENCE = 1800 if FULL else 100
"""Seconds after which the writers are given up."""


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Processes that start quickly: forked from a server that has imported everything and opened nothing."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["prefterm.services.labeling", "prefterm.services.rounds", "alembic.command"])
    return found


def appears(path: Path) -> None:
    """Wait for a file."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} never came"
        time.sleep(0.002)


class Killer:
    """Starts a writer for each person, kills them at random and starts them again until all are through."""

    def __init__(self, context: ForkServerContext, start: Callable[[str], tuple[object, ...]], people: list[str]) -> None:
        self.context, self.arguments = context, start
        self.running: dict[str, ForkServerProcess] = {}
        self.failed: list[str] = []
        self.kills = 0
        for person in people:
            self.start(person)

    def start(self, person: str) -> None:
        process = self.context.Process(target=label_writer.label, args=self.arguments(person))
        process.start()
        self.running[person] = process

    def run(self, kills: int) -> None:
        until = time.monotonic() + PATIENCE
        try:
            while self.running and time.monotonic() < until:
                time.sleep(random.uniform(0.005, 0.15))
                self.reap()
                if self.running and self.kills < kills:
                    person = random.choice(list(self.running))
                    self.running[person].kill()
                    self.running[person].join()
                    # One that had just ended by itself was not killed.
                    self.kills += self.running[person].exitcode == -9
                    self.start(person)
        finally:
            left = list(self.running)
            for process in self.running.values():
                process.kill()
                process.join()
        assert not left, f"not through after {PATIENCE} s: {left}"

    def reap(self) -> None:
        for person, process in list(self.running.items()):
            if not process.is_alive():
                process.join()
                if process.exitcode != 0:
                    self.failed.append(person)
                del self.running[person]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_nothing_acknowledged_is_lost(context: ForkServerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", journal)
    people = [f"w{'x' * (n % 2)}{n}" for n in range(WRITERS)]
    lead = make_project(tmp_path, items=WRITERS * LABELS, people=people)
    make_round(lead, overlap=2, up_to=3)
    path = str(lead.database.path)
    killer = Killer(context, lambda person: (path, person, journal, LABELS), people)
    killer.run(KILLS)

    errors = {p: label_writer.lines(tmp_path / f"{p}.errors") for p in people}
    assert not any(errors.values()), errors
    assert not killer.failed
    assert killer.kills >= KILLS // 2, "too few were killed for this to show anything"
    acked = [uuid for p in people for uuid in label_writer.lines(tmp_path / f"{p}.acks")]
    assert len(acked) == len(set(acked)) == WRITERS * LABELS
    check_file(open_project(lead.database.path, "lead"), set(acked), journal)


def test_an_attempt_and_hidden_golds_outlive_kills(context: ForkServerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", "delete")
    people = [f"w{n}" for n in range(3)]
    lead = make_project(tmp_path, items=WRITERS * LABELS, people=people)
    settled = [comparison(n) for n in range(90000, 90060)]
    golds = [{"comparison": c["id"], "strength": 2, "reason": "because"} for c in settled]
    import_files(lead, [write_jsonl(tmp_path / "settled.jsonl", settled), write_jsonl(tmp_path / "gold.jsonl", golds)])
    make_round(lead, overlap=2, up_to=3, qualification=5, calibration=0.3)
    path = str(lead.database.path)
    killer = Killer(context, lambda person: (path, person, "delete", LABELS), people)
    killer.run(KILLS)

    errors = {p: label_writer.lines(tmp_path / f"{p}.errors") for p in people}
    assert not any(errors.values()), errors
    assert killer.kills >= KILLS // 2, "too few were killed for this to show anything"
    acked = {uuid for p in people for uuid in label_writer.lines(tmp_path / f"{p}.acks")}
    project = open_project(lead.database.path, "lead")
    check_file(project, acked, "delete")
    attempts = rows(
        project,
        "SELECT a.annotator_id, a.state, count(i.id) AS items, count(DISTINCT i.assignment_id) AS turns FROM qualification_attempt a"
        " JOIN qualification_item i ON i.attempt_id = a.id GROUP BY a.id",
    )
    assert [(a["state"], a["items"], a["turns"]) for a in attempts] == [("done", 5, 5)] * 3, "each has one attempt, taken to its end"
    turns = rows(project, "SELECT annotator_id, comparison_id, count(*) AS n FROM assignment WHERE purpose != 'work' GROUP BY 1, 2")
    assert max(t["n"] for t in turns) == 1 and len(turns) > 3 * 5, "gold was served twice, or never among the work"
    shown = rows(project, "SELECT annotator_id, comparison_id, count(*) AS n FROM reveal GROUP BY 1, 2")
    assert len(shown) == 15 and max(s["n"] for s in shown) == 1, "only what was told in the attempt is revealed, once"


def check_file(project: Project, acked: set[str], journal: str) -> None:
    """Every acknowledged answer is there, once, and the file is whole."""
    assert project.database.pragmas()["journal_mode"] == journal
    stored = rows(project, "SELECT uuid, assignment_id, revision FROM judgment")
    assert acked - {j["uuid"] for j in stored} == set(), "acknowledged answers are lost"
    assert {j["uuid"] for j in stored} - acked == set(), "every answer that was sent was sent until it was acknowledged"
    assert max(Counter(j["assignment_id"] for j in stored).values()) == 1, "an answer is there twice"
    assert len(rows(project, "SELECT * FROM preference")) == len(stored)
    assert project.database.integrity_problems() == []
    assert event_problems(project.database) == []
    submitted = rows(project, "SELECT count(*) AS n FROM event WHERE kind = 'judgment.submitted'")[0]["n"]
    assert submitted == len(stored), "events and answers are written in one transaction"
    answered = Counter(
        a["comparison_id"] for a in rows(project, "SELECT comparison_id FROM assignment WHERE state = 'answered' AND round_id = 1")
    )
    assert max(answered.values()) <= 3, "an item has more answers than the round asked for"
    turns = rows(project, "SELECT annotator_id, comparison_id FROM assignment WHERE state IN ('open', 'parked', 'answered')")
    assert len({tuple(t.values()) for t in turns}) == len(turns), "somebody stands twice at an item"
    wrong = rows(
        project,
        "SELECT s.id FROM slot s LEFT JOIN assignment a ON a.slot_id = s.id AND a.state IN ('open', 'parked', 'answered')"
        " GROUP BY s.id HAVING count(a.id) != (s.state != 'free')",
    )
    assert wrong == [], "a slot and its assignment disagree"


def test_a_file_left_by_a_kill_in_mid_commit_opens(
    context: ForkServerContext, project: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", "delete")
    lead = project(2)
    path = lead.database.path
    process = context.Process(target=label_writer.die_in_mid_commit, args=(str(path), str(tmp_path / "ready")))
    process.start()
    appears(tmp_path / "ready")
    process.kill()
    process.join()
    assert Path(f"{path}-journal").stat().st_size > 512, "no hot journal was left: this shows nothing"
    again = open_project(path, "lead")
    assert again.database.integrity_problems() == []
    assert rows(again, "SELECT * FROM setting WHERE key LIKE 'k%'") == []
