"""Where agreement's votes come from: the whole file, or what some people said of some items. Pages, each read in a transaction of its own.

Knows how to read, not what counts. Both sources give the same rows of an item, so that the same rules apply to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from prefterm.store import agreement_pages as pages
from prefterm.store import parted_pages, revealed_answers
from prefterm.store.agreement_pages import AnswerRow, SkipRow

__all__ = ["Read", "RevealRow", "SomeItems", "VotePages", "WholeFile"]

Read = Callable[[], AbstractContextManager[Connection]]
RevealRow = tuple[int, int, int, str]
"""Id, annotator id, comparison id, moment."""


class VotePages(Protocol):
    """A source of votes."""

    def answers(self) -> Iterator[tuple[Sequence[AnswerRow], int, int]]:
        """(rows by judgment id, how far, of how far) page by page: the last revision of every answer."""
        ...

    def skips(self) -> Iterator[Sequence[SkipRow]]:
        """Planned work that was passed by."""
        ...

    def reveals(self) -> Iterator[Sequence[RevealRow]]:
        """What was shown to whom, by id."""
        ...


class WholeFile:
    """Everything in these rounds (None: in all) as the file stands when the answers are begun."""

    def __init__(self, read: Read, round_ids: Sequence[int] | None) -> None:
        self._read, self._round_ids = read, round_ids

    def answers(self) -> Iterator[tuple[Sequence[AnswerRow], int, int]]:
        """Of everybody."""
        with self._read() as connection:
            upto = pages.greatest_judgment(connection)
        after = 0
        while True:
            with self._read() as connection:
                rows = pages.answers(connection, self._round_ids, after, upto)
            after = rows[-1].id if rows else after
            yield rows, after, upto
            if len(rows) < pages.PAGE:
                return

    def skips(self) -> Iterator[Sequence[SkipRow]]:
        """Of everybody, in all rounds."""
        after = 0
        while True:
            with self._read() as connection:
                rows = pages.skips(connection, after)
            yield rows
            if len(rows) < pages.PAGE:
                return
            after = rows[-1].id

    def reveals(self) -> Iterator[Sequence[RevealRow]]:
        """All there are."""
        after = 0
        while True:
            with self._read() as connection:
                rows = revealed_answers.reveals(connection, after, pages.PAGE)
            yield rows
            if len(rows) < pages.PAGE:
                return
            after = rows[-1][0]


class SomeItems:
    """What some people said of some comparisons, in these rounds (None: in all). One page: the caller bounds how many there are."""

    def __init__(self, read: Read, round_ids: Sequence[int] | None, comparisons: Sequence[int], people: Sequence[int]) -> None:
        self._read, self._round_ids, self._comparisons, self._people = read, round_ids, comparisons, people

    def answers(self) -> Iterator[tuple[Sequence[AnswerRow], int, int]]:
        """Of these people on these comparisons."""
        with self._read() as connection:
            yield parted_pages.answers_on(connection, self._comparisons, self._people, self._round_ids), 1, 1

    def skips(self) -> Iterator[Sequence[SkipRow]]:
        """None: they are not asked about."""
        yield ()

    def reveals(self) -> Iterator[Sequence[RevealRow]]:
        """To these people, of these comparisons."""
        with self._read() as connection:
            rows = parted_pages.reveals_on(connection, self._comparisons, self._people)
        yield rows
