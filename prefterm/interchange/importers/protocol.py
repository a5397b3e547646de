"""What an importer is: a layout that is recognised by content and translated into native records. [plug-in point]"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Importer", "Translation"]


@dataclass(frozen=True)
class Translation:
    """What one foreign record says, in native records."""

    records: tuple[Mapping[str, Any], ...]
    """Native records, each with its `type`; the comparison stands before what is said about it."""
    warnings: tuple[str, ...] = ()
    """Sentences on what was taken in spite of a wart."""


class Importer(Protocol):
    """One layout. Stateless: a record is translated by itself, whatever stood before it."""

    @property
    def name(self) -> str:
        """The name in `--format`."""
        ...

    @property
    def source(self) -> str:
        """The prefix of ids and people, and the `source` of comparisons; `native` for native records."""
        ...

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """Whether the record has this layout, told by its keys and their types. Never raises."""
        ...

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The record in native records that the domain's parsers accept; `ValueError` with a sentence where it cannot be."""
        ...
