"""What the audits are made from: every annotator's answers as columns, read page by page. Knows which answers enter, no statistics.

An answer costs some fifty bytes here, so that a million of them fit beside everything else.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import TypeVar

from sqlalchemy import Connection

from prefterm.domain.judgments import GoldSource, Purpose
from prefterm.domain.preferences import direction
from prefterm.domain.presentation import Order
from prefterm.domain.queueing import SITTING_IDLE_MINUTES
from prefterm.stats.bias import Repeat, presented_side
from prefterm.stats.conduct import right_direction
from prefterm.store import attempts, audit_pages
from prefterm.store.audit_pages import AnswerRow, GoldRow

__all__ = ["Columns", "GoldAnswer", "Work", "independent", "read_columns"]

Read = Callable[[], AbstractContextManager[Connection]]
Progress = Callable[[int, int], None]
_T = TypeVar("_T")
_UNKNOWN = -1
_NO_GOLD = 2
_IDLE_MICROSECONDS = SITTING_IDLE_MINUTES * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A gold that somebody answered as calibration or qualification, and that scores."""

    moment: int
    qualification: bool
    right: bool
    longer_right: bool | None
    """Whether the longer response is the right one; None for a gold that is a tie, or responses of equal or unknown length."""
    chose_longer: bool | None
    """None for a tie too."""


@dataclass
class Work:
    """One annotator's effective answers in the scope."""

    comparison: array[int] = field(default_factory=lambda: array("q"))
    strength: array[int] = field(default_factory=lambda: array("b"))
    first_left: array[int] = field(default_factory=lambda: array("b"))
    """1 or 0; -1 where the presented order is not known."""
    first_length: array[int] = field(default_factory=lambda: array("q"))
    """Characters; -1 where the text is not known."""
    second_length: array[int] = field(default_factory=lambda: array("q"))
    seen: array[float] = field(default_factory=lambda: array("f"))
    """The lesser share of the two sides that was shown, 0..1; NaN where it is not known."""
    seconds: array[float] = field(default_factory=lambda: array("d"))
    """Active seconds; NaN where they are not known."""
    moment: array[int] = field(default_factory=lambda: array("q"))
    """Microseconds since 1970; -1 where it is not known."""
    sitting: array[int] = field(default_factory=lambda: array("q"))
    """-1 where there is none: an imported answer."""
    gold: array[int] = field(default_factory=lambda: array("b"))
    """The direction of a gold that was settled without this person; 2 where there is none."""
    repeats: list[Repeat] = field(default_factory=list)
    golds: list[GoldAnswer] = field(default_factory=list)
    skips: Counter[str] = field(default_factory=Counter)
    skipped_tags: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def eligible(self) -> bool:
        """Whether there is an answer that an alarm may rest on: one whose presented order is known, or a gold."""
        return any(known != _UNKNOWN for known in self.first_left) or bool(self.golds)

    def presented(self) -> list[int]:
        """Indices of the answers with a presented order, in the order in which they were given; unknown moments last, as stored."""
        known = [i for i, first_left in enumerate(self.first_left) if first_left != _UNKNOWN]
        return sorted(known, key=lambda i: self.moment[i] if self.moment[i] != _UNKNOWN else math.inf)

    def side(self, i: int) -> int:
        """1 where the left was chosen, -1 where the right was, 0 for a tie; of an answer with a presented order."""
        return presented_side(self.strength[i], bool(self.first_left[i]))

    def presented_lengths(self, i: int) -> tuple[float, float]:
        """Characters of the left and of the right response; NaN where a text is not known."""
        first, second = (math.nan if size[i] == _UNKNOWN else size[i] for size in (self.first_length, self.second_length))
        return (first, second) if self.first_left[i] else (second, first)

    def gold_side(self, i: int) -> float:
        """1 where the left is right by gold, -1 where the right is, 0 for a gold tie; NaN where there is no gold."""
        return math.nan if self.gold[i] == _NO_GOLD else presented_side(self.gold[i], bool(self.first_left[i]))

    def characters(self) -> list[int | None]:
        """Of each answer, the characters of both responses together; None where a text is not known."""
        sizes = zip(self.first_length, self.second_length, strict=True)
        return [None if _UNKNOWN in both else sum(both) for both in sizes]

    def sitting_keys(self, rows: Sequence[int]) -> list[int]:
        """For answers in their order, a number for the sitting of each. Without a stored sitting, half an idle hour begins a new one;
        an answer whose moment is not known follows none.
        """
        keys, made, last = [], _UNKNOWN, _UNKNOWN
        for i in rows:
            if self.sitting[i] != _UNKNOWN:
                keys.append(self.sitting[i])
                last = _UNKNOWN
                continue
            moment = self.moment[i]
            if moment == _UNKNOWN or last == _UNKNOWN or moment - last > _IDLE_MICROSECONDS:
                made -= 1
            last = moment
            keys.append(made)
        return keys


