"""Agreement by part, over time, and by guideline version; Enter narrows every figure to the marked part."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from prefterm.tui.agreement_rows import parts as rows
from prefterm.tui.agreement_rows.figures import beside, heading, sentences
from prefterm.tui.screens.agreement.pages import ListPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefterm.tui.agreement_rows.figures import Line
    from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["BreakdownPage", "PeriodsPage", "VersionsPage"]

_TABLE_BESIDE_FROM = 118
_MOST_PLOT_ROWS = 21
_ALONE = "No two versions of one guideline have answers here: there is nothing to compare."


class PartsPage(ListPage):
    """A list of parts of which one is marked."""

    own_keys: tuple[tuple[str, str], ...] = (("open", "narrow"),)
    head = ("by", "which")
    """The heads of the first two columns."""
    nothing = "There is nothing to break down by."

    @property
    def parts(self) -> Sequence[Any]:
        """The parts, in the order in which they are listed."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """How many parts there are."""
        return len(self.parts)

    def missing(self, width: int) -> list[Line]:
        """What stands in place of the list while there is none."""
        if "breakdowns" not in self.document:
            return [[("   working out …" if not self.screen.found.failed else "", "muted")]]
        return sentences([self.nothing], width, "muted", "   ")

    def act(self, action: str) -> bool:
        """Move, or narrow to the marked part."""
        if action == "open":
            if self.parts:
                part = self.parts[self.marked]
                self.screen.narrow(part["by"], part["key"])
            return True
        return super().act(action)

    def rows_of(self, found: list[Line], parts: Sequence[Any], room: int, width: int) -> list[Line]:
        """The part of the list in view; `found` are the rows above it."""
        drawn: list[Line] = []
        self.targets = {}
        for at in self.window(room):
            self.targets[len(found) + len(drawn)] = at
            drawn.append(rows.part_row(parts[at], width, marked=at == self.marked, named=self.named(parts[at])))
        return drawn

    def named(self, part: Any) -> tuple[str, str]:
        """What stands in the first two columns."""
        return part["by"], rows.called(part)


class BreakdownPage(PartsPage):
    """The lowest first; left and right choose what is broken down by."""

    name = "breakdown"
    own_keys = (("open", "narrow"), ("right", "by"))

    def __init__(self, screen: AgreementScreen) -> None:
        super().__init__(screen)
        self.by: str | None = None

    @property
    def parts(self) -> Sequence[Any]:
        """The parts of the chosen kind."""
        return rows.parts_by(self.document.get("breakdowns", ()), self.by)

    def _kinds(self) -> dict[str | None, int]:
        found = self.document.get("breakdowns", ())
        counts = {by: sum(b["by"] == by for b in found) for by in rows.BROKEN_DOWN_BY}
        return {None: sum(counts.values()), **{by: count for by, count in counts.items() if count}}

    def lines(self, width: int, height: int) -> list[Line]:
        """What there is to choose from, everything as one part for comparison, then the parts."""
        parts, whole = self.parts, self.document.get("coefficients")
        found: list[Line] = [rows.tabs(self._kinds(), self.by), [], rows.part_head(width)]
        if whole is not None:
            found.append(rows.part_row({"by": "", "key": "", "coefficients": whole}, width, named=("all of it", "")))
        if not parts:
            return [*found, *self.missing(width)]
        said = rows.said_of_part(parts[min(self.marked, len(parts) - 1)], width)
        return [*found, *self.rows_of(found, parts, height - len(found) - 4, width), [], *said]

    def act(self, action: str) -> bool:
        """Choose what is broken down by; else as any list of parts."""
        if action in ("left", "right"):
            kinds = list(self._kinds())
            at = kinds.index(self.by) if self.by in kinds else 0
            self.by = kinds[(at + (1 if action == "right" else -1)) % len(kinds)]
            self.marked = self.top = 0
            return True
        return super().act(action)


class PeriodsPage(PartsPage):
    """Alpha by week or month: a plot, and a table beside or below it."""

    name = "over time"
    own_keys = (("open", "from then on"),)
    head = ("period", "")
    nothing = "These answers have no dates, so that nothing can be said over time."

    @property
    def parts(self) -> Sequence[Any]:
        """The periods, the first first."""
        return [b for b in self.document.get("breakdowns", ()) if b["by"] == "period"]

    def lines(self, width: int, height: int) -> list[Line]:
        """The plot, then the table."""
        parts = self.parts
        if not parts:
            return self.missing(width)
        title = "alpha, nominal, by when an item had its last answer"
        if width >= _TABLE_BESIDE_FROM:
            left = width - 82
            plot = rows.period_plot(parts, self.marked, left, max(9, min(_MOST_PLOT_ROWS, height - 6)))
            head: list[Line] = [heading(title, width), []]
            table = [rows.part_head(79, *self.head), *self._table(head, parts, max(3, height - 6), 79)]
            found = [*head, *(beside(one, left, other) for one, other in zip_longest(plot, table, fillvalue=()))]
        else:
            found = [heading(title, width), *rows.period_plot(parts, self.marked, width, 11), [], rows.part_head(width, *self.head)]
            found += self._table(found, parts, max(3, height - len(found) - 4), width)
        return [*found, [], *rows.said_of_part(parts[min(self.marked, len(parts) - 1)], width)]

    def named(self, part: Any) -> tuple[str, str]:
        """The period alone."""
        return part["key"], ""

    def _table(self, found: list[Line], parts: Sequence[Any], room: int, width: int) -> list[Line]:
        return self.rows_of(found if width != 79 else [*found, []], parts, room, width)

    def act(self, action: str) -> bool:
        """Along the plot as along the list."""
        return super().act({"left": "up", "right": "down"}.get(action, action))


class VersionsPage(PartsPage):
    """Agreement by guideline version, and what may be said of the difference."""

    name = "versions"
    nothing = "No answer here has a guideline version, or no two answers are on one item."

    @property
    def parts(self) -> Sequence[Any]:
        """The versions, in the order of the document."""
        return [b for b in self.document.get("breakdowns", ()) if b["by"] == "guideline"]

    def lines(self, width: int, height: int) -> list[Line]:
        """The versions, then the differences with their notes."""
        parts = self.parts
        if not parts:
            return self.missing(width)
        found: list[Line] = [heading("by guideline version", width), rows.part_head(width)]
        found += self.rows_of(found, parts, max(3, height - 12), width)
        found += [[], *rows.said_of_part(parts[min(self.marked, len(parts) - 1)], width), [], heading("from version to version", width)]
        if "differences" not in self.document:
            return [*found, [("   working out …" if not self.screen.found.failed else "", "muted")]]
        between = [d for d in self.document["differences"] if d["a"] != "everybody"]
        return [*found, *(rows.difference_rows(between, width) if between else sentences([_ALONE], width, "muted", "   "))]
