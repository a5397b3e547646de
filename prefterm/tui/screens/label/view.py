"""How the label screen shows what it knows: heights, rows, texts. Functions of the screen's state; no answers, no keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefterm.domain.guidelines import Guideline, WorkedExample
from prefterm.domain.safe_text import hidden_characters, one_line
from prefterm.tui.answering import AnswerState, BarSpec
from prefterm.tui.guideline_document import changes_rows, example_rows, section_rows, strip_rows
from prefterm.tui.layout.wrapping import safe_spans, wrap
from prefterm.tui.prompt_rows import TALL, folded_rows, prompt_rows
from prefterm.tui.reading.stretches import Stretches
from prefterm.tui.screens.label.status import show_status
from prefterm.tui.screens.pair_screen import put_texts
from prefterm.tui.widgets.bar import DimensionsLine, MarginBar
from prefterm.tui.widgets.chrome import Rows
from prefterm.tui.widgets.lines import Line
from prefterm.tui.widgets.pair import Column, PairView

if TYPE_CHECKING:
    from prefterm.services.labeling import Served
    from prefterm.services.status import Progress
    from prefterm.tui.keymap import Keymap
    from prefterm.tui.screens.label.desk import Desk

__all__ = ["Panel", "bar_spec", "show_answer", "show_guideline", "show_pair", "starting_state"]

WIDE = 110
"""Columns from which the footer shows more keys."""
AT_THE_END = (("submit", "look again"), ("own_answers", "answers"), ("undo", "undo"), ("home", "home"), ("help", "help"))
"""What can be done where nothing is left."""
_AT_THE_END_IN_WORDS = (
    ("submit", "look again: a skipped pair or a third answer may be needed"), ("own_answers", "your own answers"),
    ("undo", "take back your last answer"), ("home", "home"),
)  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """What is opened of the guideline below the pair."""

    kind: str
    """example, section, changes or rows."""
    key: str = ""
    """Id of the section; number of the example in the order of `PairFacts.examples`."""
    rows: tuple[Line, ...] = ()


def bar_spec(guideline: Guideline) -> BarSpec:
    """What a guideline lets an annotator say."""
    return BarSpec(
        margins=guideline.margins,
        ties=str(guideline.ties),
        dimensions=tuple((d.key, d.question) for d in guideline.dimensions),
        marks=guideline.acceptability is not None,
        rationale=str(guideline.require_rationale),
        reasons=guideline.reasons,
        confidence=guideline.confidence,
    )


def starting_state(spec: BarSpec, served: Served) -> AnswerState:
    """The draft, else the answer taken back or edited, else nothing said yet."""
    if served.draft is not None:
        return AnswerState.from_draft(spec, served.draft)
    if served.answer is not None:
        return AnswerState.from_answer(spec, served.answer, served.order)
    return AnswerState(spec)


def show_pair(screen: Desk) -> None:
    """Put another pair on the screen."""
    served, facts = screen.served, screen.facts
    if served is None or facts is None:
        return
    pair = screen.query_one(PairView)
    put_texts(pair, served, facts)
    set_heights(screen, screen.size.height)
    pair.lay(whole=False)
    mark_sides(screen)
    pair.restyle()
    show_prompt(screen)
    show_answer(screen)


def mark_sides(screen: Desk) -> bool:
    """Say at the top of each side whether it is marked not acceptable; whether that changed."""
    pair, changed = screen.query_one(PairView), False
    if screen.state is not None:
        for column, bad in zip(pair.columns, screen.state.unacceptable, strict=False):
            changed = changed or column.unacceptable != bad
            column.unacceptable = bad
    return changed


def lay_over(column: Column, style: str, start: int, end: int) -> Stretches:
    """Show the characters from `start` to `end` of a column's text in a style, as far as its window goes; where they stand."""
    base = column.body.bases[column.part]
    found = column.map.stretches(start - base, end - base) if start < column.body.bases[column.part + 1] and end > base else {}
    layer = column.layers.setdefault(style, {})
    for line, ranges in found.items():
        layer.setdefault(line, []).extend(ranges)
    return found


# heights


