"""Tables laid out for a width: columns as wide as their content, shrunk with wrapping, or one `header: value` list per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from prefterm.tui.layout.wrapping import LaidLine, Span, cells_of, wrap

__all__ = ["Row", "table_lines"]

_LEAST: Final = 6
"""Cells of a column below which wrapped words are no longer legible, and the table becomes a list."""
_WORD: Final = 14
"""Cells of a word beyond which it may be broken: an address is no reason to squeeze the other columns."""
_BORDER: Final[Span] = (" │ ", "table-border")


@dataclass(frozen=True)
class Row:
    """One row: the spans of each cell, and the line of the source it stands on."""

    cells: tuple[tuple[Span, ...], ...]
    source_line: int


def table_lines(head: Row, body: Sequence[Row], alignments: Sequence[str], width: int) -> list[LaidLine]:
    """The lines of a table, each at most `width` cells. Alignments are `left`, `right` or `center`, one a column."""
    natural = [max(cells_of(row.cells[index]) for row in (head, *body)) for index in range(len(head.cells))]
    words = [max(_longest_word(row.cells[index]) for row in (head, *body)) for index in range(len(head.cells))]
    widths = _column_widths([max(cells, 1) for cells in natural], words, width)
    if widths is None:
        return _as_list(head, body, width)
    # Where cells wrap, rows need a line between them, or nobody can tell where a row ends.
    wraps = any(cells > given for cells, given in zip(natural, widths, strict=True))
    lines = _row_lines(head, widths, alignments)
    lines.append(_border(widths, head.source_line + 1, "─┼─", "─"))
    for index, row in enumerate(body):
        if wraps and index:
            lines.append(_border(widths, row.source_line, "┄┼┄", "┄"))
        lines += _row_lines(row, widths, alignments)
    return lines


def _longest_word(cell: tuple[Span, ...]) -> int:
    """Cells of the longest word of a cell, as far as a column is to be kept wide for it."""
    return min(max(map(cell_len, "".join(text for text, _ in cell).split()), default=0), _WORD)


def _column_widths(natural: list[int], words: list[int], width: int) -> list[int] | None:
    """Cells of each column: the natural ones if they fit, else shrunk in proportion; None if one would get under 6.

    No column gets narrower than its longest word (of `words`), if there is room for all of those.
    """
    room = width - cells_of([_BORDER]) * (len(natural) - 1)
    if sum(natural) <= room:
        return natural
    # Narrow columns are not shrunk: they would lose legibility and give nearly nothing.
    wide = set(range(len(natural)))
    while wide:
        share = (room - sum(cells for index, cells in enumerate(natural) if index not in wide)) // len(wide)
        narrow = {index for index in wide if natural[index] <= max(share // 2, _LEAST)}
        if not narrow:
            break
        wide -= narrow
    left = room - sum(cells for index, cells in enumerate(natural) if index not in wide)
    if left < _LEAST * len(wide) or not wide:
        return None
    least = {index: max(_LEAST, words[index]) for index in wide}
    if sum(least.values()) > left:
        least = dict.fromkeys(wide, _LEAST)
    total = sum(natural[index] for index in wide)
    widths = list(natural)
    spare = left - sum(least.values())
    for index in wide:
        widths[index] = min(least[index] + spare * natural[index] // total, natural[index])
    return widths


def _border(widths: Sequence[int], source_line: int, joint: str, dash: str) -> LaidLine:
    text = joint.join(dash * cells for cells in widths)
    return LaidLine(((text, "table-border"),), source_line, len(text))


def _row_lines(row: Row, widths: Sequence[int], alignments: Sequence[str]) -> list[LaidLine]:
    columns = [wrap(cell, given) for cell, given in zip(row.cells, widths, strict=True)]
    total = sum(widths) + cells_of([_BORDER]) * (len(widths) - 1)
    lines: list[LaidLine] = []
    for index in range(max(map(len, columns))):
        spans: list[Span] = []
        for column, given, alignment in zip(columns, widths, alignments, strict=True):
            line = column[index] if index < len(column) else LaidLine((), 0, 0)
            missing = given - line.cells
            before = {"right": missing, "center": missing // 2}.get(alignment, 0)
            spans += [(" " * before, "text")] if before else []
            spans += line.spans
            spans += [(" " * (missing - before), "text")] if missing > before else []
            spans.append(_BORDER)
        lines.append(LaidLine(tuple(spans[:-1]), row.source_line, total))
    return lines


def _as_list(head: Row, body: Sequence[Row], width: int) -> list[LaidLine]:
    """Every row as lines of `header: value`, with an empty line between rows; the header alone if there is no row."""
    if not body:
        return [line for cell in head.cells for line in wrap(cell, width, source_line=head.source_line)]
    lines: list[LaidLine] = []
    for number, row in enumerate(body):
        if number:
            lines.append(LaidLine((), row.source_line, 0))
        for name, value in zip(head.cells, row.cells, strict=True):
            label = (*name, (": ", "table-head")) if name else ()
            if label or value:
                lines += wrap((*label, *value), width, rest_prefix=(("  ", "text"),), source_line=row.source_line)
    return lines
