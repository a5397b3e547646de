"""The schema's version: made, checked and raised. Alembic is loaded only where there is something to migrate."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError

from prefterm.domain.errors import DatabaseUnfit
from prefterm.store.engine import Database, copy_database

__all__ = ["HEAD", "create_schema", "ensure_current", "schema_version"]

HEAD = "0003"
"""The revision this program needs; a test compares it with the migration scripts."""


def schema_version(database: Database) -> str | None:
    """The revision a file stands at; None for a file without a schema."""
    try:
        with database.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()  # type: ignore[no-any-return]
    except DatabaseError as error:
        raise DatabaseUnfit(f"{database.path}: cannot be read ({error.orig}): `prefterm doctor` tells what is damaged") from None


def create_schema(database: Database) -> None:
    """Make the schema in an empty file, by the same migrations that raise an older one."""
    _upgrade(database, new=schema_version(database) is None)
    database.apply_journal()


def ensure_current(database: Database) -> None:
    """Raise an older schema after a verified backup beside the file; refuse a newer one (nothing is written)."""
    found = schema_version(database)
    if found == HEAD:
        database.apply_journal()
        return
    if found is None:
        raise DatabaseUnfit(f"{database.path}: has no schema; `prefterm init` makes a database")
    if found > HEAD:
        raise DatabaseUnfit(f"{database.path}: has schema {found}, this program knows up to {HEAD}: upgrade prefterm. Nothing was written")
    keep = database.path.with_name(f"{database.path.name}.schema-{found}.backup")
    part = keep.with_name(keep.name + ".part")
    part.unlink(missing_ok=True)
    copy_database(database.path, part)
    os.replace(part, keep)
    _upgrade(database)
    database.apply_journal()


def _upgrade(database: Database, *, new: bool = False) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = database.migration_engine()
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            config.attributes["database"] = database
            config.attributes["new"] = new
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def check_references(connection: Connection) -> None:
    """Fail a migration that leaves a dangling reference; called inside its transaction."""
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if rows:
        raise DatabaseUnfit(f"the migration would leave {len(rows)} dangling references, first in {rows[0][0]}; nothing was changed")
