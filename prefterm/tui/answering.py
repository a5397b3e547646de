"""The answer as it grows on the screen: where the marker stands, which ties and marks are set. Pure, without Textual.

Everything here is in presented order: position 0 is on the left. `to_answer` is the one way to the canonical answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from prefterm.domain.errors import AnswerRefused
from prefterm.domain.judgments import Answer, Passage, PassageKind
from prefterm.domain.passages import MOST_PASSAGES
from prefterm.domain.presentation import as_presented, unpresent

__all__ = ["CONFIDENCE", "AnswerState", "BarSpec", "problem_of"]

CONFIDENCE = ("guessing", "unsure", "fairly sure", "sure", "certain")
"""What the confidences 1..5 mean."""

OVERALL_ROW = 0
"""Index of the overall bar among the rows that the marker can be on; dimensions follow."""


@dataclass(frozen=True)
class BarSpec:
    """What a guideline lets an annotator say about a pair."""

    margins: tuple[str, ...]
    """Weakest first; empty = binary."""
    ties: str
    """none | equal | split."""
    dimensions: tuple[tuple[str, str], ...] = ()
    """(key, question), by priority."""
    marks: bool = False
    rationale: str = "never"
    """never | on_tie | on_disagreement_risk | always."""
    reasons: tuple[str, ...] = ()
    """Reasons that can be ticked."""
    confidence: bool = False
    """Whether the guideline asks how sure one is."""

    @property
    def rows(self) -> int:
        """Bars that the keys can be on: overall, each dimension, confidence."""
        return 1 + len(self.dimensions) + self.confidence

    @property
    def confidence_row(self) -> int:
        """Index of the row for confidence; -1 where it is not asked."""
        return len(self.dimensions) + 1 if self.confidence else -1

    @property
    def size(self) -> int:
        """Margins to each side: 1 for a binary bar."""
        return max(1, len(self.margins))

    @property
    def positions(self) -> int:
        """Positions of the bar from left to right, the middle included."""
        return 2 * self.size + 1

    def strength_at(self, position: int) -> int:
        """The presented strength at a position 1..`positions`: positive on the left, 0 in the middle."""
        return self.size + 1 - position

    def position_of(self, strength: int) -> int:
        """The inverse of `strength_at`, strengths beyond the margins at the outermost."""
        return self.size + 1 - max(-self.size, min(self.size, strength))

    def label(self, position: int) -> str:
        """The margin's name at a position; "equal" in the middle."""
        strength = self.strength_at(position)
        if strength == 0:
            return "equal"
        return self.margins[abs(strength) - 1] if self.margins else "better"


