"""One annotator beside the others, in rows and in sentences."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from prefterm.tui.agreement_rows import people as rows
from tests.tui.agreement_rows.made_figures import c, said, text


def profile(name: str, kappa: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"annotator": name, "n": 1_234, "tie_rate": 0.3, "first_rate": 0.4, "median_active_seconds": 22.6, "gold_accuracy": None}
    return {**base, "vs_others": kappa, **more}


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_person_is_a_row(width: int) -> None:
    row = text(rows.person_row(profile("dot", c(0.44, 0.25, 0.59), gold_accuracy=c(0.8, banded=False)), True, width))
    assert cell_len(row) <= width and cell_len(text(rows.person_head(width))) <= width
    assert row.split()[:7] == ["▸", "dot", "1,234", "30", "%", "40", "%"] and ".25–.59" in row
    assert ("80 %" in row) == (width >= 100)


def test_those_who_part_most_come_first() -> None:
    found = [profile("a", c(None)), profile("b", c(0.5, 0.4, 0.6)), profile("c", c(0.1, 0.0, 0.2)), profile("d", c(-0.3, n=3))]
    assert [p["annotator"] for p in rows.in_order(found)] == ["c", "b", "d", "a"]


def test_what_changes_without_them_is_said_with_its_interval() -> None:
    differences = [{"a": "everybody", "b": f"everybody but {n}", "value": v, "low": v - 0.1, "high": v + 0.1, "note": ""}
                   for n, v in (("x", 0.104), ("y", -0.06), ("z", 0.001))]  # fmt: skip
    shown = [said(rows.said_of_person(profile(n, c(0.44)), rows.without_them(differences, n), 200)) for n in "xyz"]
    assert "Without x alpha is .10 higher (0 to .20), on the items" in shown[0]
    assert "Without y alpha is .06 lower (-.16 to .04)" in shown[1] and "Without z alpha is the same" in shown[2]
    assert rows.without_them(differences, "w") is None
    noted = {**differences[0], "value": None, "low": None, "high": None, "note": "Not shown with --count all."}
    assert "Without x: Not shown with --count all." in said(rows.said_of_person(profile("x", c(0.4)), noted, 200))


def test_golds_have_an_interval_or_a_reason() -> None:
    with_golds = profile("x", c(None), gold_accuracy=c(0.8, 0.6, 0.92, 15, banded=False))
    shown = said(rows.said_of_person(with_golds, None, 200))
    assert "Golds right: 80 % (60–92 %), of 15." in shown and "there is no kappa: no variation" in shown
    assert "no gold answered yet" in said(rows.said_of_person(profile("x", c(0.4)), None, 200))
    assert "no interval: too few" in said(rows.said_of_person(profile("x", c(0.4), gold_accuracy=c(0.8, banded=False)), None, 200))
