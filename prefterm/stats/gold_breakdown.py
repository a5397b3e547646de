"""How right somebody is on golds, by what the golds are about; and which golds a whole team misses.

Plain counting with Wilson intervals. Which answers score is decided before; here is no database and no name.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from prefterm.stats.conduct import right_direction
from prefterm.stats.intervals import binomial_weights, holm, rate

__all__ = ["FEWEST", "Accuracy", "Cell", "ScoredAnswer", "Suspicion", "accuracy", "suspicions"]

FEWEST = 5
"""Below so many answers a rate is not shown: its interval would span most of what there is."""
_LEAST_JUDGED = 2
_LEVEL = 0.05


@dataclass(frozen=True)
class ScoredAnswer:
    """Somebody's answer to a gold that scores."""

    strength: int
    """Signed, canonical."""
    gold: int
    """The gold's signed strength."""
    sections: tuple[str, ...] = ()
    """Guideline sections that the gold rests on."""
    dimensions: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """(own, gold) signed strength of each dimension that both say."""
    week: str | None = None
    """ISO week of the answer, `2026-W07`; None where its moment is not known."""

    @property
    def right(self) -> bool:
        """Whether the direction is the gold's."""
        return right_direction(self.strength, self.gold)


@dataclass(frozen=True)
class Cell:
    """Right answers of how many; the rate and its 95 % Wilson interval from `FEWEST` on."""

    key: str
    n: int
    correct: int
    rate: float | None
    low: float | None
    high: float | None
    undefined: str | None
    """Why there is no rate, in words."""


@dataclass(frozen=True)
class Accuracy:
    """Accuracy on the golds of one kind, as a whole and broken down. An answer may stand in several sections and dimensions."""

    overall: Cell
    sections: tuple[Cell, ...]
    """By section that the gold cites, by id."""
    dimensions: tuple[Cell, ...]
    """By dimension that both answer and gold say, right where its own direction is the gold's; by key."""
    margins: tuple[Cell, ...]
    """By the gold's margin: `tie`, `1`, `2`, `3`."""
    weeks: tuple[Cell, ...]
    """By week, in order; `unknown` last."""

    def to_json(self) -> dict[str, Any]:
        """As `gold report --json` gives it: the overall cell's figures beside the lists."""
        found = asdict(self)
        overall = found.pop("overall")
        del overall["key"]
        return {**overall, **{name: list(cells) for name, cells in found.items()}}


def accuracy(answers: Iterable[ScoredAnswer]) -> Accuracy:
    """The accuracy over these answers; without any, cells without a rate and empty lists."""
    given = list(answers)
    by: dict[str, defaultdict[str, list[bool]]] = {name: defaultdict(list) for name in ("sections", "dimensions", "margins", "weeks")}
    for answer in given:
        for section in answer.sections:
            by["sections"][section].append(answer.right)
        for key, (own, gold) in answer.dimensions.items():
            by["dimensions"][key].append(right_direction(own, gold))
        by["margins"][str(abs(answer.gold)) if answer.gold else "tie"].append(answer.right)
        by["weeks"][answer.week or "unknown"].append(answer.right)
    orders: dict[str, list[str]] = {name: sorted(cells) for name, cells in by.items()}
    orders["margins"].sort(key=lambda key: key != "tie")
    cells = {name: tuple(_cell(key, by[name][key]) for key in keys) for name, keys in orders.items()}
    return Accuracy(_cell("overall", [answer.right for answer in given]), **cells)


def _cell(key: str, right: Sequence[bool]) -> Cell:
    hits, n = sum(right), len(right)
    if n < FEWEST:
        return Cell(key, n, hits, None, None, None, f"fewer than {FEWEST} answers" if n else "no gold answered")
    share = rate(hits, n)
    return Cell(key, n, hits, share.value, share.low, share.high, None)


@dataclass(frozen=True)
class Suspicion:
    """A gold that a team misses, so that the gold itself is in doubt."""

    item: int
    """Index into what was asked about."""
    n: int
    wrong: int
    p: float
    """One-sided, adjusted for the number of golds that were looked at."""
    why: str
    """`all` of at least two answers are wrong, or `significant`: more of them than chance lets pass."""


def suspicions(answered: Sequence[Sequence[tuple[int, int]]]) -> list[Suspicion]:
    """The golds in doubt, worst first: of each the (strength, gold strength) of its answers, one a person.

    Held to the share of wrong answers on all other golds, with one wrong and one right answer added so that it is never 0 or 1: the exact
    binomial probability of so many wrong ones or more, adjusted by Holm over the golds with at least two answers; in doubt below .05, and
    wherever every answer is wrong.
    """
    counts = [(sum(not right_direction(own, gold) for own, gold in given), len(given)) for given in answered]
    wrong_in_all, in_all = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    tails = [_tail(wrong, n, (wrong_in_all - wrong + 1) / (in_all - n + 2)) if n >= _LEAST_JUDGED else None for wrong, n in counts]
    found = []
    for item, ((wrong, n), p) in enumerate(zip(counts, holm(tails), strict=True)):
        if p is not None and (wrong == n or p < _LEVEL):
            found.append(Suspicion(item, n, wrong, p, "all" if wrong == n else "significant"))
    return sorted(found, key=lambda s: (s.p, -s.wrong, s.item))


def _tail(wrong: int, n: int, p: float) -> float:
    """P(at least so many wrong of n), each wrong with probability p."""
    return min(1.0, math.fsum(binomial_weights(n, p)[wrong:]))
