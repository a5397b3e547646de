"""Does anybody judge by side, by length or by habit? The audit of every annotator and judge, and of the design's own order.

Decides who may look, whose names are shown, and which looks are a reveal; the figures and sentences are made by `stats`.

Golds score answers of the purposes calibration and qualification alone. A work answer on an item with gold does not: items become
gold because people differed on them, or because they did not, so that being right there is no measure of a person, and where
their own answer settled the gold they would be held beside themselves. For the same reason the gold's share of the longer response
leaves out golds that were settled after the person had answered, unless they were imported as settled elsewhere.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.ids import derived_uuid
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.domain.queueing import share_of
from prefterm.services.access import Project
from prefterm.services.audit_columns import Columns, GoldAnswer, Progress, Work, read_columns
from prefterm.stats.advice import nothing_to_say
from prefterm.stats.audits import AnnotatorAudit, Audit, audit_of_team
from prefterm.stats.bias import order_of_design, position, read_split, repeats
from prefterm.stats.conduct import counted, gold_accuracy, pace, ties
from prefterm.stats.drift import BASELINE, LIMIT, drift
from prefterm.stats.length import Length, LongerChosen, gold_pairs, length, log_ratio
from prefterm.stats.sequence import sequence
from prefterm.store import audit_pages, people, reveals, rounds
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FEW", "audit"]

FEW = 10
"""A figure over fewer answers than this is as good as a look at them: all of them may well lie on one side."""
_WHOLE, _READ = 1000, 800
"""The whole, and the share of it that reading takes."""
_SIDES_UNKNOWN = "None of these answers has a presented order, so that side and sequence cannot be told."


def audit(project: Project, round: str | None = None, annotator: str | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """The audit of a round (None: of all, imports included) as `audit --json` gives it; `annotator`: that person alone.

    Admins see names; adjudicators `annotator 1`, `annotator 2` …, in an order that says nothing. `m`, the number of people that an
    alarm allows for, is everyone with an eligible answer in the scope, whoever is shown. Where a person's figures rest on fewer than
    `FEW` answers, those on items that are still open to the actor are revealed to them, before this returns; `revealed` says how many.
    Beside the contract's keys stand, for each person, `eligible` (counted in `m`), `finding` (anything to do) and `left_out` by reason.
    Raises `NotAllowed`, and `Refused` for a round or a person that is not there. `progress` is told (done, total) between pages and
    people; what it raises ends the work.
    """
    project.require(Role.ADMIN, Role.ADJUDICATOR)
    with project.database.read() as connection:
        everybody = {p.id: p for p in people.all_people(connection)}
        found = rounds.all_rounds(connection)
    scope = _scope(found, round)
    imports = {r.id for r in scope if r.kind == "import"}
    tell = progress or (lambda done, total: None)
    only = scope[0].id if round is not None else None
    columns = read_columns(project.database.read, imports, only, lambda done, total: tell(_READ * done // total, _WHOLE))
    names = _names(project, [everybody[i] for i in columns.people], round)
    wanted = _wanted(names, annotator, project.actor)
    m = sum(work.eligible for work in columns.people.values())
    planned = _planned_golds(project, scope)
    limit = (scope[0].options.get("drift_limit") if round is not None else None) or LIMIT
    chart = (planned, limit)
    team = _team(columns, everybody, names, m, chart, lambda done: tell(_READ + (_WHOLE - _READ) * done // max(len(names), 1), _WHOLE))
    entries = dict(zip(names, team.annotators, strict=True))
    shown = [i for i in names if wanted in (None, i)]
    document = {
        "annotators": [_entry(entries[i], columns.people[i]) for i in shown],
        "order": team.order.to_json(),
        "round": round,
        "m": m,
        "left_out": dict(sum((work.left_out for work in columns.people.values()), Counter())),
        "revealed": _reveal(project, columns, shown),
    }
    tell(_WHOLE, _WHOLE)
    return document


def _entry(found: AnnotatorAudit, work: Work) -> dict[str, Any]:
    """An audit as the document gives it, with what belongs beside it."""
    entry = found.to_json()
    if work.strength and not work.eligible:
        entry["caveat"].insert(0, _SIDES_UNKNOWN)
    return {
        **entry,
        "eligible": work.eligible,
        "finding": found.alarmed or found.advice != (nothing_to_say(found.annotator),),
        "left_out": dict(work.left_out),
    }


def _scope(found: Sequence[RoundRow], name: str | None) -> list[RoundRow]:
    scope = [r for r in found if name in (None, r.name)]
    if name is not None and not scope:
        raise Refused(f"no round {name!r}; there are {', '.join(r.name for r in found) or 'none yet: `prefterm round open`'}")
    return scope


def _names(project: Project, listed: Sequence[Person], scope: str | None) -> dict[int, str]:
    """How each annotator is called, in the order of the document; an adjudicator learns no name, and none from the order."""
    if project.actor.role is Role.ADMIN:
        return {p.id: p.name for p in sorted(listed, key=lambda p: p.name)}
    veiled = sorted(listed, key=lambda p: derived_uuid("audited", scope or "", p.uuid))
    return {p.id: f"annotator {number}" for number, p in enumerate(veiled, 1)}


def _wanted(names: dict[int, str], annotator: str | None, actor: Person) -> int | None:
    if annotator is None:
        return None
    found = next((i for i, name in names.items() if name == annotator), None)
    if found is None and actor.role is not Role.ADMIN:
        raise NotAllowed(f"{actor.name} is {actor.role}: figures are for them without names, give `annotator 1` and so on")
    if found is None:
        raise Refused(f"{annotator!r} has no answer here; there are {', '.join(names.values()) or 'none yet'}")
    return found


def _planned_golds(project: Project, scope: Sequence[RoundRow]) -> int:
    """Hidden golds that the rounds foresee for one person beyond those that set the chart's baseline."""
    with project.database.read() as connection:
        golds = sum(_golds_of(connection, r) for r in scope if r.kind == "labelling")
    return max(0, golds - BASELINE)