@dataclass(frozen=True)
class AnswerState:
    """An unfinished answer, in presented order."""

    spec: BarSpec
    strength: int | None = None
    """None = nothing chosen yet."""
    tie: str | None = None
    dimensions: Mapping[str, int] = field(default_factory=dict)
    unacceptable: tuple[bool, bool] = (False, False)
    rationale: str = ""
    sections: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Ticked reasons, in the guideline's order."""
    confidence: int | None = None
    passages: tuple[Passage, ...] = ()
    """What was pointed at; a response's index is its place on the screen."""
    row: int = OVERALL_ROW
    """Which bar the keys move: 0 overall, then the dimensions, then confidence."""

    def choose_position(self, position: int) -> AnswerState:
        """A digit key: the bar position from the left; the middle is inert where ties are not allowed."""
        if self.row == self.spec.confidence_row:
            return replace(self, confidence=position) if 1 <= position <= len(CONFIDENCE) else self
        if not 1 <= position <= self.spec.positions:
            return self
        return self._set(self.spec.strength_at(position))

    def move(self, step: int) -> AnswerState:
        """An arrow key: the marker one position to the left (-1) or right (+1); from nowhere it enters beside the middle."""
        if self.row == self.spec.confidence_row:
            middle = 3 if self.confidence is None else self.confidence + step
            return replace(self, confidence=max(1, min(len(CONFIDENCE), middle)))
        current = self.current
        if current is None:
            return self._set(-step)
        position = self.spec.position_of(current) + step
        strength = self.spec.strength_at(max(1, min(self.spec.positions, position)))
        if strength == 0 and self._no_ties:
            strength = -step
        return self._set(strength)

    def choose_tie(self, kind: str) -> AnswerState:
        """A tie key: `equal`, `both_good` or `both_bad`, where the guideline has that kind; a dimension is just tied."""
        allowed = {"none": (), "equal": ("equal",), "split": ("equal", "both_good", "both_bad")}[self.spec.ties]
        if self.on_dimension:
            return self._set(0)
        return replace(self, strength=0, tie=kind, row=OVERALL_ROW) if kind in allowed else self

    def toggle_mark(self, side: int) -> AnswerState:
        """Mark the left (0) or right (1) response not acceptable, or take the mark back."""
        if not self.spec.marks:
            return self
        marks = list(self.unacceptable)
        marks[side] = not marks[side]
        return replace(self, unacceptable=(marks[0], marks[1]))

    def next_row(self, step: int) -> AnswerState:
        """Move to the next or previous bar: overall, the dimensions, confidence, around."""
        return replace(self, row=(self.row + step) % self.spec.rows)

    def on_row(self, row: int) -> AnswerState:
        """The keys on a given bar."""
        return replace(self, row=row)

    def tick(self, reason: str) -> AnswerState:
        """Tick a reason of the guideline, or take the tick back."""
        ticked = {*self.reasons} ^ {reason}
        return replace(self, reasons=tuple(r for r in self.spec.reasons if r in ticked))

    def point_at(self, passage: Passage) -> AnswerState:
        """Mark a passage; the same kind on the same place again takes it back, another replaces it (a note stands beside).

        Unchanged where the answer has as many marks as one may have.
        """
        kept = tuple(p for p in self.passages if not _replaces(passage, p))
        if any(p == passage for p in self.passages) and not passage.note:
            return replace(self, passages=kept)
        if len(kept) >= MOST_PASSAGES:
            return self
        return replace(self, passages=tuple(sorted((*kept, passage), key=lambda p: (p.where, p.index, p.start, p.end, p.kind))))

    def unmark(self, where: str, index: int, start: int, end: int) -> AnswerState:
        """Take back every mark and note that touches a stretch."""
        gone = {p for p in self.passages if p.where == where and p.index == index and p.start < end and start < p.end}
        return replace(self, passages=tuple(p for p in self.passages if p not in gone))

    def toggle_section(self, section: str) -> AnswerState:
        """Cite a guideline section, or take the citation back."""
        if section in self.sections:
            return replace(self, sections=tuple(s for s in self.sections if s != section))
        return replace(self, sections=(*self.sections, section))

    def with_rationale(self, text: str) -> AnswerState:
        """The answer with another rationale."""
        return replace(self, rationale=text)

    @property
    def on_dimension(self) -> bool:
        """Whether the keys move the bar of a dimension."""
        return 0 < self.row <= len(self.spec.dimensions)

    @property
    def current(self) -> int | None:
        """The strength on the bar that the keys move; overall's while they are on confidence."""
        if not self.on_dimension:
            return self.strength
        return self.dimensions.get(self.spec.dimensions[self.row - 1][0])

    @property
    def _no_ties(self) -> bool:
        return self.row == OVERALL_ROW and self.spec.ties == "none"

    @property
    def touched(self) -> bool:
        """Whether there is anything that a draft would keep."""
        said = self.strength is not None or self.dimensions or any(self.unacceptable) or self.confidence
        return bool(said or self.explained or self.sections or self.passages)

    @property
    def explained(self) -> bool:
        """Whether a reason is given, ticked or written."""
        return bool(self.rationale.strip() or self.reasons)

    def _set(self, strength: int) -> AnswerState:
        if self.on_dimension:
            key = self.spec.dimensions[self.row - 1][0]
            return replace(self, dimensions={**self.dimensions, key: strength})
        if strength == 0:
            return self.choose_tie("equal")
        return replace(self, strength=strength, tie=None)

    def to_answer(self, order: Sequence[int], tie_key: str = "=") -> Answer:
        """The canonical answer; raises `AnswerRefused` with the field to go back to. `tie_key`: what a refusal calls the key of a tie."""
        problem = problem_of(self, tie_key)
        if problem:
            raise AnswerRefused(*problem)
        return unpresent(self._shown(), order)

    def _shown(self) -> Answer:
        payload: dict[str, Any] = {}
        if self.strength is not None:
            payload = {"strength": self.strength} if self.strength else {"strength": 0, "tie": self.tie}
        return Answer(
            format="pairwise",
            payload=payload,
            dimensions=dict(sorted(self.dimensions.items())),
            # The mark is a verdict once an answer is given: what is not marked counts as acceptable.
            acceptable=tuple(not bad for bad in self.unacceptable) if self.spec.marks else (),
            rationale=self.rationale.strip(),
            confidence=self.confidence,
            sections=self.sections,
            reasons=self.reasons,
            passages=self.passages,
        )

    def to_draft(self) -> dict[str, Any]:
        """What the draft table keeps, in presented order (the assignment's order is fixed, so this stays true)."""
        return {
            "strength": self.strength, "tie": self.tie, "dimensions": dict(self.dimensions), "unacceptable": list(self.unacceptable),
            "rationale": self.rationale, "sections": list(self.sections), "reasons": list(self.reasons), "confidence": self.confidence,
            "passages": [asdict(p) for p in self.passages],
        }  # fmt: skip

    @classmethod
    def from_draft(cls, spec: BarSpec, draft: Mapping[str, Any]) -> AnswerState:
        """The state that `to_draft` kept."""
        left, right = draft.get("unacceptable") or (False, False)
        return cls(
            spec, draft.get("strength"), draft.get("tie"), dict(draft.get("dimensions") or {}), (bool(left), bool(right)),
            draft.get("rationale") or "", tuple(draft.get("sections") or ()), tuple(draft.get("reasons") or ()), draft.get("confidence"),
            tuple(Passage(**p) for p in draft.get("passages") or ()),
        )  # fmt: skip

    @classmethod
    def from_answer(cls, spec: BarSpec, answer: Answer, order: Sequence[int]) -> AnswerState:
        """The state of an answer that was given before, as the screen shows it."""
        shown = as_presented(answer, order)
        marks = [mark is False for mark in shown.acceptable] or [False, False]
        return cls(
            spec, shown.payload.get("strength"), shown.payload.get("tie"), dict(shown.dimensions), (marks[0], marks[1]),
            shown.rationale, shown.sections, shown.reasons, shown.confidence, shown.passages,
        )  # fmt: skip


