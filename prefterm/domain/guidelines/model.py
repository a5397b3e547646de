"""What a guideline is once it has been read: settings, sections, worked examples. Knows nothing of Markdown or YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from prefterm.domain.judgments import Answer
from prefterm.domain.preferences import MAX_STRENGTH
from prefterm.domain.prompts import Message
from prefterm.domain.strict_json import sha256_of

__all__ = [
    "EXAMPLES_ID",
    "LONGEST_REASON",
    "MOST_REASONS",
    "Dimension",
    "Guideline",
    "InDoubt",
    "RequireRationale",
    "Section",
    "Ties",
    "WorkedExample",
    "magnitude",
    "section_hash",
]

MOST_REASONS = 9
"""Reasons that a guideline may offer: one digit each."""
LONGEST_REASON = 60
"""Characters of a reason: one line of the narrowest screen."""
EXAMPLES_ID = "worked-examples"
"""The id of the section that holds the worked examples."""


class Ties(StrEnum):
    """Which ties an annotator may choose."""

    NONE = "none"
    EQUAL = "equal"
    SPLIT = "split"
    """Three kinds: equal, both_good, both_bad."""


class InDoubt(StrEnum):
    """What to do when the guideline does not settle a pair."""

    TIE = "tie"
    SHORTER = "shorter"
    SKIP = "skip"


class RequireRationale(StrEnum):
    """When an answer needs a rationale."""

    NEVER = "never"
    ON_TIE = "on_tie"
    ON_DISAGREEMENT_RISK = "on_disagreement_risk"
    ALWAYS = "always"


@dataclass(frozen=True)
class Dimension:
    """One respect in which responses are compared."""

    key: str
    question: str
    anchors: tuple[str, ...] = ()
    """What each score means, lowest first (for rating)."""


@dataclass(frozen=True)
class Section:
    """One `##` section, which judgments and adjudications can cite."""

    id: str
    title: str
    text: str
    """Markdown without the heading; of the worked examples only what stands before the first of them."""
    applies_to: tuple[str, ...]
    """Item tags or dimension keys that it governs; empty = everything."""
    position: int
    """0-based place among the sections."""
    line: int
    """Line of the heading, 1-based."""
    sha256: str
    """Of title, applies_to and text; neither the place in the file nor white space at the ends of lines enters it."""


@dataclass(frozen=True)
class WorkedExample:
    """One example: a comparison, its answer and why. Its own order of responses is the canonical one."""

    id: str
    number: int
    """As its heading says (`Example 7: …`); its place, from 1, where the heading gives none."""
    title: str
    tags: tuple[str, ...]
    prompt: tuple[Message, ...]
    responses: tuple[str, ...]
    answer: Answer
    reasoning: str
    line: int


@dataclass(frozen=True)
class Guideline:
    """One version of a guideline."""

    name: str
    version: int
    title: str
    format: str
    """Name of a format in `prefterm.domain.formats`."""
    margins: tuple[str, ...]
    """Labels of the strengths 1..3, weakest first; empty = binary."""
    ties: Ties
    dimensions: tuple[Dimension, ...]
    """Ordered by priority."""
    acceptability: str | None
    """The question behind the mark; None = no marks are asked for."""
    in_doubt: InDoubt
    skip_reasons: tuple[str, ...]
    require_rationale: RequireRationale
    note: str
    """What changed since the version before."""
    intro: str
    """Markdown between the `#` title and the first section."""
    sections: tuple[Section, ...]
    examples: tuple[WorkedExample, ...]
    text: str
    """The whole document, line ends normalised."""
    sha256: str
    """Of `text`."""
    reasons: tuple[str, ...] = ()
    """Short reasons offered as ticks beside the rationale, in this order; empty = none are offered."""
    confidence: bool = False
    """Whether each answer asks how certain its annotator is, 1 (guessing) to 5 (certain)."""
    key_lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Line of each key that the front matter states; a key that is missing here has its default."""

    @property
    def label(self) -> str:
        """How judgments name the version: `name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def dimension_keys(self) -> tuple[str, ...]:
        """The keys of the dimensions, by priority."""
        return tuple(d.key for d in self.dimensions)

    def section(self, identity: str) -> Section | None:
        """The section of that id, None where there is none (an older judgment may cite one that is gone)."""
        return next((s for s in self.sections if s.id == identity), None)

    def example(self, identity: str) -> WorkedExample | None:
        """The worked example of that id, None where there is none."""
        return next((e for e in self.examples if e.id == identity), None)

    def margin_label(self, strength: int) -> str:
        """The label of a signed strength; the strongest where it exceeds the margins, "" for a tie or without margins."""
        size = min(abs(strength), len(self.margins))
        return self.margins[size - 1] if size else ""


def magnitude(margins: tuple[str, ...], label: str) -> int:
    """The strength 1..3 that a margin's label stands for; `ValueError` where it is none of `margins`."""
    return min(margins.index(label) + 1, MAX_STRENGTH)


def section_hash(title: str, applies_to: tuple[str, ...], text: str) -> str:
    """The content hash of a section, by which a change is noticed."""
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return sha256_of({"title": title, "applies_to": list(applies_to), "text": lines})
