"""One annotator beside the others: answers, ties, pace, golds, kappa against the rest, and their audit in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefterm.tui.agreement_rows.figures import (
    Line,
    axis,
    bands,
    cell,
    interval,
    interval_bar,
    name_cell,
    number,
    percent,
    sentences,
    value_of,
    why_no_interval,
)
from prefterm.tui.agreement_rows.heat_map import worst_first

__all__ = ["in_order", "person_head", "person_row", "said_of_person", "without_them"]

Profile = Mapping[str, Any]


def in_order(profiles: Iterable[Profile]) -> list[Profile]:
    """The lowest kappa against the others first, those too small for an interval after them."""
    return worst_first(profiles, lambda profile: profile["vs_others"])


def _columns(width: int) -> tuple[int, int, bool]:
    """(cells of the name, of the bar, whether pace and golds have columns)."""
    others = width >= 100
    room = width - 4 - 8 - 6 - 6 - (14 if others else 0) - 6 - 2 - 9 - 6
    name = max(10, min(28, room // 2))
    return name, max(8, min(40, room - name)), others


def person_head(width: int) -> Line:
    """The heads of the columns."""
    name, bar, others = _columns(width)
    pace = [cell("s", 6, "muted", right=True), cell("golds", 8, "muted", right=True)] if others else []
    return [
        ("   ", "text"), cell("annotator", name, "muted"), cell("answers", 8, "muted", right=True), cell("ties", 6, "muted", right=True),
        cell("first", 6, "muted", right=True), *pace,
        cell("kappa", 6, "muted", right=True), (" ", "text"), (axis(bar), "muted"), ("   95 %   ", "muted"),
        cell("shared", 6, "muted", right=True),
    ]  # fmt: skip


def person_row(profile: Profile, marked: bool, width: int) -> Line:
    """One annotator as a row."""
    name, bar, others = _columns(width)
    kappa, style = profile["vs_others"], "strong" if marked else "text"
    gold, seconds = profile["gold_accuracy"], profile["median_active_seconds"]
    return [
        (" ▸ " if marked else "   ", "key"), name_cell(profile["annotator"], name, style), cell(f"{profile['n']:,}", 8, style, right=True),
        cell(percent(profile["tie_rate"]), 6, "text", right=True), cell(percent(profile["first_rate"]), 6, "text", right=True),
        *([cell("–" if seconds is None else f"{seconds:.0f}", 6, "text", right=True),
           cell("–" if gold is None else percent(gold["value"]), 8, "text", right=True)] if others else []),
        cell(value_of(kappa), 6, style, right=True), (" ", "text"), *interval_bar(kappa, bar), (" ", "text"),
        cell("undefined" if kappa["value"] is None else interval(kappa) or "none", 9, "muted"),
        cell(f"{kappa['n_items']:,}", 6, "muted", right=True),
    ]  # fmt: skip


def without_them(differences: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """What alpha gains without somebody; None where it was not worked out."""
    return next((d for d in differences if d["b"] == f"everybody but {name}"), None)


def said_of_person(profile: Profile, without: Mapping[str, Any] | None, width: int) -> list[Line]:
    """The marked annotator in sentences."""
    name, kappa, gold = profile["annotator"], profile["vs_others"], profile["gold_accuracy"]
    said = []
    if kappa["value"] is None:
        said.append(f"Against the others there is no kappa: {kappa['undefined']}.")
    else:
        ends = interval(kappa) or f"no interval: {why_no_interval(kappa)}"
        said.append(f"Against the others kappa {value_of(kappa)} ({ends}), {bands(kappa)}, on {kappa['n_items']:,} items.")
    if without is not None and without["value"] is not None:
        ends = f" ({number(without['low'])} to {number(without['high'])})" if without["low"] is not None else ""
        change = "the same" if abs(without["value"]) < 0.005 else f"{abs(without['value']):.2f}".replace("0.", ".")
        way = "" if change == "the same" else " higher" if without["value"] > 0 else " lower"
        said.append(f"Without {name} alpha is {change}{way}{ends}, on the items that two others have judged too.")
    elif without is not None and without["note"]:
        said.append(f"Without {name}: {without['note']}")
    if gold is not None:
        right = percent(gold["value"])
        ends = (
            f" ({100 * gold['low']:.0f}–{percent(gold['high'])})" if gold["low"] is not None else f" (no interval: {why_no_interval(gold)})"
        )
        said.append(f"Golds right: {right}{ends}, of {gold['n_items']:,}.")
    seconds = profile["median_active_seconds"]
    facts = [f"{profile['n']:,} answers, ties {percent(profile['tie_rate'])}, the first chosen in {percent(profile['first_rate'])}"]
    facts += [] if seconds is None else [f"{seconds:.0f} s each (median)"]
    facts += ["no gold answered yet"] if gold is None else []
    said.append(", ".join(facts) + ".")
    return sentences(said, width, "text", "   ")
