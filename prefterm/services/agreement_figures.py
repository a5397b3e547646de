"""From votes to the contract's figures: coefficients, pairs, marks, breakdowns, differences, profiles, consensus.

Every function takes the votes that count. Knows which figures there are; how each is worked out is `stats`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from prefterm.services.agreement_details import Labels
from prefterm.services.agreement_scope import Scope
from prefterm.services.agreement_votes import Bools, Ints, Votes
from prefterm.stats.comparing import paired_difference
from prefterm.stats.consensus import consensus
from prefterm.stats.figures import Figure
from prefterm.stats.measuring import (
    figures_of_pair,
    live_figure,
    marks_figures,
    measure,
    overall_coefficients,
    overall_figures,
    skips_figure,
)
from prefterm.stats.pairs import NOT_SHARED, CohenKappa, PairAgreement
from prefterm.stats.rankings import ItemMean, tau_sample, w_sample
from prefterm.stats.ratings import DIRECTIONS, MARKS, STRENGTHS, Ratings, RatingsBuilder
from prefterm.stats.reliability import Alpha
from prefterm.stats.samples import PairTables, Sample, confusion, counts_sample, one_against_rest, shared_items, without_sample

__all__ = [
    "BROKEN_DOWN",
    "Material",
    "annotator_differences",
    "breakdowns",
    "consensus_rows",
    "guideline_differences",
    "item_counts",
    "kendall",
    "marks",
    "material",
    "pairs",
    "profiles",
    "skipped",
]

BROKEN_DOWN = ("raw_agreement", "alpha_nominal", "alpha_ordinal", "gwet_ac1")
"""The coefficients of a breakdown."""
LEAST_SHARED = 20
"""Items that a pair shares before it is listed without being named."""
MOST_TAGS = 100
"""Tags that are broken down by, the most used first."""
MOST_DIFFERENCES = 20
"""Annotators who are compared with the rest, those with the most answers first."""
WEEKS = 26
"""A longer span is told by months."""

NOT_AN_EFFECT = (
    "Cannot be read as an effect of the guideline: these votes were not collected for a comparison. Other items, other times, and items "
    "that are judged again because people parted on them come out better with nothing changed."
)
NOT_WITH_ALL = "Not shown with --count all: answers that are not planned and independent flatter one side or the other."

Document = dict[str, Any]


@dataclass(frozen=True)
class Material:
    """The votes that count, and the same as ratings."""

    scope: Scope
    votes: Votes
    values: tuple[int, ...]
    ratings: Ratings

    @property
    def resamples(self) -> int:
        """Resamples of an interval."""
        return self.scope.options.resamples

    def of_units(self, chosen: Bools) -> Ratings:
        """The ratings on these units alone."""
        return self.ratings.of_items(chosen[self.ratings.items])

    def is_person(self, index: int) -> bool:
        """Whether an annotator of the ratings is somebody, not somebody's further answers."""
        return int(self.ratings.annotators[index]) in self.scope.names

    def name(self, index: int) -> str:
        """What the annotator at an index of the ratings is called."""
        return self.scope.names[int(self.ratings.annotators[index])]


def material(scope: Scope, votes: Votes) -> Material:
    """The ratings of these votes. Strengths are -3..3 where a round has margins or an import goes beyond one step."""
    used = np.unique(votes.units.round[votes.unit])
    margins = [scope.margins.get(scope.rounds[at].guideline_version_id or 0, 0) for at in used.tolist()]
    wide = max(margins, default=0) > 1 or int(np.abs(votes.strength).max(initial=0)) > 1
    values = STRENGTHS if wide else DIRECTIONS
    return Material(scope, votes, values, _ratings(votes, values))


def _ratings(votes: Votes, values: Sequence[int]) -> Ratings:
    builder = RatingsBuilder(values)
    builder.add(votes.unit, votes.people, votes.strength, votes.units.cluster[votes.unit])
    builder.add_skips(np.repeat(np.arange(len(votes.units.skips), dtype=np.int32), votes.units.skips))
    return builder.finish()


def _json(figures: dict[str, Figure]) -> Document:
    return {name: figure.to_json() for name, figure in figures.items()}


def _four(ratings: Ratings, resamples: int) -> Document:
    """The coefficients of a breakdown on these ratings."""
    sample = counts_sample(ratings)
    coefficients = overall_coefficients(sample)
    figures = measure(sample, [coefficients[name] for name in BROKEN_DOWN], resamples=resamples)
    return _json(dict(zip(BROKEN_DOWN, figures, strict=True)))


