"""The first page: how far people agree, between whom, and what is left out. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.tui.agreement_rows.coefficients import OVERALL, coefficient_rows, given, skeleton
from prefterm.tui.agreement_rows.figures import Line, counted, interval, sentences, value_of
from prefterm.tui.agreement_rows.heat_map import worst_first

__all__ = ["coefficients", "headline", "left_out_rows", "lopsided", "note_rows", "worst_parts"]

_LOPSIDED = 0.2
"""From this distance of AC1 and alpha on, the service says that the labels are lopsided."""
_REASONS = {
    "opened": "opened on disagreement", "repeat": "repeats", "calibration": "calibration", "qualification": "qualification",
    "after_reveal": "after a reveal", "provisional": "provisional", "withdrawn": "taken back",
}  # fmt: skip
Document = Mapping[str, Any]


def headline(document: Document, width: int) -> list[Line]:
    """What was counted, and by whom; empty while it is not known."""
    if "counted" not in document:
        return [[("   counting …", "muted")]]
    people = counted(len(document["annotators"]), "annotator")
    items = counted(document["n_items"], "item")
    which = "every answer" if document["counted"] == "all" else "planned work"
    said = f"{items} judged twice or more · {counted(document['n_judgments'], 'answer')} · {people} · {which}"
    if document.get("dimension", "overall") != "overall":
        said += f" · by {document['dimension']}"
    return sentences([said], width, "text", "   ")


def coefficients(document: Document, width: int) -> list[Line]:
    """The table over everybody, with the marks below; its skeleton while it is not there."""
    found = document.get("coefficients")
    if found is None:
        return skeleton((n for n in OVERALL if n != "kendall_w" and not n.endswith("_naming_free")), width)
    named = given(found, OVERALL)
    marks = (document.get("marks") or {}).get("acceptable") or {}
    named += [
        (f"marks, {'alpha' if name == 'alpha_nominal' else 'raw'}", marks[name])
        for name in ("alpha_nominal", "raw_agreement")
        if name in marks
    ]
    rows = coefficient_rows(named, width)
    said = lopsided(document)
    return [*rows, *sentences([said], width, "notice", " ! ")] if said else rows


def lopsided(document: Document) -> str:
    """The sentence about lopsided labels, where there is one: it belongs beside the table, not among the other notes."""
    found = document.get("coefficients") or {}
    alpha, ac1 = ((found.get(name) or {}).get("value") for name in ("alpha_nominal", "gwet_ac1"))
    if alpha is None or ac1 is None or abs(ac1 - alpha) <= _LOPSIDED:
        return ""
    return next((note for note in document.get("notes", ()) if "lopsided" in note), "")


def left_out_rows(document: Document, width: int) -> list[Line]:
    """What does not count and why, how items fall, and what skipping may have done."""
    said: list[str] = []
    if "left_out" in document:
        found = [f"{number_:,} {_REASONS.get(reason, reason)}" for reason, number_ in document["left_out"].items() if number_]
        said.append(f"Not counted: {' · '.join(found) if found else 'nothing'}.")
    if "items" in document:
        items = document["items"]
        shares = ", ".join(f"{items[key]:,} {key.replace('_', ' ')}" for key in ("unanimous", "majority", "plurality", "no_plurality"))
        single = f" With one answer, left out: {items['single']:,}." if items["single"] else ""
        said.append(f"Items: {shares}; both sides chosen on {items['direction_clash']:,}.{single}")
    if "skipped" in document:
        said.append(_skipped(document))
    return sentences(said, width, "text", "   ")


def _skipped(document: Document) -> str:
    skipped = document["skipped"]
    figure = skipped["raw_agreement_skips_disagree"]
    if not skipped["items_skipped"]:
        short = f" Short of planned answers: {skipped['items_short']:,}." if skipped["items_short"] else ""
        return f"No item was skipped.{short}"
    ends = interval(figure)
    raw = f"raw agreement would be {value_of(figure)}{f' ({ends})' if ends else ''} if every skip were a disagreement"
    short = f" Short of planned answers: {skipped['items_short']:,}."
    return f"Skipped at least once: {counted(skipped['items_skipped'], 'item')}; {raw}.{short}"


def note_rows(document: Document, width: int) -> list[Line]:
    """The service's sentences, but for those that stand at the table: about lopsided labels, and why there is no interval."""
    beside = lopsided(document)
    return sentences([note for note in document.get("notes", ()) if note != beside and not note.startswith("No interval")], width)


def worst_parts(document: Document, width: int, most: int) -> list[Line]:
    """The parts in which alpha is lowest, large enough for an interval; empty where there is none lower than the whole."""
    whole = ((document.get("coefficients") or {}).get("alpha_nominal") or {}).get("value")
    parts = [b for b in document.get("breakdowns", ()) if b["by"] in ("tag", "dimension", "round", "guideline")]
    known = [b for b in parts if b["coefficients"]["alpha_nominal"]["low"] is not None]
    lower = [b for b in known if whole is None or b["coefficients"]["alpha_nominal"]["value"] < whole]
    rows: list[Line] = []
    for part in worst_first(lower, lambda b: b["coefficients"]["alpha_nominal"])[:most]:
        alpha = part["coefficients"]["alpha_nominal"]
        rows += sentences(
            [f"{part['by']} {part['key']}: alpha {value_of(alpha)} ({interval(alpha)}), n {alpha['n_items']:,}"],
            width,
            "text",
            "   ",
        )
    return rows
