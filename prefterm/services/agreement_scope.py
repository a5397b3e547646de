"""What an agreement is asked of, and by whom: options, the rounds and people they mean, the names that may be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from prefterm.domain.clock import stamp
from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.domain.preferences import OVERALL
from prefterm.services.access import Project
from prefterm.services.guidelines import load_row
from prefterm.store import guidelines, people, reveals, rounds
from prefterm.store.guidelines import GuidelineRow
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["COUNTS", "KINDS", "AgreementOptions", "Scope", "find_scope"]

KINDS = ("human", "judge", "all")
COUNTS = ("planned", "all")
YOU = "you"
"""What an annotator is called in their own figures."""


@dataclass(frozen=True)
class AgreementOptions:
    """What `agreement` asks for; every option narrows what is looked at."""

    round: str | None = None
    """Name of the one round to look at; None = all, imports included."""
    dimension: str | None = None
    """Key of a dimension; None = the answer as a whole."""
    tag: str | None = None
    guideline: str | None = None
    """`name@version`, or `name` for its newest version."""
    annotators: tuple[str, ...] = ()
    """Only these people's answers, and every pair among them; empty = everybody. Names: admins only."""
    kind: str = "human"
    """`human`, `judge` or `all`."""
    since: str | None = None
    """ISO date or moment (UTC where it names no zone): only answers given from then on."""
    count_all: bool = False
    """Count the answers too that are not planned, independent work."""
    consensus: bool = False
    """Say what the votes on each item come to. Admins only."""
    blind: bool = False
    """Leave out items that are still open to who asks; nothing is revealed then."""
    resamples: int = 2000
    """Resamples of an interval."""


