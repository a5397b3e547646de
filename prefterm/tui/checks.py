"""What the app does with the services about one's own calibration, as messages. Runs in the bridge's thread; knows no widget.

Services are imported in here when they are needed, so that neither the first frame nor the first pair waits for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.tui.messages import CalibrationReady, GoldContested, ReviewReady, SittingEnded

if TYPE_CHECKING:
    from textual.message import Message

    from prefterm.tui.session import Session

__all__ = ["calibration", "contest", "end_sitting", "review"]


def end_sitting(session: Session) -> Message:
    """End the sitting in the round being labelled; from then on its checks may be looked at."""
    from prefterm.services.calibrating import waiting_feedback

    session.labeling.leave()
    waiting = 0 if session.round is None else waiting_feedback(session.project, session.round)
    return SittingEnded(session.labeling.round.name, waiting)


def review(session: Session, round_name: str | None) -> Message:
    """The checks of one's finished sittings in a round; from now on they are told."""
    from prefterm.services.calibrating import review_sitting
    from prefterm.services.rounds import find_round, guideline_of

    the_round = find_round(session.project, round_name)
    guideline = guideline_of(session.project, the_round)
    return ReviewReady(review_sitting(session.project, the_round), guideline, the_round.name)


def calibration(session: Session) -> Message:
    """How one stands in each round, what waits, and what one was told before."""
    from prefterm.services.calibration_overview import calibration_overview

    return CalibrationReady(calibration_overview(session.project))


def contest(session: Session, gold: str, note: str) -> Message:
    """Contest a gold that one was shown."""
    from prefterm.services.calibrating import contest_gold

    contest_gold(session.project, gold, note)
    return GoldContested(gold)
