"""Who voted what in a session, and how one person stands in it. Read here alone; given away by `session_looking` and `session_report`.

A blind vote is the last one stored in the session; where the session rests on a round, it is the work answer that stood in that
round when its giver was first shown the others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from prefterm.domain.group_sessions import Vote, is_revealed
from prefterm.domain.judgments import Answer
from prefterm.store import session_material as material
from prefterm.store import sessions
from prefterm.store.sessions import ItemRow, SessionRow

__all__ = ["Ballot", "VoterState", "ballots", "voter_state"]


@dataclass(frozen=True)
class Ballot:
    """What one person said of one item, in canonical order."""

    item_id: int
    annotator_id: int
    blind: Answer | None
    again: Answer | None
    blind_at: str | None
    """When the blind vote was given; None where there is none, or an import does not say."""
    from_round: bool
    """Whether the blind vote is an answer given in the session's round."""
    told_before: bool
    """Whether something of the item was shown to them elsewhere before their blind vote: it is none, and counts in no figure."""


@dataclass(frozen=True)
class VoterState:
    """How a person stands in a session; sets of item ids, hidden items in none."""

    voted: frozenset[int]
    """Their blind vote is in."""
    shown: frozenset[int]
    """The answers were shown to them."""
    again: frozenset[int]
    """Their second vote is in."""
    left: frozenset[int] = field(default=frozenset())
    """They can still vote blind: neither voted nor shown."""

    def sees_again(self, session: SessionRow, item_id: int) -> bool:
        """Whether the second votes of others on a shown item may be shown: one's own is in, or can never be."""
        return item_id in self.again or item_id not in self.voted or session.state == "closed"

    def to_see(self, session: SessionRow, items: Sequence[ItemRow], moment: str) -> list[ItemRow]:
        """Revealed items that they have voted on and not been shown yet, by position."""
        return [
            i for i in items
            if i.id in self.voted - self.shown and is_revealed(session.state, session.deadline_at, i.revealed_at, moment)
        ]  # fmt: skip


def ballots(
    connection: Connection, session: SessionRow, items: Sequence[ItemRow], annotator_id: int | None = None
) -> dict[tuple[int, int], Ballot]:
    """The votes on items by (item id, annotator id): everybody's, or one person's."""
    ids = [i.id for i in items]
    shown = sessions.shown_at(connection, (i.comparison_id for i in items), annotator_id)
    told = sessions.looked_before(connection, (i.comparison_id for i in items))
    blind = {(v.item_id, v.annotator_id): (v.answer, v.created_at, False) for v in _last(connection, ids, Vote.BLIND, annotator_id)}
    again = {(v.item_id, v.annotator_id): v.answer for v in _last(connection, ids, Vote.AGAIN, annotator_id)}
    if session.round_id is not None:
        blind |= {key: (a, at, True) for key, (a, at) in _of_round(connection, session.round_id, items, shown, annotator_id).items()}
    comparison = {i.id: i.comparison_id for i in items}
    found = {}
    for key in sorted(blind.keys() | again.keys()):
        answer, at, from_round = blind.get(key, (None, None, False))
        before = told.get((comparison[key[0]], key[1]))
        late = at is not None and before is not None and before <= at
        found[key] = Ballot(*key, answer, again.get(key), at, from_round, late)
    return found


def _last(connection: Connection, ids: list[int], vote: Vote, annotator_id: int | None) -> list[sessions.VoteRow]:
    return sessions.last_votes(connection, ids, vote, annotator_id)


def _of_round(
    connection: Connection, round_id: int, items: Sequence[ItemRow], shown: dict[tuple[int, int], str], annotator_id: int | None
) -> dict[tuple[int, int], tuple[Answer, str | None]]:
    """The answers of the round that stood when their givers were first shown the others', or stand now."""
    by_comparison = {i.comparison_id: i.id for i in items}
    stood: dict[tuple[int, int], material.RoundAnswer] = {}
    for row in material.answers_in(connection, round_id, by_comparison, annotator_id):
        moment = shown.get((row.comparison_id, row.annotator_id))
        if moment is None or row.created_at is None or row.created_at < moment:
            stood[by_comparison[row.comparison_id], row.annotator_id] = row
    return {key: (row.answer, row.created_at) for key, row in stood.items() if not row.withdrawn}


def voter_state(connection: Connection, session: SessionRow, items: Sequence[ItemRow], annotator_id: int) -> VoterState:
    """How a person stands; nothing in it depends on what others said."""
    visible = [i for i in items if not i.hidden]
    mine = ballots(connection, session, visible, annotator_id)
    told = sessions.shown_at(connection, (i.comparison_id for i in visible), annotator_id)
    voted = frozenset(item for (item, _), b in mine.items() if b.blind is not None)
    shown = frozenset(i.id for i in visible if (i.comparison_id, annotator_id) in told)
    again = frozenset(item for (item, _), b in mine.items() if b.again is not None)
    return VoterState(voted, shown, again, frozenset(i.id for i in visible) - voted - shown)
