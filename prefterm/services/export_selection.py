"""Which labels an export hands out, and why the others stay behind: everything that can be told without reading a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import reduce_answer
from prefterm.domain.preferences import OVERALL, direction
from prefterm.domain.settlement import Settlement, majority
from prefterm.domain.strict_json import sha256_of
from prefterm.services.standings import provisional_people
from prefterm.store import export_pages, revealed_answers, rounds
from prefterm.store.export_pages import ItemRow, VoteRow
from prefterm.store.rounds import RoundRow

__all__ = ["REASONS", "ExportOptions", "Label", "Selection", "select_labels"]

REASONS = (
    "hidden", "quarantined", "more_than_two", "no_text", "other_side", "judge", "provisional", "after_reveal", "incomplete", "no_majority",
    "mean_disagrees", "other_round", "tie", "not_acceptable", "same_text", "empty_text", "prompt_ends_in_assistant",
)  # fmt: skip
"""Why something is left out, in the order in which it is asked: each is counted once, under the first that holds."""
Read = Callable[[], AbstractContextManager[Connection]]
_T = TypeVar("_T")


@dataclass(frozen=True)
class ExportOptions:
    """What `export FORMAT` asks for."""

    format: str
    labels: str = "gold"
    """`gold`: settled answers; `majority`: what a round's votes settle; `each`: every effective judgment."""
    ties: str = "drop"
    """`drop`, or `both-orders`: two rows, each response chosen once, margin 0."""
    split: str = "train"
    """The side: `train` (with what has no side yet, which is thereby sealed as train) or `eval`."""
    chosen_must_be: str = "acceptable"
    """`acceptable`: nothing that is marked not acceptable stands as chosen; `any`."""
    rounds: tuple[str, ...] | None = None
    """Names of rounds to take labels from; None = all. With `gold`: only comparisons that are items of them."""
    force: bool = False
    """Replace a file that is there."""
    pool: bool = False
    """With `majority`: the votes of import rounds join those of the labelling rounds."""
    provisional: bool = False
    """Take the work of people too who have not passed the qualification that its round asks for."""


@dataclass(frozen=True)
class Label:
    """One label that may be exported."""

    comparison_id: int
    direction: int
    margin: float
    tie: str | None
    acceptable: tuple[bool | None, ...]
    unsealed: bool
    """Whether its prompt has no side yet."""
    order: str
    """Rows are sorted by it: a hash, so that neither the order of import nor of labelling shows."""
    rounds: frozenset[int] = frozenset()
    guidelines: frozenset[int] = frozenset()


@dataclass
class Selection:
    """The labels, sorted, and what was left out so far."""

    labels: list[Label] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def select_labels(read: Read, options: ExportOptions) -> Selection:
    """Every label that the options ask for, on its side. Raises `Refused` for a round that does not exist.

    `read` opens a read transaction for one page; the pages must be of one state.
    """
    chooser = _Chooser(read, options)
    {"gold": chooser.gold, "majority": chooser.majority, "each": chooser.each}[options.labels]()
    chooser.found.labels.sort(key=lambda label: label.order)
    return chooser.found


def _paged(read: Read, page: Callable[[Connection, int], list[_T]], last: Callable[[_T], int]) -> Iterator[_T]:
    """All rows, page by page; no transaction is open while a row is handed on."""
    after = 0
    while True:
        with read() as connection:
            rows = page(connection, after)
        yield from rows
        if len(rows) < export_pages.PAGE:
            return
        after = last(rows[-1])


def _reveals(connection: Connection, after: int) -> list[tuple[int, int, int, str]]:
    return revealed_answers.reveals(connection, after, export_pages.PAGE)


