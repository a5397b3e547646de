"""The one place where threads meet the event loop: a single worker that runs the session's work and posts its messages.

One thread, so that answers are written in the order in which they were given, and the loop never waits for a disk. Figures are
worked out beside it, in threads of their own: no answer waits for them, and they can be given up.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

from prefterm.domain.errors import ClaimLost, DatabaseUnfit, NotAllowed, PreftermError, RoundClosed
from prefterm.tui import checks
from prefterm.tui.figures_session import FiguresSession
from prefterm.tui.messages import Failed, WorkedOut
from prefterm.tui.session import Session

__all__ = ["Bridge", "GivenUp", "Look"]

_LOOKS = 2
"""Looks that run at once: a page of items does not wait for the last figure."""

_AGAIN = {
    **dict.fromkeys(("open", "claim", "submit"), "press {submit} again"),
    "draft": "wait: the draft is tried again by itself",
}
"""What to do again, by what failed."""


class GivenUp(Exception):
    """Nobody wants any more what is being worked out."""


class Look:
    """Figures that were asked for, and may be given up: then nothing more is told, and the work ends at its next step."""

    def __init__(self, target: MessagePump, during: str) -> None:
        self._target = target
        self._given_up = Event()
        self.during = during
        """What a failure is said to be of."""
        self._share = -1

    def give_up(self) -> None:
        """Have the work end; from any thread, as often as one likes."""
        self._given_up.set()

    @property
    def given_up(self) -> bool:
        """Whether nobody wants it any more."""
        return self._given_up.is_set()

    def tell(self, message: Message) -> None:
        """Post what was found; raises `GivenUp`."""
        if self.given_up:
            raise GivenUp
        self._target.post_message(message)

    def progress(self, done: int, total: int) -> None:
        """Post how far it is, at most once a percent; raises `GivenUp`."""
        share = 100 * done // max(total, 1)
        if self.given_up:
            raise GivenUp
        if share != self._share:
            self._share = share
            self.tell(WorkedOut(self, share))


class Bridge:
    """Runs work off the event loop; the outcome comes back as a message to whoever asked.

    The first work loads the database's libraries and would compete with the first frame for the interpreter: it begins when the
    target has been painted.
    """

    def __init__(self, path: Path, name: str, submit: str = "Enter") -> None:
        """`submit`: the key that sends an answer, as a sentence names it."""
        self.session = Session(path, name)
        self.figures = FiguresSession(path, name)
        self._submit = submit
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefterm-writer")
        self._aside: ThreadPoolExecutor | None = None
        self._reader: ThreadPoolExecutor | None = None
        self._looks: set[Look] = set()
        self._waiting: list[Callable[[], Any]] | None = []
        """Work asked for before the first frame; None from then on."""
        self._closed = False
        self.unkept = ""
        """What is to be said where the draft that was saved last is not kept; its screen may be gone by then."""

    def ask(self, target: MessagePump, during: str, work: Callable[..., Message], *arguments: Any) -> None:
        """Run `work`; `target` gets its message, or a `Failed` with a sentence. Ignored after `close`."""
        if self._closed:
            return
        if self._waiting is None:
            self._worker.submit(self._run, target, during, work, arguments)
            return
        self._waiting.append(partial(self._run, target, during, work, arguments))
        if len(self._waiting) == 1:
            target.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Hand the worker what was asked for until now."""
        waiting, self._waiting = self._waiting or [], None
        for work in waiting:
            self._worker.submit(work)

    def _run(self, target: MessagePump, during: str, work: Callable[..., Message], arguments: tuple[Any, ...]) -> None:
        try:
            message = work(*arguments)
        except PreftermError as error:
            message = _failure(during, error)
        except Exception as error:  # a failed write must be loud, whatever it was
            message = Failed(during, _sentence(error, during, self._submit))
        if during == "draft":
            reason = message.sentence.partition(":")[0] if isinstance(message, Failed) else ""
            self.unkept = reason and f"What you typed last could not be kept. {reason}."
        target.post_message(message)

    def aside(self, target: MessagePump, work: Callable[[], Message]) -> None:
        """Run work that touches no database in another thread, so that no answer waits for it; failures are dropped.

        What it makes is only sooner by it: whoever needs it makes it themselves.
        """
        if self._closed:
            return
        if self._aside is None:
            self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefterm-aside")

        def run() -> None:
            target.post_message(work())

        self._aside.submit(run)

    def look(self, target: MessagePump, during: str, work: Callable[..., None], *arguments: Any) -> Look:
        """Run `work(look, *arguments)` beside the answers, once the target has been painted; what it tells is posted to the target.

        A failure comes as `Failed`. Nothing runs after `close`.
        """
        found = Look(target, during)
        self._looks.add(found)
        target.call_after_refresh(self._begin_look, found, target, work, arguments)
        return found

    def _begin_look(self, look: Look, target: MessagePump, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        if self._closed or look.given_up:
            self._looks.discard(look)
            return
        if self._reader is None:
            self._reader = ThreadPoolExecutor(max_workers=_LOOKS, thread_name_prefix="prefterm-reader")
        self._reader.submit(self._run_look, look, target, work, arguments)

    def _run_look(self, look: Look, target: MessagePump, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        try:
            if not look.given_up:
                work(look, *arguments)
        except GivenUp:
            pass
        except PreftermError as error:
            self._tell_failure(look, target, _failure(look.during, error))
        except Exception as error:  # whatever it was: a screen that waits for ever says nothing
            self._tell_failure(look, target, Failed(look.during, _read_sentence(error)))
        finally:
            self._looks.discard(look)

    def _tell_failure(self, look: Look, target: MessagePump, failed: Failed) -> None:
        if not look.given_up:
            failed.look = look
            target.post_message(failed)

    def contest(self, target: MessagePump, gold: str, note: str) -> None:
        """Contest a gold that was shown; `target` gets `GoldContested`, or a `Failed` with a sentence."""
        self.ask(target, "contest", checks.contest, self.session, gold, note)

    def close(self) -> None:
        """Finish everything that was asked for but looks, which are given up, then end the sitting."""
        if self._closed:
            return
        self._closed = True
        for look in list(self._looks):
            look.give_up()
        if self._reader is not None:
            self._reader.shutdown(wait=True, cancel_futures=True)
        self.figures.close()
        if self._aside is not None:
            self._aside.shutdown(wait=False, cancel_futures=True)
        self._begin()
        self._worker.submit(self.session.leave)
        self._worker.shutdown(wait=True)


def _failure(during: str, error: PreftermError) -> Failed:
    fatal = {NotAllowed: 4, DatabaseUnfit: 1}.get(type(error)) if during == "open" else None
    return Failed(during, str(error), fatal, lost=isinstance(error, ClaimLost | RoundClosed), closed=isinstance(error, RoundClosed))


def _sentence(error: Exception, during: str, submit: str) -> str:
    """What went wrong with the file, for somebody who has a pair on the screen."""
    import sqlite3

    # Enter would send the answer, where something else was asked for.
    again = _AGAIN.get(during, "try again").format(submit=submit)
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        text = str(cause)
        if "full" in text:
            return f"The disk is full: nothing was stored. Free some space, then {again}."
        if "readonly" in text or "read-only" in text:
            return "The database cannot be written (read-only): nothing was stored. Tell the lead."
        if "locked" in text or "busy" in text:
            return f"The database was busy for too long: nothing was stored. {again[0].upper()}{again[1:]}."
        return f"The database refused ({text}): nothing was stored. Try again, then tell the lead."
    return f"Something went wrong ({type(error).__name__}): nothing was stored. Try again, then tell the lead."


def _read_sentence(error: Exception) -> str:
    """What went wrong with the file, for somebody who was looking at figures."""
    import sqlite3

    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        if "locked" in str(cause) or "busy" in str(cause):
            return "The database was busy for too long, and could not be read."
        return f"The database could not be read ({cause}): `prefterm doctor` says more."
    return f"The figures could not be worked out ({type(error).__name__})."
