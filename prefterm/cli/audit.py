"""`prefterm audit`: one line a person, then what a lead should do about it and what it does not prove."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import counted, emit, line, progress_bar, say, table

__all__ = ["register"]

_ALARMS = (("position", "side"), ("repeats", "repeats"), ("length", "length"))
_LEFT_OUT = {
    "no_presented_order": "without a presented order (not in side, length and sequence)",
    "more_than_two": "about more than two responses",
    "after_reveal": "given after the item was shown to the person",
    "hidden": "about hidden items",
    "repeat_without_original": "repeats whose first answer was taken back or is not here",
    "no_gold_in_force": "on golds that were retired",
    "contested_gold": "on golds that somebody contests",
    "gold_from_own_answer": "on golds that may rest on the person's own answer",
}
_HEADINGS = ["annotator", "choices", "left 95 %", "longer here/others", "repeats same", "golds right", "ties", "s each", "alarm"]


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(audit)


def audit(
    context: typer.Context,
    round_name: Annotated[str | None, typer.Option("--round", metavar="R", help="Only this round; all where none is given.")] = None,
    annotator: Annotated[str | None, typer.Option("--annotator", metavar="A", help="Show this person alone.")] = None,
    as_json: AsJson = False,
    tui: Annotated[bool, typer.Option("--tui", help="Open the app at the audit, with this person marked.")] = False,
) -> None:
    """Look whether anybody judges by side, by length or by habit. Admins; adjudicators see figures without names.

    Alarms hold however often you look: over a whole team without any habit at most one in 20 ever sees one.

    A figure over few answers tells of single items: those that are still open to you are noted as revealed.

    Example: prefterm audit --round pilot

    Exit codes: 4 for annotators, 130 where it is interrupted (nothing is lost).
    """
    if tui and as_json:
        raise typer.BadParameter("the app prints no document: give one or the other", param_hint="--tui")
    if tui:
        from prefterm.tui.figure_scope import FigureScope

        scope = FigureScope(round_name, annotators=() if annotator is None else (annotator,))
        raise typer.Exit(globals_of(context).run_app("audit", scope=scope))
    from prefterm.services.auditing import audit as examine

    project = globals_of(context).open()
    with progress_bar("audit") as bar:
        document = examine(project, round_name, annotator, bar)
    if as_json:
        emit(document)
    else:
        _show(document)
    if document["revealed"]:
        say(
            f"These figures rest on so few answers that they tell of {counted(document['revealed'], 'item')} still open to you: "
            "what you answer there from now on counts in no figure."
        )


def _show(document: dict[str, Any]) -> None:
    people = document["annotators"]
    shown = [p for p in people if p["eligible"] or p["repeats"]["n"] or p["skips"]]
    if shown:
        table(_HEADINGS, [_row(p) for p in shown], numbers=(1, 6, 7))
        line()
    elif not people:
        line("No answer yet.")
    if len(shown) < len(people):
        line(f"{counted(len(people) - len(shown), 'annotator')} without an answer whose presented order is known: --json lists them.")
    found = [p for p in people if p["finding"]]
    for person in sorted(found, key=_weight, reverse=True):
        for sentence in person["advice"]:
            line(sentence)
        for sentence in person["caveat"]:
            line(f" · {sentence}")
        line()
    if shown and not found:
        line("Nothing here calls for a word with anybody.")
    _show_order(document["order"])
    for reason, number in document["left_out"].items():
        line(f"Left out: {counted(number, 'answer')} {_LEFT_OUT[reason]}.")


def _row(person: dict[str, Any]) -> list[object]:
    position, length, again, gold = (person[key] for key in ("position", "length", "repeats", "gold"))
    left = "–" if position["rate"] is None else f"{_percent(position['rate'])} % {_percent(position['low'])}–{_percent(position['high'])}"
    with_others = length["others_same_items"] is not None
    here = length["longer_chosen_with_others" if with_others else "longer_chosen"]
    longer = "–" if here is None else f"{_percent(here)} / {_percent(length['others_same_items']) if with_others else '–'} %"
    return [
        person["annotator"] + (" (judge)" if person["kind"] == "judge" else ""),
        position["n"],
        left,
        longer,
        f"{again['consistent']}/{again['n']}" if again["n"] else None,
        f"{gold['correct']}/{gold['n']}" if gold["n"] else None,
        None if person["ties"]["rate"] is None else f"{_percent(person['ties']['rate'])} %",
        None if person["pace"]["median_seconds"] is None else round(person["pace"]["median_seconds"]),
        ", ".join(_alarms(person)) or "",
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _alarms(person: dict[str, Any]) -> list[str]:
    found = [f"▲ {word} E {_evidence(person[key]['e_value'])}" for key, word in _ALARMS if person[key]["alarm"]]
    return found + (["▲ golds"] if person["drift"]["alarm"] else [])


def _evidence(value: float) -> str:
    return f"{value:,.0f}" if value < 1_000_000 else f"{value:.0e}".replace("e+", "e")


def _weight(person: dict[str, Any]) -> tuple[int, float, int]:
    """Alarms first, the strongest evidence first of these; then those with most to talk about."""
    evidence = max((person[key]["e_value"] for key, _ in _ALARMS if person[key]["alarm"]), default=0.0)
    return len(_alarms(person)), evidence, len(person["advice"])


def _show_order(order: dict[str, Any]) -> None:
    if not order["n"]:
        line("The order of the responses: no item has all of its answers yet.")
        return
    worst = order["max_imbalance_per_comparison"]
    line(
        f"The order of the responses: the first stood left in {100 * order['rate']:.1f} % of {order['n']:,} "
        f"({_percent(order['low'])}–{_percent(order['high'])} %); largest imbalance on one comparison {worst}."
    )
