"""Taking back, giving again, editing: what becomes of an answer after it was given."""

from __future__ import annotations

from typing import Any

import pytest

from prefterm.domain.errors import AnswerRefused, ClaimLost, Refused, RoundClosed
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Passage
from prefterm.domain.prompts import Message
from prefterm.services.access import Project
from prefterm.services.labeling import Labeling, Reading, Served, Submission
from prefterm.services.rounds import close_round
from prefterm.store import comparisons
from tests.factories import READING, Projects, change, labeling, let_leases_end, make_round, rows, shown_answer
from tests.services.test_labeling import answer, assignment_state, must, reveal

READ = Reading(7.5, (0.5, 1.0), {"width": 80}, 2.25)
FULL = shown_answer(-3, rationale="because", reasons=("too long",), passages=(Passage("response", 1, 0, 4, "false", "no"),))


def gave(submission: Submission | None) -> Submission:
    assert submission is not None
    return submission


def answered(desk: Labeling, *strengths: int) -> list[Served]:
    """Answer so many items; what was served, and what is on the screen then."""
    seen = [must(desk.claim())]
    for strength in strengths:
        seen.append(must(answer(desk, seen[-1], strength)))
    return seen


def desk_in(project: Projects, items: int = 6, **options: Any) -> tuple[Project, Labeling]:
    lead = project(items)
    make_round(lead, **options)
    return lead, labeling(lead, "ann")


def revisions(lead: Project, served: Served) -> list[tuple[int, str]]:
    sql = "SELECT revision, status FROM judgment j JOIN assignment a ON a.id = j.assignment_id WHERE a.uuid = ? ORDER BY revision"
    return [tuple(r.values()) for r in rows(lead, sql, served.assignment)]


# redo


