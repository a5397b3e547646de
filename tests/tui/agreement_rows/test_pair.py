"""Two people: the table with the first response first, what is listed, what each of them said."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from prefterm.services.parted import Parting, Said
from prefterm.tui.agreement_rows import pair as rows
from tests.tui.agreement_rows.made_figures import c, pair, said, text

THREE = pair("ann", "ben", c(0.5))
SEVEN = {**THREE, "confusion": {"categories": list(range(-3, 4)), "counts": [[i * j for j in range(7)] for i in range(7)]}}


def answer(strength: int, **more: Any) -> Said:
    base: dict[str, Any] = {
        "annotator": "ann", "strength": strength, "tie": None, "marks": (), "dimensions": {}, "rationale": "", "reasons": (),
        "sections": (), "confidence": None, "active_seconds": None, "guideline": None,
    }  # fmt: skip
    return Said(**{**base, **more})


def item(prompt: str = "Which is larger?") -> Parting:
    return Parting("c1", "r", prompt, answer(2), answer(0, tie="both_bad", marks=(False, True)), (1, 1))


def test_the_first_response_comes_first_on_both_sides() -> None:
    shown = [text(row) for row in rows.table_rows(THREE, (0, 0), None)]
    assert shown[0].split() == ["ben", "→"] and shown[1].split() == ["ann", "↓", "first", "tie", "second", "all"]
    assert shown[2].split() == ["▸", "first", "9", "·", "4", "13"]
    assert shown[3].split() == ["tie", "1", "2", "·", "3"] and shown[4].split() == ["second", "·", "1", "3", "4"]
    assert shown[5].split() == ["all", "10", "3", "7", "20"]
    assert rows.values_at(THREE["confusion"], (0, 2)) == (1, -1)


@pytest.mark.parametrize("found", [THREE, SEVEN], ids=["plain", "margins"])
def test_the_table_is_as_wide_as_it_says(found: dict[str, Any]) -> None:
    for row in rows.table_rows(found, (1, 1), (0, 0)):
        assert cell_len(text(row)) <= rows.table_width(found["confusion"])
    assert rows.table_width(SEVEN["confusion"]) <= 52, "there is room for figures beside it at 80 columns"


def test_a_clash_is_seen_by_its_place_and_by_colour() -> None:
    styles = {text.strip(): style for text, style in rows.table_rows(THREE, None, None)[2]}
    assert styles["9"] == "strong" and styles["4"] == "band-poor" and styles["·"] == "frame"


def test_the_list_is_counted_from_the_table() -> None:
    assert rows.parted_count(THREE["confusion"], None) == 6
    assert rows.parted_count(THREE["confusion"], (1, -1)) == 4 and rows.parted_count(THREE["confusion"], (1, 1)) == 9


def test_an_answer_in_a_few_words() -> None:
    assert rows.said_words(answer(2), plain=False) == "first 2" and rows.said_words(answer(-1), plain=True) == "second"
    assert rows.said_words(answer(0), plain=True) == "equally good"
    assert rows.said_words(answer(0, tie="both_good", marks=(False, None)), plain=False) == "both good · ✗ first"


@pytest.mark.parametrize("width", [80, 120, 200])
def test_an_item_is_a_row_with_both_answers(width: int) -> None:
    row = text(rows.parted_row(item("a\nb\x1b[2J " * 40), False, True, width))
    assert cell_len(row) <= width and "first 2" in row and "both bad · ✗ first" in row and "a b␛[2J" in row
    assert "no prompt known" in text(rows.parted_row(item(""), False, False, width))


def test_an_answer_in_full_and_cut() -> None:
    full = answer(
        -2, rationale="because " * 60, reasons=("wrong",), sections=("dosage",), confidence=4, active_seconds=31.4,
        dimensions={"safety": -3, "clarity": 0}, guideline="g@2",
    )  # fmt: skip
    whole = rows.answer_rows(full, False, 80, None)
    assert text(whole[0]).split("   ")[0] == " ann  second 2"
    assert "safety -3 · clarity tie · sure 4 of 5 · 31 s · §dosage · g@2" in text(whole[0])
    assert "wrong; because" in text(whole[1]) and all(cell_len(text(row)) <= 80 for row in whole)
    cut = rows.answer_rows(full, False, 80, 3)
    assert len(cut) == 3 and text(cut[2]).endswith("…")
    assert "no reason given" in said(rows.answer_rows(answer(1), True, 80, 4))