class _Chooser:
    def __init__(self, read: Read, options: ExportOptions) -> None:
        self.read = read
        self.options = options
        self.found = Selection()
        self.items: dict[int, ItemRow] = {row.id: row for row in _paged(read, export_pages.items, lambda row: row.id)}
        with read() as connection:
            self.rounds = rounds.all_rounds(connection)
        self.scope = self._scope()

    def _scope(self) -> list[RoundRow]:
        wanted = self.options.rounds
        if wanted is None:
            return self.rounds
        known = {r.name for r in self.rounds}
        for name in wanted:
            if name not in known:
                raise Refused(f"no round {name!r}; there are {', '.join(sorted(known)) or 'none yet'}")
        return [r for r in self.rounds if r.name in wanted]

    # gold

    def gold(self) -> None:
        """Gold answers."""
        within = None
        if self.options.rounds is not None:
            within = {comparison for r in self.scope for comparison in self._items_of(r.id)}
        for row in _paged(self.read, export_pages.golds, lambda row: row.id):
            if (within is None or row.comparison_id in within) and self._eligible(row.comparison_id):
                first = next(p for p in reduce_answer(row.answer, 2) if p.dimension == OVERALL)
                settled = Settlement(direction(first.strength), float(abs(first.strength)), first.tie, row.answer.acceptable)
                self._keep(row.comparison_id, settled, "")

    # each

    def each(self) -> None:
        """Every effective judgment."""
        scope = {r.id for r in self.scope}
        for vote in self._votes():
            if vote.round_id in scope and self._eligible(vote.comparison_id):
                said = vote.vote
                settled = Settlement(direction(said.strength), float(abs(said.strength)), said.tie, said.acceptable)
                self._keep(vote.comparison_id, settled, vote.uuid, [vote])

    # majority

    def majority(self) -> None:
        """What the votes settle, round by round; of several rounds that settle a comparison the latest counts."""
        by_item: dict[tuple[int, int], list[VoteRow]] = {}
        for vote in self._votes():
            by_item.setdefault((vote.round_id, vote.comparison_id), []).append(vote)
        settled: dict[int, list[tuple[Settlement, list[VoteRow]]]] = {}
        for comparison, overlap, votes in self._units(by_item):
            if not self._eligible(comparison):
                continue
            result = majority([v.vote for v in votes], overlap)
            if result.left_out is not None:
                self.found.left_out[str(result.left_out)] += 1
            else:
                settled.setdefault(comparison, []).append((result, votes))
        for comparison, results in settled.items():
            self.found.left_out["other_round"] += len(results) - 1
            self._keep(comparison, results[-1][0], "", results[-1][1])

    def _units(self, by_item: dict[tuple[int, int], list[VoteRow]]) -> Iterator[tuple[int, int, list[VoteRow]]]:
        """(comparison, overlap, votes) of every item of every round in scope: imports first, then rounds by their opening.

        An import says nothing of our guideline, so that a labelling round always counts as the later one.
        """
        imports = [r for r in self.scope if r.kind == "import"]
        pooled = (imports or [r for r in self.rounds if r.kind == "import"]) if self.options.pool else []
        groups = [imports] if self.options.pool and imports else [[r] for r in imports]
        groups += [[r, *pooled] for r in self.scope if r.kind != "import"]
        for group in groups:
            first = group[0]
            # A labelling round's items are its own; the votes of pooled imports only join them.
            homes = group if first.kind == "import" else [first]
            for comparison in sorted({c for home in homes for c in self._items_of(home.id)}):
                joined = [v for r in group for v in by_item.get((r.id, comparison), [])]
                yield comparison, first.overlap, _one_per_person(joined)

    def _items_of(self, round_id: int) -> Iterator[int]:
        return _paged(self.read, lambda connection, after: export_pages.round_items(connection, round_id, after), lambda row: row)

    # what they share

    def _votes(self) -> Iterator[VoteRow]:
        """Effective work answers; one given after a reveal is replaced by the last revision before it, or left out."""
        shown: dict[tuple[int, int], str] = {}
        for _, annotator, comparison, at in _paged(self.read, _reveals, lambda row: row[0]):
            shown[annotator, comparison] = min(at, shown.get((annotator, comparison), at))
        scope = {r.id for r in self.scope}
        provisional = self._provisional()
        for vote in _paged(self.read, export_pages.votes, lambda row: row.id):
            if not vote.human:
                # An AI judge's verdicts are kept apart: they never count as an expert's labels.
                if vote.round_id in scope and self._eligible(vote.comparison_id):
                    self.found.left_out["judge"] += 1
                continue
            if (vote.round_id, vote.annotator_id) in provisional:
                if vote.round_id in scope and self._eligible(vote.comparison_id):
                    self.found.left_out["provisional"] += 1
                continue
            moment = shown.get((vote.annotator_id, vote.comparison_id))
            if moment is None or not revealed_answers.came_after(vote.created_at, moment):
                yield vote
                continue
            with self.read() as connection:
                earlier = export_pages.as_it_stood(connection, vote, moment)
            if earlier is not None:
                yield earlier
            elif vote.round_id in scope and self._eligible(vote.comparison_id):
                self.found.left_out["after_reveal"] += 1

    def _provisional(self) -> set[tuple[int, int]]:
        """(round, annotator) of the work that does not count, unless it is asked for."""
        found: set[tuple[int, int]] = set()
        for the_round in [] if self.options.provisional else self.rounds:
            if the_round.options.get("qualification"):
                with self.read() as connection:
                    found |= {(the_round.id, person) for person in provisional_people(connection, the_round)}
        return found

    def _eligible(self, comparison_id: int) -> bool:
        """Whether a comparison may be exported on this side; counts why not."""
        item = self.items[comparison_id]
        side = item.side or "train"
        for reason, holds in (
            ("hidden", item.hidden),
            ("quarantined", item.quarantined),
            ("more_than_two", item.n_responses != 2),
            ("no_text", not item.servable),
            ("other_side", side != self.options.split),
        ):
            if holds:
                self.found.left_out[reason] += 1
                return False
        return True

    def _keep(self, comparison_id: int, settled: Settlement, tail: str, votes: Iterable[VoteRow] = ()) -> None:
        if settled.direction == 0 and self.options.ties == "drop":
            self.found.left_out["tie"] += 1
            return
        item = self.items[comparison_id]
        used = list(votes)
        label = Label(
            comparison_id, settled.direction, settled.margin, settled.tie, settled.acceptable, item.side is None,
            sha256_of(item.uuid) + tail,
            frozenset(v.round_id for v in used),
            frozenset(v.guideline_version_id for v in used if v.guideline_version_id is not None),
        )  # fmt: skip
        self.found.labels.append(label)


def _one_per_person(votes: Sequence[VoteRow]) -> list[VoteRow]:
    """The votes, of each annotator only the first: where imports are pooled, the round's own stands before."""
    seen: dict[Any, VoteRow] = {}
    for vote in votes:
        seen.setdefault(vote.annotator_id, vote)
    return list(seen.values())
