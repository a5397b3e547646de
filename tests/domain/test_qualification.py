"""Standing: every branch of the rule, contested golds, and that the first decision holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.qualification import GoldResult, Qualification, QualificationRule, Standing, reaches, score_gold, standing

RULE = QualificationRule()
HIT, MISS, REVERSED = GoldResult(True), GoldResult(False), GoldResult(False, reversed_much=True)
results_of = st.lists(st.sampled_from([HIT, HIT, HIT, MISS, MISS, REVERSED]), max_size=60)


def at(right: int, n: int, *, reversals: int = 0) -> Qualification:
    return standing([HIT] * right + [REVERSED] * reversals + [MISS] * (n - right - reversals), RULE)


@pytest.mark.parametrize(
    ("right", "found"),
    [(15, "passed"), (12, "passed"), (11, "provisional"), (9, "provisional"), (8, "not_passed"), (0, "not_passed")],
)
def test_fifteen_golds(right: int, found: str) -> None:
    """Pass >= 12; not passed where the Wilson upper end is below .8, which is <= 8 (statistics.md 8f)."""
    assert at(right, 15).standing == found


def test_before_fifteen_nothing_is_decided() -> None:
    found = standing([MISS] * 14, RULE)
    assert (found.standing, found.right, found.n) == (Standing.IN_PROGRESS, 0, 14)
    assert "14 of 15 answered" in found.reason and not found.decided
    empty = standing([], RULE)
    assert (empty.standing, empty.n, empty.interval) == (Standing.IN_PROGRESS, 0, None)


def test_the_figures_beside_a_standing() -> None:
    found = at(13, 15)
    assert found.interval == pytest.approx((0.6212, 0.9626), abs=1e-4)
    assert "13 of 15" in found.reason and "62–96 %" in found.reason and "80 %" in found.reason


def test_a_reversed_much_waits_for_a_lead() -> None:
    found = at(14, 15, reversals=1)
    assert (found.standing, found.reversed_much, found.lead_alone) == (Standing.PROVISIONAL, 1, True)
    assert "lead" in found.reason
    more = standing([HIT] * 14 + [REVERSED] + [HIT] * 24, RULE)
    assert (more.standing, more.right, more.n) == (Standing.PROVISIONAL, 38, 39)
    assert standing([HIT] * 14 + [REVERSED] + [HIT] * 25, RULE).standing is Standing.TO_LEAD
    assert at(3, 15, reversals=1).standing is Standing.NOT_PASSED, "too few right is too few right"


def test_a_reversed_much_among_the_hidden_golds_counts_too() -> None:
    before = [HIT] * 11 + [MISS] * 4
    assert standing([*before, *[HIT] * 5], RULE).standing is Standing.CLEARED
    found = standing([*before, REVERSED, *[HIT] * 12], RULE)
    assert (found.standing, found.lead_alone) == (Standing.PROVISIONAL, True)


def test_the_hidden_golds_decide_over_all_so_far() -> None:
    before = [HIT] * 11 + [MISS] * 4
    for further in range(1, 5):
        found = standing([*before, *[HIT] * further], RULE)
        assert (found.standing, found.lead_alone) == (Standing.PROVISIONAL, False)
    cleared = standing([*before, *[HIT] * 5], RULE)
    assert (cleared.standing, cleared.right, cleared.n, cleared.answered) == (Standing.CLEARED, 16, 20, 20)
    failed = standing([*before, *[MISS] * 5], RULE)
    assert (failed.standing, failed.right, failed.n) == (Standing.NOT_PASSED, 11, 18)  # upper end .797; of 17 it is .827


def test_after_forty_golds_the_lead_decides() -> None:
    golds = [HIT] * 11 + [MISS] * 4
    golds += [MISS, HIT, HIT, HIT] * 10
    assert standing(golds[:39], RULE).standing is Standing.PROVISIONAL
    found = standing(golds, RULE)
    assert (found.standing, found.answered, found.decided, found.lead_alone) == (Standing.TO_LEAD, 40, True, True)
    assert "40 golds" in found.reason


def test_a_larger_qualification_goes_to_the_lead_at_once() -> None:
    rule = QualificationRule(n=50)
    assert standing([HIT] * 37 + [MISS] * 13, rule).standing is Standing.TO_LEAD
    assert standing([HIT] * 40 + [MISS] * 10, rule).standing is Standing.PASSED


@given(results_of, st.lists(st.sampled_from([HIT, MISS, REVERSED]), max_size=20))
def test_the_first_decision_holds(results: list[GoldResult], later: list[GoldResult]) -> None:
    found = standing(results, RULE)
    if found.decided:
        assert standing([*results, *later], RULE) == found


@given(results_of)
def test_what_a_standing_promises(results: list[GoldResult]) -> None:
    found = standing(results, RULE)
    golds = results[: found.answered]
    assert found.right == sum(r.right for r in golds) and found.n == len(golds) and found.n >= min(len(results), RULE.n)
    if found.standing in (Standing.PASSED, Standing.CLEARED):
        assert reaches(found.right, found.n, 0.8) and not any(r.reversed_much for r in golds)
    if found.standing is Standing.NOT_PASSED:
        assert found.interval is not None and found.interval.high < 0.8
    assert (found.standing is Standing.IN_PROGRESS) == (len(results) < RULE.n)
    assert found.answered <= RULE.cap and found.reason


def test_contested_golds_score_in_neither_direction() -> None:
    away = GoldResult(False, contested=True)
    found = standing([HIT] * 13 + [MISS] + [away], RULE)
    assert (found.standing, found.right, found.n, found.answered) == (Standing.PASSED, 13, 14, 15)
    assert "1 contested" in found.reason
    reversed_away = GoldResult(False, reversed_much=True, contested=True)
    assert standing([HIT] * 14 + [reversed_away], RULE).standing is Standing.PASSED


def test_nobody_passes_by_contesting_what_they_missed() -> None:
    away = GoldResult(False, contested=True)
    found = standing([HIT] * 11 + [MISS] * 2 + [away] * 2, RULE)
    assert (found.standing, found.right, found.n) == (Standing.PROVISIONAL, 11, 13)
    assert "contested" in found.reason
    assert standing([HIT] * 8 + [away] * 7, RULE).standing is Standing.PROVISIONAL
    nothing = standing([away] * 15, RULE)
    assert (nothing.standing, nothing.n, nothing.interval) == (Standing.PROVISIONAL, 0, None) and "contested" in nothing.reason


@pytest.mark.parametrize(
    ("strength", "gold", "largest", "right", "reverses"),
    [
        (1, 3, 3, True, False),
        (-1, 3, 3, False, False),
        (-3, 1, 3, False, True),
        (3, -2, 3, False, True),
        (-2, 3, 2, False, True),
        (-2, 3, 3, False, False),
        (-1, 1, 1, False, False),  # without margins nobody says "much"
        (0, 2, 3, False, False),
        (0, 0, 3, True, False),
        (3, 0, 3, False, False),
    ],
)
def test_how_an_answer_scores(strength: int, gold: int, largest: int, right: bool, reverses: bool) -> None:
    assert score_gold(strength, gold, largest) == GoldResult(right, reverses)


def test_the_bar_is_not_rounded() -> None:
    assert reaches(12, 15, 0.8) and not reaches(11, 14, 0.8) and not reaches(0, 0, 0.8)
    assert all(reaches(7 * i, 10 * i, 0.7) and not reaches(7 * i - 1, 10 * i, 0.7) for i in range(1, 40))


def test_what_is_no_rule() -> None:
    for wrong in ({"n": 0}, {"bar": 0.0}, {"bar": 1.1}):
        with pytest.raises(ValueError):
            QualificationRule(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        GoldResult(True, reversed_much=True)
