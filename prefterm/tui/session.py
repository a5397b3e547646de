"""What the app does with the services, as messages. Runs in the bridge's thread; knows no widget.

Services are imported here when the thread starts, so that the first frame does not wait for the ORM.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefterm.domain.errors import Gated, RoundClosed
from prefterm.tui.messages import (
    FeedbackReady,
    HomeReady,
    Noted,
    NothingLeft,
    OwnAnswersReady,
    PairReady,
    RoundReady,
)

if TYPE_CHECKING:
    from textual.message import Message

    from prefterm.domain.judgments import Answer
    from prefterm.services.access import Project
    from prefterm.services.labeling import Labeling
    from prefterm.services.own_answers import OwnAnswer
    from prefterm.services.serving import Reading, Served
    from prefterm.services.session_voting import SessionVoting
    from prefterm.services.status import Progress
    from prefterm.store.rounds import RoundRow

__all__ = ["Session"]

_PAGE = 100
_COUNT_EVERY = 20
"""Answers after which progress and pace are counted anew."""


class Session:
    """One person at one database; at most one round is being labelled."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._project: Project | None = None
        self._labeling: Labeling | SessionVoting | None = None
        self._round: RoundRow | None = None
        """The round being labelled; None in a group session."""
        self._voting: SessionVoting | None = None
        """The group session being voted in; None in a round."""
        self._known: Progress | None = None
        self.left: dict[str, dict[str, Any]] = {}
        """How far the pairs were read that were left for home, by assignment; touched by the event loop alone."""
        self.worked = False
        """Whether an answer was sent since the app began; touched by the event loop alone."""
        self._gates: dict[str, str] = {}
        """Why a person cannot go on in a round for now, by the round's name."""
        self._guideline_is_new = False
        """Whether it is still to be noted that the guideline of this round was shown."""

    @property
    def project(self) -> Project:
        """The opened project; opened at the first use."""
        if self._project is None:
            from prefterm.services.access import open_project

            self._project = open_project(self.path, self.name)
            self._project.database.keep_connected()
        return self._project

    @property
    def labeling(self) -> Labeling | SessionVoting:
        """The round being labelled, or the group session being voted in."""
        if self._labeling is None:
            raise RuntimeError("no round is open")
        return self._labeling

    def home(self) -> Message:
        """What waits for this person."""
        from prefterm.services.home import home_summary

        summary = home_summary(self.project)
        for row in summary["rounds"]:
            row.setdefault("gate", self._gates.get(row["name"], ""))
        actor = self.project.actor
        return HomeReady(
            actor.name, str(actor.role), summary["rounds"], summary["notes"], summary["newcomer"], summary["waiting"], summary["sessions"]
        )

    def enter_round(self, name: str | None) -> Message:
        """Find the round and its guideline."""
        from prefterm.services.guidelines import guideline_changes
        from prefterm.services.labeling import Labeling
        from prefterm.services.rounds import find_round, guideline_of
        from prefterm.services.status import is_newcomer

        the_round = find_round(self.project, name)
        guideline = guideline_of(self.project, the_round)
        if self._labeling is not None and self._labeling.round.id != the_round.id:
            # On quitting, only the sitting in the last round is known here.
            self._labeling.leave()
        self._labeling, self._round, self._voting, self._known = Labeling(self.project, the_round), the_round, None, None
        since = guideline_changes(self.project, the_round)
        self._guideline_is_new = True
        asked = bool(the_round.options.get("read_to_end"))
        return RoundReady(the_round.name, guideline, since, asked, is_newcomer(self.project))

    @property
    def round(self) -> RoundRow | None:
        """The round being labelled; None in a group session, which hides no checks."""
        return self._round

    def vote_in(self, voting: SessionVoting) -> None:
        """Vote in a group session from now on, in a round's place."""
        if self._labeling is not None:
            self._labeling.leave()
        self._labeling, self._round, self._voting, self._known, self._guideline_is_new = voting, None, voting, None, False

    def guideline_for(self, name: str) -> Message:
        """The guideline of a round, to be read from home."""
        from prefterm.services.rounds import find_round, guideline_of

        return RoundReady(name, guideline_of(self.project, find_round(self.project, name)))

    def claim(self) -> Message:
        """The next pair."""
        return self._next()

    def _next(self, notice: str = "") -> Message:
        """What is held or comes next; a sentence where nothing does, or where the person cannot go on for now."""
        name = self.labeling.round.name
        try:
            served = self.labeling.claim()
        except Gated as gate:
            self._gates[name] = str(gate)
            return NothingLeft(str(gate), self._progress(), notice, gated=True)
        self._gates.pop(name, None)
        if served is None:
            self._note_guideline()
            return NothingLeft(f"Nothing is left for you in {name}.", self._progress(), notice)
        return self._pair(served, notice)

    def _after(self, served: Served | None, notice: str = "", *, answered: bool = False) -> Message:
        """What a stored answer or a skip brought; why it brought nothing is asked for, and is no failure of what was stored."""
        if served is not None:
            return self._pair(served, notice, answered=answered)
        try:
            return self._next(notice)
        except RoundClosed as closed:
            return NothingLeft(f"{str(closed)[:1].upper()}{str(closed)[1:]}.", self._progress(), notice)

    def submit(self, served: Served, answer: Answer, reading: Reading) -> Message:
        """Store an answer; then its feedback in an attempt, else the next pair."""
        result = self.labeling.submit(served.assignment, served.judgment_uuid, answer, reading)
        if result.feedback is not None:
            return FeedbackReady(result.feedback)
        # An answer that stood and was changed is no further one, and those of an attempt are none of the round's.
        return self._after(result.following, answered=not served.editing and served.attempt is None)

    def undo(self) -> Message:
        """Take the last answer back; its pair again."""
        served = self.labeling.undo()
        if served is None:
            return self._next("There is no answer of yours to take back in this round.")
        # A vote in a group session stands while it is being changed.
        return self._pair(served, taken_back=not served.editing)

    def redo(self) -> Message:
        """Give again what was taken back last; then the next pair."""
        result = self.labeling.redo()
        if result is None:
            return self._next("There is no answer that you took back to give again.")
        return self._after(result.following, "Given again, as it was.", answered=True)

    def reopen(self, assignment: str) -> Message:
        """Open one of one's own answers, to be changed."""
        return self._pair(self.labeling.reopen(assignment))

    def leave_edit(self, served: Served) -> Message:
        """Leave an answer as it was; then what is open."""
        self.labeling.leave_edit(served.assignment)
        return self._next("Your answer is as it was.")

    def own_answers(self, search: str, after: OwnAnswer | None) -> Message:
        """A page of one's own answers."""
        from prefterm.services.own_answers import own_answers

        if self._round is None:
            return OwnAnswersReady([], False)
        rows = own_answers(self.project, self._round, search=search, after=after, limit=_PAGE + 1)
        return OwnAnswersReady(rows[:_PAGE], len(rows) > _PAGE)

    def skip(self, served: Served, reason: str, note: str) -> Message:
        """Pass the pair by; then the next."""
        return self._after(self.labeling.skip(served.assignment, reason, note), f"Skipped: {note or reason}.")

    def flag(self, served: Served, reason: str, note: str) -> Message:
        """Report the pair; then go on with it, or with the next where it was hidden."""
        return self._after(self.labeling.flag(served.assignment, reason, note), f"Reported to the lead: {note or reason}.")

    def save_draft(self, served: Served, payload: Mapping[str, Any]) -> Message:
        """Keep an unfinished answer."""
        self.labeling.save_draft(served.assignment, served.judgment_uuid, payload)
        return Noted(draft=True)

    def painted(self, served: Served) -> Message:
        """Record that the pair was on the screen."""
        self.labeling.painted(served.assignment)
        self._note_guideline()
        return Noted()

    def _note_guideline(self) -> None:
        """Record that the round's guideline was shown: once, and not before a pair stands beside it, for no pair should wait for it."""
        from prefterm.services.rounds import note_guideline_seen

        if self._guideline_is_new and self._round is not None:
            note_guideline_seen(self.project, self._round)
            self._guideline_is_new = False

    def renew(self, served: Served) -> Message:
        """Keep the lease."""
        self.labeling.renew(served.assignment)
        return Noted()

    def leave(self) -> None:
        """End the sitting and let go of the file."""
        if self._labeling is not None:
            self._labeling.leave()
        if self._project is not None:
            self._project.database.close()

    def _progress(self, *, answered: bool = False) -> Progress | None:
        """How far one is: counted anew now and then, else one further. None where it cannot be read.

        What was stored stays stored when the counting fails: a figure is no reason to say otherwise.
        """
        from prefterm.services.status import my_progress

        if self._known is not None and answered and self._known.done % _COUNT_EVERY:
            self._known = self._known.one_further()
            return self._known
        try:
            if self._voting is not None:
                self._known = self._voting.progress()
            elif self._round is not None:
                self._known = my_progress(self.project, self._round)
        except Exception:
            self._known = None
        return self._known

    def _pair(self, served: Served, notice: str = "", *, answered: bool = False, taken_back: bool = False) -> Message:
        return PairReady(served, self._progress(answered=answered), notice, taken_back)
