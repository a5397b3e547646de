"""The rows of the calibration screen."""

from __future__ import annotations

from rich.cells import cell_len

from prefterm.services.calibration_overview import RoundCalibration
from prefterm.tui.calibration_rows import Choice, calibration_rows
from tests.tui.feedback_cases import attempt_place, feedback, overview


def said(rounds: list[RoundCalibration], marked: int = 0, width: int = 80) -> list[str]:
    return ["".join(t for t, _ in row).rstrip() for row in calibration_rows(rounds, marked, width).lines]


def test_each_round_has_its_standing_and_what_can_be_done() -> None:
    found = calibration_rows(overview(), 0, 80)
    kinds = [(c.kind, c.round_name, c.number) for _, c in found.choices]
    assert kinds == [
        ("attempt", "spring", 0), ("review", "winter", 0),
        ("told", "winter", 0), ("told", "winter", 1), ("told", "winter", 2),
    ]  # fmt: skip
    rows = said(overview(), marked=3)
    assert [n for n, row in enumerate(rows) if row.startswith(" ▸")] == [found.choices[3][0]], "a choice knows its row"
    text = "\n".join(rows)
    for words in ("Qualification begun: 3 of 15 answered.", "go on with 4 of 15", "winter · closed", "2 checks of your finished sittings",
                  "✓ left ", "· right, settled left", "contested", "✗ equally good, settled left"):  # fmt: skip
        assert words in text


def test_an_attempt_that_was_not_begun_is_to_be_taken() -> None:
    rows = said([RoundCalibration("r", "open", "", attempt_place(1), 1)])
    assert any("Qualification: 15 items to take" in row for row in rows) and any("1 check of" in row for row in rows)


def test_nothing_is_said_in_a_sentence() -> None:
    assert "Nothing here yet" in " ".join(said([])) and calibration_rows([], 0, 80).choices == []


def test_every_row_fits() -> None:
    told = [feedback(0, -2, contested=True, right=False)] * 2
    rounds = [RoundCalibration("薬" * 60, "open", "s" * 300, attempt_place(), 1, told)]
    for width in (60, 80, 200):
        assert max(cell_len("".join(t for t, _ in row)) for row in calibration_rows(rounds, 0, width).lines) <= width
    assert Choice("told", "r").number == 0