def _golds_of(connection: Connection, the_round: RoundRow) -> int:
    rate = float(the_round.options.get("calibration", 0))
    if not rate:
        return 0
    eligible = len(people.eligible_ids(connection, the_round.options.get("reserve", ())))
    return math.floor(rate * share_of(rounds.planned_slots(connection, the_round.id), eligible))


def _reveal(project: Project, columns: Columns, shown: Sequence[int]) -> int:
    """Note what the figures give away of single items; how many were still open to the actor."""
    told = {c for i in shown if i != project.actor.id and len(columns.people[i].comparison) < FEW for c in columns.people[i].comparison}
    if not told:
        return 0

    def work(connection: Connection) -> int:
        return reveals.note_looks(connection, project.actor, audit_pages.keys_of(connection, told), "figures")

    return project.database.transact(work)


def _team(
    columns: Columns,
    everybody: Mapping[int, Person],
    names: Mapping[int, str],
    m: int,
    chart: tuple[int, float],
    tell: Callable[[int], None],
) -> Audit:
    """The team's audit; `chart`: how many hidden golds the rounds foresee for a person, and where the chart alarms."""
    others = _others_longer(columns, everybody)
    audited = []
    for done, i in enumerate(names):
        tell(done)
        audited.append(_person(columns.people[i], names[i], everybody[i].kind, others(i), m, chart, columns.alarms_closed.get(i)))
    return audit_of_team(audited, order_of_design(columns.orders.elements()), m)


def _others_longer(columns: Columns, everybody: Mapping[int, Person]) -> Callable[[int], NDArray[np.float64]]:
    """For a person's answers: the share of the other humans on the item who chose the longer; NaN where none did.

    AI judges are held beside people, never people beside judges, whose liking for the longer is known. Others' answers need no
    presented order for this.
    """
    import numpy as np

    def answers(person: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        work = columns.people[person]
        first, second = (np.asarray(sizes, dtype=float) for sizes in (work.first_length, work.second_length))
        longer = np.sign(first - second) * np.sign(np.asarray(work.strength, dtype=float))
        unknown = (longer == 0) | (first < 0) | (second < 0) | (everybody[person].kind is AnnotatorKind.JUDGE)
        return np.asarray(work.comparison, dtype=np.int64), np.where(unknown, np.nan, longer > 0)

    chosen = LongerChosen(1 + max((max(work.comparison, default=0) for work in columns.people.values()), default=0))
    for person in columns.people:
        chosen.add(*answers(person))
    return lambda person: chosen.others(*answers(person))


def _person(
    work: Work, name: str, kind: AnnotatorKind, others: NDArray[np.float64], m: int, chart: tuple[int, float], closed: int | None
) -> AnnotatorAudit:
    """The sections of one person; `closed`: when their last alarm of drift was closed."""
    rows = work.presented()
    sides = [work.side(i) for i in rows]
    golds = sorted(work.golds, key=lambda gold: gold.moment)
    hidden = [gold.right for gold in golds if not gold.qualification]
    restarted = 0 if closed is None else sum(gold.moment <= closed for gold in golds if not gold.qualification)
    seen = [None if math.isnan(work.seen[i]) else (work.seen[i], work.seen[i]) for i in rows]
    return AnnotatorAudit(
        annotator=name,
        kind=kind,
        position=position(sides, m),
        length=_length(work, rows, sides, others, golds, m),
        sequence=sequence(sides, work.sitting_keys(rows)),
        repeats=repeats(work.repeats, m),
        gold=gold_accuracy(gold.right for gold in golds),
        drift=drift(hidden, max(chart[0], len(hidden) - BASELINE), restarted, chart[1]),
        ties=ties(work.strength),
        pace=pace([None if math.isnan(s) else s for s in work.seconds], work.characters()),
        read=read_split(sides, seen),
        skips=counted(work.skips.elements()),
        skips_by_tag=counted(work.skipped_tags.elements()),
    )


def _length(
    work: Work, rows: Sequence[int], sides: Sequence[int], others: NDArray[np.float64], golds: Sequence[GoldAnswer], m: int
) -> Length:
    sizes = [work.presented_lengths(i) for i in rows]
    ratio = log_ratio([left for left, _ in sizes], [right for _, right in sizes])
    compared = [gold for gold in golds if gold.longer_right is not None]
    paired = gold_pairs([bool(gold.longer_right) for gold in compared], [gold.chose_longer for gold in compared])
    return length(sides, ratio, others[rows], [work.gold_side(i) for i in rows], paired, m)
