"""The margin bar: what can be said about the pair, as it lies on the screen, and what is said so far."""

from __future__ import annotations

from prefterm.tui.answering import CONFIDENCE, OVERALL_ROW, AnswerState, BarSpec
from prefterm.tui.widgets.lines import Lines

__all__ = ["DimensionsLine", "MarginBar"]

_WIDE = 112
_TIES = {"equal": "equal", "both_good": "good", "both_bad": "bad"}
_WIDE_TIES = {"equal": "equal", "both_good": "both good", "both_bad": "both bad"}


class MarginBar(Lines):
    """One row: digits from left to right, the ties in the middle, the choice between marks and reversed."""

    DEFAULT_CSS = "MarginBar { height: 1; }"
    state: AnswerState | None = None

    def set_state(self, state: AnswerState | None) -> None:
        """Show an answer as it stands."""
        self.state = state
        self.restyle()

    def restyle(self) -> None:
        """Draw the row."""
        if self.state is not None and self.size.width:
            self.show([_bar(self.state, self.size.width >= _WIDE)])
        elif self.size.width:
            self.show([])


def _bar(state: AnswerState, wide: bool) -> list[tuple[str, str]]:
    spec = state.spec
    if state.row == spec.confidence_row:
        cells = [_cell(str(n), word, state.confidence == n, wide) for n, word in enumerate(CONFIDENCE, 1)]
        return [span for cell in cells for span in cell] + [("  how sure?", "focused")]
    current = state.current
    line: list[tuple[str, str]] = []
    middle = spec.size + 1
    for position in range(1, spec.positions + 1):
        if position == middle:
            line += [("│", "frame"), *_ties(state, wide), ("│", "frame")]
            continue
        chosen = current is not None and current == spec.strength_at(position)
        line += _cell(str(position), spec.label(position), chosen, wide)
    if state.on_dimension:
        line.append((f"  {spec.dimensions[state.row - 1][0]}", "focused"))
    return line


def _ties(state: AnswerState, wide: bool) -> list[tuple[str, str]]:
    spec = state.spec
    if state.on_dimension:
        return _cell(str(spec.size + 1), "tie", state.current == 0, wide)
    if spec.ties == "none":
        return [("   ·   ", "muted")]
    names = _WIDE_TIES if wide else _TIES
    kinds = [("equal", str(spec.size + 1)), ("both_good", "+"), ("both_bad", "-")][: 3 if spec.ties == "split" else 1]
    line: list[tuple[str, str]] = []
    for kind, key in kinds:
        line += _cell(key, names[kind], state.strength == 0 and state.tie == kind, wide)
    return line


def _cell(key: str, label: str, chosen: bool, wide: bool) -> list[tuple[str, str]]:
    """One choice; what is chosen stands between marks too, so that it shows without colour."""
    after = (" " if wide else "") if not chosen else ("◂" if wide else "")
    if chosen:
        return [(f"▸{key} {label}{after}", "chosen")]
    return [(f" {key}", "key"), (f" {label}{after}", "text")]


class DimensionsLine(Lines):
    """One row: each dimension with what is said about it, arrows pointing at the better side."""

    DEFAULT_CSS = "DimensionsLine { height: 1; }"
    state: AnswerState | None = None

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
        line: list[tuple[str, str]] = [(" Tab ", "key"), ("overall ", "focused" if self.state.row == OVERALL_ROW else "muted")]
        for number, (key, _) in enumerate(self.state.spec.dimensions, 1):
            line.append((" ", "text"))
            line.append((key, "focused" if self.state.row == number else "muted"))
            line.append((f" {arrows(self.state.spec, self.state.dimensions.get(key))} ", "strong"))
        if self.state.spec.confidence:
            said = "·" if self.state.confidence is None else "●" * self.state.confidence + "○" * (len(CONFIDENCE) - self.state.confidence)
            line += [(" sure", "focused" if self.state.row == self.state.spec.confidence_row else "muted"), (f" {said} ", "strong")]
        self.show([line])


def arrows(spec: BarSpec, strength: int | None) -> str:
    """A strength as arrows that point at the better side: ◂◂ clearly left, ▸ slightly right, = tie, · nothing said."""
    if strength is None:
        return "·"
    if strength == 0:
        return "="
    return ("◂" if strength > 0 else "▸") * min(abs(strength), spec.size)
