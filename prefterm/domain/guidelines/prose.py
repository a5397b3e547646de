"""The Markdown of a guideline as far as it carries structure: lines, fences, headings, list items, sentences, citations.

Knows nothing of what the sections mean. A line inside a fence is never a heading, a citation or a list item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Line", "citations", "has_words", "heading", "names", "outside_fences", "scan", "sentences", "split_at", "units"]

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_CITATION = re.compile(r"§([^\W\d_](?:[\w-]*\w)?)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]*_`]*\s+(?=[^a-z\s])|(?<=[。！？])")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Line:
    """One line of the file."""

    number: int
    """1-based."""
    text: str
    fenced: bool = False
    """Inside a fence, or one of its two delimiters."""
    closes: bool = False
    """The delimiter that ends a fence."""


def scan(lines: Sequence[str], first: int = 1) -> tuple[list[Line], int | None]:
    """The lines, numbered from `first`, each told whether a fence holds it; and where an unclosed fence opens, or None."""
    scanned: list[Line] = []
    fence, opened = "", None
    for number, text in enumerate(lines, first):
        match = _FENCE.fullmatch(text)
        if not fence:
            if match and not (match[1][0] == "`" and "`" in match[2]):
                fence, opened = match[1], number
            scanned.append(Line(number, text, bool(fence)))
            continue
        closes = bool(match and match[1].startswith(fence) and not match[2].strip())
        scanned.append(Line(number, text, True, closes))
        if closes:
            fence, opened = "", None
    return scanned, opened


def heading(line: Line) -> tuple[int, str] | None:
    """Level and title of an ATX heading; None for any other line."""
    match = None if line.fenced else _HEADING.fullmatch(line.text)
    if match is None:
        return None
    title = (match[2] or "").strip()
    bare = title.rstrip("#")
    return len(match[1]), (bare.rstrip() if not bare or bare[-1].isspace() else title)


def split_at(lines: Sequence[Line], level: int) -> tuple[list[Line], list[tuple[Line, str, list[Line]]]]:
    """The lines before the first heading of `level`, then each such heading with its title and the lines below it."""
    before: list[Line] = []
    parts: list[tuple[Line, str, list[Line]]] = []
    for line in lines:
        found = heading(line)
        if found is not None and found[0] == level:
            parts.append((line, found[1], []))
        else:
            (parts[-1][2] if parts else before).append(line)
    return before, parts


def outside_fences(text: str, first: int = 1) -> list[Line]:
    """The lines of `text` that no fence holds."""
    return [line for line in scan(text.split("\n"), first)[0] if not line.fenced]


def citations(text: str) -> list[str]:
    """The ids cited as `§id` in one line or passage, in order. `§12` is a law's, not ours: ids start with a letter."""
    return _CITATION.findall(text)


def units(text: str) -> list[str]:
    """The passages in which one rule is stated: each list item or table row whole, each sentence of a paragraph."""
    blocks: list[list[str]] = [[]]
    for line in outside_fences(text):
        fresh = _ITEM.match(line.text) or line.text.lstrip().startswith("|") or heading(line)
        if fresh or not line.text.strip():
            blocks.append([])
        blocks[-1].append(line.text.strip())
    found: list[str] = []
    for block in blocks:
        passage = " ".join(block).strip()
        whole = block and (_ITEM.match(block[0]) or block[0].startswith("|"))
        found.extend([passage] if whole else sentences(passage))
    return [unit for unit in found if _LETTERS.search(unit)]


def sentences(text: str) -> list[str]:
    """The sentences of a passage; an abbreviation before a small letter does not end one."""
    return [part.strip() for part in _SENTENCE_END.split(text) if _LETTERS.search(part)]


def names(text: str, key: str) -> bool:
    """Whether `text` names `key` as a word of its own, in any case; `-`, `_` and a blank are one."""
    pattern = r"[-_\s]".join(re.escape(part) for part in re.split(r"[-_\s]+", key))
    return re.search(rf"(?<![\w-]){pattern}(?![\w-])", text, re.IGNORECASE) is not None


def has_words(text: str, fewest: int) -> bool:
    """Whether `text` has at least that many words, or as many letters twice over where words are not spaced."""
    return len(text.split()) >= fewest or (len(text.split()) <= 2 and len(_LETTERS.findall(text)) >= 12 * fewest)
