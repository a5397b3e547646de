"""The first page: coefficients over everybody, and who agrees with whom; Enter opens the marked pair."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from prefterm.tui.agreement_rows import overview as rows
from prefterm.tui.agreement_rows.figures import beside, counted, heading, sentences
from prefterm.tui.agreement_rows.heat_map import LEGEND, PairMap, fitting, map_rows, map_width, pair_list_row, said_of_pair, said_of_pairs
from prefterm.tui.agreement_rows.listing import ListedRows
from prefterm.tui.screens.agreement.pages import Page

if TYPE_CHECKING:
    from prefterm.tui.agreement_rows.figures import Line
    from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["OverviewPage"]

_BESIDE_FROM = 112
"""Columns from which on the worst parts stand beside the map."""
_WORST_WIDTH = 58
_NO_PAIR = (
    "No two people share 20 items or more, so that no pair is shown: a figure over fewer says next to nothing. "
    "`agreement --annotators A,B` works out a pair that you name."
)


class OverviewPage(Page):
    """How far people agree."""

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """Enter, and what brings back what is left out for one's own sake."""
        return (("open", "pair"), *((("look_at_all", "all"),) if self.screen.left_open else ()))

    def __init__(self, screen: AgreementScreen) -> None:
        super().__init__(screen)
        self.map = PairMap((), ())
        self.known = False
        self.cursor = (0, 1)
        """(row, column) of the map."""
        self.left = 0
        """The first column of the map in view."""
        self.marked = 0
        """The marked pair, where they are listed."""
        self.list_start = 0
        """The row of the first pair, where they are listed."""

    def take_pairs(self) -> None:
        """The pairs are there, or are to come anew."""
        self.known = "pairs" in self.document
        self.map = PairMap.of(self.document.get("pairs", ()))
        if not self.map.people:
            return
        last = len(self.map.people) - 1
        self.cursor = (min(self.cursor[0], last), min(self.cursor[1], last))
        self.marked = min(self.marked, max(0, len(self.map.pairs) - 1))

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """Figures, the map, what is left out, notes."""
        document = self.document
        found: list[Line] = rows.headline(document, width)
        if document.get("counted") and not document["n_items"]:
            self.targets, self.row = {}, None
            found += [[], *sentences([self._nothing()], width, "text", "   ")]
        else:
            found += rows.coefficients(document, width)
            found += self._pairs(width, len(found))
        after: list[Line] = []
        if "left_out" in document:
            after += [[], heading("what is left out", width), *rows.left_out_rows(document, width)]
        if document.get("notes"):
            after += [[], heading("read with care", width), *rows.note_rows(document, width)]
        if not self.map.is_list:
            return [*found, *after]
        self.row = len(found) + self.marked
        self.list_start = len(found)
        return ListedRows(found, len(self.map.pairs), lambda at: pair_list_row(self.map.pairs[at], at == self.marked, width), after)

    def _nothing(self) -> str:
        """Why there is nothing to be said, and what could be done about it."""
        said = "No item here has two answers that count, so that nothing can be said of agreement yet."
        key, left = self.screen.keymap.named("look_at_all"), self.screen.left_open
        if left:
            said += (
                f" {counted(left, 'item')} could still be served to you and {'is' if left == 1 else 'are'} left out: {key} looks at all."
            )
        return said

    def _pairs(self, width: int, above: int) -> list[Line]:
        people = self.map.people
        self.targets, self.row = {}, None
        found: list[Line] = [
            [],
            heading("who agrees with whom: Cohen's kappa" + (f" of {said_of_pairs(self.map)}" if people else ""), width),
        ]
        if not self.known:
            return [*found, [("   … " if not self.screen.found.failed else "   ", "muted")]]
        if not people:
            return [*found, *sentences([_NO_PAIR], width, "muted", "   ")]
        if self.map.is_list:
            return found
        self._scroll_columns(width)
        drawn = map_rows(self.map, self.cursor, self.left, width)
        self.row = above + len(found) + 1 + self.cursor[0]
        self.targets = {above + len(found) + 1 + at: at for at in range(len(people))}
        one, other = (people[at] for at in self.cursor)
        if width >= _BESIDE_FROM and (worst := self._worst(width, len(drawn))):
            left = width - _WORST_WIDTH - 3
            drawn = [beside(row, left, other_row) for row, other_row in zip_longest(drawn, worst, fillvalue=())]
        return [*found, *drawn, *said_of_pair(self.map, one, other, width), LEGEND]

    def _worst(self, width: int, most: int) -> list[Line]:
        """The parts in which agreement is lowest, where the map leaves room beside it."""
        if map_width(self.map, width) > width - _WORST_WIDTH - 3:
            return []
        worst = rows.worst_parts(self.document, _WORST_WIDTH, max(1, most - 1))
        return [[("   where it is lowest", "title")], *worst] if worst else []

    def _scroll_columns(self, width: int) -> None:
        room = fitting(self.map.people, width)
        self.left = max(min(self.left, self.cursor[1]), self.cursor[1] - room + 1)
        self.left = max(0, min(self.left, len(self.map.people) - room))

    def act(self, action: str) -> bool:
        """Move over the map, or open a pair. At an end of the map the arrows scroll the page."""
        if action == "open":
            self._open()
            return True
        if self.map.is_list:
            return self._move_in_list(action)
        moves = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
        if action not in moves or not self.map.people:
            return False
        last = len(self.map.people) - 1
        row, column = self.cursor[0] + moves[action][0], self.cursor[1] + moves[action][1]
        if not 0 <= row <= last:
            return False
        self.cursor = (row, max(0, min(last, column)))
        return True

    def _move_in_list(self, action: str) -> bool:
        last = len(self.map.pairs) - 1
        moved = {"down": 1, "up": -1}.get(action)
        if moved is None or not 0 <= self.marked + moved <= last:
            return False
        self.marked += moved
        return True

    def target_at(self, row: int) -> int | None:
        """The person or the pair that stands on a row."""
        if not self.map.is_list:
            return super().target_at(row)
        return row - self.list_start if 0 <= row - self.list_start < len(self.map.pairs) else None

    def mark(self, target: int) -> None:
        """Mark the row of a person, or a pair of the list; again opens it."""
        if self.map.is_list:
            if target == self.marked:
                self._open()
            self.marked = target
        elif target == self.cursor[0]:
            self._open()
        else:
            self.cursor = (target, self.cursor[1])

    def _open(self) -> None:
        if not self.map.pairs:
            self.screen.notice("There is no pair to open yet." if not self.known else "There is no pair to open.")
            return
        if self.map.is_list:
            pair = self.map.pairs[self.marked]
        else:
            one, other = (self.map.people[at] for at in self.cursor)
            found = self.map.between(one, other)
            if found is None:
                self.screen.notice("Choose two people who share 20 items or more.")
                return
            pair = found
        self.screen.open_pair(pair)
