"""Which answers a guideline has a place for."""

from __future__ import annotations

from typing import Any

import pytest

from prefterm.domain.guidelines.scale import scale_problem
from prefterm.domain.judgments import Answer

SETTINGS = {"format": "pairwise", "margins": ["slightly", "clearly"], "ties": "equal", "dimensions": [{"key": "safety"}]}


@pytest.mark.parametrize(
    ("payload", "dimensions", "settings", "words"),
    [
        ({"strength": 2}, {"safety": -2}, {}, None),
        ({"strength": -3}, {}, {}, "strength -3 lies outside of its scale, which ends at 2 (slightly, clearly)"),
        ({"strength": 2}, {}, {"margins": []}, "strength 2 lies outside of its scale, which ends at 1"),
        ({"strength": 3}, {}, {"margins": ["a", "b", "c", "d"]}, None),
        ({"strength": 0, "tie": "equal"}, {}, {}, None),
        ({"strength": 0, "tie": "both_bad"}, {}, {}, "it knows one kind of tie, equal, not both_bad"),
        ({"strength": 0, "tie": "both_bad"}, {}, {"ties": "split"}, None),
        ({"strength": 0, "tie": "equal"}, {}, {"ties": "none"}, "it knows no ties"),
        ({"strength": 1}, {"tone": 1}, {}, "it has no dimension 'tone', only safety"),
        ({"strength": 1}, {"safety": 3}, {}, "dimension safety: strength 3 lies outside"),
        ({"strength": 3}, {}, {"format": "rating"}, None),
    ],
)
def test_what_lies_outside_of_a_scale(payload: dict[str, Any], dimensions: dict[str, int], settings: dict[str, Any], words: str) -> None:
    found = scale_problem(Answer("pairwise", payload, dimensions=dimensions), {**SETTINGS, **settings})
    assert found is None if words is None else found is not None and found.startswith(words)


def test_a_ranking_has_no_such_scale() -> None:
    assert scale_problem(Answer("ranking", {"ranking": [[0], [1]]}), SETTINGS) is None
