"""Which comparisons a session is on: named by hand, drawn by tag, or the most disputed. Says why one is none of them.

The lead who opens a session on disputed items learns which they are, and nobody's answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.group_sessions import most_disputed
from prefterm.domain.queueing import shuffle_position
from prefterm.services.access import Project
from prefterm.services.separation import why_no_session_item
from prefterm.store import prompts, rounds, sessions
from prefterm.store import session_material as material
from prefterm.store.session_material import Fit

__all__ = ["DEFAULT_ITEMS", "Chosen", "checked", "choose"]

DEFAULT_ITEMS = 12
"""Items of a session that names no number."""
_WORDS = {
    "gold": "has a gold answer, or its prompt is nearly that of one: a gold that was discussed would check nobody",
    "worked_example": "its prompt, or a near-duplicate, is a worked example of a guideline",
    "hold-out": "its prompt, or a near-duplicate, is sealed in the hold-out",
    "quarantined": "its prompt is near to both sides of the hold-out and is never served",
    "hidden": "it was hidden, for privacy",
    "no_text": "its texts are not known",
    "more_than_two_responses": "it has more than two responses, and sessions are pairwise",
}
"""Why a comparison cannot be discussed, by reason."""


@dataclass
class Chosen:
    """What was chosen, in the order in which it is voted on."""

    items: list[Fit] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Comparisons that were meant too but cannot be discussed, by reason."""


def choose(
    project: Project, name: str, *, items: Sequence[str] = (), tag: str | None = None, disputed: str | None = None, n: int | None = None
) -> Chosen:
    """Candidates for the session `name`: `items` by their own ids, or `n` drawn by `tag`, or the `n` most disputed of the round `disputed`.

    Reads page by page and writes nothing. Named ids are refused with every reason (`Refused`); of the others, what cannot be
    discussed is left out and counted.
    """
    if items:
        with project.database.read() as connection:
            return Chosen(_named(connection, items))
    wanted = DEFAULT_ITEMS if n is None else n
    if wanted < 1:
        raise Refused("--n must be at least 1")
    if tag is not None:
        found = [f for f in _all_fits(project) if tag in f.tags]
        if not found:
            raise Refused(f"no comparison has the tag {tag!r}")
        return _first_fit(project, sorted(found, key=lambda f: shuffle_position(name, f.uuid)), wanted)
    if disputed is None:
        raise Refused("say on which items: --items ID…, --tag T or --disputed")
    return _first_fit(project, _disputed(project, disputed, name), wanted)


def checked(connection: Connection, items: Sequence[Fit]) -> list[Fit]:
    """The items as they are now, inside the transaction that opens the session. Raises `Refused` where one no longer fits."""
    now = material.fits_by_id(connection, (f.id for f in items))
    fresh = [now[f.id] for f in items]
    _refuse(fresh, _reasons(connection, fresh))
    return fresh


def _named(connection: Connection, keys: Sequence[str]) -> list[Fit]:
    found = material.fits_by_key(connection, keys)
    unknown = [k for k in dict.fromkeys(keys) if k not in found]
    if unknown:
        raise Refused(f"no comparison {unknown[0]!r}" + (f" (nor {len(unknown) - 1} more of these)" if len(unknown) > 1 else ""))
    fits = [found[k] for k in dict.fromkeys(keys)]
    reasons = _reasons(connection, fits)
    # Asked for by name, it is told with what its prompt collides.
    reasons |= {i: why for i, why in why_no_session_item(connection, reasons).items() if reasons[i] in ("gold", "worked_example")}
    _refuse(fits, reasons)
    return fits


def _refuse(fits: Iterable[Fit], reasons: dict[int, str]) -> None:
    if reasons:
        raise Refused("; ".join(f"{f.key}: {_WORDS.get(reasons[f.id], reasons[f.id])}" for f in fits if f.id in reasons))


def _reasons(connection: Connection, fits: Sequence[Fit]) -> dict[int, str]:
    """Why comparisons cannot be discussed, by id: a key of `_WORDS`, or a sentence; those that can be are left out."""
    uses, gold = prompts.clusters_by_use(connection), rounds.with_gold(connection)
    elsewhere = sessions.other_sessions_of(connection, (f.id for f in fits))
    found = {}
    for f in fits:
        why = _own_reason(f) or (
            "gold" if f.id in gold or f.cluster in uses["gold"] else "worked_example" if f.cluster in uses["example"] else None
        )
        if why is None and f.id in elsewhere:
            why = f"session {elsewhere[f.id]} holds or has discussed it"
        if why is not None:
            found[f.id] = why
    return found


def _own_reason(f: Fit) -> str | None:
    if not f.servable:
        return "no_text"
    if f.n_responses != 2:
        return "more_than_two_responses"
    if f.hidden:
        return "hidden"
    if f.quarantined:
        return "quarantined"
    return "hold-out" if f.side == "eval" else None


def _first_fit(project: Project, fits: Sequence[Fit], wanted: int) -> Chosen:
    """The first `wanted` that can be discussed; what stands before the last of them and cannot be is counted."""
    with project.database.read() as connection:
        reasons = _reasons(connection, fits)
    chosen = Chosen()
    for f in fits:
        if len(chosen.items) == wanted:
            break
        if f.id in reasons:
            chosen.left_out[reasons[f.id] if reasons[f.id] in _WORDS else "another_session"] += 1
        else:
            chosen.items.append(f)
    if not chosen.items:
        raise Refused("no item is left to discuss: " + _counted(chosen.left_out))
    return chosen


def _counted(left_out: Counter[str]) -> str:
    return ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in sorted(left_out.items())) or "no answers differ"


def _all_fits(project: Project) -> Iterator[Fit]:
    yield from _pages(project, material.fits_page)


def _pages(project: Project, read: Callable[[Connection, int], list[Fit]]) -> Iterator[Fit]:
    after = 0
    while True:
        with project.database.read() as connection:
            page = read(connection, after)
        yield from page
        if len(page) < material.PAGE:
            return
        after = page[-1].id


def _disputed(project: Project, round_name: str, seed: str) -> list[Fit]:
    """The comparisons of a round on which its effective work answers differ, the most disputed first."""
    with project.database.read() as connection:
        the_round = rounds.round_named(connection, round_name)
    if the_round is None:
        raise Refused(f"no round {round_name!r}")
    strengths: defaultdict[int, list[int]] = defaultdict(list)
    after = (0, 0)
    while True:
        with project.database.read() as connection:
            page = material.strengths_page(connection, the_round.id, after)
        for row in page:
            strengths[row.comparison_id].append(row.strength)
        if len(page) < material.PAGE:
            break
        after = (page[-1].comparison_id, page[-1].id)
    apart = {identity: given for identity, given in strengths.items() if len(set(given)) > 1}
    with project.database.read() as connection:
        fits = material.fits_by_id(connection, apart)
    ranked = most_disputed({fits[identity].uuid: given for identity, given in apart.items()}, seed)
    by_uuid = {f.uuid: f for f in fits.values()}
    if not ranked:
        raise Refused(f"in round {round_name} no two answers to an item differ")
    return [by_uuid[uuid] for uuid in ranked]
