"""What a round will ask of people and be able to see, before it opens: answers, hours, golds, power, the sealed side.

The arithmetic is `stats.planning`; here is what it is asked about: who may label, which golds are left for each, what the items are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.gold_matching import item_levels, length_cuts, mix_of
from prefterm.domain.judgments import Role
from prefterm.domain.qualification import QualificationRule
from prefterm.services.gold_choice import WorkMix, as_gold
from prefterm.services.standings import has_qualified
from prefterm.store import comparisons, golds, people, work_mix
from prefterm.store.golds import PoolGold
from prefterm.store.rounds import Candidate

__all__ = ["GoldStock", "Outlook", "gold_stock", "outlook"]

_SAMPLED = 400


@dataclass(frozen=True)
class GoldStock:
    """The golds that a round of these tags could serve, and who has met how many of them."""

    pool: tuple[PoolGold, ...]
    met: dict[str, int] = field(default_factory=dict)
    """By name, of everybody who may label."""
    unmet_without_dissent: dict[str, int] = field(default_factory=dict)
    """By name, of those who have not qualified yet: golds settled without dissent that they could be given, one a cluster."""


@dataclass(frozen=True)
class Outlook:
    """What `round check` tells beside what is missing."""

    document: dict[str, Any]
    """The figures, as JSON values."""
    sentences: tuple[str, ...]
    lacking: tuple[str, ...]
    """What would make the round better founded; it can be opened without."""


def gold_stock(connection: Connection, tags: Sequence[str], reserved: Sequence[str], version: int) -> GoldStock:
    """The pool of a round of these tags under a guideline version, for everybody who may label in it."""
    pool = tuple(g for g in golds.gold_pool(connection) if not tags or set(tags) & set(g.tags))
    eligible = set(people.eligible_ids(connection, reserved))
    met, unmet = {}, {}
    for person in people.all_people(connection):
        if person.id in eligible:
            clusters = golds.met_clusters(connection, person.id, {g.cluster for g in pool})
            met[person.name] = sum(g.cluster in clusters for g in pool)
            if not has_qualified(connection, version, person.id):
                unmet[person.name] = len({g.cluster for g in pool if g.without_dissent} - clusters)
    return GoldStock(pool, met, unmet)


def outlook(
    connection: Connection, stock: GoldStock, items: Sequence[Candidate], rates: tuple[float, float, int], overlap: int, sealed: int,
    reserved: Sequence[str],
) -> Outlook:  # fmt: skip
    """The outlook of a round with these items; `rates`: calibration, repeat, qualification; `sealed`: items on the eval side."""
    from prefterm.stats.planning import RoundPlan, drift_outlook, gold_supply, holdout, load, pass_chances, pool_rows
    from prefterm.stats.planning_sentences import (
        drift_sentence,
        gold_sentences,
        holdout_sentence,
        load_sentence,
        pass_sentence,
        separability_sentence,
    )
    from prefterm.stats.separability import separability

    calibration, repeat, qualification = rates
    plan = RoundPlan(len(stock.met), len(items), overlap, calibration, repeat, qualification, work_mix.pace(connection))
    asked, mix = load(plan), _mix_of(connection, items)
    sample = [as_gold(g, mix) for g in stock.pool]
    document: dict[str, Any] = {"load": asked.to_json()}
    sentences, lacking = [load_sentence(plan, asked)], []
    if calibration or qualification:
        supply = gold_supply(plan, sample, mix.levels, stock.met, QualificationRule(n=max(qualification, 1)))
        told = gold_sentences(supply)
        sentences, lacking = [*sentences, told[0]], told[1:]
        document |= {"golds": supply.to_json(), "pool": [asdict(row) for row in pool_rows(sample)]}
        shown = separability([_appearance(g) for g in stock.pool], _appearances(connection, items))
        document["separability"] = shown.to_json()
        sentences.append(separability_sentence(shown))
    if qualification:
        chances = pass_chances(QualificationRule(n=qualification))
        document["qualification"] = [asdict(found) for found in chances]
        sentences.append(pass_sentence(chances, qualification))
        short = [f"{name} {n}" for name, n in stock.unmet_without_dissent.items() if n < qualification]
        if short:
            lacking.append(
                f"qualification takes {qualification} golds settled without dissent that a person has not met; there are, for "
                f"{', '.join(short)}: they cannot begin (`--reserve NAME` leaves a person out)"
            )
        if not calibration:
            lacking.append("without --calibration whoever is neither passed nor turned away at once waits for the lead for good")
    if calibration:
        drift = drift_outlook(asked.golds)
        document["drift"] = drift.to_json()
        sentences.append(drift_sentence(drift))
    kept = holdout(sealed)
    document["holdout"] = kept.to_json()
    sentences.append(holdout_sentence(kept))
    barred = _barred(connection, reserved)
    document["barred_adjudicators"] = barred
    if barred:
        sentences.append(
            f"{', '.join(barred)} could be served items and then not settle them: `--reserve NAME` keeps an adjudicator out of the claims"
        )
    return Outlook(document, tuple(sentences), tuple(lacking))


def _barred(connection: Connection, reserved: Sequence[str]) -> list[str]:
    """Adjudicators who may label in the round, and could not settle what they answered."""
    eligible = set(people.eligible_ids(connection, reserved))
    return [p.name for p in people.all_people(connection) if p.id in eligible and p.role is Role.ADJUDICATOR]


def _mix_of(connection: Connection, items: Sequence[Candidate]) -> WorkMix:
    """The mix of a sample of the items; their margins are not known before anybody has answered."""
    sample = _sample(items)
    sizes = comparisons.lengths(connection, [c.id for c in sample])
    ratios = {i: math.log(a / b) for i, (a, b) in sizes.items() if a and b}
    cuts = length_cuts(ratios.values())
    return WorkMix(mix_of(item_levels(sections=c.tags, log_ratio=ratios.get(c.id), cuts=cuts) for c in sample), cuts)


def _appearance(gold: PoolGold) -> Any:
    from prefterm.stats.separability import Appearance

    return Appearance(frozenset(gold.tags), (gold.first_length, gold.second_length))


def _appearances(connection: Connection, items: Sequence[Candidate]) -> list[Any]:
    from prefterm.stats.separability import Appearance

    sample = _sample(items)
    sizes = comparisons.lengths(connection, [c.id for c in sample])
    found = []
    for c in sample:
        first, second = sizes.get(c.id, (None, None))
        found.append(Appearance(frozenset(c.tags), None if first is None or second is None else (first, second)))
    return found


def _sample(items: Sequence[Candidate]) -> list[Candidate]:
    """Some of the items, by their uuids, which say nothing of them."""
    return sorted(items, key=lambda c: c.uuid)[:_SAMPLED]
