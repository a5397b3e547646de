"""Which words differ between two laid-out texts. Pure: works on the lines as they are shown, in either view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from prefterm.tui.reading.stretches import Stretches
from prefterm.tui.rendering import LaidLine

__all__ = ["MOST_SHARE", "MOST_WORDS", "WordDifferences", "differing_words", "nearly_equal"]

MOST_WORDS = 6000
"""Words of both sides together that are compared; beyond it the comparison would hold the screen up."""
MOST_SHARE = 0.6
"""Beyond this share of differing words underlining would hide the text rather than help."""
_FEW = 12
"""Differing words up to which two texts count as nearly equal."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class WordDifferences:
    """What differs, on each side's lines."""

    left: Stretches
    right: Stretches
    in_words: str
    """What differs, as a clause."""
    share: float
    """Differing words ÷ words, 0..1, of the side that has more of them."""
    places: tuple[tuple[int, int], ...]
    """(line on the left, line on the right) of each place, from the top: where one side lacks words, the line it stands at."""

    @property
    def shown(self) -> bool:
        """Whether underlining helps: something differs, and not nearly everything."""
        return bool(self.places) and self.share <= MOST_SHARE


def _words(lines: Sequence[LaidLine]) -> list[tuple[str, int, int, int]]:
    found = []
    for number, line in enumerate(lines):
        text = "".join(t for t, _ in line.spans)
        found += [(m[0], number, m.start(), m.end()) for m in _WORD.finditer(text)]
    return found


def differing_words(left: Sequence[LaidLine], right: Sequence[LaidLine]) -> WordDifferences | None:
    """What differs between two texts; None for texts too long to compare."""
    a, b = _words(left), _words(right)
    if len(a) + len(b) > MOST_WORDS:
        return None
    marks: tuple[Stretches, Stretches] = ({}, {})
    counts = [0, 0]
    places: list[tuple[int, int]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, [w[0] for w in a], [w[0] for w in b], autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        place = (_line_at(a, a1, len(left)), _line_at(b, b1, len(right)))
        if not places or (place[0] > places[-1][0] and place[1] > places[-1][1]):
            # Several in one line are one place to look at.
            places.append(place)
        for side, words in enumerate((a[a1:a2], b[b1:b2])):
            counts[side] += len(words)
            for _, line, start, end in words:
                marks[side].setdefault(line, []).append((start, end))
    differing, total = max(counts), max(len(a), len(b))
    return WordDifferences(marks[0], marks[1], _in_words(differing, total), differing / max(1, total), tuple(places))


def _line_at(words: Sequence[tuple[str, int, int, int]], index: int, lines: int) -> int:
    return words[index][1] if index < len(words) else max(0, lines - 1)


def _in_words(differing: int, total: int) -> str:
    if differing == 0:
        return "the two texts have the same words"
    if differing <= _FEW or differing * 20 <= total:
        return f"the two differ in {differing} word{'s' if differing > 1 else ''}"
    if differing > MOST_SHARE * total:
        return f"almost everything differs ({differing} of {total} words): nothing is underlined"
    return f"{differing} of {total} words differ"


def nearly_equal(left: str, right: str) -> str:
    """How two texts differ where that is little enough to be missed: "differs in 2 words"; "" where it is more.

    Words before the first and after the last difference are compared, which takes time in proportion to the texts alone.
    """
    if left == right:
        return "the same text on both sides"
    if abs(len(left) - len(right)) > 400:
        return ""
    a, b = left.split(), right.split()
    start = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    end = next((n for n, (x, y) in enumerate(zip(reversed(a[start:]), reversed(b[start:]), strict=False)) if x != y), None)
    if end is None:
        end = min(len(a), len(b)) - start
    inner_a, inner_b = a[start : len(a) - end], b[start : len(b) - end]
    if max(len(inner_a), len(inner_b)) > 20 * _FEW:
        return ""
    if not inner_a and not inner_b:
        return "differs in spaces and line breaks only"
    opcodes = SequenceMatcher(None, inner_a, inner_b, autojunk=False).get_opcodes()
    count = sum(max(a2 - a1, b2 - b1) for kind, a1, a2, b1, b2 in opcodes if kind != "equal")
    if count > _FEW or count * 3 > max(len(a), len(b)):
        return ""
    return f"differs in {count} word{'s' if count > 1 else ''}"
