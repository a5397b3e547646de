"""Qualification, hidden golds, repeats, drift and feedback, through the life of an answer on real files."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, is_dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update
from sqlalchemy.engine import Engine

from prefterm.domain.errors import Gated, Lacking, NotAllowed, Refused
from prefterm.domain.qualification import Standing
from prefterm.services.access import Project
from prefterm.services.agreement import AgreementOptions, agreement
from prefterm.services.auditing import audit
from prefterm.services.calibrating import contest_gold, release, review_sitting, standing_sentence, waiting_feedback
from prefterm.services.contests import review_contest
from prefterm.services.exporting import ExportOptions, export
from prefterm.services.golds import gold_list, retire_gold
from prefterm.services.guidelines import publish
from prefterm.services.home import home_summary
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling
from prefterm.services.own_answers import own_answers
from prefterm.services.parted import parted
from prefterm.services.raw_transfer import export_raw
from prefterm.services.rounds import RoundOptions, check_round, close_round
from prefterm.services.serving import Served
from prefterm.services.standings import provisional_people, standing_of
from prefterm.services.status import my_progress, status
from prefterm.store import core
from tests.factories import GUIDELINE, READING, comparison, labeling, make_project, make_round, shown_answer, write_jsonl


def gold_project(folder: Path, items: int = 40, golds: int = 40, people: tuple[str, ...] = ("ann", "bob")) -> Project:
    """A project with `items` comparisons to label and `golds` more that are settled: the first is better in every even one."""
    lead = make_project(folder, items, people)
    settled = [comparison(n) for n in range(1000, 1000 + golds)]
    answers = [
        {
            "comparison": f"c{n}", "strength": 2 if n % 2 == 0 else -2, "reason": f"because of {n}", "sections": ["length"],
        }
        for n in range(1000, 1000 + golds)
    ]  # fmt: skip
    import_files(lead, [write_jsonl(folder / "settled.jsonl", settled), write_jsonl(folder / "gold.jsonl", answers)])
    return lead


def gold_strength(served: Served) -> int | None:
    """The settled strength of a pair of `gold_project`; None for work."""
    number = int(served.comparison.removeprefix("c"))
    return None if number < 1000 else (2 if number % 2 == 0 else -2)


def answer(work: Labeling, served: Served, strength: int) -> Any:
    return work.submit(served.assignment, served.judgment_uuid, shown_answer(strength), READING)


def qualify(work: Labeling, right: Callable[[int], bool] = lambda n: True) -> list[Any]:
    """Answer a whole attempt; `right`: whether the n-th is answered in the gold's direction. The feedback of each."""
    found = []
    while (served := work.claim()) is not None and served.attempt is not None:
        strength = gold_strength(served)
        assert strength is not None
        work.painted(served.assignment)
        found.append(answer(work, served, strength // 2 if right(served.attempt.number) else -strength // 2).feedback)
        if served.attempt.number == served.attempt.of:
            break
    return found


def purposes(project: Project, person: str) -> Counter[str]:
    with project.database.read() as connection:
        a, p = core.assignment.c, core.annotator.c
        rows = connection.execute(
            select(a.purpose).join_from(core.assignment, core.annotator, p.id == a.annotator_id).where(p.name == person)
        )
        return Counter(rows.scalars())


def test_a_qualification_comes_before_work_and_teaches(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=5, calibration=0.1)
    work = labeling(lead, "ann")
    served = work.claim()
    assert served is not None and served.attempt is not None
    assert (served.attempt.kind, served.attempt.number, served.attempt.of) == ("qualification", 1, 5)
    told = qualify(work, lambda n: n != 2)
    assert [f.right for f in told] == [True, False, True, True, True]
    assert told[1].so_far == (1, 2) and told[1].reason.startswith("because of") and told[1].sections == ("length",)
    assert told[-1].outcome.startswith("Passed: 4 of 5 in the right direction")
    following = work.claim()
    assert following is not None and following.attempt is None
    assert my_progress(work.project, work.round).done == 0
    with lead.database.read() as connection:
        found = standing_of(connection, work.round, work.project.actor.id)
        assert provisional_people(connection, work.round) == set()
    assert found is not None and found.qualification.standing is Standing.PASSED


def test_feedback_is_revealed_before_it_is_told_and_cannot_be_undone(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=3)
    work = labeling(lead, "ann")
    served = work.claim()
    assert served is not None
    feedback = answer(work, served, 1).feedback
    with lead.database.read() as connection:
        shown = connection.execute(
            select(core.reveal.c.kind, core.comparison.c.key).join_from(
                core.reveal, core.comparison, core.comparison.c.id == core.reveal.c.comparison_id
            )
        ).all()
    assert [tuple(r) for r in shown] == [("gold", served.comparison)]
    with pytest.raises(Refused, match="shown its gold"):
        work.undo()
    again = work.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING)
    assert again.feedback is not None and again.feedback.gold == feedback.gold, "a retry after a lost acknowledgement is told again"


def test_who_is_clearly_below_is_gated_until_a_lead_lifts_it(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=15)
    work = labeling(lead, "ann")
    told = qualify(work, lambda n: n <= 5)
    assert told[-1].outcome.startswith("Not passed: 5 of 15")
    with pytest.raises(Gated, match="decides how it goes on"):
        work.claim()
    assert "not passed" in standing_sentence(work.project, work.round)
    with pytest.raises(NotAllowed):
        release(work.project, "ann", "please")
    with pytest.raises(Refused, match="give the reason"):
        release(lead, "ann", " ")
    assert release(lead, "ann", "was ill") == ["ann may take the qualification again, with other golds"]
    first = {r.comparison for r in (f.served for f in told)}
    second = qualify(work)
    assert len(second) == 15 and not first & {f.served.comparison for f in second}
    assert second[-1].outcome.startswith("Passed")
    assert (following := work.claim()) is not None and following.attempt is None


def test_between_is_provisional_and_hidden_golds_decide(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=200, golds=60)
    make_round(lead, qualification=10, calibration=0.1)
    work = labeling(lead, "ann")
    told = qualify(work, lambda n: n > 3)
    assert told[-1].outcome.startswith("Not decided yet: 7 of 10")
    with lead.database.read() as connection:
        assert provisional_people(connection, work.round) == {work.project.actor.id}
    served = work.claim()
    for _ in range(60):
        assert served is not None
        served = answer(work, served, (gold_strength(served) or 2) // 2).following
    assert purposes(lead, "ann")["calibration"] >= 5
    with lead.database.read() as connection:
        found = standing_of(connection, work.round, work.project.actor.id)
        assert found is not None and found.qualification.standing is Standing.CLEARED
        assert provisional_people(connection, work.round) == set()


def test_a_reversed_much_is_for_the_lead_alone(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=5)
    work = labeling(lead, "ann")
    for _ in range(5):
        served = work.claim()
        assert served is not None and served.attempt is not None
        strength = gold_strength(served) or 0
        last = answer(work, served, -3 * (1 if strength > 0 else -1) if served.attempt.number == 1 else strength).feedback
    assert "a lead alone can clear this" in last.outcome
    assert work.claim() is not None, "work goes on, provisionally"
    with lead.database.read() as connection:
        assert provisional_people(connection, work.round) == {work.project.actor.id}
    assert release(lead, "ann", "we talked") == ["ann counts as qualified"]
    with lead.database.read() as connection:
        assert provisional_people(connection, work.round) == set()


def test_a_qualification_stands_where_it_was_after_a_kill_and_survives_skips(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=4)
    served = labeling(lead, "ann").claim()
    assert served is not None
    labeling(lead, "ann").save_draft(served.assignment, served.judgment_uuid, {"strength": 1})
    again = labeling(lead, "ann").claim()
    assert again is not None and (again.assignment, again.attempt, again.draft) == (served.assignment, served.attempt, {"strength": 1})
    with lead.database.write() as connection:
        connection.execute(update(core.assignment).values(lease_until="2020-01-01T00:00:00.000000Z"))
    again = labeling(lead, "ann").claim()
    assert again is not None and again.assignment == served.assignment, "an attempt's item that ran out is the same item"
    work = labeling(lead, "ann")
    other = work.skip(again.assignment, "outside my field")
    assert other is not None and other.attempt is not None and other.attempt.number == 1 and other.comparison != served.comparison
    assert len(qualify(work)) == 4


def test_too_little_gold_is_said_and_nothing_is_begun(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, golds=4)
    with pytest.raises(Lacking, match=r"takes 5 golds.*ann 4.*--pilot"):
        make_round(lead, qualification=5)
    make_round(lead, qualification=4)
    retire_gold(lead, "c1000", "wrong")
    with pytest.raises(Gated, match="only 3 that you have not met"):
        labeling(lead, "ann").claim()
    with lead.database.read() as connection:
        assert connection.execute(select(core.qualification_attempt.c.id)).all() == []


# hidden


def sit(work: Labeling, number: int, strength: Callable[[Served], int] = lambda s: (gold_strength(s) or 2) // 2) -> list[Served]:
    """Answer so many items; what was served."""
    found: list[Served] = []
    served = work.claim()
    while served is not None and len(found) < number:
        found.append(served)
        work.painted(served.assignment)
        served = answer(work, served, strength(served)).following
    return found


def test_hidden_golds_come_at_gaps_of_at_least_two_and_are_like_work(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=300, golds=60)
    make_round(lead, calibration=0.2)
    work = labeling(lead, "ann")
    served = sit(work, 150)
    places = [n for n, s in enumerate(served) if gold_strength(s) is not None]
    assert 12 <= len(places) <= 40
    assert min(b - a for a, b in pairwise(places)) >= 3, "at least two items of work between"
    assert len({b - a for a, b in pairwise(places)}) > 3, "not periodic"
    assert len({s.comparison for s in served}) == 150, "no gold twice"
    golds = [s for s in served if gold_strength(s) is not None]
    assert abs(Counter(s.order for s in golds)[(0, 1)] - len(golds) / 2) <= 1, "orders alternate"
    for shown in (golds[0], next(s for s in served if gold_strength(s) is None)):
        assert {k for k, v in asdict(shown).items() if v} == {
            "assignment", "comparison", "order", "prompt", "responses", "judgment_uuid", "continuations",
        }  # fmt: skip
    progress = my_progress(work.project, work.round)
    assert progress.done == 150 and progress.share == 300 * 2 / 3 * 1.2


def test_a_repeat_mirrors_its_original_and_comes_late(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=150, golds=0)
    make_round(lead, repeat=0.2, overlap=2)
    work = labeling(lead, "ann")
    served = sit(work, 140)
    first: dict[str, int] = {}
    repeats = []
    for n, s in enumerate(served):
        if s.comparison in first:
            repeats.append((first[s.comparison], n))
        else:
            first[s.comparison] = n
    assert len(repeats) >= 5
    for a, b in repeats:
        assert b - a > 50 and served[a].order == tuple(reversed(served[b].order))
    with lead.database.read() as connection:
        opened = connection.execute(select(core.slot.c.id).where(core.slot.c.origin == "opened")).all()
    assert opened == [], "a repeat is no further vote"


def test_a_repeat_that_is_skipped_is_only_that(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=80, golds=0)
    make_round(lead, repeat=0.4)
    work = labeling(lead, "ann")
    seen: set[str] = set()
    served = work.claim()
    while served is not None and served.comparison not in seen:
        seen.add(served.comparison)
        served = answer(work, served, 1).following
    assert served is not None
    following = work.skip(served.assignment, "outside my field")
    assert following is None or following.comparison != served.comparison
    assert purposes(lead, "ann")["repeat"] >= 1


def test_a_dry_pool_ends_calibration_and_work_goes_on(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=60, golds=3)
    make_round(lead, calibration=0.4)
    served = sit(labeling(lead, "ann"), 60)
    assert sum(gold_strength(s) is not None for s in served) == 3
    assert len(served) == 60


def test_feedback_waits_for_the_end_of_the_sitting(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=80)
    make_round(lead, calibration=0.3)
    work = labeling(lead, "ann")
    served = sit(work, 40, lambda s: -1)
    golds = [s for s in served if gold_strength(s) is not None]
    assert waiting_feedback(work.project, work.round) == 0, "nothing tells during the sitting"
    assert review_sitting(work.project, work.round) == []
    work.leave()
    assert waiting_feedback(work.project, work.round) == len(golds) > 0
    told = review_sitting(work.project, work.round)
    assert [f.served.assignment for f in told] == [s.assignment for s in golds]
    assert [f.right for f in told] == [(gold_strength(s) or 0) < 0 for s in golds]
    assert told[-1].so_far == (sum(f.right for f in told), len(told))
    assert waiting_feedback(work.project, work.round) == 0
    with pytest.raises(Refused, match="shown its gold"):
        work.reopen(golds[0].assignment)


def test_a_contested_gold_scores_nobody(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=5)
    work = labeling(lead, "ann")
    told = qualify(work, lambda n: n != 1)
    with pytest.raises(Refused, match="never shown"):
        contest_gold(labeling(lead, "bob").project, told[0].gold, "wrong")
    contest_gold(work.project, told[0].gold, "the gold is wrong")
    with lead.database.read() as connection:
        found = standing_of(connection, work.round, work.project.actor.id)
    assert found is not None and (found.qualification.right, found.qualification.n) == (4, 4)
    with pytest.raises(Refused, match="already"):
        contest_gold(work.project, told[0].gold, "wrong")


def test_an_alarm_of_drift_asks_for_a_recalibration_and_the_chart_begins_anew(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=400, golds=120)
    make_round(lead, calibration=0.5)
    work = labeling(lead, "ann")
    golds = 0

    def strength(served: Served) -> int:
        nonlocal golds
        settled = gold_strength(served)
        if settled is None:
            return 1
        golds += 1
        return settled if golds <= 15 else -settled

    served = work.claim()
    while served is not None and served.attempt is None:
        served = answer(work, served, strength(served)).following
    assert served is not None and served.attempt is not None
    assert (served.attempt.kind, served.attempt.of, served.attempt.sections) == ("recalibration", 6, ("length",))
    assert 18 <= golds <= 20, "three or four misses after fifteen right ones"
    told = qualify(work)
    assert told[-1].outcome.startswith("That was the recalibration")
    with lead.database.read() as connection:
        gate = connection.execute(select(core.gate.c.kind, core.gate.c.lifted_at, core.gate.c.note)).one()
    assert gate.kind == "drift" and gate.lifted_at is not None and gate.note == "recalibrated"
    charted = audit(lead, annotator="ann")["annotators"][0]["drift"]
    assert charted["n"] == golds and not charted["alarm"] and charted["statistic"] == 0, "the chart begins anew behind a closed alarm"
    assert (following := work.claim()) is not None and following.attempt is None
    assert sum(gold_strength(s) is not None for s in sit(work, 3)) <= 2


def test_the_limit_of_the_chart_is_the_rounds(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=300, golds=80)
    make_round(lead, calibration=0.5, drift_limit=1.0)
    work = labeling(lead, "ann")
    served, golds = work.claim(), 0
    while served is not None and served.attempt is None:
        settled = gold_strength(served)
        golds += settled is not None
        served = answer(work, served, 1 if settled is None else settled if golds <= 15 else -settled).following
    assert served is not None and golds == 16, "one miss is enough at this limit"
    assert audit(lead, "r", "ann")["annotators"][0]["drift"]["alarm"], "the audit's chart alarms where the live one does"
    with pytest.raises(Lacking, match="--drift-limit must be"):
        make_round(lead, "s", drift_limit=0.1)


def test_a_lead_may_close_an_alarm(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=400, golds=120)
    make_round(lead, calibration=0.5)
    work = labeling(lead, "ann")
    served, golds = work.claim(), 0
    while served is not None and served.attempt is None:
        settled = gold_strength(served)
        golds += settled is not None
        served = answer(work, served, 1 if settled is None else settled if golds <= 15 else -settled).following
    assert release(lead, "ann", "the golds were odd") == ["ann goes on without a recalibration; the chart begins anew"]
    with pytest.raises(Refused, match="nothing stands"):
        release(lead, "ann", "again")


# over any history


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["right", "wrong", "skip", "leave", "expire", "undo", "review"]), min_size=10, max_size=60))
def test_nobody_is_served_gold_that_they_have_met(tmp_path_factory: pytest.TempPathFactory, acts: list[str]) -> None:
    lead = gold_project(tmp_path_factory.mktemp("met"), items=40, golds=25, people=("ann",))
    make_round(lead, overlap=1, calibration=0.5, repeat=0.3, qualification=2)
    work = labeling(lead, "ann")
    painted: dict[str, set[str]] = {}
    for act in acts:
        try:
            served = work.claim()
        except Gated:
            release(lead, "ann", "go on")
            continue
        if served is None:
            break
        if gold_strength(served) is not None:
            painted.setdefault(served.comparison, set()).add(served.assignment)
        work.painted(served.assignment)
        if act == "skip":
            work.skip(served.assignment, "outside my field")
        elif act == "leave":
            work.leave()
        elif act == "expire":
            with lead.database.write() as connection:
                connection.execute(update(core.assignment).values(lease_until="2020-01-01T00:00:00.000000Z"))
        elif act == "review":
            review_sitting(work.project, work.round)
        elif act == "undo":
            with suppress(Refused):
                work.undo()
        else:
            settled = gold_strength(served)
            answer(work, served, 1 if settled is None else settled // 2 if act == "right" else -settled // 2)
    assert all(len(turns) == 1 for turns in painted.values()), painted


# nothing shows


def shape(value: Any) -> Any:
    """What a value shows of its kind: keys and types, without the texts themselves."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: shape(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list | tuple) else type(value).__name__


def test_nothing_that_an_annotator_sees_tells_a_check_from_work(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=80, golds=40)
    make_round(lead, calibration=0.4)
    work = labeling(lead, "ann")
    served = sit(work, 40)
    golds = {s.comparison for s in served if gold_strength(s) is not None}
    assert 5 < len(golds) < 30
    assert len({json.dumps(shape(s)) for s in served}) == 1, "a field of the pair differs"
    listed = own_answers(work.project, work.round)
    assert {a.assignment for a in listed} == {s.assignment for s in served}, "the list of own answers has all, and no others"
    assert len({json.dumps(shape(replace(a, why_fixed=None))) for a in listed}) == 1
    assert [a.why_fixed for a in listed if a.why_fixed] == [], "that an answer could no longer be changed would tell"
    assert [len(a.assignment) for a in listed] == [36] * 40
    shown = json.dumps([status(work.project), home_summary(work.project), asdict(my_progress(work.project, work.round))])
    for word in ("calibration", "hidden", "gold", "purpose", "check"):
        assert word not in shown.casefold().replace("no gold", ""), word
    assert my_progress(work.project, work.round).done == len(served)
    with pytest.raises(NotAllowed):
        export_raw(work.project, tmp_path / "raw.jsonl")
    with pytest.raises(NotAllowed):
        gold_list(work.project)


def test_a_check_costs_no_more_statements_than_work(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=120, golds=60)
    make_round(lead, calibration=0.3)
    work = labeling(lead, "ann")
    counted: dict[bool, list[int]] = {True: [], False: []}
    served = work.claim()
    for _ in range(60):
        assert served is not None
        work.painted(served.assignment)
        with statements() as run:
            served = answer(work, served, (gold_strength(served) or 2) // 2).following
        assert served is not None
        counted[gold_strength(served) is not None].append(len(run))
    first, second = (median(counted[kind]) for kind in (True, False))
    assert abs(first - second) <= 3, counted


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that any connection runs meanwhile."""
    found: list[str] = []

    def note(*arguments: Any) -> None:
        found.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_provisional_work_enters_no_figure_and_no_export_until_it_is_cleared(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=30, golds=40)
    make_round(lead, qualification=5)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    qualify(ann)
    for number in range(5):
        served = bob.claim()
        assert served is not None
        settled = gold_strength(served) or 0
        answer(bob, served, (-3 if settled > 0 else 3) if number == 0 else settled)
    for work in (ann, bob):
        assert len(sit(work, 30)) == 30
    found = agreement(lead, AgreementOptions(round="r"))
    assert found["left_out"]["provisional"] == 30 and found["left_out"]["qualification"] == 10
    assert found["n_items"] == 0 and found["items"]["single"] == 30 and found["annotators"] == ["ann"]
    each = ExportOptions("trl-dpo", labels="each")
    assert export(lead, each, tmp_path / "a").left_out["provisional"] == 30
    assert export(lead, replace(each, provisional=True), tmp_path / "b").left_out.get("provisional", 0) == 0
    release(lead, "bob", "talked it through")
    found = agreement(lead, AgreementOptions(round="r"))
    assert found["left_out"]["provisional"] == 0 and found["n_items"] == 30
    assert export(lead, each, tmp_path / "c").left_out.get("provisional", 0) == 0


def test_home_says_what_waits_and_how_one_stands(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=80)
    make_round(lead, qualification=5, calibration=0.4)
    work = labeling(lead, "ann")
    home = home_summary(work.project)
    assert home["waiting"] == [
        {"kind": "qualification", "sentence": "Qualification: 5 items, before your first pair in r.", "key": "", "round": "r"}
    ]
    assert home["rounds"][0]["standing"] == "qualification to be taken"
    served = work.claim()
    assert served is not None
    told = answer(work, served, 1).feedback
    assert home_summary(work.project)["waiting"][0]["sentence"].startswith("Qualification: from item 2 of 5 on")
    qualify(work)
    assert home_summary(work.project)["waiting"] == []
    sit(work, 20)
    assert home_summary(work.project)["waiting"] == [], "nothing of checks while the sitting goes on"
    work.leave()
    assert home_summary(work.project)["waiting"][0]["kind"] == "review"
    contest_gold(work.project, told.gold, "it is the other one")
    review_contest(lead, told.served.comparison, uphold=True, note="so it is")
    assert {"kind": "decided", "sentence": "A settled answer that you contested was retired: so it is", "key": ""} in home_summary(
        work.project
    )["waiting"]


def test_who_passed_before_needs_no_gold_and_others_are_named(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, golds=8)
    make_round(lead, "first", qualification=5)
    qualify(labeling(lead, "ann", "first"))
    asked = RoundOptions("second", "helpfulness", qualification=5)
    found = check_round(lead, asked)
    assert found.problems == [] and found.outlook is not None, "ann has passed, bob and lead can begin: two are enough"
    assert not any("cannot begin" in sentence for sentence in found.outlook.lacking)
    for number in range(1004, 1008):
        retire_gold(lead, f"c{number}", "wrong")
    found = check_round(lead, asked)
    assert "too few people could begin; there are, for bob 4, lead 4" in found.problems[0], "ann needs none"
    assert check_round(lead, replace(asked, overlap=1)).problems == []
    work = labeling(lead, make_round(lead, "third", overlap=1, qualification=5) and "ann", "third")
    served = work.claim()
    assert served is not None and served.attempt is None, "what was passed holds under the same guideline"


def test_skipping_makes_no_qualification_shorter(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, golds=6)
    make_round(lead, overlap=1, qualification=5)
    work = labeling(lead, "ann")
    served = work.claim()
    assert served is not None
    served = answer(work, served, 1).feedback and work.claim()
    while served is not None:
        served = work.skip(served.assignment, "outside my field")
    with pytest.raises(Gated, match="no settled item is left in the place of 4 of its 5"):
        work.claim()
    gates = status(lead)["gates"]
    assert [(g["annotator"], g["kind"]) for g in gates] == [("ann", "to_lead")]
    assert standing_sentence(work.project, work.round).startswith("qualification begun: 1 of 5 answered")
    release(lead, "ann", "knows the field")
    following = work.claim()
    assert following is not None and following.attempt is None


def test_gold_that_was_met_elsewhere_is_replaced_in_an_attempt(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=60, golds=30, people=("ann",))
    make_round(lead, "r1", overlap=1, qualification=4)
    first = labeling(lead, "ann", "r1")
    begun = first.claim()
    assert begun is not None
    answer(first, begun, 1)
    make_round(lead, "r2", overlap=1, calibration=0.5)
    met = {s.comparison for s in sit(labeling(lead, "ann", "r2"), 60) if gold_strength(s) is not None}
    assert len(met) > 10
    rest = [f.served.comparison for f in qualify(first)]
    assert len(rest) == 3 and not met & set(rest)


def test_one_recalibration_is_enough_in_whatever_round(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=300, golds=120)
    make_round(lead, "r1", calibration=0.5, drift_limit=1.0)
    make_round(lead, "r2", calibration=0.5)
    first, second = labeling(lead, "ann", "r1"), labeling(lead, "ann", "r2")
    served, golds = first.claim(), 0
    while served is not None and served.attempt is None:
        settled = gold_strength(served)
        golds += settled is not None
        served = answer(first, served, 1 if settled is None else settled if golds <= 15 else -settled).following
    assert served is not None
    elsewhere = second.claim()
    assert elsewhere is not None and elsewhere.attempt is not None and elsewhere.attempt.sections == ("length",)
    qualify(second)
    following = second.claim()
    assert following is not None and following.attempt is None
    held = first.claim()
    assert held is not None and held.attempt is not None, "what is on the screen may be answered still"
    answer(first, held, 1)
    following = first.claim()
    assert following is not None and following.attempt is None, "the alarm is closed"


def test_a_failed_qualification_outranks_what_was_put_to_the_lead(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=200, golds=100)
    make_round(lead, qualification=5, calibration=0.5)
    work = labeling(lead, "ann")
    for _ in range(5):
        served = work.claim()
        assert served is not None and served.attempt is not None
        strength = gold_strength(served) or 0
        answer(work, served, -3 * (1 if strength > 0 else -1) if served.attempt.number == 1 else strength)
    with pytest.raises(Gated):
        while (served := work.claim()) is not None:
            settled = gold_strength(served)
            answer(work, served, 1 if settled is None else -settled // 2)
    assert {g["kind"] for g in status(lead)["gates"]} == {"to_lead", "not_passed"}
    assert release(lead, "ann", "again") == ["ann may take the qualification again, with other golds"]
    served = work.claim()
    assert served is not None and served.attempt is not None and served.attempt.number == 1


# what was attacked


def test_a_look_at_answers_of_a_closed_round_is_a_reveal_too(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=6, golds=0)
    make_round(lead)
    for person, strength in (("ann", 2), ("bob", -2)):
        sit(labeling(lead, person), 6, lambda _, said=strength: said)  # type: ignore[misc]
    close_round(lead, "r")
    assert len(parted(lead, AgreementOptions(), "ann", "bob")) == 6
    agreement(lead, AgreementOptions(consensus=True))
    with lead.database.read() as connection:
        shown = connection.execute(select(core.reveal.c.comparison_id).where(core.reveal.c.annotator_id == lead.actor.id)).scalars().all()
    assert len(set(shown)) == 6, "who saw the answers is never served them as gold, and counts in no later round"
    make_round(lead, "again", overlap=1)
    sit(labeling(lead, "lead", "again"), 6)
    assert agreement(lead, AgreementOptions(round="again"))["left_out"]["after_reveal"] == 6


def test_a_later_version_that_asks_anew_takes_nothing_from_an_older_round(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=40, golds=60)
    make_round(lead, "old", qualification=4)
    old = labeling(lead, "ann", "old")
    qualify(old)
    text = GUIDELINE.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^note:.*$", "note: Asks anew.", text.replace("version: 1", "version: 2", 1), count=1)
    (tmp_path / "v2.md").write_text(text, encoding="utf-8")
    publish(lead, tmp_path / "v2.md", "more", requalify=True)
    make_round(lead, "new", qualification=4)
    new = labeling(lead, "ann", "new")
    served = new.claim()
    assert served is not None and served.attempt is not None, "the new version asks anew"
    qualify(new, lambda n: False)
    with lead.database.read() as connection:
        assert provisional_people(connection, old.round) == set()
    following = old.claim()
    assert following is not None and following.attempt is None


def test_what_one_passed_stands_while_another_contests(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=5)
    ann, bob = labeling(lead, "ann"), labeling(lead, "bob")
    told = qualify(ann, lambda n: n != 1)
    mine = {f.served.comparison: f for f in told}
    theirs = {f.served.comparison: f for f in qualify(bob)}
    for shared in mine.keys() & theirs.keys():
        contest_gold(bob.project, theirs[shared].gold, "no")
    contest_gold(ann.project, told[-1].gold, "no")
    with lead.database.read() as connection:
        assert provisional_people(connection, ann.round) == set()


def test_a_rejected_contest_that_decides_against_somebody_reaches_the_lead(tmp_path: Path) -> None:
    lead = gold_project(tmp_path)
    make_round(lead, qualification=15)
    work = labeling(lead, "ann")
    told = qualify(work, lambda n: n <= 5)
    release(lead, "ann", "by mistake")
    again = qualify(work, lambda n: n <= 5)
    assert len(told) == 15 == len(again)
    for feedback in again[5:]:
        contest_gold(work.project, feedback.gold, "no")
    with lead.database.write() as connection:
        connection.execute(update(core.gate).values(lifted_at=core.gate.c.opened_at, lifted_by=1))
        connection.execute(delete(core.gate))
    for feedback in again[5:]:
        review_contest(lead, feedback.served.comparison, uphold=False, note="it stands")
    with pytest.raises(Gated):
        work.claim()
    assert [g["kind"] for g in status(lead)["gates"]] == ["not_passed"], "nobody is left at a dead end"
    assert release(lead, "ann", "again") == ["ann may take the qualification again, with other golds"]


def test_a_check_that_was_counted_is_not_flipped(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=100, golds=60)
    make_round(lead, calibration=0.5)
    work = labeling(lead, "ann")
    served = sit(work, 12, lambda s: -((gold_strength(s) or -2) // 2))
    checks = [s for s in served if gold_strength(s) is not None]
    assert work.reopen(checks[0].assignment).editing, "within the sitting a check is like work"
    work.leave_edit(checks[0].assignment)
    work.leave()
    for shown in checks:
        with pytest.raises(Refused, match="it was a check, and was counted"):
            work.reopen(shown.assignment)
    plain = next(s for s in served if gold_strength(s) is None)
    assert work.reopen(plain.assignment).editing


def test_a_check_that_was_taken_back_before_the_sitting_ended_is_answered_in_the_next(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=60, golds=40)
    make_round(lead, calibration=0.5)
    work = labeling(lead, "ann")
    served = work.claim()
    while served is not None and gold_strength(served) is None:
        served = answer(work, served, 1).following
    assert served is not None
    answer(work, served, 1)
    taken_back = work.undo()
    assert taken_back is not None and taken_back.assignment == served.assignment
    work.leave()
    held = work.claim()
    assert held is not None and held.assignment == served.assignment
    assert answer(work, held, 2).following is not None, "nobody is stuck at it"


def test_a_gold_that_is_retired_shows_in_nothing(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=60, golds=40)
    make_round(lead, calibration=0.5)
    work = labeling(lead, "ann")
    checks = [s for s in sit(work, 20) if gold_strength(s) is not None]
    retire_gold(lead, checks[0].comparison, "wrong")
    assert [a.why_fixed for a in own_answers(work.project, work.round) if a.why_fixed] == []
    assert work.reopen(checks[0].assignment).editing


def test_a_recalibration_that_is_skipped_is_not_called_one(tmp_path: Path) -> None:
    lead = gold_project(tmp_path, items=300, golds=80)
    make_round(lead, calibration=0.5, drift_limit=1.0)
    work = labeling(lead, "ann")
    served, golds = work.claim(), 0
    while served is not None and served.attempt is None:
        settled = gold_strength(served)
        golds += settled is not None
        served = answer(work, served, 1 if settled is None else settled if golds <= 15 else -settled).following
    skips = 0
    while served is not None and served.attempt is not None:
        served, skips = work.skip(served.assignment, "outside my field"), skips + 1
    assert skips == 6, "no further gold is spent on what is skipped"
    with lead.database.read() as connection:
        assert connection.execute(select(core.gate.c.note)).scalar_one() == "every item of the recalibration was skipped"
