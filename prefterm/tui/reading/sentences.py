"""Sentences of a text, as character ranges: what an annotator marks, copies, or comments on.

A sentence ends at `.`, `!`, `?` or `…` before white space, at the full stops of East Asian and Indic scripts, and at the end of its
line; a line of code, a heading, a list item or a row of a table is one of its own. Common abbreviations and initials do not end one.
"""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["sentence_at", "sentences"]

_END = re.compile(r"""[.!?…]+["'”’)\]*_`]*(?=\s)|[。！？｡．]+[」』”’）]*|[।॥؟۔]+(?=\s|$)""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|Fig|Eq|Art|al|resp|z\.B|d\.h|bzw|ca)|(?:^|\s)[A-Z])\.$"
)
_MARKER = re.compile(r"\s*(?:(?:[-*+•>]|#{1,6}|\d{1,9}[.)]|\|)\s*)*")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, in order; white space around it and list or heading marks before it left out."""
    found: list[tuple[int, int]] = []
    offset, fence = 0, ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif fence or line.lstrip().startswith("|"):
            _add(found, text, offset, offset + len(line))
        else:
            _split(found, text, offset, line)
        offset += len(line) + 1
    return found


def _split(found: list[tuple[int, int]], text: str, offset: int, line: str) -> None:
    marker = _MARKER.match(line)
    start = marker.end() if marker else 0
    for end in _END.finditer(line, start):
        if end[0] == "." and _ABBREVIATION.search(line, start, end.end()):
            continue
        _add(found, text, offset + start, offset + end.end())
        start = end.end()
    _add(found, text, offset + start, offset + len(line))


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    kept = piece.strip()
    if any(c.isalnum() for c in kept):
        start += len(piece) - len(piece.lstrip())
        found.append((start, start + len(kept)))
    elif found and kept and text[found[-1][1] : start].strip(" ") == "":
        found[-1] = (found[-1][0], start + len(piece.rstrip()))


def sentence_at(found: list[tuple[int, int]], offset: int) -> int:
    """Index of the sentence at an offset, else of the first after it, else of the last; 0 where there is none."""
    index = bisect_right([start for start, _ in found], offset) - 1
    if index >= 0 and found[index][1] > offset:
        return index
    return max(0, min(index + 1, len(found) - 1))
