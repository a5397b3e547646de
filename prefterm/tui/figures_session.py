"""What the agreement and audit screens ask of the services, told part by part. Runs in the bridge's reading threads; knows no widget.

It has a project of its own, with a connection for each page that is read, so that no answer waits for a figure. Services are
imported here when they are needed, so that the first frame does not wait for them.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

from prefterm.tui.figure_scope import FigureScope
from prefterm.tui.messages import AuditReady, FigureReady, FiguresReady, ItemReady, LookedBy, OpenItemsCounted, PartedReady

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from prefterm.services.access import Project
    from prefterm.services.agreement import AgreementOptions
    from prefterm.services.parted import Place
    from prefterm.tui.bridge import Look

__all__ = ["FiguresSession"]


class FiguresSession:
    """One person who looks at figures of one database."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._project: Project | None = None
        self._opening = Lock()

    def _open(self, look: Look) -> Project:
        """The project, opened at the first use; a failure of that is told as one of opening."""
        during, look.during = look.during, "open"
        with self._opening:
            if self._project is None:
                from prefterm.services.access import open_project

                self._project = open_project(self.path, self.name)
        look.during = during
        return self._project

    def open_items(self, look: Look, scope: FigureScope) -> None:
        """Tell how many items a look would reveal."""
        from prefterm.services.agreement import open_items

        project = self._open(look)
        look.tell(OpenItemsCounted(look, open_items(project, _options(scope), look.progress)))

    def agreement(self, look: Look, scope: FigureScope) -> None:
        """Tell the parts of the document as they are ready."""
        from prefterm.services.agreement import agreement_parts

        project = self._open(look)
        look.tell(LookedBy(look, str(project.actor.role)))
        parts = cast("Generator[tuple[str, Any], None, None]", agreement_parts(project, _options(scope), look.progress))
        with closing(parts):
            for key, value in parts:
                look.tell(FigureReady(look, key, value))
        look.tell(FiguresReady(look))

    def audit(self, look: Look, round_name: str | None, annotator: str | None) -> None:
        """Tell the audits of a round (None: of all), or that of one person."""
        from prefterm.services.auditing import audit

        look.tell(AuditReady(look, audit(self._open(look), round_name, annotator, progress=look.progress)))

    def parted(
        self, look: Look, scope: FigureScope, people: tuple[str, str], cell: tuple[int, int] | None, after: Place | None, limit: int
    ) -> None:
        """Tell a page of the items on which two people part, or of one cell of their table."""
        from prefterm.services.parted import parted

        rows = parted(self._open(look), _options(scope), *people, cell=cell, after=after, limit=limit, progress=look.progress)
        look.tell(PartedReady(look, rows, len(rows) == limit))

    def item(self, look: Look, comparison: str) -> None:
        """Tell the texts of an item."""
        from prefterm.services.parted import parted_item

        look.tell(ItemReady(look, parted_item(self._open(look), comparison)))

    def close(self) -> None:
        """Let go of the file."""
        if self._project is not None:
            self._project.database.close()


def _options(scope: FigureScope) -> AgreementOptions:
    from prefterm.services.agreement import AgreementOptions

    return AgreementOptions(
        round=scope.round,
        dimension=scope.dimension,
        tag=scope.tag,
        guideline=scope.guideline,
        annotators=scope.annotators,
        kind=scope.kind,
        since=scope.since,
        count_all=scope.count_all,
        blind=bool(scope.blind),
    )
