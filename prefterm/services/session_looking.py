"""What a person may see of an item of a session, and the one place where others' votes are given to a screen.

Shown are the answers to a revealed item to somebody whose own blind vote is in; admins and adjudicators may look without a vote,
which they cannot give any more then. The first showing writes a reveal, before it: answers that the person gives on that item
later, in any round, count in no figure. Second votes of others are shown after one's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from prefterm.domain.clock import now, now_after
from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.group_sessions import NAMELESS, Vote, is_revealed, numbers_of, why_unseen
from prefterm.domain.judgments import Answer, Role
from prefterm.domain.presentation import as_presented
from prefterm.domain.strict_json import storable
from prefterm.services.access import Project
from prefterm.services.serving import Served, serve_new
from prefterm.services.session_ballots import Ballot, VoterState, ballots, voter_state
from prefterm.services.session_figures import PENDING, CountedVotes, SessionFigures, counted_votes
from prefterm.services.sessions import LEADS
from prefterm.store import people, proposals, sessions
from prefterm.store.events import append_event
from prefterm.store.sessions import ItemRow, SessionRow

__all__ = ["LONGEST", "ItemView", "ProposalView", "Remark", "Seen", "Spoken", "comment", "look", "names_on", "show_to"]

LONGEST = 4000
"""Characters of a comment or a wording at most."""
_HIDDEN = "This item was hidden meanwhile, for privacy."


@dataclass(frozen=True)
class Spoken:
    """One person's votes on an item, as presented: position 0 is the left response."""

    who: str
    """A name before admins, else `annotator N` in the item's own order."""
    own: bool
    blind: Answer | None
    again: Answer | None
    """None also where it is not shown yet."""
    told_before: bool = False
    """Whether the vote was given after something of the item was shown to them elsewhere: it counts in no figure."""


@dataclass(frozen=True)
class Remark:
    """A comment on an item."""

    who: str
    own: bool
    text: str
    at: str


@dataclass(frozen=True)
class ProposalView:
    """A wording that somebody proposes for the guideline."""

    who: str
    own: bool
    section: str | None
    wording: str
    state: str


@dataclass(frozen=True)
class Seen:
    """What comes from others on an item: made only where it may be shown, after the reveal is written."""

    votes: tuple[Spoken, ...]
    """One's own first, then in the order of their numbers or names."""
    sections: tuple[str, ...]
    """Ids of the guideline's sections that were cited, the most cited first."""
    remarks: tuple[Remark, ...]
    proposals: tuple[ProposalView, ...]
    figures: SessionFigures
    """Raw agreement over the items that were shown to the person so far."""
    away: tuple[str, ...]
    """Who has not voted on it; for admins alone."""


@dataclass(frozen=True)
class ItemView:
    """An item as one person may see it now."""

    session: SessionRow
    item: str
    """The item's uuid."""
    served: Served | None
    """The pair, in the session's order; None where it was hidden for privacy."""
    number: int
    """1-based."""
    of: int
    lead: bool
    """Whether the person may reveal items, and look without a vote."""
    revealed: bool
    why_unseen: str | None
    """Why nothing of others is shown, as a sentence; None exactly where `seen` is there."""
    own: Answer | None
    """One's own blind vote, as presented."""
    voted: bool
    may_vote: bool
    """Whether one's blind vote is still to come."""
    may_change: bool
    """Whether one's blind vote can be changed still: it was given here, and the answers were not shown."""
    may_vote_again: bool
    states: tuple[str, ...]
    """Every item by position, for oneself: `shown`, `to_see` (revealed, and voted on), `voted`, `open` (to be voted on) or `hidden`."""
    answered: tuple[int, int] | None = None
    """(people who voted blind on it, people who may vote); for leads always, for others once it is shown to them."""
    seen: Seen | None = None


def look(project: Project, session: SessionRow, item: str, *, without_vote: bool = False) -> ItemView:
    """An item (by uuid) as the actor may see it now; what may be shown is shown, and the reveal written before this returns.

    `without_vote`: an admin or adjudicator who has not voted sees a revealed item all the same; a blind vote of theirs on it is
    refused from then on. Raises `Refused` where the item is none of the session's, or not revealed.
    """
    if without_vote:
        project.require(*LEADS)
    with project.database.read() as connection:
        require_access(connection, project)
        due = _is_due(connection, project, session, item, without_vote=without_vote)
    if due:

        def show(connection: Connection) -> None:
            if _is_due(connection, project, session, item, without_vote=without_vote):
                show_to(connection, project, session, [own_item(connection, session, item)])

        project.database.transact(show)
    with project.database.read() as connection:
        view, counted = _view(connection, project, sessions.session_by_id(connection, session.id), item)
    if view.seen is None or counted is None:
        return view
    return replace(view, seen=replace(view.seen, figures=counted.figures()))


