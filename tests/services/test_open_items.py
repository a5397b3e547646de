"""How many items a look at agreement would reveal: what is counted before it is what is written down by it."""

from __future__ import annotations

from typing import Any

import pytest

from prefterm.domain.errors import Refused
from prefterm.services.access import Project
from prefterm.services.agreement import AgreementOptions, agreement, open_items
from prefterm.services.rounds import close_round
from prefterm.store import agreement_pages
from tests.factories import READING, Projects, labeling, make_round, rows, shown_answer


@pytest.fixture
def judged(project: Projects) -> Project:
    """Six items in an open round of which three were judged, one of them by the lead too; another round without answers."""
    lead = project(items=6)
    make_round(lead)
    make_round(lead, "other")
    for person, answers in (("ann", 3), ("lead", 1)):
        work = labeling(lead, person)
        for _ in range(answers):
            served = work.claim()
            assert served is not None
            work.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    return lead


def counted(lead: Project, **options: Any) -> int:
    return open_items(lead, AgreementOptions(resamples=20, **options))


def test_it_counts_what_a_look_reveals_and_writes_nothing(judged: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counted(judged)
    assert before in (3, 4), "those judged in `r`, for they could still be served in `other`"
    assert counted(judged, blind=True) == before and rows(judged, "SELECT 1 FROM reveal") == []
    monkeypatch.setattr(agreement_pages, "PAGE", 2)
    assert counted(judged) == before
    assert counted(judged, round="other") == 0
    agreement(judged, AgreementOptions(resamples=20))
    assert len(rows(judged, "SELECT DISTINCT comparison_id FROM reveal")) == before and counted(judged) == 0


def test_closed_rounds_are_open_to_nobody(judged: Project) -> None:
    close_round(judged, "r")
    close_round(judged, "other")
    told: list[tuple[int, int]] = []
    assert open_items(judged, progress=lambda done, total: told.append((done, total))) == 0 and told == [], "no answer is read for it"


def test_it_refuses_what_agreement_refuses(judged: Project) -> None:
    with pytest.raises(Refused, match="no round 'x'"):
        counted(judged, round="x")