@dataclass
class Columns:
    """Everything that the audits of a scope are made from."""

    people: defaultdict[int, Work] = field(default_factory=lambda: defaultdict(Work))
    """By annotator id."""
    orders: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many of the items without a free slot have the first response so often left and right."""
    alarms_closed: dict[int, int] = field(default_factory=dict)
    """By annotator id: when their last alarm of drift was closed, in microseconds; the chart begins anew there."""


def read_columns(read: Read, imports: Collection[int], round_id: int | None = None, progress: Progress | None = None) -> Columns:
    """The columns of one round, or of all. `read` opens a read transaction for one page; `imports`: ids of the rounds without slots.

    `progress` is told (done, total) before every page, and no transaction is open then.
    """
    return _Collector(read, imports, round_id, progress or (lambda done, total: None)).collect()


def _paged(read: Read, page: Callable[[Connection, int], list[_T]], key: Callable[[_T], int]) -> Iterator[_T]:
    """All rows, page by page; no transaction is open while a row is handed on."""
    after = 0
    while True:
        with read() as connection:
            rows = page(connection, after)
        yield from rows
        if len(rows) < audit_pages.PAGE:
            return
        after = key(rows[-1])


class _Collector:
    def __init__(self, read: Read, imports: Collection[int], round_id: int | None, progress: Progress) -> None:
        self._open = read
        self.progress = progress
        self.done, self.upto = 0, 1
        self.imports = imports
        self.round_id = round_id
        self.found = Columns()
        self.imported: defaultdict[tuple[int, bool], array[int]] = defaultdict(lambda: array("i"))
        """By round and whether the first response stood left: how often it did so, by comparison id, of items that have no slots."""
        self.sittings: defaultdict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
        """Beginnings and ids, in their order, by annotator and round."""

    def read(self) -> AbstractContextManager[Connection]:
        """A read transaction for one page, after it was told how far the reading is."""
        self.progress(self.done, self.upto)
        return self._open()

    def collect(self) -> Columns:
        scope = self.round_id
        for sitting in _paged(self.read, lambda c, after: audit_pages.sittings(c, after, scope), lambda r: r.id):
            # Their order is not that of their ids where a clock was set back.
            insort(self.sittings[sitting.annotator_id, sitting.round_id], (sitting.started_at, sitting.id))
        self._take_answers()
        for skip in _paged(self.read, lambda c, after: audit_pages.skips(c, after, scope), lambda r: r.id):
            person = self.found.people[skip.annotator_id]
            person.skips[skip.reason] += 1
            person.skipped_tags.update(skip.tags)
        self._take_orders()
        self._take_alarms()
        return self.found

    def _take_answers(self) -> None:
        with self.read() as connection:
            upto = audit_pages.greatest_assignment(connection)
        self.upto = max(upto, 1)
        after: int | None = 0
        while after is not None:
            self.done = min(after, self.upto)
            with self.read() as connection:
                page, after = audit_pages.answers(connection, after, self.round_id)
                kept = [row for row in page if self._counts(row)]
                ids = {row.comparison_id for row in kept}
                lengths, golds = audit_pages.lengths(connection, ids), audit_pages.golds(connection, ids)
                originals = audit_pages.originals(connection, (row for row in kept if row.purpose == Purpose.REPEAT))
            for row in kept:
                gold = golds.get(row.comparison_id)
                sizes = lengths.get(row.comparison_id, (None, None))
                if row.purpose == Purpose.WORK:
                    self._take_work(row, sizes, gold)
                elif row.purpose == Purpose.REPEAT:
                    self._take_repeat(row, originals.get(row.assignment_id))
                else:
                    self._take_gold(row, sizes, gold)

        self.done = self.upto

    def _counts(self, row: AnswerRow) -> bool:
        """Whether an answer enters at all; counts why not."""
        for reason, holds in (("hidden", row.hidden), ("more_than_two", row.n_responses != 2), ("after_reveal", row.after_reveal)):
            if holds:
                self.found.people[row.annotator_id].left_out[reason] += 1
                return False
        return True

    def _take_work(self, row: AnswerRow, sizes: tuple[int | None, int | None], gold: GoldRow | None) -> None:
        person = self.found.people[row.annotator_id]
        first_left = _first_left(row.order)
        person.comparison.append(row.comparison_id)
        person.strength.append(row.strength)
        person.first_left.append(_UNKNOWN if first_left is None else first_left)
        person.first_length.append(_UNKNOWN if sizes[0] is None else sizes[0])
        person.second_length.append(_UNKNOWN if sizes[1] is None else sizes[1])
        person.seen.append(math.nan if row.seen is None or len(row.seen) < 2 else min(row.seen))
        person.seconds.append(math.nan if row.active_seconds is None else row.active_seconds)
        person.moment.append(_microseconds(row.created_at))
        person.sitting.append(self._sitting(row))
        person.gold.append(direction(gold.strength) if gold is not None and not gold.contested and independent(gold, row) else _NO_GOLD)
        if first_left is None:
            person.left_out["no_presented_order"] += 1
        elif row.round_id in self.imports:
            side = self.imported[row.round_id, first_left]
            side.extend([0] * (row.comparison_id + 1 - len(side)))
            side[row.comparison_id] += 1

    def _sitting(self, row: AnswerRow) -> int:
        begun = self.sittings.get((row.annotator_id, row.round_id), ())
        place = bisect_right(begun, row.created_at or "", key=lambda sitting: sitting[0])
        return begun[place - 1][1] if place else _UNKNOWN

    def _take_repeat(self, row: AnswerRow, original: audit_pages.OriginalRow | None) -> None:
        person = self.found.people[row.annotator_id]
        if original is None:
            person.left_out["repeat_without_original"] += 1
            return
        person.repeats.append(Repeat(original.strength, row.strength, _first_left(original.order), _first_left(row.order)))

    def _take_gold(self, row: AnswerRow, sizes: tuple[int | None, int | None], gold: GoldRow | None) -> None:
        person = self.found.people[row.annotator_id]
        if gold is None or gold.contested or not independent(gold, row):
            why = "no_gold_in_force" if gold is None else "contested_gold" if gold.contested else "gold_from_own_answer"
            person.left_out[why] += 1
            return
        longer = None if sizes[0] is None or sizes[1] is None or sizes[0] == sizes[1] else 1 if sizes[0] > sizes[1] else -1
        compared = longer is not None and direction(gold.strength) != 0
        person.golds.append(
            GoldAnswer(
                _microseconds(row.created_at),
                row.purpose == Purpose.QUALIFICATION,
                right_direction(row.strength, gold.strength),
                direction(gold.strength) == longer if compared else None,
                direction(row.strength) == longer if compared and row.strength else None,
            )
        )

    def _take_alarms(self) -> None:
        with self.read() as connection:
            closed = attempts.alarms_closed(connection, self.round_id)
        self.found.alarms_closed = {person: _microseconds(moment) for person, moment in closed.items()}

    def _take_orders(self) -> None:
        after: int | None = 0
        while after is not None:
            with self.read() as connection:
                page, after = audit_pages.slots_of_filled_items(connection, after, self.round_id)
            for orders in page:
                left = sum(bool(_first_left(order)) for order in orders)
                self.found.orders[left, len(orders) - left] += 1
        for round_id in sorted({round_id for round_id, _ in self.imported}):
            both = zip_longest(self.imported[round_id, True], self.imported[round_id, False], fillvalue=0)
            self.found.orders.update(sides for sides in both if any(sides))


def _first_left(order: Order | None) -> bool | None:
    """Whether the first of two responses stood left; None where the order is not known."""
    return None if order is None else order[0] == 0


def independent(gold: GoldRow, row: AnswerRow) -> bool:
    """Whether a gold can be held beside a person's answer: what they said themselves before must not be what settled it."""
    return gold.settled_by == GoldSource.IMPORT or row.annotator_id not in gold.voters


def _microseconds(moment: str | None) -> int:
    return _UNKNOWN if moment is None else round(datetime.fromisoformat(moment).timestamp() * 1_000_000)
