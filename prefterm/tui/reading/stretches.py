"""Stretches of laid-out lines that are shown in another style: marks, hits of a search, differences, the sentence at the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from prefterm.tui.rendering import Span

__all__ = ["Ranges", "Stretches", "overlaid"]

Ranges = list[tuple[int, int]]
"""Character ranges of one line's text, in order."""
Stretches = dict[int, Ranges]
"""Ranges by number of the line."""


def overlaid(spans: Sequence[Span], layers: Iterable[tuple[str, Ranges]]) -> list[Span]:
    """The spans with the characters of each layer's ranges in that layer's style class; later layers lie above earlier ones."""
    found = list(spans)
    for style, ranges in layers:
        if ranges:
            found = _overlay(found, ranges, style)
    return found


def _overlay(spans: Sequence[Span], ranges: Ranges, style: str) -> list[Span]:
    found: list[Span] = []
    offset = 0
    for text, name in spans:
        cuts = sorted({0, len(text), *(max(0, min(len(text), p - offset)) for r in ranges for p in r)})
        for start, end in pairwise(cuts):
            inside = any(s <= offset + start and offset + end <= e for s, e in ranges)
            found.append((text[start:end], style if inside else name))
        offset += len(text)
    return found
