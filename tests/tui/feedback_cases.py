"""Feedback on golds as the services give it, without them: for tests of rows and screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from prefterm.domain.guidelines import Guideline, parse_guideline
from prefterm.domain.judgments import Answer
from prefterm.domain.prompts import Message
from prefterm.services.calibration_overview import RoundCalibration
from prefterm.services.serving import AttemptPlace, Feedback, Served
from prefterm.tui.attempts import CHECKS
from prefterm.tui.messages import SittingEnded
from prefterm.tui.screens.announcement import AnnouncementScreen
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.calibration import CalibrationScreen
from prefterm.tui.screens.feedback import FeedbackScreen
from prefterm.tui.screens.review_offer import ReviewOfferScreen
from tests.factories import GUIDELINE, shown_answer

__all__ = ["ASKED", "LEFT", "REASON", "RIGHT", "SECTIONS", "attempt_place", "feedback", "golden_screens", "guideline", "overview", "texts"]

ASKED = "A neighbour of 71 takes warfarin and asks whether ibuprofen is safe for a sore knee. What do I tell her?"
LEFT = "Ibuprofen and warfarin do **not** go together.\n\n- Ask for the INR first.\n- Paracetamol is the safer choice.\n" * 3
RIGHT = "A short course of ibuprofen at 400 mg is fine for a sore knee.\n\n1. Take it with food.\n2. Stop after three days.\n" * 2
REASON = "Response 2 gives a dose although the two interact; response 1 names the interaction and the safer choice, which is what counts."
SECTIONS = ("correctness", "length")


def guideline() -> Guideline:
    """The sample guideline."""
    return parse_guideline(GUIDELINE.read_text(encoding="utf-8"), "helpfulness")


def attempt_place(number: int = 4, of: int = 15, kind: str = "qualification", sections: tuple[str, ...] = ()) -> AttemptPlace:
    """A place in an attempt."""
    return AttemptPlace(kind, number, of, sections)


def texts(order: tuple[int, int] = (0, 1), place: AttemptPlace | None = None) -> Served:
    """A pair; the first response is the canonical first one."""
    return Served("a1", "c1", order, (Message("user", ASKED),), (LEFT, RIGHT), ("medicines",), "u1", attempt=place)


def feedback(own: int = 2, settled: int = 2, **more: Any) -> Feedback:
    """Feedback in an attempt: canonical strengths, the rest as `Feedback` has it (`marks`: acceptability of both answers)."""
    own_marks, settled_marks = more.pop("marks", ((True, True), (True, True)))
    served = more.pop("served", None) or texts(place=attempt_place())
    answers: list[Answer] = [replace(shown_answer(s), acceptable=m) for s, m in ((own, own_marks), (settled, settled_marks))]
    given: dict[str, Any] = {
        "gold": "g1", "reason": REASON, "sections": SECTIONS, "right": (own > 0) == (settled > 0) and (own < 0) == (settled < 0),
        "so_far": (3, 4),
    }  # fmt: skip
    return Feedback(served, *answers, **{**given, **more})


def overview() -> list[RoundCalibration]:
    """A round in an attempt, and a closed one with much behind it."""
    told = [feedback(2, 1), feedback(-1, 2, contested=True), feedback(0, -2, served=texts((1, 0)))]
    passed = "qualification passed: 13 of 15 in the right direction (62–96 %): at least 80 %"
    return [
        RoundCalibration("spring", "open", "qualification begun: 3 of 15 answered", attempt_place(), 0),
        RoundCalibration("winter", "closed", passed, None, 2, told),
    ]


def golden_screens(bridge: Any) -> dict[str, Callable[[], StrokeScreen[Any]]]:
    """Every kind of screen whose looks are kept, by the name of its file."""
    found = guideline()
    long = f"{REASON}\n\nThat it is friendlier does not count. " + "The dose alone decides, whatever else is said. " * 12
    outcome = "Passed: 13 of 15 in the right direction (62–96 %): at least 80 %. Work begins with the next pair."

    def told(*items: Feedback, title: str = "", at: int = 0) -> Callable[[], StrokeScreen[Any]]:
        return lambda: FeedbackScreen(items, found, lambda *_: None, "spring", title, at)

    unlike = ((True, True), (True, False))
    return {
        "feedback_right": told(feedback(2, 1)),
        "feedback_wrong": told(feedback(-2, 1, marks=unlike, served=texts((1, 0), attempt_place()), so_far=(2, 4))),
        "feedback_contested": told(feedback(0, -1, contested=True)),
        "feedback_long_reason": told(feedback(-3, 2, reason=long, marks=unlike)),
        "feedback_outcome": told(feedback(1, 2, served=texts((0, 1), attempt_place(15)), outcome=outcome, so_far=(13, 15))),
        "feedback_review": told(*[feedback(n - 1, 2, served=texts()) for n in range(5)], title=CHECKS, at=1),
        "announced_qualification": lambda: AnnouncementScreen(attempt_place(1), found, "spring"),
        "announced_recalibration": lambda: AnnouncementScreen(attempt_place(1, 6, "recalibration", SECTIONS), found, "spring"),
        "review_offer": lambda: ReviewOfferScreen(bridge, SittingEnded("spring", 5)),
        "calibration": lambda: CalibrationScreen(bridge),
    }
