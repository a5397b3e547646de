"""What there is, as lists: people, rounds. Each row is a JSON object of the contract."""

from __future__ import annotations

from typing import Any

from prefterm.domain.judgments import Role
from prefterm.services.access import Project
from prefterm.store import guidelines, people, rounds

__all__ = ["people_list", "round_list"]


def people_list(project: Project) -> list[dict[str, Any]]:
    """Everybody the database knows, by name. Admins only."""
    project.require(Role.ADMIN)
    with project.database.read() as connection:
        everybody = people.all_people(connection)
    return [
        {
            "annotator": p.name, "role": str(p.role), "kind": str(p.kind), "may_log_in": bool(p.may_log_in), "simulated": bool(p.simulated),
            "since": p.created_at, "retired": p.retired_at,
        }
        for p in everybody
    ]  # fmt: skip


def round_list(project: Project) -> list[dict[str, Any]]:
    """Every round, oldest first; nothing in it depends on answers."""
    with project.database.read() as connection:
        labels = {g.id: g.label for g in guidelines.all_versions(connection)}
        found = [(r, rounds.count_items(connection, r.id)) for r in rounds.all_rounds(connection)]
    return [
        {
            "round": r.name, "guideline": None if r.guideline_version_id is None else labels[r.guideline_version_id], "kind": r.kind,
            "state": r.state, "items": items, "overlap": r.overlap, "up_to": r.up_to, "tags": list(r.options.get("tags", ())),
            "read_to_end": bool(r.options.get("read_to_end", False)), "pilot": bool(r.options.get("pilot", False)),
            "calibration": r.options.get("calibration", 0), "repeat": r.options.get("repeat", 0),
            "qualification": r.options.get("qualification", 0),
            "opened": r.opened_at, "closed": r.closed_at,
        }
        for r, items in found
    ]  # fmt: skip
