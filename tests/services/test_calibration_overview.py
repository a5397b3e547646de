"""What a person is told of their own calibration: the standing, the attempt, what waits, and what was told; never more."""

from __future__ import annotations

from pathlib import Path

from prefterm.services.calibrating import review_sitting
from prefterm.services.calibration_overview import RoundCalibration, calibration_overview, told_feedback
from prefterm.services.labeling import Labeling
from tests.factories import READING, labeling, make_round, rows, shown_answer
from tests.services.test_calibrating import gold_project, qualify


def answer(work: Labeling, times: int, strength: int = 1) -> None:
    for _ in range(times):
        served = work.claim()
        assert served is not None
        work.submit(served.assignment, served.judgment_uuid, shown_answer(strength), READING)


def only(work: Labeling) -> RoundCalibration:
    (found,) = calibration_overview(work.project)
    return found


def test_an_attempt_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, "plain")
    make_round(lead, qualification=3)
    work = labeling(lead, "ann")
    before = only(work)
    assert before.attempt is not None and (before.attempt.kind, before.attempt.number, before.attempt.of) == ("qualification", 1, 3)
    assert before.standing.startswith("qualification to be taken") and before.told == [] and before.name == "r"
    answer(work, 2)
    during = only(work)
    assert during.attempt is not None and (during.attempt.number, during.attempt.of) == (3, 3)
    assert len(during.told) == 2 and "begun" in during.standing
    answer(work, 1)
    after = only(work)
    assert after.attempt is None and [f.served.attempt is None for f in after.told] == [True] * 3
    answered = rows(
        lead, "SELECT c.key FROM assignment a JOIN comparison c ON c.id = a.comparison_id WHERE a.state = 'answered' ORDER BY a.id"
    )
    assert [f.served.comparison for f in after.told] == [r["key"] for r in reversed(answered)], "the newest first"
    assert len(rows(lead, "SELECT 1 FROM reveal")) == 3, "reading it again reveals nothing anew"
    assert calibration_overview(labeling(lead, "bob").project)[0].told == []


def test_hidden_golds_are_there_once_they_were_told_and_no_sooner(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, calibration=0.5)
    work = labeling(lead, "ann")
    answer(work, 8)
    assert calibration_overview(work.project) == [], "nothing tells of a sitting that goes on"
    work.leave()
    waiting = only(work)
    assert waiting.waiting > 1 and waiting.told == [] and waiting.standing == "" and waiting.attempt is None
    shown = review_sitting(work.project, work.round)
    found = only(work)
    assert found.waiting == 0 and [f.gold for f in found.told] == [f.gold for f in reversed(shown)]
    assert [f.gold for f in told_feedback(work.project, work.round, 1)] == [shown[-1].gold]
    answer(work, 8)
    assert [f.gold for f in only(work).told] == [f.gold for f in found.told], "those of the next sitting are not among them"


def test_whoever_is_reserved_has_no_calibration(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, people=("ann", "bob", "cyd"))
    make_round(lead, qualification=3, reserve=("cyd",))
    assert calibration_overview(labeling(lead, "cyd").project) == []


def test_an_undecided_standing_does_not_move_with_the_golds_of_a_sitting_that_goes_on(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=10, calibration=0.5)
    work = labeling(lead, "ann")
    qualify(work, lambda n: n <= 7)
    seen = set()
    for _ in range(12):
        answer(work, 1)
        found = only(work)
        seen.add((found.standing, found.waiting, len(found.told)))
    assert len(seen) == 1 and "not decided yet" in seen.pop()[0]
    assert rows(lead, "SELECT 1 FROM assignment WHERE purpose = 'calibration' AND state = 'answered'")
    before = only(work).standing
    work.leave()
    assert only(work).standing != before and only(work).waiting
