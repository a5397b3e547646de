"""Prompts with their near-duplicate clusters and sides: stored signatures, merging of clusters, the sealing of sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from prefterm.domain.prompts import Message
from prefterm.domain.strict_json import sha256_of
from prefterm.store import core
from prefterm.store.bulk import chunks, insert_rows, rows_where_in
from prefterm.store.golds import in_force as gold_in_force
from prefterm.store.golds import pilot_sessions
from prefterm.store.mapping import messages_of, prompt_json

__all__ = [
    "NewPrompt",
    "Place",
    "PromptRow",
    "Use",
    "add_prompts",
    "all_prompts",
    "merge_clusters",
    "messages_by_id",
    "places_by_prompt",
    "places_of",
    "prompt_sha",
    "set_sides",
    "uses_of_clusters",
]

_PAGE = 5000


@dataclass(frozen=True)
class PromptRow:
    """What near-duplicate search needs of a stored prompt."""

    id: int
    sha256: str
    normal_sha256: str
    signature: bytes | None
    cluster: str
    side: str | None
    quarantined: bool


@dataclass(frozen=True)
class NewPrompt:
    """A prompt to be added, its cluster and side already worked out."""

    uuid: str
    messages: tuple[Message, ...]
    normal_sha256: str
    signature: bytes | None
    cluster: str
    side: str | None
    quarantined: bool


def prompt_sha(messages: Sequence[Message]) -> str:
    """The identity of a prompt: SHA-256 of its canonical messages."""
    return sha256_of(prompt_json(messages))


def all_prompts(connection: Connection, after: int = 0) -> list[PromptRow]:
    """At most 5,000 prompts with ids above `after`, by id; without their texts."""
    c = core.prompt.c
    columns = (c.id, c.sha256, c.normal_sha256, c.signature, c.cluster, c.side, c.quarantined)
    rows = connection.execute(select(*columns).where(c.id > after).order_by(c.id).limit(_PAGE)).all()
    return [PromptRow(*r) for r in rows]


def fingerprint(connection: Connection) -> tuple[int, ...]:
    """Tells whether prompts were added, clusters joined, sides drawn or prompts quarantined since: equal = none of it."""
    p = core.prompt.c
    row = connection.execute(
        select(
            func.coalesce(func.max(p.id), 0),
            func.count(p.cluster.distinct()),
            func.count(p.side),
            func.count().filter(p.side == "eval"),
            func.count().filter(p.quarantined.is_(True)),
        )
    ).one()
    return tuple(int(n) for n in row)


def messages_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Message, ...]]:
    """The messages of prompts by id."""
    c = core.prompt.c
    return {r.id: messages_of(r.messages) for r in rows_where_in(connection, select(c.id, c.messages), c.id, ids)}


def ids_by_sha(connection: Connection, shas: Iterable[str]) -> dict[str, int]:
    """Ids of known prompts by their identity."""
    c = core.prompt.c
    return {r.sha256: r.id for r in rows_where_in(connection, select(c.sha256, c.id), c.sha256, shas)}


def add_prompts(connection: Connection, prompts: Sequence[NewPrompt]) -> None:
    """Insert prompts."""
    insert_rows(
        connection,
        core.prompt,
        [
            {
                "uuid": p.uuid, "sha256": prompt_sha(p.messages), "messages": prompt_json(p.messages), "normal_sha256": p.normal_sha256,
                "signature": p.signature, "cluster": p.cluster, "side": p.side, "quarantined": p.quarantined,
            }
            for p in prompts
        ],
    )  # fmt: skip


def merge_clusters(connection: Connection, into: Mapping[str, str]) -> None:
    """Rename clusters (old → new)."""
    for old, new in into.items():
        connection.execute(update(core.prompt).where(core.prompt.c.cluster == old).values(cluster=new))


def set_sides(connection: Connection, sides: Mapping[str, str]) -> None:
    """Give clusters their side; only clusters without one are touched: what is sealed stays sealed."""
    by_side: dict[str, list[str]] = {}
    for cluster, side in sides.items():
        by_side.setdefault(side, []).append(cluster)
    c = core.prompt.c
    for side, clusters in by_side.items():
        for part in chunks(clusters):
            connection.execute(update(core.prompt).where(c.cluster.in_(part), c.side.is_(None), c.quarantined.is_(False)).values(side=side))
        # Rounds opened earlier copied "no side"; a side holds in every round.
        for part in chunks(clusters):
            members = select(core.comparison.c.id).join(core.prompt, c.id == core.comparison.c.prompt_id).where(c.cluster.in_(part))
            _copy_side(connection, members)


def copy_sides(connection: Connection, comparison_ids: Iterable[int]) -> None:
    """Give round items of comparisons, whose prompt became known only now, the side of that prompt."""
    for part in chunks(comparison_ids):
        _copy_side(connection, part)


def _copy_side(connection: Connection, comparison_ids: Any) -> None:
    item, comparison, c = core.round_item.c, core.comparison.c, core.prompt.c
    side = select(c.side).join_from(core.comparison, core.prompt, c.id == comparison.prompt_id).where(comparison.id == item.comparison_id)
    where = (item.side.is_(None), item.comparison_id.in_(comparison_ids))
    connection.execute(update(core.round_item).where(*where).values(side=side.scalar_subquery()))


def clusters_by_use(connection: Connection) -> dict[str, set[str]]:
    """What clusters are used for: {"gold", "example", "session", "served"} → clusters. All but the quarantined.

    What a session puts before a group is served, too.
    """
    p, a = core.prompt.c, core.assignment.c
    served = (
        select(p.cluster)
        .join_from(core.assignment, core.round, core.round.c.id == a.round_id)
        .join(core.comparison, core.comparison.c.id == a.comparison_id)
        .join(core.prompt, p.id == core.comparison.c.prompt_id)
        .where(core.round.c.kind == "labelling")
    )
    uses: dict[str, Any] = {"gold": _gold(p.cluster), "example": _examples(p.cluster), "session": _discussed(p.cluster), "served": served}
    found = {name: set(connection.execute(statement.distinct()).scalars()) for name, statement in uses.items()}
    found["served"] |= found["session"]
    return found


def _gold(*columns: Any) -> Any:
    c, p = core.comparison.c, core.prompt.c
    joined = select(*columns).join_from(core.gold, core.comparison, c.id == core.gold.c.comparison_id)
    return joined.join(core.prompt, p.id == c.prompt_id).where(gold_in_force())


def _examples(*columns: Any) -> Any:
    return select(*columns).join_from(core.worked_example, core.prompt, core.prompt.c.id == core.worked_example.c.prompt_id)


def _discussed(*columns: Any) -> Any:
    c, p = core.comparison.c, core.prompt.c
    joined = select(*columns).join_from(core.session_item, core.comparison, c.id == core.session_item.c.comparison_id)
    return joined.join(core.prompt, p.id == c.prompt_id)


@dataclass(frozen=True)
class Use:
    """Something that a prompt is used for, and that keeps the prompt and its near-duplicates from being used otherwise."""

    kind: str
    """`gold`, `example`, `session`, or `pilot`: an item of the session that settles a pilot, which may become gold."""
    what: str
    """What it is, in words: `the gold answer of comparison c7`, `worked example dose-3 of medicines@2`."""
    prompt_id: int
    normal_sha256: str
    """Equal for prompts that are equal but for case, punctuation and white space."""


def uses_of_clusters(connection: Connection, clusters: Iterable[str]) -> dict[str, list[Use]]:
    """What near-duplicate clusters are used for, whole clusters at a time: golds in force, worked examples, items of sessions."""
    p, c, w, s = core.prompt.c, core.comparison.c, core.worked_example.c, core.calibration_session.c
    v, columns = core.guideline_version.c, (p.cluster, p.id, p.normal_sha256)
    wanted = list(dict.fromkeys(clusters))
    found: dict[str, list[Use]] = {}
    for r in rows_where_in(connection, _gold(*columns, c.key), p.cluster, wanted):
        found.setdefault(r.cluster, []).append(Use("gold", f"the gold answer of comparison {r.key}", r.id, r.normal_sha256))
    examples = _examples(*columns, w.id.label("example"), v.name, v.version)
    examples = examples.join(core.guideline_version, v.id == w.guideline_version_id).order_by(v.name, v.version, w.position)
    for r in rows_where_in(connection, examples, p.cluster, wanted):
        what = f"worked example {r.example} of {r.name}@{r.version}"
        found.setdefault(r.cluster, []).append(Use("example", what, r.id, r.normal_sha256))
    pilots = pilot_sessions(connection)
    discussed = _discussed(*columns, c.key, s.id.label("session"), s.name)
    discussed = discussed.join(core.calibration_session, s.id == core.session_item.c.session_id)
    for r in rows_where_in(connection, discussed, p.cluster, wanted):
        kind = "pilot" if r.session in pilots else "session"
        found.setdefault(r.cluster, []).append(Use(kind, f"comparison {r.key} of session {r.name}", r.id, r.normal_sha256))
    return found


@dataclass(frozen=True)
class Place:
    """Where a comparison's prompt stands."""

    cluster: str
    side: str | None
    quarantined: bool
    prompt_id: int
    normal_sha256: str


def places_of(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, Place]:
    """Cluster and side of the prompts of comparisons; those without a prompt are left out."""
    c, p = core.comparison.c, core.prompt.c
    statement = select(c.id.label("wanted"), *_PLACE).join(core.prompt, p.id == c.prompt_id)
    return {r.wanted: _place(r) for r in rows_where_in(connection, statement, c.id, comparison_ids)}


def places_by_prompt(connection: Connection, prompt_ids: Iterable[int]) -> dict[int, Place]:
    """Cluster and side of prompts by id."""
    return {r.prompt_id: _place(r) for r in rows_where_in(connection, select(*_PLACE), core.prompt.c.id, prompt_ids)}


_PLACE = (
    core.prompt.c.cluster,
    core.prompt.c.side,
    core.prompt.c.quarantined,
    core.prompt.c.id.label("prompt_id"),
    core.prompt.c.normal_sha256,
)


def _place(r: Any) -> Place:
    return Place(r.cluster, r.side, bool(r.quarantined), r.prompt_id, r.normal_sha256)
