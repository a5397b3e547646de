"""What the audits find and how often they accuse the innocent, looked at after every answer: `python -m tests.bench.audits`.

A simulated person answers pairs whose longer response is truly better in a given share; hidden golds are every tenth answer, repeats
every twentieth. Every audit is looked at after every answer, alarms by E >= 20 * m * t.

Printed on 24 November 2026 (E >= 300 for a team of five, 1,200 for twenty; simulated where n > 1, else exact):

    honest teams, 400 answers each, longer better in           50 %      60 %      70 %     goal
    five people: some alarm, any audit          n 4,000      .85 %     .55 %     .62 %    <= 5 %
    twenty people                               n 1,000      .90 %     .40 %     .70 %    <= 5 %
    people accused by a test of the longer against 1/2         4 %      74 %     100 %

    left lean, found by                      100       200       400 choices
    5 points                                 .00       .02       .06
    10 points                                .04       .21       .65
    20 points                                .61       .98      1.00

    longer chosen, whatever it says, by       20        50       100       150 pairs of golds
    in 10 % of pairs                         .00       .00       .00       .03
    in 20 %                                  .00       .00       .16       .55
    in 30 %                                  .00       .03       .74       .98
    in 40 %                                  .00       .24       .99      1.00

    the same, by 200 golds of which the longer is right in      50 %      60 %      70 %
    in 20 % of pairs                            n 1,000       .08       .02       .00
    in 40 %                                     n 1,000       .92       .81       .34
    (golds that are not balanced by length leave fewer pairs)

    steady at                                95 %      90 %      85 %      80 %
    asked by 200 golds without a cause         4 %      22 %      42 %      58 %
    golds until a fall of .1 is found         161       115        84        63
    golds until a fall of .2 is found          34        31        27        24
    a fall from 90 to 80 % found within 15 / 30 / 60 golds: 16 / 41 / 72 %
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from prefterm.stats.drift import alarmed_share, mean_delay, power
from prefterm.stats.intervals import alarm_threshold, binomial_p, crossing, log_e_value
from prefterm.stats.length import habit_noticed
from tests.bench.figures import Figure, Settings, print_figure, print_head

__all__ = ["Habits", "alarms", "critical_counts", "run"]

ANSWERS = 400
TEAM = 5
_GOLD_EVERY, _REPEAT_EVERY = 10, 20


@dataclass(frozen=True)
class Habits:
    """How a simulated person judges."""

    left: float = 0.0
    """Share of pairs in which the left is chosen whatever is on it: a lean of half as many points."""
    longer: float = 0.0
    """Share of the other pairs in which the longer is chosen whatever it says."""
    accuracy: float = 0.85
    """How often the better one is chosen, else."""
    ties: float = 0.1


@lru_cache(maxsize=16)
def critical_counts(n: int, threshold: float) -> NDArray[np.int64]:
    """For 0..n answers: the least count above one half that alarms; beyond the answers where none does."""
    least, found = 0, []
    for size in range(n + 1):
        least = max(least, (size + 1) // 2)
        while least <= size and log_e_value(least, size) < math.log(threshold):
            least += 1
        found.append(least if size else 1)
    return np.array(found)


def _ever(successes: NDArray[np.bool_], counted: NDArray[np.bool_], threshold: float) -> NDArray[np.bool_]:
    """Whether the evidence ever reached the threshold, looked at after each column; rows are people."""
    k, n = np.cumsum(successes & counted, axis=1), np.cumsum(counted, axis=1)
    least = critical_counts(counted.shape[1], threshold)[n]
    return ((k >= least) | (n - k >= least)).any(axis=1)


def _paired_golds(
    shorter_only: NDArray[np.bool_], longer_only: NDArray[np.bool_], wrong: NDArray[np.bool_], threshold: float
) -> NDArray[np.bool_]:
    """Whether the golds alarm: the i-th of one kind with the i-th of the other, one row a person; for each, by a loop."""
    least = critical_counts(wrong.shape[1], threshold)
    found = np.zeros(len(wrong), dtype=bool)
    for row in range(len(wrong)):
        a, b = wrong[row, shorter_only[row]], wrong[row, longer_only[row]]
        size = min(len(a), len(b))
        one = a[:size] != b[:size]
        k, n = np.cumsum(a[:size] & one), np.cumsum(one)
        found[row] = bool(((k >= least[n]) | (n - k >= least[n])).any())
    return found


def alarms(
    rng: np.random.Generator, people: int, habits: Habits, longer_better: float, *, answers: int = ANSWERS, m: int = TEAM
) -> dict[str, NDArray[np.bool_]]:
    """Whether each person was ever alarmed: by `position`, `repeats` and `length`; `naive` is a test of the longer against one half
    at the end. Independent people; ties take part in nothing.
    """
    shape, threshold = (people, answers), alarm_threshold(m)
    better = rng.random(shape) < longer_better  # whether the longer one is
    longer_left = rng.random(shape) < 0.5

    def judged() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the longer is chosen, when the longer stands left and when it stands right: one mind, two presentations."""
        by_merit = np.where(rng.random(shape) < habits.accuracy, better, ~better)
        mind = np.where(rng.random(shape) < habits.longer, True, by_merit)
        side = rng.random(shape) < habits.left
        return np.where(side, True, mind), np.where(side, False, mind)

    when_left, when_right = judged()
    longer = np.where(longer_left, when_left, when_right)
    left = longer == longer_left
    tie = rng.random(shape) < habits.ties
    again_left, again_right = judged()
    again_longer = np.where(longer_left, again_right, again_left)  # the sides are exchanged
    repeat = np.arange(answers) % _REPEAT_EVERY == _REPEAT_EVERY - 1
    flip = repeat & ~tie & (again_longer != longer)
    gold = (np.arange(answers) % _GOLD_EVERY == 0) & ~tie
    naive = np.array(
        [(binomial_p(int(k), int(n)) or 1.0) < 0.05 for k, n in zip((longer & ~tie).sum(axis=1), (~tie).sum(axis=1), strict=True)]
    )
    return {
        "position": _ever(left, ~tie, threshold),
        "repeats": _ever(left, flip, threshold),
        "length": _paired_golds(gold & ~better, gold & better, longer != better, threshold),
        "naive": naive,
    }


