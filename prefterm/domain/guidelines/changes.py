"""What changed between two versions of a guideline, section by section; and the settings as a stored version keeps them.

Which labels a change touches is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from enum import StrEnum
from typing import Any

from prefterm.domain.guidelines.model import Guideline, WorkedExample
from prefterm.domain.records import answer_record
from prefterm.domain.strict_json import dumps

__all__ = ["Change", "SectionChange", "diff_sections", "front_matter_settings"]


class Change(StrEnum):
    """What happened to a section."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class SectionChange:
    """One section that differs between two versions."""

    kind: Change
    id: str
    """A section's id, or `settings`, `intro`, `example:ID` for the parts that are no sections."""
    title: str
    diff: tuple[str, ...]
    """Lines of a unified diff, with its `---`, `+++` and `@@` lines."""


def front_matter_settings(guideline: Guideline) -> dict[str, Any]:
    """The settings that govern answers, as JSON values: what a stored version keeps beside its text.

    Reasons and confidence stand in it only where a guideline uses them: versions stored before there were any are as they were.
    """
    settings: dict[str, Any] = {
        "format": guideline.format,
        "margins": list(guideline.margins),
        "ties": str(guideline.ties),
        "dimensions": [{"key": d.key, "question": d.question, "anchors": list(d.anchors)} for d in guideline.dimensions],
        "acceptability": guideline.acceptability,
        "in_doubt": str(guideline.in_doubt),
        "skip_reasons": list(guideline.skip_reasons),
        "require_rationale": str(guideline.require_rationale),
    }
    if guideline.reasons:
        settings["reasons"] = list(guideline.reasons)
    if guideline.confidence:
        settings["confidence"] = True
    return settings


def diff_sections(old: Guideline, new: Guideline) -> list[SectionChange]:
    """What differs: settings, introduction, sections (those gone come last), examples, each in the new order.

    A section or example with another id is a removed and an added one. Its place in the file, line ends and white space
    at the ends of lines are no difference; empty = nothing differs but these, the version and its note.
    """
    pieces = [_settings_piece, _intro_piece, _section_pieces, _example_pieces]
    changes: list[SectionChange] = []
    for piece in pieces:
        before, after = piece(old), piece(new)
        for identity in [*after, *(i for i in before if i not in after)]:
            change = _change(identity, before.get(identity), after.get(identity), (old.label, new.label))
            if change is not None:
                changes.append(change)
    return changes


@dataclass(frozen=True)
class _Piece:
    title: str
    lines: tuple[str, ...]


def _change(identity: str, old: _Piece | None, new: _Piece | None, labels: tuple[str, str]) -> SectionChange | None:
    before, after = old.lines if old else (), new.lines if new else ()
    if old is not None and new is not None and before == after:
        return None
    kind = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    title = (new or old or _Piece("", ())).title
    return SectionChange(kind, identity, title, tuple(unified_diff(before, after, *labels, lineterm="")))


def _settings_piece(guideline: Guideline) -> Mapping[str, _Piece]:
    lines: list[str] = []
    for key, value in front_matter_settings(guideline).items():
        if key == "dimensions":
            lines.extend(f"dimension {number}: {dumps(row)}" for number, row in enumerate(value, 1))
        else:
            lines.append(f"{key}: {dumps(value)}")
    return {"settings": _Piece("Settings", tuple(lines))}


def _intro_piece(guideline: Guideline) -> Mapping[str, _Piece]:
    return {"intro": _Piece("Introduction", (f"# {guideline.title}", *_lines(guideline.intro)))}


def _section_pieces(guideline: Guideline) -> Mapping[str, _Piece]:
    return {s.id: _Piece(s.title, (f"## {s.title}{_words('applies_to', s.applies_to)}", *_lines(s.text))) for s in guideline.sections}


def _example_pieces(guideline: Guideline) -> Mapping[str, _Piece]:
    return {f"example:{e.id}": _Piece(e.title, tuple(_example_lines(e))) for e in guideline.examples}


def _example_lines(example: WorkedExample) -> list[str]:
    lines = [f"### {example.title}{_words('tags', example.tags)}"]
    for message in example.prompt:
        lines += [f"#### {message.role.capitalize()}", *_lines(message.content)]
    for number, response in enumerate(example.responses, 1):
        lines += [f"#### Response {number}", *_lines(response)]
    label = [f"{key}: {dumps(value)}" for key, value in answer_record(example.answer).items()]
    return [*lines, "#### Label", *label, "#### Reasoning", *_lines(example.reasoning)]


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().split("\n")] if text.strip() else []


def _words(key: str, words: Sequence[str]) -> str:
    return f' {{{key}="{" ".join(words)}"}}' if words else ""
