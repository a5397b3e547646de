"""Agreement within a session, before and after the discussion, over the items that somebody was shown. No effect is claimed by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from prefterm.domain.judgments import Answer
from prefterm.services.session_ballots import Ballot, Standing, ballots
from prefterm.store import prompts
from prefterm.store.sessions import ItemRow, SessionRow

if TYPE_CHECKING:
    from prefterm.stats import Figure

__all__ = ["NO_EFFECT", "SessionFigures", "figures_of", "raw_agreement"]

NO_EFFECT = (
    "That people agree more after they talked is no effect of the session: items that were discussed, or chosen because people "
    "disagreed on them, improve by themselves. Whether it helped is shown only by votes that are collected later, on items drawn at random."
)


@dataclass(frozen=True)
class SessionFigures:
    """Raw agreement on direction of the blind and of the second votes, each with its n."""

    blind: Figure
    again: Figure
    told_before: int
    """Votes left out because something of the item was shown to their giver before."""


def figures_of(connection: Connection, session: SessionRow, items: Sequence[ItemRow], standing: Standing) -> SessionFigures:
    """The figures over items that the person of `standing` was shown; their second votes only where these are shown to them."""
    given = list(ballots(connection, session, items).values())
    visible = {i.id for i in items if standing.sees_again(session, i.id)}
    clusters = _clusters(connection, items)
    return SessionFigures(
        raw_agreement([(b, b.blind) for b in given if not b.told_before], clusters),
        raw_agreement([(b, b.again) for b in given if b.item_id in visible], clusters),
        sum(b.told_before and b.blind is not None for b in given),
    )


def _clusters(connection: Connection, items: Sequence[ItemRow]) -> dict[int, int]:
    """A number for the near-duplicate cluster of each item's prompt; items without a prompt stand for themselves."""
    places = prompts.places_of(connection, (i.comparison_id for i in items))
    numbers: dict[Any, int] = {}
    keys = {i.id: places[i.comparison_id].cluster if i.comparison_id in places else i.id for i in items}
    return {identity: numbers.setdefault(key, len(numbers)) for identity, key in keys.items()}


def raw_agreement(votes: Sequence[tuple[Ballot, Answer | None]], clusters: dict[int, int]) -> Figure:
    """The mean over items of the share of agreeing pairs, on direction; an interval from 20 items on."""
    from prefterm.stats.measuring import live_figure
    from prefterm.stats.ratings import DIRECTIONS, STRENGTHS, RatingsBuilder
    from prefterm.stats.reliability import RawAgreement
    from prefterm.stats.samples import counts_sample

    kept = [(b.item_id, b.annotator_id, int(a.payload["strength"])) for b, a in votes if a is not None and "strength" in a.payload]
    builder = RatingsBuilder(STRENGTHS)
    builder.add([k[0] for k in kept], [k[1] for k in kept], [k[2] for k in kept], [clusters[k[0]] for k in kept])
    ratings = builder.finish().collapsed(lambda s: (s > 0) - (s < 0), DIRECTIONS)
    return live_figure(counts_sample(ratings), RawAgreement())
