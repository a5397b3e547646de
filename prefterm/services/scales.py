"""Which guidelines a gold answer is held to: whether it has a place on the scale of any, and which sections can be cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.guidelines.scale import scale_problem
from prefterm.domain.judgments import Answer
from prefterm.store import guidelines, rounds

__all__ = ["Scales", "read_scales"]


@dataclass(frozen=True)
class Scales:
    """The settings of the versions that people judge by: the newest of each guideline, and those of open rounds."""

    settings: Mapping[str, Mapping[str, Any]]
    """By `name@version`."""
    sections: frozenset[str]
    """Ids of the sections of every version ever published."""

    def problem(self, answer: Answer) -> str | None:
        """Why an answer lies outside of every scale, in words; None where it has a place on one, or nothing is published for its format."""
        mine = {label: s for label, s in self.settings.items() if s["format"] == answer.format}
        problems = {label: scale_problem(answer, settings) for label, settings in mine.items()}
        if not problems or None in problems.values():
            return None
        return "; ".join(f"{label}: {problem}" for label, problem in problems.items())

    def unknown_section(self, cited: Iterable[str]) -> str | None:
        """The first section cited that no published guideline has; None where all are known."""
        return next((section for section in cited if section not in self.sections), None)


def read_scales(connection: Connection) -> Scales:
    """The scales as they are now."""
    versions = guidelines.all_versions(connection)
    newest = {v.name: v.id for v in versions}
    pinned = {r.guideline_version_id for r in rounds.all_rounds(connection) if r.state == "open"}
    stored = guidelines.settings_by_id(connection)
    wanted = [v for v in versions if v.id in pinned or v.id == newest[v.name]]
    settings = {v.label: found for v in wanted if (found := stored[v.id]) is not None}
    return Scales(settings, frozenset(guidelines.section_ids(connection)))
