"""Group sessions: what they are held on, votes and their drafts, who may do what, what is written, what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import ClaimLost, NotAllowed, Refused, RoundClosed
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import AnnotatorKind, Answer, Role
from prefterm.services.access import Project, add_annotator, open_project, retire_annotator
from prefterm.services.agreement import AgreementOptions, agreement
from prefterm.services.proposals import decide, proposal_list, propose
from prefterm.services.raw_transfer import export_raw, import_raw
from prefterm.services.rounds import close_round
from prefterm.services.session_looking import ItemView, comment, look
from prefterm.services.session_report import session_report
from prefterm.services.session_voting import SessionVoting
from prefterm.services.sessions import SessionOptions, close_session, find_session, open_session, reveal, session_list
from tests.factories import (
    GUIDELINE,
    READING,
    Projects,
    change,
    comparison,
    copied,
    event_problems,
    labeling,
    make_project,
    make_round,
    rows,
    shown_answer,
    write_jsonl,
)

ITEMS = ("c1", "c3", "c5")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Six items and three annotators; not to be changed."""
    return make_project(tmp_path_factory.mktemp("sessions"))


@pytest.fixture
def lead(built: Project, tmp_path: Path) -> Project:
    """A project of one's own, as its admin."""
    return copied(built, tmp_path)


def opened(lead: Project, name: str = "s", **options: Any) -> str:
    """A session of three items; its name."""
    open_session(lead, SessionOptions(name, **(options or {"items": ITEMS})))
    return name


def voting(lead: Project, person: str, name: str = "s", **more: Any) -> SessionVoting:
    """A person's votes, from a terminal of its own."""
    mine = open_project(lead.database.path, person)
    return SessionVoting(mine, find_session(mine, name), **more)


def uuid_of(lead: Project, key: str) -> str:
    sql = "SELECT i.uuid FROM session_item i JOIN comparison c ON c.id = i.comparison_id WHERE c.key = ?"
    return str(rows(lead, sql, key)[0]["uuid"])


def vote_all(lead: Project, person: str, *strengths: int, name: str = "s") -> SessionVoting:
    """Vote on as many items as there are strengths, in the session's order."""
    desk = voting(lead, person, name)
    for strength in strengths:
        served = desk.claim()
        assert served is not None
        desk.submit(served.assignment, served.judgment_uuid, shown_answer(strength, rationale=f"{person} said {strength}"), READING)
    return desk


def again(lead: Project, person: str, key: str, answer: Answer, name: str = "s") -> None:
    desk = voting(lead, person, name, only=uuid_of(lead, key), again=True)
    served = desk.claim()
    assert served is not None
    desk.submit(served.assignment, served.judgment_uuid, answer, READING)


def seen_by(lead: Project, person: str, key: str, name: str = "s", **more: Any) -> ItemView:
    mine = open_project(lead.database.path, person)
    return look(mine, find_session(mine, name), uuid_of(lead, key), **more)


def reveals(lead: Project) -> list[tuple[str, str]]:
    sql = (
        "SELECT a.name, c.key FROM reveal v JOIN annotator a ON a.id = v.annotator_id JOIN comparison c ON c.id = v.comparison_id"
        " WHERE v.kind = 'session' ORDER BY v.id"
    )
    return [(r["name"], r["key"]) for r in rows(lead, sql)]


# what it is held on


def test_two_vote_the_lead_reveals_and_each_sees_both(lead: Project) -> None:
    opened(lead)
    vote_all(lead, "ann", 2)
    assert seen_by(lead, "ann", "c1").why_unseen == "Not revealed yet."
    vote_all(lead, "bob", -1)
    assert reveal(lead, "s", following=True) == ["c1"]
    ann, bob = seen_by(lead, "ann", "c1"), seen_by(lead, "bob", "c1")
    for view in (ann, bob):
        assert view.seen is not None and view.answered == (2, 4)
        assert {v.blind.rationale for v in view.seen.votes if v.blind} == {"ann said 2", "bob said -1"}
        assert [v.own for v in view.seen.votes] == [True, False], "one's own stands first"
        assert all(v.who.startswith("annotator ") for v in view.seen.votes) and not view.seen.away
    assert reveals(lead) == [("ann", "c1"), ("bob", "c1")]
    seen_by(lead, "ann", "c1")
    assert len(reveals(lead)) == 2, "looking again writes nothing"
    assert not event_problems(lead.database)