def _of_labels(votes: Votes, labels: Labels, values: Sequence[int], within: Ints | None = None) -> Ratings:
    """Ratings of other labels that some of the votes carry; `within`: which part of its unit each is about, of how many at most."""
    builder = RatingsBuilder(values)
    unit = votes.unit[labels.row].astype(np.int64)
    item = unit if within is None else unit * (int(within.max()) + 1) + within
    builder.add(item, votes.people[labels.row], labels.value, votes.units.cluster[unit])
    return builder.finish()


def coefficients(m: Material) -> dict[str, Figure]:
    """Every coefficient over all of it."""
    return overall_figures(m.ratings, resamples=m.resamples)


def kendall(m: Material, rankings: dict[int, dict[int, list[int]]]) -> Document | None:
    """Kendall's W of the comparisons with more than two responses; None where there is none."""
    if not rankings:
        return None
    sample = w_sample([list(people.values()) for people in rankings.values()])
    return measure(sample, [ItemMean("kendall_w", "no item that two people ranked")], resamples=m.resamples)[0].to_json()


def pairs(m: Material, rankings: dict[int, dict[int, list[int]]]) -> Iterator[tuple[int, int, Document]]:
    """(number, of how many, entry) of every pair with enough items in common, or of all pairs of the people who were named."""
    if m.scope.chosen is None:
        listed = [(a, b) for a, b, _ in shared_items(m.ratings, LEAST_SHARED) if m.is_person(a) and m.is_person(b)]
    else:
        present = [at for at in range(m.ratings.n_annotators) if m.is_person(at)]
        listed = [(a, b) for a in present for b in present if a < b]
    listed = [(a, b) if m.name(a) < m.name(b) else (b, a) for a, b in listed]
    listed.sort(key=lambda pair: (m.name(pair[0]), m.name(pair[1])))
    tables = PairTables(m.ratings)
    for number, (a, b) in enumerate(listed, 1):
        sample = tables.sample(a, b)
        figures = figures_of_pair(sample, resamples=m.resamples)
        entry = {"a": m.name(a), "b": m.name(b), "n_items": figures["raw_agreement"].n_items, **_json(figures)}
        table = {"categories": list(m.values), "counts": confusion(sample)}
        yield number, len(listed), entry | {"kendall_tau_b": _tau(m, rankings, a, b), "confusion": table}


def _tau(m: Material, rankings: dict[int, dict[int, list[int]]], a: int, b: int) -> Document | None:
    one, two = int(m.ratings.annotators[a]), int(m.ratings.annotators[b])
    both = [(people[one], people[two]) for people in rankings.values() if one in people and two in people]
    if not both:
        return None
    return measure(tau_sample(*zip(*both, strict=True)), [ItemMean("kendall_tau_b")], resamples=m.resamples)[0].to_json()


def marks(m: Material, votes: Votes, given: tuple[Labels, Ints] | None) -> Document | None:
    """Agreement on whether responses are acceptable, by these votes; None where nobody marked any."""
    if given is None:
        return None
    return {"acceptable": _json(marks_figures(_of_labels(votes, given[0], MARKS, given[1]), resamples=m.resamples))}


def breakdowns(m: Material, overall: dict[str, Figure], votes: Votes, dimensions: dict[str, Labels]) -> list[Callable[[], Document]]:
    """Each breakdown as what works it out: there may be many. `dimensions`: what these votes say of each."""
    whole = _json({name: overall[name] for name in BROKEN_DOWN})

    def one(by: str, key: str, ratings: Callable[[], Ratings]) -> Document:
        part = ratings()
        # A part that is everything has the figures of everything: the draws are the same.
        same = by != "dimension" and part.n_labels == m.ratings.n_labels
        return {"by": by, "key": key, "coefficients": whole if same else _four(part, m.resamples)}

    found: list[Callable[[], Document]] = []
    found += [partial(one, "dimension", key, partial(_of_labels, votes, labels, STRENGTHS)) for key, labels in dimensions.items()]
    found += [partial(one, "kind", key, partial(_ratings, m.votes.rows(chosen), m.values)) for key, chosen in _kinds(m)]
    found += [partial(one, by, key, partial(m.of_units, chosen)) for by, key, chosen in _parts(m)]
    return found


