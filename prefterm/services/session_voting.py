"""A person's votes in a group session, with the face of `labeling.Labeling`: the label screen does not tell the two apart.

Nothing of others is read here. Votes are append-only revisions and no judgments; acknowledged after COMMIT. The blind vote can be
changed until the answers are shown to its giver; the second vote, after that, is given once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.clock import now_after
from prefterm.domain.errors import AnswerRefused, ClaimLost, NotAllowed, Refused, RoundClosed
from prefterm.domain.group_sessions import Vote
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import AnnotatorKind, Answer
from prefterm.domain.passages import passage_problem
from prefterm.domain.strict_json import storable
from prefterm.services.access import Project
from prefterm.services.serving import Reading, Served, Submission, serve_new
from prefterm.services.session_ballots import VoterState, voter_state
from prefterm.services.status import Progress
from prefterm.store import comparisons, people, reports, sessions
from prefterm.store.events import append_event
from prefterm.store.sessions import ItemRow, SessionRow

__all__ = ["SessionVoting"]


class SessionVoting:
    """One person's votes in one session: the blind ones on all its items, or one vote (blind or again) on a single item."""

    def __init__(self, project: Project, session: SessionRow, *, only: str | None = None, again: bool = False) -> None:
        """`only`: the uuid of the single item that is voted on; `again`: its second vote."""
        self.project = project
        self.session = session
        self.only = only
        self.vote = Vote.AGAIN if again else Vote.BLIND
        self._editing: tuple[str, str] | None = None
        """(item, vote uuid) of the vote that is being changed here."""
        self._later: list[str] = []
        """Items put off in this sitting, in that order."""

    @property
    def round(self) -> SessionRow:
        """What stands in a round's place: it has a name and a guideline version."""
        return self.session

    # which item

    def claim(self) -> Served | None:
        """The first item that is to be voted on; None where none is left. There is no lease: everybody has their own votes."""
        with self.project.database.read() as connection:
            return self._next(connection)

    def _next(self, connection: Connection) -> Served | None:
        self._may_work(connection, "no vote is taken any more")
        items = {i.uuid: i for i in sessions.items_of(connection, self.session.id)}
        standing = self._standing(connection, list(items.values()))
        if self.vote is Vote.AGAIN or self.only is not None:
            item = items.get(self.only or "")
            return self._serve(connection, item) if item is not None and self._is_left(item, standing) else None
        waiting = [i for i in items.values() if i.id in standing.left and i.uuid not in self._later]
        waiting += [items[uuid] for uuid in self._later if items[uuid].id in standing.left]
        return self._serve(connection, waiting[0]) if waiting else None

    def _is_left(self, item: ItemRow, standing: VoterState) -> bool:
        if self.vote is Vote.AGAIN:
            return item.id in standing.shown and item.id not in standing.again
        return item.id in standing.left

    def _standing(self, connection: Connection, items: list[ItemRow]) -> VoterState:
        return voter_state(connection, self.session, items, self.project.actor.id)

    def _serve(self, connection: Connection, item: ItemRow, *, editing: bool = False) -> Served:
        served = serve_new(connection, item.uuid, item.comparison_id, item.order)
        draft = sessions.draft_of(connection, item.id, self.project.actor.id, self.vote)
        last = self._last(connection, item) if editing else None
        return replace(
            served,
            judgment_uuid=draft.answer_uuid if draft else served.judgment_uuid,
            draft=draft.payload if draft else None,
            answer=last.answer if last else None,
            editing=editing,
        )

    def _last(self, connection: Connection, item: ItemRow) -> sessions.VoteRow | None:
        return next(iter(sessions.last_votes(connection, [item.id], self.vote, self.project.actor.id)), None)

    # while the pair is on screen

    def painted(self, assignment: str) -> None:
        """Nothing is kept of it: a session's items are not claimed."""

    def renew(self, assignment: str) -> None:
        """Nothing to renew."""

    def leave(self) -> None:
        """Nothing to let go."""

    def save_draft(self, assignment: str, judgment_uuid: str, payload: Mapping[str, Any]) -> None:
        """Keep an unfinished vote; of a vote that stands only the change that was begun here."""

        def work(connection: Connection) -> None:
            item = self._own(connection, assignment)
            if sessions.vote_by_uuid(connection, judgment_uuid) is not None:
                return
            standing = self._standing(connection, [item])
            if self._is_left(item, standing) or (self._editing == (assignment, judgment_uuid) and item.id not in standing.shown):
                kept = {key: storable(value) if isinstance(value, str) else value for key, value in payload.items()}
                sessions.save_draft(connection, item.id, self.project.actor.id, self.vote, judgment_uuid, kept)

        self.project.database.transact(work)

    # voting

    def submit(self, assignment: str, judgment_uuid: str, answer: Answer, reading: Reading) -> Submission:
        """Store a vote as its next revision; what comes next. Sending the same with the same uuid again changes nothing.

        Raises `ClaimLost` for an item hidden meanwhile, `RoundClosed` for a second vote in a closed session, `Refused` for a blind
        vote after the answers were shown, `AnswerRefused` for a passage past its text; the draft is kept in each case.
        """
        passages = tuple(replace(p, note=storable(p.note), source=storable(p.source)) for p in answer.passages)
        answer = replace(answer, rationale=storable(answer.rationale), passages=passages)

        def work(connection: Connection) -> Submission:
            self._may_work(connection, "the vote was not taken, your draft is kept")
            item = self._own(connection, assignment)
            before = sessions.vote_by_uuid(connection, judgment_uuid)
            own = before is not None and (before.item_id, before.annotator_id) == (item.id, self.project.actor.id)
            if own and before is not None and before.answer == answer:
                return Submission(judgment_uuid, self._next(connection))
            uuid = judgment_uuid if before is None else new_uuid()
            self._store(connection, item, uuid, answer)
            return Submission(uuid, self._next(connection))

        stored = self.project.database.transact(work)
        self._editing = None
        return stored

    def _store(self, connection: Connection, item: ItemRow, uuid: str, answer: Answer) -> None:
        self._refuse_unfit(connection, item)
        if answer.passages:
            problem = passage_problem(answer, comparisons.load(connection, [item.comparison_id])[item.comparison_id].comparison)
            if problem:
                raise AnswerRefused(problem, "passages")
        actor, last = self.project.actor, self._last(connection, item)
        moment = now_after(last.created_at if last else None)
        revision = sessions.add_vote(connection, item.id, actor.id, self.vote, uuid, answer, moment)
        sessions.drop_draft(connection, item.id, actor.id, self.vote)
        payload = {"vote": uuid, "item": item.uuid, "kind": str(self.vote), "revision": revision}
        append_event(connection, "session.voted", payload, actor.key)

    def _refuse_unfit(self, connection: Connection, item: ItemRow) -> None:
        standing, current = self._standing(connection, [item]), sessions.session_by_id(connection, self.session.id)
        if item.hidden:
            raise ClaimLost("this item was hidden meanwhile, for privacy: the vote was not taken")
        if self.vote is Vote.BLIND and item.id in standing.shown:
            raise Refused("you were shown the answers to this item: what you said before stands, a second vote is given on their screen")
        if self.vote is Vote.AGAIN:
            if item.id not in standing.shown:
                raise Refused("a second vote is given after the answers were shown to you")
            if current.state != "open":
                raise RoundClosed(f"session {current.name} is closed: no second vote is taken")
            if item.id in standing.again:
                raise Refused("your second vote on this item is in, and you may have seen the others': it stands")

    def undo(self) -> Served | None:
        """Serve the vote given last here, to be changed, then the one before it; None where there is none.

        It stands until its next revision is submitted. Votes whose answers were shown to their giver are passed over.
        """
        return self._reopen(None)

    def redo(self) -> Submission | None:
        """None: a vote that is being changed was never taken back."""
        return None

    def reopen(self, assignment: str) -> Served:
        """Serve one's own blind vote to be changed. Raises `Refused` where there is none, or it stands for good."""
        served = self._reopen(assignment)
        if served is None:
            raise Refused("there is no vote of yours on this item that could be changed")
        return served

    def _reopen(self, assignment: str | None) -> Served | None:
        with self.project.database.read() as connection:
            self._may_work(connection, "no vote can be changed")
            items = {i.id: i for i in sessions.items_of(connection, self.session.id)}
            standing = self._standing(connection, list(items.values()))
            mine = sessions.last_votes(connection, items, self.vote, self.project.actor.id) if self.vote is Vote.BLIND else []
            free = [v for v in mine if v.item_id in standing.voted - standing.shown and not items[v.item_id].hidden]
            if assignment is None:
                at = next((n for n, v in enumerate(free) if self._editing and items[v.item_id].uuid == self._editing[0]), len(free))
                chosen = free[at - 1] if at else None
            else:
                chosen = next((v for v in free if items[v.item_id].uuid == assignment), None)
            served = None if chosen is None else self._serve(connection, items[chosen.item_id], editing=True)
        if served is not None:
            self._editing = (served.assignment, served.judgment_uuid)
        return served

    def leave_edit(self, assignment: str) -> None:
        """Give a change up: the vote stays as it was, and what was drafted of the change is forgotten."""
        self._editing = None

        def work(connection: Connection) -> None:
            item = self._own(connection, assignment)
            if self._last(connection, item) is not None:
                sessions.drop_draft(connection, item.id, self.project.actor.id, self.vote)

        self.project.database.transact(work)

    # passing by

    def skip(self, assignment: str, reason: str = "", note: str = "") -> Served | None:
        """Put the item off: it comes after the others, in this sitting. Nothing is stored; its answers wait for the vote on it."""
        self._later = [uuid for uuid in self._later if uuid != assignment] + [assignment]
        return self.claim()

    def flag(self, assignment: str, reason: str, note: str = "") -> Served | None:
        """Report an item to the lead; returns the item to go on with. `privacy` hides it from everyone but admins at once."""

        def work(connection: Connection) -> Served | None:
            item = self._own(connection, assignment)
            flag = reports.insert_flag(connection, item.comparison_id, self.project.actor.id, self.session.round_id, reason, storable(note))
            append_event(connection, "item.flagged", {"flag": flag, "reason": reason}, self.project.actor.key)
            if reason == "privacy":
                comparisons.hide(connection, item.comparison_id, True)
                return self._next(connection)
            return self._serve(connection, item, editing=self._editing is not None and self._editing[0] == assignment)

        served = self.project.database.transact(work)
        if reason == "privacy":
            self._editing = None
        return served

    def progress(self) -> Progress:
        """How many of the session's items one has voted on."""
        with self.project.database.read() as connection:
            items = [i for i in sessions.items_of(connection, self.session.id) if not i.hidden]
            standing = self._standing(connection, items)
        done = len(standing.voted)
        return Progress(done, done, max(done, len(items)), None, None, bool(standing.voted - standing.shown))

    # who, and which item

    def _may_work(self, connection: Connection, what: str) -> None:
        actor = self.project.actor
        if actor.kind is not AnnotatorKind.HUMAN or not people.may_work(connection, actor.id):
            raise NotAllowed(f"{actor.name} may not vote in a session: {what}")

    def _own(self, connection: Connection, assignment: str) -> ItemRow:
        item = sessions.item_by_uuid(connection, assignment)
        if item is None or item.session_id != self.session.id:
            raise Refused("this item is none of the session's")
        return item
