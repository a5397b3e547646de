"""Which database and which person a command means: flag, environment, default. Imports nothing heavy, for the launcher needs it."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from prefterm.domain.errors import DatabaseUnfit, NotAllowed

__all__ = ["database_path", "demo_database", "demo_folder", "login_name"]


def database_path(given: str | None) -> Path:
    """The file that `--db`, else `PREFTERM_DB`, else the default names; a `sqlite:///` URL is taken too."""
    text = given or os.environ.get("PREFTERM_DB") or "prefterm.db"
    if text.startswith("sqlite:///"):
        text = text.removeprefix("sqlite:///")
    elif "://" in text:
        raise DatabaseUnfit(f"{text.split('://')[0]} databases are not supported yet: give a path, or sqlite:///PATH")
    return Path(text).expanduser()


def login_name(given: str | None) -> str:
    """The annotator that `--as`, else `PREFTERM_ANNOTATOR`, else the login names."""
    name = given or os.environ.get("PREFTERM_ANNOTATOR")
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise NotAllowed("the system knows no login name for you: name yourself with `--as NAME` or PREFTERM_ANNOTATOR") from None


def demo_folder() -> Path:
    """Where the example project lives: `PREFTERM_DEMO_DIR`, else `demo` in the user's data directory."""
    given = os.environ.get("PREFTERM_DEMO_DIR")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("prefterm") / "demo"


def demo_database(folder: Path) -> Path:
    """The database of the example project in a folder."""
    return folder / "demo.db"
