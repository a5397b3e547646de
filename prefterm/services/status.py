"""How far the rounds are, for the lead and for each annotator. A person who is no admin learns of nobody but themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import Connection

from prefterm.domain.clock import stamp
from prefterm.domain.judgments import Purpose, Role
from prefterm.domain.qualification import Standing
from prefterm.domain.queueing import may_take_more, share_of
from prefterm.services.access import Project
from prefterm.store import attempts, golds, guidelines, judgments, people, progress, proposals, rounds
from prefterm.store.people import Person
from prefterm.store.progress import AnswerRow, ItemRow
from prefterm.store.rounds import RoundRow

__all__ = ["TRUSTING_MODE", "Progress", "is_newcomer", "my_progress", "status"]

TRUSTING_MODE = "trusting mode: not blind against each other"
"""Said wherever anyone with the file can work under any name (there is no SSH gate)."""
_Row = TypeVar("_Row", bound=Any)


@dataclass(frozen=True)
class Progress:
    """One person's own progress in a round."""

    done: int
    """Effective answers, of every purpose alike; those of a qualification, which is announced, are none."""
    today: int
    """Of these, given since local midnight."""
    share: int
    """One person's share of the round: a denominator, not a cap."""
    median_seconds: float | None
    """Median active seconds an answer; None before the first."""
    left_seconds: float | None
    """What is left of the share at that pace; None before the first answer."""
    can_undo: bool
    """Whether the last answer can still be taken back."""

    def one_further(self) -> Progress:
        """The progress after one more answer, at the same pace."""
        left = None if self.median_seconds is None else max(0, self.share - self.done - 1) * self.median_seconds
        return replace(self, done=self.done + 1, today=self.today + 1, left_seconds=left, can_undo=True)


@dataclass
class _Tally:
    """What the answers of a round add up to."""

    done: Counter[int] = field(default_factory=Counter)
    seconds: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    work: Counter[int] = field(default_factory=Counter)
    """Effective work answers by comparison."""

    def take(self, row: AnswerRow) -> None:
        if row.purpose == Purpose.QUALIFICATION:
            return
        self.done[row.annotator_id] += 1
        if row.active_seconds is not None:
            self.seconds[row.annotator_id].append(row.active_seconds)
        if row.purpose == Purpose.WORK:
            self.work[row.comparison_id] += 1

    def pace(self, annotator_id: int) -> float | None:
        seconds = self.seconds.get(annotator_id)
        return round(median(seconds), 1) if seconds else None


def is_newcomer(project: Project) -> bool:
    """Whether the actor has never been served an item, in any round."""
    with project.database.read() as connection:
        return not progress.was_served(connection, project.actor.id)


def status(project: Project) -> dict[str, Any]:
    """The rounds with their progress, as `status --json` gives them.

    An admin sees everyone; anybody else their own rows alone, and of a round no count that depends on another's answers
    (`judgments` is their own, `complete` is null).
    """
    # Here, so that no first pair waits for it.
    from prefterm.services.calibrating import waiting_feedback

    admin = project.actor.role is Role.ADMIN
    with project.database.read() as connection:
        found = rounds.all_rounds(connection)
        everybody = people.all_people(connection)
        labels = {g.id: g.label for g in guidelines.all_versions(connection)}
        quarantined = progress.quarantined_comparisons(connection)
        reports = progress.reports(connection) if admin else []
        proposed = proposals.count_open(connection) if admin else 0
    described = [_lead_round(project, r, everybody, labels) if admin else _own_round(project, r, labels) for r in found]
    document: dict[str, Any] = {
        "rounds": [d for d in described if d is not None],
        "waiting": {
            "adjudications": 0,
            "feedback": sum(waiting_feedback(project, r) for r in found if r.kind == "labelling"),
            "proposals": proposed,
        },
        "note": TRUSTING_MODE,
    }
    if admin:
        with project.database.read() as connection:
            document["waiting"]["contests"] = golds.open_contests(connection)
        document["gates"] = _gates(project, found, everybody)
        document["quarantined"] = quarantined
        document["reports"] = reports
    return document


