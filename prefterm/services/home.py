"""What the home screen says: rounds with one's own progress, the guideline in force, and what is worth knowing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from prefterm.domain.clock import after, now
from prefterm.services.access import Project
from prefterm.services.sessions import session_list
from prefterm.services.status import my_progress
from prefterm.store import guidelines, progress, rounds

__all__ = ["home_summary", "is_newcomer"]

_RECENT_DAYS = 14
"""Days for which a closed session that one missed is named."""


def is_newcomer(project: Project) -> bool:
    """Whether the actor has never been served an item, in any round."""
    with project.database.read() as connection:
        return not progress.was_served(connection, project.actor.id)


def home_summary(project: Project) -> dict[str, Any]:
    """{"rounds": newest first with own progress, "notes": sentences, "newcomer": see `is_newcomer`, "sessions": those of interest now}.

    Sessions (see `session_list`), newest first: open ones, those in which something is to be seen, and those closed lately in which
    something is to be voted on still.

    Nothing in it depends on another person's answers.
    """
    with project.database.read() as connection:
        found = [r for r in reversed(rounds.all_rounds(connection)) if r.kind == "labelling"]
        versions = {g.id: g for g in guidelines.all_versions(connection)}
        seen = guidelines.seen_ids(connection, project.actor.id)
    rows, notes = [], []
    for r in found:
        pinned = versions.get(r.guideline_version_id or 0)
        mine = my_progress(project, r)
        rows.append(
            {
                "name": r.name, "state": r.state, "guideline": pinned.label if pinned else "",
                "new": bool(pinned and pinned.id not in seen),
                "reserved": project.actor.uuid in r.options.get("reserve", ()), "closed_at": r.closed_at, **asdict(mine),
            }
        )  # fmt: skip
        newer = [g for g in versions.values() if pinned and g.name == pinned.name and g.version > pinned.version]
        if r.state == "open" and pinned and newer:
            notes.append(f"Guideline {newer[-1].label} is out; round {r.name} stays on version {pinned.version}.")
    if project.actor.simulated:
        notes.append("This person is simulated.")
    recently = after(now(), hours=-24 * _RECENT_DAYS)
    waiting = [s for s in reversed(session_list(project)) if s["state"] == "open" or s["to_see"] or (s["open"] and s["closed"] >= recently)]
    return {"rounds": rows, "notes": notes, "newcomer": is_newcomer(project), "sessions": waiting}
