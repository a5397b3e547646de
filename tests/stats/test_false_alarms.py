"""Planted habits and honest people, looked at after every answer. The whole table: `python -m tests.bench.audits`."""

from __future__ import annotations

import numpy as np
import pytest

from prefterm.stats.bias import position
from prefterm.stats.intervals import alarm_threshold, crossing, e_value
from prefterm.stats.length import gold_pairs
from tests.bench.audits import Habits, _paired_golds, alarms, critical_counts

AUDITS = ("position", "repeats", "length")


@pytest.mark.parametrize("longer_better", [0.5, 0.6, 0.7])
def test_honest_teams_are_left_alone(longer_better: float) -> None:
    """Of 400 teams of five, at most 5 % ever see an alarm of any audit in 400 answers each, whatever is truly better."""
    found = alarms(np.random.default_rng(21), 2000, Habits(), longer_better)
    anyone = np.logical_or.reduce([found[name] for name in AUDITS]).reshape(400, 5).any(axis=1)
    assert anyone.mean() <= 0.05
    if longer_better > 0.5:
        assert found["naive"].mean() > 0.5, "a test of the longer against one half accuses most of them"


def test_planted_leans_are_found() -> None:
    """5, 10 and 20 points by 400 choices in a team of five: as often as the exact power says (600 people, three standard errors)."""
    for points in (0.05, 0.1, 0.2):
        found = alarms(np.random.default_rng(22), 600, Habits(left=2 * points, ties=0.0), 0.5)["position"].mean()
        assert found == pytest.approx(crossing(400, alarm_threshold(5), 0.5 + points), abs=0.06)


def test_a_planted_habit_of_the_longer_is_found_on_golds_alone() -> None:
    """Two fifths chosen for length; 2,000 answers with 200 golds. It shows on balanced golds, and no other audit mistakes it."""
    found = alarms(np.random.default_rng(23), 60, Habits(longer=0.4), 0.5, answers=2000)
    assert found["length"].mean() > 0.8 and not found["repeats"].any() and found["position"].mean() < 0.1


def test_a_lean_shows_in_repeats() -> None:
    """Half of all pairs by side: the flips of 100 repeats all go left."""
    assert alarms(np.random.default_rng(24), 60, Habits(left=0.5), 0.5, answers=2000)["repeats"].mean() > 0.5


def test_the_simulation_alarms_where_the_audit_does() -> None:
    rng = np.random.default_rng(25)
    threshold = alarm_threshold(5)
    least = critical_counts(120, threshold)
    for _ in range(6):
        sides: list[int] = []
        for side in np.where(rng.random(120) < 0.72, 1, -1).tolist():
            sides.append(side)
            audit = position(sides, 5)
            assert audit.alarm == (audit.left >= least[audit.n] or audit.n - audit.left >= least[audit.n])
    better, longer = rng.random((40, 200)) < 0.5, rng.random((40, 200)) < 0.8
    counted = rng.random((40, 200)) < 0.5
    ever = _paired_golds(counted & ~better, counted & better, longer != better, threshold)
    for row in range(40):
        looks = []
        for upto in range(0, 201, 1):
            where = counted[row, :upto]
            pairs = gold_pairs(better[row, :upto][where].tolist(), longer[row, :upto][where].tolist())
            looks.append(e_value(pairs.toward_longer, pairs.one_error) >= threshold)
        assert any(looks) == ever[row]
