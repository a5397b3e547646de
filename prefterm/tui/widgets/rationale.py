"""The rationale, written in place: a small editor below the pair; Esc gives the keys back to the pair."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import TextArea

__all__ = ["RationaleEditor"]

_LONGEST = 20_000


class RationaleEditor(TextArea):
    """Plain text of one's own; nothing in it is interpreted."""

    @dataclass
    class Written(Message):
        """The text changed, or (`done`) its writer is finished."""

        text: str
        done: bool

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "ctrl+s"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Written(self.text, True))
            return
        if event.is_printable and len(self.text) >= _LONGEST:
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def on_text_area_changed(self) -> None:
        """Tell the screen, so that the draft is kept."""
        self.post_message(self.Written(self.text, False))