def _teams(settings: Settings) -> Iterator[Figure]:
    """False alarms over whole teams of honest people."""
    rng, teams = np.random.default_rng(11), settings.times(4000, 200)
    for m in (5, 20):
        for share in (0.5, 0.6, 0.7):
            count = max(teams * 5 // m, 50)
            found = alarms(rng, count * m, Habits(), share, m=m)
            each = {name: float(found[name].reshape(count, m).any(axis=1).mean()) for name in ("position", "repeats", "length")}
            any_alarm = np.logical_or.reduce([found[name] for name in each]).reshape(count, m).any(axis=1)
            parts = " / ".join(f"{100 * value:.2f}" for value in each.values())
            name = f"honest team of {m}, longer better in {share:.0%}: any alarm"
            yield Figure(name, f"{100 * any_alarm.mean():.2f} % ({parts})", "", count, "<= 5 %")
            yield Figure(
                "  of the people, a test of longer against one half", f"{100 * found['naive'].mean():.0f} % accused", "", count * m
            )


def _position(settings: Settings) -> Iterator[Figure]:
    """Power of the position audit, exact and simulated."""
    rng, people = np.random.default_rng(12), settings.times(2000, 200)
    for points in (0.05, 0.1, 0.2):
        exact = [crossing(n, alarm_threshold(TEAM), 0.5 + points) for n in (100, 200, 400)]
        seen = alarms(rng, people, Habits(left=2 * points, ties=0.0), 0.6)["position"].mean()
        shown = " / ".join(f"{value:.2f}" for value in exact)
        yield Figure(f"left lean of {100 * points:.0f} points, by 100 / 200 / 400 choices", shown, f"sim. {seen:.2f}", people)


def _length(settings: Settings) -> Iterator[Figure]:
    """Power of the golds against a habit of choosing the longer."""
    rng, people = np.random.default_rng(13), settings.times(1000, 100)
    for habit in (0.05, 0.1, 0.2, 0.3, 0.4):
        exact = [habit_noticed(n, habit, alarm_threshold(TEAM)) for n in (20, 50, 100, 150)]
        shown = " / ".join(f"{value:.2f}" for value in exact)
        yield Figure(f"longer in {habit:.0%} whatever it says, by 20/50/100/150 gold pairs", shown, "exact", 1)
    for habit in (0.2, 0.4):
        for share in (0.5, 0.6, 0.7):
            seen = alarms(rng, people, Habits(longer=habit), share, answers=2000)["length"].mean()
            yield Figure(f"  {habit:.0%}, 200 golds, longer better in {share:.0%} of them", f"{seen:.2f}", "", people)


def _drift() -> Iterator[Figure]:
    """The drift check, exact."""
    for accuracy in (0.95, 0.9, 0.85, 0.8):
        yield Figure(f"steady at {accuracy:.0%}: asked by 200 golds", f"{100 * alarmed_share(accuracy, 200):.0f} %", "exact")
        delays = " / ".join(f"{mean_delay(accuracy, fall):.0f}" for fall in (0.1, 0.2))
        yield Figure("  golds until a fall of .1 / .2 is found", delays, "exact")
    for n in (15, 30, 60):
        yield Figure(f"a fall from 90 to 80 % found within {n} golds", f"{100 * power(0.9, 0.8, n):.0f} %", "exact")


def run(settings: Settings) -> Iterator[Figure]:
    """All tables."""
    yield from _teams(settings)
    yield from _position(settings)
    yield from _length(settings)
    yield from _drift()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.audits", description="Simulates and prints; asserts nothing.")
    parser.add_argument("--quick", action="store_true", help="fewer people: to see that it runs")
    given = parser.parse_args()
    print_head()
    for figure in run(Settings(Path(), given.quick)):
        print_figure(figure)


if __name__ == "__main__":
    main()
