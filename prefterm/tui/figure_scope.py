"""What figures are asked of: the options of `agreement` and `audit` as the screens and the command line hand them on.

Standard library only, for the way into the app does without the services. Whether there is such a round or tag is theirs to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

__all__ = ["FigureScope"]

KINDS = {"human": "people", "judge": "AI judges", "all": "people and AI judges"}
"""What the kinds of annotators are called."""


@dataclass(frozen=True)
class FigureScope:
    """Which answers; every field narrows, None and empty do not."""

    round: str | None = None
    dimension: str | None = None
    tag: str | None = None
    guideline: str | None = None
    """`name@version`."""
    annotators: tuple[str, ...] = ()
    kind: str = "human"
    """`human`, `judge` or `all`."""
    since: str | None = None
    """ISO date: only answers from then on."""
    count_all: bool = False
    """Whether answers count too that are not planned, independent work."""
    blind: bool | None = None
    """Whether items still open to who asks are left out; None: to be asked, where there are any."""

    def narrowed(self, by: str, key: str) -> FigureScope | None:
        """The scope of one part of a breakdown; None for a part that cannot be asked for by itself."""
        if by in ("dimension", "tag", "round", "kind"):
            changed: dict[str, Any] = {by: key}
            return replace(self, **changed)
        if by == "guideline":
            # Imported answers have no version that could be named.
            return replace(self, guideline=key) if "@" in key else None
        if by == "period" and (first := first_day(key)) is not None:
            return replace(self, since=first.isoformat())
        return None

    def of_next_kind(self) -> FigureScope:
        """The same of the next kind of annotators: people, AI judges, both."""
        kinds = list(KINDS)
        return replace(self, kind=kinds[(kinds.index(self.kind) + 1) % len(kinds)])

    def words(self) -> list[str]:
        """What it is narrowed to, in the order of the fields; empty for everything that people planned to judge."""
        named = [
            self.round and f"round {self.round}",
            self.dimension and f"dimension {self.dimension}",
            self.tag and f"tag {self.tag}",
            self.guideline and f"guideline {self.guideline}",
            self.annotators and ", ".join(self.annotators),
            KINDS.get(self.kind, self.kind) if self.kind != "human" else None,
            self.since and f"answers since {self.since}",
            "every answer counted" if self.count_all else None,
        ]
        return [word for word in named if word]


def first_day(period: str) -> date | None:
    """The first day of a week (`2026-W41`) or month (`2026-10`); None for anything else."""
    try:
        if "-W" in period:
            year, _, week = period.partition("-W")
            return date.fromisocalendar(int(year), int(week), 1)
        return date.fromisoformat(f"{period}-01")
    except ValueError:
        return None
