"""The rules of a group session: when an item counts as revealed, who may see what, which items are the most disputed. Pure.

Everybody judges the same items blind; who has judged an item that was revealed sees what the others said of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prefterm.domain.preferences import direction

__all__ = ["NAMELESS", "Dispute", "Vote", "dispute_of", "is_revealed", "most_disputed", "numbers_of", "why_unseen"]

NAMELESS = "annotator {number}"
"""What a person is called before those who may not see names."""


class Vote(StrEnum):
    """Which vote of a person on an item of a session."""

    BLIND = "blind"
    """Before any answer of others was seen."""
    AGAIN = "again"
    """After the answers were shown; never part of a coefficient of agreement that is claimed for the round."""


@dataclass(frozen=True, order=True)
class Dispute:
    """How far the answers to an item lie apart: a clash of direction weighs more than any spread."""

    clash: bool
    """Whether somebody prefers the first response and somebody the second."""
    spread: int
    """Largest less smallest signed strength."""


def is_revealed(state: str, deadline_at: str | None, revealed_at: str | None, moment: str) -> bool:
    """Whether an item's answers may be shown at a stored moment, to those who have answered it themselves.

    By the lead (`revealed_at`), by the deadline, or because the session (`state`) is closed.
    """
    return state == "closed" or revealed_at is not None or (deadline_at is not None and deadline_at <= moment)


def why_unseen(*, revealed: bool, voted: bool, shown: bool) -> str | None:
    """Why the answers to an item are not shown to a person, as a sentence; None where they may be.

    `voted`: whether their own blind vote is in; `shown`: whether the answers were shown to them before (an admin or adjudicator
    may look without a vote, and cannot vote blind from then on).
    """
    if not revealed:
        return "Not revealed yet." if voted or shown else "Your own answer first: the others' are shown after it, once they are revealed."
    return None if voted or shown else "Your own answer first: the others' are shown after it."


def dispute_of(strengths: Sequence[int]) -> Dispute:
    """How far the signed strengths of an item's answers lie apart; nothing apart for fewer than two."""
    if len(strengths) < 2:
        return Dispute(False, 0)
    return Dispute({1, -1} <= {direction(s) for s in strengths}, max(strengths) - min(strengths))


def most_disputed(strengths: Mapping[str, Sequence[int]], seed: str) -> list[str]:
    """Items (id → strengths of their answers) on which answers differ, the most disputed first; even ones in seeded order."""
    apart = {item: dispute_of(given) for item, given in strengths.items()}
    found = [item for item, dispute in apart.items() if dispute.spread]
    return sorted(found, key=lambda i: (-apart[i].clash, -apart[i].spread, _digest(seed, i)))


def numbers_of(item: str, people: Iterable[str]) -> dict[str, int]:
    """A number from 1 for each person (by uuid), in an order of the item's own that says nothing about them.

    Stable for as long as the same people are given.
    """
    return {person: number for number, person in enumerate(sorted(people, key=lambda p: _digest(item, p)), 1)}


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode()).digest()
