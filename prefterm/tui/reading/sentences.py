"""Sentences of a text, as character ranges: what an annotator marks, copies, or comments on.

A sentence ends at `.`, `!`, `?` or `…` before white space, at the full stops of East Asian and Indic scripts, and at the end of its
line; a line of code, a heading, a list item or a row of a table is one of its own. Common abbreviations and initials do not end one.
"""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["sentence_at", "sentences"]

_END = re.compile(r"""(?<![.!?…])[.!?…]+["'”’»)\]*_`]*(?=\s)|(?<![。！？｡．])[。！？｡．]+[」』”’）]*|[।॥؟۔]+(?=\s|$)""")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|approx|Dr|Mr|Mrs|Ms|Prof|St|al|resp|z\.B|d\.h|bzw|ca)|(?:^|[\s(])[A-Z])\.$")
_BEFORE_NUMBER = re.compile(r"\b(?:No|Nr|Fig|Eq|Art|Sec|p|pp)\.$")
"""“No.” is an answer as well; it stands for “number” before one."""
_ETCETERA = re.compile(r"\betc\.$")
_LONGEST_ABBREVIATION = 8
"""Characters, the stop with them: no more are looked at, or a line of abbreviations would take quadratic time."""
_MARKER = re.compile(r"\s*(?:(?:[-*+•]|#{1,6}|\d{1,9}[.)])(?=\s)\s*|>\s*)*(?:\[[ xX]\]\s+)?")
_FENCE = re.compile(r"\s{0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))$")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, in order and apart, none across a line end.

    Left out are white space around it, the marks of quotes, lists and headings before it, and fences with the language after them.
    """
    found: list[tuple[int, int]] = []
    offset, fence = 0, ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        info = ((mark[2] or mark[4] or "") if mark else "").strip()
        if mark and not fence:
            fence = mark[1] or mark[3]
            if len(info.split()) > 1:
                _add(found, text, offset, offset + mark.start(2 if mark[1] else 4), offset + len(line))
        elif mark and not info and (mark[1] or mark[3]).startswith(fence):
            fence = ""
        elif fence:
            _add(found, text, offset, offset, offset + len(line))
        else:
            _split(found, text, offset, line)
        offset += len(line) + 1
    return found


def _split(found: list[tuple[int, int]], text: str, offset: int, line: str) -> None:
    marker = _MARKER.match(line)
    start = marker.end() if marker else 0
    if start == len(line):
        # A number alone on its line is what is said.
        start = 0
    if not line.startswith("|", start):
        for end in _END.finditer(line, start):
            if end[0] == "." and _abbreviated(line, start, end.end()):
                continue
            if end[0] == ".)" and line[end.end() + 1 : end.end() + 2].islower():
                # A parenthesis that ends in an abbreviation, or in a sentence of its own.
                continue
            _add(found, text, offset, offset + start, offset + end.end())
            start = end.end()
    _add(found, text, offset, offset + start, offset + len(line))


def _abbreviated(line: str, start: int, end: int) -> bool:
    """Whether the stop before `end` belongs to a word of the sentence from `start` that goes on."""
    start = max(start, end - _LONGEST_ABBREVIATION)
    if _ABBREVIATION.search(line, start, end):
        return True
    following = line[end + 1 : end + 2]
    return bool(
        (following.isdigit() and _BEFORE_NUMBER.search(line, start, end)) or (following.islower() and _ETCETERA.search(line, start, end))
    )


def _add(found: list[tuple[int, int]], text: str, line: int, start: int, end: int) -> None:
    """Add a sentence of the line that begins at `line`; what has neither letter nor digit goes with the one before it."""
    piece = text[start:end]
    kept = piece.strip()
    if any(c.isalnum() for c in kept):
        start += len(piece) - len(piece.lstrip())
        found.append((start, start + len(kept)))
    elif found and kept and found[-1][1] > line:
        found[-1] = (found[-1][0], start + len(piece.rstrip()))


def sentence_at(found: list[tuple[int, int]], offset: int) -> int:
    """Index of the sentence at an offset, else of the first after it, else of the last; 0 where there is none."""
    index = bisect_right([start for start, _ in found], offset) - 1
    if index >= 0 and found[index][1] > offset:
        return index
    return max(0, min(index + 1, len(found) - 1))
