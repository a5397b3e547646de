"""Native records: prefterm's own JSONL, passed through.

Layout: comparison, judgment or gold, as `prefterm.domain.records` defines them. `type` may be left out where the keys tell
it; it is set here. Names of people stand as given, and a comparison keeps the `source` it has. What the record says is not
checked here: a judgment can be parsed only by who knows its comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.domain.records import kind_of
from prefterm.interchange.importers.protocol import Translation

__all__ = ["NativeImporter"]


class NativeImporter:
    """Native records."""

    name = "native"
    source = "native"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """A known `type`, a list of responses, or a comparison by its id."""
        if "type" in record:
            return record["type"] in ("comparison", "judgment", "gold")
        return isinstance(record.get("responses"), list) or isinstance(record.get("comparison"), str)

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The record itself, with its type."""
        return Translation(({**record, "type": kind_of(record)},))
