"""The project's own settings: one JSON value by key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from prefterm.store import core

__all__ = ["put_setting", "setting"]


def setting(connection: Connection, key: str) -> Any:
    """The value of a setting; None where it was never set."""
    return connection.execute(select(core.setting.c.value).where(core.setting.c.key == key)).scalar()


def put_setting(connection: Connection, key: str, value: Any) -> None:
    """Set a value, replacing the one before."""
    connection.execute(delete(core.setting).where(core.setting.c.key == key))
    connection.execute(insert(core.setting), {"key": key, "value": value})
