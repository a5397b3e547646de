"""The votes that agreement is worked out on, as columns: what is read, which of it counts, and why the rest does not.

Knows the store's pages and the rules of what counts; no coefficient. Nothing here knows which side a response was shown on.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prefterm.services.agreement_scope import Scope
from prefterm.services.standings import provisional_people
from prefterm.services.vote_pages import Read, SomeItems, VotePages, WholeFile
from prefterm.store import agreement_pages as pages
from prefterm.store import revealed_answers
from prefterm.store.agreement_pages import AnswerRow

__all__ = ["LEFT_OUT", "Units", "Votes", "ids_in_pages", "read_votes", "read_votes_on"]

LEFT_OUT = ("opened", "repeat", "calibration", "qualification", "after_reveal", "provisional", "withdrawn")
"""Why a judgment does not count, in the contract's order: it is counted once, under the first that holds."""
_FLAG = {reason: 1 << at for at, reason in enumerate(LEFT_OUT)}

_BLOCK = 40
"""Pages that are put together as they come."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]


@dataclass
class Units:
    """What was judged: comparison × round (U), ascending by comparison, then round."""

    comparison: Ints
    """Unit → the comparison's numeric id."""
    round: Ints
    """Unit → index into the scope's rounds."""
    cluster: NDArray[np.int32]
    """Unit → its prompt with near-duplicates; a comparison without a prompt stands for itself."""
    many: Bools
    """Whether it has more than two responses."""
    skips: Ints
    """How often it was passed by as planned work."""
    tags: dict[str, Ints] = field(default_factory=dict)
    """Tag → units that carry it."""

    def tagged(self, tag: str) -> Bools:
        """Which units carry a tag."""
        found = np.zeros(len(self.comparison), dtype=np.bool_)
        found[self.tags.get(tag, np.empty(0, dtype=np.int64))] = True
        return found


@dataclass
class Votes:
    """M answers, one row each, by judgment id; those that do not count are among them."""

    judgment: NDArray[np.int32]
    unit: NDArray[np.int32]
    annotator: NDArray[np.int32]
    guideline: NDArray[np.int32]
    """Numeric id of the guideline version, -1 where there is none."""
    strength: NDArray[np.int8]
    moment: NDArray[np.datetime64]
    """Microseconds, UTC; NaT where an import says nothing."""
    seconds: NDArray[np.float32]
    """Active seconds, nan where unknown."""
    flags: NDArray[np.uint8]
    """One bit for each of `LEFT_OUT`; 0 counts."""
    units: Units
    short: int = 0
    """Items of labelling rounds with fewer planned answers than planned."""
    blind: int = 0
    """Items left out because they are still open to who asks."""

    @property
    def planned(self) -> Bools:
        """Which rows count."""
        counted: Bools = self.flags == 0
        return counted

    def flagged(self, *reasons: str) -> Bools:
        """Rows that one of these reasons holds for."""
        found: Bools = (self.flags & np.uint8(sum(_FLAG[reason] for reason in reasons))) > 0
        return found

    def left_out(self) -> dict[str, int]:
        """How many judgments each reason keeps out, each counted once."""
        first = self.flags & (~self.flags + np.uint8(1))
        return {reason: int((first == flag).sum()) for reason, flag in _FLAG.items()}

    def rows(self, kept: Bools) -> Votes:
        """The rows where `kept` (M) is true, these votes themselves where it is throughout; the units stay."""
        if kept.all():
            return self
        columns = {name: getattr(self, name)[kept] for name in _COLUMNS}
        return Votes(**columns, units=self.units, short=self.short, blind=self.blind)

    @property
    def people(self) -> NDArray[np.int32]:
        """The annotator of each row, with another number for every further answer of theirs on the same unit."""
        if not self.flags.any():
            # A second answer of theirs that counts does not exist.
            return self.annotator
        size = np.int64(self.annotator.max(initial=0)) + 1
        key = self.unit.astype(np.int64) * size + self.annotator
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        start = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(key) else np.empty(0, dtype=np.int64)
        nth = np.arange(len(key)) - np.repeat(start, np.diff(np.concatenate([start, [len(key)]])))
        found = self.annotator.copy()
        found[order] += (nth * size).astype(np.int32)
        return found


_COLUMNS = ("judgment", "unit", "annotator", "guideline", "strength", "moment", "seconds", "flags")


