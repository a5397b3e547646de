"""What figures are asked of, and how a part of them is asked for."""

from __future__ import annotations

from prefterm.tui.figure_scope import FigureScope, first_day


def test_a_part_is_asked_for_by_what_it_is() -> None:
    scope = FigureScope(round="r", blind=True)
    assert scope.narrowed("tag", "dosage") == FigureScope(round="r", tag="dosage", blind=True)
    assert scope.narrowed("dimension", "safety") == FigureScope(round="r", dimension="safety", blind=True)
    assert scope.narrowed("round", "other") == FigureScope(round="other", blind=True)
    assert scope.narrowed("kind", "judge") == FigureScope(round="r", kind="judge", blind=True)
    assert scope.narrowed("guideline", "g@2") == FigureScope(round="r", guideline="g@2", blind=True)
    assert scope.narrowed("period", "2026-W01") == FigureScope(round="r", since="2025-12-29", blind=True)


def test_what_has_no_name_cannot_be_asked_for() -> None:
    assert FigureScope().narrowed("guideline", "unversioned") is None
    assert FigureScope().narrowed("period", "someday") is None and FigureScope().narrowed("else", "x") is None


def test_first_days() -> None:
    assert str(first_day("2026-W53")) == "2026-12-28" and str(first_day("2026-10")) == "2026-10-01"
    assert first_day("2026-W54") is None and first_day("2026-13") is None and first_day("") is None


def test_it_says_what_it_is_narrowed_to() -> None:
    assert FigureScope().words() == []
    assert FigureScope("r", "safety", "dosage", "g@1", ("a", "b"), "all", "2026-01-01", True).words() == [
        "round r", "dimension safety", "tag dosage", "guideline g@1", "a, b", "people and AI judges", "answers since 2026-01-01",
        "every answer counted",
    ]  # fmt: skip


def test_kinds_come_one_after_the_other() -> None:
    judges = FigureScope(tag="x").of_next_kind()
    assert judges == FigureScope(tag="x", kind="judge") and judges.of_next_kind().of_next_kind() == FigureScope(tag="x")
