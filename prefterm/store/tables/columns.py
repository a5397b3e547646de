"""What the tables are made of: the metadata with the names of constraints and indexes, and the columns that recur."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, MetaData, Text
from sqlmodel import Field, SQLModel

from prefterm.store.canonical_json import CanonicalJson

__all__ = ["METADATA", "json_value", "long_text", "one_of", "reference"]

METADATA: MetaData = SQLModel.metadata
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def json_value(nullable: bool = True) -> Any:
    """A JSON value, kept as its canonical text."""
    return Field(default=None, sa_column=Column(CanonicalJson, nullable=nullable))


def long_text() -> Any:
    """A text of any length, empty where nothing is said."""
    return Field(default="", sa_column=Column(Text, nullable=False))


def reference(target: str, nullable: bool = False, index: bool = True) -> Any:
    """A reference to `table.column`, indexed unless told otherwise."""
    return Field(default=None, sa_column=Column(ForeignKey(target), nullable=nullable, index=index))


def one_of(column: str, *values: str) -> CheckConstraint:
    """The constraint that a text column holds one of a few words."""
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
