"""The table of coefficients: what each is called and means, its value, interval, band and n. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prefterm.tui.agreement_rows.figures import (
    BAND_SYMBOLS,
    Figure,
    Line,
    axis,
    band_style,
    bands,
    cell,
    interval,
    interval_bar,
    sentences,
    value_of,
    why_no_interval,
)

__all__ = ["MEANINGS", "OVERALL", "PAIR", "TITLES", "coefficient_rows", "compact_rows", "given", "meaning_rows", "reasons", "skeleton"]

TITLES = {
    "alpha_ordinal": "alpha, ordinal", "alpha_nominal": "alpha, nominal", "alpha_ordinal_naming_free": "ordinal, unnamed",
    "alpha_nominal_naming_free": "nominal, unnamed", "raw_agreement": "raw agreement",
    "direction_agreement": "direction only", "tie_agreement": "tie or not", "gwet_ac1": "Gwet's AC1", "gwet_ac2": "Gwet's AC2",
    "fleiss_kappa": "Fleiss' kappa", "alpha_interval": "alpha, interval", "kendall_w": "Kendall's W",
    "cohen_kappa": "Cohen's kappa", "cohen_kappa_linear": "kappa, linear", "cohen_kappa_quadratic": "kappa, quadr.",
    "kendall_tau_b": "Kendall's tau-b",
}  # fmt: skip
"""By their key in the document; those over everybody in the order in which they are shown."""
OVERALL = tuple(TITLES)[:12]
_SECONDARY = frozenset(OVERALL[7:])
"""Shown more quietly: they check the first ones."""
MEANINGS = {
    "alpha_ordinal": "beyond chance; one step off costs less",
    "alpha_nominal": "beyond chance; first, tie, second alike",
    "alpha_ordinal_naming_free": "the same, whichever is called the first",
    "alpha_nominal_naming_free": "the same, whichever is called the first",
    "raw_agreement": "share of answers that agree, chance included",
    "direction_agreement": "the same side, where both chose one",
    "tie_agreement": "both a tie, or both a choice",
    "gwet_ac1": "as alpha nominal, for lopsided labels",
    "gwet_ac2": "as alpha ordinal, for lopsided labels",
    "fleiss_kappa": "as alpha nominal, one number of answers",
    "alpha_interval": "as alpha ordinal, all steps the same size",
    "kendall_w": "of rankings: 1 is the same order",
    "cohen_kappa": "two people, beyond chance; sides and ties",
    "cohen_kappa_linear": "as Cohen's; each step off costs the same",
    "cohen_kappa_quadratic": "as Cohen's; far off costs much more",
    "kendall_tau_b": "two rankings: 1 the same order, -1 reversed",
}
"""Short enough to stand behind a row of the table."""
_ABOUT_BANDS = (
    "Bands: strong above .75, moderate from .60, fair from .40, poor below (do not train on this). They were set for unweighted "
    "coefficients; shares, such as raw agreement, have none. Krippendorff's own rule is stricter: .80 reliable, .667 tentative.",
    "An interval holds for other items, judged by these people. In brackets stand the bands of its two ends. A hollow mark (□) has none.",
    "AC1 and AC2 are steadier where nearly all labels are the same, and then optimistic: read alpha, AC1 and raw agreement together.",
)
_COMPACT = {
    "raw_agreement": "raw", "cohen_kappa": "kappa", "cohen_kappa_linear": "linear", "cohen_kappa_quadratic": "quadratic",
    "kendall_tau_b": "tau-b",
}  # fmt: skip
PAIR = tuple(_COMPACT)
"""The figures of a pair, in the order in which they are shown."""
_PARTED = 0.02
"""A naming-free alpha is shown from this distance to the other on: else it says the same once more."""
_TITLE, _VALUE, _INTERVAL = 16, 5, 9
_WIDE = 100
_MEANING_FROM = 150
_LONGEST_BAR = 44


def coefficient_rows(named: Iterable[tuple[str, Figure]], width: int, *, meanings: bool = True) -> list[Line]:
    """The scale, then a row for each (title or key, figure); reasons for what is missing at the end."""
    figures = list(named)
    size = _bar_width(width)
    rows: list[Line] = [_scale(size, width)]
    for name, figure in figures:
        rows.append(_row(name, figure, size, width, meanings and width >= _MEANING_FROM))
    return [*rows, *reasons(figures, width)]


def skeleton(names: Iterable[str], width: int) -> list[Line]:
    """The same table before there are figures."""
    size = _bar_width(width)
    blank = interval_bar({"value": None, "low": None, "high": None}, size)
    return [_scale(size, width), *([(" ", "text"), cell(TITLES[n], _TITLE, "muted"), cell("…", _VALUE, "muted", right=True),
                                    ("  ", "text"), *blank] for n in names)]  # fmt: skip


def _band_room(width: int) -> int:
    return 27 if width >= _WIDE else 23


def _bar_width(width: int) -> int:
    return max(9, min(_LONGEST_BAR, width - 1 - _TITLE - _VALUE - 2 - 1 - _INTERVAL - 1 - _band_room(width) - 6))


def _scale(size: int, width: int) -> Line:
    start = 1 + _TITLE + _VALUE + 2
    return [
        (" " * start, "text"), (axis(size), "muted"), ("   95 %".ljust(_INTERVAL + 2), "muted"),
        (" " * _band_room(width), "text"), cell("n", 5, "muted", right=True),
    ]  # fmt: skip


def _row(name: str, figure: Figure, size: int, width: int, meaning: bool) -> Line:
    quiet = name in _SECONDARY
    room = _band_room(width)
    value: tuple[str, str] = cell(value_of(figure), _VALUE, "text" if quiet else "strong", right=True)
    row = [
        (" ", "text"), cell(TITLES.get(name, name), _TITLE, "muted" if quiet else "text"), value, ("  ", "text"),
        *interval_bar(figure, size), (" ", "text"),
    ]  # fmt: skip
    if figure["value"] is None:
        return [*row, cell("undefined", _INTERVAL + 1 + room, "notice"), cell(f"{figure['n_items']:,}", 5, "muted", right=True)]
    said = interval(figure) or "none"
    row += [cell(said, _INTERVAL + 1, "text" if figure["low"] is not None else "muted")]
    row += [cell(bands(figure, room - 1), room, band_style(figure)), cell(f"{figure['n_items']:,}", 5, "muted", right=True)]
    if meaning and name in MEANINGS:
        row += [("   ", "text"), cell(MEANINGS[name], max(0, width - sum(len(t) for t, _ in row) - 4), "muted")]
    return row


def compact_rows(figures: Sequence[tuple[str, Figure]], width: int) -> list[Line]:
    """The same figures beside something else: bars only where there is room for them, bands by their symbols."""
    bar = width - 10 - _VALUE - 1 - _INTERVAL - 3
    bar = 0 if bar < 9 else min(30, bar - 1)
    rows: list[Line] = [[(" " * (10 + _VALUE + 1), "text"), (axis(bar) + " " if bar else "", "muted"), ("  95 %", "muted")]]
    for name, figure in figures:
        row: list[tuple[str, str]] = [
            cell(_COMPACT.get(name, name), 10, "text"), cell(value_of(figure), _VALUE, "strong", right=True), (" ", "text"),
        ]  # fmt: skip
        row += [*interval_bar(figure, bar), (" ", "text")] if bar else []
        said = "undefined" if figure["value"] is None else interval(figure) or "none"
        row += [cell(said, _INTERVAL + 1, "text"), (BAND_SYMBOLS.get(figure["band"] or "", " "), band_style(figure))]
        rows.append(row)
    return rows


def reasons(figures: Sequence[tuple[str, Figure]], width: int) -> list[Line]:
    """Why a value or an interval is missing, each reason once."""
    undefined: dict[str, list[str]] = {}
    without: dict[str, list[str]] = {}
    for name, figure in figures:
        if figure["value"] is None:
            undefined.setdefault(figure["undefined"], []).append(TITLES.get(name, name))
        elif reason := why_no_interval(figure):
            without.setdefault(reason, []).append(TITLES.get(name, name))
    said = [f"Undefined{_which(names, figures)}: {reason}." for reason, names in undefined.items()]
    said += [f"No interval{_which(names, figures)}: {reason}." for reason, names in without.items()]
    return sentences(said, width, "muted", "   ")


def _which(names: Sequence[str], figures: Sequence[tuple[str, Figure]]) -> str:
    """Of which figures a reason speaks: nothing for all of them; a list that nobody would read is not given."""
    if len(names) == len(figures):
        return ""
    return " for most" if len(names) > 4 else f" ({'; '.join(names)})"


def meaning_rows(width: int) -> list[Line]:
    """What each figure and each band means, for a list."""
    rows: list[Line] = []
    for name, meaning in MEANINGS.items():
        first, *rest = sentences([meaning], width - _TITLE, "text", "")
        rows.append([cell(TITLES[name], _TITLE, "strong"), *first])
        rows += [[(" " * _TITLE, "text"), *more] for more in rest]
    return [*rows, [], *sentences(_ABOUT_BANDS, width, "text", "")]


def given(document: Mapping[str, Any], names: Iterable[str]) -> list[tuple[str, Figure]]:
    """The figures of these names that a part of the document has, a naming-free alpha only where it is another."""
    return [(name, document[name]) for name in names if document.get(name) is not None and not _said_already(document, name)]


def _said_already(document: Mapping[str, Any], name: str) -> bool:
    plain = document.get(name.removesuffix("_naming_free"))
    if not name.endswith("_naming_free") or plain is None:
        return False
    values = document[name]["value"], plain["value"]
    return None in values or abs(values[0] - values[1]) < _PARTED
