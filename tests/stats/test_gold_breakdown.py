"""Accuracy on golds by what they are about, and golds that a whole team misses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.stats.gold_breakdown import FEWEST, ScoredAnswer, accuracy, suspicions
from prefterm.stats.intervals import holm, wilson

reference = pytest.importorskip("scipy.stats")
RIGHT, WRONG = (1, 2), (-1, 2)


def test_an_accuracy_is_broken_down_by_what_the_gold_is_about() -> None:
    answers = [
        ScoredAnswer(2, 1, ("dose", "tone"), {"safety": (1, 2), "tone": (-1, 1)}, "2026-W07"),
        ScoredAnswer(-1, 1, ("dose",), {"safety": (0, 0)}, "2026-W06"),
        ScoredAnswer(0, 0, (), {}, None),
        ScoredAnswer(3, -3, ("dose",), {}, "2026-W07"),
        *[ScoredAnswer(-1, -3, ("dose",), {}, "2026-W07")] * 4,
    ]
    found = accuracy(answers)
    cells = {name: {c.key: (c.correct, c.n) for c in getattr(found, name)} for name in ("sections", "dimensions", "margins", "weeks")}
    assert (found.overall.correct, found.overall.n) == (6, 8)
    assert cells == {
        "sections": {"dose": (5, 7), "tone": (1, 1)},
        "dimensions": {"safety": (2, 2), "tone": (0, 1)},
        "margins": {"tie": (1, 1), "1": (1, 2), "3": (4, 5)},
        "weeks": {"2026-W06": (0, 1), "2026-W07": (5, 6), "unknown": (1, 1)},
    }
    assert [c.key for c in found.margins] == ["tie", "1", "3"]


@pytest.mark.parametrize("n", range(FEWEST + 2))
def test_few_answers_have_no_rate(n: int) -> None:
    cell = accuracy([ScoredAnswer(1, 1)] * n).overall
    assert (cell.n, cell.correct) == (n, n)
    if n < FEWEST:
        assert (cell.rate, cell.low, cell.high) == (None, None, None)
        assert cell.undefined == ("fewer than 5 answers" if n else "no gold answered")
    else:
        assert (cell.rate, (cell.low, cell.high), cell.undefined) == (1.0, wilson(n, n), None)


def test_a_gold_that_everybody_misses_is_in_doubt_whatever_chance_says() -> None:
    found = suspicions([[WRONG, WRONG], [WRONG], [RIGHT, WRONG], [], [RIGHT] * 4])
    assert [(s.item, s.wrong, s.n, s.why) for s in found] == [(0, 2, 2, "all")]


def test_a_gold_that_most_miss_is_in_doubt_where_others_are_not_missed() -> None:
    often = [WRONG] * 5 + [RIGHT]
    well = [[RIGHT] * 6] * 10
    assert [(s.item, s.why) for s in suspicions([*well, often])] == [(10, "significant")]
    assert suspicions([often] * 11) == []


@given(st.lists(st.lists(st.sampled_from([RIGHT, WRONG, (0, 0), (0, 1)]), max_size=6), max_size=8))
def test_a_suspicion_is_the_binomial_tail_adjusted(answered: list[list[tuple[int, int]]]) -> None:
    counts = [(sum((own > 0) - (own < 0) != (gold > 0) - (gold < 0) for own, gold in given), len(given)) for given in answered]
    wrong, n = sum(w for w, _ in counts), sum(size for _, size in counts)
    tested = [i for i, (_, size) in enumerate(counts) if size > 1]
    tails = [reference.binom.sf(counts[i][0] - 1, counts[i][1], (wrong - counts[i][0] + 1) / (n - counts[i][1] + 2)) for i in tested]
    adjusted = dict(zip(tested, holm(tails), strict=True))
    for found in suspicions(answered):
        assert found.p == pytest.approx(adjusted[found.item])
    doubted = {s.item for s in suspicions(answered)}
    assert {i for i, (w, size) in enumerate(counts) if size > 1 and w == size} <= doubted <= set(tested)
