"""Can somebody tell the hidden golds from their work? `python -m tests.bench.hidden_calibration [SITTINGS]` (1,000 by default).

Simulated people work through sittings of 15 to 60 items. Golds are items of the round's own population that three voters settled
without dissent; they, their gaps and the repeats are served by `domain.calibration` and `domain.gold_matching`. The predictor sees
what an annotator can see and remember: position and time in the sitting, import order, tags, lengths and sides, repeats (which it
recognises and which are not scored), everything met before, and the golds of the sittings that are finished, as feedback shows them.
It does not see those of the running sitting, nor the wording. It is fitted to labelled sittings of four fifths of the rounds and
tried on the others, with other golds: far more than an annotator has, but no list of the golds, which people who were given the
same ones could make together (trees fitted to others of the same round know a gold by its lengths). The other designs show it see.

Printed on 24 November 2026 (AUC by logistic regression, 95 % interval from the spread over rounds, and by gradient boosting; .50 is
no better than chance; 1,000 sittings, some 36,000 items and 3,300 golds a row):

                                                           trees    own answer's strength    all of it
    as served: 2 + geometric, matched      .516 ± .009      .506              .565              .553       <= .55 without the answer
    2 + geometric, any gold of the pool    .506 ± .011      .505              .592              .582
    golds of three tags of eight           .676 ± .010      .683              .550              .689
    gaps uniform 2 to 18                   .554 ± .027      .524              .558              .579
    gaps 10 ± 2                            .727 ± .014      .720              .564              .735
    every tenth                            .995 ± .001      .995              .556              .995

What remains is one's own answer: golds settled without dissent are a little clearer than work of the same margin.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

from prefterm.domain.calibration import OwnAnswer, choose_repeat, first_gap, next_gap, repeatable, what_comes
from prefterm.domain.gold_matching import Gold, Level, ServedGold, choose_gold, item_levels, length_cuts, mix_of
from prefterm.domain.judgments import Purpose
from prefterm.stats.separability import auc, logistic_weights
from tests.bench.figures import Figure, Settings, print_figure, print_head

__all__ = ["DESIGNS", "Design", "Found", "look", "run"]

RATE, REPEATS = 0.1, 0.05
_TAGS = ("dosage", "safety", "tone", "sources", "brevity", "format", "history", "refusal")
_TAG_SHARES = (0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04)
_SITTINGS = 10
_START = datetime(2026, 11, 2, 8, tzinfo=UTC)
_FOLDS = 5


@dataclass(frozen=True)
class Design:
    """A way to hide golds."""

    name: str
    gap: Callable[[float], int] = field(default=lambda draw: next_gap(draw, RATE))
    first: Callable[[float], int] = field(default=lambda draw: first_gap(draw, RATE))
    matched: bool = True
    """Golds chosen to look like the work; else any of the pool."""
    tags: int = len(_TAGS)
    """Golds come from the first so many tags alone."""
    goal: str = ""


DESIGNS = (
    Design("as served: 2 + geometric, matched", goal="<= .55"),
    Design("2 + geometric, any gold of the pool", matched=False),
    Design("golds of three tags of eight, matched", tags=3),
    Design("gaps uniform 2 to 18", gap=lambda draw: 2 + int(draw * 17), first=lambda draw: 1 + int(draw * 18)),
    Design("gaps 10 ± 2", gap=lambda draw: 8 + int(draw * 5), first=lambda draw: 1 + int(draw * 12)),
    Design("every tenth", gap=lambda draw: 10, first=lambda draw: 1 + int(draw * 10)),
)
"""What is served, and what was not chosen."""


@dataclass(frozen=True)
class _Item:
    """An item of the round's population."""

    number: int
    """Place in the import."""
    tags: tuple[str, ...]
    lengths: tuple[int, int]
    merit: float
    """True strength: > 0 the first is better; a person sees it with unit noise."""

    @property
    def log_ratio(self) -> float:
        return math.log(self.lengths[0] / self.lengths[1])


@dataclass(frozen=True)
class Shown:
    """One item as a person meets it."""

    item: _Item
    turned: bool
    purpose: Purpose
    sitting: int
    place: int
    """Position in the sitting, from 0."""
    minutes: float
    """Since the sitting began."""
    seconds: float
    """That the person took for it."""
    strength: int
    """What they answered, canonical; not for the predictor."""
    longer_right: bool | None = None
    """Of a gold: what the feedback at the end of the sitting shows."""


