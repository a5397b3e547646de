"""A guideline as rows: the strip beside the pair, and the whole document with its anchors. Pure, without Textual."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefterm.domain.safe_text import one_line
from prefterm.tui.layout.wrapping import cells_of
from prefterm.tui.rendering import LaidLine, layout_markdown, layout_raw

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline, Section, WorkedExample
    from prefterm.services.guidelines import SinceSeen

__all__ = ["Anchor", "beginning", "changes_rows", "document", "example_rows", "label_in_words", "opened_by", "section_rows", "strip_rows"]

Row = list[tuple[str, str]]
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_STARTS = re.compile(r"\s*([-*+]\s|\d+[.)]\s|#|>|\||```|~~~|(-\s*){3,}$)")
"""A line that begins a block of its own."""
_FLOWS = re.compile(r"\s*(?!#|>|\||```|~~~)\S")
"""A line that the next one may go on from."""

_WIDEST = 116
"""Cells of a row of reading text beside the pair: longer ones are hard to follow."""
_DOUBT = {"tie": "call it a tie", "shorter": "choose the shorter", "skip": "skip it"}
_TIES = {"equal": "equal", "both_good": "both good", "both_bad": "both bad"}


@dataclass(frozen=True)
class Anchor:
    """A place in the document that can be jumped to."""

    row: int
    id: str
    title: str
    is_section: bool


def label_in_words(guideline: Guideline, example: WorkedExample) -> str:
    """An example's label: `Response 1 clearly`, `both bad`."""
    strength, tie = example.answer.payload.get("strength", 0), example.answer.payload.get("tie")
    if strength == 0:
        return _TIES.get(str(tie), "tie")
    margin = guideline.margin_label(strength)
    return f"Response {1 if strength > 0 else 2} {margin}".strip()


def strip_rows(
    guideline: Guideline, example: WorkedExample | None, sections: Sequence[str], width: int, height: int, key: str
) -> list[Row]:
    """What stands beside the pair in `height` rows: priorities, the in-doubt rule, and the example most like this item.

    A single row ends with `key`, which opens the whole; several end with a rule, so that what is read does not run into what is
    answered.
    """
    doubt = f"in doubt: {_DOUBT[str(guideline.in_doubt)]}"
    order = " > ".join(guideline.dimension_keys)
    shown = "".join(f" §{s}" for s in sections[:3])
    if height <= 1:
        said = f"ex. {example.number} → {label_in_words(guideline, example)}: {example.title}" if example else order
        text = f" {doubt} ·{shown}{' ·' if shown else ''} {said}"
        opener = opened_by(key)
        return [[(one_line(text, width - 1 - cells_of(opener)), "muted"), *opener]]
    rows: list[Row] = [_rule(f" guideline {guideline.label} ", width)]
    rows.append([(one_line(f" {order} · {doubt}{' · here:' + shown if shown else ''}", width), "muted")])
    if example:
        title = f" Example {example.number}: {example.title} → {label_in_words(guideline, example)}"
        rows.append([(one_line(title, width), "strong")])
        rows += beginning(example.reasoning, width, height - 1 - len(rows))
    for identity in sections:
        section = guideline.section(identity)
        if section is None or height - len(rows) < 4:
            break
        rows.append([(one_line(f" §{section.id}  {section.title}", width), "strong")])
        rows += beginning(section.text, width, height - 1 - len(rows))
    rows = rows[: height - 1]
    return [*rows, *([[]] * (height - 1 - len(rows))), [("─" * width, "frame")]]


def opened_by(key: str) -> Row:
    """What ends a row that a key opens: ` [p]`; nothing where no key does."""
    return [(" [", "muted"), (key, "key"), ("]", "muted")] if key else []


def _rule(title: str, width: int) -> Row:
    return [("──", "frame"), (title, "title"), ("─" * max(0, width - len(title) - 2), "frame")]


def beginning(text: str, width: int, rows: int) -> list[Row]:
    """The first `rows` rows of a text, the last one marked where something is left."""
    lines = [line for line in layout_markdown(unwrapped(text), max(20, min(width - 4, _WIDEST))) if line.spans]
    found: list[Row] = [[(" ", "text"), *line.spans] for line in lines[:rows]]
    if len(lines) > rows > 0:
        found[-1].append((" …", "muted"))
    return found


