"""Two people: the table of their answers, their coefficients, and the items on which they part; Enter reads one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from prefterm.tui.agreement_rows import pair as rows
from prefterm.tui.agreement_rows.coefficients import PAIR, compact_rows, given, reasons
from prefterm.tui.agreement_rows.figures import beside as side_by_side
from prefterm.tui.agreement_rows.figures import cell, heading, sentences, short_name
from prefterm.tui.messages import PartedReady
from prefterm.tui.screens.agreement.item import ItemScreen
from prefterm.tui.screens.agreement.pages import ListPage

if TYPE_CHECKING:
    from textual.message import Message

    from prefterm.services.parted import Parting
    from prefterm.tui.agreement_rows.figures import Line
    from prefterm.tui.messages import Failed
    from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["PairPage"]

_LEAST_ASKED = 20
"""Items asked for at least: what is listed is noted as seen, so no more than are of use."""
_NOTED = "What is listed is noted as shown to you: your own answers on it stay as they are."
_NOT_FOR_ANNOTATORS = "What others said of an item is for those who settle disagreements."


class PairPage(ListPage):
    """A table above, a list below; the tab key moves between them."""

    own_keys = (("open", "open"), ("next_part", "list"))

    def __init__(self, screen: AgreementScreen, pair: Mapping[str, Any]) -> None:
        super().__init__(screen)
        self.pair = pair
        self.name = f"{short_name(pair['a'], 20)} × {short_name(pair['b'], 20)}"
        self.cursor = (0, 0)
        """The marked cell, as the table is shown."""
        self.cell: tuple[int, int] | None = None
        """The cell that the list is narrowed to."""
        self.in_list = False
        self.items: list[Parting] = []
        self.more = False
        self.failed = ""
        self.ask()

    @property
    def table(self) -> Mapping[str, Any]:
        """The pair's answers: categories, and counts by them."""
        found: Mapping[str, Any] = self.pair["confusion"]
        return found

    @property
    def plain(self) -> bool:
        """Whether there are no margins."""
        return len(self.table["categories"]) <= 3

    @property
    def size(self) -> int:
        """How many items are known."""
        return len(self.items)

    def ask(self) -> None:
        """Ask for the items behind those that are known."""
        if self.screen.role == "annotator":
            self.failed = _NOT_FOR_ANNOTATORS
            return
        self.give_up()
        screen, after = self.screen, self.items[-1].place if self.items else None
        scope = replace(screen.found.scope, blind=screen.blind)
        chosen = None if self.cell is None else rows.values_at(self.table, self.cell)
        figures, people = screen.bridge.figures, (self.pair["a"], self.pair["b"])
        self.look = screen.bridge.look(screen, "figures", figures.parted, scope, people, chosen, after, max(_LEAST_ASKED, self.shown))

    def take(self, message: Message) -> None:
        """A page of items has come."""
        super().take(message)
        if isinstance(message, PartedReady):
            self.items += message.rows
            self.more = message.more

    def fail(self, message: Failed) -> None:
        """A page of items could not be read."""
        super().fail(message)
        self.failed = message.sentence

    def lines(self, width: int, height: int) -> list[Line]:
        """The table with the coefficients beside it, then as much of the list as there is room for."""
        shown = rows.table_rows(self.pair, None if self.in_list else self.cursor, self.cell)
        figures = given(self.pair, PAIR)
        left = rows.table_width(self.table)
        beside = compact_rows(figures, width - left - 3) if width - left >= 28 else []
        found: list[Line] = [side_by_side(one, left, other) for one, other in zip_longest(shown, beside, fillvalue=())]
        if not beside:
            found += compact_rows(figures, width - 4)
        found += [*reasons(figures, width), [], self._heading(width)]
        self.row, self.targets = len(found), {}
        return [*found, *self._list(width, height - len(found), len(found))]

    def _heading(self, width: int) -> Line:
        chosen = None if self.cell is None else rows.values_at(self.table, self.cell)
        count = rows.parted_count(self.table, chosen)
        which = "on which they part" if chosen is None else " / ".join(rows.category(value, self.plain) for value in chosen)
        return heading(f"{count:,} {'item' if count == 1 else 'items'} {which}", width)

    def _list(self, width: int, room: int, above: int) -> list[Line]:
        if self.failed:
            return sentences([self.failed], width, "notice", "   ")
        if not self.items:
            return [[("   looking …" if self.look is not None else "   None.", "muted")]]
        drawn = [rows.list_head(self.pair, width)]
        for at in self.window(max(3, room - 2)):
            if self.in_list and at == self.marked:
                self.row = above + len(drawn)
            self.targets[above + len(drawn)] = at
            drawn.append(rows.parted_row(self.items[at], self.plain, self.in_list and at == self.marked, width))
        return [*drawn, [("   ", "text"), cell(_NOTED, width - 4, "muted")]]

    def act(self, action: str) -> bool:
        """Move in the table or in the list; Enter narrows the list to the cell, or reads the item."""
        if action == "next_part":
            self.in_list = not self.in_list and bool(self.items)
            return True
        if action == "open":
            if self.in_list:
                self._read()
            else:
                self._narrow(self.cursor)
            return True
        if self.in_list and action == "up" and self.marked == 0:
            self.in_list = False
            return True
        if self.in_list or action in ("page_down", "page_up", "top", "end"):
            moved = super().act(action)
            if self.more and self.look is None and self.marked >= self.size - self.shown:
                self.ask()
            return moved
        moves = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
        if action not in moves:
            return False
        last = len(self.table["categories"]) - 1
        row, column = (place + by for place, by in zip(self.cursor, moves[action], strict=True))
        if row > last and self.items:
            self.in_list = True
        self.cursor = (max(0, min(last, row)), max(0, min(last, column)))
        return True

    def _narrow(self, cell: tuple[int, int] | None) -> None:
        self.cell, self.items, self.more, self.failed = cell, [], False, ""
        self.marked, self.in_list = 0, False
        if cell is None or rows.parted_count(self.table, rows.values_at(self.table, cell)):
            self.in_list = cell is not None
            self.ask()
        else:
            self.give_up()

    def _read(self) -> None:
        if self.items:
            self.screen.open(ItemScreen(self.screen.bridge, self.items, self.marked, plain=self.plain), self._mark_read)

    def _mark_read(self, marked: int) -> None:
        self.marked = marked
        self.screen.draw()

    def mark(self, target: int) -> None:
        """Mark the item that was clicked; again reads it."""
        if self.in_list and target == self.marked:
            self._read()
        self.in_list, self.marked = True, target

    def back(self) -> bool:
        """From the list to the table; from a cell to all items."""
        if self.cell is not None:
            self._narrow(None)
            return True
        if self.in_list:
            self.in_list = False
            return True
        return False
