"""What there is, as lists: people, rounds, gold. Each row is a JSON object of the contract."""

from __future__ import annotations

from typing import Any

from prefterm.domain.judgments import Role
from prefterm.services.access import Project
from prefterm.store import guidelines, listings, people, reveals, rounds

__all__ = ["gold_list", "people_list", "round_list"]


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
            "read_to_end": bool(r.options.get("read_to_end", False)),
            "opened": r.opened_at, "closed": r.closed_at,
        }
        for r, items in found
    ]  # fmt: skip


def gold_list(project: Project) -> list[dict[str, Any]]:
    """Every gold answer in its latest state. Admins only; what is still open to them in a round is revealed by it.

    `strength` and `tie` are null where the gold is a ranking or a rating; `retired` is the moment it was retired.
    """
    project.require(Role.ADMIN)
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        with project.database.read() as connection:
            page = listings.gold_page(connection, after)
        if not page:
            break
        after = page[-1].id
        found += [
            {
                "comparison": g.comparison, "strength": g.answer.payload.get("strength"), "tie": g.answer.payload.get("tie"),
                "reason": g.reason, "sections": list(g.sections), "source": g.source, "since": g.since,
                "retired": g.since if g.retired else None,
            }
            for g in page
        ]  # fmt: skip
    # Written before anything is shown: an answer that the lead gives on such an item afterwards does not count.
    project.database.transact(lambda c: reveals.note_looks(c, project.actor, (g["comparison"] for g in found), "gold"))
    return found