def _kinds(m: Material) -> list[tuple[str, Bools]]:
    """(kind, rows) of people and of AI judges, where there are both."""
    judged = np.isin(m.votes.annotator, np.array(sorted(m.scope.judges), dtype=np.int32))
    return [("human", ~judged), ("judge", judged)] if judged.any() and not judged.all() else []


def _parts(m: Material) -> Iterator[tuple[str, str, Bools]]:
    """(by, key, units) of every part that has an item with two answers."""
    units, scope = m.votes.units, m.scope
    size = len(units.comparison)
    rated = np.bincount(m.votes.unit, minlength=size) >= 2
    by_use = sorted(((int(rated[at].sum()), tag) for tag, at in units.tags.items()), key=lambda x: (-x[0], x[1]))
    # What was imported with an item is not for annotators: a tag may name a model.
    most = [] if scope.own_only else [x for x in by_use if x[0]][:MOST_TAGS]
    for _, tag in sorted(most, key=lambda x: x[1]):
        yield "tag", tag, units.tagged(tag)
    for at, the_round in enumerate(scope.rounds):
        if rated[units.round == at].any():
            yield "round", the_round.name, units.round == at
    version = np.full(size, -1, dtype=np.int64)
    version[m.votes.unit] = m.votes.guideline
    for identity in [*scope.labels, -1]:
        if rated[version == identity].any():
            yield "guideline", scope.labels.get(identity, "unversioned"), version == identity
    yield from _periods(m, rated)


def _periods(m: Material, rated: Bools) -> Iterator[tuple[str, str, Bools]]:
    """Weeks (Monday to Sunday, UTC), or months where the votes span more; an item belongs to that of its last answer."""
    dated = ~np.isnat(m.votes.moment)
    if not dated.any():
        return
    day = np.full(len(rated), np.iinfo(np.int64).min)
    np.maximum.at(day, m.votes.unit[dated], m.votes.moment[dated].astype("datetime64[D]").astype(np.int64))
    known = day > np.iinfo(np.int64).min
    days = day[known]
    if days.max() - days.min() > 7 * WEEKS:
        period = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        for month in np.unique(period[known & rated]).tolist():
            yield "period", f"{1970 + month // 12}-{month % 12 + 1:02}", known & (period == month)
        return
    # The first of January 1970 was a Thursday.
    period = (day + 3) // 7
    for week in np.unique(period[known & rated]).tolist():
        year, number, _ = (date(1970, 1, 1) + timedelta(days=7 * week - 3)).isocalendar()
        yield "period", f"{year}-W{number:02}", known & (period == week)


def guideline_differences(m: Material) -> list[Document]:
    """Successive versions of a guideline that both have items here. No vote here is drawn for a comparison, so none has a value."""
    found = []
    used = set(np.unique(m.votes.guideline).tolist())
    labels = [label for identity, label in m.scope.labels.items() if identity in used]
    for a, b in pairwise(labels):
        if a.rpartition("@")[0] == b.rpartition("@")[0]:
            entry = {"a": a, "b": b, "coefficient": "alpha_nominal", "value": None, "low": None, "high": None, "paired": False}
            found.append(entry | {"note": NOT_AN_EFFECT})
    return found


def annotator_differences(m: Material) -> Iterator[tuple[int, int, Document]]:
    """(number, of how many, entry): what alpha gains without one annotator, on the items that two others have judged too.

    Allowed, for planned votes are given by who the items were drawn for before anybody answered.
    """
    directions = m.ratings.directions()
    answers = np.bincount(directions.annotator, minlength=directions.n_annotators)
    ranked = [int(at) for at in np.argsort(-answers, kind="stable") if answers[at] >= LEAST_SHARED and m.is_person(int(at))]
    listed = ranked[:MOST_DIFFERENCES] if directions.n_annotators > 1 else []
    for number, at in enumerate(listed, 1):
        names = ("everybody", f"everybody but {m.name(at)}")
        if m.scope.options.count_all:
            entry: Document = {"a": names[0], "b": names[1], "coefficient": "alpha_nominal", "value": None, "low": None, "high": None}
            yield number, len(listed), entry | {"paired": True, "note": NOT_WITH_ALL}
            continue
        sample = without_sample(directions, at)
        yield number, len(listed), paired_difference(names, sample, Alpha("nominal", DIRECTIONS), resamples=m.resamples).to_json()


