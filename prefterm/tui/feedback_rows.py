"""Feedback on a gold in words: one's own answer, the settled one, why, what it rests on, and how far one is. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len

from prefterm.domain.presentation import as_presented
from prefterm.domain.safe_text import one_line
from prefterm.tui.attempts import NO_DATA
from prefterm.tui.guideline_document import beginning, opened_by
from prefterm.tui.layout.wrapping import cells_of, safe_spans, wrap
from prefterm.tui.own_answer_rows import answer_words
from prefterm.tui.rendering import layout_raw

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.domain.judgments import Answer
    from prefterm.services.serving import Feedback

__all__ = ["PAIR_LEAST", "after_contest", "far_rows", "marks_words", "said_height", "said_rows"]

PAIR_LEAST = 8
"""Rows of the pair at least, its frame included."""
_WIDEST = 100
_NAMES = 17
_WHY = 7
_SECTION_ROWS = 2
"""Rows of a cited section's text; the guideline has the rest."""
_SIDES = ("left", "right")
_Line = Sequence[tuple[str, str]]


def after_contest(feedback: Feedback) -> Feedback:
    """The feedback once its gold is contested: the item counts for nobody, in neither direction."""
    if feedback.contested:
        return feedback
    right, answered = feedback.so_far
    return replace(feedback, contested=True, so_far=(right - feedback.right, max(0, answered - 1)))


def marks_words(acceptable: Sequence[bool | None]) -> str:
    """What the marks of an answer say, in presented order: "both acceptable", "left not acceptable"; "" where nothing was said."""
    said = [(side, mark) for side, mark in zip(_SIDES, acceptable, strict=False) if mark is not None]
    if len(said) == 2 and said[0][1] == said[1][1]:
        return "both acceptable" if said[0][1] else "neither acceptable"
    unfit = [side for side, mark in said if mark is False]
    if unfit:
        return f"{unfit[0]} not acceptable"
    return f"{said[0][0]} acceptable" if said else ""


def _direction_words(own: Answer, settled: Answer, right: bool) -> tuple[str, str]:
    """Whether both go the same way, with a symbol, and its style class."""
    tie = not settled.payload.get("strength")
    if right:
        return ("✓ a tie, as settled" if tie else "✓ same direction"), "good"
    if tie:
        return "✗ settled as a tie", "notice"
    return ("✗ other direction" if own.payload.get("strength") else "✗ settled for one side"), "notice"


def said_rows(
    feedback: Feedback, guideline: Guideline, width: int, key: str = "", next_section: int = 0, *, height: int = 0
) -> list[_Line]:
    """What is said below the pair in `width` cells; without empty rows where it would not fit into `height` rows (0: any).

    `key` opens the guideline at the cited section number `next_section`; "" where none does.
    """
    width = min(width, _WIDEST)
    rows: list[_Line] = [*_verdict(feedback, guideline, width), [], *_why(feedback.reason, width)]
    for number, identity in enumerate(feedback.sections):
        rows += [[], *_section(identity, guideline, width, key if number == next_section % len(feedback.sections) else "")]
    return [row for row in rows if row] if 0 < height < len(rows) else rows


def _verdict(feedback: Feedback, guideline: Guideline, width: int) -> list[_Line]:
    order = feedback.served.order
    own, settled = as_presented(feedback.answer, order), as_presented(feedback.settled, order)
    said, style = _direction_words(own, settled, feedback.right)
    words = [answer_words(replace(a, acceptable=()), guideline) for a in (own, settled)]
    room = width - _NAMES - 2 - cell_len(said) - 2
    settled_words = one_line(words[1], room)
    rows: list[_Line] = [
        [_name("You answered"), (one_line(words[0], width - _NAMES - 2), "strong")],
        [_name("Settled answer"), (settled_words, "strong"), (" " * max(2, room - cell_len(settled_words) + 2), "text"), (said, style)],
    ]
    marks = [marks_words(own.acceptable), marks_words(settled.acceptable)]
    if any(marks):
        both = (
            marks[0] if marks[0] == marks[1] else " · ".join(f"{who}: {m}" for who, m in zip(("you", "settled"), marks, strict=True) if m)
        )
        rows.append([_name("Acceptability"), (both, "text")])
    if feedback.contested:
        rows.append([_name("Contested"), ("it scores nobody until it was looked at", "notice")])
    return rows


def _name(name: str) -> tuple[str, str]:
    return f" {name:<{_NAMES}}", "label"


def _why(reason: str, width: int) -> list[_Line]:
    if not reason.strip():
        return [[(f" {'Why':<{_WHY - 1}}", "label"), ("No reason was written down with this settled answer.", "muted")]]
    lines = layout_raw(reason.strip(), max(20, width - _WHY - 1))
    return [[(f" {'Why':<{_WHY - 1}}" if n == 0 else " " * _WHY, "label"), *line.spans] for n, line in enumerate(lines)]


def _section(identity: str, guideline: Guideline, width: int, key: str) -> list[_Line]:
    """A cited section: its title and how it begins."""
    section = guideline.section(identity)
    if section is None:
        return [[(one_line(f" §{identity}", width // 2), "strong"), ("  is no section of this version", "muted")]]
    opener = opened_by(key)
    title = one_line(f" §{section.id}  {section.title}", width - cells_of(opener) - 1)
    return [
        [(title, "strong"), (" " * max(0, width - 1 - cell_len(title) - cells_of(opener)), "text"), *opener],
        *([("  ", "text"), *row] for row in beginning(section.text, width - 2, _SECTION_ROWS)),
    ]


def far_rows(feedback: Feedback, width: int, *, again: bool = False, more: int = 0, key: str = "") -> list[_Line]:
    """How far one is, or how it went as a whole after the last item; `again`: it was told before.

    `more` rows of what is said are still below, and `key` scrolls to them: the last row says so at its end.
    """
    width = min(width, _WIDEST)
    hint: list[tuple[str, str]] = [(f"▼ {more} more", "muted"), *opened_by(key)] if more else []
    room = width - 3 - cells_of(hint)
    said, style = feedback.outcome.replace("\n", " "), "title"
    if again:
        said, style = "You were told this before; reading it again changes nothing.", "muted"
    elif not said:
        said, style = _so_far(feedback, room), "muted"
    rows: list[_Line] = [line.spans for line in wrap(safe_spans(said, style), room, [(" ", "text")], [(" ", "text")])]
    if hint:
        rows[-1] = [*rows[-1], (" " * max(1, width - 1 - cells_of(rows[-1]) - cells_of(hint)), "text"), *hint]
    return rows


def _so_far(feedback: Feedback, room: int) -> str:
    right, answered = feedback.so_far
    said = f"So far {right} of {answered} in the right direction" if answered else "Nothing counts so far"
    if feedback.served.attempt is None:
        return f"{said}."
    long = f"{said}. No time limit; what you answer here is {NO_DATA}."
    return long if cell_len(long) < room else f"{said}. This is {NO_DATA}."


def said_height(rows: int, height: int, prompt: int, far: int, editor: int = 0) -> int:
    """Rows for what is said, of `rows`: in a terminal of `height` the pair keeps `PAIR_LEAST`, or two fifths where there is more.

    `prompt`, `far` and `editor` are the rows of what stands beside it; one each is for the status and the keys.
    """
    room = height - 2 - prompt - far - editor
    return max(1, min(rows, room - max(PAIR_LEAST, room * 2 // 5)))