def _pages(project: Project, read: Callable[[Connection, int], list[_Row]], key: Callable[[_Row], int]) -> Iterator[_Row]:
    """The rows of all pages, each read in a transaction of its own."""
    after = 0
    while True:
        with project.database.read() as connection:
            page = read(connection, after)
        if not page:
            return
        yield from page
        after = key(page[-1])


def _tally(project: Project, round_id: int, annotator_id: int | None) -> _Tally:
    tally = _Tally()
    for row in _pages(project, lambda c, after: progress.answers_page(c, round_id, after, annotator_id), lambda r: r.assignment_id):
        tally.take(row)
    return tally


def _head(project: Project, the_round: RoundRow, labels: dict[int, str]) -> dict[str, Any]:
    with project.database.read() as connection:
        items = rounds.count_items(connection, the_round.id)
    guideline = None if the_round.guideline_version_id is None else labels[the_round.guideline_version_id]
    return {
        "round": the_round.name, "guideline": guideline, "kind": the_round.kind, "state": the_round.state, "items": items,
        "overlap": the_round.overlap,
    }  # fmt: skip


def _person_row(project: Project, the_round: RoundRow, person: Person, tally: _Tally, held: dict[int, int]) -> dict[str, Any]:
    from prefterm.services.standings import COUNTED, own_standing, scope_of, standing_of

    with project.database.read() as connection:
        scope = scope_of(connection, the_round)
        own = person.id == project.actor.id
        found = own_standing(connection, the_round, person.id) if own else standing_of(connection, the_round, person.id, scope)
        paused = any(g.lifted_at is None and g.kind != "to_lead" for g in attempts.gates(connection, person.id, scope.rounds))
    known = found is not None and found.attempt is not None and found.qualification.standing is not Standing.IN_PROGRESS
    return {
        "annotator": person.name, "done": tally.done[person.id], "open": held.get(person.id, 0),
        "median_active_seconds": tally.pace(person.id),
        "qualified": found.qualification.standing in COUNTED if found is not None and known else None,
        "qualification": None if found is None or found.attempt is None else found.qualification.reason,
        "paused": paused,
    }  # fmt: skip


def _own_round(project: Project, the_round: RoundRow, labels: dict[int, str]) -> dict[str, Any] | None:
    actor = project.actor
    tally = _tally(project, the_round.id, actor.id)
    if the_round.kind == "import" and not tally.done:
        return None
    with project.database.read() as connection:
        held = progress.held_counts(connection, the_round.id)
    row = _person_row(project, the_round, actor, tally, held)
    return {**_head(project, the_round, labels), "judgments": tally.done[actor.id], "complete": None, "annotators": [row]}


def _lead_round(project: Project, the_round: RoundRow, everybody: list[Person], labels: dict[int, str]) -> dict[str, Any]:
    tally = _tally(project, the_round.id, None)
    with project.database.read() as connection:
        held = progress.held_counts(connection, the_round.id)
        eligible = set(people.eligible_ids(connection, the_round.options.get("reserve", ())))
        skipped = progress.skipped_by_two(connection, the_round.id)
        unfinished = progress.unfinished_items(connection, the_round.id)
    working = the_round.kind == "labelling" and the_round.state == "open"
    listed = [p for p in everybody if tally.done[p.id] or held.get(p.id) or (working and p.id in eligible)]
    return {
        **_head(project, the_round, labels),
        "judgments": tally.done.total(),
        "complete": sum(n >= the_round.overlap and item not in unfinished for item, n in tally.work.items()),
        "annotators": [_person_row(project, the_round, p, tally, held) for p in listed],
        "stuck": _stuck(project, the_round, tally, eligible) if working else [],
        "skipped_twice": skipped,
        "gold_ran_out": _gold_ran_out(project, the_round, [p for p in listed if p.id in eligible]) if working else [],
    }  # fmt: skip