def ids_in_pages(ids: Iterable[int], size: int = pages.PAGE) -> Iterator[list[int]]:
    """Ids in lists of at most a page."""
    iterator = iter(ids)
    while part := [int(one) for one in islice(iterator, size)]:
        yield part


def read_votes(read: Read, scope: Scope, progress: Progress | None = None) -> Votes:
    """Every judgment in the scope. `read` opens a read transaction for one page; `progress` is told (done, total)."""
    return _Reading(read, scope, progress).votes()


def read_votes_on(read: Read, scope: Scope, comparisons: Sequence[int], people: Sequence[int]) -> Votes:
    """As `read_votes`, of some people on some comparisons alone (by id); `short` and skips are not counted."""
    return _Reading(read, scope, None, SomeItems(read, scope.round_ids, comparisons, people)).sorted_out()[0]


class _Reading:
    def __init__(self, read: Read, scope: Scope, progress: Progress | None, source: VotePages | None = None) -> None:
        self.read, self.scope, self.progress = read, scope, progress
        self.source = source or WholeFile(read, scope.round_ids)
        self.round_at = {r.id: at for at, r in enumerate(scope.rounds)}
        self.size = max(len(scope.rounds), 1)
        self.labelling = np.array([r.kind == "labelling" for r in scope.rounds] or [False])

    def votes(self) -> Votes:
        votes, planned = self.sorted_out()
        votes.short = self._short(planned, votes)
        return votes

    def sorted_out(self) -> tuple[Votes, Ints]:
        """The votes, each with what keeps it from counting; and the keys of all planned work."""
        columns, planned = self._columns()
        skipped = self._skipped()
        given = columns.pop("key")
        keys = np.union1d(given, _compact(skipped))
        unit = np.searchsorted(keys, given).astype(np.int32)
        del given
        units = self._units(keys, np.bincount(np.searchsorted(keys, skipped), minlength=len(keys)))
        votes = Votes(**columns, unit=unit, units=units)
        if self.scope.options.tag is not None:
            votes = _on_units(votes, units.tagged(self.scope.options.tag))
        self._after_reveal(votes)
        self._provisional(votes)
        _mark_doubles(votes)
        if self.scope.own_only:
            theirs = votes.planned & (votes.annotator == self.scope.actor.id)
            votes = _on_units(votes, np.bincount(votes.unit[theirs], minlength=len(keys)) > 0)
        return self._blind(votes), planned

    # answers

    def _columns(self) -> tuple[dict[str, Any], Ints]:
        """The columns of all pages, with the key of each row's unit; and the keys of all planned work, whoever gave it and when."""
        found: list[dict[str, Any]] = [self._page([])[0]]
        planned: list[Ints] = []
        for rows, done, total in self.source.answers():
            if rows:
                page, work = self._page(rows)
                found.append(page)
                planned.append(work)
                if len(found) >= _BLOCK:
                    # Small arrays that are freed at last leave holes, which the large ones do not fit into.
                    found = [_one_block(found)]
            if self.progress:
                self.progress(done, total)
        return _one_block(found), np.concatenate(planned) if planned else np.empty(0, dtype=np.int64)

    def _page(self, rows: Sequence[AnswerRow]) -> tuple[dict[str, Any], Ints]:
        ids, rounds, comparisons, people, guidelines, moments, purposes, origins, states, seconds, strengths = (
            zip(*rows, strict=True) if rows else ((),) * len(AnswerRow._fields)
        )
        at = self.round_at
        annotator = np.array(people, dtype=np.int32)
        # A round that was opened after the scope was found is not in it.
        place = np.array([at.get(r, -1) for r in rounds], dtype=np.int64)
        page: dict[str, Any] = {
            "judgment": np.array(ids, dtype=np.int32),
            "key": _compact(np.array(comparisons, dtype=np.int64) * self.size + place),
            "annotator": annotator,
            "guideline": np.array([-1 if g is None else g for g in guidelines], dtype=np.int32),
            "moment": moments_of(moments),
            "flags": np.array([_flags(*x) for x in zip(purposes, origins, states, strict=True)], dtype=np.uint8),
            "seconds": np.array([np.nan if s is None else s for s in seconds], dtype=np.float32),
            "strength": np.array(strengths, dtype=np.int8),
        }
        scope = self.scope
        kept = scope.of_kind(annotator) & (place >= 0)
        if scope.guideline is not None:
            kept &= page["guideline"] == scope.guideline.id
        planned = page["key"][kept & (page["flags"] == 0) & self.labelling[page["key"] % self.size]]
        kept &= scope.named(annotator)
        if scope.since is not None:
            kept &= page["moment"] >= scope.since
        return {name: column[kept] for name, column in page.items()}, planned

    def _skipped(self) -> Ints:
        """The key of each skip's unit."""
        found: list[Ints] = []
        for rows in self.source.skips():
            mine = [r for r in rows if r.round_id in self.round_at]
            people = np.array([r.annotator_id for r in mine], dtype=np.int32)
            kept = self.scope.of_kind(people) & self.scope.named(people)
            if self.scope.since is not None:
                kept &= moments_of([r.created_at for r in mine]) >= self.scope.since
            keys = np.array([r.comparison_id * self.size + self.round_at[r.round_id] for r in mine], dtype=np.int64)
            found.append(keys[kept])
        return np.concatenate(found)

    # what was judged

    def _units(self, keys: Ints, skips: Ints) -> Units:
        comparison, at = (part.astype(np.int64) for part in np.divmod(keys, self.size))
        different, inverse = np.unique(comparison, return_inverse=True)
        cluster = -different
        many = np.zeros(len(different), dtype=np.bool_)
        tags: dict[str, array[int]] = {}
        done = 0
        for part in ids_in_pages(different):
            with self.read() as connection:
                rows = pages.items(connection, part)
            for row in sorted(rows):
                if row.cluster is not None:
                    cluster[done] = _number_of(row.cluster)
                many[done] = row.n_responses > 2
                for tag in dict.fromkeys(row.tags):
                    tags.setdefault(tag, array("q")).append(done)
                done += 1
        order = np.argsort(inverse, kind="stable")
        start = np.searchsorted(inverse[order], np.arange(len(different) + 1))
        found = {tag: np.sort(_joined(order, start, np.frombuffer(at_, dtype=np.int64))) for tag, at_ in tags.items()}
        dense = np.unique(cluster, return_inverse=True)[1].astype(np.int32)
        return Units(comparison, at, dense[inverse], many[inverse], skips, found)

    def _short(self, planned: Ints, votes: Votes) -> int:
        """Items of labelling rounds with fewer planned answers than the round plans; of those with votes alone, where only they count."""
        keys, answers = np.unique(planned, return_counts=True)
        short = 0
        for at, the_round in enumerate(self.scope.rounds):
            if the_round.kind != "labelling" or not self.scope.in_guideline(the_round):
                continue
            mine = keys % self.size == at
            full = set((keys[mine & (answers >= the_round.overlap)] // self.size).tolist())
            there = votes.units.round[votes.unit] == at
            asked = set(votes.units.comparison[votes.unit[there]].tolist()) if self.scope.own_only else self._items_of(the_round.id)
            short += sum(comparison not in full for comparison in asked)
        return short

    def _items_of(self, round_id: int) -> Iterator[int]:
        tag, after = self.scope.options.tag, 0
        while True:
            with self.read() as connection:
                ids = pages.round_items(connection, round_id, after)
                tagged = None if tag is None else {r.id for r in pages.items(connection, ids) if tag in r.tags}
            yield from (one for one in ids if tagged is None or one in tagged)
            if len(ids) < pages.PAGE:
                return
            after = ids[-1]

    # blindness and reveals

    def _blind(self, votes: Votes) -> Votes:
        """Without what is still open to who asks, where they want to stay blind."""
        if not self.scope.options.blind:
            return votes
        hidden: set[int] = set()
        for part in ids_in_pages(np.unique(votes.units.comparison)):
            with self.read() as connection:
                hidden |= self.scope.still_open(connection, part)
        unseen = np.isin(votes.units.comparison, np.array(sorted(hidden), dtype=np.int64))
        left_out = len(np.unique(votes.unit[unseen[votes.unit]]))
        return replace(_on_units(votes, ~unseen), blind=left_out)

    def _after_reveal(self, votes: Votes) -> None:
        """Mark what was first given after a reveal; what was revised after one counts by its last revision before it."""
        late = self._late_rows(votes)
        if not late:
            return
        stood: dict[int, revealed_answers.StoodRow] = {}
        moments = {int(votes.judgment[row]): moment for row, moment in late.items()}
        for part in ids_in_pages(moments, 500):
            with self.read() as connection:
                stood |= revealed_answers.as_it_stood(connection, {judgment: moments[judgment] for judgment in part})
        for row in late:
            last = stood.get(int(votes.judgment[row]))
            if last is None:
                votes.flags[row] |= _FLAG["after_reveal"]
                continue
            votes.judgment[row], votes.strength[row], votes.moment[row] = last.id, last.strength, moments_of([last.created_at])[0]
            votes.seconds[row] = np.nan if last.active_seconds is None else last.active_seconds
            votes.flags[row] &= ~np.uint8(_FLAG["withdrawn"])

    def _provisional(self, votes: Votes) -> None:
        """Mark the work of those who have not passed the qualification that its round asks for."""
        for at, the_round in enumerate(self.scope.rounds):
            if not the_round.options.get("qualification"):
                continue
            with self.read() as connection:
                people = provisional_people(connection, the_round)
            theirs = np.isin(votes.annotator, np.array(sorted(people), dtype=np.int32)) & (votes.units.round[votes.unit] == at)
            votes.flags[theirs & ~votes.flagged("calibration", "qualification")] |= _FLAG["provisional"]

    def _late_rows(self, votes: Votes) -> dict[int, str]:
        """Rows whose last revision came after a reveal, with the first such moment."""
        judging = set(np.unique(votes.annotator).tolist())
        size = np.int64(votes.annotator.max(initial=0)) + 1
        key = order = ordered = np.empty(0, dtype=np.int64)
        found: dict[int, str] = {}
        for rows in self.source.reveals():
            mine = [row for row in rows if row[1] in judging]
            if mine and not len(key):
                key = votes.units.comparison[votes.unit] * size + votes.annotator
                order = np.argsort(key, kind="stable")
                ordered = key[order]
            for _, annotator, comparison, at in mine:
                moment, wanted = moments_of([at])[0], comparison * size + annotator
                for row in order[np.searchsorted(ordered, wanted) : np.searchsorted(ordered, wanted, "right")].tolist():
                    if revealed_answers.came_after(votes.moment[row], moment):
                        found[row] = min(at, found.get(row, at))
        return found


def _on_units(votes: Votes, chosen: Bools) -> Votes:
    """The votes and skips on the units where `chosen` (U) is true."""
    votes.units.skips = np.where(chosen, votes.units.skips, 0)
    return votes.rows(chosen[votes.unit])


def moments_of(texts: Sequence[str | None]) -> NDArray[np.datetime64]:
    """Stored moments as microseconds; NaT where there is none."""
    return np.array(["NaT" if text is None else text[:26] for text in texts], dtype="datetime64[us]")


def _compact(keys: Ints) -> NDArray[Any]:
    """In four bytes each, where they fit."""
    return keys.astype(np.int32) if keys.max(initial=0) < np.iinfo(np.int32).max else keys


def _one_block(found: list[dict[str, Any]]) -> dict[str, Any]:
    """All pages as one, column by column, so that no more than one of them is ever there twice."""
    return {name: np.concatenate([page.pop(name) for page in found]) for name in list(found[0])}


@cache
def _flags(purpose: str, origin: str, status: str) -> int:
    reasons = {"opened": origin == "opened", purpose: purpose != "work", "withdrawn": status == "withdrawn"}
    return sum(_FLAG[reason] for reason, holds in reasons.items() if holds)


def _number_of(cluster: str) -> int:
    """A number from 0 to 2^62: names of a million clusters would take a hundred megabytes to keep."""
    return int.from_bytes(hashlib.blake2b(cluster.encode(), digest_size=8).digest()) >> 2


def _mark_doubles(votes: Votes) -> None:
    """A second planned vote of one person on one unit is a repeat, whatever it calls itself."""
    counted = np.flatnonzero(votes.planned)
    if not counted.size:
        return
    key = votes.unit[counted].astype(np.int64) * (int(votes.annotator.max()) + 1) + votes.annotator[counted]
    ordered = np.sort(key)
    if (ordered[1:] == ordered[:-1]).any():
        votes.flags[np.delete(counted, np.unique(key, return_index=True)[1])] |= _FLAG["repeat"]


def _joined(order: Ints, start: Ints, groups: Ints) -> Ints:
    """The members of these groups, where `order` lists all members group by group."""
    size = start[groups + 1] - start[groups]
    before = np.cumsum(size) - size
    members: Ints = order[np.repeat(start[groups] - before, size) + np.arange(size.sum())]
    return members
