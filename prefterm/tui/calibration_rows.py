"""The rows of the calibration screen: each round with one's standing, what waits, and what one was told. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len

from prefterm.domain.presentation import as_presented
from prefterm.domain.safe_text import one_line
from prefterm.tui.attempts import attempt_name
from prefterm.tui.layout.wrapping import safe_spans, wrap
from prefterm.tui.own_answer_rows import answer_words

if TYPE_CHECKING:
    from prefterm.domain.judgments import Answer
    from prefterm.services.calibration_overview import RoundCalibration
    from prefterm.services.serving import AttemptPlace, Feedback

__all__ = ["CalibrationRows", "Choice", "calibration_rows"]

_WIDEST = 100
_ANSWER = 28
_Line = Sequence[tuple[str, str]]


class Choice(NamedTuple):
    """What a row is for."""

    kind: str
    """`attempt`, `review` or `told`."""
    round_name: str
    number: int = 0
    """Which of what was told."""


@dataclass
class CalibrationRows:
    """The rows, and what can be chosen among them."""

    lines: list[_Line] = field(default_factory=list)
    choices: list[tuple[int, Choice]] = field(default_factory=list)
    """(row, what it is for), from top to bottom."""


def calibration_rows(rounds: Sequence[RoundCalibration], marked: int, width: int) -> CalibrationRows:
    """All rows for a width in cells; `marked`: the number of the choice that is marked."""
    width = min(width, _WIDEST)
    found = CalibrationRows()
    if not rounds:
        said = "Nothing here yet: no round of yours asks for a qualification, and nothing of your work was checked and told."
        found.lines += [[], *(line.spans for line in wrap(safe_spans(said, "text"), width, [("   ", "text")], [("   ", "text")]))]
    for each in rounds:
        state = "" if each.state == "open" else f" · {each.state}"
        title = one_line(f" {each.name}{state} ", width - 6)
        found.lines += [[], [("  ──", "frame"), (title, "title"), ("─" * max(0, width - cell_len(title) - 4), "frame")]]
        if each.standing:
            said = f"{each.standing[:1].upper()}{each.standing[1:]}."
            found.lines += [line.spans for line in wrap(safe_spans(said, "text"), width, [("   ", "text")], [("   ", "text")])]
        for choice, line in _choices(each, width):
            chosen = len(found.choices) == marked
            found.choices.append((len(found.lines), choice))
            found.lines.append(
                [(" ▸ " if chosen else "   ", "key"), *([(t, "strong") if s == "text" else (t, s) for t, s in line] if chosen else line)]
            )
    return found


def _choices(each: RoundCalibration, width: int) -> list[tuple[Choice, _Line]]:
    rows: list[tuple[Choice, _Line]] = []
    if each.attempt is not None:
        rows.append((Choice("attempt", each.name), [(_attempt_words(each.attempt), "text")]))
    if each.waiting:
        said = f"{each.waiting} check{'s' if each.waiting > 1 else ''} of your finished sittings to look at"
        rows.append((Choice("review", each.name), [(said, "text")]))
    rows += [(Choice("told", each.name, number), _told(item, width)) for number, item in enumerate(each.told)]
    return rows


def _attempt_words(place: AttemptPlace) -> str:
    name = attempt_name(place.kind)
    return f"{name}: {place.of} items to take" if place.number == 1 else f"{name}: go on with {place.number} of {place.of}"


def _told(item: Feedback, width: int) -> _Line:
    """What was told of one pair: whether it went the same way, what was answered, and the prompt."""
    own, settled = (_side(as_presented(answer, item.served.order)) for answer in (item.answer, item.settled))
    said = one_line(own if item.right else f"{own}, settled {settled}", _ANSWER)
    room = max(10, width - _ANSWER - (17 if item.contested else 7))
    asked = one_line(" ".join(_prompt(item.served.prompt)[:600].split()), room)
    symbol, style = ("✓", "good") if item.right else ("✗", "notice")
    if item.contested:
        symbol, style = "·", "muted"
    line: list[tuple[str, str]] = [(f"{symbol} ", style), (said + " " * (_ANSWER - cell_len(said)), "text"), (asked, "muted")]
    if item.contested:
        line.append((" " * max(1, room - cell_len(asked) + 1) + "contested", "notice"))
    return line


def _side(answer: Answer) -> str:
    """The side that an answer prefers, as presented; which tie it is."""
    strength = answer.payload.get("strength")
    return answer_words(replace(answer, acceptable=()), None) if not strength else "left" if strength > 0 else "right"


def _prompt(messages: Sequence[Any]) -> str:
    return next((m.content for m in reversed(messages) if m.role == "user"), messages[0].content if messages else "")