def _answer(merit: float, random: Random) -> int:
    """A strength from -3 to 3: thresholds that leave about an eighth of ties."""
    seen = merit + random.gauss(0, 1)
    size = sum(abs(seen) > cut for cut in (0.3, 1.1, 2.2))
    return int(math.copysign(size, seen))


def _population(random: Random, n: int) -> list[_Item]:
    found = []
    for number in range(n):
        tags = tuple(sorted(set(random.choices(_TAGS, _TAG_SHARES, k=random.choice((1, 1, 2))))))
        first = 60 + int(math.exp(random.gauss(6.2, 0.6)))
        second = 60 + int(first * math.exp(random.gauss(0, 0.4)))
        # The longer is a little better, as in real pools.
        found.append(_Item(number, tags, (first, second), random.gauss(0.7 * math.log(first / second), 1.5)))
    return found


@dataclass(frozen=True)
class _Round:
    """A population, its golds, and the mix of the work."""

    work: list[_Item]
    golds: dict[int, _Item]
    pool: list[Gold]
    mix: dict[Level, float]


def _round(random: Random, design: Design, items: int, golds: int) -> _Round:
    """Golds are drawn from among the items that three voters settle without dissent, and leave the work, as when a round opens."""
    everything = _population(random, items)
    cuts = length_cuts(item.log_ratio for item in everything)
    pool: list[Gold] = []
    kept: dict[int, _Item] = {}
    for item in random.sample(everything, items):
        if len(pool) == golds:
            break
        votes = [_answer(item.merit, random) for _ in range(3)]
        signs = {(v > 0) - (v < 0) for v in votes}
        if len(signs) > 1 or not set(item.tags) & set(_TAGS[: design.tags]):
            continue
        settled = sorted(votes)[1]
        right = signs.pop()
        longer = None if right == 0 or item.log_ratio == 0 else (right > 0) == (item.log_ratio > 0)
        levels = item_levels(margin=settled, sections=item.tags, log_ratio=item.log_ratio, cuts=cuts)
        pool.append(Gold(item.number, right, levels, longer))
        kept[item.number] = item
    work = [item for item in everything if item.number not in kept]
    # The work's margins are those of the answers given so far, as the program knows them.
    mix = mix_of(item_levels(margin=_answer(item.merit, random), sections=item.tags, log_ratio=item.log_ratio, cuts=cuts) for item in work)
    return _Round(work, kept, pool, mix)


class _Person:
    """Serves one person all their sittings."""

    def __init__(self, the_round: _Round, design: Design, random: Random) -> None:
        self._round, self._design, self._random = the_round, design, random
        self._work = random.sample(the_round.work, len(the_round.work))
        self._eligible = list(the_round.pool)
        self._golds: list[ServedGold] = []
        self._gold_left, self._repeat_left = design.first(random.random()), first_gap(random.random(), REPEATS)
        self._own: list[OwnAnswer] = []
        self.shown: list[Shown] = []

    def sit(self, sitting: int) -> None:
        """One sitting of 15 to 60 items."""
        minutes = 0.0
        for place in range(self._random.randrange(15, 61)):
            at = _START + timedelta(days=sitting, minutes=minutes)
            one = replace(self._next(at), sitting=sitting, place=place, minutes=minutes)
            reading = sum(one.item.lengths) / 40 * math.exp(self._random.gauss(0, 0.4))
            one = replace(one, seconds=8 + reading + 6 / (1 + abs(one.item.merit)))
            minutes += one.seconds / 60
            self.shown.append(one)
            if one.purpose is Purpose.WORK:
                self._own.append(OwnAnswer(len(self.shown) - 1, at, 0))

    def _next(self, at: datetime) -> Shown:
        # Before the first answers grow old enough no repeat is there, and its counter waits at 0.
        old = [replace(own, items_since=len(self.shown) - own.assignment - 1) for own in self._own if self._repeat_left == 0]
        ripe = repeatable(old, at)
        comes = what_comes(self._gold_left, self._repeat_left, gold_there=bool(self._eligible), repeat_there=bool(ripe))
        if comes is Purpose.REPEAT and (again := choose_repeat(ripe, self._random.random())):
            self._repeat_left = next_gap(self._random.random(), REPEATS)
            self._own = [replace(own, repeated=True) if own.assignment == again.assignment else own for own in self._own]
            before = self.shown[again.assignment]
            return self._as_shown(before.item, not before.turned, comes)
        if comes is Purpose.CALIBRATION:
            self._gold_left = self._design.gap(self._random.random())
            chosen = self._choose()
            self._golds.append(chosen)
            self._eligible.remove(chosen.gold)
            return self._as_shown(self._round.golds[chosen.gold.id], chosen.turned, comes, chosen.gold.longer_right)
        self._gold_left, self._repeat_left = max(0, self._gold_left - 1), max(0, self._repeat_left - 1)
        return self._as_shown(self._work.pop(), self._random.random() < 0.5, comes)

    def _choose(self) -> ServedGold:
        draw = self._random.random()
        chosen = choose_gold(self._eligible, self._golds, self._round.mix, draw)
        return chosen if chosen and self._design.matched else ServedGold(self._random.choice(self._eligible), draw < 0.5)

    def _as_shown(self, item: _Item, turned: bool, purpose: Purpose, longer_right: bool | None = None) -> Shown:
        return Shown(item, turned, purpose, 0, 0, 0.0, 0.0, _answer(item.merit, self._random), longer_right)


