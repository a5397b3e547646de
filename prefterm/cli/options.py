"""The global options, and how to open the database they name. Knows no typer: the way into the app does without it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from prefterm.services.location import database_path, login_name

if TYPE_CHECKING:
    from prefterm.services.access import Project
    from prefterm.tui.figure_scope import FigureScope

__all__ = ["Globals", "Start"]

Start = Literal["home", "label", "session", "agreement", "audit", "calibrate"]
"""The screen that the app opens with."""


@dataclass(frozen=True)
class Globals:
    """The options that stand before the command."""

    database: str | None = None
    name: str | None = None
    low_bandwidth: bool = False

    @property
    def path(self) -> Path:
        """The database that is meant."""
        return database_path(self.database)

    @property
    def person(self) -> str:
        """The annotator who acts."""
        return login_name(self.name)

    def open(self) -> Project:
        """Open the database as the person who acts."""
        from prefterm.services.access import open_project

        return open_project(self.path, self.person)

    def require_admin(self) -> None:
        """Where the database knows anybody, refuse who is no admin of it; an empty one has nobody to ask."""
        from prefterm.domain.judgments import Role
        from prefterm.services.access import is_peopled

        if is_peopled(self.path):
            self.open().require(Role.ADMIN)

    def run_app(self, start: Start, round_name: str | None = None, path: Path | None = None, *, scope: FigureScope | None = None) -> int:
        """Run the app; its exit code. `scope`: what figures are to be shown of, where the screen shows figures."""
        from prefterm.cli.terminal import launch

        return launch(path or self.path, self.person, start, round_name, self.low_bandwidth, scope)
