"""Pages by ascending key: each begins where the last ended, so that reading a file costs its size, not the square of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from prefterm.services.access import Project
from prefterm.store import agreement_pages, audit_pages, export_pages, parted_pages, progress, revealed_answers
from tests.factories import Projects, labeling, make_round
from tests.services.test_agreement import say
from tests.store.test_claim_cost import statements

BY_ID = "USING INTEGER PRIMARY KEY (rowid>?"
PAGES: dict[str, tuple[Callable[[Connection], Any], str]] = {
    "agreement answers": (lambda c: agreement_pages.answers(c, None, 0, 99), f"judgment {BY_ID}"),
    "agreement answers of rounds": (lambda c: agreement_pages.answers(c, (1, 2), 0, 99), f"judgment {BY_ID}"),
    "agreement skips": (lambda c: agreement_pages.skips(c, 0), f"skip {BY_ID}"),
    "agreement items of a round": (lambda c: agreement_pages.round_items(c, 1, 0), "(round_id=? AND comparison_id>?)"),
    "audit answers": (lambda c: audit_pages.answers(c, 0, 1), f"assignment {BY_ID}"),
    "audit skips": (lambda c: audit_pages.skips(c, 0, 1), f"skip {BY_ID}"),
    "audit sittings": (lambda c: audit_pages.sittings(c, 0, 1), "(round_id=? AND rowid>?)"),
    "audit slots": (lambda c: audit_pages.slots_of_filled_items(c, 0, 1), f"round_item {BY_ID}"),
    "export votes": (lambda c: export_pages.votes(c, 0), f"judgment {BY_ID}"),
    "reveals": (lambda c: revealed_answers.reveals(c, 0, 10), f"reveal {BY_ID}"),
    "progress of a round": (lambda c: progress.answers_page(c, 1, 0), f"assignment {BY_ID}"),
    "own progress": (lambda c: progress.answers_page(c, 1, 0, 2), "(round_id=? AND annotator_id=? AND state=? AND rowid>?)"),
    "turns": (lambda c: progress.turns_page(c, 1, 0), f"assignment {BY_ID}"),
    "items of a round": (lambda c: progress.items_page(c, 1, 0), "(round_id=? AND comparison_id>?)"),
    "what somebody was given": (lambda c: parted_pages.comparisons_of(c, 2, 0, 10), "(annotator_id=? AND comparison_id>?)"),
    "what two said": (lambda c: parted_pages.answers_on(c, [1, 2], [2, 3]), "(annotator_id=? AND comparison_id=?)"),
    "as it stood": (lambda c: revealed_answers.as_it_stood(c, {1: "2026"}), "last_revision USING INTEGER PRIMARY KEY (rowid=?)"),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A round of three items, two answered, one skipped, by one person."""
    lead = Projects(tmp_path_factory.mktemp("plans"))(3, people=("ann", "bob"))
    make_round(lead)
    ann = labeling(lead, "ann")
    served = say(ann, say(ann, ann.claim(), 1), 2)
    assert served is not None
    ann.skip(served.assignment, "unclear")
    return lead


@pytest.mark.parametrize("name", PAGES)
def test_a_page_begins_at_its_key_and_sorts_nothing(judged: Project, name: str) -> None:
    page, expected = PAGES[name]
    with statements(judged) as sent, judged.database.read() as connection:
        page(connection)
    statement, parameters = next((s, p) for s, p in sent if s.startswith("SELECT"))
    with judged.database.read() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert expected in plan[0]
    assert name == "as it stood" or not any("TEMP B-TREE" in step for step in plan)


def test_pages_join_to_everything(judged: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def walked(page: Callable[[Connection, int], list[Any]], key: Callable[[Any], int]) -> list[Any]:
        found: list[Any] = []
        with judged.database.read() as connection:
            while rows := page(connection, key(found[-1]) if found else 0):
                found += rows
        return found

    whole = [
        walked(lambda c, after: progress.answers_page(c, 1, after), lambda r: r.assignment_id),
        walked(lambda c, after: progress.turns_page(c, 1, after), lambda r: r.assignment_id),
        walked(lambda c, after: progress.items_page(c, 1, after), lambda r: r.comparison_id),
    ]
    assert [len(rows) for rows in whole] == [2, 3, 3]
    monkeypatch.setattr(progress, "_PAGE", 1)
    assert whole == [
        walked(lambda c, after: progress.answers_page(c, 1, after), lambda r: r.assignment_id),
        walked(lambda c, after: progress.turns_page(c, 1, after), lambda r: r.assignment_id),
        walked(lambda c, after: progress.items_page(c, 1, after), lambda r: r.comparison_id),
    ]
