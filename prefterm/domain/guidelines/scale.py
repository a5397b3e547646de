"""Whether an answer can be given under a guideline: its margins, its ties, its dimensions. Pure; knows no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.domain.judgments import Answer
from prefterm.domain.preferences import MAX_STRENGTH, TieKind

__all__ = ["scale_problem", "strength_problem"]


def scale_problem(answer: Answer, settings: Mapping[str, Any]) -> str | None:
    """Why nobody can give this answer under a version with these stored settings, in words; None where they can.

    Only pairwise answers have a scale that settings narrow: for another format, and where the version judges by another one, None.
    """
    if answer.format != "pairwise" or settings["format"] != "pairwise":
        return None
    margins, strength = settings["margins"], answer.payload["strength"]
    problem = _tie_problem(answer.payload["tie"], settings["ties"]) if strength == 0 else strength_problem(strength, margins)
    if problem is not None:
        return problem
    known = [d["key"] for d in settings["dimensions"]]
    for key, value in answer.dimensions.items():
        if key not in known:
            return f"it has no dimension {key!r:.80}, only {', '.join(known) or 'the whole'}"
        if (problem := strength_problem(value, margins)) is not None:
            return f"dimension {key}: {problem}"
    return None


def strength_problem(strength: int, margins: list[str]) -> str | None:
    """Why a signed strength lies outside of a scale with these margins; None where it does not."""
    most = min(max(1, len(margins)), MAX_STRENGTH)
    if abs(strength) <= most:
        return None
    named = f" ({', '.join(margins)})" if margins else ""
    return f"strength {strength} lies outside of its scale, which ends at {most}{named}"


def _tie_problem(kind: str, ties: str) -> str | None:
    if ties == "none":
        return "it knows no ties"
    return f"it knows one kind of tie, equal, not {kind}" if ties == "equal" and kind != TieKind.EQUAL else None
