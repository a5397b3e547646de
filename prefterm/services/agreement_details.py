"""What belongs to given votes beside their strength: dimensions, marks, rankings, gold. Read page by page, only for these votes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from prefterm.domain.judgments import reduce_answer
from prefterm.domain.preferences import OVERALL, direction
from prefterm.services.agreement_votes import Ints, Votes, ids_in_pages
from prefterm.services.vote_pages import Read
from prefterm.store import agreement_pages as pages
from prefterm.store.mapping import answer_of

__all__ = ["Labels", "by_dimension", "read_dimensions", "read_golds", "read_marks", "read_rankings"]

_Row = TypeVar("_Row", bound=Any)


@dataclass(frozen=True)
class Labels:
    """Values that some of the votes carry."""

    row: Ints
    """Index into the votes."""
    value: NDArray[np.int8]


def _of_votes(
    read: Read, votes: Votes, page: Callable[[Connection, tuple[int, Any], int], list[_Row]], least: Any
) -> Iterator[tuple[Ints, list[_Row]]]:
    """The rows of `page` that belong to the votes, with the vote of each. Windows of ids: no page scans far for what is not there."""
    order = np.argsort(votes.judgment, kind="stable")
    ordered = votes.judgment[order]
    for start in range(0, len(ordered), pages.PAGE):
        window = ordered[start : start + pages.PAGE]
        after: tuple[int, Any] = (int(window[0]), least)
        while True:
            with read() as connection:
                rows = page(connection, after, int(window[-1]))
            ids = np.array([r.judgment_id for r in rows], dtype=votes.judgment.dtype)
            place = np.minimum(np.searchsorted(ordered, ids), len(ordered) - 1)
            mine = np.flatnonzero(ordered[place] == ids)
            yield order[place[mine]], [rows[at] for at in mine.tolist()]
            if len(rows) < pages.PAGE:
                break
            after = (rows[-1][0], rows[-1][1])


def read_dimensions(read: Read, votes: Votes) -> dict[str, Labels]:
    """Signed strengths by dimension, by key."""
    found: dict[str, list[tuple[Ints, NDArray[np.int8]]]] = {}
    for at, rows in _of_votes(read, votes, pages.dimensions, ""):
        strengths = np.array([r.strength for r in rows], dtype=np.int8)
        keys = np.array([r.dimension for r in rows], dtype=np.str_)
        for key in np.unique(keys).tolist():
            of_key = keys == key
            found.setdefault(key, []).append((at[of_key], strengths[of_key]))
    return {key: Labels(*(np.concatenate(part) for part in zip(*found[key], strict=True))) for key in sorted(found)}


def by_dimension(votes: Votes, labels: Labels | None) -> Votes:
    """The votes by what they say of one dimension (`labels`; None: none says anything); who said nothing of it is not among them."""
    kept = np.zeros(len(votes.judgment), dtype=np.bool_)
    strength = votes.strength.copy()
    if labels is not None:
        kept[labels.row] = True
        strength[labels.row] = labels.value
    # A copy even of all of them: the votes as a whole keep their strength.
    return replace(votes.rows(kept), strength=strength[kept])


def read_marks(read: Read, votes: Votes) -> tuple[Labels, Ints] | None:
    """Marks (1 acceptable, 0 not) and the response position of each; None where nobody gave any."""
    at, value, position = [], [], []
    for place, rows in _of_votes(read, votes, pages.marks, -1):
        at.append(place)
        value.append(np.array([r.value for r in rows], dtype=np.int8))
        position.append(np.array([r.position for r in rows], dtype=np.int64))
    if not sum(map(len, at)):
        return None
    return Labels(np.concatenate(at), np.concatenate(value)), np.concatenate(position)


def read_rankings(read: Read, votes: Votes) -> dict[int, dict[int, list[int]]]:
    """Unit → annotator → score of each response (higher is better), of units with more than two responses."""
    found: dict[int, dict[int, list[int]]] = {}
    rows = np.flatnonzero(votes.units.many[votes.unit])
    of_judgment = {int(votes.judgment[row]): (int(votes.unit[row]), int(votes.annotator[row])) for row in rows}
    # A ranking of a dozen responses has 66 pairs: a page of 5,000 rows is about 75 of them.
    for part in ids_in_pages(of_judgment, 75):
        with read() as connection:
            compared = pages.pairs(connection, part)
        for pair in compared:
            unit, person = of_judgment[pair.judgment_id]
            scores = found.setdefault(unit, {}).setdefault(person, [])
            scores += [0] * (pair.second + 1 - len(scores))
            scores[pair.first] += direction(pair.strength)
            scores[pair.second] -= direction(pair.strength)
    return found


def read_golds(read: Read, votes: Votes) -> Labels:
    """The direction of the gold in force for each of the votes whose comparison has one of two responses."""
    golds: dict[int, int] = {}
    for part in ids_in_pages(np.unique(votes.units.comparison[votes.unit]), 1000):
        with read() as connection:
            for comparison, form, answer in pages.gold_directions(connection, part):
                reduced = reduce_answer(answer_of(form, answer, ""), 2)
                golds[comparison] = direction(next(p.strength for p in reduced if p.dimension == OVERALL))
    known = np.array([row for row, unit in enumerate(votes.unit) if int(votes.units.comparison[unit]) in golds], dtype=np.int64)
    value = np.array([golds[int(c)] for c in votes.units.comparison[votes.unit[known]]], dtype=np.int8)
    return Labels(known, value)
