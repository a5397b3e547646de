"""n responses in an order of merit; responses on one rank are tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from prefterm.domain.preferences import OVERALL, Preference, TieKind, direction

__all__ = ["RankingFormat"]


class RankingFormat:
    """Payload: `{"ranking": [[best…], …, [worst…]]}`, every response exactly once."""

    name = "ranking"
    keys = frozenset({"ranking"})

    def parse(self, record: Mapping[str, Any], n_responses: int) -> dict[str, Any]:
        """The payload, indices within a rank sorted."""
        ranking = record["ranking"]
        if not isinstance(ranking, list) or not all(isinstance(rank, list) and rank for rank in ranking):
            raise ValueError("ranking must be a list of ranks, each a list of response indices, best first")
        flat = [index for rank in ranking for index in rank]
        if any(type(i) is not int for i in flat) or sorted(flat) != list(range(n_responses)):
            raise ValueError(f"ranking must name each of the responses 0..{n_responses - 1} exactly once")
        if record.get("tie") is not None:
            raise ValueError("a ranking shows its ties itself: leave `tie` out")
        return {"ranking": [sorted(rank) for rank in ranking]}

    def reduce(self, payload: Mapping[str, Any], n_responses: int) -> tuple[Preference, ...]:
        """n(n-1)/2 rows of magnitude 1."""
        place = {index: rank for rank, members in enumerate(payload["ranking"]) for index in members}
        rows = []
        for first, second in combinations(range(n_responses), 2):
            sign = direction(place[second] - place[first])
            rows.append(Preference(OVERALL, first, second, sign, None if sign else TieKind.EQUAL))
        return tuple(rows)

    def reorder(self, payload: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
        """Each index renamed."""
        if "ranking" not in payload:
            return dict(payload)
        return {**payload, "ranking": [sorted(order[i] for i in rank) for rank in payload["ranking"]]}
