"""Calibration of a person in a round: what stands between them and work, how they did, what they are told, and when.

The lead's side of gold is in `golds`, group sessions are in `sessions`; the rules are pure functions of `domain.calibration`.
"""

from __future__ import annotations

from prefterm.services.access import Project
from prefterm.services.serving import Feedback
from prefterm.store.rounds import RoundRow

__all__ = ["contest_gold", "review_sitting", "waiting_feedback"]


def waiting_feedback(project: Project, the_round: RoundRow) -> int:
    """How many hidden golds of the actor's finished sittings they have not been told about yet."""
    raise NotImplementedError


def review_sitting(project: Project, the_round: RoundRow) -> list[Feedback]:
    """The hidden golds of the actor's finished sittings that they have not been told about, oldest first.

    A reveal is written for each before this returns; from then on its answer is neither edited nor undone.
    """
    raise NotImplementedError


def contest_gold(project: Project, gold: str, note: str) -> None:
    """Contest a gold (by uuid) that was shown to the actor; it scores nobody until an admin has looked at it.

    Raises `Refused` for a gold that was never shown to them, one that is not in force, an empty note, or a contest of theirs
    that is open already.
    """
    raise NotImplementedError
