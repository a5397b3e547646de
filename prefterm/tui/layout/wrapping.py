"""Lines of styled text that fit a width: the vocabulary of styles, the laid line, and the one wrapping function.

Knows terminal cells and nothing of Markdown. Text handed to it has been through `safe_text`; `safe_spans` does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from rich.cells import cell_len

from prefterm.domain.safe_text import safe_text

__all__ = ["MIN_WIDTH", "STYLE_CLASSES", "LaidLine", "Span", "cells_of", "merged", "safe_spans", "sealed", "wrap", "wrapped_text"]

Span = tuple[str, str]
"""A text and the name of its style class."""

STYLE_CLASSES: Final = (
    "text", "strong", "emphasis", "strong-emphasis", "strike", "heading-1", "heading-2", "heading-3", "code", "code-block",
    "code-keyword", "code-string", "code-comment", "code-number", "code-name", "quote", "bullet", "link", "address",
    "table-border", "table-head", "rule", "hidden", "empty",
)  # fmt: skip
"""Every style class a span may have; the widget that paints the lines maps each to a look."""

MIN_WIDTH: Final = 20
"""Narrower panes are laid out for this width and cropped: with bars and markers there would be no room for words."""

# What safe_text makes, so that it can be painted as such. The same characters written by an author look the same.
_HIDDEN = re.compile("(‸?⟨(?:U\\+[0-9A-F]{4,6}|\\+\\d+ marks?)⟩|[\u2400-\u2421]+)")
# Characters of one cell each, whatever stands beside them; checked against rich by a test.
_SINGLE = re.compile("[ -~\xa0-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b\u2500-\u25fc]*")
# Where a line may end between scripts written without spaces (see `_unspaced`), these do not begin the next one, and those do not end it.
_NOT_FIRST = frozenset("、。，．・：；？！゛゜ー々〻）〕］｝〉》」』】〙〗〟’”…‥ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?:;)]}%")
_NOT_LAST = frozenset("（〔［｛〈《「『【〘〖〝‘“([{")
_ATTACHING = "\u200d\ufe0e\ufe0f"


@dataclass(frozen=True, slots=True)
class LaidLine:
    """One line of the terminal."""

    spans: tuple[Span, ...]
    source_line: int
    """Number of the line of the source that it shows, from 0."""
    cells: int
    """Its width in terminal cells, at most the width asked for."""


def cells_of(spans: Iterable[Span]) -> int:
    """Width of the spans in terminal cells."""
    return sum([cell_len(text) for text, _ in spans])


def safe_spans(text: str, style: str, allow_joiners: bool = False) -> list[Span]:
    """The text made safe, in `style`, with whatever `safe_text` spelled out in the style `hidden`."""
    shown = safe_text(text, allow_joiners)
    if shown.isascii():
        return [(shown, style)] if shown else []
    parts = _HIDDEN.split(shown)
    return [(part, "hidden" if index % 2 else style) for index, part in enumerate(parts) if part]


def wrapped_text(text: str, width: int) -> list[str]:
    """A text from outside, made safe, as rows of at most `width` cells; its own line breaks stay. No row for an empty text."""
    rows: list[str] = []
    for part in safe_text(text).split("\n"):
        if part.strip():
            rows += ["".join(piece for piece, _ in line.spans) for line in wrap([(part, "text")], width)]
    return rows


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same text with neighbours of one style joined."""
    joined: list[Span] = []
    for text, style in spans:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined


def sealed(spans: Sequence[Span], allow_joiners: bool = False) -> Sequence[Span]:
    """The spans if they are safe side by side, else their text made safe as one and without styles.

    Parts that are each safe may not be so together: combining marks split by `**` would pile up on one base again.
    """
    joined = "".join([text for text, _ in spans])
    if joined.isascii() or safe_text(joined, allow_joiners) == joined:
        return spans
    return safe_spans(joined, "text", allow_joiners)