def _gates(project: Project, found: list[RoundRow], everybody: list[Person]) -> list[dict[str, Any]]:
    """What stands between somebody and their next item, or is put to the lead; `annotator release` lifts it."""
    with project.database.read() as connection:
        standing = attempts.open_gates(connection)
    names, rounds_by_id = {p.id: p.name for p in everybody}, {r.id: r.name for r in found}
    return [
        {
            "annotator": names[g.annotator_id], "round": rounds_by_id[g.round_id], "kind": g.kind, "since": g.opened_at,
            "detail": dict(g.detail),
        }
        for g in standing
    ]  # fmt: skip


def _gold_ran_out(project: Project, the_round: RoundRow, people_in: list[Person]) -> list[str]:
    """Names of those for whom no gold is left that they have not met, in a round that hides golds: their calibration stands still."""
    if not the_round.options.get("calibration"):
        return []
    from prefterm.services.gold_choice import without_gold

    with project.database.read() as connection:
        found = without_gold(connection, the_round, [p.id for p in people_in])
    return [p.name for p in people_in if p.id in found]


def _stuck(project: Project, the_round: RoundRow, tally: _Tally, eligible: set[int]) -> list[str]:
    """Ids of the items that lack answers and that nobody eligible can take."""
    met: defaultdict[int, set[int]] = defaultdict(set)
    held: Counter[int] = Counter()
    planned: Counter[int] = Counter()
    for turn in _pages(project, lambda c, after: progress.turns_page(c, the_round.id, after), lambda t: t.assignment_id):
        if turn.answered or turn.held or turn.skipped:
            met[turn.comparison_id].add(turn.annotator_id)
        held[turn.comparison_id] += turn.held
        planned[turn.annotator_id] += (turn.answered or turn.held) and turn.origin == "planned"
    items = int(the_round.options.get("items", 0))
    free = {p for p in eligible if may_take_more(planned[p], items, the_round.options.get("max_share"))}
    short: list[ItemRow] = [
        item
        for item in _pages(project, lambda c, after: progress.items_page(c, the_round.id, after), lambda i: i.comparison_id)
        if tally.work[item.comparison_id] + held[item.comparison_id] < the_round.overlap
    ]
    with project.database.read() as connection:
        elsewhere = progress.met_elsewhere(connection, (i.comparison_id for i in short))
    for annotator_id, comparison_id in elsewhere:
        met[comparison_id].add(annotator_id)
    return sorted(i.comparison for i in short if not i.servable or free <= met[i.comparison_id])


def my_progress(project: Project, the_round: RoundRow) -> Progress:
    """The actor's own progress in a round, for the app: nothing in it depends on another's answers."""
    midnight = stamp(datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0))
    tally, today = _Tally(), 0
    actor = project.actor.id
    for row in _pages(project, lambda c, after: progress.answers_page(c, the_round.id, after, actor), lambda r: r.assignment_id):
        tally.take(row)
        today += row.purpose != Purpose.QUALIFICATION and (row.created_at or "") >= midnight
    with project.database.read() as connection:
        eligible = len(people.eligible_ids(connection, the_round.options.get("reserve", ())))
        # Fixed at opening; counting a million slots after an answer would take seconds.
        items = the_round.options.get("items")
        slots = rounds.planned_slots(connection, the_round.id) if items is None else int(items) * the_round.overlap
        can_undo = _can_undo(connection, project.actor, the_round)
    hidden = float(the_round.options.get("calibration", 0)) + float(the_round.options.get("repeat", 0))
    share, done, pace = share_of(slots, eligible, hidden), tally.done[actor], tally.pace(actor)
    left = None if pace is None else max(0, share - done) * pace
    return Progress(done, today, share, pace, left, can_undo)


def _can_undo(connection: Connection, actor: Person, the_round: RoundRow) -> bool:
    if rounds.round_by_id(connection, the_round.id).state != "open":
        return False
    found = judgments.latest_answered(connection, the_round.id, actor.id)
    if found is None:
        return False
    turn = progress.comparison_of_turn(connection, found[1].assignment_id)
    return judgments.shown_since(connection, actor.id, turn, found[1].created_at) is None
