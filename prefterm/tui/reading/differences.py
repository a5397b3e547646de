"""Which words differ between two laid-out texts. Pure: works on the lines as they are shown, in either view."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

from prefterm.tui.reading.stretches import Stretches
from prefterm.tui.rendering import LaidLine

__all__ = ["MOST_SHARE", "MOST_WORDS", "WordDifferences", "differing_words", "nearly_equal"]

MOST_WORDS = 6000
"""Words of both sides together that are compared; beyond it the comparison would hold the screen up."""
MOST_SHARE = 0.6
"""Beyond this share of differing words underlining would hide the text rather than help."""
_MOST_STEPS = 1_000_000
"""Pairs of equal words that are looked at in one comparison: about a tenth of a second."""
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
    """What differs between two texts; None for texts too long, or of too few words too often repeated, to compare at once."""
    a, b = _words(left), _words(right)
    if len(a) + len(b) > MOST_WORDS:
        return None
    marks: tuple[Stretches, Stretches] = ({}, {})
    counts = [0, 0]
    places: list[tuple[int, int]] = []
    try:
        changes = _changes([w[0] for w in a], [w[0] for w in b])
    except _TooMuch:
        return None
    for a1, a2, b1, b2 in changes:
        place = (_line_at(a, a1, len(left)), _line_at(b, b1, len(right)))
        if not places or place != places[-1]:
            # Several in one line of both sides are one place to look at.
            places.append(place)
        for side, words in enumerate((a[a1:a2], b[b1:b2])):
            counts[side] += len(words)
            for _, line, start, end in words:
                marks[side].setdefault(line, []).append((start, end))
    differing, total = max(counts), max(len(a), len(b))
    return WordDifferences(marks[0], marks[1], _in_words(differing, total), differing / max(1, total), tuple(places))


class _TooMuch(Exception):
    """A comparison would take longer than a key may."""


class _Bounded(SequenceMatcher[str]):
    """A matcher that gives up: texts of few words take cubic time otherwise (3,000 words of two kinds: hours)."""

    a: Sequence[str]
    b2j: dict[str, list[int]]
    steps = 0

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """As in the standard library, counting the pairs of equal words that it goes through."""
        self.steps += sum(len(self.b2j.get(word, ())) for word in self.a[alo:ahi])
        if self.steps > _MOST_STEPS:
            raise _TooMuch
        return super().find_longest_match(alo, ahi, blo, bhi)


def _changes(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """(start and end in `a`, start and end in `b`) of whatever differs, in order. Raises `_TooMuch`.

    Words that occur once in both are matched first, which leaves little to compare between them.
    """
    found: list[tuple[int, int, int, int]] = []
    i = j = steps = 0
    for x, y in [*_common(a, b), (len(a), len(b))]:
        if i < x or j < y:
            matcher = _Bounded(None, a[i:x], b[j:y], autojunk=False)
            matcher.steps = steps
            found += [(i + a1, i + a2, j + b1, j + b2) for kind, a1, a2, b1, b2 in matcher.get_opcodes() if kind != "equal"]
            steps = matcher.steps
        i, j = x + 1, y + 1
    return found


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Places of words common to both in the same order: their beginnings and ends, and between these what occurs once in each."""
    start, end = _ends(a, b)
    once_a, once_b = Counter(a[start : len(a) - end]), Counter(b[start : len(b) - end])
    at = {word: n for n, word in enumerate(b) if start <= n < len(b) - end and once_b[word] == 1}
    pairs = [(n, at[word]) for n, word in enumerate(a) if start <= n < len(a) - end and once_a[word] == 1 and word in at]
    before = [(n, n) for n in range(start)]
    after = [(len(a) - end + n, len(b) - end + n) for n in range(end)]
    return [*before, *_rising(pairs), *after]


def _ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """How many words are the same at the beginning, and how many of the others at the end."""
    start = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    most = min(len(a), len(b)) - start
    return start, next((n for n in range(most) if a[-1 - n] != b[-1 - n]), most)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs, which rise in the first number, that rises in the second, too (patience sorting)."""
    tops: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for n, (_, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        before.append(heads[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [y]
        heads[pile : pile + 1] = [n]
    found = []
    n = heads[-1] if heads else -1
    while n >= 0:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]


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

    Takes time in proportion to the texts where they differ in more, and a bounded time else.
    """
    if left == right:
        return "the same text on both sides"
    a, b = left.split(), right.split()
    if a == b:
        return "differs in white space only"
    counts = Counter(a), Counter(b)
    if max((counts[0] - counts[1]).total(), (counts[1] - counts[0]).total()) > _FEW:
        return ""
    try:
        changes = _changes(a, b)
    except _TooMuch:
        return ""
    count = sum(max(a2 - a1, b2 - b1) for a1, a2, b1, b2 in changes)
    if count > _FEW or count * 3 > max(len(a), len(b)):
        return ""
    return f"differs in {count} word{'s' if count > 1 else ''}"
