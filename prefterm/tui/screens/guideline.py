"""The guideline in full: read, search, jump from section to section, cite. Esc comes back to the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from prefterm.tui.actions import GUIDELINE_ACTIONS
from prefterm.tui.guideline_document import Anchor, document
from prefterm.tui.line_editing import edited
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import plain

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline

__all__ = ["GuidelineScreen"]


class GuidelineScreen(StrokeScreen[None]):
    """One guideline version."""

    CSS_PATH = "guideline.tcss"

    def __init__(self, guideline: Guideline, *, at: str | None = None, cite: Callable[[str], bool] | None = None) -> None:
        """`at`: id of the section or example to start at; `cite` toggles a citation and tells whether it stands now."""
        super().__init__()
        self.guideline = guideline
        self.keymap = self.own_keys(a for a in GUIDELINE_ACTIONS if cite is not None or a.id != "cite")
        self.start = at
        self.cite = cite
        self.anchors: list[Anchor] = []
        self.laid = False
        self.search: str | None = None
        self.query_text = ""

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield StatusLine(id="status")
        yield Rows(id="text")
        yield Footer(id="footer")

    @property
    def takes_strokes(self) -> bool:
        """Once the text is laid out."""
        return bool(self.anchors or self.laid) and not self.away

    def on_mount(self) -> None:
        """Show the keys."""
        self.query_one(Footer).set_keys(self.keymap.footer())

    def on_resize(self) -> None:
        """Lay the text out for the present width, at the same place."""
        self.call_after_refresh(self._lay)

    def _lay(self) -> None:
        if not self.standing:
            return
        text = self.query_one("#text", Rows)
        anchor = self._anchor_at(text.top)
        here = anchor.id if anchor is not None else self.start
        rows, self.anchors = document(self.guideline, text.size.width)
        text.set_lines(rows, keep_top=True)
        if here is not None:
            self._go(next((a.row for a in self.anchors if a.id == here), 0))
        self._status()
        self.laid = True
        self.pump()

    def _anchor_at(self, row: int) -> Anchor | None:
        """The section or example that begins at or before a row; the first before any; None where there is none."""
        return next((a for a in reversed(self.anchors) if a.row <= row + 1), self.anchors[0] if self.anchors else None)

    def _go(self, row: int) -> None:
        text = self.query_one("#text", Rows)
        text.top = max(0, min(text.limit, row))
        text.restyle()

    def _status(self) -> None:
        text = self.query_one("#text", Rows)
        share = round((text.top + text.size.height) / max(1, len(text.lines)) * 100)
        where = self._anchor_at(text.top)
        left = [(" guideline ", "title"), (plain(self.guideline.title), "text")]
        if where is not None:
            left.append((f" ▸ {plain(where.title)}", "muted"))
        self.query_one(StatusLine).set_parts(left, [(f"{self.guideline.label}  {min(100, share)} % ", "muted")])

    def take(self, stroke: Stroke) -> None:
        """Move, search, cite, go back."""
        footer = self.query_one(Footer)
        footer.set_notice("")
        if self.search is not None:
            self._type(stroke)
            return
        self.act(self.keymap.action_of(stroke.key))

    def wheel(self, rows: int) -> None:
        """Scroll."""
        self.query_one("#text", Rows).scroll_rows(rows)
        self._status()

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        footer = self.query_one(Footer)
        text = self.query_one("#text", Rows)
        page = max(1, text.size.height - 2)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page}
        if action in moves:
            text.scroll_rows(moves[action])
        elif action == "top":
            self._go(0)
        elif action == "end":
            self._go(text.limit)
        elif action == "next_section":
            self._go(next((a.row for a in self.anchors if a.row > text.top + 1), text.top))
        elif action == "previous_section":
            self._go(next((a.row for a in reversed(self.anchors) if a.row < text.top), 0))
        elif action == "search":
            self.search = ""
            footer.set_notice("/")
        elif action == "cite":
            self._cite()
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "back":
            self.away = True
            self.dismiss(None)
            return
        self._status()

    def _cite(self) -> None:
        anchor = self._anchor_at(self.query_one("#text", Rows).top)
        footer = self.query_one(Footer)
        if self.cite is None or anchor is None or not anchor.is_section:
            footer.set_notice("Move to a section first; examples are not cited.")
            return
        stands = self.cite(anchor.id)
        footer.set_notice(f"§{anchor.id} is cited in your answer." if stands else f"§{anchor.id} is no longer cited.")

    def _type(self, stroke: Stroke) -> None:
        footer = self.query_one(Footer)
        if stroke.key == "escape":
            self.search = None
            return
        if stroke.key == "enter":
            self.query_text, self.search = self.search or self.query_text, None
            self._find()
            return
        self.search = edited(self.search or "", stroke)
        footer.set_notice(f"/{plain(self.search or '')}")

    def _find(self) -> None:
        text = self.query_one("#text", Rows)
        wanted = self.query_text.casefold()
        rows = ["".join(t for t, _ in line).casefold() for line in text.lines]
        after = [*range(text.top + 1, len(rows)), *range(text.top + 1)]
        found = next((n for n in after if wanted and wanted in rows[n]), None)
        if found is None:
            self.query_one(Footer).set_notice(f"Nothing like {plain(self.query_text)!r} here.")
        else:
            self._go(found)
        self._status()
