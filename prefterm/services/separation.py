"""What may not share a prompt, near-duplicates included: gold, worked examples, items of sessions, the hold-out.

Says why something is refused, in words that name the prompt that it collides with; the rule is looked at from every side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from prefterm.store import prompts
from prefterm.store.prompts import Place, Use

__all__ = ["Place", "why_no_example", "why_no_gold", "why_no_session_item"]

_KEPT_FROM = {
    "gold": ("example", "session"),
    "example": ("gold", "session", "pilot"),
    "session item": ("gold", "example"),
}
"""What is wanted → the uses that stand against it. What a pilot's session settles becomes gold: its items keep from examples alone."""


def why_no_gold(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, str]:
    """Why comparisons cannot become gold, by numeric id; no entry for those that can, as far as their prompt goes."""
    return _conflicts(connection, prompts.places_of(connection, comparison_ids), "gold")


def why_no_example(connection: Connection, prompt_ids: Iterable[int]) -> dict[int, str]:
    """Why prompts cannot be those of worked examples, by prompt id; no entry for those that can."""
    return _conflicts(connection, prompts.places_by_prompt(connection, prompt_ids), "example")


def why_no_session_item(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, str]:
    """Why comparisons cannot be items of a session, by numeric id; no entry for those that can, as far as their prompt goes."""
    return _conflicts(connection, prompts.places_of(connection, comparison_ids), "session item")


def _conflicts(connection: Connection, places: Mapping[int, Place], wanted: str) -> dict[int, str]:
    uses = prompts.uses_of_clusters(connection, (place.cluster for place in places.values()))
    found = {}
    for identity, place in places.items():
        why = _sealed(place) or _taken(place, uses.get(place.cluster, ()), _KEPT_FROM[wanted])
        if why is not None:
            found[identity] = why
    return found


def _sealed(place: Place) -> str | None:
    if place.side == "eval":
        return "its prompt, or a near-duplicate, is sealed in the hold-out"
    return "its prompt is near to both sides of the hold-out, and quarantined" if place.quarantined else None


def _taken(place: Place, uses: Iterable[Use], against: Collection[str]) -> str | None:
    standing = [use for use in uses if use.kind in against]
    if not standing:
        return None
    # An equal one says more than one that is merely near.
    use = min(standing, key=lambda use: (use.prompt_id != place.prompt_id, use.normal_sha256 != place.normal_sha256))
    if use.prompt_id == place.prompt_id:
        return f"its prompt is that of {use.what}"
    likeness = "equal to" if use.normal_sha256 == place.normal_sha256 else "a near-duplicate of"
    return f"its prompt is {likeness} that of {use.what}"
