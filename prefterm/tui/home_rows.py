"""The rows of the home screen: what waits, the one thing to do next, the rounds, oneself. Pure, without Textual.

No figure here depends on anybody else's answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rich.cells import cell_len

from prefterm.domain.safe_text import one_line, safe_text
from prefterm.tui.layout.wrapping import safe_spans, wrap
from prefterm.tui.session_list_rows import session_row

__all__ = ["HomeRows", "HomeSummary", "can_work", "home_rows", "may_see", "why_not"]

_BAR = 20
_WIDEST = 100
"""Columns that the rows take at most: longer lines are hard to follow."""
_NAME = 24
"""Columns of a round's name within a sentence."""
_ATTEMPTS = ("qualification", "recalibration")
_ACTIONS = {"qualification": "label", "recalibration": "label", "review": "review"}
"""The action that what waits asks for, by its kind."""
_SESSIONS = 4
"""Group sessions that are named; the others stand in their list."""
_Line = Sequence[tuple[str, str]]
_Round = Mapping[str, Any]


class HomeSummary(Protocol):
    """What was read for the home screen."""

    name: str
    role: str
    rounds: list[dict[str, Any]]
    notes: list[str]
    newcomer: bool
    waiting: list[dict[str, Any]]


@dataclass
class HomeRows:
    """The rows, and which of them are rounds."""

    lines: list[_Line] = field(default_factory=list)
    rounds: dict[int, int] = field(default_factory=dict)
    """Row → number of the round."""


def _plain(text: str) -> str:
    return safe_text(text.replace("\n", " "))


def can_work(row: _Round) -> bool:
    """Whether a round takes this person's answers."""
    return bool(row["state"] == "open" and not row["reserved"])


def may_see(action: str, summary: HomeSummary) -> bool:
    """Whether this person is shown figures of that kind (`agreement`, `audit`); annotators see their own closed rounds alone."""
    if summary.role != "annotator":
        return True
    return action == "agreement" and any(r["state"] == "closed" and r["done"] for r in summary.rounds)


def why_not(row: _Round) -> str:
    """Why a round takes no answers of this person, as a sentence."""
    if row["state"] != "open":
        return f"Round {one_line(row['name'], _NAME)} is {row['state']}."
    return f"Round {one_line(row['name'], _NAME)} is reserved: you adjudicate in it, you do not label."


def home_rows(summary: HomeSummary, marked: int, width: int, hour: int, keys: Mapping[str, str]) -> HomeRows:
    """All rows, for a width in cells, a local hour (0–23), and the keys of the actions as they are shown."""
    width = min(width, _WIDEST)
    part = "morning" if 4 <= hour < 12 else "afternoon" if hour < 18 else "evening"
    found = HomeRows()
    rows = found.lines
    greeting = f"Welcome, {_plain(summary.name)}." if summary.newcomer else f"Good {part}, {_plain(summary.name)}."
    first, *others = _waiting(summary, marked, keys)
    if cell_len(greeting) + cell_len(first) + 4 > width:
        first, others = "", [first, *others]
    # Two rows below the greeting, whichever round is marked: a list that moves under the eyes or the mouse is no calm one.
    others += [""] * (1 - len(others))
    rows += [[], [("  ", "text"), (greeting, "title"), (f" {first}", "text")], *([("  ", "text"), (s, "text")] for s in others)]
    if summary.rounds:
        rows += [[], _next_thing(summary.rounds[marked], summary.waiting, width, keys)]
    if summary.waiting:
        rows += [[], _heading("waiting for you", width), *_waits(summary.waiting, width, keys)]
    sessions = getattr(summary, "sessions", ())
    if sessions:
        key = keys.get("sessions", "")
        rows += [[], _heading("group sessions" + (f" [{key}]" if key else ""), width)]
        rows += [session_row(s, False, width) for s in sessions[:_SESSIONS]]
    if summary.notes:
        rows += [[], _heading("worth knowing", width)]
        rows += [[(one_line(f"   {note}", width), "text")] for note in summary.notes]
    if summary.rounds:
        rows += [[], _heading("your rounds", width)]
        for number, row in enumerate(summary.rounds):
            found.rounds[len(rows)] = number
            rows.append(_round_row(row, number == marked, width))
    rows += [[], _heading("you", width)]
    for said, style in _you(summary, marked, keys):
        rows += [line.spans for line in wrap(safe_spans(said, style), width, [("   ", "text")], [("   ", "text")])]
    return found


def _next_thing(r: _Round, waiting: Sequence[Mapping[str, Any]], width: int, keys: Mapping[str, str]) -> _Line:
    """The one thing to do: label; in a round that takes no answers, look at one's own, or at the guideline."""
    if can_work(r):
        key, verb = keys.get("label", ""), "Begin labelling" if r["done"] == 0 else "Go on labelling"
        attempt = next((str(i["kind"]) for i in waiting if i.get("kind") in _ATTEMPTS and i.get("round", r["name"]) == r["name"]), None)
        verb = f"Take the {attempt}" if attempt else "Look again" if r.get("gate") else verb
    elif r["done"]:
        key, verb = keys.get("own_answers", ""), "Look through your answers"
    else:
        key, verb = keys.get("guideline", ""), "Read its guideline"
    left: _Line = [("  ", "text"), (key, "key"), (f"  {verb}", "strong")]
    room = width - sum(cell_len(t) for t, _ in left) - 4
    about = _about(r, room)
    return [*left, (" " * max(2, room + 2 - cell_len(about)), "text"), (about, "muted")]


