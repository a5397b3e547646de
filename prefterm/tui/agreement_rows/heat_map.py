"""Pairs of annotators as a map (annotator × annotator) or, where more people than that have pairs, as a list. Pure, without Textual."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len

from prefterm.domain.safe_text import one_line
from prefterm.tui.agreement_rows.figures import (
    BAND_SYMBOLS,
    Line,
    band_style,
    bands,
    cell,
    counted,
    interval,
    interval_bar,
    name_cell,
    short_name,
    value_of,
    why_no_interval,
)

__all__ = [
    "LEGEND",
    "MOST_IN_MAP",
    "PairMap",
    "fitting",
    "map_rows",
    "map_width",
    "pair_list_row",
    "said_of_pair",
    "said_of_pairs",
    "worst_first",
]

MOST_IN_MAP = 26
"""People in a map at most; more of them are listed pair by pair."""
_FEW = 20
_MORE = 5
_CELL = 6
_LONGEST_NAME = 22
_SHORT_NAME = 4
_SAID = 52
"""Cells of the longest sentence about a pair: value, interval, bands of three kinds, n."""
LEGEND: Line = [
    (f"  {BAND_SYMBOLS['strong']}", "band-strong"), (" > .75  ", "muted"), (BAND_SYMBOLS["moderate"], "band-moderate"),
    (" .60–.75  ", "muted"), (BAND_SYMBOLS["fair"], "band-fair"), (" .40–.60  ", "muted"), (BAND_SYMBOLS["poor"], "band-poor"),
    (" < .40", "muted"),
]  # fmt: skip
Pair = Mapping[str, Any]


def _in_order(name: str) -> tuple[Any, ...]:
    """`annotator 2` before `annotator 10`."""
    return tuple((part.isdigit(), int(part) if part.isdigit() else part) for part in re.split(r"(\d+)", name) if part)


@dataclass(frozen=True)
class PairMap:
    """The pairs that have a figure, and the people in them."""

    pairs: tuple[Pair, ...]
    """The lowest kappa first; those too small for an interval after the others, those without a value last."""
    people: tuple[str, ...]
    by_people: Mapping[frozenset[str], Pair] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> PairMap:
        """The map of a document's `pairs`."""
        found = list(pairs)
        names = {name for pair in found for name in (pair["a"], pair["b"])}
        ranked = worst_first(found, lambda pair: pair["cohen_kappa"])
        return cls(tuple(ranked), tuple(sorted(names, key=_in_order)), {frozenset((p["a"], p["b"])): p for p in found})

    @property
    def is_list(self) -> bool:
        """Whether there are too many people for a map."""
        return len(self.people) > MOST_IN_MAP

    def between(self, one: str, other: str) -> Pair | None:
        """The pair of two people, whichever is first; None where they have none."""
        return self.by_people.get(frozenset((one, other)))


def worst_first(entries: Iterable[Any], figure: Any) -> list[Any]:
    """Entries by their figure: the lowest first, those without an interval after those with one, those over fewer than 20 items
    after these, those without a value last.
    """

    def rank(entry: Any) -> tuple[bool, bool, bool, float]:
        found = figure(entry)
        return found["value"] is None, found["low"] is None, found["n_items"] < _FEW, found["value"] or 0.0

    return sorted(entries, key=rank)