def test_what_was_taken_back_last_is_given_again_first(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, two, three, four = answered(ann, 1, 2, 3)
    assert [must(ann.undo()).comparison for _ in range(3)] == [three.comparison, two.comparison, one.comparison]
    following = []
    for served in (one, two, three):
        done = gave(ann.redo())
        assert assignment_state(lead, served) == ("answered", "answered")
        assert rows(lead, "SELECT uuid FROM judgment ORDER BY id DESC LIMIT 1")[0]["uuid"] == done.judgment
        following.append(must(done.following).comparison)
    assert following == [two.comparison, three.comparison, four.comparison]
    assert ann.redo() is None
    strengths = rows(lead, "SELECT j.answer FROM judgment j WHERE revision = 3 ORDER BY id")
    assert [r["answer"] for r in strengths] == [f'{{"strength":{n}}}' for n in (1, 2, 3)]
    assert revisions(lead, two) == [(1, "submitted"), (2, "withdrawn"), (3, "submitted")]


def test_several_that_were_taken_back_come_again_in_the_order_in_which_they_were_answered(project: Projects) -> None:
    _, ann = desk_in(project)
    one, two, three, four = answered(ann, 1, 2, 3)
    served = must([ann.undo() for _ in range(3)][-1])
    for expected in (one, two, three):
        assert served.comparison == expected.comparison
        served = must(answer(ann, served, 2))
    assert served.comparison == four.comparison


def test_what_is_given_again_says_and_was_read_as_before(project: Projects) -> None:
    lead, ann = desk_in(project)
    served = must(ann.claim())
    ann.submit(served.assignment, served.judgment_uuid, FULL, READ)
    back = must(ann.undo())
    ann.save_draft(back.assignment, back.judgment_uuid, {"strength": 1})
    gave(ann.redo())
    columns = "format, answer, rationale, active_seconds, lookup_seconds, seen, view, guideline_version_id"
    first, last = (rows(lead, f"SELECT {columns} FROM judgment WHERE revision = ?", n)[0] for n in (1, 3))
    assert first == last
    assert first["lookup_seconds"] == 2.25
    pointed = rows(lead, "SELECT j.revision, p.note FROM judgment_passage p JOIN judgment j ON j.id = p.judgment_id ORDER BY 1")
    assert [tuple(p.values()) for p in pointed] == [(1, "no"), (2, "no"), (3, "no")]
    assert rows(lead, "SELECT * FROM draft") == []
    assert len(rows(lead, "SELECT * FROM event WHERE kind = 'judgment.submitted'")) == 2


def test_there_is_nothing_to_give_again_once_it_was_answered_anew_or_lost(project: Projects) -> None:
    lead, ann = desk_in(project)
    assert ann.redo() is None
    answered(ann, 1, 2)
    answer(ann, must(ann.undo()), -1)
    assert ann.redo() is None
    ann.undo()
    let_leases_end(lead, "ann")
    labeling(lead, "bob").claim()
    assert ann.redo() is None, "an item that went back to the queue was answered"
    assert len(rows(lead, "SELECT * FROM judgment")) == 5


def test_the_last_item_given_again_tells_nothing_left_from_nothing_to_give(project: Projects) -> None:
    _, ann = desk_in(project, 1)
    assert ann.claim() is not None
    answer(ann, must(ann.claim()))
    ann.undo()
    assert gave(ann.redo()).following is None
    assert ann.redo() is None


def test_giving_again_is_refused_as_a_submit_is(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, two, _ = answered(ann, 1, 2)
    ann.undo()
    ann.undo()
    with lead.database.write() as connection:
        comparisons.hide(connection, rows(lead, "SELECT id FROM comparison WHERE key = ?", one.comparison)[0]["id"], True)
    with pytest.raises(ClaimLost, match="hidden"):
        ann.redo()
    assert must(ann.claim()).comparison == two.comparison
    assert gave(ann.redo()).following is not None
    ann.undo()
    close_round(lead, "r")
    with pytest.raises(RoundClosed):
        ann.redo()
    assert revisions(lead, one) == [(1, "submitted"), (2, "withdrawn")]


def test_nobody_gives_anothers_answer_again(project: Projects) -> None:
    lead, ann = desk_in(project)
    answered(ann, 1)
    ann.undo()
    assert labeling(lead, "bob").redo() is None


# editing


def test_an_answer_is_edited_while_the_open_item_waits(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, _, waiting = answered(ann, 1, 2)
    served = ann.reopen(one.assignment)
    assert (served.comparison, served.order, served.editing, served.draft) == (one.comparison, one.order, True, None)
    assert must(served).answer == shown_answer(1)
    assert assignment_state(lead, one) == ("answered", "answered")
    assert assignment_state(lead, waiting) == ("open", "claimed")
    following = ann.submit(served.assignment, served.judgment_uuid, shown_answer(-2), READ).following
    assert must(following).assignment == waiting.assignment
    assert not must(following).editing
    assert revisions(lead, one) == [(1, "submitted"), (2, "submitted")]
    assert len(rows(lead, "SELECT * FROM assignment")) == 3


def test_a_drafted_edit_comes_back_and_goes_with_its_submit(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, *_ = answered(ann, 1)
    served = ann.reopen(one.assignment)
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": -1})
    again = labeling(lead, "ann").reopen(one.assignment)
    assert (again.draft, again.judgment_uuid) == ({"strength": -1}, served.judgment_uuid)
    ann.submit(served.assignment, served.judgment_uuid, shown_answer(-1), READING)
    assert rows(lead, "SELECT * FROM draft") == []
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": 3})
    ann.save_draft(served.assignment, new_uuid(), {"strength": 3})
    assert rows(lead, "SELECT * FROM draft") == [], "a draft came after its submit"


def test_a_late_draft_of_an_answered_item_is_no_edit(project: Projects) -> None:
    """Two terminals had the item; one answered it, and the other's draft arrives afterwards."""
    lead, ann = desk_in(project)
    other = labeling(lead, "ann")
    mine, theirs = must(ann.claim()), must(other.claim())
    assert mine.assignment == theirs.assignment
    answer(ann, mine)
    other.save_draft(theirs.assignment, theirs.judgment_uuid, {"strength": 1})
    ann.reopen(mine.assignment)
    other.save_draft(theirs.assignment, theirs.judgment_uuid, {"strength": 1})
    ann.save_draft(mine.assignment, mine.judgment_uuid, {"strength": 1})
    assert rows(lead, "SELECT * FROM draft") == []


def test_an_edit_given_up_changes_nothing(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, waiting = answered(ann, 1)
    served = ann.reopen(one.assignment)
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": -1})
    ann.save_draft(waiting.assignment, waiting.judgment_uuid, {"strength": 2})
    ann.leave_edit(served.assignment)
    assert [d["judgment_uuid"] for d in rows(lead, "SELECT judgment_uuid FROM draft")] == [waiting.judgment_uuid]
    ann.leave_edit(waiting.assignment)
    assert len(rows(lead, "SELECT * FROM draft")) == 1, "the draft of an item that is held is no edit"
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": -1})
    assert len(rows(lead, "SELECT * FROM draft")) == 1, "an edit that was given up was drafted on"
    assert revisions(lead, one) == [(1, "submitted")]
    assert ann.reopen(one.assignment).draft is None


def test_an_edit_goes_on_when_its_item_is_reported(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, waiting = answered(ann, 1)
    served = ann.reopen(one.assignment)
    same = must(ann.flag(served.assignment, "broken or cut off"))
    assert (same.assignment, same.editing) == (one.assignment, True)
    ann.save_draft(same.assignment, same.judgment_uuid, {"strength": -1})
    drafted = must(ann.flag(same.assignment, "wrong language"))
    assert drafted.draft == {"strength": -1} and drafted.editing
    assert must(ann.flag(drafted.assignment, "privacy")).assignment == waiting.assignment
    assert must(ann.flag(waiting.assignment, "duplicate")).assignment == waiting.assignment
    assert len(rows(lead, "SELECT * FROM flag")) == 4


def test_keys_pressed_in_an_edit_keep_the_item_that_waits(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, waiting = answered(ann, 1)
    ann.reopen(one.assignment)
    soon = "2001-01-01T00:00:00.000000Z"
    change(lead, "UPDATE assignment SET lease_until = ? WHERE state = 'open'", soon)
    ann.renew(one.assignment)
    assert rows(lead, "SELECT lease_until FROM assignment WHERE uuid = ?", waiting.assignment)[0]["lease_until"] > soon
    assert rows(lead, "SELECT lease_until FROM assignment WHERE uuid = ?", one.assignment)[0]["lease_until"] is None


def test_what_may_not_be_changed_is_not_opened(project: Projects) -> None:
    lead, ann = desk_in(project)
    one, two, three, waiting = answered(ann, 1, 2, 3)
    with pytest.raises(Refused, match="no answer of yours in force"):
        ann.reopen(waiting.assignment)
    with pytest.raises(Refused, match="not yours"):
        labeling(lead, "bob").reopen(one.assignment)
    reveal(lead, "ann", one.comparison)
    with pytest.raises(Refused, match="contest"):
        ann.reopen(one.assignment)
    with lead.database.write() as connection:
        comparisons.hide(connection, rows(lead, "SELECT id FROM comparison WHERE key = ?", two.comparison)[0]["id"], True)
    with pytest.raises(Refused, match="hidden"):
        ann.reopen(two.assignment)
    ann.undo()
    with pytest.raises(Refused, match="no answer of yours in force"):
        ann.reopen(three.assignment)
    answer(ann, must(ann.claim()))
    close_round(lead, "r")
    with pytest.raises(RoundClosed):
        ann.reopen(three.assignment)


# passages and what is served


def test_a_passage_past_its_text_is_refused_and_nothing_is_stored(project: Projects) -> None:
    lead, ann = desk_in(project)
    served = must(ann.claim())
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": 1})
    long = shown_answer(1, passages=(Passage("response", 0, 0, len(served.responses[0]) + 1, "note"),))
    with pytest.raises(AnswerRefused, match="passage 1 ends at") as caught:
        ann.submit(served.assignment, served.judgment_uuid, long, READING)
    assert caught.value.field == "passages"
    assert rows(lead, "SELECT * FROM judgment") == []
    assert len(rows(lead, "SELECT * FROM draft")) == 1
    whole = shown_answer(1, passages=(Passage("response", 0, 0, len(served.responses[0]), "note", "a\0b\ud800", "\0"),))
    ann.submit(served.assignment, served.judgment_uuid, whole, READING)
    assert "\0" not in "".join(rows(lead, "SELECT note, source FROM judgment_passage")[0].values())


def test_a_response_is_served_with_its_messages(project: Projects) -> None:
    said = [{"role": "assistant", "content": "a"}, {"role": "tool", "content": "b"}]
    records = [{"id": "c", "prompt": "p", "responses": [{"text": "plain"}, {"messages": said}]}]
    lead = project(records=records)
    make_round(lead)
    served = must(labeling(lead, "ann").claim())
    assert served.continuations == ((Message("assistant", "plain"),), (Message("assistant", "a"), Message("tool", "b")))
    assert not served.editing