def require_access(connection: Connection, project: Project) -> None:
    """Raise `NotAllowed` for somebody who was retired since the app was opened."""
    if not people.may_work(connection, project.actor.id):
        raise NotAllowed(f"{project.actor.name} may no longer log in: nothing of the session is shown")


def own_item(connection: Connection, session: SessionRow, item: str) -> ItemRow:
    """The item of that uuid; `Refused` where it is none of the session's."""
    row = sessions.item_by_uuid(connection, item)
    if row is None or row.session_id != session.id:
        raise Refused("this item is none of the session's")
    return row


def _is_due(connection: Connection, project: Project, session: SessionRow, item: str, *, without_vote: bool) -> bool:
    """Whether the answers to an item may be shown now and were not before."""
    row, current = own_item(connection, session, item), sessions.session_by_id(connection, session.id)
    revealed = is_revealed(current.state, current.deadline_at, row.revealed_at, now())
    if without_vote and not revealed:
        raise Refused("this item is not revealed yet: reveal it first")
    standing = voter_state(connection, current, [row], project.actor.id)
    if row.hidden or row.id in standing.shown:
        return False
    return revealed and (row.id in standing.voted or without_vote)


def show_to(connection: Connection, project: Project, session: SessionRow, items: Sequence[ItemRow]) -> None:
    """Write that the actor is being shown the answers to items; the caller has made sure that they may be."""
    actor, mine = project.actor, ballots(connection, session, items, project.actor.id)
    for item in items:
        own = mine.get((item.id, actor.id))
        # After one's own answer, also where the clock was set back.
        at = now_after(own.blind_at if own else None)
        sessions.note_shown(connection, actor.id, item.comparison_id, session.round_id, at)
        if own is None or own.blind is None:
            sessions.drop_draft(connection, item.id, actor.id, Vote.BLIND)
            append_event(connection, "session.looked_without_vote", {"session": session.uuid, "item": item.uuid}, actor.key)


def names_on(connection: Connection, project: Project, item: ItemRow, voters: Sequence[int]) -> dict[int, str]:
    """What people are called on an item: by name before admins, else `annotator N` in an order of the item's own.

    Everybody who may vote has a number, whether they voted or not, so that numbers stay as votes come in.
    """
    everybody = {p.id: p for p in people.all_people(connection)}
    if project.actor.role is Role.ADMIN:
        return {identity: p.name for identity, p in everybody.items()}
    able = {*people.eligible_ids(connection, ()), *voters}
    numbers = numbers_of(item.uuid, (everybody[i].uuid for i in able))
    return {i: NAMELESS.format(number=numbers[everybody[i].uuid]) for i in able}


def _view(connection: Connection, project: Project, session: SessionRow, item: str) -> tuple[ItemView, CountedVotes | None]:
    """The item without its figures, and what these are to be made from."""
    items, moment, actor = sessions.items_of(connection, session.id), now(), project.actor
    row = own_item(connection, session, item)
    standing = voter_state(connection, session, items, actor.id)
    revealed = {i.id for i in items if is_revealed(session.state, session.deadline_at, i.revealed_at, moment)}
    own = ballots(connection, session, [row], actor.id).get((row.id, actor.id))
    voted, shown, lead = row.id in standing.voted, row.id in standing.shown, actor.role in LEADS
    given = everybody = None
    if not row.hidden and (shown or lead):
        everybody = ballots(connection, session, [row])
        may = people.eligible_ids(connection, ())
        voters = {annotator for (_, annotator), b in everybody.items() if b.blind is not None}
        given = (len(voters), len({*may, *voters}))
    view = ItemView(
        session=session,
        item=row.uuid,
        served=None if row.hidden else serve_new(connection, row.uuid, row.comparison_id, row.order),
        number=next(n for n, i in enumerate(items, 1) if i.id == row.id),
        of=len(items),
        lead=lead,
        revealed=row.id in revealed,
        why_unseen=_HIDDEN if row.hidden else None if shown else _why(row.id in revealed, voted),
        own=None if own is None or own.blind is None else as_presented(own.blind, row.order),
        voted=voted,
        may_vote=row.id in standing.left,
        may_change=voted and not shown and own is not None and not own.from_round,
        may_vote_again=shown and voted and row.id not in standing.again and session.state == "open",
        states=tuple(_state(i, standing, revealed) for i in items),
        answered=given,
        seen=_seen(connection, project, session, row, standing, everybody) if shown and everybody is not None else None,
    )
    told = [i for i in items if i.id in standing.shown]
    return view, counted_votes(connection, session, told, standing) if view.seen is not None else None


