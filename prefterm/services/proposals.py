"""Proposals for the guideline: made where an item was discussed, listed with where they come from, taken or declined once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.group_sessions import NAMELESS, numbers_of
from prefterm.domain.judgments import Role
from prefterm.services.access import Project
from prefterm.services.guidelines import load_row, split_label
from prefterm.services.session_looking import shown_item, spoken_text
from prefterm.store import guidelines, people, proposals, sessions
from prefterm.store.events import append_event
from prefterm.store.proposals import ProposalRow
from prefterm.store.sessions import SessionRow

__all__ = ["decide", "proposal_list", "propose"]

_SHORTEST_ID = 4


def propose(project: Project, session: SessionRow, item: str, section: str | None, wording: str, uuid: str) -> None:
    """Propose a wording for a section of the session's guideline (None: for none in particular), from an item shown to the actor.

    The same `uuid` again changes nothing. Raises `Refused` for an item that was not shown to them, an unknown section, an empty text.
    """
    said = spoken_text(wording)

    def work(connection: Connection) -> None:
        row = shown_item(connection, project, session, item)
        if any(p.uuid == uuid for p in proposals.of_item(connection, row.id)):
            return
        if section is not None and section not in guidelines.sections_of(connection, session.guideline_version_id):
            raise Refused(f"the guideline has no section {section!r}")
        values = {
            "uuid": uuid, "guideline_version_id": session.guideline_version_id, "section": section, "wording": said,
            "session_item_id": row.id, "contest_id": None, "created_by": project.actor.id,
        }  # fmt: skip
        proposals.add_proposal(connection, values)
        append_event(connection, "proposal.made", {"proposal": uuid, "item": row.uuid, "section": section}, project.actor.key)

    project.database.transact(work)


def proposal_list(project: Project, guideline: str | None = None) -> tuple[list[dict[str, Any]], int]:
    """(proposals, how many are withheld), oldest first; of the versions that `guideline` (name or name@version) names.

    Withheld are those that come from an item of a session whose answers were not shown to the actor: what was said of it would
    tell them. Names before admins; else `annotator N`.
    """
    with project.database.read() as connection:
        versions = {v.id: v for v in guidelines.all_versions(connection)}
        wanted = None
        if guideline is not None:
            name, version = split_label(guideline)
            load_row(connection, guideline)
            wanted = [v.id for v in versions.values() if v.name == name and version in (None, v.version)]
        rows = proposals.proposals_of(connection, wanted)
        told = sessions.shown_at(connection, (r.comparison_id for r in rows if r.session and r.comparison_id), project.actor.id)
        seen = [r for r in rows if _may_read(project, r, told)]
        names = _names(connection, project, seen)
    document = [
        {
            "id": r.uuid, "guideline": versions[r.guideline_version_id].label, "section": r.section, "wording": r.wording,
            "state": r.state, "by": names[r.uuid], "created": r.created_at, "decided": r.decided_at, "session": r.session,
            "comparison": r.comparison, "contest": r.contest,
        }
        for r in seen
    ]  # fmt: skip
    return document, len(rows) - len(seen)


def _may_read(project: Project, row: ProposalRow, told: dict[tuple[int, int], str]) -> bool:
    if row.created_by == project.actor.id:
        return True
    if row.session is None:
        # From contested gold: that is the admins' to review.
        return project.actor.role is Role.ADMIN
    return (row.comparison_id, project.actor.id) in told


def _names(connection: Connection, project: Project, rows: list[ProposalRow]) -> dict[str, str]:
    everybody = {p.id: p for p in people.all_people(connection)}
    if project.actor.role is Role.ADMIN:
        return {r.uuid: everybody[r.created_by].name for r in rows}
    found = {}
    for r in rows:
        numbers = numbers_of(r.uuid, (p.uuid for p in everybody.values()))
        found[r.uuid] = "you" if r.created_by == project.actor.id else NAMELESS.format(number=numbers[everybody[r.created_by].uuid])
    return found


def decide(project: Project, identity: str, *, take: bool) -> dict[str, Any]:
    """Mark a proposal (by its uuid, or the beginning of it) taken or declined; {"id", "state"}. Admins only.

    The guideline is changed by publishing its next version, not by this. Raises `Refused` for an unknown or ambiguous id, and for
    a proposal that is decided.
    """
    project.require(Role.ADMIN)

    def work(connection: Connection) -> dict[str, Any]:
        found = [p for p in proposals.proposals_of(connection) if len(identity) >= _SHORTEST_ID and p.uuid.startswith(identity)]
        if len(found) != 1:
            raise Refused(
                f"{'several proposals begin' if found else 'no proposal begins'} with {identity!r}: `prefterm proposals` lists them"
            )
        if found[0].state != "open":
            raise Refused(f"this proposal is {found[0].state} already")
        state = "taken" if take else "declined"
        proposals.decide(connection, found[0].id, state, project.actor.id)
        append_event(connection, "proposal.decided", {"proposal": found[0].uuid, "state": state}, project.actor.key)
        return {"id": found[0].uuid, "state": state}

    return project.database.transact(work)