@dataclass(frozen=True)
class Scope:
    """The options as rows of the database."""

    options: AgreementOptions
    actor: Person
    rounds: tuple[RoundRow, ...]
    """The rounds that are looked at, oldest first."""
    round_ids: tuple[int, ...] | None
    """None where they are all there are."""
    guideline: GuidelineRow | None
    since: np.datetime64 | None
    names: Mapping[int, str]
    """Annotator id → what they are called in the answer."""
    kept: Mapping[int, bool]
    """Annotator id → whether they are of the kind that is asked for."""
    judges: frozenset[int]
    """Ids of the AI judges."""
    chosen: frozenset[int] | None
    """Ids of the people named; None = everybody."""
    labels: Mapping[int, str]
    """Guideline version id → `name@version`."""
    margins: Mapping[int, int]
    """Guideline version id → how many margins it has."""
    known_dimensions: frozenset[str]
    """Keys of the dimensions that any published guideline has."""

    @property
    def own_only(self) -> bool:
        """Whether only items count that the actor has answered themselves: so for annotators."""
        return self.actor.role is Role.ANNOTATOR

    @property
    def dimension(self) -> str:
        """The dimension's key, `overall` where none is asked for."""
        return self.options.dimension or OVERALL

    def of_kind(self, annotators: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of these annotator ids are of the kind asked for."""
        import numpy as np

        return np.isin(annotators, np.array([a for a, kept in self.kept.items() if kept], dtype=np.int32))

    def named(self, annotators: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of these annotator ids are among the people named."""
        import numpy as np

        if self.chosen is None:
            return np.ones(len(annotators), dtype=np.bool_)
        return np.isin(annotators, np.array(sorted(self.chosen), dtype=np.int32))

    def in_guideline(self, the_round: RoundRow) -> bool:
        """Whether a round's own guideline version is the one asked for, or none is."""
        return self.guideline is None or the_round.guideline_version_id == self.guideline.id

    def still_open(self, connection: Connection, comparison_ids: Sequence[int]) -> set[int]:
        """Which of these comparisons the actor can still be served in a round."""
        return reveals.open_to(connection, self.actor, comparison_ids)


def find_scope(project: Project, options: AgreementOptions) -> Scope:
    """The scope of these options. Raises `NotAllowed`, and `Refused` for what does not exist."""
    _check_allowed(project.actor, options)
    if options.kind not in KINDS:
        raise Refused(f"{options.kind!r} is none of {', '.join(KINDS)}")
    own = project.actor.role is Role.ANNOTATOR
    if own and options.kind not in ("all", str(project.actor.kind)):
        raise Refused(f"your figures are of items that you have answered: give --kind all, not {options.kind}")
    since = _moment(options.since)
    with project.database.read() as connection:
        found = rounds.all_rounds(connection)
        everybody = people.all_people(connection)
        guideline = None if options.guideline is None else load_row(connection, options.guideline)
        labels = {g.id: g.label for g in guidelines.all_versions(connection)}
        settings = guidelines.settings_by_id(connection)
    chosen = _rounds_named(found, options.round, own)
    return Scope(
        options=options,
        actor=project.actor,
        rounds=tuple(chosen),
        round_ids=None if len(chosen) == len(found) else tuple(r.id for r in chosen),
        guideline=guideline,
        since=since,
        names=_names(everybody, project.actor, options.round),
        kept={p.id: options.kind in ("all", str(p.kind)) for p in everybody},
        judges=frozenset(p.id for p in everybody if p.kind is AnnotatorKind.JUDGE),
        chosen=_people_named(everybody, options),
        labels=labels,
        margins={version: len((given or {}).get("margins", ())) for version, given in settings.items()},
        known_dimensions=frozenset(d["key"] for given in settings.values() for d in (given or {}).get("dimensions", ())),
    )


def _check_allowed(actor: Person, options: AgreementOptions) -> None:
    """`NotAllowed` for what would show a name, single answers, or what is not independent, to somebody who may not see that."""
    if actor.role is Role.ADMIN:
        return
    if options.annotators:
        raise NotAllowed(f"{actor.name} is {actor.role} and sees figures without names: leave --annotators out")
    if options.consensus:
        raise NotAllowed(f"{actor.name} is {actor.role}: --consensus is for admin, for it lists items with their answers")
    if actor.role is Role.ANNOTATOR and options.count_all:
        raise NotAllowed(f"{actor.name} is {actor.role} and sees planned work alone: leave --count all out")
    if actor.role is Role.ANNOTATOR and options.tag is not None:
        raise NotAllowed(f"{actor.name} is {actor.role}: tags that were imported are not for annotators, leave --tag out")


def _rounds_named(found: Sequence[RoundRow], name: str | None, own: bool) -> list[RoundRow]:
    """The round of that name, or all; for somebody's `own` figures only those that nothing can change any more."""
    chosen = [r for r in found if name in (None, r.name)]
    if name is not None and not chosen:
        # The name of an import tells its source.
        known = [r.name for r in found if not own or r.kind == "labelling"]
        raise Refused(f"no round {name!r}; there are {', '.join(known) or 'none yet'}")
    return [r for r in chosen if not own or r.state != "open"]


def _people_named(everybody: Iterable[Person], options: AgreementOptions) -> frozenset[int] | None:
    if not options.annotators:
        return None
    known = {p.name: p for p in everybody}
    for name in options.annotators:
        if name not in known:
            raise Refused(f"nobody here is called {name!r}: `prefterm annotator list` shows who is")
        if options.kind not in ("all", str(known[name].kind)):
            raise Refused(f"{name} is a {known[name].kind}: give --kind all, or --kind {known[name].kind}")
    return frozenset(known[name].id for name in options.annotators)


def _names(everybody: Sequence[Person], actor: Person, scope: str | None) -> dict[int, str]:
    """What each is called. Without names a number by a hash of the uuid: stable, and no order of joining or alphabet in it.

    Annotators have an order of their own in each scope: laid side by side, two of their lists do not tell who is who.
    """
    if actor.role is Role.ADMIN:
        return {p.id: p.name for p in everybody}
    own = actor.role is Role.ANNOTATOR
    salt = f"annotator {actor.uuid} {scope or ''}" if own else "annotator"
    others = [p for p in everybody if not own or p.id != actor.id]
    ranked = sorted(others, key=lambda p: hashlib.sha256(f"{salt} {p.uuid}".encode()).digest())
    return {actor.id: YOU, **{p.id: f"annotator {number}" for number, p in enumerate(ranked, 1)}}


def _moment(text: str | None) -> Any:
    if text is None:
        return None
    import numpy as np

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is no date: give YYYY-MM-DD, or a moment such as 2026-11-03T14:00") from error
    return np.datetime64(stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))[:26], "us")
