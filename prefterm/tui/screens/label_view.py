"""How the label screen shows what it knows: heights, rows, texts. Functions of the screen's state; no answers, no keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefterm.domain.guidelines import Guideline, WorkedExample
from prefterm.domain.guidelines.likeness import examples_like, sections_for
from prefterm.domain.safe_text import hidden_characters, one_line
from prefterm.tui.answering import AnswerState, BarSpec
from prefterm.tui.guideline_document import strip_rows
from prefterm.tui.rendering import layout_markdown
from prefterm.tui.widgets.bar import DimensionsLine, MarginBar
from prefterm.tui.widgets.chrome import Rows, StatusLine
from prefterm.tui.widgets.lines import Line, plain
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.services.labeling import Served

__all__ = ["arrange", "bar_spec", "show_answer", "show_guideline", "show_pair", "show_status", "starting_state"]

_TALL = 32


def bar_spec(guideline: Guideline) -> BarSpec:
    """What a guideline lets an annotator say."""
    return BarSpec(
        margins=guideline.margins,
        ties=str(guideline.ties),
        dimensions=tuple((d.key, d.question) for d in guideline.dimensions),
        marks=guideline.acceptability is not None,
        rationale=str(guideline.require_rationale),
    )


def starting_state(guideline: Guideline | None, served: Served) -> AnswerState | None:
    """The draft, else the answer taken back, else nothing said yet."""
    if guideline is None:
        return None
    spec = bar_spec(guideline)
    if served.draft is not None:
        return AnswerState.from_draft(spec, served.draft)
    if served.answer is not None:
        return AnswerState.from_answer(spec, served.answer, served.order)
    return AnswerState(spec)


def greeting(served: Served) -> str:
    """What is worth saying as a pair appears."""
    return "Your draft is back." if served.draft is not None else ""


def show_pair(screen: Any) -> None:
    """Put another pair on the screen."""
    served: Served = screen.served
    pair = screen.query_one(PairView)
    pair.zoomed = None
    pair.set_texts(*(served.responses[i] for i in served.order[:2]))
    arrange(screen)
    show_status(screen)
    show_answer(screen)


def set_heights(screen: Any, height: int) -> None:
    """Heights of guideline and prompt for a terminal of so many rows: one for every pair, since a new layout sends the whole screen."""
    _set_height(screen.query_one("#guideline", Rows), 1 if height < _TALL else min(10, height // 6))
    if not screen.prompt_open:
        _set_height(screen.query_one("#prompt", Rows), folded_rows(height))


def folded_rows(height: int) -> int:
    """Rows of a prompt that nobody has opened."""
    return max(3, height // 12) if height >= _TALL else 1


def _set_height(rows: Rows, wanted: int) -> None:
    if rows.styles.height is None or rows.styles.height.value != wanted:
        rows.styles.height = wanted


def arrange(screen: Any) -> None:
    """Heights of prompt and guideline for this terminal, and their rows."""
    set_heights(screen, screen.size.height)
    show_prompt(screen)
    show_guideline(screen)


def prompt_is_open(screen: Any) -> bool:
    """Whether the prompt shows more than one line: where the terminal is tall, or the person wants the whole of it."""
    return bool(screen.prompt_open or screen.size.height >= _TALL)


def show_prompt(screen: Any) -> None:
    """The prompt, folded to a line or laid out in at most two fifths of the height."""
    served: Served | None = screen.served
    rows = screen.query_one("#prompt", Rows)
    width = screen.size.width
    if served is None or not width:
        return
    turns = len(served.prompt)
    label = f"({turns} turns) " if turns > 1 else ""
    if not prompt_is_open(screen):
        text = one_line(f" ▸ {label}{served.prompt[-1].content if turns else '‹no prompt›'}", max(10, width - 5))
        lines: list[Line] = [[(text, "strong"), (" [", "muted"), ("p", "key"), ("]", "muted")]]
    else:
        lines = prompt_rows(served, width)
    most = max(1, screen.size.height * 2 // 5)
    wanted = min(len(lines), most) if screen.prompt_open else folded_rows(screen.size.height)
    _set_height(rows, wanted)
    if not screen.prompt_open and len(lines) > wanted:
        lines = [*lines[: wanted - 1], [*lines[wanted - 1], (" … ", "muted"), ("p", "key"), (" more", "muted")]]
    rows.set_lines(lines)


def prompt_rows(served: Served, width: int) -> list[Line]:
    """The whole conversation as rows, each message with its role."""
    rows: list[Line] = []
    for message in served.prompt:
        laid = layout_markdown(message.content, max(20, min(width - 12, 110)))
        role = {"user": "prompt", "assistant": "answer"}.get(message.role, message.role)
        for number, line in enumerate(laid):
            rows.append([(f" {role:<9}" if number == 0 else " " * 10, "key" if message.role == "user" else "muted"), *line.spans])
    return rows


def shown_example(screen: Any) -> WorkedExample | None:
    """The worked example that stands beside the pair."""
    guideline: Guideline | None = screen.guideline
    served: Served | None = screen.served
    if guideline is None or served is None or not guideline.examples:
        return None
    ranked = examples_like(guideline, served.prompt, served.tags)
    return ranked[int(screen.example) % len(ranked)]


def show_guideline(screen: Any) -> None:
    """The strip beside the pair; the question of a dimension while the keys move it."""
    guideline: Guideline | None = screen.guideline
    if guideline is None or screen.served is None:
        return
    rows = screen.query_one("#guideline", Rows)
    height = int(rows.styles.height.value) if rows.styles.height is not None else 1
    lines = strip_rows(guideline, shown_example(screen), sections_for(guideline, screen.served.tags), screen.size.width, height)
    state: AnswerState | None = screen.state
    if state is not None and state.row:
        key, question = state.spec.dimensions[state.row - 1]
        lines[0 if height == 1 else 1] = [
            (f" {key}: ", "focused"),
            (one_line(question, max(10, screen.size.width - len(key) - 4)), "strong"),
        ]
    rows.set_lines(lines)


def show_answer(screen: Any) -> None:
    """The bar, the dimensions and the marks."""
    state: AnswerState | None = screen.state
    screen.query_one(MarginBar).set_state(state)
    screen.query_one(DimensionsLine).set_state(state)
    pair = screen.query_one(PairView)
    if state is not None and len(pair.columns) == 2:
        for column, bad in zip(pair.columns, state.unacceptable, strict=True):
            column.unacceptable = bad
        pair.restyle()
    show_guideline(screen)
    show_status(screen)


def show_status(screen: Any) -> None:
    """Where one is, and how far."""
    guideline, progress, state = screen.guideline, screen.progress, screen.state
    left: list[tuple[str, str]] = [(f" {plain(screen.round_name or 'prefterm')}", "title")]
    if guideline is not None:
        left.append((f" ▸ {plain(guideline.label)}", "muted"))
    left.append((f" · {plain(screen.bridge.session.name)}", "muted"))
    right: list[tuple[str, str]] = []
    if state is not None and state.rationale.strip():
        right.append(("✎ why ", "good"))
    if state is not None and state.sections:
        right.append((" ".join(f"§{plain(s)}" for s in state.sections) + " ", "good"))
    if screen.served is not None and any(hidden_characters(t) for t in screen.served.responses):
        right.append(("⚠ hidden characters [x] ", "notice"))
    if progress is not None:
        right.append((f"{progress.done}/{max(progress.share, progress.done)}", "title"))
        if screen.size.width >= 100:
            right.append((f" · {progress.today} today", "muted"))
        if progress.median_seconds:
            right.append((f" · ~{round(progress.median_seconds)} s each", "muted"))
    screen.query_one(StatusLine).set_parts(left, [*right, (" ", "text")])


def hidden_rows(served: Served) -> list[Line]:
    """Hidden characters of prompt and responses, in words."""
    rows: list[Line] = []
    texts = [("prompt", "\n".join(m.content for m in served.prompt))]
    texts += [(f"response {n}", served.responses[i]) for n, i in enumerate(served.order, 1)]
    for name, text in texts:
        for found in hidden_characters(text):
            rows.append([(f" {name:<12}", "muted"), (f"{found.code} {found.name}  × {found.count}", "text")])
    return rows
