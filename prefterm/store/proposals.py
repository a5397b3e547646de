"""Proposed wordings for a guideline, with where they came from; decided once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from prefterm.domain.clock import now
from prefterm.store import core

__all__ = ["ProposalRow", "add_proposal", "count_open", "decide", "of_item", "proposals_of"]


@dataclass(frozen=True)
class ProposalRow:
    """A proposal as stored, with what it came from."""

    id: int
    uuid: str
    guideline_version_id: int
    section: str | None
    wording: str
    state: str
    created_at: str
    created_by: int
    decided_at: str | None
    session_item_id: int | None
    comparison_id: int | None
    """Of the session's item, or of the contested gold."""
    comparison: str | None
    """Its own id."""
    session: str | None
    """The session's name."""
    contest: str | None
    """The contest's uuid."""


def add_proposal(connection: Connection, values: Mapping[str, Any]) -> None:
    """Insert an open proposal (uuid, guideline_version_id, section, wording, session_item_id or contest_id, created_by)."""
    connection.execute(insert(core.proposal), {"state": "open", "created_at": now(), "decided_at": None, "decided_by": None, **values})


def _rows() -> Any:
    p, i, s, k, g = core.proposal.c, core.session_item.c, core.calibration_session.c, core.contest.c, core.gold.c
    talked, golden = core.comparison.alias("talked"), core.comparison.alias("golden")
    joined = (
        core.proposal.outerjoin(core.session_item, i.id == p.session_item_id)
        .outerjoin(core.calibration_session, s.id == i.session_id)
        .outerjoin(talked, talked.c.id == i.comparison_id)
        .outerjoin(core.contest, k.id == p.contest_id)
        .outerjoin(core.gold, g.id == k.gold_id)
        .outerjoin(golden, golden.c.id == g.comparison_id)
    )
    return select(
        p.id, p.uuid, p.guideline_version_id, p.section, p.wording, p.state, p.created_at, p.created_by, p.decided_at, p.session_item_id,
        func.coalesce(i.comparison_id, g.comparison_id).label("comparison_id"),
        func.coalesce(talked.c.key, golden.c.key).label("comparison"), s.name.label("session"), k.uuid.label("contest"),
    ).select_from(joined).order_by(p.created_at, p.id)  # fmt: skip


def proposals_of(connection: Connection, guideline_version_ids: list[int] | None = None) -> list[ProposalRow]:
    """Every proposal, oldest first; of some versions where given."""
    statement = _rows()
    if guideline_version_ids is not None:
        statement = statement.where(core.proposal.c.guideline_version_id.in_(guideline_version_ids))
    return [ProposalRow(*r) for r in connection.execute(statement).all()]


def of_item(connection: Connection, session_item_id: int) -> list[ProposalRow]:
    """The proposals that came from an item of a session, oldest first."""
    return [ProposalRow(*r) for r in connection.execute(_rows().where(core.proposal.c.session_item_id == session_item_id)).all()]


def count_open(connection: Connection) -> int:
    """How many proposals nobody has decided yet."""
    return int(connection.execute(select(func.count()).select_from(core.proposal).where(core.proposal.c.state == "open")).scalar_one())


def decide(connection: Connection, identity: int, state: str, decided_by: int) -> None:
    """Mark a proposal taken or declined."""
    p = core.proposal
    connection.execute(update(p).where(p.c.id == identity).values(state=state, decided_at=now(), decided_by=decided_by))
