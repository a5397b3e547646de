"""The items on which two annotators part: what each of them said, and the texts that it is about.

Decides who may look, under which names, and writes the looks down; what counts is decided where agreement's votes are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import Role, reduce_answer
from prefterm.domain.preferences import OVERALL, direction
from prefterm.domain.prompts import Message
from prefterm.services.access import Project
from prefterm.services.agreement_scope import AgreementOptions, Scope, find_scope
from prefterm.store import comparisons, parted_pages, reveals
from prefterm.store.comparisons import Stored

if TYPE_CHECKING:
    from prefterm.services.agreement_votes import Votes

__all__ = ["Parting", "Place", "ReadItem", "Said", "parted", "parted_item"]

_BATCH = 500
"""Comparisons that are looked through in one go."""
_BEGINNING = 300
"""Characters of a prompt that a list shows."""

Progress = Callable[[int, int], None]
Place = tuple[int, int]
"""Where an item stands in the list: numeric ids of its comparison and round. Items are listed by it, ascending."""


@dataclass(frozen=True)
class Said:
    """One annotator's answer that counts, in canonical order."""

    annotator: str
    """By name, or as agreement calls them."""
    strength: int
    """Signed, by the dimension that is asked for: positive prefers the first response."""
    tie: str | None
    """`equal`, `both_good` or `both_bad` where the strength is 0."""
    marks: tuple[bool | None, ...]
    """Whether each response is acceptable; empty where nothing was marked."""
    dimensions: Mapping[str, int]
    """Signed strength by dimension."""
    rationale: str
    reasons: tuple[str, ...]
    sections: tuple[str, ...]
    """Ids of the guideline sections cited."""
    confidence: int | None
    """1 (guessing) .. 5 (certain)."""
    active_seconds: float | None
    guideline: str | None
    """`name@version`; None for an answer without one."""


@dataclass(frozen=True)
class Parting:
    """An item and what the two said of it."""

    comparison: str
    """The comparison's own id, to be given to `parted_item`."""
    round: str
    prompt: str
    """The beginning of what was asked; empty where the prompt is not known."""
    a: Said
    b: Said
    place: Place
    """To be given as `after` for what follows."""


@dataclass(frozen=True)
class ReadItem:
    """The texts of an item, in canonical order; never who wrote them."""

    comparison: str
    prompt: tuple[Message, ...]
    """Empty where the prompt is not known."""
    responses: tuple[str | None, ...]
    """None for a response that is known by name only."""
    continuations: tuple[tuple[Message, ...], ...]
    """For each response the messages it consists of; empty where its text is not known."""


@dataclass(frozen=True)
class _Hit:
    """A unit on which both have an answer that is asked for."""

    place: Place
    round: str
    judgments: tuple[int, int]


def parted(
    project: Project,
    options: AgreementOptions,
    a: str,
    b: str,
    cell: tuple[int, int] | None = None,
    after: Place | None = None,
    limit: int = 50,
    progress: Progress | None = None,
) -> list[Parting]:
    """The items on which `a` and `b` part: their answers that count under `options` differ in direction. At most `limit`, by place.

    `cell` (value of `a`, value of `b`) lists the items of that cell of the pair's table instead, whatever their direction. `after` is
    the place of the last one seen; fewer than `limit` are the last. `a` and `b` are names as `agreement` gives them to the actor.
    Admins, and adjudicators, who see no names and no items hidden for privacy. Each item that is listed and still in an open round is
    noted as shown to the actor before this returns, those that they have answered too: such an answer stands as it is from then on.
    `progress` is told (done, total) now and then, for a rare cell of a large file is looked for long; what it raises ends the work.
    Raises `NotAllowed`, and `Refused` for people, a round, a guideline or a date that do not exist.
    """
    project.require(Role.ADMIN, Role.ADJUDICATOR)
    scope = find_scope(project, replace(options, annotators=(), consensus=False))
    people = _person(scope, a), _person(scope, b)
    if people[0] == people[1]:
        raise Refused("give two different annotators")
    found: list[_Hit] = []
    for hit in _hits(project, scope, people, _asked(cell), after, progress or (lambda done, total: None)):
        found.append(hit)
        if len(found) >= limit:
            break
    if not found:
        return []
    shown = sorted({hit.place[0] for hit in found})
    project.database.transact(lambda c: reveals.note_shown(c, project.actor, shown, "answers"))
    return _partings(project, scope, (a, b), found)


def parted_item(project: Project, comparison: str) -> ReadItem:
    """The prompt and the responses of a comparison, by its own id. Admins and adjudicators.

    Raises `NotAllowed`, and `Refused` where there is none, or it is hidden for privacy from the actor.
    """
    project.require(Role.ADMIN, Role.ADJUDICATOR)
    with project.database.read() as connection:
        stored = comparisons.load_by_key(connection, [comparison]).get(comparison)
    if stored is None:
        raise Refused(f"no comparison {comparison!r}")
    if stored.hidden and project.actor.role is not Role.ADMIN:
        raise Refused("this item is hidden from everyone but admins, for privacy")
    texts = stored.comparison
    responses = texts.responses
    return ReadItem(texts.id, texts.prompt or (), tuple(r.text for r in responses), tuple(r.as_messages() for r in responses))


