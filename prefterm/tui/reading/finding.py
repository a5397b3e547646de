"""Searching in a text: where a few words occur, whatever their case, accents kept."""

from __future__ import annotations

import re

__all__ = ["MOST_HITS", "occurrences"]

MOST_HITS = 2_000
"""Hits that are found at most in one text."""


def occurrences(text: str, wanted: str) -> list[tuple[int, int]]:
    """(start, end) of each occurrence, in order and apart; any white space matches any other. [] for nothing to look for."""
    words = wanted.split()
    if not words:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    found = []
    for match in pattern.finditer(text):
        found.append(match.span())
        if len(found) == MOST_HITS:
            break
    return found
