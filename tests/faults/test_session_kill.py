"""Kill -9 in the middle of a group session: every acknowledged vote is there, once and whole; nothing is shown before its time."""

from __future__ import annotations

import json
import multiprocessing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from prefterm.services.sessions import SessionOptions, open_session, reveal
from tests.factories import event_problems, make_project, rows
from tests.faults import session_writer
from tests.faults.label_writer import lines
from tests.faults.test_kill import Killer

PEOPLE = ["v0", "vx1", "v2", "vx3"]
ITEMS, KILLS = 10, 6


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Processes that start quickly: forked from a server that has imported everything and opened nothing."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.faults.session_writer", "alembic.command"])
    return found


class VoterKiller(Killer):
    """As `Killer`, of voters."""

    def start(self, person: str) -> None:
        """Start a voter."""
        process = self.context.Process(target=session_writer.vote, args=self.arguments(person))
        process.start()
        self.running[person] = process


def test_no_vote_is_lost_and_nothing_is_shown_early(context: ForkServerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFTERM_JOURNAL", "delete")
    lead = make_project(tmp_path, items=ITEMS, people=PEOPLE)
    open_session(lead, SessionOptions("s", tuple(f"c{n}" for n in range(ITEMS))))
    # Half of the items are revealed beforehand: they are shown to those who have voted on them, the others to nobody.
    for number in range(1, ITEMS // 2 + 1):
        reveal(lead, "s", str(number))
    path = str(lead.database.path)
    killer = VoterKiller(context, lambda person: (path, person, "delete", ITEMS), PEOPLE)
    killer.run(KILLS)
    errors = {p: lines(tmp_path / f"{p}.errors") for p in PEOPLE}
    assert not any(errors.values()), errors
    assert killer.kills >= KILLS // 2, "too few were killed for this to show anything"
    stored = rows(lead, "SELECT uuid, session_item_id, annotator_id, revision, rationale FROM session_answer")
    acked = {uuid for p in PEOPLE for uuid in lines(tmp_path / f"{p}.acks")}
    assert {r["uuid"] for r in stored} == acked and len(stored) == len(PEOPLE) * ITEMS
    assert {r["revision"] for r in stored} == {1} and all(r["rationale"] in PEOPLE for r in stored)
    assert not rows(lead, "SELECT * FROM session_draft"), "a draft goes in the transaction that stores its vote"
    for person in PEOPLE:
        for line in lines(tmp_path / f"{person}.read"):
            key, revealed, shown = json.loads(line)
            assert revealed == shown == (int(key[1:]) < ITEMS // 2)
    assert len(rows(lead, "SELECT id FROM reveal")) <= len(PEOPLE) * ITEMS // 2
    assert not rows(lead, "SELECT v.id FROM reveal v JOIN session_item i USING (comparison_id) WHERE i.revealed_at IS NULL")
    assert lead.database.integrity_problems() == [] and event_problems(lead.database) == []