def _why(revealed: bool, voted: bool) -> str:
    return why_unseen(revealed=revealed, voted=voted, shown=False) or "Look again: the answers are being shown."


def _state(item: ItemRow, standing: VoterState, revealed: set[int]) -> str:
    if item.hidden:
        return "hidden"
    if item.id in standing.shown:
        return "shown"
    if item.id in standing.voted:
        return "to_see" if item.id in revealed else "voted"
    return "open"


def _seen(
    connection: Connection,
    project: Project,
    session: SessionRow,
    row: ItemRow,
    standing: VoterState,
    given: Mapping[tuple[int, int], Ballot],
) -> Seen:
    actor = project.actor.id
    notes, wordings = sessions.notes_of(connection, row.id), proposals.of_item(connection, row.id)
    names = names_on(
        connection, project, row, [*(a for _, a in given), *(n.annotator_id for n in notes), *(w.created_by for w in wordings)]
    )
    again = standing.sees_again(session, row.id)
    spoken = [_spoken(row, b, names, actor, again=again) for b in given.values()]
    spoken = [s for s in spoken if s.blind is not None or s.again is not None]
    cited = Counter(section for s in spoken for answer in (s.blind, s.again) if answer is not None for section in answer.sections)
    away: tuple[str, ...] = ()
    if project.actor.role is Role.ADMIN:
        voters = {annotator for (_, annotator), b in given.items() if b.blind is not None}
        away = tuple(sorted(names[i] for i in people.eligible_ids(connection, ()) if i not in voters))
    return Seen(
        votes=tuple(sorted(spoken, key=lambda s: (not s.own, len(s.who), s.who))),
        sections=tuple(sorted(cited, key=lambda s: (-cited[s], s))),
        remarks=tuple(Remark(names[n.annotator_id], n.annotator_id == actor, n.text, n.created_at) for n in notes),
        proposals=tuple(ProposalView(names[w.created_by], w.created_by == actor, w.section, w.wording, w.state) for w in wordings),
        figures=PENDING,
        away=away,
    )


def _spoken(item: ItemRow, ballot: Ballot, names: Mapping[int, str], actor: int, *, again: bool) -> Spoken:
    own = ballot.annotator_id == actor
    second = ballot.again if again or own else None
    return Spoken(
        names[ballot.annotator_id],
        own,
        None if ballot.blind is None else as_presented(ballot.blind, item.order),
        None if second is None else as_presented(second, item.order),
        ballot.told_before,
    )


def comment(project: Project, session: SessionRow, item: str, text: str, uuid: str) -> None:
    """Say something about an item whose answers were shown to the actor; the same `uuid` again changes nothing.

    Raises `Refused` for an item that was not shown to them, and for an empty or overlong text.
    """
    said = spoken_text(text)

    def work(connection: Connection) -> None:
        row = shown_item(connection, project, session, item)
        if any(n.uuid == uuid for n in sessions.notes_of(connection, row.id)):
            return
        sessions.add_note(connection, row.id, project.actor.id, said, uuid)
        append_event(connection, "session.commented", {"note": uuid, "item": row.uuid}, project.actor.key)

    project.database.transact(work)


def spoken_text(text: str) -> str:
    """A comment or a wording as it is stored; `Refused` where there is nothing in it, or too much."""
    said = storable(text.strip())
    if not said:
        raise Refused("nothing was written")
    if len(said) > LONGEST:
        raise Refused(f"that is {len(said):,} characters: say it in {LONGEST:,} at most")
    return said


def shown_item(connection: Connection, project: Project, session: SessionRow, item: str) -> ItemRow:
    """The item of that uuid; `Refused` where its answers were not shown to the actor, or it was hidden."""
    require_access(connection, project)
    row = own_item(connection, session, item)
    if row.hidden or row.id not in voter_state(connection, session, [row], project.actor.id).shown:
        raise Refused("comments and wordings come after the answers were shown to you")
    return row
