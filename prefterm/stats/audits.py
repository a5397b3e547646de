"""The audit of a team: one person's sections together, the design's order, and the sentences about them.

Owns the shape of `audit --json`. The sections are made by their own modules; which answers enter is decided before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prefterm.stats.advice import advice, caveats
from prefterm.stats.bias import Order, Position, ReadSplit, Repeats, holm_over_people
from prefterm.stats.conduct import GoldAccuracy, Pace, Ties
from prefterm.stats.drift import Drift
from prefterm.stats.length import Length
from prefterm.stats.sequence import Runs

__all__ = ["AnnotatorAudit", "Audit", "audit_of_team"]


@dataclass(frozen=True, kw_only=True)
class AnnotatorAudit:
    """Everything about one annotator or judge."""

    annotator: str
    kind: str
    """`human` or `judge`."""
    position: Position
    length: Length
    sequence: Runs
    repeats: Repeats
    gold: GoldAccuracy
    drift: Drift
    ties: Ties
    pace: Pace
    read: ReadSplit
    skips: Mapping[str, int] = field(default_factory=dict)
    """How many skips by reason."""
    skips_by_tag: Mapping[str, int] = field(default_factory=dict)
    """How many skipped items by tag."""
    advice: tuple[str, ...] = ()
    """What a lead should do."""
    caveat: tuple[str, ...] = ()
    """What the figures do not prove."""

    @property
    def alarmed(self) -> bool:
        """Whether any audit alarms, drift included."""
        return self.position.alarm or self.length.alarm or self.repeats.alarm or self.drift.alarm

    def to_json(self) -> dict[str, Any]:
        """One entry of `annotators`."""
        sections = ("position", "length", "sequence", "repeats", "gold", "drift", "ties", "pace", "read")
        return {
            "annotator": self.annotator,
            "kind": self.kind,
            **{name: getattr(self, name).to_json() for name in sections},
            "skips": dict(self.skips),
            "skips_by_tag": dict(self.skips_by_tag),
            "advice": list(self.advice),
            "caveat": list(self.caveat),
        }


@dataclass(frozen=True)
class Audit:
    """The audit of a team."""

    annotators: tuple[AnnotatorAudit, ...]
    order: Order

    def to_json(self) -> dict[str, Any]:
        """The document of `audit --json`."""
        return {"annotators": [found.to_json() for found in self.annotators], "order": self.order.to_json()}


def audit_of_team(people: Sequence[AnnotatorAudit], order: Order, m: int | None = None) -> Audit:
    """The audits of a team with Holm over them and their sentences, in the order given.

    `people` must be everyone with an eligible answer in the scope; whoever shows one of them picks it from the result. `m` (by
    default their number) must be the m that the sections were made with.
    """
    number = len(people) if m is None else m
    positions = holm_over_people([person.position for person in people])
    whole = [replace(person, position=position) for person, position in zip(people, positions, strict=True)]
    return Audit(tuple(replace(p, advice=tuple(advice(p, order)), caveat=tuple(caveats(p, order, number))) for p in whole), order)
