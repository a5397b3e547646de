"""The session's own part: when it is noted that a guideline was shown, and what is counted."""

from __future__ import annotations

from prefterm.tui.messages import NothingLeft, PairReady
from prefterm.tui.session import Session
from tests.factories import READING, Projects, make_round, rows, shown_answer

SEEN = "SELECT at FROM guideline_seen s JOIN annotator a ON a.id = s.annotator_id WHERE a.name = 'ann'"


def test_a_guideline_was_seen_when_a_pair_was_painted_beside_it(project: Projects) -> None:
    lead = project()
    make_round(lead)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    pair = session.claim()
    assert isinstance(pair, PairReady)
    assert rows(lead, SEEN) == []
    session.painted(pair.served)
    noted = rows(lead, SEEN)
    assert len(noted) == 1
    session.painted(pair.served)
    assert rows(lead, SEEN) == noted
    session.enter_round("r")
    session.painted(pair.served)
    assert len(rows(lead, SEEN)) == 1 and rows(lead, SEEN) != noted
    session.leave()


def test_a_guideline_was_seen_where_nothing_is_left(project: Projects) -> None:
    lead = project(items=1)
    make_round(lead, overlap=1, up_to=1)
    other = Session(lead.database.path, "bob")
    other.enter_round("r")
    other.claim()
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    assert isinstance(session.claim(), NothingLeft)
    assert len(rows(lead, SEEN)) == 1
    session.leave()
    other.leave()


def test_an_answer_that_is_changed_is_counted_once(project: Projects) -> None:
    lead = project()
    make_round(lead)
    session = Session(lead.database.path, "ann")
    session.enter_round("r")
    first = session.claim()
    assert isinstance(first, PairReady)
    done = []
    following = session.submit(first.served, shown_answer(1), READING)
    for strength in (2, 3):
        edit = session.reopen(first.served.assignment)
        assert isinstance(edit, PairReady) and isinstance(following, PairReady) and following.progress is not None
        following = session.submit(edit.served, shown_answer(strength), READING)
        done.append(following.progress.done if isinstance(following, PairReady) and following.progress else None)
    assert done == [1, 1]
    assert isinstance(following, PairReady)
    last = session.submit(following.served, shown_answer(1), READING)
    assert isinstance(last, PairReady) and last.progress is not None and last.progress.done == 2
    session.leave()
