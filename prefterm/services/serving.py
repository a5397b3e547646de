"""What the screen is given and what it gives back: a pair to be judged, how it was read, what was stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer
from prefterm.domain.presentation import Order
from prefterm.domain.prompts import Message
from prefterm.store import comparisons, drafts, judgments
from prefterm.store.claims import AssignmentRow

__all__ = ["AttemptPlace", "Feedback", "Reading", "Served", "Submission", "serve", "serve_new"]


@dataclass(frozen=True)
class AttemptPlace:
    """Where an openly announced gold stands in an attempt. Hidden golds have none: nothing tells them from work."""

    kind: str
    """`qualification` or `recalibration`."""
    number: int
    """1-based."""
    of: int
    sections: tuple[str, ...] = ()
    """Ids of the guideline's sections to read again (recalibration)."""


@dataclass(frozen=True)
class Served:
    """A pair to be judged: what the screen needs and nothing that would unblind."""

    assignment: str
    comparison: str
    order: Order
    prompt: tuple[Any, ...]
    responses: tuple[str, ...]
    """Texts in canonical order; `order` says how to show them."""
    tags: tuple[str, ...]
    judgment_uuid: str
    """To be sent with the submit: a retry then changes nothing."""
    draft: Mapping[str, Any] | None = None
    answer: Answer | None = None
    """The answer taken back or edited, in canonical order."""
    continuations: tuple[tuple[Message, ...], ...] = ()
    """For each response, in canonical order, the messages it consists of; empty where its text is not known."""
    editing: bool = False
    """Whether this answer stands and is being edited: it stays in force until the submit."""
    attempt: AttemptPlace | None = None
    """Set in an attempt alone, and nowhere else."""

    def placed(self, place: AttemptPlace) -> Served:
        """The same pair at a place of an attempt."""
        return replace(self, attempt=place)


@dataclass(frozen=True)
class Feedback:
    """One's own answer to a gold item beside the settled one. A reveal is written before it is made."""

    served: Served
    """The pair as it was shown."""
    answer: Answer
    """One's own, in canonical order."""
    settled: Answer
    """The gold, in canonical order."""
    gold: str
    """The gold's uuid, to contest it by."""
    reason: str
    sections: tuple[str, ...]
    """Ids of the guideline's sections that the gold cites."""
    right: bool
    """Whether the direction is the gold's."""
    so_far: tuple[int, int]
    """(right, answered) of the attempt or the review, this item included, contested golds left out."""
    contested: bool = False
    """Whether somebody contests the gold and it scores nobody for now."""
    outcome: str = ""
    """After the last item of an attempt: what it means, in a sentence or two."""


@dataclass(frozen=True)
class Reading:
    """How an answer came about."""

    active_seconds: float
    seen: tuple[float, ...]
    """Share of each response that was on screen, canonical order."""
    view: Mapping[str, Any] = field(default_factory=dict)
    lookup_seconds: float = 0.0
    """Seconds spent looking something up elsewhere; not part of `active_seconds`."""


@dataclass(frozen=True)
class Submission:
    """What was stored, and what comes next."""

    judgment: str
    following: Served | None
    """What comes next; None where nothing is left, and where `feedback` is to be read first (`claim` goes on)."""
    feedback: Feedback | None = None
    """In an attempt: how the answer compares with the gold, at once."""


def serve(connection: Connection, row: AssignmentRow, *, editing: bool = False) -> Served:
    """The pair of a turn with what was said or drafted of it; `editing`: an answer that stands is being changed."""
    served = serve_new(connection, row.uuid, row.comparison_id, row.order)
    draft = drafts.draft_of(connection, row.id)
    last = judgments.last_revision(connection, row.id)
    return replace(
        served,
        judgment_uuid=draft[0] if draft else served.judgment_uuid,
        draft=draft[1] if draft else None,
        answer=last.answer if last else None,
        editing=editing,
    )


def serve_new(connection: Connection, assignment: str, comparison_id: int, order: Order | None) -> Served:
    """The pair of a turn of which nothing was said or drafted yet."""
    comparison = comparisons.load(connection, [comparison_id])[comparison_id].comparison
    return Served(
        assignment=assignment,
        comparison=comparison.id,
        order=order or tuple(range(len(comparison.responses))),
        prompt=comparison.prompt or (),
        responses=tuple(r.text or "" for r in comparison.responses),
        tags=comparison.tags,
        judgment_uuid=new_uuid(),
        continuations=tuple(r.as_messages() for r in comparison.responses),
    )
