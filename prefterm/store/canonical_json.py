"""The column type of JSON values. Apart from the tables, so that queries need not load what declares the schema."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from prefterm.domain import strict_json

__all__ = ["CanonicalJson"]


class CanonicalJson(TypeDecorator[Any]):
    """A JSON value kept as its canonical text, so that equal values are equal bytes on every engine."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Value to text."""
        return None if value is None else strict_json.canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Text to value."""
        return None if value is None else json.loads(value)
