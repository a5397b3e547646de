"""Rows of which most are only made when they are looked at: a list may have thousands, a screen shows fifty. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from prefterm.tui.agreement_rows.figures import Line

__all__ = ["ListedRows"]


class ListedRows(Sequence[Line]):
    """Rows before a list, the rows of the list, rows after it."""

    def __init__(self, before: Sequence[Line], count: int, make: Callable[[int], Line], after: Sequence[Line]) -> None:
        """`make` gives the row of an entry of the list, of which there are `count`."""
        self._before = before
        self._count = count
        self._make = make
        self._after = after

    def __len__(self) -> int:
        return len(self._before) + self._count + len(self._after)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return [self._row(place) for place in range(*at.indices(len(self)))]
        return self._row(range(len(self))[at])

    def _row(self, place: int) -> Line:
        within = place - len(self._before)
        if within < 0:
            return self._before[place]
        return self._make(within) if within < self._count else self._after[within - self._count]
