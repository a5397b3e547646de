"""A figure as it is shown: its value, its interval as digits and as a bar on a common scale, its band in words. Pure, without Textual.

A figure is the contract's C: a mapping with value, low, high, n_items, band, band_low, band_high, undefined, no_interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from prefterm.domain.safe_text import one_line
from prefterm.stats.bands import band
from prefterm.tui.layout.wrapping import safe_spans, wrap

__all__ = [
    "BAND_SYMBOLS",
    "Line",
    "axis",
    "band_style",
    "bands",
    "beside",
    "cell",
    "counted",
    "heading",
    "interval",
    "interval_bar",
    "mark_of",
    "name_cell",
    "number",
    "percent",
    "sentences",
    "share_bar",
    "short_name",
    "value_of",
    "why_no_interval",
]

Line = Sequence[tuple[str, str]]
Figure = Mapping[str, Any]

TICKS = (0.0, 0.4, 0.6, 0.75, 1.0)
"""Where the scale is marked: its ends, and where the bands meet."""
BAND_SYMBOLS = {"strong": "█", "moderate": "▓", "fair": "▒", "poor": "░"}
_LONGEST_NAME = 200
_SHORT = {"moderate": "mod."}
_FULL_BANDS = 26
"""Cells of the longest band with those of its ends, in full words."""


def number(value: float | None, places: int = 2) -> str:
    """A coefficient without the zero before the point; – where there is none."""
    if value is None:
        return "–"
    text = f"{value:.{places}f}"
    return "0" if float(text) == 0 else text.replace("0.", ".", 1)


def value_of(figure: Figure) -> str:
    """A figure's value, to a third place where two would show it in another band than it is in."""
    value = figure["value"]
    near = value is not None and figure["band"] is not None and band(float(f"{value:.2f}")) != figure["band"]
    return number(value, 3 if near else 2)


def percent(share: float | None) -> str:
    """A share in whole percent; – where there is none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def interval(figure: Figure) -> str:
    """The ends of the interval; "" where there is none."""
    return "" if figure["low"] is None else f"{number(figure['low'])}–{number(figure['high'])}"


def bands(figure: Figure, room: int = _FULL_BANDS) -> str:
    """The band, and those of the interval's ends where they differ from it: `fair (poor–moderate)`. "" for a figure without bands."""
    name, low, high = figure["band"], figure["band_low"], figure["band_high"]
    if name is None or low is None or low == name == high:
        return name or ""
    if room < _FULL_BANDS:
        low, high = _SHORT.get(low, low), _SHORT.get(high, high)
    return f"{name} ({low}–{high})"


def band_style(figure: Figure) -> str:
    """The style class of a figure's band; of one without bands that of text."""
    return "text" if figure["band"] is None else f"band-{figure['band']}"


def why_no_interval(figure: Figure) -> str:
    """Why a figure with a value has no interval; "" where it has one, or no value."""
    if figure["value"] is None or figure["low"] is not None:
        return ""
    return figure.get("no_interval") or "too few items tell too little for an interval"


def _place(value: float, width: int) -> int:
    """The cell of a value on a scale from 0 to 1."""
    return max(0, min(width - 1, round(value * (width - 1))))


def axis(width: int) -> str:
    """The scale above bars of that width; marks that do not fit are left out, the ends last."""
    row = [" "] * width
    for tick in (0.0, 1.0, 0.4, 0.75, 0.6):
        text = f"{tick:g}".removeprefix("0") or "0"
        start = min(_place(tick, width), width - len(text))
        if all(c == " " for c in row[max(0, start - 1) : start + len(text) + 1]):
            row[start : start + len(text)] = text
    return "".join(row)


def interval_bar(figure: Figure, width: int) -> Line:
    """The interval and the value in it on the scale from 0 to 1, the bands' bounds dotted behind.

    What lies below 0 is an arrow at the left end: no scale that begins at -1 would show the rest. Without an interval the value
    stands alone; without a value there is nothing.
    """
    row = [(" ", "text")] * width
    for tick in TICKS[1:-1]:
        row[_place(tick, width)] = ("┊", "frame")
    value, low, high = figure["value"], figure["low"], figure["high"]
    if value is None:
        return _joined(row)
    if low is not None and high is not None and high >= 0:
        first, last = _place(low, width), _place(high, width)
        for at in range(first, last + 1):
            row[at] = ("─", "interval")
        row[last] = ("┤", "interval")
        row[first] = ("◂" if low < 0 else "├", "interval")
    row[_place(value, width)] = ("◂" if value < 0 else mark_of(figure), band_style(figure))
    return _joined(row)


def mark_of(figure: Figure) -> str:
    """The mark of a value: hollow where there are too few items for an interval."""
    return "□" if figure["low"] is None else "■"


def share_bar(rate: float | None, low: float | None, high: float | None, width: int, style: str = "strong") -> Line:
    """A share and its interval around the middle of a scale from 0 to 1, the half marked; nothing without a share."""
    row = [(" ", "text")] * width
    row[_place(0.5, width)] = ("┊", "frame")
    if rate is None:
        return _joined(row)
    if low is not None and high is not None:
        for at in range(_place(low, width), _place(high, width) + 1):
            row[at] = ("─", "interval")
    row[_place(rate, width)] = ("■", style)
    return _joined(row)


def _joined(row: Iterable[tuple[str, str]]) -> Line:
    """Single cells as runs of one style."""
    runs: list[tuple[str, str]] = []
    for text, style in row:
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + text, style)
        else:
            runs.append((text, style))
    return runs


def cell(text: str, width: int, style: str = "text", *, right: bool = False) -> tuple[str, str]:
    """A text from anywhere, safe, cut or padded to exactly `width` cells."""
    shown = one_line(text, width)
    blank = " " * (width - cell_len(shown))
    return (blank + shown if right else shown + blank, style)


def short_name(name: str, width: int) -> str:
    """A person's name, safe, in at most `width` cells: cut in its middle, for imported names begin alike and differ at their end."""
    whole = one_line(name, _LONGEST_NAME)
    if cell_len(whole) <= width:
        return whole
    head = one_line(whole, max(2, width // 3))
    tail = next(whole[at:] for at in range(len(whole)) if cell_len(whole[at:]) <= width - cell_len(head))
    return head + tail


def name_cell(name: str, width: int, style: str = "text") -> tuple[str, str]:
    """A person's name in a column of that width, a blank behind it."""
    return cell(short_name(name, width - 1), width, style)


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 item`, `3,000 items`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def heading(title: str, width: int) -> Line:
    """A rule with a title in it."""
    title = one_line(title, max(0, width - 8))
    return [(" ── ", "frame"), (title, "title"), (" " + "─" * max(0, width - cell_len(title) - 6), "frame")]


def beside(one: Line, width: int, other: Line, gap: int = 3) -> Line:
    """Two rows side by side, the second from a column on."""
    used = sum(cell_len(text) for text, _ in one)
    return [*one, (" " * max(0, width + gap - used), "text"), *other]


def sentences(said: Iterable[str], width: int, style: str = "text", mark: str = " · ") -> list[Line]:
    """Sentences from anywhere as wrapped rows, each begun by a mark."""
    first, rest = [(mark, "muted")], [(" " * len(mark), "muted")]
    return [
        line.spans for sentence in said for line in wrap(safe_spans(sentence.replace("\n", " "), style), max(20, width - 1), first, rest)
    ]
