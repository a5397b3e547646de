"""The answer as it grows on the screen: bars of every size, ties, marks, drafts, refusals, and the way back to canonical."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.errors import AnswerRefused
from prefterm.domain.formats import format_named
from prefterm.tui.answering import AnswerState, BarSpec, problem_of
from prefterm.tui.widgets.bar import arrows

MARGINS = ((), ("better",), ("slightly", "much"), ("slightly", "clearly", "much"))
TIES = {"none": (), "equal": ("equal",), "split": ("equal", "both_good", "both_bad")}
DIMENSIONS = (("safety", "Which is safer?"), ("clarity", "Which is clearer?"))
ORDERS = ((0, 1), (1, 0))

specs = st.builds(
    BarSpec,
    margins=st.sampled_from(MARGINS),
    ties=st.sampled_from(sorted(TIES)),
    dimensions=st.sampled_from([(), DIMENSIONS[:1], DIMENSIONS]),
    marks=st.booleans(),
    rationale=st.sampled_from(["never", "on_tie", "on_disagreement_risk", "always"]),
)
presses = st.lists(
    st.one_of(
        st.tuples(st.just("choose_position"), st.integers(0, 9)),
        st.tuples(st.just("move"), st.sampled_from([-1, 1])),
        st.tuples(st.just("choose_tie"), st.sampled_from(["equal", "both_good", "both_bad"])),
        st.tuples(st.just("toggle_mark"), st.integers(0, 1)),
        st.tuples(st.just("next_row"), st.sampled_from([-1, 1])),
        st.tuples(st.just("toggle_section"), st.sampled_from(["better", "harm"])),
        st.tuples(st.just("with_rationale"), st.text(max_size=20)),
    ),
    max_size=25,
)


def pressed(spec: BarSpec, keys: list[tuple[str, Any]]) -> AnswerState:
    state = AnswerState(spec)
    for method, argument in keys:
        state = getattr(state, method)(argument)
    return state


@pytest.mark.parametrize("margins", MARGINS)
def test_positions_and_strengths_are_inverse(margins: tuple[str, ...]) -> None:
    spec = BarSpec(margins, "split")
    size = max(1, len(margins))
    strengths = [spec.strength_at(p) for p in range(1, spec.positions + 1)]
    assert strengths == list(range(size, -size - 1, -1)), "from the left: best for the left first"
    assert [spec.position_of(s) for s in strengths] == list(range(1, spec.positions + 1))
    assert spec.position_of(99) == 1 and spec.position_of(-99) == spec.positions


def test_the_bar_is_named_from_the_outside_in() -> None:
    spec = BarSpec(MARGINS[3], "split")
    assert [spec.label(p) for p in range(1, 8)] == ["much", "clearly", "slightly", "equal", "slightly", "clearly", "much"]
    assert [BarSpec((), "none").label(p) for p in (1, 2, 3)] == ["better", "equal", "better"]


@pytest.mark.parametrize("margins", MARGINS)
@pytest.mark.parametrize("ties", TIES)
def test_digits(margins: tuple[str, ...], ties: str) -> None:
    spec = BarSpec(margins, ties)
    middle = spec.size + 1
    for digit in range(-1, 11):
        state = AnswerState(spec).choose_position(digit)
        if not 1 <= digit <= spec.positions or (digit == middle and ties == "none"):
            assert state == AnswerState(spec), "a digit beyond the bar, and the middle without ties, do nothing"
        elif digit == middle:
            assert (state.strength, state.tie) == (0, "equal")
        else:
            assert (state.strength, state.tie) == (spec.size + 1 - digit, None)


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("kind", TIES["split"])
def test_tie_keys_do_only_what_the_guideline_has(ties: str, kind: str) -> None:
    spec = BarSpec(MARGINS[3], ties, DIMENSIONS)
    state = AnswerState(spec, strength=2).choose_tie(kind)
    assert (state.strength, state.tie) == ((0, kind) if kind in TIES[ties] else (2, None))
    on_dimension = AnswerState(spec, row=1).choose_tie(kind)
    assert on_dimension.dimensions == {"safety": 0} and on_dimension.strength is None


def test_choosing_a_side_takes_the_tie_back() -> None:
    state = AnswerState(BarSpec(MARGINS[3], "split")).choose_tie("both_bad").choose_position(1)
    assert (state.strength, state.tie) == (3, None)


@pytest.mark.parametrize("margins", MARGINS)
@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("step", [-1, 1])
def test_arrows_walk_the_whole_bar_and_stop_at_its_end(margins: tuple[str, ...], ties: str, step: int) -> None:
    spec = BarSpec(margins, ties)
    state = AnswerState(spec).move(step)
    assert state.strength == -step, "from nowhere the marker enters beside the middle"
    for _ in range(9):
        state = state.move(step)
    assert state.strength == -step * spec.size
    walked = []
    for _ in range(2 * spec.size + 3):
        state = state.move(-step)
        walked.append(state.strength)
    every = [s for s in range(spec.size - 1, -spec.size - 1, -1) if s or ties != "none"]
    assert [s * -step for s in walked[: len(every)]] == every
    assert set(walked[len(every) :]) == {step * spec.size}


@given(specs, presses)
def test_no_keys_lead_to_an_answer_that_the_guideline_does_not_have(spec: BarSpec, keys: list[tuple[str, Any]]) -> None:
    state = pressed(spec, keys)
    assert state.strength is None or abs(state.strength) <= spec.size
    assert (state.tie is not None) == (state.strength == 0)
    assert state.tie is None or state.tie in TIES[spec.ties]
    assert spec.marks or state.unacceptable == (False, False)
    assert 0 <= state.row <= len(spec.dimensions)
    assert all(abs(v) <= spec.size for v in state.dimensions.values())
    assert set(state.dimensions) <= {k for k, _ in spec.dimensions}


@given(specs, presses)
def test_a_draft_comes_back_as_it_was(spec: BarSpec, keys: list[tuple[str, Any]]) -> None:
    state = pressed(spec, keys)
    back = AnswerState.from_draft(spec, json.loads(json.dumps(state.to_draft())))
    assert back == AnswerState(
        spec, state.strength, state.tie, dict(state.dimensions), state.unacceptable, state.rationale, state.sections
    ), "all but the row that the keys move"


def test_a_draft_of_nothing_is_nothing() -> None:
    spec = BarSpec(MARGINS[3], "split", marks=True)
    assert AnswerState.from_draft(spec, {}) == AnswerState(spec)


@given(specs, presses, st.sampled_from(ORDERS))
def test_an_answer_comes_back_as_it_was_in_either_order(spec: BarSpec, keys: list[tuple[str, Any]], order: tuple[int, int]) -> None:
    state = pressed(spec, keys)
    if problem_of(state):
        with pytest.raises(AnswerRefused):
            state.to_answer(order)
        return
    answer = state.to_answer(order)
    sign = -1 if order == (1, 0) else 1
    assert answer.payload["strength"] == sign * (state.strength or 0)
    assert answer.payload.get("tie") == state.tie
    assert dict(answer.dimensions) == {k: sign * v for k, v in state.dimensions.items()}
    if spec.marks:
        assert tuple(answer.acceptable[order[p]] for p in (0, 1)) == tuple(not bad for bad in state.unacceptable)
    else:
        assert answer.acceptable == ()
    back = AnswerState.from_answer(spec, answer, order)
    assert (back.strength, back.tie, dict(back.dimensions), back.unacceptable, back.sections) == (
        state.strength, state.tie, dict(state.dimensions), state.unacceptable, state.sections,
    )  # fmt: skip
    assert back.rationale == state.rationale.strip()
    assert back.to_answer(order) == answer
    format_named("pairwise").reduce(answer.payload, 2)


@pytest.mark.parametrize("rationale", ["never", "on_tie", "on_disagreement_risk", "always"])
@pytest.mark.parametrize(
    ("state", "needs"),
    [
        ({"strength": 3}, {"always"}),
        ({"strength": -1}, {"always", "on_disagreement_risk"}),
        ({"strength": 0, "tie": "equal"}, {"always", "on_tie"}),
        ({"strength": 2, "dimensions": {"safety": -1}}, {"always", "on_disagreement_risk"}),
        ({"strength": 2, "dimensions": {"safety": 0, "clarity": -3}}, {"always", "on_disagreement_risk"}),
        ({"strength": 2, "dimensions": {"safety": 1, "clarity": -3}}, {"always"}),
    ],
)
def test_what_is_refused_says_where_to_go(rationale: str, state: dict[str, Any], needs: set[str]) -> None:
    spec = BarSpec(MARGINS[3], "split", DIMENSIONS, rationale=rationale)
    found = AnswerState(spec, **state)
    if rationale in needs:
        for empty in ("", "  \n "):
            with pytest.raises(AnswerRefused) as refused:
                found.with_rationale(empty).to_answer((0, 1))
            assert refused.value.field == "rationale" and "Esc" in str(refused.value)
    else:
        assert found.to_answer((0, 1)).rationale == ""
    assert found.with_rationale("because").to_answer((1, 0)).rationale == "because"


@pytest.mark.parametrize("ties", TIES)
def test_nothing_chosen_is_refused_at_the_bar(ties: str) -> None:
    spec = BarSpec(MARGINS[3], ties, DIMENSIONS, marks=True, rationale="always")
    state = AnswerState(spec, dimensions={"safety": 2}, unacceptable=(True, False), rationale="words")
    with pytest.raises(AnswerRefused) as refused:
        state.to_answer((0, 1))
    assert refused.value.field == "overall"
    assert ("tie" in str(refused.value)) == (ties != "none")


def test_the_weakest_of_one_margin_is_no_risk() -> None:
    for margins in MARGINS[:2]:
        assert problem_of(AnswerState(BarSpec(margins, "none", rationale="on_disagreement_risk"), strength=1)) is None


def test_touched_is_what_a_draft_would_keep() -> None:
    spec = BarSpec(MARGINS[3], "split", DIMENSIONS, marks=True)
    empty = AnswerState(spec)
    assert not empty.touched and not empty.next_row(1).touched and not empty.with_rationale(" \n").touched
    for state in (
        empty.choose_position(1), empty.choose_tie("equal"), empty.next_row(1).choose_position(2), empty.toggle_mark(1),
        empty.with_rationale("x"), empty.toggle_section("harm"),
    ):  # fmt: skip
        assert state.touched
    assert not empty.toggle_mark(0).toggle_mark(0).touched
    assert not empty.toggle_section("harm").toggle_section("harm").touched


def test_rows_go_around() -> None:
    state = AnswerState(BarSpec(MARGINS[3], "split", DIMENSIONS))
    assert [state := state.next_row(1), state.row][1] == 1
    assert state.next_row(1).next_row(1).row == 0
    assert state.next_row(-1).next_row(-1).row == 2
    assert AnswerState(BarSpec((), "none")).next_row(1).row == 0


def test_arrows_point_at_the_better_side() -> None:
    spec = BarSpec(MARGINS[3], "split")
    assert [arrows(spec, s) for s in (3, 1, 0, -2, None)] == ["◂◂◂", "◂", "=", "▸▸", "·"]