def test_the_order_is_everybodys_and_fixed(project: Projects) -> None:
    lead = project(items=12)
    keys = tuple(f"c{n}" for n in range(12))
    opened(lead, items=keys)
    orders = {
        r["key"]: r["presented_order"]
        for r in rows(lead, "SELECT c.key, i.presented_order FROM session_item i JOIN comparison c ON c.id = i.comparison_id")
    }
    assert len(set(orders.values())) == 2
    for person in ("ann", "bob"):
        desk = voting(lead, person)
        for key in keys:
            served = desk.claim()
            assert served is not None and served.comparison == key and str(list(served.order)) == str(orders[key]).replace(",", ", ")
            desk.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE comparison SET hidden = 1 WHERE key = 'c1'", "hidden"),
        ("UPDATE prompt SET side = 'eval' WHERE id = (SELECT prompt_id FROM comparison WHERE key = 'c1')", "hold-out"),
        ("UPDATE prompt SET quarantined = 1 WHERE id = (SELECT prompt_id FROM comparison WHERE key = 'c1')", "both sides"),
        ("UPDATE comparison SET servable = 0 WHERE key = 'c1'", "texts are not known"),
        ("UPDATE comparison SET n_responses = 3 WHERE key = 'c1'", "more than two"),
    ],
)  # fmt: skip
def test_what_cannot_be_discussed_is_refused_by_name(lead: Project, sql: str, words: str) -> None:
    change(lead, sql)
    with pytest.raises(Refused, match=f"c1: .*{words}"):
        opened(lead)
    assert not rows(lead, "SELECT id FROM calibration_session")
    change(lead, "UPDATE comparison SET tags = '[\"t\"]'")
    assert "c1" not in open_session(lead, SessionOptions("t", tag="t")).items


def test_nothing_near_gold_or_an_example_is_discussed(tmp_path: Path, project: Projects) -> None:
    from prefterm.services.importing import import_files

    text = "Which of the two inhaled steroids is safer for a child of six who has mild asthma, and at what dose, please?"
    near = comparison(1, text), comparison(2, text.replace("please", "thanks"))
    lead = project(records=[*near, comparison(3), comparison(4)])
    import_files(lead, [write_jsonl(tmp_path / "gold.jsonl", [{"comparison": "c2", "strength": 1, "reason": "safer"}])])
    with pytest.raises(Refused, match="c1: its prompt is a near-duplicate of that of the gold answer of comparison c2"):
        opened(lead, items=("c3", "c1"))
    with pytest.raises(Refused, match="c2: its prompt is that of the gold answer of comparison c2"):
        opened(lead, items=("c2",))
    change(
        lead,
        "INSERT INTO worked_example (guideline_version_id, id, position, prompt_id)"
        " SELECT 1, 'x', 99, prompt_id FROM comparison WHERE key = 'c3'",
    )
    with pytest.raises(Refused, match="c3: its prompt is that of worked example x of helpfulness@1"):
        opened(lead, items=("c3",))
    with pytest.raises(Refused, match="no comparison 'c9'"):
        opened(lead, items=("c9",))
    with pytest.raises(Refused, match="say on which items"):
        open_session(lead, SessionOptions("s"))


def test_an_item_is_discussed_once(lead: Project) -> None:
    opened(lead)
    with pytest.raises(Refused, match="c1: session s holds or has discussed it"):
        opened(lead, "t")
    vote_all(lead, "ann", 1)
    reveal(lead, "s", "c1")
    seen_by(lead, "ann", "c1")
    close_session(lead, "s")
    opened(lead, "t", items=("c3", "c5"))
    with pytest.raises(Refused, match="c1: session s"):
        opened(lead, "u", items=("c1",))


