"""Which gold a person is given next: eligible ones only, like the round's own work, in an order that nobody can foresee."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from prefterm.domain.gold_matching import Gold, Level, ServedGold, choose_gold, item_levels, length_cuts, mix_of
from prefterm.domain.preferences import direction
from prefterm.store import attempts, golds, work_mix
from prefterm.store.attempts import Chosen
from prefterm.store.golds import PoolGold
from prefterm.store.rounds import RoundRow

__all__ = ["GoldPool", "WorkMix", "as_gold", "choose", "draw", "read_mix", "read_pool", "without_gold"]

draw = secrets.SystemRandom().random
"""A number in [0, 1) that nobody can compute from what the file or an export shows."""


@dataclass(frozen=True)
class WorkMix:
    """What the work of a round looks like, from a sample of its items."""

    levels: Mapping[Level, float] = field(default_factory=dict)
    cuts: tuple[float, ...] = ()


def read_mix(connection: Connection, the_round: RoundRow) -> WorkMix:
    """The mix of a round's items: margins of the newest answers, tags, and how far the two lengths are apart."""
    items = work_mix.items(connection, the_round.id)
    ratios = [_log_ratio(i.first_length, i.second_length) for i in items]
    cuts = length_cuts(r for r in ratios if r is not None)
    levels = [item_levels(sections=i.tags, log_ratio=r, cuts=cuts) for i, r in zip(items, ratios, strict=True)]
    levels += [item_levels(margin=abs(s)) for s in work_mix.strengths(connection, the_round.id)]
    return WorkMix(mix_of(levels), cuts)


@dataclass(frozen=True)
class GoldPool:
    """The golds that there are, and which of them a person may be served."""

    known: Mapping[int, PoolGold]
    """By comparison."""
    eligible: tuple[PoolGold, ...]


def read_pool(connection: Connection, the_round: RoundRow, annotator_id: int, *, without_dissent: bool = False) -> GoldPool:
    """The pool; eligible is what the person has never met, near-duplicates included, of the round's tags.

    `without_dissent`: only what was settled so.
    """
    tags = set(the_round.options.get("tags", ()))
    everything = golds.gold_pool(connection)
    fitting = [g for g in everything if (not tags or tags & set(g.tags)) and (g.without_dissent or not without_dissent)]
    met = golds.met_clusters(connection, annotator_id, {g.cluster for g in fitting})
    return GoldPool({g.comparison_id: g for g in everything}, tuple(g for g in fitting if g.cluster not in met))


def without_gold(connection: Connection, the_round: RoundRow, annotator_ids: Iterable[int]) -> set[int]:
    """Which of these people no gold is left for in a round."""
    tags = set(the_round.options.get("tags", ()))
    clusters = {g.cluster for g in golds.gold_pool(connection) if not tags or tags & set(g.tags)}
    return {person for person in annotator_ids if clusters <= golds.met_clusters(connection, person, clusters)}


def choose(connection: Connection, the_round: RoundRow, annotator_id: int, mix: WorkMix, pool: GoldPool, number: int = 1) -> list[Chosen]:
    """Up to `number` eligible golds, each of another cluster, chosen one after the other as `domain.gold_matching` does.

    What the person was given before counts by its place and order alone where the gold itself has left the pool.
    """
    uses = attempts.uses_of_golds(connection, [g.comparison_id for g in pool.eligible])
    before = attempts.golds_served(connection, annotator_id, the_round.id)
    served = [ServedGold(as_gold(pool.known[c], mix) if c in pool.known else Gold(-c, 0), order == (1, 0)) for c, order in before]
    by_id = {g.gold_id: g for g in pool.eligible}
    found: list[Chosen] = []
    candidates = list(pool.eligible)
    while candidates and len(found) < number:
        chosen = choose_gold([as_gold(g, mix, uses.get(g.comparison_id, 0)) for g in candidates], served, mix.levels, draw())
        if chosen is None:
            break
        served.append(chosen)
        taken = by_id[chosen.gold.id]
        found.append(Chosen(taken.gold_id, taken.comparison_id, (1, 0) if chosen.turned else (0, 1)))
        candidates = [g for g in candidates if g.cluster != taken.cluster]
    return found


def as_gold(gold: PoolGold, mix: WorkMix, uses: int = 0) -> Gold:
    """A gold of the pool as it is matched to the work."""
    right, ratio = direction(gold.strength), _log_ratio(gold.first_length, gold.second_length)
    longer = None if right == 0 or not ratio else (ratio > 0) == (right > 0)
    levels = item_levels(margin=abs(gold.strength), sections=gold.tags, log_ratio=ratio, cuts=mix.cuts)
    return Gold(gold.gold_id, right, levels, longer, uses)


def _log_ratio(first: int, second: int) -> float | None:
    return math.log(first / second) if first and second else None
