"""The tables as queries know them are those that the schema declares."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, String
from sqlmodel import AutoString

from prefterm.store import core
from prefterm.store.tables import METADATA


def described(column: Column[Any]) -> tuple[object, ...]:
    """All of a column that a query or an insert depends on."""
    kind = String if isinstance(column.type, AutoString) else type(column.type)
    preset = None if column.default is None else column.default.arg  # type: ignore[attr-defined]
    return (column.name, column.key, kind, column.nullable, column.primary_key, type(preset), preset, column.server_default)


def test_every_table_is_known_by_its_name() -> None:
    assert sorted(core.__all__) == sorted(METADATA.tables)
    assert [getattr(core, name).name for name in core.__all__] == core.__all__


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_a_table_has_the_declared_columns(name: str) -> None:
    known, declared = getattr(core, name), METADATA.tables[name]
    assert [described(c) for c in known.columns] == [described(c) for c in declared.columns]
    counted = [None if t.autoincrement_column is None else t.autoincrement_column.name for t in (known, declared)]
    assert counted[0] == counted[1]