def _label_width(people: Sequence[str], width: int) -> int:
    longest = max((cell_len(short_name(name, _LONGEST_NAME)) for name in people), default=0)
    return min(longest, max(8, width // 3)) + (0 if _named(people) else len(str(len(people))) + 1)


def _named(people: Sequence[str]) -> bool:
    """Whether the names themselves are short enough for the heads of columns; else people are numbered."""
    return all(cell_len(short_name(name, _LONGEST_NAME)) <= _SHORT_NAME for name in people)


def fitting(people: Sequence[str], width: int) -> int:
    """How many columns fit; where they do not all, room is left to say how many more there are."""
    room = width - _label_width(people, width) - 4
    return len(people) if len(people) * _CELL <= room else max(1, (room - _MORE) // _CELL)


def map_width(found: PairMap, width: int) -> int:
    """Columns that the map takes of those that are to be had."""
    return min(width, _label_width(found.people, width) + 4 + _CELL * len(found.people))


def map_rows(found: PairMap, cursor: tuple[int, int], left: int, width: int) -> list[Line]:
    """The map: heads, then a row for each person. `cursor`: (row, column) that is marked; `left`: the first column in view."""
    people, named = found.people, _named(found.people)
    label, shown = _label_width(people, width), range(left, min(len(people), left + fitting(people, width)))
    digits = len(str(len(people)))
    more = (f"◂ {left}" if left else "", f"{len(people) - shown.stop} ▸" if shown.stop < len(people) else "")
    head: list[tuple[str, str]] = [cell(f"  {more[0]}", label + 4, "muted")]
    for at in shown:
        said = one_line(people[at], _SHORT_NAME) if named else str(at + 1)
        head.append(cell(f"{said} ", _CELL, "strong" if at == cursor[1] else "muted", right=True))
    rows: list[Line] = [[*head, (f" {more[1]}", "muted")]]
    for at, name in enumerate(people):
        marked = at == cursor[0]
        number_ = "" if named else f"{at + 1:>{digits}} "
        said = number_ + short_name(name, label - len(number_))
        row: list[tuple[str, str]] = [(" ▸ " if marked else "   ", "key"), cell(said, label + 1, "strong" if marked else "text")]
        row += [_map_cell(found, name, people[to], (at, to) == cursor) for to in shown]
        rows.append(row)
    return rows


def _map_cell(found: PairMap, one: str, other: str, marked: bool) -> tuple[str, str]:
    if one == other:
        return ("   ·  ", "cursor" if marked else "frame")
    pair = found.between(one, other)
    if pair is None:
        return ("   –  ", "cursor" if marked else "muted")
    kappa = pair["cohen_kappa"]
    symbol = BAND_SYMBOLS.get(kappa["band"] or "", "?")
    return (f"{value_of(kappa):>4}{symbol} ", "cursor" if marked else band_style(kappa))


def said_of_pair(found: PairMap, one: str, other: str, width: int) -> list[Line]:
    """What the marked cell says, in full: on one row, or always on two where some names are too long for one."""
    named = f"{short_name(one, _LONGEST_NAME)} × {short_name(other, _LONGEST_NAME)}"
    said = _said_of_cell(found, one, other)
    longest = sorted((cell_len(short_name(name, _LONGEST_NAME)) for name in found.people), reverse=True)[:2]
    if sum(longest) + 3 + _SAID > width - 4:
        return [[("   ", "text"), (named if one != other else "", "strong")], [("   ", "text"), cell(said, width - 4)]]
    if one == other:
        return [[("   ", "text"), cell(said, width - 4)]]
    return [[("   ", "text"), (named, "strong"), cell(f": {said}", max(0, width - cell_len(named) - 4))]]


def _said_of_cell(found: PairMap, one: str, other: str) -> str:
    if one == other:
        return "Arrows choose two people."
    pair = found.between(one, other)
    if pair is None:
        return "fewer than 20 items that both have judged"
    kappa = pair["cohen_kappa"]
    if kappa["value"] is None:
        return f"kappa is undefined: {kappa['undefined']}"
    ends = interval(kappa)
    if not ends:
        return f"kappa {value_of(kappa)}, n {pair['n_items']:,}, no interval: {why_no_interval(kappa)}"
    return f"kappa {value_of(kappa)} ({ends}), {bands(kappa)}, n {pair['n_items']:,}"


def pair_list_row(pair: Pair, marked: bool, width: int) -> Line:
    """One pair as a row of the list."""
    kappa = pair["cohen_kappa"]
    name = max(8, min(24, (width - 44) // 2))
    bar = max(9, min(40, width - 2 * name - 30))
    style = "strong" if marked else "text"
    return [
        (" ▸ " if marked else "   ", "key"), name_cell(pair["a"], name, style), (" ", "text"), name_cell(pair["b"], name, style),
        cell(value_of(kappa), 6, style, right=True), (" ", "text"),
        (BAND_SYMBOLS.get(kappa["band"] or "", " "), band_style(kappa)), (" ", "text"), *interval_bar(kappa, bar), (" ", "text"),
        cell(interval(kappa) or ("no interval" if kappa["value"] is not None else "undefined"), 11, "muted"),
        cell(f"{pair['n_items']:,}", 5, "muted", right=True),
    ]  # fmt: skip


def said_of_pairs(found: PairMap) -> str:
    """How many pairs of how many people there are."""
    return f"{counted(len(found.pairs), 'pair')} of {counted(len(found.people), 'annotator')}"