def unwrapped(text: str) -> str:
    """A guideline's Markdown with the lines of each paragraph and list item joined: its file is wrapped for an editor's width.

    (In a response a line break is meant, so `layout_markdown` keeps it.) Headings, tables, quotes, fenced code and hard
    breaks stay as they are.
    """
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        joins = not fence and bool(lines) and _FLOWS.match(lines[-1]) and not lines[-1].endswith(("  ", "\\"))
        if joins and not mark and line.strip() and not _STARTS.match(line):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
    return "\n".join(lines)


def document(guideline: Guideline, width: int) -> tuple[list[Row], list[Anchor]]:
    """The whole guideline as rows, and where its sections and examples begin."""
    rows: list[Row] = [[(one_line(f" {guideline.title}", width), "heading-1")], [(f" {guideline.label}", "muted")], []]
    anchors: list[Anchor] = []
    rows += _body(guideline.intro, width)
    for section in guideline.sections:
        rows.append([])
        anchors.append(Anchor(len(rows), section.id, section.title, True))
        rows += section_rows(section, width)
    for example in guideline.examples:
        rows.append([])
        anchors.append(Anchor(len(rows), example.id, example.title, False))
        rows += example_rows(guideline, example, width)
    return rows, anchors


def _body(text: str, width: int) -> list[Row]:
    return [[(" ", "text"), *line.spans] for line in layout_markdown(unwrapped(text), min(width - 2, 96))] if text.strip() else []


def section_rows(section: Section, width: int) -> list[Row]:
    """One section, under its title."""
    rows: list[Row] = [[(one_line(f" {section.title}", width - len(section.id) - 4), "heading-2"), (f"  §{section.id}", "muted")]]
    if section.applies_to:
        rows.append([(one_line(f" for {', '.join(section.applies_to)}", width), "muted")])
    return rows + _body(section.text, width)


def changes_rows(since: SinceSeen | None, width: int, whole: str) -> list[Row]:
    """What changed since somebody last looked: each section with its lines taken away and added.

    `whole`: the key that opens the guideline, as a sentence names it.
    """
    if since is None or since.first_time:
        return [[(f" This guideline is new to you: {whole} opens the whole of it.", "text")]]
    if not since.changes:
        return [[(" Nothing: you have read this version before.", "text")]]
    rows: list[Row] = [[(one_line(f" Since {since.seen}, which you read:", width), "text")]]
    for change in since.changes:
        rows += [[], [(one_line(f" {change.title or change.id}", width - 12), "heading-2"), (f"  {change.kind}", "notice")]]
        for line in change.diff:
            if not line.startswith(("---", "+++", "@@")):
                style = {"+": "good", "-": "removed"}.get(line[:1], "muted")
                rows += [[(" ", "text"), *laid.spans] for laid in _one_style(line, width, style)]
    return rows


def _one_style(line: str, width: int, style: str) -> list[LaidLine]:
    laid = layout_raw(line, max(20, width - 3)) if line.strip() else []
    return [LaidLine(tuple((text, style) for text, _ in part.spans), 0, part.cells) for part in laid]


def example_rows(guideline: Guideline, example: WorkedExample, width: int) -> list[Row]:
    """One worked example in full: prompt, responses, label, reasoning."""
    rows: list[Row] = [[(one_line(f" Example {example.number}: {example.title}", width), "heading-2")]]
    rows.append([(one_line(f" {', '.join(example.tags)}", width), "muted")])
    for message in example.prompt:
        rows += [[(f" {'Prompt' if message.role == 'user' else message.role}", "strong")], *_quoted(message.content, width)]
    for number, response in enumerate(example.responses, 1):
        mark = example.answer.acceptable[number - 1] if example.answer.acceptable else None
        heading: Row = [(f" Response {number}", "strong")]
        if mark is not None:
            heading.append(("  acceptable" if mark else "  ✗ not acceptable", "good" if mark else "bad"))
        rows += [heading, *_quoted(response, width)]
    cited = " ".join(f"§{s}" for s in example.answer.sections)
    rows.append([(" Label  ", "strong"), (label_in_words(guideline, example), "notice"), (f"  {cited}", "muted")])
    if example.answer.dimensions:
        said = ", ".join(f"{k} {_dimension(guideline, v)}" for k, v in example.answer.dimensions.items())
        rows.append([(one_line(f"        {said}", width), "muted")])
    return [*rows, *_body(example.reasoning, width)]


def _dimension(guideline: Guideline, strength: int) -> str:
    return "tie" if strength == 0 else f"{1 if strength > 0 else 2} {guideline.margin_label(strength)}".strip()


def _quoted(text: str, width: int) -> list[Row]:
    return [[(" ▎ ", "quote"), *line.spans] for line in layout_markdown(text, min(width - 4, 96))]
