"""What every section of an audit is: figures that are never there by default, and a reason in words where one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["Finding"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One section of `audit --json`: the fields are its keys. A rate is 0..1, an interval is 95 %."""

    undefined: Mapping[str, str] = field(default_factory=dict)
    """For each figure that is `None`: why, in words. Empty where all are there."""

    def to_json(self) -> dict[str, Any]:
        """The section as JSON values: numbers, `None`, strings, lists and objects of these."""
        # Not `asdict`: it walks every value, and took half the time of a large team's audit.
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: list(v) if isinstance(v, list) else dict(v) if isinstance(v, Mapping) else v for name, v in values.items()}