def test_what_is_discussed_is_never_sealed(lead: Project) -> None:
    opened(lead)
    make_round(lead, "r", holdout=0.5)
    assert not rows(
        lead,
        "SELECT i.id FROM session_item i JOIN comparison c ON c.id = i.comparison_id"
        " JOIN prompt p ON p.id = c.prompt_id WHERE p.side <> 'train'",
    )
    assert rows(lead, "SELECT id FROM prompt WHERE side = 'eval'"), "the rest is"


def answered_round(lead: Project, said: dict[str, dict[str, int]], name: str = "r") -> str:
    """A round in which everybody answers every item: item → person → strength."""
    make_round(lead, name, overlap=3)
    for person in ("ann", "bob", "cyd"):
        desk = labeling(lead, person, name)
        served = desk.claim()
        while served is not None:
            answer = shown_answer(said.get(served.comparison, {}).get(person, 1), rationale=f"{person} worked on {served.comparison}")
            served = desk.submit(served.assignment, served.judgment_uuid, answer, READING).following
    return name


SAID = {
    "c0": {"ann": 3, "bob": 1}, "c1": {"ann": 1, "bob": -1}, "c2": {"ann": 3, "bob": -3}, "c3": {"ann": 0, "bob": 3, "cyd": 3},
}  # fmt: skip


def test_the_most_disputed_come_first_and_nothing_is_revealed_by_that(lead: Project) -> None:
    answered_round(lead, SAID)
    assert open_session(lead, SessionOptions("s", disputed=True, n=3)).items == ["c2", "c1", "c3"], "a clash before any spread"
    assert not rows(lead, "SELECT id FROM reveal")
    found = open_session(lead, SessionOptions("t", disputed=True, round="r"))
    assert found.items == ["c0"] and found.left_out == {"another_session": 3}, "c4 and c5 are none: nobody differs"
    with pytest.raises(Refused, match="no item is left"):
        open_session(lead, SessionOptions("u", disputed=True))


def test_answers_in_a_round_are_the_blind_votes_of_those_who_gave_them(lead: Project) -> None:
    answered_round(lead, SAID)
    opened(lead, items=("c1", "c2"), round="r")
    assert voting(lead, "ann").claim() is None, "nothing is left to vote on"
    served = voting(lead, "lead").claim()
    assert served is not None and served.comparison == "c1"
    assert seen_by(lead, "ann", "c1").why_unseen == "Not revealed yet."
    reveal(lead, "s", everything=True)
    view = seen_by(lead, "ann", "c1")
    assert view.seen is not None and {v.blind.rationale for v in view.seen.votes if v.blind} == {
        f"{p} worked on c1" for p in ("ann", "bob", "cyd")
    }
    # Shown, the answer in the round is neither changed nor taken back.
    assignment = rows(
        lead,
        "SELECT a.uuid FROM assignment a JOIN comparison c ON c.id = a.comparison_id"
        " JOIN annotator p ON p.id = a.annotator_id WHERE c.key = 'c1' AND p.name = 'ann'",
    )
    with pytest.raises(Refused, match="you were shown the answers to it in a session since"):
        labeling(lead, "ann").reopen(assignment[0]["uuid"])
    with pytest.raises(Refused, match="under another version"):
        open_session(lead, SessionOptions("t", items=("c5",), round="r", guideline="helpfulness@2")) if publish_second(lead) else None


def publish_second(lead: Project) -> bool:
    from prefterm.services.guidelines import publish

    text = GUIDELINE.read_text(encoding="utf-8").replace("version: 1", "version: 2").replace("First version.", "Second.")
    path = lead.database.path.with_name("second.md")
    path.write_text(text.replace("Length is neither merit nor fault.", "Length does not matter."), encoding="utf-8")
    publish(lead, path, "second")
    return True


def test_work_done_after_the_showing_is_no_blind_vote_and_counts_nowhere(project: Projects) -> None:
    lead = project(items=2)
    make_round(lead, overlap=3)
    opened(lead, items=("c1",), round="r")
    vote_all(lead, "ann", 3)
    reveal(lead, "s", "1")
    seen_by(lead, "ann", "c1")
    for person in ("ann", "bob"):
        desk = labeling(lead, person)
        served = desk.claim()
        while served is not None:
            served = desk.submit(served.assignment, served.judgment_uuid, shown_answer(-3), READING).following
    view = seen_by(lead, "ann", "c1")
    assert view.own is not None and view.own.rationale == "ann said 3"
    assert view.seen is not None and len({abs(v.blind.payload["strength"]) for v in view.seen.votes if v.blind}) == 1, "bob's is blind"
    document = agreement(lead, AgreementOptions("r"))
    assert document["left_out"]["after_reveal"] == 1


