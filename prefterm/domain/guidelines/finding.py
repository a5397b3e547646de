"""One thing the lint found in a guideline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level"]


class Level(StrEnum):
    """How bad it is: an error must be mended before labels mean anything, a warning should be, a hint may be."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Finding:
    """One finding and how to mend it."""

    line: int
    """1-based line of the document."""
    level: Level
    rule: str
    """The rule's id, in kebab case."""
    message: str
    mend: str
    """What to write instead."""