def wrap(
    spans: Sequence[Span],
    width: int,
    first_prefix: Sequence[Span] = (),
    rest_prefix: Sequence[Span] = (),
    *,
    source_line: int = 0,
    at_words: bool = True,
) -> list[LaidLine]:
    """One line of text as lines of at most `width` cells, the first after `first_prefix`, the others after `rest_prefix`.

    Breaks at spaces (which are not shown at the end or beginning of a line made by wrapping) and between East Asian
    characters, else between grapheme clusters; with `at_words` false between any two clusters, keeping all spaces.
    Always gives at least one line. A prefix must leave two cells, or the lines are wider than `width`.
    """
    text = "".join([part for part, _ in spans])
    first, rest = cells_of(first_prefix), cells_of(rest_prefix)
    total = cell_len(text)
    if first + total <= width:
        return [LaidLine((*first_prefix, *spans), source_line, first + total)]
    rooms = (max(width - first, 2), max(width - rest, 2))
    ranges = _single_ranges(text, rooms, at_words) if _SINGLE.fullmatch(text) else _cluster_ranges(text, rooms, at_words)
    lines: list[LaidLine] = []
    for index, (pieces, cells) in enumerate(_cut(spans, ranges)):
        prefix, prefix_cells = (rest_prefix, rest) if index else (first_prefix, first)
        lines.append(LaidLine((*prefix, *pieces), source_line, prefix_cells + cells))
    return lines


_Range = tuple[int, int, int]
"""Start, end (indices of the text) and cells of one line."""


def _single_ranges(text: str, rooms: tuple[int, int], at_words: bool) -> list[_Range]:
    """Where to cut text in which every character takes one cell."""
    ranges: list[_Range] = []
    start, room, size = 0, rooms[0], len(text)
    while size - start > room:
        end = start + room
        following = end
        if at_words:
            space = text.rfind(" ", start, end + 1)
            # Breaking inside an indentation would give an empty line and still a word that does not fit.
            if space > start and not text[start:space].isspace():
                end = space
                following = size - len(text[space:].lstrip(" ")) if text[space + 1 : space + 2] == " " else space + 1
        ranges.append((start, end, end - start))
        start, room = following, rooms[1]
    if start < size:
        ranges.append((start, size, size - start))
    return ranges


def _clusters(text: str) -> list[_Range]:
    """The text as grapheme clusters: a character with what is drawn into its cells."""
    clusters: list[_Range] = []
    start, cells, special = 0, 0, False
    for index, char in enumerate(text):
        char_cells = cell_len(char)
        if index and char_cells and text[index - 1] != "\u200d" and char not in _ATTACHING:
            clusters.append((start, index, cell_len(text[start:index]) if special else cells))
            start, cells, special = index, char_cells, False
        else:
            special = special or index > 0
            cells += char_cells
    clusters.append((start, len(text), cell_len(text[start:]) if special else cells))
    return clusters


@cache
def _unspaced() -> re.Pattern[str]:
    # Scripts written without spaces between words: a line may end after any of their characters.
    # Compiled when it is first met: it takes as long as loading this module.
    return re.compile("[\u2e80-\u303f\u3041-\u30ff\u3105-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003fffd]")


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two clusters, given by their first characters."""
    if before == " ":
        return after != " "
    if not (_unspaced().match(before) or _unspaced().match(after)):
        return False
    return after not in _NOT_FIRST and before not in _NOT_LAST


def _cluster_ranges(text: str, rooms: tuple[int, int], at_words: bool) -> list[_Range]:
    """Where to cut any text, by its clusters."""
    clusters = _clusters(text)
    # A space that bears a mark is no blank: dropped at a break, it would take the mark with it.
    chars = ["\xa0" if text[start] == " " and end - start > 1 else text[start] for start, end, _ in clusters]
    count = len(clusters)
    ranges: list[_Range] = []
    first, room = 0, rooms[0]
    while first < count:
        last, used, after_break, inked = first, 0, first, False
        while last < count and used + clusters[last][2] <= room:
            used += clusters[last][2]
            inked = inked or chars[last] != " "
            last += 1
            if at_words and inked and last < count and (chars[last] == " " or _may_break(chars[last - 1], chars[last])):
                after_break = last
        if last == count:
            ranges.append((clusters[first][0], len(text), used))
            break
        end = after_break if after_break > first else max(last, first + 1)
        ranges.append((clusters[first][0], clusters[end - 1][1], sum([cells for _, _, cells in clusters[first:end]])))
        first, room = end, rooms[1]
        while at_words and first < count and chars[first] == " ":
            first += 1
    return ranges


def _cut(spans: Sequence[Span], ranges: Sequence[_Range]) -> Iterable[tuple[list[Span], int]]:
    """The spans of each range, and its cells."""
    index, offset = 0, 0
    for start, end, cells in ranges:
        pieces: list[Span] = []
        while index < len(spans):
            text, style = spans[index]
            piece = text[max(start - offset, 0) : end - offset]
            if piece:
                pieces.append((piece, style))
            if offset + len(text) > end:
                break
            offset += len(text)
            index += 1
        yield pieces, cells
