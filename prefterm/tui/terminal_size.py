"""How large a terminal must be and may be, in columns × rows. Pure."""

from __future__ import annotations

__all__ = ["LEAST", "MOST", "clamped", "is_too_small", "small_sentence"]

LEAST = (40, 10)
"""Below this no screen can be laid out."""
MOST = (1000, 500)
"""More is not believed: a terminal that reports 99999 × 99999 would make the app paint for minutes."""


def clamped(columns: int, rows: int) -> tuple[int, int]:
    """A size within what is believed; negative ones are 0."""
    return max(0, min(MOST[0], columns)), max(0, min(MOST[1], rows))


def is_too_small(columns: int, rows: int) -> bool:
    """Whether nothing but a sentence can be shown."""
    return columns < LEAST[0] or rows < LEAST[1]


def small_sentence(columns: int, rows: int) -> str:
    """What to say then."""
    return f"This terminal is {columns}×{rows}; prefterm needs 80×24 ({LEAST[0]}×{LEAST[1]} at least)."
