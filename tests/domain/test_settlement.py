"""What votes settle."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.judgments import Answer
from prefterm.domain.settlement import Vote, acceptable_by_marks, agreed_answer, majority, without_dissent


def votes(*strengths: int) -> list[Vote]:
    return [Vote(s, "equal" if s == 0 else None) for s in strengths]


@pytest.mark.parametrize(
    ("strengths", "direction", "margin"),
    [((2, 1), 1, 1.5), ((-3, -1), -1, 2.0), ((2, 2, -1), 1, 1.0), ((0, 0, 3), 0, 0.0), ((1,), 1, 1.0)],
)
def test_a_strict_majority_settles(strengths: tuple[int, ...], direction: int, margin: float) -> None:
    found = majority(votes(*strengths), 1)
    assert (found.left_out, found.direction, found.margin) == (None, direction, margin)


@pytest.mark.parametrize(
    ("strengths", "overlap", "why"),
    [
        ((), 0, "incomplete"),
        ((1,), 2, "incomplete"),
        ((1, -1), 2, "no_majority"),
        ((0, 1), 2, "no_majority"),
        ((1, 0, -1), 3, "no_majority"),
        ((1, 1, -3), 3, "mean_disagrees"),
        ((1, 1, -2), 3, "mean_disagrees"),
    ],
)
def test_what_settles_nothing_says_why(strengths: tuple[int, ...], overlap: int, why: str) -> None:
    found = majority(votes(*strengths), overlap)
    assert (found.left_out, found.direction, found.margin) == (why, 0, 0.0)


@given(st.lists(st.integers(-3, 3), max_size=9), st.integers(0, 4), st.randoms())
def test_a_majority_knows_neither_sequence_nor_side(strengths: list[int], overlap: int, random: object) -> None:
    found = majority(votes(*strengths), overlap)
    turned = majority(votes(*(-s for s in strengths)), overlap)
    assert (turned.direction, turned.left_out) == (-found.direction, found.left_out)
    assert turned.margin == pytest.approx(found.margin)
    mixed = list(strengths)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert majority(votes(*mixed), overlap) == found
    if found.left_out is None and found.direction:
        chosen = [s for s in strengths if s * found.direction > 0]
        assert len(chosen) * 2 > len(strengths)
        assert found.margin == pytest.approx(abs(sum(strengths)) / len(strengths))
        assert 0 < found.margin <= 3


def test_a_tie_takes_its_most_frequent_kind() -> None:
    found = majority([Vote(0, "both_bad"), Vote(0, "both_bad"), Vote(0, "equal")], 2)
    assert (found.direction, found.tie) == (0, "both_bad")
    even = [Vote(0, "both_good"), Vote(0, "both_bad")]
    assert majority(even, 2).tie == majority(even[::-1], 2).tie


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ([], (None, None)),
        ([()], (None, None)),
        ([(True, False)], (True, False)),
        ([(True, None), (False, None)], (False, None)),
        ([(True, True), (True, False), (False, False)], (True, False)),
    ],
)
def test_half_of_the_marks_given_make_a_response_unacceptable(marks: list[tuple[bool | None, ...]], found: tuple[bool | None, ...]) -> None:
    given_votes = [Vote(1, None, m) for m in marks]
    assert acceptable_by_marks(given_votes) == found
    if marks:
        assert majority(given_votes, 1).acceptable == found


@pytest.mark.parametrize(
    ("settled_by", "meta", "told"),
    [
        ("unanimous", {}, True),
        ("import", {"dissent": None}, True),
        ("import", {"dissent": 1}, False),
        ("promotion", {}, True),
        ("promotion", {"dissent": 2}, False),
        ("majority", {}, False),
        ("adjudicated", {}, False),
    ],
)
def test_only_what_nobody_parted_over_is_without_dissent(settled_by: str, meta: dict[str, object], told: bool) -> None:
    assert without_dissent(settled_by, meta) is told


def pairwise(strength: int, tie: str = "equal", **more: Any) -> Answer:
    return Answer("pairwise", {"strength": strength} if strength else {"strength": 0, "tie": tie}, **more)


@pytest.mark.parametrize(
    ("strengths", "settled"), [((2, 2, 3), 2), ((1, 2), 1), ((-1, -2), -1), ((-3, -3, -1), -3), ((3,), 3), ((1, 2, 2, 3), 2)]
)
def test_what_agrees_settles_at_the_median(strengths: tuple[int, ...], settled: int) -> None:
    assert agreed_answer([pairwise(s) for s in strengths]) == pairwise(settled)


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [(("both_bad", "both_bad", "equal"), "both_bad"), (("both_bad", "both_good"), "equal"), (("both_good",), "both_good")],
)
def test_ties_that_agree_are_of_the_kind_that_most_say(kinds: tuple[str, ...], kind: str) -> None:
    assert agreed_answer([pairwise(0, k) for k in kinds]) == pairwise(0, kind)


def test_an_agreed_answer_says_only_what_all_say() -> None:
    answers = [
        pairwise(1, dimensions={"a": 2, "b": 1, "c": 0}, acceptable=(False, None), sections=("x", "y"), rationale="one", confidence=3),
        pairwise(2, dimensions={"b": -1, "a": 1, "d": 1, "c": 0}, acceptable=(False, True), sections=("y",), reasons=("r",)),
        pairwise(2, dimensions={"b": 2, "a": 3, "c": 0}),
    ]
    assert agreed_answer(answers) == pairwise(2, dimensions={"a": 2, "c": 0}, acceptable=(False, True), sections=("y", "x"))
    parted = [pairwise(1, acceptable=(False, True)), pairwise(1, acceptable=(True, True))]
    assert agreed_answer(parted) == pairwise(1, acceptable=(None, True))


@pytest.mark.parametrize("strengths", [(), (1, -1), (0, 1)])
def test_what_does_not_agree_settles_nothing(strengths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not agree"):
        agreed_answer([pairwise(s) for s in strengths])


def test_a_ranking_of_two_agrees_with_a_strength() -> None:
    assert agreed_answer([Answer("ranking", {"ranking": [[0], [1]]}), pairwise(3)]) == pairwise(1)