def _waits(waiting: Sequence[Mapping[str, Any]], width: int, keys: Mapping[str, str]) -> list[_Line]:
    """What waits besides pairs, a sentence each, with the key that goes to it at the end of its row."""
    rows: list[_Line] = []
    for item in waiting:
        named = str(item.get("key") or "")
        key = keys.get(_ACTIONS.get(str(item.get("kind")), named), named)
        ends = f"[{key}]" if key else ""
        lines = wrap(safe_spans(str(item["sentence"]).replace("\n", " "), "text"), max(20, width - 8 - cell_len(ends)))
        for number, line in enumerate(lines):
            row: list[tuple[str, str]] = [("   ", "text"), *line.spans]
            if key and number == len(lines) - 1:
                row += [(" " * max(1, width - 5 - line.cells - cell_len(ends)), "text"), ("[", "muted"), (key, "key"), ("]", "muted")]
            rows.append(row)
    return rows


def _waiting(summary: HomeSummary, marked: int, keys: Mapping[str, str]) -> list[str]:
    """What is still to come, a sentence each."""
    if not summary.rounds:
        if summary.role == "admin":
            return ["There is no round yet.", "Open one in the shell: prefterm round open --help"]
        again = f"; {keys['refresh']} looks again" if keys.get("refresh") else ""
        return ["There is no round yet.", f"As soon as the lead opens one, it stands here{again}."]
    r = summary.rounds[marked]
    name = one_line(r["name"], _NAME)
    if not can_work(r):
        return [why_not(r)]
    if r.get("gate"):
        return [f"In {name} you cannot go on for now.", "Why stands below, under “you”."]
    left = max(0, r["share"] - r["done"])
    if summary.newcomer:
        return [f"About {left} answers of yours are asked for in {name}.", "Before the first pair you are told what is asked and kept."]
    if left == 0:
        return [f"Your share of {name} is done.", "More is welcome while there are items."]
    if r["done"] == 0:
        first = f"{keys['guideline']} shows the guideline that they are judged by." if keys.get("guideline") else ""
        return [f"{left} answers of yours are asked for in {name}.", first]
    found = [f"{left} of your {r['share']} answers are still to come in {name}."]
    if r["median_seconds"]:
        minutes = max(1, round((r["left_seconds"] or 0) / 60))
        found.append(f"About {minutes} minute{'s' if minutes > 1 else ''} at your usual pace.")
    return found


def _about(r: _Round, room: int) -> str:
    """What one would judge by, as long as there is room for it."""
    name, label = one_line(r["name"], _NAME), _plain(r["guideline"])
    new = " · new to you" if r["new"] else ""
    said = f"{name} · guideline {label}{new}" if label else name
    return one_line(said if cell_len(said) <= room else f"{name} · {label}{new}", room)


def _heading(title: str, width: int) -> _Line:
    return [("  ── ", "frame"), (title, "title"), (" " + "─" * max(0, width - len(title) - 8), "frame")]


def _round_row(r: _Round, marked: bool, width: int) -> _Line:
    share = max(1, r["share"])
    full = min(_BAR, round(_BAR * r["done"] / share))
    room = max(10, min(28, width - _BAR - 46))
    name = one_line(r["name"], room - 1)
    name += " " * (room - cell_len(name))
    pace = f"~{round(r['median_seconds'])} s each" if r["median_seconds"] else ""
    state = "reserved" if r["reserved"] and r["state"] == "open" else r["state"]
    if r["closed_at"]:
        state = f"closed {r['closed_at'][:10]}"
    counted = f"{r['done']}/{max(r['share'], r['done'])}"
    return [
        (" ▸ " if marked else "   ", "key"),
        (name, "strong" if marked else "text"),
        ("█" * full, "progress"),
        ("░" * (_BAR - full), "frame"),
        (f"{counted:>9}   ", "text"),
        (f"{pace:<14}", "muted"),
        (state, "text" if can_work(r) else "muted"),
    ]


def _you(summary: HomeSummary, marked: int, keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who one is, and what one did."""
    found = [(f"{_plain(summary.name)}, {summary.role}", "text")]
    if summary.rounds:
        r = summary.rounds[marked]
        if r.get("gate") or r.get("standing"):
            said = _plain(str(r.get("gate") or r["standing"]))
            found.append((said[:1].upper() + said[1:], "text"))
        facts = [f"{r['today']} today"] if r.get("today") else []
        if r["can_undo"]:
            facts.append("your last answer can still be taken back")
        if r["done"] and keys.get("own_answers"):
            facts.append(f"{keys['own_answers']} shows all of them")
        if facts:
            found.append((" · ".join(facts), "muted"))
    found.append(("trusting mode: not blind against each other", "muted"))
    return found