def _person(scope: Scope, name: str) -> int:
    found = next((identity for identity, called in scope.names.items() if called == name), None)
    if found is None:
        raise Refused(f"nobody here is called {name!r}")
    if not scope.kept[found]:
        raise Refused(f"{name} is not of the kind {scope.options.kind}")
    return found


def _asked(cell: tuple[int, int] | None) -> Callable[[int, int], bool]:
    if cell is None:
        return lambda one, other: direction(one) != direction(other)
    return lambda one, other: (one, other) == cell


def _hits(
    project: Project, scope: Scope, people: tuple[int, int], asked: Callable[[int, int], bool], after: Place | None, progress: Progress
) -> Iterator[_Hit]:
    """Units that are asked for, ascending; nothing is open in the database while one is handed on."""
    from prefterm.services.agreement_votes import read_votes_on

    read, everything = project.database.read, project.actor.role is Role.ADMIN
    # The comparison that a page ended with may have more rounds.
    last = after[0] - 1 if after else 0
    with read() as connection:
        whole = parted_pages.last_comparison_of(connection, people[0])
    while True:
        progress(min(last, whole), whole)
        with read() as connection:
            page = parted_pages.comparisons_of(connection, people[0], last, _BATCH)
            hidden = set() if everything else parted_pages.hidden_among(connection, page)
        votes = read_votes_on(read, scope, [c for c in page if c not in hidden], people)
        for hit in _of_page(_counting(project, scope, votes), scope, people, asked):
            if after is None or hit.place > after:
                yield hit
        if len(page) < _BATCH:
            return
        last = page[-1]


def _counting(project: Project, scope: Scope, votes: Votes) -> Votes:
    """The votes that count, by the dimension that is asked for."""
    from prefterm.services.agreement_details import by_dimension, read_dimensions

    counting = votes if scope.options.count_all else votes.rows(votes.planned)
    if scope.options.dimension in (None, OVERALL):
        return counting
    return by_dimension(counting, read_dimensions(project.database.read, counting).get(scope.dimension))


def _of_page(votes: Votes, scope: Scope, people: tuple[int, int], asked: Callable[[int, int], bool]) -> list[_Hit]:
    # With every answer counted somebody's second one on a unit is not theirs, as in a pair's table.
    who = votes.people
    sides = [{int(votes.unit[row]): row for row in (who == person).nonzero()[0].tolist()} for person in people]
    found = []
    for unit in sorted(sides[0].keys() & sides[1].keys()):
        rows = sides[0][unit], sides[1][unit]
        if asked(*(int(votes.strength[row]) for row in rows)):
            the_round = scope.rounds[int(votes.units.round[unit])]
            place = int(votes.units.comparison[unit]), the_round.id
            found.append(_Hit(place, the_round.name, (int(votes.judgment[rows[0]]), int(votes.judgment[rows[1]]))))
    return sorted(found, key=lambda hit: hit.place)


def _partings(project: Project, scope: Scope, names: tuple[str, str], found: list[_Hit]) -> list[Parting]:
    with project.database.read() as connection:
        texts = comparisons.load(connection, {hit.place[0] for hit in found})
        said = parted_pages.judgments(connection, {judgment for hit in found for judgment in hit.judgments})
    partings = []
    for hit in found:
        about = texts[hit.place[0]]
        one, other = (_said(scope, name, said[j], about) for name, j in zip(names, hit.judgments, strict=True))
        partings.append(Parting(about.comparison.id, hit.round, _beginning(about), one, other, hit.place))
    return partings


def _said(scope: Scope, name: str, row: parted_pages.JudgmentRow, about: Stored) -> Said:
    answer = row.answer
    preferences = reduce_answer(answer, len(about.comparison.responses))
    told = next(p for p in preferences if (p.dimension, p.first, p.second) == (scope.dimension, 0, 1))
    return Said(
        annotator=name,
        strength=told.strength,
        tie=None if told.tie is None else str(told.tie),
        marks=answer.acceptable,
        dimensions=dict(answer.dimensions),
        rationale=answer.rationale,
        reasons=answer.reasons,
        sections=answer.sections,
        confidence=answer.confidence,
        active_seconds=row.active_seconds,
        guideline=scope.labels.get(row.guideline_version_id or 0),
    )


def _beginning(stored: Stored) -> str:
    messages = stored.comparison.prompt or ()
    return next((m.content for m in messages if m.role == "user"), messages[0].content if messages else "")[:_BEGINNING]
