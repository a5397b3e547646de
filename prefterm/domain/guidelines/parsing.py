"""Reads a guideline document: front matter, sections, worked examples; all that is wrong with it in one error.

What a text says is judged by `prefterm.domain.guideline_lint`; here stands only what keeps it from being read without guessing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prefterm.domain.errors import InputRejected, Rejection
from prefterm.domain.guidelines.attributes import attributes
from prefterm.domain.guidelines.examples import ExampleReader
from prefterm.domain.guidelines.front_matter import Settings, read_settings
from prefterm.domain.guidelines.model import EXAMPLES_ID, Guideline, Section, WorkedExample, section_hash
from prefterm.domain.guidelines.prose import Line, heading, scan, split_at
from prefterm.domain.plain_yaml import UNSTORABLE, Complain, Plain, read
from prefterm.domain.strict_json import sha256_of

__all__ = ["parse_guideline"]

_RESERVED = ("settings", "intro")
_UNSPACED = re.compile(r" {0,3}#{2,4}[^#\s].*")


def parse_guideline(text: str, file: str = "guideline") -> Guideline:
    """The guideline of a document; `file` is how problems name it.

    Raises `InputRejected` with every problem found, in the order of the lines.
    """
    rejections: list[Rejection] = []

    def complain(line: int, reason: str) -> None:
        rejections.append(Rejection(file, line, reason))

    document = _document(text, complain)
    if rejections:
        ordered = sorted(set(rejections), key=lambda r: (r.line, r.reason))
        raise InputRejected(ordered[:50], total=len(ordered))
    return document


def _document(text: str, complain: Complain) -> Guideline:
    text = _storable(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), complain)
    lines = text.split("\n")
    plain, first = _front_matter(lines, complain)
    settings = read_settings(plain, complain)
    body, unclosed = scan(lines[first - 1 :], first)
    if unclosed is not None:
        complain(unclosed, "this fence is never closed: everything below it would be taken for its content")
    before, parts = split_at(body, 2)
    _check_headings(body, complain)
    raw = _sections(parts, complain)
    found = _examples(raw, settings, complain)
    h1 = next((h for line in before if (h := heading(line)) and h[0] == 1), None)
    return Guideline(
        name=settings.name,
        version=settings.version,
        title=settings.title or (h1[1] if h1 else "") or settings.name,
        format=settings.format,
        margins=settings.margins,
        ties=settings.ties,
        dimensions=settings.dimensions,
        acceptability=settings.acceptability,
        in_doubt=settings.in_doubt,
        skip_reasons=settings.skip_reasons,
        require_rationale=settings.require_rationale,
        note=settings.note,
        intro=_joined([line for line in before if (heading(line) or (0, ""))[0] != 1]),
        sections=tuple(_section(part, position) for position, part in enumerate(raw)),
        examples=tuple(found),
        text=text,
        sha256=sha256_of(text),
        reasons=settings.reasons,
        confidence=settings.confidence,
        key_lines=settings.key_lines,
    )


def _storable(text: str, complain: Complain) -> str:
    for match in UNSTORABLE.finditer(text):
        what = "a NUL character" if match[0] == "\0" else f"a lone surrogate (U+{ord(match[0]):04X})"
        complain(text.count("\n", 0, match.start()) + 1, f"{what} cannot be stored: take it out")
    return UNSTORABLE.sub("\ufffd", text)


def _front_matter(lines: Sequence[str], complain: Complain) -> tuple[Plain | None, int]:
    """The front matter as plain values, and the number of the first line below it."""
    if lines[0].rstrip() != "---":
        complain(1, "the file must begin with its front matter: `---`, `key: value` lines, `---`")
        return None, 1
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        complain(1, "the front matter is not closed by a line `---`")
        return None, len(lines) + 1
    return read("\n".join(lines[1:end]) + "\n", 2, complain), end + 2


def _check_headings(body: Sequence[Line], complain: Complain) -> None:
    """Headings that would be read as something else than they look like."""
    topmost = 0
    for line in body:
        found = heading(line)
        if found is None:
            if not line.fenced and _UNSPACED.fullmatch(line.text):
                complain(line.number, "a heading needs a blank after its #")
        elif found[0] == 1:
            topmost += 1
            if topmost > 1:
                complain(line.number, "a second `#` heading: sections start with `##`; text to be judged belongs inside a ~~~~text fence")


@dataclass(frozen=True)
class _RawSection:
    """A section before its examples are read."""

    id: str
    title: str
    applies_to: tuple[str, ...]
    line: int
    body: list[Line]


def _sections(parts: Sequence[tuple[Line, str, list[Line]]], complain: Complain) -> list[_RawSection]:
    found: list[_RawSection] = []
    lines: dict[str, int] = {}
    for line, text, body in parts:
        title, identity, applies_to = attributes(text, "applies_to", line.number, complain)
        if identity in lines:
            complain(line.number, f"the id {identity!r} already stands in line {lines[identity]}: every section needs its own")
        elif identity in _RESERVED:
            complain(line.number, f"the id {identity!r} is reserved: choose another")
        elif title.casefold() == "worked examples" and identity != EXAMPLES_ID:
            complain(line.number, f"the worked examples must have the id {EXAMPLES_ID}, not {identity!r}")
            identity = EXAMPLES_ID
        if identity:
            lines.setdefault(identity, line.number)
        if identity != EXAMPLES_ID:
            _check_subheadings(body, complain)
        found.append(_RawSection(identity, title, applies_to, line.number, body))
    return found


def _check_subheadings(body: Sequence[Line], complain: Complain) -> None:
    for line in body:
        found = heading(line)
        if found is not None and "{#" in found[1]:
            complain(line.number, "a sub-heading has no id of its own: make it a `##` section, or take the braces away")


def _examples(raw: Sequence[_RawSection], settings: Settings, complain: Complain) -> list[WorkedExample]:
    reader = ExampleReader(settings, {section.id for section in raw}, complain)
    home = next((section for section in raw if section.id == EXAMPLES_ID), None)
    for number, part in enumerate(split_at(home.body, 3)[1] if home else [], 1):
        reader.read(part, number)
    return reader.examples


def _section(raw: _RawSection, position: int) -> Section:
    text = _joined(split_at(raw.body, 3)[0] if raw.id == EXAMPLES_ID else raw.body)
    return Section(raw.id, raw.title, text, raw.applies_to, position, raw.line, section_hash(raw.title, raw.applies_to, text))


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines).strip("\n").rstrip()
