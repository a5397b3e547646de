"""`prefterm agreement`: how far people agree, how sure that is, where it breaks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.opening import COUNTS, KINDS, named_people
from prefterm.cli.output import counted, emit, line, progress_bar, say, table

__all__ = ["COUNTS", "KINDS", "register"]


_TITLES = {
    "raw_agreement": "raw agreement", "fleiss_kappa": "Fleiss' kappa", "alpha_nominal": "alpha, nominal",
    "alpha_ordinal": "alpha, ordinal", "alpha_interval": "alpha, interval", "gwet_ac1": "Gwet's AC1", "gwet_ac2": "Gwet's AC2",
    "direction_agreement": "direction, both chose", "tie_agreement": "tie or not",
    "alpha_nominal_naming_free": "alpha, nominal, whichever is first", "alpha_ordinal_naming_free": "alpha, ordinal, whichever is first",
    "kendall_w": "Kendall's W",
}  # fmt: skip
_SHOWN = 20
"""Rows at most of a table that may be long, the worst first; the document has all."""
_MATRIX = 10
"""People at most in the table of pairs; more of them are listed pair by pair."""


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(agreement)


def agreement(
    context: typer.Context,
    round_name: Annotated[str | None, typer.Option("--round", metavar="R", help="Only this round.")] = None,
    dimension: Annotated[str | None, typer.Option("--dimension", metavar="D", help="By this dimension, not the answer as a whole.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="T", help="Only items with this tag.")] = None,
    guideline: Annotated[str | None, typer.Option("--guideline", metavar="N@V", help="Only answers under this version.")] = None,
    annotators: Annotated[
        str | None, typer.Option("--annotators", metavar="A,B…", help="Only these people, and every pair among them.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help=", ".join(KINDS) + ".")] = "human",
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only answers from this date or moment on (UTC).")] = None,
    count: Annotated[str, typer.Option("--count", help=", ".join(COUNTS) + ": what enters the figures.")] = "planned",
    consensus: Annotated[bool, typer.Option("--consensus", help="With --json: what the votes on each item come to. Admins only.")] = False,
    blind: Annotated[bool, typer.Option("--blind", help="Leave out items that you can still be served.")] = False,
    tui: Annotated[bool, typer.Option("--tui", help="Open the app at these figures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far people agree, with intervals, and where they part.

    Only planned, independent work counts; what is left out is counted by reason. Admins; adjudicators see no names; annotators see no
    names either, and only items that they have answered themselves, in rounds that are closed.

    Items that you can still be served are noted as shown to you: later answers of yours on them enter no figure (see --blind).

    Example: prefterm agreement --round pilot --tag dosage

    Exit codes: 4 for what a role may not see, 130 where it is interrupted (nothing is lost).
    """
    for option, value, allowed in (("--kind", kind, KINDS), ("--count", count, COUNTS)):
        if value not in allowed:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(allowed)}", param_hint=option)
    if consensus and not as_json:
        raise typer.BadParameter("a row for every item is for scripts: give --json with it", param_hint="--consensus")
    if tui and as_json:
        raise typer.BadParameter("the app prints no document: give one or the other", param_hint="--tui")
    people = named_people(annotators)
    if annotators is not None and not people:
        raise typer.BadParameter("give names, with commas between them", param_hint="--annotators")
    if tui:
        from prefterm.tui.figure_scope import FigureScope

        scope = FigureScope(round_name, dimension, tag, guideline, people, kind, since, count == "all", blind or None)
        raise typer.Exit(globals_of(context).run_app("agreement", scope=scope))
    from prefterm.services.agreement import AgreementOptions
    from prefterm.services.agreement import agreement as work_out

    options = AgreementOptions(round_name, dimension, tag, guideline, people, kind, since, count == "all", consensus, blind)
    project = globals_of(context).open()
    with progress_bar("agreement") as bar:
        document = work_out(project, options, bar)
    if as_json:
        emit(document)
        for sentence in document["notes"]:
            say(f"Note: {sentence}")
        return
    _show(document)


def _show(document: dict[str, Any]) -> None:
    people = counted(len(document["annotators"]), "annotator")
    which = "every answer" if document["counted"] == "all" else "planned work only"
    items, answers = counted(document["n_items"], "item"), counted(document["n_judgments"], "answer")
    line(f"{items} with two answers or more, {answers} by {people} ({document['dimension']}; {which})")
    for sentence in document["notes"]:
        line(f"! {sentence}")
    line()
    _coefficients(document["coefficients"])
    _items(document)
    if document["marks"] is not None:
        line()
        _coefficients({f"marks: {_TITLES[name]}": c for name, c in document["marks"]["acceptable"].items()})
    _pairs(document["pairs"])
    _breakdowns(document["breakdowns"])
    _differences(document["differences"])
    _profiles(document["annotator_profiles"])
    line()
    line("– for an interval: fewer than 20 items, or than 20 prompts where prompts repeat, tell too little for one.")


def _coefficients(figures: dict[str, dict[str, Any] | None]) -> None:
    given = {name: c for name, c in figures.items() if c is not None}
    rows = [[_TITLES.get(name, name), _number(c["value"]), _interval(c), _band(c), c["n_items"]] for name, c in given.items()]
    table(["coefficient", "value", "95 % interval", "band", "n"], rows, numbers=(1, 4))
    for name, c in given.items():
        if c["undefined"]:
            line(f"{_TITLES.get(name, name)} is undefined: {c['undefined']}.")