class _Memory:
    """What a person knows before an item: of everything met its looks, of the golds only those of finished sittings."""

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self.golds: Counter[str] = Counter()
        self._pending: list[tuple[list[str], bool | None]] = []
        self._gold_at: list[int] = []
        self.known_at: int | None = None
        self.n_met, self.n_golds, self.surplus = 0, 0, 0

    def finish_sitting(self) -> None:
        """The feedback: which items were golds, and whether the longer was right."""
        for looks, longer in self._pending:
            self.golds.update(looks)
            self.surplus += 0 if longer is None else 1 if longer else -1
        self.n_golds += len(self._pending)
        self.known_at = self._gold_at[-1] if self._gold_at else self.known_at
        self._pending.clear()

    def add(self, shown: Shown, looks: list[str], number: int) -> None:
        """The item was met; `number` counts first-seen items."""
        self.n_met += 1
        self.met.update(looks)
        if shown.purpose is Purpose.CALIBRATION:
            self._pending.append((looks, shown.longer_right))
            self._gold_at.append(number)

    def likeness(self, looks: list[str]) -> float:
        """Naive Bayes: how much likelier these looks are among the known golds than among all that was met (add one)."""
        return sum(
            math.log((self.golds[look] + 1) / (self.n_golds + 2)) - math.log((self.met[look] + 1) / (self.n_met + 2)) for look in looks
        )


def _one_hot(value: int, size: int) -> list[float]:
    return [float(min(value, size - 1) == i) for i in range(size)]


def _looks(item: _Item) -> list[str]:
    ratio = abs(item.log_ratio)
    return [*item.tags, f"ratio {min(3, int(ratio / 0.2))}", f"size {min(4, sum(item.lengths) // 700)}", f"tags {len(item.tags)}"]


