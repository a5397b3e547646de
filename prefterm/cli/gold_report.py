"""The calibration report in words: a table of people, what each of them misses, the golds in doubt."""

from __future__ import annotations

from typing import Any

from prefterm.cli.output import counted, line, table

__all__ = ["show"]

_OCCASIONS = {"hidden": "in work", "qualification": "qualification", "recalibration": "recalibration"}
_BREAKDOWNS = {"sections": "section", "dimensions": "dimension", "margins": "margin", "weeks": "week"}
_LEFT_OUT = {
    "hidden": "about hidden items",
    "more_than_two": "about more than two responses",
    "after_reveal": "given after the item was shown to the person",
    "no_gold_in_force": "on golds that were retired",
    "gold_from_own_answer": "on golds that may rest on the person's own answer",
    "contested_gold": "on golds that somebody contests",
}
_SIDES = {1: "first", 0: "tie", -1: "second"}


def show(document: dict[str, Any]) -> None:
    """Write the report to stdout."""
    people = document["annotators"]
    if not people:
        line("Nobody was asked a gold that scores yet.")
    else:
        table(["annotator", *_OCCASIONS.values()], [[p["annotator"], *(_figure(p[o]) for o in _OCCASIONS)] for p in people])
    for person in people:
        for occasion, words in _OCCASIONS.items():
            _show_person(person["annotator"], words, person[occasion])
    _show_suspects(document["suspects"])
    for reason, number in document["left_out"].items():
        line(f"Left out: {counted(number, 'answer')} {_LEFT_OUT[reason]}.")
    if people:
        for caveat in document["caveats"]:
            line(f" · {caveat}")


def _figure(cell: dict[str, Any]) -> str | None:
    """`13/15 87 % 62–96`; the counts alone where there are few; None where there are none."""
    if not cell["n"]:
        return None
    counts = f"{cell['correct']}/{cell['n']}"
    if cell["rate"] is None:
        return counts
    return f"{counts} {100 * cell['rate']:.0f} % {100 * cell['low']:.0f}–{100 * cell['high']:.0f}"


def _show_person(name: str, words: str, figures: dict[str, Any]) -> None:
    if not figures["n"]:
        return
    line()
    line(f"{name}, {words}")
    for breakdown, word in _BREAKDOWNS.items():
        if figures[breakdown]:
            line(f"  by {word}: " + " · ".join(f"{cell['key']} {_figure(cell)}" for cell in figures[breakdown]))


def _show_suspects(suspects: list[dict[str, Any]]) -> None:
    if not suspects:
        return
    line()
    line("Suspect gold: review. Retire one with `prefterm gold retire`.")
    for s in suspects:
        gold = _side(s["strength"])
        given = ", ".join(f"{a['annotator']} {_side(a['strength'])}" for a in s["answers"])
        state = ", contested" if s["contested"] else ""
        line(f"  {s['comparison']}: {s['wrong']} of {s['n']} differ from it (p {s['p']:.2g}, adjusted){state}")
        line(f"    gold: {gold}, settled by {s['settled_by']}: {s['reason']}")
        line(f"    answers: {given}")
    line()


def _side(strength: int | None) -> str:
    if strength is None:
        return "a ranking"
    way = (strength > 0) - (strength < 0)
    return _SIDES[way] + (f" by {abs(strength)}" if way else "")
