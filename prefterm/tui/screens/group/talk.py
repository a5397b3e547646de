"""The rows of what was said about an item; the last row in view says that there is more below it."""

from __future__ import annotations

from prefterm.tui.widgets.chrome import Rows, fitted

__all__ = ["Talk"]


class Talk(Rows):
    """Rows that tell where they go on."""

    def restyle(self) -> None:
        """Draw the rows in view."""
        if not self.size.width:
            return
        rows = [*self.lines[self.top : self.top + max(1, self.size.height)]]
        if rows and self.top < self.limit:
            rows[-1] = fitted(rows[-1], [(" ▼ more ", "muted")], self.size.width)
        self.show(rows)