def profiles(m: Material, golds: dict[int, list[tuple[int, int]]]) -> Iterator[tuple[int, int, Document]]:
    """(number, of how many, entry) of every annotator; `golds`: annotator id → (gold direction, theirs) of hidden golds."""
    votes, directions = m.votes, m.ratings.directions()
    order = np.argsort(votes.annotator, kind="stable")
    found = np.unique(np.concatenate([votes.annotator, np.array(list(golds), dtype=votes.annotator.dtype)]))
    start = np.searchsorted(votes.annotator[order], found)
    stop = np.searchsorted(votes.annotator[order], found, "right")
    at = {int(identity): index for index, identity in enumerate(directions.annotators)}
    kappa = CohenKappa(DIRECTIONS)
    for number, identity in enumerate(found.tolist()):
        rows = order[start[number] : stop[number]]
        strength, seconds = votes.strength[rows], votes.seconds[rows]
        known = seconds[~np.isnan(seconds)]
        index = at.get(identity)
        against = Figure.without_value(NOT_SHARED) if index is None else live_figure(one_against_rest(directions, index), kappa)
        entry = {
            "annotator": m.scope.names[identity], "n": len(rows), "tie_rate": _share(strength == 0), "first_rate": _share(strength > 0),
            "median_active_seconds": round(float(np.median(known)), 1) if len(known) else None,
            "gold_accuracy": _gold_accuracy(golds.get(identity)), "vs_others": against.to_json(),
        }  # fmt: skip
        yield number + 1, len(found), entry


def _share(chosen: Bools) -> float | None:
    return float(chosen.mean()) if len(chosen) else None


def _gold_accuracy(answered: list[tuple[int, int]] | None) -> Document | None:
    if not answered:
        return None
    size = len(DIRECTIONS)
    cells = np.zeros(size * size, dtype=np.int64)
    for gold, own in answered:
        cells[(gold + 1) * size + own + 1] += 1
    used = np.flatnonzero(cells)
    sample = Sample(np.eye(size * size)[used], cells[used], DIRECTIONS)
    return live_figure(sample, PairAgreement(size, name="gold_accuracy")).to_json()


def item_counts(m: Material) -> dict[str, int]:
    """How the items with two answers or more fall, by direction, and how many have one answer alone.

    `unanimous`, `majority` (more than half, not all), `plurality` (more than any other, not more than half) and `no_plurality`
    share the items among them; `direction_clash` has both sides chosen.
    """
    counts = m.ratings.directions().counts()
    given, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
    several = given >= 2
    unanimous = several & (most == given)
    majority = several & (2 * most > given) & ~unanimous
    no_plurality = several & ((counts == most[:, None]).sum(axis=1) > 1)
    plurality = several & ~unanimous & ~majority & ~no_plurality
    clash = several & (counts[:, 0] > 0) & (counts[:, -1] > 0)
    names = {
        "unanimous": unanimous, "majority": majority, "plurality": plurality, "no_plurality": no_plurality, "direction_clash": clash,
        "single": given == 1,
    }  # fmt: skip
    return {name: int(which.sum()) for name, which in names.items()}


def skipped(m: Material, overall: dict[str, Figure]) -> Document:
    """Items that were passed by or lack planned answers, and raw agreement as if every skip were a disagreement."""
    items = int((m.votes.units.skips > 0).sum())
    figure = skips_figure(m.ratings, resamples=m.resamples) if items else overall["raw_agreement"]
    return {"items_skipped": items, "items_short": m.votes.short, "raw_agreement_skips_disagree": figure.to_json()}


def consensus_rows(m: Material, votes: Votes, keys: dict[int, str]) -> list[Document]:
    """What the votes (opened ones included) on each unit come to; `keys`: comparison id → the id it was imported under."""
    different, item = np.unique(votes.unit, return_inverse=True)
    comparison = votes.units.comparison[different]
    names = [keys[int(c)] for c in comparison]
    found = consensus(names, item.tolist(), votes.people.tolist(), votes.strength.tolist())
    rounds = votes.units.round[different]
    return [
        {
            "comparison": c.comparison, "round": m.scope.rounds[at].name, "majority": c.majority, "soft": c.soft, "laplace": c.laplace,
            "entropy_weight": c.entropy_weight, "margin_mean": c.margin_mean, "margin_sd": c.margin_sd, "dawid_skene": c.dawid_skene,
            "differ": c.differ,
        }
        for c, at in zip(found, rounds.tolist(), strict=True)
    ]  # fmt: skip
