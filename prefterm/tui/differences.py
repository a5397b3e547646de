"""Which words differ between two laid-out texts. Pure: works on the lines as they are shown, in either view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from prefterm.tui.rendering import LaidLine, Span

__all__ = ["MOST_SHARE", "MOST_WORDS", "Ranges", "differing_words", "split_spans"]

Ranges = list[tuple[int, int]]
"""Character ranges of a line's text that differ, in order."""
MOST_WORDS = 6000
"""Words of both sides together that are compared; beyond it the comparison would hold the screen up."""
MOST_SHARE = 0.6
"""Beyond this share of differing words underlining would hide the text rather than help."""
_WORD = re.compile(r"\S+")


def _words(lines: Sequence[LaidLine]) -> list[tuple[str, int, int, int]]:
    found = []
    for number, line in enumerate(lines):
        text = "".join(t for t, _ in line.spans)
        found += [(m[0], number, m.start(), m.end()) for m in _WORD.finditer(text)]
    return found


def differing_words(left: Sequence[LaidLine], right: Sequence[LaidLine]) -> tuple[dict[int, Ranges], dict[int, Ranges], str, float] | None:
    """(ranges by line on the left, on the right, what differs in words, share of words that do); None for texts too long."""
    a, b = _words(left), _words(right)
    if len(a) + len(b) > MOST_WORDS:
        return None
    marks: tuple[dict[int, Ranges], dict[int, Ranges]] = ({}, {})
    counts = [0, 0]
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, [w[0] for w in a], [w[0] for w in b], autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for side, words in enumerate((a[a1:a2], b[b1:b2])):
            counts[side] += len(words)
            for _, line, start, end in words:
                marks[side].setdefault(line, []).append((start, end))
    differing, total = max(counts), max(len(a), len(b))
    return marks[0], marks[1], _in_words(differing, total), differing / max(1, total)


def _in_words(differing: int, total: int) -> str:
    if differing == 0:
        return "the two texts have the same words"
    if differing <= 12 or differing * 20 <= total:
        return f"the two differ in {differing} word{'s' if differing > 1 else ''}"
    if differing > MOST_SHARE * total:
        return f"almost everything differs ({differing} of {total} words): nothing is underlined"
    return f"{differing} of {total} words differ"


def split_spans(spans: Sequence[Span], ranges: Ranges) -> list[Span]:
    """The spans with the characters in `ranges` given the style class `differs`."""
    found: list[Span] = []
    offset = 0
    for text, name in spans:
        cuts = sorted({0, len(text), *(max(0, min(len(text), p - offset)) for r in ranges for p in r)})
        for start, end in pairwise(cuts):
            inside = any(s <= offset + start and offset + end <= e for s, e in ranges)
            found.append((text[start:end], "differs" if inside else name))
        offset += len(text)
    return found
