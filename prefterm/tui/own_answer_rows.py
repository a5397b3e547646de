"""One's own answers in words: when, what was said, to which prompt, and why it stands. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from rich.cells import cell_len

from prefterm.domain.safe_text import one_line
from prefterm.tui.layout.wrapping import wrapped_text

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline

__all__ = ["DETAIL_ROWS", "OwnAnswerRow", "answer_row", "answer_words", "detail_rows", "when"]

DETAIL_ROWS = 7
"""Rows below the list for the answer that is marked, its heading included."""
_WHEN, _ANSWER = 8, 24
_TIES = {"equal": "equally good", "both_good": "both good", "both_bad": "both bad"}
_SIDES = ("left", "right")
_Line = Sequence[tuple[str, str]]


class OwnAnswerRow(Protocol):
    """One answer as it is now. Sides are those that were on the screen."""

    @property
    def assignment(self) -> str:
        """The uuid to open it by."""
        ...

    @property
    def moment(self) -> str:
        """When it was given, UTC, ISO 8601."""
        ...

    @property
    def prompt(self) -> str:
        """The beginning of the prompt at least."""
        ...

    @property
    def answer(self) -> Any:
        """An `Answer` in presented order: a positive strength is for the left."""
        ...

    @property
    def rationale(self) -> str:
        """What was written."""
        ...

    @property
    def sections(self) -> Sequence[str]:
        """Ids of the sections cited."""
        ...

    @property
    def passages(self) -> int:
        """How many passages were marked."""
        ...

    @property
    def seconds(self) -> float | None:
        """Active seconds."""
        ...

    @property
    def revision(self) -> int:
        """1 for the first answer, more where it was mended."""
        ...

    @property
    def why_fixed(self) -> str | None:
        """Why it can no longer be changed; "" or None where it can."""
        ...


def when(moment: str, now: datetime) -> str:
    """A moment in local time: HH:MM today, the day this year, else the whole date. As given where it is no date."""
    try:
        at = datetime.fromisoformat(moment).astimezone(now.tzinfo)
    except ValueError:
        return one_line(moment, _WHEN - 1)
    if at.date() == now.date():
        return at.strftime("%H:%M")
    # Not by the locale's names, which may be wider than the column.
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][at.month - 1]
    return f"{at.day} {month}" if at.year == now.year else at.strftime("%Y-%m")


def answer_words(answer: Any, guideline: Guideline | None) -> str:
    """An answer in a few words: "left clearly", "both bad", "right ✗", "2 > 1 = 3"."""
    payload: Mapping[str, Any] = getattr(answer, "payload", answer) or {}
    if "strength" in payload:
        strength = payload["strength"]
        if strength == 0:
            words = _TIES.get(str(payload.get("tie") or "equal"), "equally good")
        else:
            margin = guideline.margin_label(strength) if guideline is not None else ""
            words = f"{_SIDES[strength < 0]} {margin or 'better'}"
    elif "ranking" in payload:
        words = " > ".join(" = ".join(str(n + 1) for n in group) for group in payload["ranking"])
    elif "scores" in payload:
        words = "scored " + ", ".join(str(v) for v in payload["scores"].get("overall") or next(iter(payload["scores"].values()), ()))
    else:
        words = "–"
    unfit = [side for side, fit in zip(_SIDES, getattr(answer, "acceptable", ()) or (), strict=False) if fit is False]
    return words + (f" · ✗ {'both' if len(unfit) == 2 else unfit[0]}" if unfit else "")


def answer_row(row: OwnAnswerRow, guideline: Guideline | None, marked: bool, width: int, now: datetime) -> _Line:
    """One row of the list, of `width` cells at most."""
    answer = one_line(answer_words(row.answer, guideline), _ANSWER)
    answer += " " * (_ANSWER - cell_len(answer))
    room = max(8, width - _WHEN - _ANSWER - 13)
    prompt = one_line(" ".join(row.prompt[:600].split()), room)
    return [
        (" ▸ " if marked else "   ", "key"),
        (f"{when(row.moment, now):<{_WHEN}}", "muted"),
        (answer, "strong" if marked else "text"),
        ("  ", "text"),
        (prompt, "strong" if marked else "text"),
        (" " * (room - cell_len(prompt) + 1), "text"),
        ("fixed" if row.why_fixed else "", "muted"),
    ]


def detail_rows(row: OwnAnswerRow | None, guideline: Guideline | None, width: int) -> list[_Line]:
    """What is said about the answer that is marked: at most `DETAIL_ROWS` rows."""
    if row is None:
        return []
    room = max(20, min(width - 5, 110))
    heading = f" {answer_words(row.answer, guideline)} "
    rows: list[_Line] = [
        [(" ──", "frame"), (one_line(heading, room), "title"), ("─" * max(0, width - cell_len(heading) - 5), "frame")],
    ]
    ticked = getattr(row.answer, "reasons", ())
    said = " ".join(("; ".join((*ticked, row.rationale)) if row.rationale else "; ".join(ticked)).split())
    written = wrapped_text(said[:2000], room)
    if not written:
        rows.append([("   no reason given", "muted")])
    for number, part in enumerate(written[:3]):
        more = " …" if number == 2 and len(written) > 3 else ""
        rows.append([(f"   {part}{more}", "text")])
    facts = [f"§{s}" for s in row.sections]
    if row.passages:
        facts.append(f"{row.passages} passage{'s' if row.passages > 1 else ''} marked")
    if row.seconds is not None:
        facts.append(f"{round(row.seconds)} s")
    if row.revision > 1:
        facts.append(f"changed, revision {row.revision}")
    if facts:
        rows.append([(f"   {one_line(' · '.join(facts), room)}", "muted")])
    if row.why_fixed:
        rows.append([(f"   {one_line(row.why_fixed, room)}", "notice")])
    return rows
