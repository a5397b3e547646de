"""What no trainer may be given, whatever its format: missing or empty texts, equal texts, an answer inside the prompt.

TRL takes equal and empty texts without a word and learns nothing from them (loss ln 2 for ever).
"""

from __future__ import annotations

from prefterm.domain.preferences import TieKind
from prefterm.domain.prompts import Comparison, Response
from prefterm.interchange.exporters.protocol import ExportLabel

__all__ = ["unacceptable", "unfit"]


def unfit(comparison: Comparison) -> str | None:
    """Why a comparison of two responses cannot be exported, as the word it is counted under; None where it can."""
    if comparison.prompt is None or not comparison.servable:
        return "no_text"
    first, second = comparison.responses
    if first.as_messages() == second.as_messages():
        return "same_text"
    if _blank(first) or _blank(second) or all(not m.content.strip() for m in comparison.prompt):
        return "empty_text"
    if comparison.prompt[-1].role == "assistant":
        return "prompt_ends_in_assistant"
    return None


def _blank(response: Response) -> bool:
    """Whether an assistant says nothing in it, or nobody says anything."""
    messages = response.as_messages()
    return all(not m.content.strip() for m in messages) or any(m.role == "assistant" and not m.content.strip() for m in messages)


def unacceptable(label: ExportLabel) -> bool:
    """Whether a response that would stand as chosen is marked not acceptable; one without a mark passes.

    A tie of the kind `both_bad` says of both that neither should be chosen.
    """
    if label.tie == TieKind.BOTH_BAD:
        return True
    return bool(label.acceptable) and any(label.acceptable[index] is False for index in label.chosen)
