"""Two people: the table of their answers, and the items on which they part. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prefterm.domain.preferences import direction
from prefterm.domain.safe_text import one_line
from prefterm.tui.agreement_rows.figures import Line, cell, name_cell, sentences, short_name

if TYPE_CHECKING:
    from prefterm.services.parted import Parting, Said

__all__ = ["answer_rows", "category", "list_head", "parted_count", "parted_row", "said_words", "table_rows", "table_width", "values_at"]

_LABEL = 9
_ANSWER = 22
_TIES = {"equal": "equally good", "both_good": "both good", "both_bad": "both bad"}


def category(value: int, plain: bool) -> str:
    """A signed strength as a table names it: positive is for the first response. `plain`: there are no margins."""
    if value == 0:
        return "tie"
    side = "first" if value > 0 else "second"
    return side if plain else f"{side} {abs(value)}"


def _short(value: int, plain: bool) -> str:
    return category(value, plain) if plain else "tie" if value == 0 else f"{value:+d}"


def _shown(categories: Sequence[int]) -> list[int]:
    """The indices of the categories from the first response's end to the second's."""
    return sorted(range(len(categories)), key=lambda at: -categories[at])


def _sizes(table: Mapping[str, Any]) -> tuple[int, int]:
    """Cells of a column, and of the one with the sums."""
    counts = table["counts"]
    most, everything = max(map(max, counts)), sum(map(sum, counts))
    return max(7 if len(counts) <= 3 else 4, len(f"{most:,}") + 1), max(5, len(f"{everything:,}") + 2)


def table_width(table: Mapping[str, Any]) -> int:
    """Columns that the table takes."""
    size, total = _sizes(table)
    return 3 + _LABEL + len(table["categories"]) * size + total


def table_rows(pair: Mapping[str, Any], cursor: tuple[int, int] | None, chosen: tuple[int, int] | None) -> list[Line]:
    """How often `a` said one thing and `b` another: a row for each answer of `a`. `cursor` and `chosen` are places as shown."""
    table = pair["confusion"]
    categories, counts = table["categories"], table["counts"]
    order, plain = _shown(categories), len(categories) <= 3
    size, total = _sizes(table)
    head = [cell("", 3 + _LABEL), cell(f"{short_name(pair['b'], 24)} →", len(order) * size, "text")]
    names: list[tuple[str, str]] = [cell(f"   {short_name(pair['a'], _LABEL - 2)} ↓", 3 + _LABEL, "text")]
    for place, at in enumerate(order):
        names.append(cell(_short(categories[at], plain), size, "strong" if cursor and cursor[1] == place else "muted", right=True))
    rows: list[Line] = [head, [*names, cell("all", total, "muted", right=True)]]
    for row, one in enumerate(order):
        marked = cursor is not None and cursor[0] == row
        line = [(" ▸ " if marked else "   ", "key"), cell(category(categories[one], plain), _LABEL, "strong" if marked else "muted")]
        for column, other in enumerate(order):
            style = _style(categories[one], categories[other], counts[one][other])
            style = "cursor" if cursor == (row, column) else "found" if chosen == (row, column) else style
            line.append(cell(f"{counts[one][other]:,}" if counts[one][other] else "·", size, style, right=True))
        rows.append([*line, cell(f"{sum(counts[one]):,}", total, "muted", right=True)])
    totals = [cell("   all", 3 + _LABEL, "muted")]
    totals += [cell(f"{sum(row[other] for row in counts):,}", size, "muted", right=True) for other in order]
    return [*rows, [*totals, cell(f"{sum(map(sum, counts)):,}", total, "muted", right=True)]]


def _style(one: int, other: int, count: int) -> str:
    """Agreement stands out by weight, a clash by colour and by where it stands."""
    if not count:
        return "frame"
    if one == other:
        return "strong"
    return "band-poor" if direction(one) * direction(other) < 0 else "text"


def values_at(table: Mapping[str, Any], place: tuple[int, int]) -> tuple[int, int]:
    """The answers of `a` and of `b` at a place of the table as shown."""
    order = _shown(table["categories"])
    return table["categories"][order[place[0]]], table["categories"][order[place[1]]]


def parted_count(table: Mapping[str, Any], chosen: tuple[int, int] | None) -> int:
    """How many items the list has: those of a cell (answers of `a` and `b`), or all on which the directions differ."""
    named = list(enumerate(table["categories"]))
    if chosen is not None:
        return int(sum(table["counts"][i][j] for i, one in named for j, other in named if (one, other) == chosen))
    return int(sum(table["counts"][i][j] for i, one in named for j, other in named if direction(one) != direction(other)))


def said_words(said: Said, plain: bool) -> str:
    """An answer in a few words: `first 2`, `both bad`, with ✗ and the side of what is not acceptable."""
    words = _TIES.get(said.tie or "equal", "tie") if said.strength == 0 else category(said.strength, plain)
    bad = [side for side, mark in zip(("first", "second"), said.marks, strict=False) if mark is False]
    return f"{words} · ✗ {' and '.join(bad)}" if bad else words


def parted_row(item: Parting, plain: bool, marked: bool, width: int) -> Line:
    """One item of the list: both answers, then the beginning of the prompt."""
    room = min(_ANSWER, max(10, (width - 24) // 3))
    style = "strong" if marked else "text"
    said = " ".join(item.prompt.split()) or "no prompt known"
    return [
        (" ▸ " if marked else "   ", "key"), cell(said_words(item.a, plain), room, style), (" ", "text"),
        cell(said_words(item.b, plain), room, style), (" ", "text"), cell(said, max(0, width - 2 * room - 6), "muted"),
    ]  # fmt: skip


def list_head(pair: Mapping[str, Any], width: int) -> Line:
    """The heads of the list's columns."""
    room = min(_ANSWER, max(10, (width - 24) // 3))
    return [
        ("   ", "text"),
        name_cell(pair["a"], room, "muted"),
        (" ", "text"),
        name_cell(pair["b"], room, "muted"),
        (" prompt", "muted"),
    ]


def answer_rows(said: Said, plain: bool, width: int, most: int | None) -> list[Line]:
    """One answer in full for the reading page: what, how sure, how long, why. At most `most` rows; None: all of them."""
    facts = [f"{key} {value:+d}" if value else f"{key} tie" for key, value in said.dimensions.items()]
    facts += [f"sure {said.confidence} of 5"] if said.confidence is not None else []
    facts += [f"{round(said.active_seconds)} s"] if said.active_seconds is not None else []
    facts += [f"§{section}" for section in said.sections]
    facts += [said.guideline] if said.guideline else []
    name = f" {short_name(said.annotator, 24)}"
    words = f"  {said_words(said, plain)}"
    rest = one_line("   " + " · ".join(facts), max(0, width - len(name) - len(words) - 1))
    rows: list[Line] = [[(name, "title"), (words, "strong"), (rest, "muted")]]
    why = "; ".join((*said.reasons, said.rationale) if said.rationale else said.reasons)
    written = sentences([why], width, "text", "   ") if why else [[("   no reason given", "muted")]]
    if most is not None and len(written) > most - 1:
        written = [*written[: most - 2], [*written[most - 2], (" …", "muted")]] if most > 1 else []
    return [*rows, *written]
