"""Finding a free slot for a person: probes at seeded positions, else a walk through the round that is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from prefterm.domain.judgments import AnnotatorKind
from prefterm.domain.queueing import PROBE_ROWS, FreeSlot, choose_slot, may_take_more, probe_positions
from prefterm.store import claims
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

__all__ = ["ClaimMemory", "find_slot"]

_SCAN_ROWS = 1000


@dataclass
class ClaimMemory:
    """What one person's walks through a round have shown, valid while nothing is freed and their cap holds or not as before."""

    valid_for: tuple[int, bool] = (-1, False)
    """(the round's `freed` counter, whether the person is at their cap)."""
    exhausted: bool = False
    start: int = 0
    rows_visited: int = 0
    """Slot rows read by the last claim."""


def find_slot(connection: Connection, current: RoundRow, actor: Person, memory: ClaimMemory) -> tuple[int, FreeSlot] | None:
    """(comparison, slot) that the person may take now: near a few seeded positions, else by a walk; None where there is none.

    The caller has made sure, in this transaction, that they may log in still.
    """
    if actor.kind is not AnnotatorKind.HUMAN or actor.uuid in current.options.get("reserve", ()):
        return None
    taken = claims.taken(connection, current.id, actor.id)
    capped = not may_take_more(taken.planned, int(current.options.get("items", 0)), current.options.get("max_share"))
    memory.rows_visited = 0
    if memory.valid_for != (current.freed, capped):
        memory.valid_for, memory.exhausted, memory.start = (current.freed, capped), False, 0
    if memory.exhausted:
        return None
    found: tuple[FreeSlot, ...] = ()
    for position in probe_positions(current.seed, actor.uuid, taken.turns):
        probe = claims.free_slots(connection, current.id, actor.id, position, PROBE_ROWS, opened_only=capped)
        memory.rows_visited += probe.rows_visited
        if found := probe.slots:
            break
    if not found:
        found = _scan(connection, current, actor, memory, capped)
    if not found:
        return None
    comparison, free = claims.siblings(connection, found[0])
    chosen = choose_slot([s for s in free if s.origin == "opened"] if capped else free, taken.orders)
    return None if chosen is None else (comparison, chosen)


def _scan(connection: Connection, current: RoundRow, actor: Person, memory: ClaimMemory, capped: bool) -> tuple[FreeSlot, ...]:
    """Walk the free slots page by page from where the last walk ended; remembers where, and that nothing was left."""
    position = memory.start
    while True:
        probe = claims.free_slots(connection, current.id, actor.id, position, _SCAN_ROWS, opened_only=capped)
        memory.rows_visited += probe.rows_visited
        if probe.slots:
            memory.start = position
            return probe.slots
        if probe.last_shuffle is None:
            memory.exhausted = True
            return ()
        # Slots of one item share a position; going on from it, not behind it, may read a few again but skips none.
        position = max(probe.last_shuffle, position + 1)
