"""What the rule does to people of a known accuracy: the reference table, every sequence counted, and a simulation of its own."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random

import pytest

from prefterm.domain.qualification import GoldResult, QualificationRule, Standing, standing
from prefterm.stats.qualification import QualificationOutlook, qualification_outlook

RULE = QualificationRule()
UNCAPPED = QualificationRule(cap=215)
"""The table of cleared and not follows people for 200 hidden golds, without the exit to the lead."""


@pytest.mark.parametrize(
    ("accuracy", "passed", "provisional", "not_passed"),
    [(0.6, 0.09, 0.52, 0.39), (0.7, 0.30, 0.57, 0.13), (0.8, 0.65, 0.33, 0.02), (0.9, 0.94, 0.06, 0.00)],
)
def test_the_first_fifteen_golds(accuracy: float, passed: float, provisional: float, not_passed: float) -> None:
    found = qualification_outlook(accuracy, RULE)
    assert (found.passed, found.provisional, found.not_passed) == pytest.approx((passed, provisional, not_passed), abs=0.0051)


def test_a_hard_cut_would_fail_a_true_expert_in_a_third_of_tries() -> None:
    passes = {p: qualification_outlook(p, RULE).passed for p in (0.75, 0.8, 0.85)}
    assert passes == pytest.approx({0.75: 0.46, 0.8: 0.65, 0.85: 0.82}, abs=0.0051)
    assert passes[0.8] ** 6 == pytest.approx(0.07, abs=0.005)


@pytest.mark.parametrize(
    ("accuracy", "cleared", "turned_away"),
    [(0.6, 0.03, 0.97), (0.7, 0.16, 0.83), (0.75, 0.35, 0.61), (0.8, 0.68, 0.28), (0.85, 0.90, 0.09), (0.9, 0.98, 0.02)],
)
def test_the_hidden_golds_decide(accuracy: float, cleared: float, turned_away: float) -> None:
    """Of those who are provisional after 15."""
    found = qualification_outlook(accuracy, UNCAPPED)
    assert (found.cleared / found.provisional, found.turned_away / found.provisional) == pytest.approx((cleared, turned_away), abs=0.01)


def test_the_decided_wait_for_nine_to_twenty_eight_golds() -> None:
    waits = []
    for accuracy in (0.6, 0.7, 0.75, 0.8, 0.85, 0.9):
        found = qualification_outlook(accuracy, UNCAPPED)
        assert found.further_golds is not None
        waits.append((found.further_golds * found.provisional - 200 * found.to_lead) / (found.provisional - found.to_lead))
    assert min(waits) == pytest.approx(9, abs=0.5) and max(waits) == pytest.approx(28, abs=0.5)


@pytest.mark.parametrize(
    ("accuracy", "shares"),
    [(0.6, (0.03, 0.89, 0.07)), (0.7, (0.14, 0.60, 0.26)), (0.8, (0.46, 0.21, 0.33)), (0.9, (0.90, 0.02, 0.07))],
)
def test_the_exit_to_the_lead_after_forty(accuracy: float, shares: tuple[float, float, float]) -> None:
    found = qualification_outlook(accuracy, RULE)
    assert tuple(x / found.provisional for x in (found.cleared, found.turned_away, found.to_lead)) == pytest.approx(shares, abs=0.0051)


def test_a_simulation_of_whole_people() -> None:
    """4,000 people of 75 %, each judged by `standing` as the program would: within three standard errors of the exact shares."""
    random, found = Random(17), Counter[Standing]()
    for _ in range(4000):
        golds = [GoldResult(random.random() < 0.75) for _ in range(40)]
        found[standing(golds, RULE).standing] += 1
    exact = qualification_outlook(0.75, RULE)
    shares = {Standing.PASSED: exact.passed, Standing.CLEARED: exact.cleared, Standing.TO_LEAD: exact.to_lead}
    shares[Standing.NOT_PASSED] = exact.not_passed + exact.turned_away
    assert {state: found[state] / 4000 for state in shares} == pytest.approx(shares, abs=0.024)
    assert sum(found.values()) == 4000 and set(found) <= set(shares)


def test_every_sequence_counts() -> None:
    """Against all 3^9 sequences of right, wrong and reversed, through the rule itself."""
    rule = QualificationRule(n=4, bar=0.75, cap=9)
    kinds = ((GoldResult(True), 0.7), (GoldResult(False), 0.2), (GoldResult(False, reversed_much=True), 0.1))
    found, golds = Counter[tuple[Standing, bool]](), 0.0
    for sequence in product(kinds, repeat=9):
        chance = 1.0
        for _, p in sequence:
            chance *= p
        results = [result for result, _ in sequence]
        ended = standing(results, rule)
        at_once = standing(results[:4], rule).decided
        found[ended.standing, at_once] += chance  # type: ignore[assignment]
        golds += chance * ended.answered
    exact = qualification_outlook(0.7, rule, reversal=0.1)
    assert exact.passed == pytest.approx(found[Standing.PASSED, True], abs=1e-12)
    assert exact.not_passed == pytest.approx(found[Standing.NOT_PASSED, True], abs=1e-12)
    assert exact.cleared == pytest.approx(found[Standing.CLEARED, False], abs=1e-12)
    assert exact.turned_away == pytest.approx(found[Standing.NOT_PASSED, False], abs=1e-12)
    assert exact.to_lead == pytest.approx(found[Standing.TO_LEAD, False], abs=1e-12)
    assert exact.golds == pytest.approx(golds, abs=1e-9)


@pytest.mark.parametrize(
    "rule", [RULE, QualificationRule(n=1), QualificationRule(n=40), QualificationRule(n=60), QualificationRule(bar=1.0)]
)
@pytest.mark.parametrize("accuracy", [0.0, 0.5, 0.83, 1.0])
def test_nobody_is_lost(rule: QualificationRule, accuracy: float) -> None:
    found = qualification_outlook(accuracy, rule)
    assert found.passed + found.provisional + found.not_passed == pytest.approx(1)
    assert found.cleared + found.turned_away + found.to_lead == pytest.approx(found.provisional)
    assert rule.n <= found.golds <= max(rule.n, rule.cap)
    assert (found.further_golds is None) == (found.provisional == 0)


def test_a_reversed_much_is_never_cleared_by_counts() -> None:
    often: QualificationOutlook = qualification_outlook(0.9, RULE, reversal=0.1)
    never = qualification_outlook(0.9, RULE)
    assert often.passed == pytest.approx(0.9**15, abs=1e-12) and often.cleared == 0 and often.to_lead > 0.7
    assert never.passed > 0.9


@pytest.mark.parametrize(("accuracy", "reversal"), [(-0.1, 0.0), (1.1, 0.0), (0.9, 0.2), (0.5, -0.1)])
def test_shares_that_are_none(accuracy: float, reversal: float) -> None:
    with pytest.raises(ValueError):
        qualification_outlook(accuracy, RULE, reversal)