def set_heights(screen: Desk, height: int) -> None:
    """Heights of guideline and prompt for a terminal of so many rows: one for every pair, since a new layout sends the whole screen."""
    most = max(1, height * 2 // 5)
    open_panel_rows = len(panel_rows(screen)) if screen.panel is not None and screen.size.width else 0
    strip = 1 if height < TALL else min(11, height // 6 + 1)
    set_height(screen.query_one("#guideline", Rows), min(most, max(strip, open_panel_rows)))
    if not screen.prompt_open:
        set_height(screen.query_one("#prompt", Rows), folded_rows(height))


def set_height(rows: Rows, wanted: int) -> None:
    if rows.styles.height is None or rows.styles.height.value != wanted:
        rows.styles.height = wanted


def arrange(screen: Desk) -> None:
    """Heights of prompt and guideline for this terminal, and their rows."""
    set_heights(screen, screen.size.height)
    show_prompt(screen)
    show_guideline(screen)


# the prompt


def show_prompt(screen: Desk) -> None:
    """The prompt, folded to a few rows or laid out in at most two fifths of the height."""
    rows, width = screen.query_one("#prompt", Rows), screen.size.width
    if screen.served is None or screen.facts is None or not width:
        return
    key = screen.keymap.shown("prompt")
    shown = prompt_rows(screen.served.prompt, screen.facts.prompt, width, screen.size.height, key, opened=screen.prompt_open)
    set_height(rows, shown.height)
    rows.set_lines(shown.lines)


# the guideline


def shown_example(screen: Desk) -> WorkedExample | None:
    """The worked example that stands beside the pair."""
    if screen.facts is None or not screen.facts.examples:
        return None
    panel = screen.panel
    number = int(panel.key) if panel is not None and panel.kind == "example" else 0
    return screen.facts.examples[number % len(screen.facts.examples)]


def panel_rows(screen: Desk) -> list[Line]:
    """What is opened of the guideline, as rows under a heading; [] for nothing."""
    panel, guideline, width = screen.panel, screen.guideline, screen.size.width
    if panel is None or guideline is None:
        return []
    moves = (("panel_down panel_up", "scroll"), ("home", "close"))
    if panel.kind == "rows":
        return [_heading("cite a section", width), *panel.rows]
    if panel.kind == "example":
        example = shown_example(screen)
        if example is None:
            return [_heading("this guideline has no worked examples", width)]
        place = int(panel.key) % len(screen.facts.examples) + 1 if screen.facts is not None else 1
        title = f"example {place} of {len(guideline.examples)}, the nearest first"
        return [
            _heading(_with_hints(title, screen.keymap.hints(("examples", "next"), *moves)), width),
            *example_rows(guideline, example, width),
        ]
    if panel.kind == "section":
        section = guideline.section(panel.key)
        return [_heading(_with_hints("guideline", screen.keymap.hints(*moves)), width), *(section_rows(section, width) if section else [])]
    heading = _heading(_with_hints("what changed", screen.keymap.hints(*moves)), width)
    return [heading, *changes_rows(screen.since_seen, width, screen.keymap.named("guideline"))]


def _with_hints(title: str, hints: str) -> str:
    return f"{title} · {hints}" if hints else title


def _heading(title: str, width: int) -> Line:
    text = one_line(f" {title} ", max(4, width - 4))
    return [("──", "frame"), (text, "title"), ("─" * max(0, width - len(text) - 2), "frame")]


def show_guideline(screen: Desk) -> None:
    """The strip below the pair, or what is opened of the guideline; the question of a dimension while the keys move it."""
    guideline, facts = screen.guideline, screen.facts
    if guideline is None or facts is None or screen.served is None or not screen.size.width:
        return
    rows = screen.query_one("#guideline", Rows)
    if screen.panel is not None:
        set_heights(screen, screen.size.height)
        rows.set_lines(panel_rows(screen), keep_top=True)
        return
    height = int(rows.styles.height.value) if rows.styles.height is not None else 1
    key = screen.keymap.shown("guideline")
    lines: list[Line] = list(strip_rows(guideline, shown_example(screen), facts.sections, screen.size.width, height, key))
    state = screen.state
    if state is not None and state.row:
        lines[0 if height == 1 else 1] = _question(state, screen.size.width)
    rows.set_lines(lines)


def _question(state: AnswerState, width: int) -> Line:
    if state.on_dimension:
        key, question = state.spec.dimensions[state.row - 1]
    else:
        key, question = "confidence", "How sure are you of the whole answer?"
    return [(f" {key}: ", "focused"), (one_line(question, max(10, width - len(key) - 4)), "strong")]


def open_panel(screen: Desk, rows: Sequence[Line]) -> None:
    """Show rows in the guideline's place."""
    screen.panel = Panel("rows", rows=tuple(rows))
    set_heights(screen, screen.size.height)
    show_guideline(screen)


def close_panel(screen: Desk) -> None:
    """The strip again."""
    screen.panel = None
    set_heights(screen, screen.size.height)
    show_guideline(screen)


# the answer


def show_answer(screen: Desk) -> None:
    """The bar, the dimensions, the marks, and the question of the dimension that the keys are on."""
    state = screen.state
    screen.query_one(MarginBar).set_state(state)
    screen.query_one(DimensionsLine).set_state(state)
    if screen.panel is None:
        show_guideline(screen)
    show_status(screen)


def clear(screen: Desk, message: Sequence[Line] = ()) -> None:
    """Take the pair off the desk; a message may stand in its place."""
    screen.forget_pair()
    screen.served, screen.state, screen.facts = None, None, None
    screen.query_one(PairView).say(message)
    screen.query_one(MarginBar).set_state(None)
    screen.query_one(DimensionsLine).set_state(None)
    for name in ("#prompt", "#guideline"):
        screen.query_one(name, Rows).set_lines([])
    show_status(screen)


def end_rows(sentence: str, progress: Progress | None, keymap: Keymap, width: int = 80, *, gated: bool = False) -> list[Line]:
    """What stands in place of a pair when nothing is left, or when somebody cannot go on for now (`gated`)."""
    rows: list[Line] = [line.spans for line in wrap(safe_spans(sentence.replace("\n", " "), "title"), max(20, min(width, 88) - 6))]
    rows.append([])
    if progress is not None and progress.done and not gated:
        pace = f", about {round(progress.median_seconds)} s each" if progress.median_seconds else ""
        rows += [[(f"{progress.done} answers of yours are stored in this round{pace}. Thank you.", "text")], []]
    for action, said in _AT_THE_END_IN_WORDS:
        if keymap.shown(action) and not (gated and action == "undo"):
            rows.append([(f"{keymap.named(action):<5} ", "key"), ("look again" if gated and action == "submit" else said, "text")])
    return rows


def hidden_rows(served: Served) -> list[Line]:
    """Hidden characters of prompt and responses, in words."""
    rows: list[Line] = []
    texts = [("prompt", "\n".join(m.content for m in served.prompt))]
    texts += [(f"response {n}", served.responses[i]) for n, i in enumerate(served.order, 1)]
    for name, text in texts:
        for found in hidden_characters(text):
            rows.append([(f" {name:<12}", "muted"), (f"{found.code} {found.name}  × {found.count}", "text")])
    return rows
