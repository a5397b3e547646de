"""An attempt in words."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from prefterm.services.serving import AttemptPlace
from prefterm.tui.attempts import announcement_rows, place_words
from tests.tui.feedback_cases import attempt_place, guideline

KEYS = {"begin": "⏎", "guideline": "g", "contest": "x"}


def told(place: AttemptPlace, width: int = 80) -> str:
    return " ".join("\n".join("".join(t for t, _ in row) for row in announcement_rows(place, guideline(), KEYS, width)).split())


def test_where_one_is() -> None:
    assert place_words(attempt_place()) == "Qualification · 4 of 15"
    assert place_words(attempt_place(2, 6, "recalibration")) == "Recalibration · 2 of 6"


def test_a_qualification_is_told_before_it_begins() -> None:
    said = told(attempt_place(1))
    for words in ("15 items", "no time limit", "80 %", "side that was settled", "small sample decides nothing against you",
                  "not used as data", "x contests it", "⏎ Begin with the first of 15"):  # fmt: skip
        assert words in said
    assert "checks" not in said


def test_a_recalibration_names_what_to_read_again_and_blames_nobody() -> None:
    said = told(attempt_place(1, 6, "recalibration", ("length", "gone")))
    sections = guideline().section("length")
    assert sections is not None and f"§length ({sections.title}), §gone." in said and "(g opens it there)" in said
    assert "Some recent checks went another way than their settled answers" in said and "6 items" in said and "not used as data" in said
    assert "80 %" not in said
    assert "look through the guideline once more" in told(attempt_place(1, 6, "recalibration"))
    assert "One item" in told(attempt_place(1, 1))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_every_row_fits_and_80_by_24_holds_them(width: int) -> None:
    for place in (attempt_place(1), attempt_place(1, 6, "recalibration", ("length", "correctness", "x\x1b[2J"))):
        rows = announcement_rows(place, guideline(), KEYS, width)
        assert max(cell_len("".join(t for t, _ in row)) for row in rows) <= width
        assert width < 80 or len(rows) <= 22
