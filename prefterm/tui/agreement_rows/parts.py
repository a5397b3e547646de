"""Agreement by part: dimension, tag, round, guideline version, kind, period; and what differs between versions. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prefterm.tui.agreement_rows.figures import (
    Line,
    axis,
    band_style,
    bands,
    cell,
    interval,
    interval_bar,
    mark_of,
    number,
    sentences,
    value_of,
    why_no_interval,
)
from prefterm.tui.agreement_rows.heat_map import worst_first

__all__ = [
    "BROKEN_DOWN_BY",
    "Part",
    "called",
    "difference_rows",
    "part_head",
    "part_row",
    "parts_by",
    "period_plot",
    "said_of_part",
    "tabs",
]

BROKEN_DOWN_BY = ("dimension", "tag", "round", "guideline", "kind")
"""What the breakdown shows; periods have a page of their own."""
_KINDS = {"human": "people", "judge": "AI judges"}
Part = Mapping[str, Any]


def alpha(part: Part) -> Mapping[str, Any]:
    """The figure that parts are compared by."""
    found: Mapping[str, Any] = part["coefficients"]["alpha_nominal"]
    return found


def parts_by(breakdowns: Iterable[Part], by: str | None) -> list[Part]:
    """The parts of one kind, or of all; the lowest first, too small ones after the others; people and judges before everything."""
    found = worst_first([b for b in breakdowns if b["by"] == by or (by is None and b["by"] in BROKEN_DOWN_BY)], alpha)
    return sorted(found, key=lambda part: part["by"] != "kind")


def called(part: Part) -> str:
    """What a part is called."""
    key = str(part["key"])
    return _KINDS.get(key, key) if part["by"] == "kind" else key


def tabs(found: Mapping[str | None, int], chosen: str | None) -> Line:
    """What there is to break down by, with how many parts; the chosen one in brackets."""
    line: list[tuple[str, str]] = [("  ", "text")]
    for by, count in found.items():
        name = f"{by or 'everything'} {count}"
        line.append((f"[{name}]" if by == chosen else f" {name} ", "focused" if by == chosen else "muted"))
    return line


def _columns(width: int) -> tuple[int, int, bool]:
    """(cells of the key, cells of the bar, whether raw agreement and AC1 have columns)."""
    others = width >= 100
    room = width - 4 - 10 - 5 - 1 - 1 - 10 - 9 - (10 if others else 0) - 6
    key = max(12, min(30, room // 2))
    return key, max(9, min(44, room - key)), others


def part_head(width: int, first: str = "by", second: str = "which") -> Line:
    """The heads of the columns, the scale above the bars."""
    key, bar, others = _columns(width)
    return [
        ("   ", "text"), cell(first, 10, "muted"), cell(second, key, "muted"), cell("alpha", 5, "muted", right=True), (" ", "text"),
        (axis(bar), "muted"), ("   95 %    ", "muted"), cell("", 9),
        *([cell("raw", 5, "muted", right=True), cell("AC1", 5, "muted", right=True)] if others else []), cell("n", 6, "muted", right=True),
    ]  # fmt: skip


def part_row(part: Part, width: int, *, marked: bool = False, named: tuple[str, str] | None = None) -> Line:
    """One part: alpha with its interval and band, n, and raw agreement and AC1 where there is room. `named`: the first two cells."""
    key, bar, others = _columns(width)
    first, second = named or (part["by"], called(part))
    figures = part["coefficients"]
    found = alpha(part)
    style = "strong" if marked else "text"
    said = "undefined" if found["value"] is None else interval(found) or "none"
    return [
        (" ▸ " if marked else "   ", "key"), cell(first, 10, "muted" if second else style),
        cell(second, key - 1, style), (" ", "text"),
        cell(value_of(found), 5, style, right=True), (" ", "text"), *interval_bar(found, bar), (" ", "text"),
        cell(said, 10, "text" if found["low"] is not None else "muted"), cell(found["band"] or "", 9, band_style(found)),
        *([cell(value_of(figures[name]), 5, "text", right=True) for name in ("raw_agreement", "gwet_ac1")] if others else []),
        cell(f"{found['n_items']:,}", 6, "muted", right=True),
    ]  # fmt: skip


def said_of_part(part: Part, width: int) -> list[Line]:
    """The marked part in full: its whole name, the bands of the interval's ends, the other coefficients, why there is no interval."""
    figures, found = part["coefficients"], alpha(part)
    named = f"{part['by']} {called(part)}"
    if found["value"] is None:
        return sentences([f"{named}: alpha is undefined: {found['undefined']}."], width, "text", "   ")
    ordinal, raw, ac1 = (figures[name] for name in ("alpha_ordinal", "raw_agreement", "gwet_ac1"))
    others = [f"{name} {value_of(f)}" + (f" ({interval(f)})" if f["low"] is not None else "")
              for name, f in (("alpha ordinal", ordinal), ("raw agreement", raw), ("AC1", ac1))]  # fmt: skip
    why = why_no_interval(found)
    said = f"{named}: alpha {value_of(found)}, {bands(found)}; {', '.join(others)}; n {found['n_items']:,}."
    return sentences([said + (f" No interval: {why}." if why else "")], width, "text", "   ")


