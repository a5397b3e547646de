"""The time that is counted: gaps are cut, look-ups stand apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prefterm.tui.reading.clock import IDLE_SECONDS, LOOKUP_SECONDS, ReadingClock


def test_time_between_keys_is_active() -> None:
    clock = ReadingClock(100.0)
    clock.key(110.0)
    clock.key(115.5)
    assert (clock.active, clock.lookup) == (15.5, 0.0)


def test_a_long_gap_is_cut() -> None:
    clock = ReadingClock(0.0)
    clock.key(10_000.0)
    clock.key(10_001.0)
    assert (clock.active, clock.lookup) == (IDLE_SECONDS + 1.0, 0.0)


def test_a_look_up_stands_apart_and_ends_with_a_key() -> None:
    clock = ReadingClock(0.0)
    clock.leave(5.0)
    assert clock.away
    clock.key(205.0)
    assert not clock.away
    clock.key(208.0)
    assert (clock.active, clock.lookup) == (8.0, 200.0)


def test_a_long_look_up_is_cut() -> None:
    clock = ReadingClock(0.0)
    clock.leave(0.0)
    clock.key(5 * LOOKUP_SECONDS)
    assert (clock.active, clock.lookup) == (0.0, LOOKUP_SECONDS)


def test_leaving_twice_is_one_look_up_after_another() -> None:
    """A sentence is copied, then the terminal loses its focus."""
    clock = ReadingClock(0.0)
    clock.leave(5.0)
    clock.leave(7.0)
    clock.key(17.0)
    assert (clock.active, clock.lookup) == (5.0, 12.0)


@given(st.lists(st.tuples(st.booleans(), st.floats(-1e4, 1e4)), max_size=30))
def test_it_never_runs_backwards_nor_counts_more_than_passed(steps: list[tuple[bool, float]]) -> None:
    clock, latest = ReadingClock(0.0), 0.0
    for leaves, at in steps:
        before = clock.active, clock.lookup
        (clock.leave if leaves else clock.key)(at)
        assert clock.active >= before[0] and clock.lookup >= before[1] and clock.away == leaves
        latest = max(latest, at)
        assert clock.active + clock.lookup <= latest + 1e-6
