"""Published guideline versions: frozen text, sections and example prompts, and who has read which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from prefterm.domain.clock import now
from prefterm.domain.guidelines import Guideline
from prefterm.store import core
from prefterm.store.bulk import insert_rows, next_id

__all__ = ["GuidelineRow", "add_version", "all_versions", "find", "mark_seen", "section_ids", "settings_by_id", "text_of"]


@dataclass(frozen=True)
class GuidelineRow:
    """A published version, without its text."""

    id: int
    uuid: str
    name: str
    version: int
    title: str
    sha256: str
    note: str
    editorial: bool
    requalify: bool
    published_at: str

    @property
    def label(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"


_COLUMNS = [core.guideline_version.c[f.name] for f in fields(GuidelineRow)]


def all_versions(connection: Connection) -> list[GuidelineRow]:
    """Every version, by name and number."""
    g = core.guideline_version.c
    return [GuidelineRow(*r) for r in connection.execute(select(*_COLUMNS).order_by(g.name, g.version)).all()]


def find(connection: Connection, name: str, version: int | None) -> GuidelineRow | None:
    """A version of a guideline; the newest where no number is given."""
    g = core.guideline_version.c
    statement = select(*_COLUMNS).where(g.name == name)
    if version is not None:
        statement = statement.where(g.version == version)
    row = connection.execute(statement.order_by(g.version.desc()).limit(1)).first()
    return GuidelineRow(*row) if row else None


def settings_by_id(connection: Connection) -> dict[int, Mapping[str, Any] | None]:
    """The settings that govern answers, by version: margins, ties, dimensions and so on; None where a version keeps none."""
    g = core.guideline_version.c
    return {r.id: r.settings for r in connection.execute(select(g.id, g.settings)).all()}


def text_of(connection: Connection, identity: int) -> str:
    """The frozen text of a version."""
    return str(connection.execute(select(core.guideline_version.c.text).where(core.guideline_version.c.id == identity)).scalar_one())


def add_version(connection: Connection, guideline: Guideline, values: Mapping[str, Any], example_prompts: Mapping[str, int]) -> int:
    """Freeze a version: text, settings, sections, and the prompts of its examples (example id → prompt id)."""
    identity = next_id(connection, core.guideline_version)
    row = {
        "id": identity, "name": guideline.name, "version": guideline.version, "title": guideline.title, "sha256": guideline.sha256,
        "text": guideline.text, "published_at": now(), **values,
    }  # fmt: skip
    connection.execute(insert(core.guideline_version), row)
    insert_rows(connection, core.guideline_section, section_rows(identity, guideline))
    examples = [
        {"guideline_version_id": identity, "id": e.id, "position": position, "prompt_id": example_prompts[e.id]}
        for position, e in enumerate(guideline.examples)
    ]
    insert_rows(connection, core.worked_example, examples)
    return identity


def section_rows(identity: int, guideline: Guideline) -> list[dict[str, Any]]:
    """The section rows that follow from a guideline's text."""
    return [
        {
            "guideline_version_id": identity, "id": s.id, "position": s.position, "title": s.title, "sha256": s.sha256,
            "applies_to": list(s.applies_to),
        }
        for s in guideline.sections
    ]  # fmt: skip


def section_ids(connection: Connection) -> set[str]:
    """Ids of the sections of every version."""
    return set(connection.execute(select(core.guideline_section.c.id).distinct()).scalars())


def sections_of(connection: Connection, identity: int) -> list[str]:
    """Ids of a version's sections, in their order."""
    s = core.guideline_section.c
    return list(connection.execute(select(s.id).where(s.guideline_version_id == identity).order_by(s.position)).scalars())


def judgment_counts(connection: Connection, annotator_id: int | None) -> dict[int, int]:
    """How many judgment revisions carry each version: all, or one person's."""
    j = core.judgment.c
    statement = select(j.guideline_version_id, func.count()).where(j.guideline_version_id.is_not(None)).group_by(j.guideline_version_id)
    if annotator_id is not None:
        statement = statement.where(j.annotator_id == annotator_id)
    return {r[0]: r[1] for r in connection.execute(statement).all()}


def mark_seen(connection: Connection, annotator_id: int, identity: int) -> None:
    """Record that a person read a version now."""
    s = core.guideline_seen
    connection.execute(delete(s).where(s.c.annotator_id == annotator_id, s.c.guideline_version_id == identity))
    connection.execute(insert(s), {"annotator_id": annotator_id, "guideline_version_id": identity, "at": now()})


def seen_ids(connection: Connection, annotator_id: int) -> set[int]:
    """The versions a person has read."""
    s = core.guideline_seen.c
    return set(connection.execute(select(s.guideline_version_id).where(s.annotator_id == annotator_id)).scalars())
