"""Each response scored by itself, by dimension; preferences follow from differences of scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from prefterm.domain.preferences import MAX_STRENGTH, OVERALL, Preference, TieKind

__all__ = ["RatingFormat"]


class RatingFormat:
    """Payload: `{"scores": {dimension: [one number per response]}}`; `overall` is their mean where it is not given."""

    name = "rating"
    keys = frozenset({"scores"})

    def parse(self, record: Mapping[str, Any], n_responses: int) -> dict[str, Any]:
        """The payload."""
        scores = record["scores"]
        if not isinstance(scores, dict) or not scores:
            raise ValueError("scores must map a dimension to one number per response")
        for key, row in scores.items():
            if not isinstance(row, list) or len(row) != n_responses:
                raise ValueError(f"scores of {key!r} must be a list of {n_responses} numbers")
            if any(isinstance(v, bool) or not isinstance(v, (int, float)) or not math.isfinite(v) for v in row):
                raise ValueError(f"scores of {key!r} must be numbers")
        if record.get("tie") is not None:
            raise ValueError("scores show their ties themselves: leave `tie` out")
        return {"scores": {key: list(scores[key]) for key in sorted(scores)}}

    def reduce(self, payload: Mapping[str, Any], n_responses: int) -> tuple[Preference, ...]:
        """Sign and size (rounded up, capped at 3) of the difference, for each pair and dimension, overall first."""
        scores: dict[str, Sequence[float]] = dict(payload["scores"])
        overall = scores.pop(OVERALL, None)
        if overall is None:
            overall = [math.fsum(column) / len(scores) for column in zip(*scores.values(), strict=True)]
        rows = []
        for key, row in {OVERALL: overall, **scores}.items():
            for first, second in combinations(range(n_responses), 2):
                gap = row[first] - row[second]
                size = min(MAX_STRENGTH, math.ceil(abs(gap)))
                strength = size if gap > 0 else -size
                rows.append(Preference(key, first, second, strength, None if strength else TieKind.EQUAL))
        return tuple(rows)

    def reorder(self, payload: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
        """Each row of scores permuted."""
        if "scores" not in payload:
            return dict(payload)
        moved = {}
        for key, row in payload["scores"].items():
            new = [0.0] * len(row)
            for position, value in enumerate(row):
                new[order[position]] = value
            moved[key] = new
        return {**payload, "scores": moved}
