"""What a bench yields, and how it is printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Figure", "Settings", "print_figure", "print_head", "quantile", "relative"]

_WIDTHS = (58, 24, 12, 6)


@dataclass(frozen=True)
class Settings:
    """What the command line asks for."""

    folder: Path
    """Empty, and removed at the end."""
    quick: bool = False
    full: bool = False

    def times(self, usual: int, quick: int) -> int:
        """How often to measure."""
        return quick if self.quick else usual


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    name: str
    figure: str
    ratio: str = ""
    n: int = 1
    goal: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The nearest-rank quantile, `share` 0..1; nan where there is no value."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def relative(value: float, reference: float, unit: str) -> str:
    """`value` as a ratio to what `unit` names."""
    return f"{value / reference:.2f} {unit}" if reference else ""


def print_head() -> None:
    """The first two rows."""
    _print(("name", "figure", "ratio", "n", "goal"))
    _print(("-" * 20, "-" * 8, "-" * 8, "---", "-" * 8))


def print_figure(figure: Figure) -> None:
    """A row, at once: a bench takes minutes."""
    _print((figure.name, figure.figure, figure.ratio, str(figure.n), figure.goal))


def _print(cells: Iterable[str]) -> None:
    *first, last = cells
    print(" ".join(f"{text:<{width}}" for text, width in zip(first, _WIDTHS, strict=True)) + f" {last}", flush=True)
