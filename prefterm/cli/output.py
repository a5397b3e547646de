"""Everything the command line prints. stdout is data, stderr is narration, and nothing from data reaches a terminal raw.

`emit` writes one JSON document, `table` and `line` a report for people, `say` a sentence about what was done. A progress
bar is drawn only on a terminal.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = ["counted", "emit", "line", "progress_bar", "raw", "say", "table"]

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def emit(document: Any) -> None:
    """Write one JSON document to stdout. Characters that a terminal interprets or hides are escaped; the value is the same."""
    _write(_escaped(json.dumps(document, ensure_ascii=not _is_utf8(), allow_nan=False, indent=2)) + "\n")


def _is_utf8() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"


def _escaped(text: str) -> str:
    table: dict[int, str] = {}
    for char in set(text):
        if char != "\n" and unicodedata.category(char) in _UNSAFE:
            units = char.encode("utf-16-be", "surrogatepass")
            table[ord(char)] = "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
    return text.translate(table)


def line(text: str = "") -> None:
    """Write a line (or several) of a report to stdout."""
    _write(_safe(text) + "\n")


def raw(text: str) -> None:
    """Write a document to stdout: made safe on a terminal, byte for byte into a pipe or file."""
    _write(_safe(text) if sys.stdout.isatty() else text)


def say(text: str) -> None:
    """Say a sentence on stderr."""
    if sys.stderr is not None:
        sys.stderr.write(_encodable(_safe(text) + "\n", sys.stderr))
        sys.stderr.flush()


def _safe(text: str) -> str:
    # Loaded when something is printed: `--help`, which prints by itself, would spend a tenth of its time on it.
    from prefterm.domain.safe_text import safe_text

    return safe_text(text)


def _write(text: str) -> None:
    if sys.stdout is None:
        raise BrokenPipeError("stdout is closed")
    sys.stdout.write(_encodable(text, sys.stdout))


def _encodable(text: str, stream: Any) -> str:
    """The text with what the stream's encoding lacks spelled out by its code point."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> None:
    """Write a table to stdout, as wide as the terminal; into a pipe or file as wide as it needs.

    `numbers`: columns that are aligned to the right. None is shown as `–`. A cell that is too wide is folded, never cut.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="bold")
    for position, heading in enumerate(headings):
        grid.add_column(Text(heading), justify="right" if position in numbers else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_cell(value)) for value in row))
    width = None if sys.stdout is not None and sys.stdout.isatty() else 100_000
    console = Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)
    with console.capture() as captured:
        console.print(grid)
    # Rich fills every line up to the table's width; what is data needs no trailing blanks.
    _write("\n".join(text.rstrip() for text in captured.get().split("\n")))


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return _cell(", ".join(map(str, value)))
    return _safe(str(value)).replace("\n", "⏎")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 gold answer`, `3 gold answers`; `many` where the plural is not one + s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr while the block runs: yields what takes (done, total); None where stderr is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(_safe(title), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
