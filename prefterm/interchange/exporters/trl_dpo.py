"""TRL DPOTrainer, conversational with an explicit prompt: `{"prompt": [msgs], "chosen": [msgs], "rejected": [msgs]}`.

OpenRLHF reads the same file; DPO has no column for strength.
"""

from __future__ import annotations

from typing import Any

from prefterm.interchange.exporters.building import conversational
from prefterm.interchange.exporters.protocol import ExportLabel

__all__ = ["TRLDPOExporter"]


class TRLDPOExporter:
    """Rows for TRL's DPOTrainer."""

    name = "trl-dpo"

    def rows(self, label: ExportLabel) -> list[dict[str, Any]]:
        """One row, or both orders of a tie."""
        return conversational(label)
