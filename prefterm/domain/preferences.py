"""The one currency: signed preferences between two responses, in canonical order.

Agreement, calibration, audits, adjudication and export read only these rows and the raw judgment. The presented order
never enters the sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["MAX_STRENGTH", "OVERALL", "Preference", "TieKind", "direction"]

OVERALL = "overall"
"""The dimension of the answer as a whole."""
MAX_STRENGTH = 3
"""Largest magnitude: slightly 1, clearly 2, much 3."""


class TieKind(StrEnum):
    """Why neither response is better."""

    EQUAL = "equal"
    BOTH_GOOD = "both_good"
    BOTH_BAD = "both_bad"


@dataclass(frozen=True)
class Preference:
    """One signed preference between responses `first` < `second` of a comparison."""

    dimension: str
    """`overall` or a dimension's key."""
    first: int
    second: int
    strength: int
    """> 0: the first is better, < 0: the second, 0: a tie; magnitude 1..3."""
    tie: TieKind | None = None
    """Set exactly where strength is 0."""


def direction(strength: int) -> int:
    """The sign of a strength: 1 first is better, -1 second is better, 0 tie."""
    return (strength > 0) - (strength < 0)