def _items(document: dict[str, Any]) -> None:
    items, skipped = document["items"], document["skipped"]
    shares = ", ".join(f"{items[key]:,} {key.replace('_', ' ')}" for key in ("unanimous", "majority", "plurality", "no_plurality"))
    line(f"Items: {shares}; both sides chosen on {items['direction_clash']:,}. With one answer, left out: {items['single']:,}.")
    c = skipped["raw_agreement_skips_disagree"]
    line(
        f"Skipped at least once: {skipped['items_skipped']:,}; short of planned answers: {skipped['items_short']:,}. "
        f"Raw agreement with every skip as a disagreement: {_number(c['value']) or 'undefined'} {_interval(c) or ''}".rstrip()
    )
    left_out = ", ".join(f"{number:,} {reason.replace('_', ' ')}" for reason, number in document["left_out"].items() if number)
    line(f"Answers that do not count: {left_out or 'none'}.")


def _pairs(pairs: list[dict[str, Any]]) -> None:
    if not pairs:
        return
    line()
    people = sorted({name for pair in pairs for name in (pair["a"], pair["b"])})
    if len(people) <= _MATRIX:
        line("Cohen's kappa of pairs (items in common)")
        cells = {frozenset((p["a"], p["b"])): f"{_number(p['cohen_kappa']['value']) or '–'} ({p['n_items']:,})" for p in pairs}
        table(["", *people], [[a, *(cells.get(frozenset((a, b)), "") if a != b else "" for b in people)] for a in people])
        return
    line(f"Cohen's kappa of pairs, lowest first{_of(len(pairs))}")
    rows = [[p["a"], p["b"], _number(c["value"]), _interval(c), _band(c), p["n_items"]] for p in pairs for c in [p["cohen_kappa"]]]
    rows = [rows[at] for at in _worst_first([p["cohen_kappa"]["value"] for p in pairs])]
    table(["annotator", "annotator", "kappa", "95 % interval", "band", "n"], rows, numbers=(2, 5))


def _breakdowns(breakdowns: list[dict[str, Any]]) -> None:
    if not breakdowns:
        return
    line()
    line(f"Where it is lowest, parts large enough for an interval first{_of(len(breakdowns))}")
    figures = [b["coefficients"] for b in breakdowns]
    rows = [
        [b["by"], b["key"], _number(f["alpha_nominal"]["value"]), _interval(f["alpha_nominal"]), _band(f["alpha_nominal"]),
         _number(f["raw_agreement"]["value"]), _number(f["gwet_ac1"]["value"]), f["alpha_nominal"]["n_items"]]
        for b, f in zip(breakdowns, figures, strict=True)
    ]  # fmt: skip
    # People and AI judges stand beside each other at the top, whatever else is lower.
    kinds = [row for row in rows if row[0] == "kind"]
    worst = _worst_first([f["alpha_nominal"]["value"] for f in figures], [f["alpha_nominal"]["low"] is None for f in figures])
    rows = kinds + [rows[at] for at in worst if rows[at] not in kinds]
    table(["by", "which", "alpha", "95 % interval", "band", "raw", "AC1", "n"], rows, numbers=(2, 5, 6, 7))


def _differences(differences: list[dict[str, Any]]) -> None:
    known = [d for d in differences if d["value"] is not None]
    if known:
        line()
        line("What alpha changes by (second minus first)")
        table(
            ["first", "second", "change", "95 % interval"],
            [[d["a"], d["b"], _number(d["value"]), _interval(d)] for d in known],
            numbers=(2,),
        )
    for note in dict.fromkeys(d["note"] for d in differences if d["note"]):
        which = [d for d in differences if d["note"] == note]
        line(f"{which[0]['a']} and {which[0]['b']}{f' (and {len(which) - 1:,} more)' if len(which) > 1 else ''}: {note}")


def _profiles(profiles: list[dict[str, Any]]) -> None:
    if not profiles:
        return
    line()
    line(f"Annotators, lowest kappa against the others first{_of(len(profiles))}")
    rows = [
        [p["annotator"], p["n"], _percent(p["tie_rate"]), _percent(p["first_rate"]), p["median_active_seconds"],
         p["gold_accuracy"] and _percent(p["gold_accuracy"]["value"]), _number(c["value"]), _interval(c), c["n_items"]]
        for p in profiles for c in [p["vs_others"]]
    ]  # fmt: skip
    rows = [rows[at] for at in _worst_first([p["vs_others"]["value"] for p in profiles])]
    headings = ["annotator", "answers", "ties", "first", "median s", "golds right", "kappa", "95 % interval", "shared"]
    table(headings, rows, numbers=(1, 2, 3, 4, 5, 6, 8))


def _worst_first(values: list[float | None], after: list[bool] | None = None) -> list[int]:
    """The places of the lowest values, ascending, those `after` and those without a value later; as many as are shown."""
    later = after or [False] * len(values)
    return sorted(range(len(values)), key=lambda at: (values[at] is None, later[at], values[at] or 0.0))[:_SHOWN]


def _of(number: int) -> str:
    return f" ({_SHOWN} of {number:,}; --json has all)" if number > _SHOWN else ""


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.0f} %"


def _interval(c: dict[str, Any]) -> str | None:
    return None if c["low"] is None else f"{c['low']:.3f} to {c['high']:.3f}"


def _band(c: dict[str, Any]) -> str | None:
    """The band, and those of the interval's ends where they differ from it."""
    if c["band"] is None or c["band_low"] is None or c["band_low"] == c["band"] == c["band_high"]:
        return c["band"] or ""
    return f"{c['band']} ({c['band_low']} to {c['band_high']})"
