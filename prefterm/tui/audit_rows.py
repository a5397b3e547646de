"""The audit in rows: one line a person, then what to do about the marked one and what it does not show. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefterm.tui.agreement_rows.figures import Line, cell, counted, heading, percent, sentences, share_bar, short_name

__all__ = ["below_rows", "detail_rows", "head_rows", "in_order", "listed", "order_sentence", "person_row", "sparkline"]

_ALARMS = (("position", "side"), ("repeats", "repeats"), ("length", "length"))
_BLOCKS = "▁▂▃▄▅▆▇█"
_FACTOR = 60
"""An alarm is due from evidence of 20 × 3 audits × the number of people on."""
_WIDE = 104
_LEFT_OUT = {
    "no_presented_order": "without a presented order (not in side, length and sequence)",
    "more_than_two": "about more than two responses",
    "after_reveal": "given after the item was shown to the person",
    "hidden": "about hidden items",
    "repeat_without_original": "repeats whose first answer was taken back or is not here",
    "no_gold_in_force": "on golds that were retired",
    "gold_from_own_answer": "on golds that may rest on the person's own answer",
}
Person = Mapping[str, Any]


def alarms(person: Person) -> list[str]:
    """Each alarm with its evidence: `side E 499`, `golds`."""
    found = [f"{word} E {_evidence(person[key]['e_value'])}" for key, word in _ALARMS if person[key]["alarm"]]
    return found + (["golds"] if person["drift"]["alarm"] else [])


def _evidence(value: float) -> str:
    return f"{value:,.0f}" if value < 1_000_000 else f"{value:.0e}".replace("e+", "e")


def listed(people: Iterable[Person]) -> list[Person]:
    """Those about whom anything can be said."""
    return [p for p in people if p["eligible"] or p["repeats"]["n"] or p["skips"]]


def in_order(people: Iterable[Person]) -> list[Person]:
    """Alarms first, the strongest evidence first of these; then those with something to talk about; then by name."""

    def rank(person: Person) -> tuple[int, float, bool, str]:
        evidence = max((person[key]["e_value"] for key, _ in _ALARMS if person[key]["alarm"]), default=0.0)
        return -len(alarms(person)), -evidence, not person["finding"], person["annotator"]

    return sorted(people, key=rank)


def _columns(width: int) -> tuple[int, int, int]:
    """(cells of the name, of the bar, of the alarms)."""
    room = width - 3 - 6 - 1 - 5 - 9 - 12 - 8 - 7
    alarm = 4 if width < _WIDE else min(26, room // 3)
    name = max(10, min(24, (room - alarm) // 2))
    return name, max(9, min(31, room - alarm - name)), alarm


def head_rows(m: int, width: int) -> list[Line]:
    """The sentence about alarms, and the heads of the columns."""
    name, bar, alarm = _columns(width)
    said = "▲ alarms hold however often you look" + (f": E from {_FACTOR * m:,} on ({counted(m, 'person', 'people')})" if m else "")
    scale = list(" " * bar)
    scale[0], scale[-1] = "0", "1"
    scale[(bar - 1) // 2 : (bar - 1) // 2 + 2] = ".5"
    return [
        [("   ", "text"), cell(said, width - 4, "muted")],
        [("   ", "text"), cell("", name + 6), cell(" left chosen", 1 + bar + 5 + 9, "muted"), cell("longer", 12, "muted", right=True),
         cell("repeats", 8, "muted", right=True), cell("golds", 7, "muted", right=True)],
        [("   ", "text"), cell("", name), cell("n", 6, "muted", right=True), (" ", "text"), ("".join(scale), "muted"),
         cell("rate", 5, "muted", right=True), cell("95 %", 9, "muted", right=True), cell("here/others", 12, "muted", right=True),
         cell("same", 8, "muted", right=True), cell("right", 7, "muted", right=True), cell("", alarm)],
    ]  # fmt: skip


def person_row(person: Person, marked: bool, width: int) -> Line:
    """One person: left share with its interval around the middle, longer chosen, repeats, golds, alarms."""
    name, bar, alarm = _columns(width)
    position, length, again, gold = (person[key] for key in ("position", "length", "repeats", "gold"))
    rung = alarms(person)
    style = "strong" if marked else "text"
    with_others = length["others_same_items"] is not None
    here = length["longer_chosen_with_others" if with_others else "longer_chosen"]
    longer = "–" if here is None else f"{_whole(here)}/{_whole(length['others_same_items']) if with_others else '–'} %"
    ends = "" if position["rate"] is None else f"{_whole(position['low'])}–{_whole(position['high'])} %"
    judge = " (AI)" if person["kind"] == "judge" else ""
    called = short_name(person["annotator"], name - 1 - len(judge)) + judge
    shown = [f" ▲ {', '.join(rung)}" if alarm > 4 else f" ▲{len(rung) if len(rung) > 1 else ''}"] if rung else [""]
    return [
        (" ▸ " if marked else "   ", "key"), cell(called, name, style), cell(f"{position['n']:,}", 6, style, right=True), (" ", "text"),
        *share_bar(position["rate"], position["low"], position["high"], bar, "bad" if position["alarm"] else "strong"),
        cell("–" if position["rate"] is None else f"{_whole(position['rate'])} %", 5, style, right=True),
        cell(ends, 9, "muted", right=True), cell(longer, 12, "text", right=True),
        cell(f"{again['consistent']}/{again['n']}" if again["n"] else "–", 8, "text", right=True),
        cell(f"{gold['correct']}/{gold['n']}" if gold["n"] else "–", 7, "text", right=True), cell(shown[0], alarm, "bad"),
    ]  # fmt: skip


def _whole(share: float) -> str:
    return f"{100 * share:.0f}"


def detail_rows(person: Person, width: int) -> list[Line]:
    """The marked person: alarms, what to do next, small plots, what it does not show."""
    rung = alarms(person)
    rows: list[Line] = [heading(person["annotator"], width)]
    if rung:
        rows.append([("   ▲ ", "bad"), cell("alarm: " + ", ".join(rung), width - 6, "bad")])
    first = "Do next" if person["finding"] else ""
    rows += _titled(first, person["advice"], width, "strong" if person["finding"] else "text")
    plots = [*_golds(person, width), *_read(person, width), *_habits(person, width)]
    rows += [[], *plots] if plots else []
    if person["caveat"]:
        rows += [[], [("   What it does not show", "title")], *sentences(person["caveat"], width, "text", "   · ")]
    if person["left_out"]:
        said = [f"{counted(count, 'answer')} {_LEFT_OUT.get(reason, reason)}" for reason, count in person["left_out"].items()]
        rows += [[], *sentences([f"Left out: {'; '.join(said)}."], width, "muted", "   ")]
    return rows


def _titled(title: str, said: Iterable[str], width: int, style: str) -> list[Line]:
    head: list[Line] = [[(f"   {title}", "title")]] if title else []
    return [*head, *sentences(said, width, style, "   · " if title else "   ")]


def sparkline(values: Iterable[float], most: int) -> str:
    """Values from 0 to 1 as blocks, the last `most` of them."""
    return "".join(_BLOCKS[max(0, min(7, int(8 * value)))] for value in list(values)[-most:])


def _golds(person: Person, width: int) -> list[Line]:
    """The share of golds right, smoothed, over time."""
    drift = person["drift"]
    if not drift["ewma"]:
        return []
    low = drift["ewma_low"]
    said = f"last {percent(drift['ewma'][-1])}" + (f", expected above {percent(low)}" if low is not None else "")
    if drift["alarm"]:
        said += f", ▲ at gold {drift['at']}"
    return [
        [("   ", "text"), cell("golds right, in time", 22), (sparkline(drift["ewma"], width - 27), "progress")],
        [("   ", "text"), cell("", 22), cell(said, width - 27, "muted")],
    ]


def _read(person: Person, width: int) -> list[Line]:
    """The left share where both sides were shown to their end, and where not."""
    read = person["read"]
    if read["both_to_end"] is None:
        return []
    rows: list[Line] = [
        [("   ", "text"), cell(f"Both sides shown to the end in {percent(read['both_to_end'])} of {read['n']:,}.", width - 4)]
    ]
    for label, rate, low, high, n in (
        ("left, where shown", "position_rate_read", "read_low", "read_high", "n_read"),
        ("left, where not", "position_rate_unread", "unread_low", "unread_high", "n_unread"),
    ):
        if read[rate] is None:
            rows.append([("   ", "text"), cell(label, 22), cell(read["undefined"].get(rate, "–"), width - 26, "muted")])
            continue
        said = f"  {percent(read[rate])} ({_whole(read[low])}–{_whole(read[high])} %), n {read[n]:,}"
        rows.append(
            [("   ", "text"), cell(label, 22), *share_bar(read[rate], read[low], read[high], min(31, max(9, width - 60))), (said, "text")]
        )
    return rows


def _habits(person: Person, width: int) -> list[Line]:
    """Ties, pace, streaks and skips in one sentence."""
    ties, pace, runs = person["ties"], person["pace"], person["sequence"]
    said = []
    if ties["rate"] is not None:
        said.append(f"ties {percent(ties['rate'])} ({_whole(ties['low'])}–{_whole(ties['high'])} %) of {ties['n']:,}")
    if pace["median_seconds"] is not None:
        fast = f", {pace['too_fast']:,} faster than both can be skimmed" if pace["too_fast"] else ""
        said.append(f"{pace['median_seconds']:.0f} s each (median of {pace['n']:,}){fast}")
    if runs["p"] is not None:
        said.append(f"{runs['runs']} runs of one side, {runs['expected_runs']:.0f} expected (p {runs['p']:.2g}, n {runs['n']:,})")
    if person["skips"]:
        said.append("skipped " + ", ".join(f"{count} {reason}" for reason, count in person["skips"].items()))
    return sentences(["; ".join(said) + "."], width, "muted", "   ") if said else []


def order_sentence(order: Mapping[str, Any]) -> str:
    """What the design's own order was."""
    if not order["n"]:
        return "The order of the responses: no item has all of its answers yet."
    return (
        f"The order of the responses: the first stood left in {100 * order['rate']:.1f} % of {order['n']:,} "
        f"({_whole(order['low'])}–{_whole(order['high'])} %); largest imbalance on one comparison {order['max_imbalance_per_comparison']}."
    )


def below_rows(document: Mapping[str, Any], hidden: int, width: int) -> list[Line]:
    """What holds for everybody: the order, who is not listed, what is left out, what the look gave away."""
    said = [order_sentence(document["order"])]
    if hidden:
        said.append(f"{counted(hidden, 'person', 'people')} without an answer whose presented order is known: not listed.")
    said += [f"Left out: {counted(count, 'answer')} {_LEFT_OUT.get(reason, reason)}." for reason, count in document["left_out"].items()]
    if document["revealed"]:
        said.append(
            f"Some figures rest on so few answers that they tell of {counted(document['revealed'], 'item')} still open to you: "
            "what you answer there from now on enters no figure."
        )
    return [heading("everybody", width), *sentences(said, width, "text", "   ")]
