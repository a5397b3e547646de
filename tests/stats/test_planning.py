"""What a round is told before it opens: counts by hand, golds that suffice by simulation, and a reason wherever a figure is missing."""

from __future__ import annotations

from random import Random

import pytest

from prefterm.domain.calibration import first_gap, next_gap
from prefterm.domain.gold_matching import Gold, item_levels
from prefterm.domain.qualification import QualificationRule
from prefterm.stats.drift import power
from prefterm.stats.planning import (
    RoundPlan,
    drift_outlook,
    gold_supply,
    holdout,
    load,
    pass_chances,
    pool_rows,
)
from prefterm.stats.planning_sentences import (
    drift_sentence,
    gold_sentences,
    holdout_sentence,
    load_sentence,
    pass_sentence,
    separability_sentence,
)
from prefterm.stats.separability import Separability

PLAN = RoundPlan(people=6, items=600, seconds=48)
RULE = QualificationRule()


def golds(n: int, *, margin: int = 2, section: str = "dosage") -> list[Gold]:
    levels = item_levels(margin=margin, sections=[section])
    return [Gold(i, 1 if i % 2 else -1, levels, i % 4 < 2) for i in range(n)]


def test_what_a_person_is_asked() -> None:
    """600 items twice over six people: 200 each, and a tenth and a twentieth on top."""
    found = load(PLAN)
    assert (found.work, found.golds, found.repeats, found.qualification, found.answers) == (200, 20, 10, 15, 245)
    assert found.hours == pytest.approx(245 * 48 / 3600) and found.team_hours == pytest.approx((1200 * 1.15 + 90) * 48 / 3600)
    sentence = load_sentence(PLAN, found)
    assert "245 answers" in sentence and "3.3 hours" in sentence and "20 hidden golds" in sentence


def test_nobodys_pace_is_no_hours() -> None:
    plan = RoundPlan(people=4, items=10, calibration=0, repeat=0, qualification=0)
    found = load(plan)
    assert (found.answers, found.hours, found.team_hours) == (5, None, None) and "pace" in found.undefined["hours"]
    assert "not known" in load_sentence(plan, found) and "hidden golds" not in load_sentence(plan, found)


def test_a_round_without_people_asks_nothing() -> None:
    found = load(RoundPlan(people=0, items=10))
    assert (found.work, found.answers, found.team_answers) == (0, 0, 0)


