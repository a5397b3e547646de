"""An item on which two people part, to be read: prompt, both responses, what each of them said and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from prefterm.domain.prompts import Message
from prefterm.domain.safe_text import one_line
from prefterm.tui.actions import ITEM_ACTIONS
from prefterm.tui.agreement_rows.pair import answer_rows
from prefterm.tui.messages import Failed, ItemReady
from prefterm.tui.reading.bodies import ContinuationBody, ConversationBody
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen, ListScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.strokes import Stroke
from prefterm.tui.widgets.chrome import Footer, Rows, StatusLine
from prefterm.tui.widgets.lines import Line, plain
from prefterm.tui.widgets.pair import PROMPT, PairView

if TYPE_CHECKING:
    from prefterm.services.parted import Parting
    from prefterm.tui.bridge import Bridge, Look

__all__ = ["ItemScreen"]

_UNKNOWN = "‹known by its name only›"
_NAMES = ("first", "second")


class ItemScreen(StrokeScreen[int]):
    """One item of a list; the keys for the next and the one before walk through it. The result is the place of the last one read."""

    CSS_PATH = "item.tcss"

    def __init__(self, bridge: Bridge, items: Sequence[Parting], at: int, *, plain: bool) -> None:
        """`plain`: strengths have no margins."""
        super().__init__()
        self.bridge = bridge
        self.items = items
        self.at = at
        self.plain = plain
        self.keymap = self.own_keys(ITEM_ACTIONS)
        self.look: Look | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield StatusLine(id="status")
        yield Rows(id="prompt")
        yield PairView(id="pair")
        yield Rows(id="answers")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """What was said is known; the texts are asked for."""
        self.query_one(Footer).set_keys(self.keymap.footer())
        self._ask()

    def on_unmount(self) -> None:
        """Nobody waits for a text any more."""
        if self.look is not None:
            self.look.give_up()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    @property
    def item(self) -> Parting:
        """The item that is read."""
        return self.items[self.at]

    def _ask(self) -> None:
        if self.look is not None:
            self.look.give_up()
        self.query_one(PairView).say([[("looking …", "muted")]])
        self.look = self.bridge.look(self, "figures", self.bridge.figures.item, self.item.comparison)
        self._draw()

    @on(ItemReady)
    def _ready(self, message: ItemReady) -> None:
        if message.look is not self.look:
            return
        self.look, item, pair = None, message.item, self.query_one(PairView)
        texts = [_UNKNOWN if text is None else text for text in item.responses[:2]]
        pair.set_texts(texts[0], texts[1], ConversationBody([Message(m.role, m.content) for m in item.prompt]))
        for column, name, turns in zip(pair.columns, _NAMES, item.continuations, strict=False):
            column.title = name
            if len(turns) > 1:
                column.body = ContinuationBody(turns)
        if len(item.responses) > 2:
            pair.between = f"the first two of {len(item.responses)}"
        self._lay()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.look is self.look:
            self.look = None
            self.query_one(PairView).say([[(plain(message.sentence), "notice")]])

    def _draw(self) -> None:
        if not self.standing or not self.size.width:
            return
        width, answers = self.size.width, self.query_one("#answers", Rows)
        most = max(2, min(6, (self.size.height - 12) // 3))
        said = [answer_rows(one, self.plain, width, most) for one in (self.item.a, self.item.b)]
        answers.styles.height = sum(map(len, said))
        answers.set_lines([row for part in said for row in part])
        prompt = " ".join(self.item.prompt.split()) or "no prompt known"
        key = f"[{self.keymap.shown('prompt')}]"
        self.query_one("#prompt", Rows).set_lines([[(" ▸ ", "key"), (one_line(prompt, width - len(key) - 5), "text"), (f" {key}", "key")]])
        left = [(" item", "title"), (f" ▸ {plain(self.item.comparison)} ▸ {plain(self.item.round)}", "muted")]
        self.query_one("#status", StatusLine).set_parts(left, [(f"{self.at + 1} of {len(self.items)} ", "muted")])

    def _lay(self) -> None:
        pair = self.query_one(PairView)
        pair.lay()
        pair.restyle()

    def wheel(self, rows: int) -> None:
        """Scroll both texts."""
        self.query_one(PairView).scroll_by(rows)

    def take(self, stroke: Stroke) -> None:
        """Scroll, walk, look closer, leave."""
        self.query_one(Footer).set_notice("")
        self.act(self.keymap.action_of(stroke.key))

    def act(self, action: str | None) -> None:
        """Do an action by its id; None does nothing."""
        pair = self.query_one(PairView)
        page = max(1, pair.inner_height - 2)
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page}
        if action in moves:
            pair.scroll_by(moves[action])
        elif action in ("top", "end"):
            pair.jump(end=action == "end")
        elif action in ("next_place", "previous_place"):
            self._walk(1 if action == "next_place" else -1)
        elif action in ("zoom", "view", "prompt") and pair.columns:
            self._look_closer(action, pair)
        elif action == "rationale":
            lines: list[Line] = [row for one in (self.item.a, self.item.b) for row in (*answer_rows(one, self.plain, 70, None), [])]
            self.open(ListScreen("What they said", lines))
        elif action == "help":
            self.open(HelpScreen(self.keymap))
        elif action == "palette":
            self.open(PaletteScreen(self.keymap), self.act)
        elif action == "back":
            self._back(pair)

    def _look_closer(self, action: str, pair: PairView) -> None:
        if action == "view":
            pair.markdown = not pair.markdown
        elif action == "prompt":
            pair.zoomed = None if pair.zoomed == PROMPT else PROMPT
        else:
            order = [None, 0, 1]
            pair.zoomed = order[(order.index(pair.zoomed) + 1) % 3] if pair.zoomed in order else None
        self._lay()

    def _walk(self, step: int) -> None:
        to = self.at + step
        if 0 <= to < len(self.items):
            self.at = to
            self._ask()
        else:
            self.query_one(Footer).set_notice("There is no further item in the list." if step > 0 else "This is the first of the list.")

    def _back(self, pair: PairView) -> None:
        if pair.zoomed is not None:
            pair.zoomed = None
            self._lay()
        else:
            self.away = True
            self.dismiss(self.at)
