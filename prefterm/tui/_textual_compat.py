"""The only place that uses what Textual does not promise to keep. A test fails where an upgrade takes it away.

Textual shows an unhandled exception with local variables on the terminal, where another's answer might stand in them; and
one invalid byte typed ends the app.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.drivers import linux_driver

__all__ = ["QuietFailureApp", "tolerate_bad_bytes"]


class QuietFailureApp(App[int]):
    """An app that ends on an unhandled exception without showing it; the launcher finds it in `failure`."""

    failure: Exception | None = None

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self.failure is None:
            self.failure = error
        if self._exception is None:
            # Textual's own test pilot looks here.
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def tolerate_bad_bytes() -> None:
    """Make the terminal driver read a byte that is not UTF-8 as U+FFFD instead of ending the app."""
    linux_driver.getincrementaldecoder = _replacing_decoder  # type: ignore[attr-defined, assignment]


def _replacing_decoder(encoding: str) -> Callable[[], Any]:
    return lambda: codecs.getincrementaldecoder(encoding)(errors="replace")
