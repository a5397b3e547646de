"""Two responses, one signed strength; a tie has a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefterm.domain.preferences import MAX_STRENGTH, OVERALL, Preference, TieKind

__all__ = ["PairwiseFormat"]

_CHOICES = {"first": 1, "second": -1, "tie": 0}


class PairwiseFormat:
    """Payload: `{"strength": -3..3}`, with `"tie": kind` exactly where the strength is 0."""

    name = "pairwise"
    keys = frozenset({"strength", "choice"})

    def parse(self, record: Mapping[str, Any], n_responses: int) -> dict[str, Any]:
        """The payload; a `choice` has magnitude 1, a tie without a kind is `equal`."""
        if n_responses != 2:
            raise ValueError(f"a strength or choice judges 2 responses, this comparison has {n_responses}: give a ranking")
        if "strength" in record and "choice" in record:
            raise ValueError("give strength or choice, not both")
        if "choice" in record:
            if not isinstance(record["choice"], str) or record["choice"] not in _CHOICES:
                raise ValueError(f"choice must be first, second or tie, not {record['choice']!r}")
            strength = _CHOICES[record["choice"]]
        else:
            strength = record["strength"]
            if type(strength) is not int or abs(strength) > MAX_STRENGTH:
                raise ValueError(f"strength must be a whole number from -3 to 3, not {strength!r}")
        tie = record.get("tie")
        if tie is not None and tie not in list(TieKind):
            raise ValueError(f"tie must be one of {', '.join(TieKind)}, not {tie!r}")
        if tie is not None and strength != 0:
            raise ValueError(f"tie {tie!r} does not go with strength {strength}")
        return {"strength": 0, "tie": str(tie or TieKind.EQUAL)} if strength == 0 else {"strength": strength}

    def reduce(self, payload: Mapping[str, Any], n_responses: int) -> tuple[Preference, ...]:
        """One row."""
        tie = TieKind(payload["tie"]) if payload["strength"] == 0 else None
        return (Preference(OVERALL, 0, 1, payload["strength"], tie),)

    def reorder(self, payload: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
        """The sign turns where the two change places."""
        if "strength" in payload and tuple(order) == (1, 0):
            return {**payload, "strength": -payload["strength"]}
        return dict(payload)
