"""Runs and steps: published values, every order counted, and what no break may do."""

from __future__ import annotations

import math
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.sequence import sequence

SIDES = st.lists(st.sampled_from((1, 1, -1, -1, 0)), max_size=80)
PUBLISHED = [1 if side == "L" else -1 for side in "LLLRRLLRRRRLLLLLRRLRLLLLRRRRRLLL"]


def test_the_runs_test_as_published() -> None:
    # Wald and Wolfowitz 1940; values equal to statsmodels runstest_1samp(cutoff=.5, correction=False).
    found = sequence(PUBLISHED, exact_below=0)
    assert (found.n, found.runs) == (32, 11)
    assert found.expected_runs == pytest.approx(16.75, abs=1e-9)
    assert found.z == pytest.approx(-2.100450263680717, abs=1e-9)
    assert found.p == pytest.approx(0.03568925141538526, abs=1e-9)
    assert (found.runs - 16.75) / found.z == pytest.approx(2.737508285449238, abs=1e-9)


def test_the_steps_as_published() -> None:
    found = sequence(PUBLISHED)
    assert found.steps == 31
    assert found.lag1_log_odds == pytest.approx(1.463255402256019, abs=1e-9)
    assert found.lag1_se == pytest.approx(0.7710022337480251, abs=1e-9)
    assert found.lag1_p == pytest.approx(0.07592077569968082, abs=1e-9)  # scipy.stats.fisher_exact


@given(st.lists(st.sampled_from((1, -1)), min_size=3, max_size=120))
@settings(deadline=None)
def test_statsmodels_agrees_on_one_sitting(sides: list[int]) -> None:
    runs = pytest.importorskip("statsmodels.sandbox.stats.runs")
    found = sequence(sides, exact_below=0)
    if found.z is not None:
        z, p = runs.runstest_1samp(np.array(sides) > 0, cutoff=0.5, correction=False)
        assert (found.z, found.p) == pytest.approx((z, p), abs=1e-9)


def changes(sides: list[int]) -> int:
    return sum(a * b < 0 for a, b in pairwise(sides))


@pytest.mark.parametrize("sitting", ["LLRLRR", "LL-RLR", "L-LR-RLL", "LRL-RRL", "LRR", "L-RL"])
def test_p_and_moments_over_every_order(sitting: str) -> None:
    """Against all orders of the answers that chose a side, the ties staying where they are."""
    sides = [{"L": 1, "R": -1, "-": 0}[c] for c in sitting]
    places = [i for i, side in enumerate(sides) if side]
    counts = []
    for order in permutations([sides[i] for i in places]):
        mixed = list(sides)
        for place, side in zip(places, order, strict=True):
            mixed[place] = side
        counts.append(changes(mixed))
    seen = changes(sides)
    smaller = min(sum(c <= seen for c in counts), sum(c >= seen for c in counts)) / len(counts)
    found = sequence(sides)
    mean = sum(counts) / len(counts)
    sd = math.sqrt(sum((c - mean) ** 2 for c in counts) / len(counts))
    assert found.p == pytest.approx(min(1.0, 2 * smaller), abs=1e-12)
    assert found.z == pytest.approx((seen - mean) / sd, abs=1e-9)


def test_the_end_of_a_sitting_makes_no_step() -> None:
    """Two sittings, each of one side: nothing can be told, though side follows on the same side nine times in ten."""
    found = sequence([1] * 10 + [-1] * 10, ["morning"] * 10 + ["evening"] * 10)
    assert (found.runs, found.steps, found.z, found.p, found.expected_runs) == (2, 18, None, None, None)
    assert {"z", "p", "expected_runs", "lag1_log_odds", "lag1_se"} <= set(found.undefined)
    assert sequence([1] * 10 + [-1] * 10).p == pytest.approx(2 * 2 / math.comb(20, 10), rel=1e-9)


def test_a_tie_breaks_a_run() -> None:
    found = sequence([1, 1, 0, 1, -1])
    assert (found.n, found.runs, found.steps) == (4, 3, 2)


@pytest.mark.parametrize("sides", [[], [0, 0], [1], [1, -1], [1, 1, 1], [1, 0, -1]])
def test_too_little_is_undefined_with_a_reason(sides: list[int]) -> None:
    found = sequence(sides)
    assert (found.z, found.p, found.lag1_log_odds) == (None, None, None)
    assert {"z", "p", "expected_runs", "lag1_log_odds", "lag1_se"} <= set(found.undefined)


@given(SIDES, st.lists(st.integers(0, 3), min_size=80, max_size=80))
@settings(deadline=None)
def test_mirrored_and_reversed_answers_are_as_dependent(sides: list[int], sittings: list[int]) -> None:
    parts = sorted(sittings[: len(sides)])
    found = sequence(sides, parts)
    for other in (sequence([-s for s in sides], parts), sequence(sides[::-1], parts[::-1])):
        assert (found.n, found.runs, found.steps) == (other.n, other.runs, other.steps)
        for a, b in ((found.z, other.z), (found.p, other.p), (found.lag1_log_odds, other.lag1_log_odds)):
            assert (a is None) == (b is None) and (a is None or a == pytest.approx(b, abs=1e-9))


def test_exact_p_is_the_normal_one_but_for_the_step() -> None:
    """The doubled tail counts the outcome itself, so it lies between the normal p and that of half a step less far out."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        sides = rng.choice([1, 1, 1, -1, -1, 0], 60).tolist()
        exact, normal = sequence(sides, exact_below=100), sequence(sides, exact_below=0)
        assert exact.z is not None and exact.p is not None and exact.expected_runs is not None
        sd = (exact.runs - exact.expected_runs) / exact.z
        nearer = math.erfc(max(abs(exact.z) - 0.5 / sd, 0.0) / math.sqrt(2))
        assert exact.z == normal.z and exact.p == pytest.approx(nearer, abs=0.02)


def test_a_person_without_memory_is_rarely_taken_for_one_with() -> None:
    """Leaning people with ties and uneven sittings: p below .05 in at most 5 % (600 sequences, three standard errors)."""
    rng = np.random.default_rng(2)
    small = total = 0
    for _ in range(600):
        lean = rng.uniform(0.2, 0.8, size=4)
        parts = np.sort(rng.integers(0, 4, size=90))
        sides = np.where(rng.random(90) < 0.12, 0, np.where(rng.random(90) < lean[parts], 1, -1))
        found = sequence(sides.tolist(), parts.tolist())
        if found.p is not None:
            total += 1
            small += found.p < 0.05
    assert total > 550 and small / total < 0.05 + 3 * math.sqrt(0.05 * 0.95 / total)
