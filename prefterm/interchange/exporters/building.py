"""The part that conversational layouts share: prompt, chosen and rejected as lists of messages, always."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefterm.domain.prompts import Message
from prefterm.interchange.exporters.protocol import ExportLabel

__all__ = ["conversational"]


def conversational(label: ExportLabel) -> list[dict[str, Any]]:
    """One row for each response that stands as chosen. Raises `ValueError` for what no trainer may be given."""
    comparison = label.comparison
    if comparison.prompt is None or len(comparison.responses) != 2:
        raise ValueError(f"comparison {comparison.id!r} has no prompt, or not two responses")
    rows = []
    for chosen in label.chosen:
        better, worse = (_messages(comparison.responses[i].as_messages()) for i in (chosen, 1 - chosen))
        if not better or not worse or better == worse:
            raise ValueError(f"comparison {comparison.id!r} has no two different texts")
        rows.append({"prompt": _messages(comparison.prompt), "chosen": better, "rejected": worse})
    return rows


def _messages(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [m.as_json() for m in messages]
