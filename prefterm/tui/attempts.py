"""An attempt (qualification or recalibration) in words: where one stands in it, and what is told before it begins. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from prefterm.domain.qualification import QualificationRule
from prefterm.tui.told_rows import told_rows

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.serving import AttemptPlace

__all__ = ["CHECKS", "NO_DATA", "TOLD", "announcement_rows", "attempt_name", "place_words"]

CHECKS = "Checks of your sittings"
"""What hidden golds are called once they may be looked at."""
TOLD = "What you were told"
"""What golds are called that are looked at again."""
NO_DATA = "not used as data"
"""What the answers of an attempt are not for."""
_NAMES = {"qualification": "Qualification", "recalibration": "Recalibration"}
_Line = Sequence[tuple[str, str]]


def attempt_name(kind: str) -> str:
    """What an attempt of a kind is called."""
    return _NAMES.get(kind, "Calibration")


def place_words(place: AttemptPlace) -> str:
    """`Qualification · 4 of 15`."""
    return f"{attempt_name(place.kind)} · {place.number} of {place.of}"


def announcement_rows(place: AttemptPlace, guideline: Guideline, keys: Mapping[str, str], width: int) -> list[_Line]:
    """What is told before the first item of an attempt; `keys`: `begin`, `guideline` and `contest` as they are shown."""
    again = place.kind == "recalibration"
    items = f"{place.of} items" if place.of != 1 else "One item"
    told = _after_drift(place, guideline, keys.get("guideline", "")) if again else _before_work(guideline)
    contest = f"; {keys['contest']} contests it" if keys.get("contest") else ""
    common = (
        ("How long", f"{items}{', at your own pace' if again else ''}: there is no time limit, and you may stop and go on later."),
        (
            "After each",
            "You see the settled answer, its reason, and the section it rests on. Where you hold a settled answer to be wrong, say so"
            f"{contest}.",
        ),
        ("Your answers", "What you answer here is not used as data."),
    )
    title = "Before you go on: a short recalibration" if again else "Before your work: the qualification"
    begin = f"Begin with the first of {place.of}" if place.of != 1 else "Begin"
    return told_rows(title, (*told, *common), (keys.get("begin", ""), begin), width)


def _before_work(guideline: Guideline) -> tuple[tuple[str, str], ...]:
    bar = f"{QualificationRule().bar * 100:.0f} %"
    return (
        (
            "What it is",
            f"Pairs with a settled answer, judged by {guideline.label} like all others, so that everybody means the same by “better”.",
        ),
        (
            "What counts",
            f"Whether you choose the side that was settled, not how strongly. The bar is {bar}. A small sample decides nothing against "
            "you: where it is too small to tell, you go on working.",
        ),
    )


def _after_drift(place: AttemptPlace, guideline: Guideline, key: str) -> tuple[tuple[str, str], ...]:
    cited = [f"§{s}" + (f" ({found.title})" if (found := guideline.section(s)) else "") for s in place.sections]
    opens = f" ({key} opens it there)" if key else ""
    read = f"Please read again{opens}: {', '.join(cited)}." if cited else f"Please look through the guideline once more{opens}."
    return (
        (
            "Why",
            "Some recent checks went another way than their settled answers. That happens to everybody; it takes nothing away from you.",
        ),
        ("To read", read),
    )
