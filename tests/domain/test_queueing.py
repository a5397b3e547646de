"""Claims, shares and sides as pure functions."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.errors import Refused
from prefterm.domain.queueing import (
    PROBE_ROWS,
    PROBES,
    SHUFFLE_SPAN,
    FreeSlot,
    choose_slot,
    draw_sides,
    imbalance,
    may_take_more,
    most_planned,
    opening_problem,
    probe_positions,
    share_of,
    shuffle_position,
    wants_another,
)

ONE, TWO = (0, 1), (1, 0)
clusters = st.dictionaries(st.integers(0, 60).map(str), st.integers(1, 5), max_size=30)
rates = st.integers(0, 99).map(lambda p: p / 100)


# sides


@given(clusters, st.dictionaries(st.integers(0, 60).map(str), st.sampled_from(["train", "eval"]), max_size=20), rates, st.text(max_size=5))
def test_sides_keep_what_is_fixed_and_never_exceed_the_rate(sizes: dict[str, int], fixed: dict[str, str], rate: float, seed: str) -> None:
    sides = draw_sides(sizes, fixed, rate, seed)
    assert set(sides) == set(sizes)
    assert set(sides.values()) <= {"train", "eval"}
    assert all(sides[c] == side for c, side in fixed.items() if c in sizes)
    fixed_eval = sum(sizes[c] for c in sizes if fixed.get(c) == "eval")
    held = sum(sizes[c] for c in sizes if sides[c] == "eval")
    assert held <= max(fixed_eval, Fraction(str(rate)) * sum(sizes.values()))
    assert sides == draw_sides(dict(reversed(sizes.items())), fixed, rate, seed), "the same seed drew other sides"


@given(st.integers(1, 200), rates)
def test_with_single_items_the_rate_is_met(n: int, rate: float) -> None:
    sides = draw_sides({str(i): 1 for i in range(n)}, {}, rate, "s")
    assert list(sides.values()).count("eval") == math.floor(Fraction(str(rate)) * n)


def test_sides_follow_the_seed() -> None:
    items = {str(i): 1 for i in range(50)}
    assert draw_sides(items, {}, 0.5, "a") != draw_sides(items, {}, 0.5, "b")


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan")])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(Refused, match="holdout"):
        draw_sides({"c": 1}, {}, rate, "s")


# who may take how much


@pytest.mark.parametrize(
    ("slots", "people", "hidden", "share"),
    [(10, 2, 0.0, 5), (11, 2, 0.0, 6), (100, 3, 0.0, 34), (100, 4, 0.15, 29), (0, 3, 0.0, 0), (10, 0, 0.0, 0), (300, 3, 0.1, 110)],
)
def test_share_is_the_ceiling(slots: int, people: int, hidden: float, share: int) -> None:
    assert share_of(slots, people, hidden) == share


@given(st.integers(0, 10_000), st.integers(1, 50), st.integers(0, 50).map(lambda p: p / 100))
def test_shares_together_cover_the_slots_and_no_share_is_a_whole_one_too_large(slots: int, people: int, hidden: float) -> None:
    exact = Fraction(slots, people) * (1 + Fraction(str(hidden)))
    assert exact <= share_of(slots, people, hidden) < exact + 1


@given(st.integers(1, 5000), st.none() | st.integers(1, 100).map(lambda p: p / 100))
def test_the_cap_is_a_share_of_the_items(items: int, rate: float | None) -> None:
    cap = most_planned(items, rate)
    if rate is None:
        assert cap is None
        assert may_take_more(10**9, items, rate)
        return
    assert cap == max(1, math.floor(Fraction(str(rate)) * items))
    assert may_take_more(cap - 1, items, rate)
    assert not may_take_more(cap, items, rate)


@pytest.mark.parametrize(
    ("overlap", "up_to", "eligible", "max_share", "said"),
    [
        (2, 3, 2, None, None),
        (2, 3, 4, 0.5, None),
        (3, 3, 10, 0.3, None),
        (0, 3, 5, None, "overlap must be at least 1"),
        (3, 2, 5, None, "less than the overlap"),
        (2, 3, 1, None, "only 1 people may label"),
        (2, 3, 3, 0.5, "could never be finished"),
        (2, 3, 5, 0.0, "above 0"),
        (2, 3, 5, 1.01, "at most 1"),
    ],
)
def test_what_keeps_a_round_from_being_finished(overlap: int, up_to: int, eligible: int, max_share: float | None, said: str | None) -> None:
    found = opening_problem(overlap, up_to, eligible, max_share)
    assert (found is None) if said is None else (found is not None and said in found)


# the stop rule


@pytest.mark.parametrize(
    ("strengths", "slots", "wants"),
    [
        ([1, 3], 2, False),
        ([-1, -3], 2, False),
        ([0, 0], 2, False),
        ([1, -1], 2, True),
        ([0, 2], 2, True),
        ([3], 2, False),
        ([], 2, False),
        ([1, -1], 3, False),
        ([1, -1, 0], 3, False),
    ],
)
def test_a_further_slot_is_for_a_clash_or_a_tie_against_a_choice(strengths: list[int], slots: int, wants: bool) -> None:
    assert wants_another(strengths, 2, 3, slots) is wants


@given(st.lists(st.integers(-3, 3), max_size=6), st.integers(1, 4), st.integers(1, 6), st.integers(0, 6))
def test_a_further_slot_is_never_opened_early_or_beyond_the_most(strengths: list[int], overlap: int, up_to: int, slots: int) -> None:
    if wants_another(strengths, overlap, up_to, slots):
        assert len(strengths) >= max(overlap, slots)
        assert slots < up_to
        assert len({(s > 0) - (s < 0) for s in strengths}) > 1
        assert wants_another([-s for s in strengths], overlap, up_to, slots), "it depends on the direction"


# probing


def test_a_claim_reads_at_most_64_rows() -> None:
    assert PROBES * PROBE_ROWS <= 64


@given(st.text(max_size=8), st.text(max_size=8), st.integers(0, 10**6))
def test_positions_lie_in_the_span_and_follow_their_seed(seed: str, who: str, turn: int) -> None:
    found = probe_positions(seed, who, turn)
    assert len(found) == PROBES
    assert all(0 <= p < SHUFFLE_SPAN for p in (*found, shuffle_position(seed, who)))
    assert found == probe_positions(seed, who, turn)
    assert not {*found} & {*probe_positions(seed, who + "x", turn)}
    assert not {*found} & {*probe_positions(seed, who, turn + 1)}


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from([ONE, TWO])), max_size=12),
    st.dictionaries(st.sampled_from([ONE, TWO]), st.integers(0, 9)),
)
def test_a_claim_takes_the_first_item_in_the_order_seen_less(
    found: list[tuple[int, tuple[int, int]]], seen: dict[tuple[int, int], int]
) -> None:
    free = [FreeSlot(n, item, order, "planned") for n, (item, order) in enumerate(found)]
    chosen = choose_slot(free, seen)
    if not free:
        assert chosen is None
        return
    assert chosen is not None
    assert chosen.item == free[0].item
    assert seen.get(chosen.order, 0) == min(seen.get(s.order, 0) for s in free if s.item == chosen.item)


@given(st.lists(st.sampled_from([ONE, TWO])))
def test_imbalance(orders: list[tuple[int, int]]) -> None:
    counts = Counter(orders)
    expected = abs(counts[ONE] - counts[TWO])
    assert imbalance(orders) == (expected if len(counts) == 2 else len(orders))
