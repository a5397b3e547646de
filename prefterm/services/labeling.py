"""The life of an answer: claim, paint, draft, submit, edit, undo, redo, skip, flag. One transaction each; acknowledged after COMMIT.

A submit claims the next item in the same transaction, so that storing and
claiming cost one commit (that it was painted, and a draft, are commits of their own).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from prefterm.domain.clock import now
from prefterm.domain.errors import AnswerRefused, Gated, NotAllowed, Refused, RoundClosed
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer, Purpose
from prefterm.domain.strict_json import storable
from prefterm.services.access import Project
from prefterm.services.revising import refuse_if_shown, refuse_strange_words, skip_turn, storable_answer, store_answer, withdraw
from prefterm.services.serving import Reading, Served, Submission, serve, serve_new
from prefterm.services.slot_search import ClaimMemory, find_slot
from prefterm.store import claims, comparisons, drafts, judgments, people, reports, reveals, rounds, sittings
from prefterm.store.claims import AssignmentRow
from prefterm.store.events import append_event
from prefterm.store.rounds import RoundRow

if TYPE_CHECKING:
    from prefterm.services.hidden_items import HiddenItems

__all__ = ["Labeling", "Reading", "Served", "Submission"]

_T = TypeVar("_T")


class Labeling:
    """One person's work in one round."""

    def __init__(self, project: Project, the_round: RoundRow) -> None:
        self.project = project
        self.round = the_round
        self.memory = ClaimMemory()
        self._hidden: HiddenItems | None = None
        self._editing: tuple[str, str] | None = None
        """(assignment, judgment uuid) of the answer being edited here: only its drafts are kept, so that a late draft of an
        answered item never comes back."""

    # claiming

    @property
    def hidden(self) -> HiddenItems | None:
        """The hidden items of this person; None in a round that serves nothing but work, where their modules are never loaded."""
        if self._hidden is None and any(self.round.options.get(key) for key in ("qualification", "calibration", "repeat")):
            from prefterm.services.hidden_items import HiddenItems

            self._hidden = HiddenItems(self.round, self.project.actor.id)
        return self._hidden

    def claim(self) -> Served | None:
        """The item that the person holds, else a new one under a lease; None where nothing is left for them."""
        refused: list[Gated] = []

        def work(connection: Connection) -> Served | None:
            refused.clear()
            try:
                return self._claim(connection, self._open_round(connection, "no more answers are taken in it"))
            except Gated as gate:
                # What tells the lead of it is kept.
                refused.append(gate)
                return None

        served = self._write(work)
        if refused:
            raise refused[0]
        return served

    def _write(self, work: Callable[[Connection], _T]) -> _T:
        """A transaction that may be tried again: what a walk remembers counts only once it is committed."""
        before = self.memory

        def afresh(connection: Connection) -> _T:
            self.memory = replace(before)
            return work(connection)

        try:
            return self.project.database.transact(afresh)
        except BaseException:
            self.memory = before
            raise

    def _claim(self, connection: Connection, current: RoundRow) -> Served | None:
        """What the person holds or may take next. Slots of an item that they have just answered or skipped are none of theirs, so
        `current` may be older than those.
        """
        self._sit(connection)
        held = _resume(connection, current, self.project.actor.id)
        if held is not None:
            return held
        actor = self.project.actor
        expired = claims.expire_leases(connection, self.round.id)
        hidden = self.hidden
        instead = None if hidden is None else hidden.instead_of_work(connection, current, actor)
        if instead is not None:
            return instead
        found = find_slot(connection, rounds.round_by_id(connection, self.round.id) if expired else current, actor, self.memory)
        if found is None:
            return None
        comparison, slot = found
        uuid = claims.claim_slot(connection, self.round, actor.id, comparison, slot)
        if hidden is not None:
            hidden.work_served(connection)
        return serve_new(connection, uuid, comparison, slot.order)

    def _sit(self, connection: Connection) -> None:
        sittings.touch(connection, self.project.actor.id, self.round.id)

    # while the pair is on screen

    def painted(self, assignment: str) -> None:
        """Record that the pair was put on the screen, and choose meanwhile what may be due behind it."""

        def work(connection: Connection) -> None:
            claims.mark_painted(connection, self._own(connection, assignment).id)
            if self.hidden is not None:
                self.hidden.prepare(connection)

        self.project.database.transact(work)

    def renew(self, assignment: str) -> None:
        """Lengthen the lease, because keys were pressed; while an answer is edited, that of the item which waits meanwhile."""

        def work(connection: Connection) -> None:
            row, until = self._own(connection, assignment), claims.lease_end(self.round, now())
            if row.state == "answered":
                claims.renew_open(connection, row.round_id, row.annotator_id, until)
            else:
                claims.renew(connection, row.id, until)
            self._sit(connection)

        self.project.database.transact(work)

    def save_draft(self, assignment: str, judgment_uuid: str, payload: Mapping[str, Any]) -> None:
        """Keep an unfinished answer; an item that is held stays its holder's for the round's draft hours.

        Of an answered item only the edit that was begun here by `reopen` is kept.
        """

        def work(connection: Connection) -> None:
            row = self._own(connection, assignment)
            edited = row.state == "answered" and self._editing == (assignment, judgment_uuid)
            if not (edited or row.state in ("open", "parked", "expired")) or judgments.exists(connection, judgment_uuid):
                return
            hold = claims.hold_end(self.round, now())
            drafts.save_draft(connection, row.id, judgment_uuid, _storable(payload), hold)
            claims.renew(connection, row.id, hold)

        self.project.database.transact(work)

    # answering

    def submit(self, assignment: str, judgment_uuid: str, answer: Answer, reading: Reading) -> Submission:
        """Store an answer as the next revision and claim what comes next, in one transaction.

        Sending the same answer with the same `judgment_uuid` again changes nothing; another answer with it is a further
        revision, under a uuid of its own. Raises `ClaimLost` where the slot went to somebody else,
        `RoundClosed`, `Refused` for an item hidden meanwhile, `AnswerRefused` for a passage that lies past its text; the draft is
        kept in each case.
        """
        answer = storable_answer(answer)

        def work(connection: Connection) -> Submission:
            before = judgments.stored(connection, judgment_uuid)
            if before is not None and before.answer == answer and before.assignment_id == self._own(connection, assignment).id:
                return self._stored(connection, judgment_uuid, assignment, answer, self._claim_if_open)
            # Two terminals share the uuid of a draft; what the second says is an answer of its own.
            uuid = judgment_uuid if before is None else new_uuid()
            current = self._open_round(connection, "the answer was not taken, your draft is kept")
            store_answer(connection, self.project.actor, current, self._own(connection, assignment), uuid, answer, reading)
            return self._stored(connection, uuid, assignment, answer, lambda c: self._claim(c, current))

        stored = self._write(work)
        self._editing = None
        return stored

    def _stored(
        self, connection: Connection, judgment: str, assignment: str, answer: Answer, go_on: Callable[[Connection], Served | None]
    ) -> Submission:
        """What was stored: in an attempt with its feedback, else with what comes next."""
        row = self._own(connection, assignment)
        if row.purpose == Purpose.QUALIFICATION:
            from prefterm.services.gold_attempts import feedback_on

            feedback = feedback_on(connection, rounds.round_by_id(connection, self.round.id), self.project.actor, row, answer)
            if feedback is not None:
                return Submission(judgment, None, feedback)
        return Submission(judgment, _or_gated(lambda: go_on(connection)))

    def _claim_if_open(self, connection: Connection) -> Served | None:
        try:
            current = self._open_round(connection, "no more answers are taken in it")
        except RoundClosed:
            return None
        return _or_gated(lambda: self._claim(connection, current))

    def undo(self) -> Served | None:
        """Take back the last answer of this person in this round and serve its item again; None where there is none.

        Writes a withdrawn revision. Raises `Refused` where the item was settled or shown to the person since.
        """

        def work(connection: Connection) -> Served | None:
            current = self._open_round(connection, "its answers can no longer be taken back")
            found = judgments.latest_answered(connection, self.round.id, self.project.actor.id)
            if found is None:
                return None
            row = self._own(connection, found[0])
            withdraw(connection, self.project.actor, current, row, found[1])
            claims.park_open(connection, self.round.id, self.project.actor.id)
            claims.set_state(connection, row, "open", claims.lease_end(current, now()), "claimed")
            return _serve_held(connection, row)

        served = self._write(work)
        self._editing = None
        return served

    def redo(self) -> Submission | None:
        """Give again the answer that this person took back last and has not answered anew; None where there is none.

        The answer and how it was read are those of the revision that was taken back. Claims what comes next as `submit` does,
        and refuses as it does.
        """

        def work(connection: Connection) -> Submission | None:
            current = self._open_round(connection, "no answer is given again in it")
            found = judgments.last_withdrawn(connection, self.round.id, self.project.actor.id)
            if found is None:
                return None
            uuid = new_uuid()
            reading = Reading(found.active_seconds or 0.0, tuple(found.seen or ()), found.view or {}, found.lookup_seconds or 0.0)
            store_answer(connection, self.project.actor, current, self._own(connection, found.assignment), uuid, found.answer, reading)
            return Submission(uuid, _or_gated(lambda: self._claim(connection, current)))

        given = self._write(work)
        self._editing = None
        return given

    # editing

    def reopen(self, assignment: str) -> Served:
        """Serve one's own answered item for editing. The answer stands until its next revision is submitted.

        An open item stays open meanwhile, for the answered one is not claimed again. Raises `Refused` for an item that is not
        answered, hidden, or was shown or settled since, `RoundClosed`.
        """

        def work(connection: Connection) -> Served:
            self._open_round(connection, "its answers can no longer be changed")
            row = self._own(connection, assignment)
            if row.hidden:
                raise Refused("this item was hidden meanwhile, for privacy: its answer stays as it is")
            last = judgments.last_revision(connection, row.id)
            if row.state != "answered" or last is None:
                raise Refused("there is no answer of yours in force on this item that could be changed")
            refuse_if_shown(connection, row, last.created_at, "changed")
            self._sit(connection)
            return serve(connection, row, editing=True)

        served = self.project.database.transact(work)
        self._editing = (served.assignment, served.judgment_uuid)
        return served

    def leave_edit(self, assignment: str) -> None:
        """Give an edit up: the answer stays as it was, and what was drafted of its change is forgotten."""

        def work(connection: Connection) -> None:
            row = self._own(connection, assignment)
            if row.state == "answered":
                drafts.drop_draft(connection, row.id)

        self._editing = None
        self.project.database.transact(work)

    # passing by

    def skip(self, assignment: str, reason: str, note: str = "") -> Served | None:
        """Pass the item by, with a reason: its slot is free at once, it never returns to this person in this round."""
        if not reason:
            raise AnswerRefused("give a reason for skipping", "skip")

        def work(connection: Connection) -> Served | None:
            current = self._open_round(connection, "the item was not skipped")
            skip_turn(connection, self._own(connection, assignment), reason, note, self.project.actor.key)
            return _or_gated(lambda: self._claim(connection, current))

        return self._write(work)

    def flag(self, assignment: str, reason: str, note: str = "") -> Served | None:
        """Report an item to the lead; returns the item to go on with: an answer that is being edited here, else the open one.

        `privacy` hides it from everyone but admins at once, and it leaves the screen.
        """
        edited = self._editing is not None and self._editing[0] == assignment and reason != "privacy"

        def work(connection: Connection) -> Served | None:
            refuse_strange_words(reason, note, "flag")
            row = self._own(connection, assignment)
            flag = reports.insert_flag(connection, row.comparison_id, row.annotator_id, self.round.id, reason, storable(note))
            append_event(connection, "item.flagged", {"flag": flag, "reason": reason}, self.project.actor.key)
            if reason == "privacy":
                comparisons.hide(connection, row.comparison_id, True)
                if row.state in ("open", "parked"):
                    skip_turn(connection, row, "flagged: privacy", "", self.project.actor.key)
            return serve(connection, row, editing=True) if edited else self._claim_if_open(connection)

        served = self._write(work)
        self._editing = (served.assignment, served.judgment_uuid) if served is not None and edited else None
        return served

    def leave(self) -> None:
        """End the sitting."""
        self.project.database.transact(lambda c: sittings.end(c, self.project.actor.id, self.round.id))

    def _open_round(self, connection: Connection, what: str) -> RoundRow:
        """The round as it stands now; raises `RoundClosed` with what therefore was not done, `NotAllowed` for who was retired."""
        if not people.may_work(connection, self.project.actor.id):
            raise NotAllowed(f"{self.project.actor.name} may no longer log in: {what}")
        current = rounds.round_by_id(connection, self.round.id)
        if current.state != "open":
            raise RoundClosed(f"round {current.name} is closed: {what}")
        return current

    def _own(self, connection: Connection, assignment: str) -> AssignmentRow:
        row = claims.assignment(connection, assignment)
        if row is None or row.annotator_id != self.project.actor.id or row.round_id != self.round.id:
            raise Refused("this item is not yours")
        return row


