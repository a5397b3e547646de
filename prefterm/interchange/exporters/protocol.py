"""What an exporter is: one settled label in, the rows that a trainer reads out. [plug-in point]"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from prefterm.domain.prompts import Comparison

__all__ = ["ExportLabel", "Exporter"]


@dataclass(frozen=True)
class ExportLabel:
    """One label about the two responses of a comparison, already fit for trainers (see `problems.unfit`)."""

    comparison: Comparison
    direction: int
    """1 the first is better, -1 the second, 0 a tie that is wanted in both orders."""
    margin: float = 0.0
    """≥ 0; 0.0 for a tie."""
    tie: str | None = None
    acceptable: tuple[bool | None, ...] = ()
    """The mark of each response; empty = none was given."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Where the label comes from; never names of people or models."""

    @property
    def chosen(self) -> tuple[int, ...]:
        """Canonical indices that stand as chosen: one, or both for a tie in both orders."""
        return {1: (0,), -1: (1,)}.get(self.direction, (0, 1))


class Exporter(Protocol):
    """One target. Pure: rows follow from the label alone."""

    @property
    def name(self) -> str:
        """The name on the command line."""
        ...

    def rows(self, label: ExportLabel) -> list[dict[str, Any]]:
        """The rows of one label: one, or two for a tie in both orders."""
        ...
