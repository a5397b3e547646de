"""Everything prefterm can refuse, as sentences a person can act on. Knows nothing of exit codes or screens."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AnswerRefused",
    "ClaimLost",
    "DatabaseUnfit",
    "Gated",
    "InputRejected",
    "Lacking",
    "NotAllowed",
    "PreftermError",
    "Refused",
    "Rejection",
    "RoundClosed",
]


class PreftermError(Exception):
    """Base of every error whose message is meant for the user, as it stands."""


class Refused(PreftermError):
    """What was asked cannot be done in the present state; nothing was written."""


class Lacking(Refused):
    """What is there does not suffice for what was asked; the sentence names everything that is missing."""


class NotAllowed(PreftermError):
    """The person who asks may not do this, or is not known to the database."""


class DatabaseUnfit(PreftermError):
    """The file is not a prefterm database, is newer than this program, or lies where SQLite is not safe."""


class AnswerRefused(PreftermError):
    """An answer is not complete or not possible under its guideline.

    `field` names the part to go back to: `overall`, `dimension:KEY`, `rationale`, `acceptable`, `sections`, `passages`.
    """

    def __init__(self, message: str, field: str = "overall") -> None:
        super().__init__(message)
        self.field = field


class Gated(Refused):
    """The person cannot go on in this round for now: a qualification that was not passed, or one that the lead is to look at."""


class ClaimLost(Refused):
    """The lease ran out and the slot went to somebody else; the draft is kept."""


class RoundClosed(Refused):
    """The round was closed meanwhile; the draft is kept."""


@dataclass(frozen=True)
class Rejection:
    """One reason why an input is rejected, with its place (`line` is 1-based, 0 where the whole file is meant)."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}"


class InputRejected(PreftermError):
    """An input file was rejected whole.

    `rejections` holds the first 50 reasons at most, `total` counts all of them.
    """

    def __init__(self, rejections: list[Rejection], total: int | None = None) -> None:
        self.rejections = rejections
        self.total = len(rejections) if total is None else total
        shown = "\n".join(str(r) for r in rejections[:50])
        more = self.total - min(len(rejections), 50)
        super().__init__(shown + (f"\n… and {more} more" if more > 0 else ""))
