"""The margin bar: what can be said about the pair, as it lies on the screen, and what is said so far."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events

from prefterm.tui.answering import CONFIDENCE, OVERALL_ROW, AnswerState, BarSpec
from prefterm.tui.keymap import Keymap
from prefterm.tui.messages import Asked
from prefterm.tui.widgets.lines import Lines

__all__ = ["DimensionsLine", "MarginBar"]

_WIDE = 112
_TIES = {"equal": "equal", "both_good": "good", "both_bad": "bad"}
_WIDE_TIES = {"equal": "equal", "both_good": "both good", "both_bad": "both bad"}
_TIE_ACTIONS = {"equal": "tie_equal", "both_good": "tie_both_good", "both_bad": "tie_both_bad"}


class MarginBar(Lines):
    """One row: digits from left to right, the ties in the middle, the choice between marks and reversed."""

    DEFAULT_CSS = "MarginBar { height: 1; }"
    state: AnswerState | None = None
    cells: Sequence[Cell] = ()

    def __init__(self, keymap: Keymap, *, id: str | None = None) -> None:
        """`keymap`: the keys that are shown with the choices."""
        super().__init__(id=id)
        self.keymap = keymap

    def set_state(self, state: AnswerState | None) -> None:
        """Show an answer as it stands."""
        self.state = state
        self.restyle()

    def restyle(self) -> None:
        """Draw the row."""
        if self.state is not None and self.size.width:
            self.cells = _bar(self.state, self.keymap, self.size.width >= _WIDE)
            self.show([[span for spans, _ in self.cells for span in spans]])
        elif self.size.width:
            self.show([])

    def on_click(self, event: events.Click) -> None:
        """A click on a choice chooses it."""
        end = 0
        for spans, action in self.cells:
            end += sum(cell_len(text) for text, _ in spans)
            if event.x < end:
                if action:
                    self.post_message(Asked(action))
                return


Cell = tuple[list[tuple[str, str]], str]
"""The spans of one choice, and the action that a click on it means; "" for none."""


def _bar(state: AnswerState, keymap: Keymap, wide: bool) -> list[Cell]:
    spec = state.spec

    def choice(position: int, label: str, chosen: bool) -> Cell:
        action = f"position_{position}"
        return _cell(keymap.shown(action), label, chosen, wide), action

    if state.row == spec.confidence_row:
        cells = [choice(n, word, state.confidence == n) for n, word in enumerate(CONFIDENCE, 1)]
        return [*cells, ([("  how sure?", "focused")], "")]
    current = state.current
    line: list[Cell] = []
    middle = spec.size + 1
    for position in range(1, spec.positions + 1):
        if position == middle:
            line += [([("│", "frame")], ""), *_ties(state, keymap, wide), ([("│", "frame")], "")]
            continue
        line.append(choice(position, spec.label(position), current is not None and current == spec.strength_at(position)))
    if state.on_dimension:
        line.append(([(f"  {spec.dimensions[state.row - 1][0]}", "focused")], ""))
    return line


def _ties(state: AnswerState, keymap: Keymap, wide: bool) -> list[Cell]:
    spec = state.spec
    equal = keymap.shown(f"position_{spec.size + 1}") or keymap.shown("tie_equal")
    if state.on_dimension:
        return [(_cell(equal, "tie", state.current == 0, wide), "tie_equal")]
    if spec.ties == "none":
        return [([("   ·   ", "muted")], "")]
    names = _WIDE_TIES if wide else _TIES
    kinds = ("equal", "both_good", "both_bad")[: 3 if spec.ties == "split" else 1]
    cells = []
    for kind in kinds:
        key = equal if kind == "equal" else keymap.shown(_TIE_ACTIONS[kind])
        cells.append((_cell(key, names[kind], state.strength == 0 and state.tie == kind, wide), _TIE_ACTIONS[kind]))
    return cells


def _cell(key: str, label: str, chosen: bool, wide: bool) -> list[tuple[str, str]]:
    """One choice; what is chosen stands between marks too, so that it shows without colour."""
    after = (" " if wide else "") if not chosen else ("◂" if wide else "")
    if chosen:
        return [(f"▸{key} {label}{after}" if key else f"▸{label}{after}", "chosen")]
    return [(f" {key}", "key"), (f" {label}{after}", "text")] if key else [(f" {label}{after}", "text")]


class DimensionsLine(Lines):
    """One row: each dimension with what is said about it, arrows pointing at the better side."""

    DEFAULT_CSS = "DimensionsLine { height: 1; }"
    state: AnswerState | None = None

    def __init__(self, keymap: Keymap, *, id: str | None = None) -> None:
        """`keymap`: the key that moves between the dimensions is shown first."""
        super().__init__(id=id)
        self.keymap = keymap

    def set_state(self, state: AnswerState | None) -> None:
        """Show an answer as it stands."""
        self.state = state
        self.restyle()

    def restyle(self) -> None:
        """Draw the row."""
        if not self.size.width:
            return
        if self.state is None:
            self.show([])
            return
        key = self.keymap.shown("next_row")
        line = _dimensions(self.state, key, "  ")
        if sum(cell_len(text) for text, _ in line) > self.size.width:
            line = _dimensions(self.state, key, " ")
        self.show([line])


def _dimensions(state: AnswerState, key: str, apart: str) -> list[tuple[str, str]]:
    """Every row that the keys can be on with what is said there, `apart` between them, after the `key` that moves on."""
    spec = state.spec
    said = [(name, number, arrows(spec, state.dimensions.get(name))) for number, (name, _) in enumerate(spec.dimensions, 1)]
    if spec.confidence:
        sure = state.confidence
        said.append(("sure", spec.confidence_row, "·" if sure is None else "●" * sure + "○" * (len(CONFIDENCE) - sure)))
    line = [(f" {key} " if key else " ", "key"), ("overall", "focused" if state.row == OVERALL_ROW else "muted")]
    for name, row, shown in said:
        line += [(apart, "text"), (name, "focused" if state.row == row else "muted"), (f" {shown}", "strong")]
    return line


def arrows(spec: BarSpec, strength: int | None) -> str:
    """A strength as arrows that point at the better side: ◂◂ clearly left, ▸ slightly right, = tie, · nothing said."""
    if strength is None:
        return "·"
    if strength == 0:
        return "="
    return ("◂" if strength > 0 else "▸") * min(abs(strength), spec.size)