@pytest.mark.parametrize("wrong", [{"calibration": 0.6}, {"repeat": -0.1}, {"items": -1}])
def test_rates_that_no_gaps_have(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        RoundPlan(**{"people": 2, "items": 10, **wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize(("work", "rate"), [(60, 0.1), (200, 0.1), (125, 0.2)])
def test_the_golds_suffice_for_nearly_everybody(work: int, rate: float) -> None:
    plan = RoundPlan(people=1, items=work, overlap=1, calibration=rate, qualification=0)
    enough, random, kept, total = gold_supply(plan, [], {}, {}, RULE).needed, Random(3), 0, 0
    for _ in range(3000):
        served, at = 0, first_gap(random.random(), rate)
        while at <= work:
            served, at = served + 1, at + next_gap(random.random(), rate)
        kept, total = kept + (served <= enough), total + served
    assert total / 3000 == pytest.approx(load(plan).golds, rel=0.03)
    assert 0.93 <= kept / 3000 <= 0.995


def test_which_golds_are_missing() -> None:
    mix = {("margin", "1"): 0.5, ("margin", "2"): 0.5, ("section", "dosage"): 1.0}
    found = gold_supply(PLAN, golds(60), mix, {"ann": 0, "ben": 30}, RULE)
    assert (found.there, found.needed) == (60, 42) and found.needed_provisional == 58
    assert found.short == {"ben": 12}
    assert found.missing == {"margin 1": 21}
    said = " · ".join(gold_sentences(found))
    assert "42 golds" in said and "ben 12" in said and "21 of margin 1" in said
    enough = gold_supply(PLAN, golds(60), {("margin", "2"): 1.0}, {"ann": 0}, RULE)
    assert (enough.short, enough.missing) == ({}, {}) and len(gold_sentences(enough)) == 1


def test_the_longer_and_the_shorter_are_both_needed() -> None:
    pool = [Gold(i, 1, item_levels(margin=1), longer_right=True) for i in range(60)]
    assert gold_supply(PLAN, pool, {}, {}, RULE).missing == {"the shorter right": 21}
    ties = {("margin", "0"): 0.5, ("margin", "1"): 0.5}
    assert gold_supply(PLAN, pool, ties, {}, RULE).missing == {"margin 0": 21, "the shorter right": 10}


def test_without_calibration_no_golds_are_needed() -> None:
    plan = RoundPlan(people=3, items=30, calibration=0, qualification=0)
    found = gold_supply(plan, [], {("margin", "1"): 1.0}, {"ann": 0}, RULE)
    assert (found.needed, found.needed_provisional, found.short, found.missing) == (0, 0, {}, {})


def test_the_pool_by_its_kinds() -> None:
    pool = [*golds(4), Gold(9, 0, item_levels(margin=0, sections=["dosage", "tone"])), Gold(10, 1)]
    rows = {(r.side, r.margin, r.section, r.longer): r.golds for r in pool_rows(pool)}
    assert rows == {
        ("first", "2", "dosage", "longer"): 1, ("first", "2", "dosage", "shorter"): 1, ("second", "2", "dosage", "longer"): 1,
        ("second", "2", "dosage", "shorter"): 1, ("tie", "0", "dosage", "neither"): 1, ("tie", "0", "tone", "neither"): 1,
        ("first", "", "", "neither"): 1,
    }  # fmt: skip
    assert pool_rows([]) == []


def test_whom_the_bar_passes() -> None:
    chances = pass_chances(RULE)
    assert [(c.accuracy, round(c.passed, 2)) for c in chances] == [(0.75, 0.46), (0.8, 0.65), (0.85, 0.82), (0.9, 0.94)]
    sentence = pass_sentence(chances, 15)
    assert "75 / 80 / 85 / 90 %" in sentence and "46 / 65 / 82 / 94 pass after 15 golds" in sentence
    assert "6 / 2 / less than 1 / less than 1 do not pass" in sentence


def test_what_the_chart_will_see() -> None:
    found = drift_outlook(45)
    assert (found.golds, found.charted) == (45, 30)
    assert found.power_80 is not None and found.power_70 is not None and found.false_alarm is not None
    assert found.false_alarm < found.power_80 < power(0.9, 0.8, 30) < found.power_70
    sentence = drift_sentence(found)
    assert "30 golds" in sentence and f"to 80 % {100 * (1 - found.power_80):.0f} times in 100" in sentence


def test_what_no_chart_will_see() -> None:
    none = drift_outlook(15)
    assert (none.charted, none.power_80, none.power_70, none.false_alarm) == (0, None, None, None)
    assert "15 hidden golds" in none.undefined["power_80"] and "cannot be noticed" in drift_sentence(none)
    low = drift_outlook(60, accuracy=0.75)
    assert low.power_80 is None and low.power_70 is not None and "no fall" in low.undefined["power_80"]
    assert "to 80 %" not in drift_sentence(low) and "to 70 %" in drift_sentence(low)
    lower = drift_outlook(60, accuracy=0.65)
    assert "without a cause" in drift_sentence(lower) and "missed" not in drift_sentence(lower)


def test_what_the_sealed_side_can_tell() -> None:
    found = holdout(120)
    assert found.half_width == pytest.approx(0.081, abs=0.001) and found.low == pytest.approx(0.613, abs=0.001)
    assert "± 8 points (61–77 %)" in holdout_sentence(found)
    none = holdout(0)
    assert none.half_width is None and "--holdout" in none.undefined["low"] and "no reward model" in holdout_sentence(none)


def test_what_is_said_of_golds_that_show() -> None:
    def said(auc: float | None, low: float | None, high: float | None, why: str = "") -> str:
        undefined = {"auc": why} if why else {}
        return separability_sentence(Separability(auc=auc, low=low, high=high, golds=40, work=900, undefined=undefined))

    assert said(0.7, 0.6, 0.8).startswith("tags and lengths tell") and "0.70 (0.60–0.80; 40 golds, 900 items" in said(0.7, 0.6, 0.8)
    assert "are not told" in said(0.55, 0.45, 0.65)
    assert "cannot be said: needs 30" in said(None, None, None, "needs 30")
