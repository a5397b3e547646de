"""What the home screen says: rounds with one's own progress, the guideline in force, and what is worth knowing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from prefterm.domain.clock import after, now
from prefterm.services.access import Project
from prefterm.services.calibrating import standing_sentence, waiting_feedback
from prefterm.services.calibration_overview import attempt_to_take
from prefterm.services.sessions import session_list
from prefterm.services.status import is_newcomer, my_progress
from prefterm.store import golds, guidelines, rounds
from prefterm.store.rounds import RoundRow

__all__ = ["home_summary"]

_DECIDED_HOURS = 14 * 24
"""For how long somebody is told what became of a gold that they contested."""
_RECENT_DAYS = 14
"""Days for which a closed session that one missed is named."""


def home_summary(project: Project) -> dict[str, Any]:
    """{"rounds": newest first with own progress and standing, "notes": sentences, "newcomer": see `is_newcomer`, "waiting": what waits
    besides pairs, each {"kind", "sentence", "key", "round"}, "sessions": those of interest now}.

    Sessions (see `session_list`), newest first: open ones, those in which something is to be seen, and those closed lately in which
    something is to be voted on still.


    Nothing in it depends on another person's answers, nor on hidden golds of a sitting that goes on.
    """
    with project.database.read() as connection:
        found = [r for r in reversed(rounds.all_rounds(connection)) if r.kind == "labelling"]
        versions = {g.id: g for g in guidelines.all_versions(connection)}
        seen = guidelines.seen_ids(connection, project.actor.id)
    rows, notes = [], []
    waiting: list[dict[str, str]] = []
    for r in found:
        pinned = versions.get(r.guideline_version_id or 0)
        mine = my_progress(project, r)
        rows.append(
            {
                "name": r.name, "state": r.state, "guideline": pinned.label if pinned else "",
                "new": bool(pinned and pinned.id not in seen),
                "reserved": project.actor.uuid in r.options.get("reserve", ()), "closed_at": r.closed_at,
                "standing": standing_sentence(project, r), **asdict(mine),
            }
        )  # fmt: skip
        if not rows[-1]["reserved"]:
            waiting += _waiting(project, r)
        newer = [g for g in versions.values() if pinned and g.name == pinned.name and g.version > pinned.version]
        if r.state == "open" and pinned and newer:
            notes.append(f"Guideline {newer[-1].label} is out; round {r.name} stays on version {pinned.version}.")
    if project.actor.simulated:
        notes.append("This person is simulated.")
    with project.database.read() as connection:
        decided = golds.contests_decided(connection, project.actor.id, after(now(), hours=-_DECIDED_HOURS))
    waiting += [
        {
            "kind": "decided",
            "sentence": f"A settled answer that you contested {'was retired' if upheld else 'stands'}: {verdict}",
            "key": "",
        }
        for upheld, verdict in decided
    ]
    recently = after(now(), hours=-24 * _RECENT_DAYS)
    sessions = [
        s for s in reversed(session_list(project)) if s["state"] == "open" or s["to_see"] or (s["open"] and s["closed"] >= recently)
    ]
    return {"rounds": rows, "notes": notes, "newcomer": is_newcomer(project), "waiting": waiting, "sessions": sessions}


def _waiting(project: Project, the_round: RoundRow) -> list[dict[str, str]]:
    """What waits in a round besides pairs: an attempt to be taken, checks of finished sittings to be looked at."""
    found = []
    place = attempt_to_take(project, the_round)
    if place is not None:
        begun = f"from item {place.number} of {place.of} on" if place.number > 1 else f"{place.of} items"
        before = "before your first pair" if place.kind == "qualification" else "before your next pair"
        found.append((place.kind, f"{place.kind.capitalize()}: {begun}, {before} in {the_round.name}."))
    checks = waiting_feedback(project, the_round)
    if checks:
        found.append(("review", f"{checks} check{'s' if checks > 1 else ''} of your sittings in {the_round.name} to look at."))
    return [{"kind": kind, "sentence": sentence, "key": "", "round": the_round.name} for kind, sentence in found]