def problem_of(state: AnswerState, tie_key: str = "=") -> tuple[str, str] | None:
    """Why the answer cannot be submitted yet, as (sentence, field); None where it can."""
    if state.strength is None:
        size = state.spec.size
        left, right = (f"1–{size}", f"{size + 2}–{2 * size + 1}") if size > 1 else ("1", "3")
        tie = f", {tie_key} a tie" if state.spec.ties != "none" else ""
        return f"Choose first: {left} where the left is better, {right} where the right is{tie}", "overall"
    if not state.explained and _needs_rationale(state):
        how = "tick one or type it, then Esc" if state.spec.reasons else "type it, then Esc"
        return {
            "on_tie": f"This guideline wants a reason for a tie: {how}",
            "always": f"This guideline wants a reason for every answer: {how}",
            "on_disagreement_risk": f"This one is likely to divide people, so say why: {how}",
        }[state.spec.rationale], "rationale"
    if state.spec.confidence and state.confidence is None:
        return "How sure are you? 1 guessing … 5 certain", "confidence"
    return None


def _replaces(new: Passage, old: Passage) -> bool:
    """Whether a mark takes the place of an older one: on the same stretch, both verdicts or both notes."""
    same = (new.where, new.index, new.start, new.end) == (old.where, old.index, old.start, old.end)
    return same and (new.kind == PassageKind.NOTE) == (old.kind == PassageKind.NOTE)


def _needs_rationale(state: AnswerState) -> bool:
    """Whether the guideline asks for a reason here.

    Risk of disagreement is told from the answer alone (nothing of others may shine through): the weakest margin of
    several, or a choice against the dimension of highest priority.
    """
    strength = state.strength or 0
    if state.spec.rationale == "always":
        return True
    if state.spec.rationale == "on_tie":
        return strength == 0
    if state.spec.rationale == "on_disagreement_risk":
        first = next((state.dimensions[key] for key, _ in state.spec.dimensions if state.dimensions.get(key)), 0)
        return (abs(strength) == 1 and state.spec.size > 1) or first * strength < 0
    return False
