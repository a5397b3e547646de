"""What the app does with a group session, as messages. Runs in the bridge's thread; knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.tui.messages import RoundReady, SessionItemReady, SessionReady

if TYPE_CHECKING:
    from textual.message import Message

    from prefterm.services.serving import Served
    from prefterm.services.session_voting import SessionVoting
    from prefterm.store.sessions import SessionRow
    from prefterm.tui.session import Session

__all__ = ["GroupSession"]


class GroupSession:
    """One person in one session."""

    def __init__(self, session: Session, name: str | None) -> None:
        """`name`: the session's; None = the open one that was opened last."""
        self.session = session
        self.name = name
        self._row: SessionRow | None = None

    @property
    def row(self) -> SessionRow:
        """The session; found at the first use."""
        if self._row is None:
            from prefterm.services.sessions import find_session

            self._row = find_session(self.session.project, self.name)
        return self._row

    def enter(self) -> Message:
        """The session, its guideline, and where to begin."""
        from prefterm.services.sessions import begin_at, guideline_of_session

        guideline = guideline_of_session(self.session.project, self.row)
        items, start, left = begin_at(self.session.project, self.row)
        return SessionReady(self.row.name, guideline, items, start, left)

    def look(self, item: str, without_vote: bool = False) -> Message:
        """An item as it may be seen now."""
        from prefterm.services.session_looking import look

        return SessionItemReady(look(self.session.project, self.row, item, without_vote=without_vote))

    def reveal(self, item: str) -> Message:
        """Reveal an item, then look at it."""
        from prefterm.services.sessions import reveal

        reveal(self.session.project, self.row.name, item)
        return self.look(item)

    def _look_after(self, item: str) -> Message:
        from prefterm.services.session_looking import look

        return SessionItemReady(look(self.session.project, self.row, item), wrote=True)

    def comment(self, item: str, text: str, uuid: str) -> Message:
        """Say something about an item."""
        from prefterm.services.session_looking import comment

        comment(self.session.project, self.row, item, text, uuid)
        return self._look_after(item)

    def propose(self, item: str, section: str | None, wording: str, uuid: str) -> Message:
        """Propose a wording for the guideline."""
        from prefterm.services.proposals import propose

        propose(self.session.project, self.row, item, section, wording, uuid)
        return self._look_after(item)

    def put_off(self, served: Served) -> Message:
        """The other pairs first."""
        message = self.session.skip(served, "put off", "")
        message.notice = "Put off: it comes after the others."  # type: ignore[attr-defined]
        return message

    def vote(self, only: str | None, again: bool) -> Message:
        """Vote on what is left, or on a single item; what the label screen is given in a round's place."""
        from prefterm.services.session_voting import SessionVoting
        from prefterm.services.sessions import guideline_of_session, note_guideline_read

        voting: SessionVoting = SessionVoting(self.session.project, self.row, only=only, again=again)
        self.session.vote_in(voting)
        note_guideline_read(self.session.project, self.row)
        name = f"{self.row.name} · second vote" if again else self.row.name
        return RoundReady(name, guideline_of_session(self.session.project, self.row))