# votes


def test_a_vote_is_changed_until_its_giver_sees_the_others(lead: Project) -> None:
    opened(lead)
    desk = vote_all(lead, "ann", 2, 3)
    last = desk.undo()
    assert last is not None and (last.comparison, last.editing) == ("c3", True)
    assert last.answer is not None and last.answer.payload == {"strength": 3}
    first = desk.undo()
    assert first is not None and first.comparison == "c1"
    assert desk.undo() is None, "there is none before it"
    desk.submit(first.assignment, first.judgment_uuid, shown_answer(-2), READING)
    stored = rows(lead, "SELECT vote, revision, answer FROM session_answer ORDER BY id")
    assert [(r["vote"], r["revision"]) for r in stored] == [("blind", 1), ("blind", 1), ("blind", 2)]
    reveal(lead, "s", "c1")
    assert desk.reopen(first.assignment).editing, "revealed, but not shown to ann yet"
    seen_by(lead, "ann", "c1")
    with pytest.raises(Refused, match="no vote of yours on this item that could be changed"):
        desk.reopen(first.assignment)
    with pytest.raises(Refused, match="what you said before stands"):
        desk.submit(first.assignment, new_uuid(), shown_answer(1), READING)
    assert desk.redo() is None


def test_the_same_vote_twice_is_one(lead: Project) -> None:
    opened(lead)
    desk, other = voting(lead, "ann"), voting(lead, "ann")
    served, same = desk.claim(), other.claim()
    assert served is not None and same is not None and served.assignment == same.assignment
    for _ in range(2):
        found = desk.submit(served.assignment, served.judgment_uuid, shown_answer(2), READING)
        assert found.judgment == served.judgment_uuid and found.following is not None
    assert len(rows(lead, "SELECT id FROM session_answer")) == 1
    # Another terminal that shares the uuid of a draft and says something else gives a further revision.
    found = other.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    assert found.judgment != served.judgment_uuid
    assert [r["revision"] for r in rows(lead, "SELECT revision FROM session_answer ORDER BY id")] == [1, 2]


def test_a_draft_is_kept_for_its_writer_and_never_comes_back_once_stored(lead: Project) -> None:
    opened(lead)
    desk = voting(lead, "ann")
    served = desk.claim()
    assert served is not None
    desk.save_draft(served.assignment, served.judgment_uuid, {"strength": 2, "rationale": "so far\ud800"})
    back = voting(lead, "ann").claim()
    assert back is not None and back.draft == {"strength": 2, "rationale": "so far\ufffd"} and back.judgment_uuid == served.judgment_uuid
    theirs = voting(lead, "bob").claim()
    assert theirs is not None and theirs.draft is None
    desk.submit(served.assignment, served.judgment_uuid, shown_answer(2), READING)
    desk.save_draft(served.assignment, served.judgment_uuid, {"strength": 1})
    desk.save_draft(served.assignment, new_uuid(), {"strength": 1})
    assert not rows(lead, "SELECT * FROM session_draft")
    edit = desk.reopen(served.assignment)
    desk.save_draft(edit.assignment, edit.judgment_uuid, {"strength": 3})
    fresh = voting(lead, "ann")
    found = fresh.undo()
    assert found is not None and found.draft == {"strength": 3}, "a change that was begun survives its process"
    fresh.leave_edit(found.assignment)
    assert not rows(lead, "SELECT * FROM session_draft")


def test_putting_off_brings_the_item_last(lead: Project) -> None:
    opened(lead)
    desk = voting(lead, "ann")
    first = desk.claim()
    assert first is not None
    following = desk.skip(first.assignment)
    assert following is not None and following.comparison == "c3"
    following = desk.skip(following.assignment)
    assert following is not None and following.comparison == "c5"
    following = desk.submit(following.assignment, following.judgment_uuid, shown_answer(1), READING).following
    assert following is not None and following.comparison == "c1"
    assert desk.progress().done == 1 and desk.progress().share == 3