def _resume(connection: Connection, current: RoundRow, annotator_id: int) -> Served | None:
    """What the person holds, under a lease from now; a held item that was hidden meanwhile is let go."""
    while (row := claims.held_assignment(connection, current.id, annotator_id)) is not None:
        shown = row.purpose in (Purpose.CALIBRATION, Purpose.QUALIFICATION) and reveals.shown_at(
            connection, annotator_id, [row.comparison_id]
        )
        if row.hidden or shown:
            # Gold that was shown meanwhile, in another round or a list, checks nothing any more.
            claims.set_state(connection, row, "expired", None, "free")
            continue
        if row.state == "parked":
            claims.set_state(connection, row, "open", row.lease_until, None)
        claims.renew(connection, row.id, claims.lease_end(current, now()))
        return _serve_held(connection, row)
    return None


def _serve_held(connection: Connection, row: AssignmentRow) -> Served:
    """The pair of a turn, at its place where it belongs to an attempt."""
    served = serve(connection, row)
    if row.purpose != Purpose.QUALIFICATION:
        return served
    from prefterm.services.gold_attempts import in_attempt

    return in_attempt(connection, served, row)


def _or_gated(go_on: Callable[[], Served | None]) -> Served | None:
    """What comes next; None where nothing may come: the next claim says why, and what was stored stays stored."""
    try:
        return go_on()
    except Gated:
        return None


def _storable(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: storable(value) if isinstance(value, str) else value for key, value in payload.items()}
