"""The event log: what happened, each entry bound to the one before by SHA-256, written in the transaction it records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from prefterm.domain.clock import now
from prefterm.domain.ids import new_uuid
from prefterm.domain.strict_json import canonical, sha256_of
from prefterm.store import core
from prefterm.store.bulk import insert_into

__all__ = ["CHAIN_START", "append_event", "chain_problems", "event_hash", "head"]

CHAIN_START = "0" * 64
"""`prev` of the first event."""
_PAGE = 1000


def event_hash(prev: str, seq: int, uuid: str, at: str, actor: str | None, kind: str, payload_sha256: str) -> str:
    """The hash of an event; `actor` is the annotator's uuid, so that a redacted name or payload keeps the chain whole."""
    return sha256_of(canonical([prev, seq, uuid, at, actor, kind, payload_sha256]))


@cache
def _head() -> Any:
    return select(core.event.c.seq, core.event.c.hash).order_by(core.event.c.seq.desc()).limit(1)


def head(connection: Connection) -> tuple[int, str]:
    """(seq, hash) of the last event; (0, `CHAIN_START`) before the first."""
    row = connection.execute(_head()).first()
    return (row.seq, row.hash) if row else (0, CHAIN_START)


def append_event(connection: Connection, kind: str, payload: Mapping[str, Any], actor: tuple[int, str] | None) -> None:
    """Write one event. `actor` is (id, uuid) of the annotator who acts, None for the program itself."""
    seq, prev = head(connection)
    at, uuid, digest = now(), new_uuid(), sha256_of(dict(payload))
    row = {
        "seq": seq + 1,
        "uuid": uuid,
        "at": at,
        "actor_id": actor[0] if actor else None,
        "kind": kind,
        "payload": dict(payload),
        "payload_sha256": digest,
        "prev": prev,
        "hash": event_hash(prev, seq + 1, uuid, at, actor[1] if actor else None, kind, digest),
    }
    connection.execute(insert_into(core.event), row)


def chain_problems(pages: Any, actors: Mapping[int, str]) -> list[str]:
    """What breaks the chain, in sentences; empty where it is whole.

    `pages` yields lists of event rows in order (see `event_pages`), `actors` maps an annotator's id to the uuid.
    """
    problems: list[str] = []
    seq, prev = 0, CHAIN_START
    for page in pages:
        for e in page:
            if e.seq != seq + 1:
                problems.append(f"event {seq + 1} is missing (next is {e.seq})")
            if e.prev != prev:
                problems.append(f"event {e.seq} does not follow from the one before it")
            actor = actors.get(e.actor_id) if e.actor_id is not None else None
            if e.hash != event_hash(e.prev, e.seq, e.uuid, e.at, actor, e.kind, e.payload_sha256):
                problems.append(f"event {e.seq} was changed after it was written")
            elif e.payload is not None and sha256_of(e.payload) != e.payload_sha256:
                problems.append(f"the payload of event {e.seq} was changed after it was written")
            seq, prev = e.seq, e.hash
    return problems


def event_page(connection: Connection, after: int) -> list[Any]:
    """At most 1,000 events after a seq, in order."""
    return list(connection.execute(select(core.event).where(core.event.c.seq > after).order_by(core.event.c.seq).limit(_PAGE)).all())