def test_what_is_hidden_for_privacy_is_gone_for_all(lead: Project) -> None:
    opened(lead)
    vote_all(lead, "bob", 1)
    desk = voting(lead, "ann")
    served = desk.claim()
    assert served is not None
    again_here = desk.flag(served.assignment, "duplicate")
    assert again_here is not None and again_here.assignment == served.assignment
    following = desk.flag(served.assignment, "privacy")
    assert following is not None and following.comparison == "c3"
    with pytest.raises(ClaimLost):
        desk.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    reveal(lead, "s", everything=True)
    view = seen_by(lead, "bob", "c1")
    assert view.served is None and view.seen is None and view.states == ("hidden", "open", "open")
    assert desk.progress().share == 2
    assert [i["comparison"] for i in session_report(lead, "s")["items"]] == ["c3", "c5"]


def test_nobody_votes_for_another_or_after_being_retired(lead: Project) -> None:
    opened(lead)
    desk = voting(lead, "ann")
    retire_annotator(lead, "ann")
    with pytest.raises(NotAllowed):
        desk.claim()
    with pytest.raises(NotAllowed):
        look(desk.project, desk.session, uuid_of(lead, "c1"))
    with pytest.raises(Refused, match="none of the session's"):
        voting(lead, "bob").submit(new_uuid(), new_uuid(), shown_answer(1), READING)


# seeing


def test_a_lead_looks_without_a_vote_only_at_what_is_revealed_and_then_votes_no_more(lead: Project) -> None:
    opened(lead)
    vote_all(lead, "ann", 2)
    desk = voting(lead, "lead")
    served = desk.claim()
    assert served is not None
    desk.save_draft(served.assignment, served.judgment_uuid, {"strength": 1})
    with pytest.raises(Refused, match="not revealed yet"):
        seen_by(lead, "lead", "c1", without_vote=True)
    reveal(lead, "s", "c1")
    view = seen_by(lead, "lead", "c1")
    assert view.seen is None and view.answered == (1, 4), "how many voted, not what"
    with pytest.raises(NotAllowed):
        seen_by(lead, "bob", "c1", without_vote=True)
    view = seen_by(lead, "lead", "c1", without_vote=True)
    assert view.seen is not None and [v.who for v in view.seen.votes] == ["ann"] and view.seen.away == ("bob", "cyd", "lead")
    assert reveals(lead) == [("lead", "c1")] and not view.may_vote and not view.may_vote_again
    with pytest.raises(Refused, match="you were shown the answers"):
        desk.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    assert not rows(lead, "SELECT * FROM session_draft")
    following = desk.claim()
    assert following is not None and following.comparison == "c3"


