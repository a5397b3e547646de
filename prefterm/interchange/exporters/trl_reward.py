"""TRL RewardTrainer: like `trl-dpo`, with `margin`, the absolute strength (slightly 1, clearly 2, much 3; a mean for a majority).

The margin is a float in every row: one null among numbers makes TRL fail.
"""

from __future__ import annotations

from typing import Any

from prefterm.interchange.exporters.building import conversational
from prefterm.interchange.exporters.protocol import ExportLabel

__all__ = ["TRLRewardExporter"]


class TRLRewardExporter:
    """Rows for TRL's RewardTrainer."""

    name = "trl-reward"

    def rows(self, label: ExportLabel) -> list[dict[str, Any]]:
        """One row, or both orders of a tie with margin 0.0."""
        margin = float(label.margin) if label.direction else 0.0
        return [{**row, "margin": margin} for row in conversational(label)]
