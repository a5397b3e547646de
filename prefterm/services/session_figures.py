"""Agreement within a session, before and after the discussion, over the items that somebody was shown. No effect is claimed by it.

What is counted is read in the caller's transaction; the arithmetic, and numpy with it, waits until that is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.judgments import Answer
from prefterm.services.session_ballots import Ballot, VoterState, ballots
from prefterm.stats.figures import Figure
from prefterm.store import prompts
from prefterm.store.sessions import ItemRow, SessionRow

__all__ = ["LATER", "NO_EFFECT", "PENDING", "CountedVotes", "SessionFigures", "counted_votes"]

NO_EFFECT = (
    "That people agree more after they talked is no effect of the session: items that were discussed, or chosen because people "
    "disagreed on them, improve by themselves. Whether it helped is shown only by votes that are collected later, on items drawn at random."
)
LATER = (
    "These are other items, drawn at random and judged since: a level and no difference, for nothing else that changed meanwhile is "
    "told apart."
)
"""What is said of agreement since a session closed (statistics of chosen items: they improve by themselves)."""
_Label = tuple[int, int, int]
"""(item id, annotator id, signed strength)."""


@dataclass(frozen=True)
class SessionFigures:
    """Raw agreement on direction of the blind and of the second votes, each with its n."""

    blind: Figure
    again: Figure
    told_before: int
    """Votes left out because something of the item was shown to their giver before."""


PENDING = SessionFigures(*(Figure.without_value("not worked out yet", banded=False),) * 2, 0)
"""What stands in the place of figures until they are worked out."""


@dataclass(frozen=True)
class CountedVotes:
    """What the figures are made from."""

    blind: tuple[_Label, ...]
    again: tuple[_Label, ...]
    clusters: Mapping[int, int]
    """Item → a number for the near-duplicate cluster of its prompt."""
    told_before: int

    def figures(self) -> SessionFigures:
        """The mean over items of the share of agreeing pairs, on direction; an interval from 20 items on."""
        return SessionFigures(self._raw(self.blind), self._raw(self.again), self.told_before)

    def _raw(self, labels: Sequence[_Label]) -> Figure:
        from prefterm.stats.measuring import live_figure
        from prefterm.stats.ratings import STRENGTHS, RatingsBuilder
        from prefterm.stats.reliability import RawAgreement
        from prefterm.stats.samples import counts_sample

        builder = RatingsBuilder(STRENGTHS)
        builder.add([n[0] for n in labels], [n[1] for n in labels], [n[2] for n in labels], [self.clusters[n[0]] for n in labels])
        return live_figure(counts_sample(builder.finish().directions()), RawAgreement())


def counted_votes(connection: Connection, session: SessionRow, items: Sequence[ItemRow], standing: VoterState) -> CountedVotes:
    """The votes on items that the person of `standing` was shown; second votes only where these are shown to them."""
    given = list(ballots(connection, session, items).values())
    visible = {i.id for i in items if standing.sees_again(session, i.id)}
    return CountedVotes(
        _labels([(b, b.blind) for b in given if not b.told_before]),
        _labels([(b, b.again) for b in given if b.item_id in visible]),
        _clusters(connection, items),
        sum(b.told_before and b.blind is not None for b in given),
    )


def _labels(votes: Sequence[tuple[Ballot, Answer | None]]) -> tuple[_Label, ...]:
    return tuple((b.item_id, b.annotator_id, int(a.payload["strength"])) for b, a in votes if a is not None and "strength" in a.payload)


def _clusters(connection: Connection, items: Sequence[ItemRow]) -> dict[int, int]:
    """Items without a prompt stand for themselves."""
    places = prompts.places_of(connection, (i.comparison_id for i in items))
    numbers: dict[Any, int] = {}
    keys = {i.id: places[i.comparison_id].cluster if i.comparison_id in places else i.id for i in items}
    return {identity: numbers.setdefault(key, len(numbers)) for identity, key in keys.items()}
