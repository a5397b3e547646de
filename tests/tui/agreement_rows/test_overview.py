"""The first page in words: what was counted, what was left out, what needs care."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len

from prefterm.tui.agreement_rows import overview
from tests.tui.agreement_rows.made_figures import c, part, said, text

LOPSIDED = "The labels are lopsided: 96 % are first. Alpha (.10) is then low and AC1 (.90) high for the same answers."
HEAD = {"n_items": 300, "n_judgments": 640, "annotators": ["ann", "ben"], "dimension": "overall", "counted": "planned"}


def document(**more: Any) -> dict[str, Any]:
    skipped = {"items_skipped": 6, "items_short": 2, "raw_agreement_skips_disagree": c(0.7, 0.6, 0.8, banded=False)}
    items = {"unanimous": 200, "majority": 60, "plurality": 1, "no_plurality": 39, "direction_clash": 20, "single": 4}
    return {**HEAD, "left_out": {"opened": 62, "calibration": 58, "repeat": 0}, "items": items, "skipped": skipped, **more}


def test_the_headline_says_how_much_and_by_whom() -> None:
    assert said(overview.headline(document(), 80)).strip() == "300 items judged twice or more · 640 answers · 2 annotators · planned work"
    assert "by safety" in said(overview.headline(document(dimension="safety", counted="all"), 120))
    assert "every answer" in said(overview.headline(document(counted="all"), 120))
    assert "counting" in said(overview.headline({"n_items": 3}, 80)), "the head comes part by part"


def test_what_is_left_out_is_named_by_reason_and_skips_are_worked_out() -> None:
    rows = said(overview.left_out_rows(document(), 200))
    assert "Not counted: 62 opened on disagreement · 58 calibration." in rows
    assert "200 unanimous, 60 majority, 1 plurality, 39 no plurality; both sides chosen on 20. With one answer, left out: 4." in rows
    assert "Skipped at least once: 6 items; raw agreement would be .70 (.60–.80) if every skip were a disagreement." in rows
    skipped = {"items_skipped": 0, "items_short": 0, "raw_agreement_skips_disagree": c(0.7, banded=False)}
    none = said(overview.left_out_rows(document(left_out={"opened": 0}, skipped=skipped), 200))
    assert "Not counted: nothing." in none and "No item was skipped." in none
    assert overview.left_out_rows({}, 80) == []


def test_lopsided_labels_are_said_beside_the_table_and_not_twice() -> None:
    coefficients = {"alpha_nominal": c(0.1, 0.0, 0.2), "gwet_ac1": c(0.9, 0.8, 0.95), "kendall_w": None}
    lopsided = document(coefficients=coefficients, notes=["Another.", "No interval: too few.", LOPSIDED])
    assert "lopsided" in said(overview.coefficients(lopsided, 80)) and "lopsided" not in said(overview.note_rows(lopsided, 80))
    assert said(overview.note_rows(lopsided, 80)).strip(" ·") == "Another.", "why there is no interval stands at the table"
    coefficients["gwet_ac1"] = c(0.2, 0.1, 0.3)
    assert "lopsided" not in said(overview.coefficients(lopsided, 80))


def test_marks_stand_below_the_coefficients() -> None:
    marked = document(coefficients={"alpha_nominal": c(0.5)}, marks={"acceptable": {"alpha_nominal": c(0.3), "raw_agreement": c(0.8)}})
    rows = [text(row) for row in overview.coefficients(marked, 80)]
    assert rows[2].startswith(" marks, alpha") and rows[3].startswith(" marks, raw")
    assert "…" in said(overview.coefficients({}, 80))


def test_the_worst_parts_are_those_large_enough_and_below_the_whole() -> None:
    parts = [
        part("tag", "small", c(-0.3)), part("tag", "dosage", c(0.2, 0.1, 0.4)), part("tag", "good", c(0.8, 0.7, 0.9)),
        part("period", "2026-W01", c(0.1, 0.0, 0.2)), part("dimension", "safety", c(0.4, 0.3, 0.5)),
    ]  # fmt: skip
    found = document(coefficients={"alpha_nominal": c(0.5, 0.4, 0.6)}, breakdowns=parts)
    rows = [text(row).strip() for row in overview.worst_parts(found, 58, 5)]
    assert rows == ["tag dosage: alpha .20 (.10–.40), n 40", "dimension safety: alpha .40 (.30–.50), n 40"]
    assert overview.worst_parts(document(), 58, 5) == [] and len(overview.worst_parts(found, 58, 1)) == 1


def test_everything_fits_80_columns() -> None:
    rows = [
        *overview.headline(document(), 80),
        *overview.left_out_rows(document(), 80),
        *overview.note_rows(document(notes=["x " * 90]), 80),
    ]
    assert all(cell_len(text(row)) <= 80 for row in rows)
