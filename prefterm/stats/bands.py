"""What a coefficient's size is called, and when a figure needs a sentence beside it. Standard library only.

The bands are prefterm's own defaults, made for unweighted coefficients. Krippendorff's rule (2004, p. 241: .800 reliable,
.667 tentative) is stricter, and belongs in the help text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

__all__ = ["FAIR_FROM", "MODERATE_FROM", "STRONG_ABOVE", "WEIGHTED_NOTE", "Band", "band", "lopsided_labels"]

Band = Literal["strong", "moderate", "fair", "poor"]

STRONG_ABOVE = 0.75
"""A value above it is strong; the value itself is still moderate."""
MODERATE_FROM = 0.60
FAIR_FROM = 0.40

WEIGHTED_NOTE = "The bands were made for unweighted coefficients; weighted ones run higher, the more so the more margins there are."
"""Stands wherever a weighted coefficient (ordinal, interval, linear, quadratic) has a band (Warrens 2013)."""

_LOPSIDED = 0.2


def band(value: float | None) -> Band | None:
    """The band of an unrounded value: above .75 strong, .60 to .75 moderate, .40 up to .60 fair, below .40 poor; None has none."""
    if value is None:
        return None
    if value > STRONG_ABOVE:
        return "strong"
    if value >= MODERATE_FROM:
        return "moderate"
    return "fair" if value >= FAIR_FROM else "poor"


def lopsided_labels(alpha: float | None, ac1: float | None, shares: Mapping[str, float]) -> str | None:
    """A sentence where alpha and AC1 part by more than .2, which they do where the labels are lopsided; else None.

    `shares` gives each category's name and its share of all labels, 0 to 1. Where one of the two coefficients is
    undefined nothing is said.
    """
    if alpha is None or ac1 is None or abs(ac1 - alpha) <= _LOPSIDED or not shares:
        return None
    name, share = max(shares.items(), key=lambda entry: entry[1])
    return (
        f"The labels are lopsided: {100 * share:.0f} % are {name}. Alpha ({alpha:.2f}) is then low and AC1 ({ac1:.2f}) high "
        "for the same answers; read both beside raw agreement."
    )
