"""The life of an answer, rule by rule (design.md §5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefterm.domain.clock import after, now
from prefterm.domain.errors import AnswerRefused, ClaimLost, Refused, RoundClosed
from prefterm.domain.ids import new_uuid
from prefterm.domain.presentation import unpresent
from prefterm.services.access import Project
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Served
from prefterm.services.rounds import close_round
from prefterm.store import claims, comparisons, drafts
from tests.factories import (
    PEOPLE,
    READING,
    Projects,
    change,
    labeling,
    let_leases_end,
    make_round,
    rows,
    shown_answer,
    write_jsonl,
)


def must(served: Served | None) -> Served:
    assert served is not None
    return served


def answer(desk: Labeling, served: Served, strength: int = 2) -> Served | None:
    return desk.submit(served.assignment, served.judgment_uuid, shown_answer(strength), READING).following


def claim_item(desk: Labeling, comparison: str) -> Served:
    """Answer until that comparison is on the screen."""
    served = must(desk.claim())
    while served.comparison != comparison:
        served = must(answer(desk, served))
    return served


def assignment_state(project: Project, served: Served) -> tuple[str, str]:
    sql = "SELECT a.state, s.state AS slot FROM assignment a JOIN slot s ON s.id = a.slot_id WHERE a.uuid = ?"
    found = rows(project, sql, served.assignment)[0]
    return found["state"], found["slot"]


def reveal(project: Project, person: str, comparison: str) -> None:
    change(
        project,
        "INSERT INTO reveal (uuid, annotator_id, comparison_id, round_id, kind, at) SELECT ?, n.id, c.id, NULL, 'gold answer', ?"
        " FROM annotator n, comparison c WHERE n.name = ? AND c.key = ?",
        new_uuid(), now(), person, comparison,
    )  # fmt: skip


# claims and leases


def test_a_second_terminal_gets_the_same_item_and_its_draft(project: Projects) -> None:
    lead = project()
    make_round(lead)
    one, two = labeling(lead, "ann"), labeling(lead, "ann")
    first = must(one.claim())
    one.save_draft(first.assignment, first.judgment_uuid, {"strength": 1})
    again = must(two.claim())
    assert again.assignment == first.assignment
    assert again.draft == {"strength": 1}
    assert again.judgment_uuid == first.judgment_uuid


def test_an_expired_slot_returns_with_its_order(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    ann, bob, cyd = (labeling(lead, name) for name in PEOPLE[:3])
    first = must(ann.claim())
    other = must(bob.claim())
    assert other.order == first.order[::-1]
    assert cyd.claim() is None
    let_leases_end(lead, "ann")
    taken = must(cyd.claim())
    assert (taken.comparison, taken.order) == (first.comparison, first.order)
    assert taken.assignment != first.assignment


def test_a_lease_is_half_an_hour_and_keys_renew_it(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())

    def lease() -> str:
        return str(rows(lead, "SELECT lease_until FROM assignment WHERE uuid = ?", served.assignment)[0]["lease_until"])

    assert after(now(), minutes=29) < lease() < after(now(), minutes=31)
    change(lead, "UPDATE assignment SET lease_until = ?", after(now(), minutes=1))
    ann.renew(served.assignment)
    assert lease() > after(now(), minutes=29)


def test_a_draft_holds_its_item_for_a_day(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": -1})
    until = rows(lead, "SELECT lease_until FROM assignment")[0]["lease_until"]
    assert after(now(), hours=23.9) < until < after(now(), hours=24.1)
    ann.claim()
    ann.renew(served.assignment)
    assert rows(lead, "SELECT lease_until FROM assignment")[0]["lease_until"] == until, "a lease was shortened"


def test_a_submit_deletes_its_draft(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": -1})
    answer(ann, served)
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": -1})
    assert rows(lead, "SELECT * FROM draft") == [], "a draft that came after its submit was kept"


def test_a_late_submit_retakes_a_free_slot(project: Projects) -> None:
    lead = project(4)
    make_round(lead)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    served = must(ann.claim())
    let_leases_end(lead, "ann")
    while must(bob.claim()).comparison == served.comparison:
        bob.skip(must(bob.claim()).assignment, "outside my field")
    assert assignment_state(lead, served) == ("expired", "free")
    answer(ann, served)
    assert assignment_state(lead, served) == ("answered", "answered")


def test_a_late_submit_to_a_lost_slot_is_refused_and_its_draft_stays(project: Projects) -> None:
    lead = project(1)
    make_round(lead, overlap=1, up_to=1)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    served = must(ann.claim())
    let_leases_end(lead, "ann")
    must(bob.claim())
    ann.save_draft(served.assignment, served.judgment_uuid, {"strength": 3})
    with pytest.raises(ClaimLost, match="draft is kept"):
        answer(ann, served)
    assert rows(lead, "SELECT * FROM judgment") == []
    with lead.database.read() as connection:
        row = claims.assignment(connection, served.assignment)
        assert row is not None
        assert drafts.draft_of(connection, row.id) == (served.judgment_uuid, {"strength": 3})


def test_a_late_submit_never_makes_a_second_answer_on_an_item(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    old = must(ann.claim())
    let_leases_end(lead, "ann")
    theirs = must(bob.claim())
    assert theirs.order == old.order
    newer = must(ann.claim())
    assert newer.comparison == old.comparison
    assert newer.assignment != old.assignment
    bob.skip(theirs.assignment, "outside my field")
    with pytest.raises(ClaimLost):
        answer(ann, old)
    answer(ann, newer)
    with pytest.raises(ClaimLost):
        ann.submit(old.assignment, new_uuid(), shown_answer(1), READING)
    assert len(rows(lead, "SELECT * FROM judgment")) == 1


def test_nobody_acts_on_anothers_item(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    served = must(ann.claim())
    for act in (
        lambda: answer(bob, served),
        lambda: bob.skip(served.assignment, "outside my field"),
        lambda: bob.flag(served.assignment, "privacy"),
        lambda: bob.save_draft(served.assignment, new_uuid(), {}),
        lambda: bob.renew(served.assignment),
        lambda: bob.painted(served.assignment),
    ):
        with pytest.raises(Refused, match="not yours"):
            act()
    assert assignment_state(lead, served) == ("open", "claimed")


def test_a_claim_takes_the_order_seen_less(project: Projects) -> None:
    lead = project(40)
    make_round(lead)
    ann = labeling(lead, "ann")
    served, seen = must(ann.claim()), []
    for _ in range(39):
        seen.append(served.order)
        # Every item has both orders free, so that the balance is ann's own.
        assert abs(seen.count((0, 1)) - seen.count((1, 0))) <= 1
        served = must(answer(ann, served))


def test_the_sequence_differs_between_annotators(project: Projects) -> None:
    lead = project(30)
    make_round(lead)
    sequences = []
    for name in PEOPLE[:2]:
        desk = labeling(lead, name)
        served, mine = desk.claim(), []
        while served is not None:
            mine.append(served.comparison)
            served = answer(desk, served)
        sequences.append(mine)
    assert sorted(sequences[0]) == sorted(sequences[1]), "with overlap 2 and two people both answer everything"
    assert len(sequences[0]) == 30
    same = sum(a == b for a, b in zip(*sequences, strict=True))
    assert same < 10, f"{same} of 30 items at the same place"


def test_a_served_pair_never_unblinds(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    served = must(labeling(lead, "ann").claim())
    assert "m1" not in repr(served)
    assert "m2" not in repr(served)


# the choice, and how it is kept


@pytest.mark.parametrize("person", PEOPLE[:2])
def test_the_sign_is_canonical_whatever_order_was_shown(project: Projects, person: str) -> None:
    lead = project(8)
    make_round(lead)
    desk, expected, orders = labeling(lead, person), {}, set()
    served = desk.claim()
    while served is not None:
        orders.add(served.order)
        # The person always prefers the text "first of …", wherever it stands on the screen.
        left = served.responses[served.order[0]].startswith("first")
        expected[served.judgment_uuid] = 3
        shown = unpresent(shown_answer(3 if left else -3, acceptable=(left, not left)), served.order)
        served = desk.submit(served.assignment, served.judgment_uuid, shown, READING).following
    assert orders == {(0, 1), (1, 0)}
    found = rows(lead, "SELECT j.uuid, p.strength FROM preference p JOIN judgment j ON j.id = p.judgment_id")
    assert {f["uuid"]: f["strength"] for f in found} == expected
    marks = rows(lead, "SELECT DISTINCT position, value FROM response_score WHERE dimension = 'acceptable' ORDER BY position")
    assert [(m["position"], m["value"]) for m in marks] == [(0, 1.0), (1, 0.0)]


def test_the_same_uuid_again_changes_nothing(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    following = must(answer(ann, served, 2))
    again = ann.submit(served.assignment, served.judgment_uuid, shown_answer(2), READING)
    assert again.judgment == served.judgment_uuid
    assert must(again.following).assignment == following.assignment
    assert [j["answer"] for j in rows(lead, "SELECT answer FROM judgment")] == ['{"strength":2}']


def test_what_a_second_terminal_says_under_the_uuid_of_a_shared_draft_is_stored(project: Projects) -> None:
    lead = project()
    make_round(lead)
    first, second = labeling(lead, "ann"), labeling(lead, "ann")
    served = must(first.claim())
    first.save_draft(served.assignment, served.judgment_uuid, {"strength": 2})
    shared = must(second.claim())
    assert shared.judgment_uuid == served.judgment_uuid
    answer(second, shared, 2)
    stored = first.submit(served.assignment, served.judgment_uuid, shown_answer(-3), READING)
    assert stored.judgment != served.judgment_uuid
    said = rows(lead, "SELECT revision, answer, supersedes_id IS NULL AS first FROM judgment ORDER BY id")
    assert said == [{"revision": 1, "answer": '{"strength":2}', "first": 1}, {"revision": 2, "answer": '{"strength":-3}', "first": 0}]


def test_an_answer_taken_back_is_not_given_again_once_its_item_is_settled(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    answer(ann, served, 2)
    back = must(ann.undo())
    (item,) = rows(lead, "SELECT key FROM comparison")
    gold = {"comparison": item["key"], "strength": 1, "reason": "settled meanwhile"}
    import_files(lead, [write_jsonl(lead.database.path.with_name("gold.jsonl"), [gold])])
    for again in (ann.redo, lambda: answer(ann, back, 3)):
        with pytest.raises(Refused, match="settled"):
            again()


def test_every_judgment_carries_the_version_its_round_pins(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    answer(ann, must(ann.claim()))
    ann.undo()
    pinned = rows(lead, "SELECT guideline_version_id FROM round")[0]["guideline_version_id"]
    found = rows(lead, "SELECT guideline_version_id, status FROM judgment ORDER BY revision")
    assert [(f["guideline_version_id"], f["status"]) for f in found] == [(pinned, "submitted"), (pinned, "withdrawn")]


def test_an_edit_is_the_next_revision(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    answer(ann, served, 2)
    ann.submit(served.assignment, "edit", shown_answer(-1), READING)
    found = rows(lead, "SELECT uuid, revision, supersedes_id FROM judgment ORDER BY id")
    assert [(f["uuid"], f["revision"], f["supersedes_id"]) for f in found] == [(served.judgment_uuid, 1, None), ("edit", 2, 1)]


def test_an_edit_that_makes_a_clash_opens_a_slot_in_the_rarer_order(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    ann, bob, cyd = (labeling(lead, name) for name in PEOPLE[:3])
    mine, theirs = must(ann.claim()), must(bob.claim())
    answer(ann, mine, 2)
    answer(bob, theirs, 1)
    assert cyd.claim() is None, "nobody disagrees, and yet a slot was opened"
    ann.submit(mine.assignment, "edit", shown_answer(-2), READING)
    third = must(cyd.claim())
    answer(cyd, third)
    ann.submit(mine.assignment, "edit back", shown_answer(0), READING)
    slots = rows(lead, "SELECT number, origin, state, presented_order FROM slot ORDER BY number")
    assert [s["origin"] for s in slots] == ["planned", "planned", "opened"]
    assert all(s["state"] == "answered" for s in slots)
    assert rows(lead, "SELECT origin FROM assignment WHERE uuid = ?", third.assignment)[0]["origin"] == "opened"


# skip and flag


def test_a_skipped_item_never_returns_and_its_slot_is_free_at_once(project: Projects) -> None:
    lead = project(3)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    following = ann.skip(served.assignment, "outside my field")
    assert assignment_state(lead, served) == ("skipped", "free")
    seen = []
    while following is not None:
        seen.append(following.comparison)
        following = answer(ann, following)
    assert len(seen) == 2
    assert served.comparison not in seen
    assert labeling(lead, "ann").claim() is None
    with pytest.raises(Refused, match="skipped"):
        ann.submit(served.assignment, new_uuid(), shown_answer(1), READING)


def test_a_skip_needs_a_reason_and_an_item_without_answer(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    with pytest.raises(AnswerRefused):
        ann.skip(served.assignment, "")
    answer(ann, served)
    with pytest.raises(Refused, match="answered"):
        ann.skip(served.assignment, "outside my field")


def test_skipping_an_expired_turn_ends_the_newer_one_too(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    old = must(ann.claim())
    let_leases_end(lead, "ann")
    must(bob.claim())
    newer = must(labeling(lead, "ann").claim())
    assert newer.comparison == old.comparison
    assert newer.assignment != old.assignment
    assert ann.skip(old.assignment, "outside my field") is None, "the item that was skipped came back"


def test_a_privacy_flag_hides_at_once_also_from_those_who_hold_it(project: Projects) -> None:
    lead = project(1)
    make_round(lead, overlap=2)
    ann, bob, cyd = (labeling(lead, name) for name in PEOPLE[:3])
    mine, theirs = must(ann.claim()), must(bob.claim())
    bob.save_draft(theirs.assignment, theirs.judgment_uuid, {"strength": 1})
    assert ann.flag(mine.assignment, "privacy") is None
    with pytest.raises(Refused, match="hidden"):
        answer(bob, theirs)
    assert bob.claim() is None
    assert cyd.claim() is None
    assert rows(lead, "SELECT * FROM judgment") == []


def test_another_flag_leaves_the_item_where_it_is(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    assert must(ann.flag(served.assignment, "broken", "cut off")).assignment == served.assignment
    assert [f["reason"] for f in rows(lead, "SELECT reason FROM flag")] == ["broken"]


def test_undo_never_shows_a_hidden_item(project: Projects) -> None:
    lead = project(1)
    make_round(lead)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    mine = must(ann.claim())
    answer(ann, mine)
    bob.flag(must(bob.claim()).assignment, "privacy")
    try:
        served = ann.undo()
    except Refused:
        served = None
    assert served is None, "the texts of a hidden item were put on the screen"


def test_what_was_answered_or_skipped_was_on_a_screen(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")

    def painted(served: Served) -> str | None:
        return rows(lead, "SELECT painted_at FROM assignment WHERE uuid = ?", served.assignment)[0]["painted_at"]  # type: ignore[no-any-return]

    first = must(ann.claim())
    ann.painted(first.assignment)
    at = painted(first)
    assert at is not None
    second = must(answer(ann, first))
    assert (painted(first), painted(second)) == (at, None), "the first moment counts"
    third = must(answer(ann, second))
    assert painted(second) is not None
    ann.skip(third.assignment, "outside my field")
    assert painted(third) is not None


# undo


def test_undo_parks_the_present_item_and_they_come_back_in_order(project: Projects) -> None:
    lead = project(6)
    make_round(lead)
    ann = labeling(lead, "ann")
    first = must(ann.claim())
    second = must(answer(ann, first, 1))
    third = must(answer(ann, second, -2))
    back = must(ann.undo())
    assert (back.comparison, back.order) == (second.comparison, second.order)
    assert back.answer is not None
    assert back.answer.payload == {"strength": -2}
    assert back.judgment_uuid != second.judgment_uuid
    earlier = must(ann.undo())
    assert earlier.comparison == first.comparison
    assert assignment_state(lead, third) == ("parked", "claimed")
    assert ann.undo() is None
    # Forward again in the order in which they were answered, then the new one.
    assert must(labeling(lead, "ann").claim()).comparison == first.comparison
    following = must(answer(ann, earlier, 1))
    assert following.comparison == second.comparison
    following = must(answer(ann, following, 1))
    assert following.assignment == third.assignment


def test_undo_keeps_what_was_said_as_a_withdrawn_revision(project: Projects) -> None:
    lead = project(2)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    answer(ann, served)
    back = must(ann.undo())
    let_leases_end(lead, "ann")
    bob = labeling(lead, "bob")
    while bob.claim() is not None and must(bob.claim()).comparison != served.comparison:
        answer(bob, must(bob.claim()))
    assert assignment_state(lead, back)[0] == "expired"
    found = rows(lead, "SELECT revision, status FROM judgment WHERE annotator_id = (SELECT id FROM annotator WHERE name = 'ann')")
    assert [(f["revision"], f["status"]) for f in found] == [(1, "submitted"), (2, "withdrawn")]


def test_after_a_reveal_an_answer_is_neither_edited_nor_undone(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    answer(ann, served)
    reveal(lead, "bob", served.comparison)
    ann.submit(served.assignment, "edit", shown_answer(1), READING)  # a reveal to somebody else binds nobody
    reveal(lead, "ann", served.comparison)
    with pytest.raises(Refused, match="contest"):
        ann.undo()
    with pytest.raises(Refused, match="contest"):
        ann.submit(served.assignment, new_uuid(), shown_answer(-1), READING)
    assert len(rows(lead, "SELECT * FROM judgment")) == 2


def test_after_a_gold_answer_an_answer_is_neither_edited_nor_undone(project: Projects, tmp_path: Path) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    served = must(ann.claim())
    answer(ann, served)
    gold = {"comparison": served.comparison, "strength": 1, "reason": "settled"}
    import_files(lead, [write_jsonl(tmp_path / "gold.jsonl", [gold])])
    with pytest.raises(Refused, match="settled"):
        ann.undo()
    with pytest.raises(Refused, match="settled"):
        ann.submit(served.assignment, new_uuid(), shown_answer(-1), READING)


# who may take how much


def test_max_share_caps_a_person(project: Projects) -> None:
    lead = project(10)
    make_round(lead, max_share=0.5)
    ann = labeling(lead, "ann")
    served, n = ann.claim(), 0
    while served is not None:
        served, n = answer(ann, served), n + 1
    assert n == 5
    assert labeling(lead, "bob").claim() is not None


def test_a_reserved_person_is_served_nothing(project: Projects) -> None:
    lead = project()
    make_round(lead, reserve=("ann",))
    assert labeling(lead, "ann").claim() is None
    assert labeling(lead, "bob").claim() is not None


def test_opening_is_refused_where_it_could_never_be_finished(project: Projects) -> None:
    lead = project()
    for options in ({"overlap": 5, "up_to": 5}, {"max_share": 0.2}, {"reserve": PEOPLE[:3]}):
        with pytest.raises(Refused, match=r"overlap"):
            make_round(lead, "impossible", **options)
    assert rows(lead, "SELECT * FROM round") == []


def test_a_closed_round_takes_nothing(project: Projects) -> None:
    lead = project()
    make_round(lead)
    ann = labeling(lead, "ann")
    first = must(ann.claim())
    second = must(answer(ann, first))
    ann.save_draft(second.assignment, second.judgment_uuid, {"strength": 1})
    close_round(lead, "r")
    with pytest.raises(RoundClosed):
        answer(ann, second)
    with pytest.raises(RoundClosed):
        ann.claim()
    with pytest.raises(RoundClosed):
        ann.undo()
    assert ann.submit(first.assignment, first.judgment_uuid, shown_answer(2), READING).following is None
    assert len(rows(lead, "SELECT * FROM draft")) == 1
    assert len(rows(lead, "SELECT * FROM judgment")) == 1


# the cost of a claim


def test_a_claim_visits_few_rows_early_and_in_the_middle(project: Projects) -> None:
    lead = project(2000)
    make_round(lead)
    ann = labeling(lead, "ann")
    ann.project.database.keep_connected()
    visited = []
    must(ann.claim())
    visited.append(ann.memory.rows_visited)
    # Half of the round is ann's already, answered behind the program's back so that the test is quick.
    with lead.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO assignment (uuid, round_id, comparison_id, annotator_id, slot_id, purpose, origin, presented_order, state,"
            " claimed_at)"
            " SELECT 'filled ' || s.id, s.round_id, i.comparison_id, (SELECT id FROM annotator WHERE name = 'ann'), s.id, 'work',"
            " 'planned',"
            " s.presented_order, 'answered', '2026-01-01' FROM slot s JOIN round_item i ON i.id = s.round_item_id"
            " WHERE s.number = 0 AND s.state = 'free' AND i.id % 2 = 0 AND NOT EXISTS"
            " (SELECT 1 FROM assignment a WHERE a.comparison_id = i.comparison_id)"
        )
        connection.exec_driver_sql(
            "UPDATE slot SET state = 'answered' WHERE id IN (SELECT slot_id FROM assignment WHERE state = 'answered')"
        )
    served = must(ann.claim())
    for _ in range(40):
        served = must(answer(ann, served))
        visited.append(ann.memory.rows_visited)
    ann.project.database.close()
    assert 0 < max(visited) <= 64, visited


def test_a_claim_remembers_that_nothing_is_left_until_a_slot_is_freed(project: Projects) -> None:
    lead = project(30)
    make_round(lead)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    served = ann.claim()
    while served is not None:
        served = answer(ann, served)
    assert ann.claim() is None
    assert ann.memory.exhausted
    assert ann.memory.rows_visited == 0, "the walk through the round was not remembered"
    for name, left in (("bob", 4), ("cyd", 8)):
        # Their clashes with ann open a slot each, but not one that ann may take: she looks, and remembers again.
        desk = labeling(lead, name)
        for _ in range(left):
            answer(desk, must(desk.claim()), -2)
    assert ann.claim() is None
    assert ann.memory.rows_visited > 0
    assert ann.claim() is None
    assert ann.memory.rows_visited == 0
    assert must(bob.claim()).comparison


def test_a_freed_slot_is_found_by_who_had_come_to_the_end(project: Projects) -> None:
    lead = project(6)
    make_round(lead, overlap=1, up_to=1)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    held = must(bob.claim())
    served = ann.claim()
    while served is not None:
        served = answer(ann, served)
    assert ann.claim() is None
    bob.skip(held.assignment, "outside my field")
    assert must(ann.claim()).comparison == held.comparison


def test_a_hidden_item_shown_again_is_found_again(project: Projects) -> None:
    lead = project(1)
    make_round(lead, overlap=1, up_to=1)
    ann = labeling(lead, "ann")
    with lead.database.write() as connection:
        comparisons.hide(connection, 1, True)
    assert ann.claim() is None
    with lead.database.write() as connection:
        comparisons.hide(connection, 1, False)
    assert labeling(lead, "ann").claim() is not None


def test_a_sitting_left_idle_ended_when_it_was_last_worked_in(project: Projects) -> None:
    lead = project(2)
    make_round(lead)
    ann = labeling(lead, "ann")
    ann.claim()
    long_ago = "2026-01-01T00:00:00.000000Z"
    change(lead, "UPDATE sitting SET last_at = ?", long_ago)
    ann.leave()
    assert rows(lead, "SELECT last_at, ended_at FROM sitting") == [{"last_at": long_ago, "ended_at": long_ago}]
