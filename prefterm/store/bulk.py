"""Writing many rows at once, and reading by many keys: Core executemany and bounded IN lists.

Here and in its neighbours, the statements of an advance are made once (`functools.cache`) and run with parameters: building
one and working out its key in SQLAlchemy's cache takes four times as long as running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Insert, Select, Table, func, insert, null, select

__all__ = ["chunks", "insert_into", "insert_rows", "next_id", "rows_among", "rows_where_in", "unindexed"]

_T = TypeVar("_T")
CHUNK = 500
"""Rows a statement: below every engine's limit on bound values."""


def chunks(items: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def unindexed(column: Column[Any]) -> Any:
    """The column as a condition that no index is taken for.

    Pages by ascending id are to walk the table from the last id on. Left to itself the engine takes the index of a round or a state,
    and sorts all of its rows again for every page: time grows with the square of the file.
    """
    return func.coalesce(column, null())


def next_id(connection: Connection, table: Table) -> int:
    """The first free numeric id; safe only inside a write transaction, which is alone on the file."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


@cache
def insert_into(table: Table) -> Insert:
    """The insert of a table, whose columns are those of the row that it is run with."""
    return insert(table)


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows by one executemany; nothing for no rows."""
    if rows:
        connection.execute(insert_into(table), rows)


def rows_where_in(connection: Connection, statement: Select[Any], column: Column[Any], values: Iterable[Any]) -> list[Any]:
    """All rows of `statement` whose `column` is among `values`, read in chunks."""
    found: list[Any] = []
    for part in chunks(dict.fromkeys(values)):
        found += connection.execute(statement.where(column.in_(part))).all()
    return found


def rows_among(connection: Connection, statement: Select[Any], values: Iterable[Any]) -> list[Any]:
    """As `rows_where_in`, of a statement made once: its expanding parameter `among` gets the values."""
    found: list[Any] = []
    for part in chunks(dict.fromkeys(values)):
        found += connection.execute(statement, {"among": part}).all()
    return found