def period_plot(parts: Sequence[Part], marked: int, width: int, height: int) -> list[Line]:
    """Alpha by period from left to right, each with its interval, on a scale from 0 to 1 of `height` rows; names below.

    Where they do not all fit, those around the marked one.
    """
    size = max(4, min(9, (width - 6) // max(1, len(parts))))
    room = max(1, (width - 6) // size)
    first = max(0, min(marked - room // 2, len(parts) - room))
    shown = range(first, min(len(parts), first + room))
    rows: list[list[tuple[str, str]]] = [_plot_edge(y, height) for y in range(height)]
    for at in shown:
        for y, part in enumerate(_plot_column(alpha(parts[at]), height)):
            rows[y].append(_centred(*part, size))
    names: list[tuple[str, str]] = [("     ", "text")]
    for at in shown:
        name = called(parts[at]).rpartition("-")[2]
        names.append(_centred(name, "cursor" if at == marked else "muted", size))
    return [*rows, names]


def _plot_edge(y: int, height: int) -> list[tuple[str, str]]:
    marks = {_level(tick, height): f"{tick:g}".removeprefix("0") or "0" for tick in (0.0, 0.4, 0.6, 0.75, 1.0)}
    return [(f"{marks.get(y, ''):>4}", "muted"), ("┤" if y in marks else "│", "frame")]


def _level(value: float, height: int) -> int:
    return max(0, min(height - 1, round((1 - value) * (height - 1))))


def _plot_column(figure: Mapping[str, Any], height: int) -> list[tuple[str, str]]:
    """One figure from the top down: a cell each."""
    dotted = {_level(tick, height) for tick in (0.4, 0.6, 0.75)}
    column = [("·", "frame") if y in dotted else (" ", "text") for y in range(height)]
    value, low, high = figure["value"], figure["low"], figure["high"]
    if value is None:
        return column
    if low is not None:
        top, bottom = _level(high, height), _level(low, height)
        for y in range(top, bottom + 1):
            column[y] = ("│", "interval")
        column[top] = ("┬", "interval")
        column[bottom] = ("▾" if low < 0 else "┴", "interval")
    column[_level(value, height)] = ("▾" if value < 0 else mark_of(figure), band_style(figure))
    return column


def _centred(text: str, style: str, size: int) -> tuple[str, str]:
    shown = text[: size - 1]
    before = (size - len(shown)) // 2
    # The dots of a bound go on between the columns.
    blank = "·" if shown == "·" else " "
    return (blank * before + shown + blank * (size - before - len(shown)), style)


def difference_rows(differences: Iterable[Mapping[str, Any]], width: int) -> list[Line]:
    """What alpha changes by from one version to the next, each with its note."""
    rows: list[Line] = []
    notes: dict[str, list[str]] = {}
    for found in differences:
        named = f"{found['a']} → {found['b']}"
        if found["value"] is None:
            rows.append([("   ", "text"), cell(named, max(20, width - 30), "text"), ("not shown", "notice")])
        else:
            ends = f" ({number(found['low'])} to {number(found['high'])})" if found["low"] is not None else ""
            said = f"{found['value']:+.2f}".replace("0.", ".") + ends
            rows.append([("   ", "text"), cell(named, max(20, width - 30), "text"), (said, "strong")])
        if found["note"]:
            notes.setdefault(found["note"], []).append(named)
    for note, named_ in notes.items():
        rows += [[], *sentences([note if len(notes) == 1 else f"{', '.join(named_)}: {note}"], width, "text", "   ")]
    return rows