def test_an_adjudicator_leads_without_names(lead: Project) -> None:
    add_annotator(lead, "jud", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    judge = open_project(lead.database.path, "jud")
    opened(judge)
    vote_all(lead, "ann", 2)
    vote_all(lead, "bob", 2)
    reveal(judge, "s", "c1")
    view = seen_by(lead, "jud", "c1", without_vote=True)
    assert view.seen is not None and all(v.who.startswith("annotator ") for v in view.seen.votes) and not view.seen.away
    document = session_report(judge, "s")
    assert document["people"] is None and document["absent"] is None and document["n_absent"] == 3
    assert "ann" not in {a["annotator"] for i in document["items"] for a in i["answers"] or ()}
    close_session(judge, "s")


@pytest.mark.parametrize("person", ["ann", "bob"])
def test_annotators_do_not_lead(lead: Project, person: str) -> None:
    mine = open_project(lead.database.path, person)
    with pytest.raises(NotAllowed):
        opened(mine)
    opened(lead)
    for forbidden in (
        lambda: reveal(mine, "s", everything=True), lambda: close_session(mine, "s"), lambda: session_report(mine, "s"),
        lambda: decide(mine, "abcd", take=True),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            forbidden()
    assert session_list(mine)[0]["open"] == 3


def test_numbers_stay_as_votes_come_in(lead: Project) -> None:
    opened(lead)
    vote_all(lead, "ann", 2)
    reveal(lead, "s", "c1")
    before = seen_by(lead, "ann", "c1")
    vote_all(lead, "cyd", 1)
    vote_all(lead, "bob", 1)
    after = seen_by(lead, "ann", "c1")
    assert before.seen is not None and after.seen is not None
    assert before.seen.votes[0].who == after.seen.votes[0].who
    assert len({v.who for v in after.seen.votes}) == 3
    mine = {v.who for v in after.seen.votes if v.blind and v.blind.rationale == "cyd said 1"}
    theirs = seen_by(lead, "bob", "c1")
    assert theirs.seen is not None and mine == {v.who for v in theirs.seen.votes if v.blind and v.blind.rationale == "cyd said 1"}


def test_after_the_deadline_everything_counts_as_revealed_and_the_absent_vote_first(lead: Project) -> None:
    opened(lead, items=ITEMS, deadline=datetime.now() + timedelta(hours=1))
    with pytest.raises(Refused, match="has passed already"):
        opened(lead, "t", items=("c0",), deadline=datetime.now() - timedelta(minutes=1))
    vote_all(lead, "ann", 2, 2, 2)
    vote_all(lead, "bob", -2)
    assert seen_by(lead, "ann", "c1").why_unseen == "Not revealed yet."
    change(lead, "UPDATE calibration_session SET deadline_at = '2001-01-01T00:00:00.000000Z'")
    assert seen_by(lead, "ann", "c1").seen is not None
    assert seen_by(lead, "bob", "c3").why_unseen == "Your own answer first: the others' are shown after it."
    view = seen_by(lead, "cyd", "c1")
    assert view.seen is None and view.may_vote
    vote_all(lead, "cyd", 1)
    view = seen_by(lead, "cyd", "c1")
    assert view.seen is not None and len(view.seen.votes) == 3


def test_second_votes_are_blind_too_and_given_once(lead: Project) -> None:
    opened(lead)
    for person, strength in (("ann", 2), ("bob", -2)):
        vote_all(lead, person, strength)
    with pytest.raises(Refused, match="after the answers were shown"):
        voting(lead, "ann", only=uuid_of(lead, "c1"), again=True).submit(uuid_of(lead, "c1"), new_uuid(), shown_answer(1), READING)
    reveal(lead, "s", "c1")
    for person in ("ann", "bob"):
        assert seen_by(lead, person, "c1").may_vote_again
    again(lead, "bob", "c1", shown_answer(1, rationale="bob once more"))
    view = seen_by(lead, "ann", "c1")
    assert view.seen is not None and all(v.again is None for v in view.seen.votes) and view.seen.figures.again.n_items == 0
    again(lead, "ann", "c1", shown_answer(2, rationale="ann once more"))
    view = seen_by(lead, "ann", "c1")
    assert view.seen is not None and {v.again.rationale for v in view.seen.votes if v.again} == {"ann once more", "bob once more"}
    assert not view.may_vote_again
    assert voting(lead, "ann", only=uuid_of(lead, "c1"), again=True).claim() is None
    with pytest.raises(Refused, match="it stands"):
        voting(lead, "ann", only=uuid_of(lead, "c1"), again=True).submit(uuid_of(lead, "c1"), new_uuid(), shown_answer(1), READING)
    assert [r["vote"] for r in rows(lead, "SELECT vote FROM session_answer ORDER BY id")] == ["blind", "blind", "again", "again"]
    assert not rows(lead, "SELECT id FROM judgment"), "never a judgment, and so in no coefficient"


def test_a_closed_session_takes_the_blind_votes_of_the_absent_alone(lead: Project) -> None:
    opened(lead)
    vote_all(lead, "ann", 2, 2, 2)
    close_session(lead, "s")
    view = seen_by(lead, "ann", "c1")
    assert view.seen is not None and not view.may_vote_again
    with pytest.raises(RoundClosed):
        voting(lead, "ann", only=uuid_of(lead, "c1"), again=True).submit(uuid_of(lead, "c1"), new_uuid(), shown_answer(1), READING)
    assert seen_by(lead, "bob", "c1").why_unseen == "Your own answer first: the others' are shown after it."
    vote_all(lead, "bob", 1)
    assert seen_by(lead, "bob", "c1").seen is not None
    with pytest.raises(Refused, match="no open session"):
        close_session(lead, "s")


def test_a_vote_after_a_look_elsewhere_is_marked_and_counts_in_no_figure(lead: Project) -> None:
    opened(lead)
    change(
        lead,
        "INSERT INTO reveal (uuid, annotator_id, comparison_id, round_id, kind, at)"
        " SELECT '00000000-0000-4000-8000-000000000001', p.id, c.id, NULL, 'figures', '2001-01-01T00:00:00.000000Z'"
        " FROM annotator p, comparison c WHERE p.name = 'bob' AND c.key = 'c1'",
    )
    vote_all(lead, "ann", 2, 2)
    vote_all(lead, "bob", -2, 2)
    vote_all(lead, "cyd", 2, 2)
    reveal(lead, "s", everything=True)
    seen_by(lead, "ann", "c3")
    view = seen_by(lead, "ann", "c1")
    assert view.seen is not None and [v.told_before for v in view.seen.votes if v.blind and v.blind.rationale == "bob said -2"] == [True]
    assert view.seen.figures.blind.value == 1.0 and view.seen.figures.told_before == 1


# what comes of it


def test_the_report_says_what_was_shown_to_its_reader_alone(lead: Project) -> None:
    answered_round(lead, SAID)
    opened(lead, items=("c1", "c3", "c5"), round="r")
    reveal(lead, "s", "c1")
    document = session_report(lead, "s")
    assert [i["shown"] for i in document["items"]] == [False] * 3 and document["agreement"]["blind"]["value"] is None
    assert document["left_out"]["not_shown_to_you"] == 3 and not reveals(lead)
    assert "worked on" not in str(document) and document["absent"] == ["lead"]
    vote_all(lead, "lead", 1)
    document = session_report(lead, "s")
    assert [i["shown"] for i in document["items"]] == [True, False, False] and reveals(lead) == [("lead", "c1")]
    reveal(lead, "s", everything=True)
    assert session_report(lead, "s", not_voting=True)["candidates"] == [], "only what settles a pilot may become gold"
    change(lead, "UPDATE round SET options = json_set(options, '$.pilot', 6)")
    document = session_report(lead, "s")
    assert [i["shown"] for i in document["items"]] == [True] * 3
    blind = document["agreement"]["blind"]
    # c1: 1, -1, 1 and the lead's 1; c3: 0, 3, 3; c5: 1, 1, 1.
    assert blind["value"] == pytest.approx((1 / 2 + 1 / 3 + 1) / 3) and blind["n_items"] == 3
    assert "no effect" in document["agreement"]["note"] and document["agreement"]["no_interval"]["blind"]
    assert [c["comparison"] for c in document["candidates"]] == ["c5"]
    assert document["candidates"][0]["command"].startswith("prefterm gold add c5 --strength 1 ")


def test_second_votes_make_a_candidate_where_the_first_were_apart(lead: Project) -> None:
    answered_round(lead, SAID)
    change(lead, "UPDATE round SET options = json_set(options, '$.pilot', 6)")
    opened(lead, items=("c1",), round="r")
    reveal(lead, "s", "c1")
    for person in ("ann", "bob", "cyd"):
        seen_by(lead, person, "c1")
    for person, answer in (("ann", shown_answer(-2, sections=("better",))), ("bob", shown_answer(-1)), ("cyd", shown_answer(-3))):
        again(lead, person, "c1", answer)
    document = session_report(lead, "s", not_voting=True)
    found = document["candidates"]
    assert [(c["comparison"], c["strength"], c["votes"], c["after_discussion"], c["sections"]) for c in found] == [
        ("c1", -2, 3, 3, ["better"])
    ]
    assert "--section better" in found[0]["command"] and not rows(lead, "SELECT id FROM gold")


def test_comments_and_proposals_come_after_the_showing_and_name_their_source(lead: Project) -> None:
    opened(lead)
    vote_all(lead, "ann", 2)
    vote_all(lead, "bob", 1)
    ann, bob = (open_project(lead.database.path, p) for p in ("ann", "bob"))
    session, item = find_session(ann, "s"), uuid_of(lead, "c1")
    for early in (lambda: comment(ann, session, item, "x", new_uuid()), lambda: propose(ann, session, item, None, "x", new_uuid())):
        with pytest.raises(Refused, match="after the answers were shown"):
            early()
    reveal(lead, "s", "c1")
    seen_by(lead, "ann", "c1")
    note, wording = new_uuid(), new_uuid()
    for _ in range(2):
        comment(ann, session, item, "  vague costs little\x1b[2J ", note)
        propose(ann, session, item, "better", "Say what vague costs.", wording)
    with pytest.raises(Refused, match="no section"):
        propose(ann, session, item, "nonesuch", "x", new_uuid())
    with pytest.raises(Refused, match="nothing was written"):
        comment(ann, session, item, "  ", new_uuid())
    assert proposal_list(bob) == ([], 1), "bob has not seen the item"
    assert proposal_list(lead)[1] == 1, "nor has the lead"
    view = seen_by(lead, "bob", "c1")
    assert view.seen is not None and [r.text for r in view.seen.remarks] == ["vague costs little\x1b[2J"]
    assert [(p.section, p.wording, p.own) for p in view.seen.proposals] == [("better", "Say what vague costs.", False)]
    found, withheld = proposal_list(bob, "helpfulness")
    assert (found[0]["session"], found[0]["comparison"], found[0]["section"], withheld) == ("s", "c1", "better", 0)
    assert found[0]["by"].startswith("annotator ")
    seen_by(lead, "lead", "c1", without_vote=True)
    found, _ = proposal_list(lead)
    assert found[0]["by"] == "ann"
    assert decide(lead, wording[:8], take=True) == {"id": wording, "state": "taken"}
    with pytest.raises(Refused, match="taken already"):
        decide(lead, wording, take=False)
    with pytest.raises(Refused, match="no proposal begins"):
        decide(lead, "", take=False)
    assert not event_problems(lead.database)


def test_the_raw_export_carries_a_session_and_takes_it_back(tmp_path: Path, lead: Project) -> None:
    opened(lead)
    vote_all(lead, "ann", 2)
    vote_all(lead, "bob", -2)
    reveal(lead, "s", "c1")
    ann = open_project(lead.database.path, "ann")
    seen = seen_by(lead, "ann", "c1")
    comment(ann, find_session(ann, "s"), seen.item, "why", new_uuid())
    propose(ann, find_session(ann, "s"), seen.item, None, "wording", new_uuid())
    again(lead, "ann", "c1", shown_answer(1))
    first, second = tmp_path / "raw.jsonl", tmp_path / "again.jsonl"
    export_raw(lead, first)
    import_raw(first, tmp_path / "other.db")
    other = open_project(tmp_path / "other.db", "lead")
    export_raw(other, second)
    assert first.read_bytes() == second.read_bytes()
    assert seen_by(other, "ann", "c1").seen == seen_by(lead, "ann", "c1").seen and seen_by(other, "bob", "c3").seen is None


def test_whether_it_helped_is_read_off_later_items_alone(lead: Project) -> None:
    opened(lead, items=("c0", "c1"))
    for person in ("ann", "bob"):
        vote_all(lead, person, 2, 2)
    assert session_report(lead, "s", not_voting=True)["since_closed"] is None
    close_session(lead, "s")
    assert session_report(lead, "s", not_voting=True)["since_closed"]["raw_agreement"]["undefined"]
    for person in ("ann", "bob"):
        for key in ("c0", "c1"):
            assert seen_by(lead, person, key).seen is not None
    answered_round(lead, {})
    later = session_report(lead, "s")["since_closed"]
    assert later["n_items"] == 0, "items that the lead can still be served are not shown by it"
    assert "no difference" in later["note"]
    close_round(lead, "r")
    later = session_report(lead, "s")["since_closed"]
    assert (later["n_items"], later["raw_agreement"]["value"]) == (4, 1.0), "what was discussed is not among them"