def _row(shown: Shown, before: Sequence[Shown], memory: _Memory, number: int) -> list[float]:
    """What the predictor knows of one first-seen item."""
    item, looks = shown.item, _looks(shown.item)
    since = number - memory.known_at - 1 if memory.known_at is not None else None
    since_repeat = next((i for i, one in enumerate(reversed(before)) if one.purpose is Purpose.REPEAT), 99)
    left_longer = (item.log_ratio > 0) != shown.turned
    return [
        *_one_hot(shown.place, 16), shown.place / 60, (shown.place / 60) ** 2,
        *(_one_hot(since, 80) if since is not None else [0.0] * 80), float(since is None), *_one_hot(number, 24),
        *_one_hot(since_repeat, 8), float(shown.sitting), float(shown.sitting == 0),
        shown.minutes / 60, before[-1].seconds / 60 if before else 0.0, float(number % 2), float((shown.place + 1) % 5 == 0),
        item.number / 3000, float(item.number % 2), *_one_hot(item.number % 10, 10),
        *(float(tag in item.tags) for tag in _TAGS), abs(item.log_ratio), item.log_ratio**2, float(left_longer),
        math.log(sum(item.lengths)), math.log(sum(item.lengths)) ** 2 / 10, *_one_hot(min(4, sum(item.lengths) // 700), 5),
        memory.likeness(looks), *(memory.likeness([look]) for look in looks[-3:]),
        memory.n_golds / (memory.n_met + 1), float(memory.surplus > 0), float(memory.surplus < 0),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """Every first-seen item of all people as the predictor sees it."""

    rows: NDArray[np.float64]
    gold: NDArray[np.bool_]
    person: NDArray[np.int64]
    strength: NDArray[np.int64]


def _observed(people: Sequence[Sequence[Shown]]) -> _Seen:
    rows, gold, owner, strength = [], [], [], []
    for who, shown in enumerate(people):
        memory, number = _Memory(), 0
        for i, one in enumerate(shown):
            if i and one.sitting != shown[i - 1].sitting:
                memory.finish_sitting()
            if one.purpose is not Purpose.REPEAT:
                rows.append(_row(one, shown[max(0, i - 10) : i], memory, number))
                gold.append(one.purpose is Purpose.CALIBRATION)
                owner.append(who)
                strength.append(abs(one.strength))
                memory.add(one, _looks(one.item), number)
                number += 1
    return _Seen(np.array(rows), np.array(gold), np.array(owner), np.array(strength))


def _boosted(x: NDArray[np.float64], y: NDArray[np.bool_], unseen: NDArray[np.float64]) -> NDArray[np.float64]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.05, min_samples_leaf=40, l2_regularization=5.0, random_state=1)
    return np.asarray(model.fit(x, y).predict_proba(unseen)[:, 1])


def _linear(x: NDArray[np.float64], y: NDArray[np.bool_], unseen: NDArray[np.float64]) -> NDArray[np.float64]:
    mean, sd = x.mean(axis=0), np.where(x.std(axis=0) > 0, x.std(axis=0), np.inf)
    return np.asarray((unseen - mean) / sd @ logistic_weights((x - mean) / sd, y, 30.0)[1:])


def _tried(seen: _Seen, extra: NDArray[np.float64] | None = None, *, boosted: bool = False) -> list[float]:
    """The AUC on the rounds that were not fitted to, for each fifth of the rounds."""
    rows = seen.rows if extra is None else np.column_stack([seen.rows, extra])
    found = []
    for fold in range(_FOLDS):
        held = seen.person % _FOLDS == fold
        found.append(auc((_boosted if boosted else _linear)(rows[~held], seen.gold[~held], rows[held]), seen.gold[held]) or math.nan)
    return found


@dataclass(frozen=True)
class Found:
    """What the predictor makes of a design."""

    auc: float
    """From what can be seen, by logistic regression."""
    half: float
    """Half of its 95 % interval, from the spread over fifths of the rounds (Student's t, 4 degrees of freedom)."""
    boosted: float | None
    """The same by gradient boosting; None where it was not asked for."""
    strength: float
    """From how strongly the person answered, alone."""
    with_answer: float | None
    """From both; None where it was not asked for."""
    golds: int
    work: int


def look(design: Design, sittings: int, seed: int = 1, *, boosted: bool = False, answers: bool = False) -> Found:
    """Serve so many sittings, ten a person, in five to forty rounds of 3,000 items and 150 golds, and let the predictor try.

    `boosted` (needs scikit-learn) and `answers` let further ones try.
    """
    random, n_people = Random(seed), max(_FOLDS, math.ceil(sittings / _SITTINGS))
    rounds = [_round(random, design, items=3000, golds=150) for _ in range(_FOLDS * max(1, min(8, n_people // 20)))]
    people: list[list[Shown]] = []
    for number in range(n_people):
        person = _Person(rounds[number % len(rounds)], design, random)
        for sitting in range(_SITTINGS):
            person.sit(sitting)
        people.append(person.shown)
    seen = _observed(people)
    values = _tried(seen)
    return Found(
        auc=fmean(values),
        half=2.776 * stdev(values) / math.sqrt(len(values)),
        boosted=fmean(_tried(seen, boosted=True)) if boosted else None,
        strength=auc(seen.strength, seen.gold) or math.nan,
        with_answer=fmean(_tried(seen, np.eye(4)[seen.strength])) if answers else None,
        golds=int(seen.gold.sum()),
        work=int((~seen.gold).sum()),
    )


def run(settings: Settings, sittings: int = 1000) -> Iterator[Figure]:
    """Every design."""
    for design in DESIGNS:
        found = look(design, settings.times(sittings, 200), boosted=find_spec("sklearn") is not None, answers=True)
        trees = "" if found.boosted is None else f" / trees {found.boosted:.3f}"
        yield Figure(design.name, f"{found.auc:.3f}{trees}", f"± {found.half:.3f}", found.golds + found.work, design.goal)
        yield Figure("  one's own answer's strength alone / with all", f"{found.strength:.3f} / {found.with_answer:.3f}", "", found.golds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hidden_calibration", description="Simulates and prints; asserts nothing.")
    parser.add_argument("sittings", nargs="?", type=int, default=1000)
    given = parser.parse_args()
    print_head()
    for figure in run(Settings(Path()), given.sittings):
        print_figure(figure)


if __name__ == "__main__":
    main()
