"""What every format must be able to do with an answer's payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from prefterm.domain.preferences import Preference

__all__ = ["Format"]


class Format(Protocol):
    """Validates, reduces and reorders the payload of an answer. Payloads are JSON values in canonical order."""

    @property
    def name(self) -> str:
        """The format's name in guidelines, records and the database."""

    @property
    def keys(self) -> frozenset[str]:
        """The keys of a native record that this format alone owns."""

    def parse(self, record: Mapping[str, Any], n_responses: int) -> dict[str, Any]:
        """The validated payload of a native record; `ValueError` with a sentence otherwise."""

    def reduce(self, payload: Mapping[str, Any], n_responses: int) -> tuple[Preference, ...]:
        """The payload's preferences in the dimension `overall` (and others where the format has them)."""

    def reorder(self, payload: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
        """The payload with position i renamed to `order[i]`."""
