"""Position, repeats and the design's order: published values, and what must hold for every team."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.bias import (
    Repeat,
    heterogeneity,
    holm_over_people,
    order_of_design,
    position,
    presented_side,
    read_split,
    repeats,
)
from prefterm.stats.intervals import e_value

SIDES = st.lists(st.sampled_from((1, -1, 0)), max_size=200)
STRENGTHS = st.integers(-3, 3)
REPEATS = st.lists(
    st.builds(Repeat, STRENGTHS, STRENGTHS, st.one_of(st.none(), st.booleans()), st.one_of(st.none(), st.booleans())), max_size=60
)


def sides(left: int, right: int, ties: int = 0) -> list[int]:
    return [1] * left + [-1] * right + [0] * ties


def test_a_position_audit_as_published() -> None:
    found = position(sides(118, 82, 40), people=1)
    assert (found.n, found.left, found.rate, found.alarm) == (200, 118, 0.59, False)
    assert found.p == found.p_holm == pytest.approx(0.013130355940531638, abs=1e-9)
    assert (found.low, found.high) == pytest.approx((0.5207645903369208, 0.6558432509151711), abs=1e-9)
    assert found.e_value == pytest.approx(5.824358961593159, rel=1e-9)
    assert found.to_json()["undefined"] == {}


def test_the_alarm_grows_with_the_team() -> None:
    many = sides(130, 70)  # E = 1230.1
    assert position(many, people=20).alarm and not position(many, people=21).alarm


def test_no_choice_is_undefined_with_a_reason() -> None:
    found = position(sides(0, 0, 5), people=3)
    assert (found.n, found.rate, found.low, found.high, found.p, found.p_holm) == (0, None, None, None, None, None)
    assert (found.e_value, found.alarm) == (1.0, False)
    assert set(found.undefined) == {"rate", "low", "high", "p", "p_holm"}


@given(SIDES)
@settings(deadline=None)
def test_mirrored_sides_mirror_the_audit(given_sides: list[int]) -> None:
    found, mirrored = position(given_sides, 2), position([-s for s in given_sides], 2)
    assert (found.n, found.n - found.left, found.p, found.alarm) == (mirrored.n, mirrored.left, mirrored.p, mirrored.alarm)
    assert found.e_value == pytest.approx(mirrored.e_value, rel=1e-9)
    if found.n and found.low is not None and mirrored.high is not None:
        assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)


def test_holm_over_people_is_over_all_who_chose() -> None:
    team = holm_over_people([position(sides(15, 5), 3), position([], 3), position(sides(10, 10), 3)])
    assert [p.p_holm for p in team] == [pytest.approx(2 * 0.04138946533203125), None, 1.0]


@given(st.integers(-3, 3), st.booleans())
@settings(deadline=None)
def test_a_presented_side_turns_with_the_order(strength: int, first_left: bool) -> None:
    assert presented_side(strength, first_left) == -presented_side(strength, not first_left) == -presented_side(-strength, first_left)
    assert presented_side(presented_side(strength, first_left), first_left) == (strength > 0) - (strength < 0)


def test_people_differ_as_published() -> None:
    # 60, 45 and 52 left of 100 each; scipy.stats.chi2_contingency.
    found = heterogeneity([60, 45, 52], [100, 100, 100])
    assert found is not None
    assert tuple(found) == pytest.approx((4.516502605674582, 2, 0.10453312179327741), abs=1e-9)
    assert heterogeneity([60], [100]) is None and heterogeneity([5, 7], [5, 7]) is None and heterogeneity([3, 0], [9, 0]) is None


def test_the_split_by_reading() -> None:
    seen = [(1.0, 1.0), (1.0, 0.4), (0.9990, 1.0), None, (0.2, 0.2)]
    found = read_split([1, 1, -1, 1, 0], seen)
    assert (found.n, found.both_to_end, found.n_read, found.n_unread) == (4, 0.5, 2, 1)
    assert (found.position_rate_read, found.position_rate_unread) == (0.5, 1.0)
    assert found.undefined == {}
    nothing = read_split([1], [None])
    assert nothing.both_to_end is None and nothing.read_low is None and nothing.unread_high is None
    assert set(nothing.undefined) == {
        "both_to_end",
        "position_rate_read",
        "read_low",
        "read_high",
        "position_rate_unread",
        "unread_low",
        "unread_high",
    }


def swapped(before_side: int, after_side: int) -> Repeat:
    """A repeat with the sides exchanged, told by the side chosen each time."""
    return Repeat(before_side, -after_side, True, False)


def test_repeats_as_published() -> None:
    # Terms of Shi et al. 2024 (arXiv 2406.07791): LL 8, LR 17, RL 13, RR 2.
    pairs = [swapped(1, 1)] * 8 + [swapped(1, -1)] * 17 + [swapped(-1, 1)] * 13 + [swapped(-1, -1)] * 2
    found = repeats(pairs, people=1)
    assert (found.n, found.consistent, found.rate, found.primacy, found.recency) == (40, 30, 0.75, 8, 2)
    assert found.p == pytest.approx(0.109375, abs=1e-12) and found.lean == pytest.approx(0.15)
    assert (found.low, found.high) == pytest.approx((0.5980603857923197, 0.858128813609037), abs=1e-9)
    assert (found.e_value, found.alarm) == (e_value(8, 10), False)


def test_ties_are_outside_mcnemar() -> None:
    pairs = [Repeat(0, 0, True, False), Repeat(0, 2, True, False), Repeat(-1, 0, False, True), Repeat(3, 1, True, False)]
    found = repeats(pairs, people=1)
    assert (found.n, found.consistent, found.primacy, found.recency, found.p) == (4, 2, 0, 0, None)
    assert set(found.undefined) == {"p"}


def test_a_flip_without_an_exchange_is_neither_primacy_nor_recency() -> None:
    pairs = [Repeat(1, -1, True, True), Repeat(1, -1, None, False), Repeat(1, -1, True, None)]
    found = repeats(pairs, people=1)
    assert (found.n, found.consistent, found.primacy, found.recency) == (3, 0, 0, 0)


def test_repeats_alarm_and_without_any_are_undefined() -> None:
    assert repeats([swapped(-1, -1)] * 30, people=5).alarm
    none = repeats([], people=5)
    assert (none.rate, none.p, none.e_value, none.alarm, none.lean) == (None, None, 1.0, False, None)
    assert set(none.undefined) == {"rate", "low", "high", "p"}


@given(REPEATS)
@settings(deadline=None)
def test_mirrored_repeats_exchange_primacy_and_recency(pairs: list[Repeat]) -> None:
    """The same canonical answers, shown the other way round each time."""
    turned = [
        Repeat(r.before, r.after, *(None if left is None else not left for left in (r.first_left_before, r.first_left_after)))
        for r in pairs
    ]
    found, mirrored = repeats(pairs, 1), repeats(turned, 1)
    assert (found.primacy, found.recency) == (mirrored.recency, mirrored.primacy)
    assert (found.n, found.consistent, found.p) == (mirrored.n, mirrored.consistent, mirrored.p)
    assert found.consistent + found.primacy + found.recency <= found.n


def test_the_order_of_the_design() -> None:
    found = order_of_design([(1, 1), (2, 1), (0, 2)])
    assert (found.n, found.first_left, found.max_imbalance_per_comparison) == (7, 3, 2)
    assert found.rate == pytest.approx(3 / 7) and found.low is not None
    empty = order_of_design([])
    assert (empty.n, empty.rate, empty.max_imbalance_per_comparison) == (0, None, None)
    assert set(empty.undefined) == {"rate", "low", "high", "max_imbalance_per_comparison"}
