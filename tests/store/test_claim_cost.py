"""What a claim and a submit cost: slot rows read, the index used, SQL statements. None of it may grow with the round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Delete, Insert, Select, Update, event

from prefterm.domain.queueing import PROBE_ROWS, PROBES
from prefterm.services.access import Project
from prefterm.services.labeling import Labeling, Served
from prefterm.store import claims
from tests.factories import READING, change, copied, labeling, make_project, make_round, shown_answer

ITEMS = 2_000
SMALL = 60
TURNS = 40
MOST_FOR_CLAIM = 18
"""SQL statements of one claim, with BEGIN and the last of four probes."""
MOST_FOR_SUBMIT = 38
"""SQL statements of one submit with the claim that follows."""
_ANN = "00000000-0000-4000-8000-00000000a001"
"""Probes follow from the annotator's uuid: fixed, so that every run reads the same rows."""


def _built(folder: Path, items: int) -> Project:
    """A round of so many items that share one prompt's worth of work: two slots each, for `ann` and `bob`."""
    records = [
        {"id": f"c{n}", "prompt": f"number {n % 10}", "responses": [{"text": f"one of {n}"}, {"text": f"two of {n}"}]} for n in range(items)
    ]
    project = make_project(folder, people=("ann", "bob"), records=records)
    make_round(project, seed="cost")
    change(project, "UPDATE annotator SET uuid = ? WHERE name = 'ann'", _ANN)
    return project


@pytest.fixture(scope="module")
def large_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return _built(tmp_path_factory.mktemp("large"), ITEMS)


@pytest.fixture(scope="module")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return _built(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture
def large(large_project: Project, tmp_path: Path) -> Project:
    return copied(large_project, tmp_path)


def answer_half(project: Project) -> None:
    """The round at its middle: every second slot is answered by others."""
    change(project, "UPDATE slot SET state = 'answered' WHERE id % 2 = 0")


def answer(work: Labeling, served: Served) -> Served | None:
    return work.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING).following


@contextmanager
def statements(project: Project) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the driver meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((statement, parameters))

    event.listen(project.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(project.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("middle", [False, True], ids=["early", "middle"])
def test_a_claim_reads_at_most_64_slots(large: Project, middle: bool) -> None:
    if middle:
        answer_half(large)
    work = labeling(large, "ann")
    visited = []
    served = work.claim()
    for _ in range(TURNS):
        visited.append(work.memory.rows_visited)
        assert served is not None
        served = answer(work, served)
    assert min(visited) > 0
    assert max(visited) <= PROBES * PROBE_ROWS == 64


def test_a_round_without_anything_for_a_person_is_walked_once(large: Project) -> None:
    change(
        large,
        "INSERT INTO assignment (uuid, round_id, comparison_id, annotator_id, purpose, origin, presented_order, state, claimed_at)"
        " SELECT 'met' || i.id, i.round_id, i.comparison_id, p.id, 'work', 'planned', '[0,1]', 'answered', '2026-01-01T00:00:00.000000Z'"
        " FROM round_item i JOIN annotator p ON p.name = 'ann'",
    )
    work = labeling(large, "ann")
    assert work.claim() is None
    # Every free slot, with a page's last position read again, and the probes before.
    assert 2 * ITEMS <= work.memory.rows_visited <= 2 * ITEMS + 64 + 100
    assert work.claim() is None
    assert work.memory.rows_visited == 0
    change(large, "UPDATE round SET freed = freed + 1")
    assert work.claim() is None
    assert work.memory.rows_visited > 0


def test_the_probe_seeks_in_its_index(large: Project) -> None:
    work = labeling(large, "ann")
    with statements(large) as sent, large.database.read() as connection:
        claims.free_slots(connection, work.round.id, work.project.actor.id, 1, PROBE_ROWS)
    statement, parameters = next((s, p) for s, p in sent if "FROM slot" in s)
    with large.database.read() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert plan == ["SEARCH slot USING INDEX ix_slot_round_id_state_shuffle (round_id=? AND state=? AND shuffle>?)"]


def _counts(project: Project, middle: bool) -> tuple[set[int], set[int]]:
    """Numbers of statements of claims and of submits, `TURNS` // 2 each."""
    if middle:
        answer_half(project)
    work = labeling(project, "ann")
    for_claim, for_submit = set(), set()
    answer(work, work.claim() or pytest.fail("nothing to claim"))
    for _ in range(TURNS // 2):
        # What the submit claimed is held by nobody any more, so that the claim looks for a slot again.
        change(project, "UPDATE assignment SET state = 'answered' WHERE state = 'open'")
        with statements(work.project) as sent:
            served = work.claim()
        for_claim.add(len(sent))
        assert served is not None
        with statements(work.project) as sent:
            assert answer(work, served) is not None
        for_submit.add(len(sent))
    return for_claim, for_submit


@pytest.mark.parametrize("middle", [False, True], ids=["early", "middle"])
def test_statements_do_not_depend_on_the_size_of_the_round(
    large: Project, small_project: Project, tmp_path_factory: pytest.TempPathFactory, middle: bool
) -> None:
    small = copied(small_project, tmp_path_factory.mktemp("copy"))
    few_claim, few_submit = _counts(small, middle)
    many_claim, many_submit = _counts(large, middle)
    assert max(many_claim) <= MOST_FOR_CLAIM
    assert max(many_submit) <= MOST_FOR_SUBMIT
    # Where everything is there at the first probe, as in the large round, the number is always the same.
    assert len(many_claim) == 1
    assert min(few_claim) == min(many_claim)
    assert min(few_submit) == min(many_submit)
    assert max(many_submit) <= max(few_submit)


def test_an_advance_builds_no_statement(small_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copied(small_project, tmp_path)
    work = labeling(project, "ann")
    served = answer(work, work.claim() or pytest.fail("nothing to claim"))
    assert served is not None
    built: list[str] = []
    for kind in (Select, Insert, Update, Delete):
        make = kind.__init__

        def note(self: Any, *arguments: Any, make: Any = make, **options: Any) -> None:
            built.append(type(self).__name__)
            make(self, *arguments, **options)

        monkeypatch.setattr(kind, "__init__", note)
    work.painted(served.assignment)
    assert answer(work, served) is not None
    # It takes four times as long as running it: see `prefterm.store.bulk`.
    assert built == []
