"""What stands on the screen where the terminal is too small for anything else."""

from __future__ import annotations

from textwrap import wrap

from prefterm.tui.terminal_size import small_sentence
from prefterm.tui.widgets.lines import Line, Lines

__all__ = ["TooSmall"]


class TooSmall(Lines):
    """One centred sentence over everything."""

    DEFAULT_CSS = "TooSmall { layer: small; width: 100%; height: 100%; background: $background; }"

    def restyle(self) -> None:
        """Draw the sentence for the present size."""
        width, height = self.size
        if not (width and height):
            return
        said = wrap(small_sentence(*self.app.size), max(8, width - 2))
        above = max(0, (height - len(said)) // 2)
        lines: list[Line] = [[]] * above
        lines += [[(line.center(width), "text")] for line in said]
        self.show(lines)
