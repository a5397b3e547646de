"""Gold answers: append-only, a later row supersedes an earlier one; contests of them; the pool that calibration is served from.

Knows which gold counts, who has met it and what was said against it; not who may settle or review, nor what may share a prompt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, literal, or_, select, update

from prefterm.domain.clock import now
from prefterm.domain.errors import Refused
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer
from prefterm.domain.records import answer_record
from prefterm.domain.settlement import without_dissent
from prefterm.domain.strict_json import storable
from prefterm.store import core
from prefterm.store.bulk import chunks, insert_into, insert_rows, next_id, rows_where_in
from prefterm.store.comparisons import lengths
from prefterm.store.events import append_event
from prefterm.store.mapping import answer_of

__all__ = [
    "LONGEST_NOTE",
    "GoldRow",
    "PoolGold",
    "add_contest",
    "add_golds",
    "close_contests",
    "content_by_uuid",
    "contests_decided",
    "gold_pool",
    "in_force",
    "latest",
    "met_clusters",
    "open_contests",
    "pilot_sessions",
    "scores",
    "scoring",
]

LONGEST_NOTE = 10_000
"""Characters of a contest's note, a gold's reason and a verdict: they are read beside a pair."""


def in_force() -> Any:
    """The condition under which a gold row is its comparison's answer: active, and superseded by nothing."""
    later = core.gold.alias("later_gold")
    superseded = select(later.c.id).where(later.c.supersedes_id == core.gold.c.id).exists()
    return and_(core.gold.c.status == "active", ~superseded)


def scoring() -> Any:
    """The condition under which a gold row may score somebody: in force, and openly contested by nobody."""
    return and_(in_force(), ~contested())


def contested() -> Any:
    """The condition under which somebody's contest of a gold row waits for its review."""
    t = core.contest.c
    return select(t.id).where(t.gold_id == core.gold.c.id, t.state == "open").exists()


@dataclass(frozen=True)
class GoldRow:
    """The last word on a comparison's gold: in force, or retired."""

    id: int
    uuid: str
    comparison_id: int
    retired: bool
    answer: Answer
    reason: str
    settled_by: str
    source: str
    created_at: str
    meta: Any


def latest(connection: Connection, comparison_ids: Iterable[int]) -> dict[int, GoldRow]:
    """The gold row that nothing supersedes, by comparison; the one in force where a file of old has several."""
    g, later = core.gold.c, core.gold.alias("later_gold")
    last = select(core.gold).where(~select(later.c.id).where(later.c.supersedes_id == g.id).exists()).order_by(g.id)
    found: dict[int, GoldRow] = {}
    for r in rows_where_in(connection, last, g.comparison_id, comparison_ids):
        known = found.get(r.comparison_id)
        if known is None or known.retired or r.status == "active":
            found[r.comparison_id] = GoldRow(
                r.id, r.uuid, r.comparison_id, r.status == "retired", answer_of(r.format, r.answer, ""), r.reason, r.settled_by, r.source,
                r.created_at, r.meta,
            )  # fmt: skip
    return found


def add_golds(connection: Connection, rows: Sequence[dict[str, Any]], answers: Sequence[Answer]) -> None:
    """Insert gold rows (without id and answer values) with their citations."""
    identity = next_id(connection, core.gold)
    full, citations = [], []
    for n, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        full.append({"id": identity + n, **row, "format": answer.format, "answer": answer_record(answer)})
        citations += [{"gold_id": identity + n, "section": section} for section in answer.sections]
    insert_rows(connection, core.gold, full)
    insert_rows(connection, core.gold_citation, citations)


def content_by_uuid(connection: Connection, uuids: Iterable[str]) -> dict[str, str | None]:
    """The import hash of stored golds by uuid."""
    g = core.gold.c
    return {r.uuid: r.import_sha256 for r in rows_where_in(connection, select(g.uuid, g.import_sha256), g.uuid, uuids)}


def comparisons_with_gold(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Which of these comparisons have an active gold."""
    g = core.gold.c
    statement = select(g.comparison_id).where(in_force())
    return {r.comparison_id for r in rows_where_in(connection, statement, g.comparison_id, ids)}


def scores(connection: Connection, gold_id: int) -> bool:
    """Whether a gold is in force, contested by nobody, and its comparison neither hidden nor quarantined."""
    g, c, p = core.gold.c, core.comparison.c, core.prompt.c
    statement = (
        select(g.id)
        .join_from(core.gold, core.comparison, c.id == g.comparison_id)
        .join(core.prompt, p.id == c.prompt_id)
        .where(g.id == gold_id, scoring(), c.hidden.is_(False), p.quarantined.is_(False))
    )
    return connection.execute(statement).first() is not None


# contests


def add_contest(connection: Connection, gold: str, annotator_id: int, note: str) -> str:
    """Record that somebody holds a gold (by its uuid) to be wrong, with its event; the contest's uuid. It scores nobody from now on.

    Raises `Refused` for a gold that is unknown or not in force, that was never shown to them, an empty note or one of more than
    `LONGEST_NOTE` characters, and where a contest of theirs is open already.
    """
    text = storable(note)
    if not text.strip():
        raise Refused("say in a note what is wrong with the gold answer")
    if len(text) > LONGEST_NOTE:
        raise Refused(f"the note has {len(text):,} characters: {LONGEST_NOTE:,} at most")
    g, t, v = core.gold.c, core.contest.c, core.reveal.c
    row = connection.execute(select(g.id, g.comparison_id, g.created_at, in_force().label("in_force")).where(g.uuid == gold)).first()
    if row is None:
        raise Refused("there is no such gold answer")
    if not row.in_force:
        raise Refused("this gold answer was retired meanwhile: it scores nobody")
    shown = select(v.id).where(v.comparison_id == row.comparison_id, v.annotator_id == annotator_id, v.at >= row.created_at)
    if connection.execute(shown.limit(1)).first() is None:
        raise Refused("this gold answer was never shown to you")
    mine = select(t.uuid).where(t.gold_id == row.id, t.annotator_id == annotator_id, t.state == "open")
    if connection.execute(mine).first() is not None:
        raise Refused("you contest this gold answer already: it scores nobody until an admin has looked at it")
    uuid, at = new_uuid(), now()
    values = {
        "uuid": uuid, "gold_id": row.id, "annotator_id": annotator_id, "note": text, "created_at": at, "state": "open",
        "reviewed_at": None, "reviewed_by": None, "verdict": "",
    }  # fmt: skip
    connection.execute(insert_into(core.contest), values)
    who = connection.execute(select(core.annotator.c.uuid).where(core.annotator.c.id == annotator_id)).scalar_one()
    append_event(connection, "gold.contested", {"contest": uuid, "gold": gold}, (annotator_id, who))
    return uuid


def close_contests(
    connection: Connection, gold_id: int, reviewer_id: int, state: str, verdict: str, uuids: Sequence[str] | None = None
) -> None:
    """Review the open contests of a gold, or only those of these uuids: `upheld` or `rejected`, with a verdict in words."""
    t = core.contest.c
    statement = update(core.contest).where(t.gold_id == gold_id, t.state == "open")
    if uuids is not None:
        statement = statement.where(t.uuid.in_(uuids))
    connection.execute(statement.values(state=state, reviewed_at=now(), reviewed_by=reviewer_id, verdict=verdict))


def open_contests(connection: Connection) -> int:
    """How many contests wait for an admin."""
    return int(connection.execute(select(func.count()).where(core.contest.c.state == "open")).scalar_one())


def contests_decided(connection: Connection, annotator_id: int, since: str) -> list[tuple[bool, str]]:
    """(whether it was upheld, the verdict) of a person's contests that were reviewed since a moment, the newest first."""
    t = core.contest.c
    statement = (
        select(t.state, t.verdict)
        .where(t.annotator_id == annotator_id, t.state != "open", t.reviewed_at >= since)
        .order_by(t.reviewed_at.desc(), t.id.desc())
    )
    return [(state == "upheld", verdict) for state, verdict in connection.execute(statement).all()]


# the pool


@dataclass(frozen=True)
class PoolGold:
    """A gold that may be served to whoever has not met it."""

    gold_id: int
    gold: str
    """The uuid."""
    comparison_id: int
    comparison: str
    """The uuid."""
    cluster: str
    """Its prompt with near-duplicates; a comparison that can be served always has one."""
    strength: int
    """Signed, canonical; 0 for a tie."""
    tags: tuple[str, ...]
    sections: tuple[str, ...]
    """Ids of the guideline's sections that it rests on."""
    first_length: int
    """Characters of the first response."""
    second_length: int
    without_dissent: bool
    """Whether it was settled without dissent, as qualification asks."""
    created_by: int | None


def pilot_sessions(connection: Connection) -> set[int]:
    """Ids of the sessions that settle a pilot: what they settle becomes the first gold, for people who join later.

    Everybody who is there meets those items; the items of any other session never become gold.
    """
    s, r = core.calibration_session.c, core.round.c
    rows = connection.execute(select(s.id, r.options).join(core.round, r.id == s.round_id)).all()
    return {row.id for row in rows if row.options.get("pilot")}


def gold_pool(connection: Connection) -> list[PoolGold]:
    """Every gold that calibration may serve, by id.

    In force and openly contested by nobody, pairwise, of two responses that can be shown; sealed, quarantined or hidden ones are left
    out, and those whose near-duplicates came to hold a worked example or an item of a session.
    """
    g, c, p, w = core.gold.c, core.comparison.c, core.prompt.c, core.worked_example.c
    other, item = core.prompt.alias("other"), core.session_item.c
    examples = select(other.c.cluster).join_from(core.worked_example, other, other.c.id == w.prompt_id)
    compared = core.comparison.alias("discussed")
    discussed = (
        select(other.c.cluster)
        .join_from(core.session_item, compared, compared.c.id == item.comparison_id)
        .join(other, other.c.id == compared.c.prompt_id)
        .where(item.session_id.not_in(pilot_sessions(connection)))
    )
    rows = connection.execute(
        select(g.id, g.uuid, g.comparison_id, g.answer, g.settled_by, g.meta, g.created_by, c.uuid.label("comparison"), c.tags, p.cluster)
        .join_from(core.gold, core.comparison, c.id == g.comparison_id)
        .join(core.prompt, p.id == c.prompt_id)
        .where(scoring(), g.format == "pairwise", c.servable.is_(True), c.hidden.is_(False), c.n_responses == 2)
        .where(p.quarantined.is_(False), func.coalesce(p.side, "train") == "train")
        .where(p.cluster.not_in(examples), p.cluster.not_in(discussed))
        .order_by(g.id)
    ).all()
    sizes = lengths(connection, (r.comparison_id for r in rows))
    return [
        PoolGold(
            r.id, r.uuid, r.comparison_id, r.comparison, r.cluster, int(r.answer["strength"]), tuple(r.tags),
            tuple(r.answer.get("sections", ())), sizes[r.comparison_id][0] or 0, sizes[r.comparison_id][1] or 0,
            without_dissent(r.settled_by, r.meta), r.created_by,
        )
        for r in rows
    ]  # fmt: skip


@cache
def _met() -> Any:
    """Clusters, of those given as `among`, of which the `person` has met a member."""
    p, c, a, v, g = core.prompt.c, core.comparison.c, core.assignment.c, core.reveal.c, core.gold.c
    item, s, answer, draft = core.session_item.c, core.calibration_session.c, core.session_answer.c, core.session_draft.c
    person: Any = bindparam("person")
    since = select(core.annotator.c.created_at).where(core.annotator.c.id == person).scalar_subquery()
    served = select(a.id).where(
        a.annotator_id == person,
        a.comparison_id == c.id,
        or_(a.painted_at.is_not(None), a.state.in_(("answered", "skipped"))),
    )
    # `+ 0` keeps the engine from walking all that was ever revealed to the person, for every comparison again.
    revealed = select(v.id).where(v.comparison_id == c.id, v.annotator_id + literal(0) == person)
    # Who imports a file of golds has settled none of them.
    settled = select(g.id).where(g.comparison_id == c.id, g.created_by == person, g.source != "import")
    in_session = (
        select(item.id)
        .join(core.calibration_session, s.id == item.session_id)
        .where(item.comparison_id == c.id)
        .where(
            or_(
                s.closed_at.is_(None),
                s.closed_at >= since,
                select(answer.id).where(answer.session_item_id == item.id, answer.annotator_id == person).exists(),
                select(draft.vote).where(draft.session_item_id == item.id, draft.annotator_id == person).exists(),
            )
        )
    )
    return (
        select(p.cluster)
        .join_from(core.prompt, core.comparison, c.prompt_id == p.id)
        .where(p.cluster.in_(bindparam("among", expanding=True)))
        .where(or_(served.exists(), revealed.exists(), settled.exists(), in_session.exists()))
        .distinct()
    )


def met_clusters(connection: Connection, annotator_id: int, clusters: Iterable[str]) -> set[str]:
    """Which of these near-duplicate clusters the person has met, so that no gold in them may be served to them.

    Met: a comparison of it was painted for them or answered, skipped and expired ones included, in whatever round and for whatever
    purpose; revealed to them; settled by them; or an item of a session that they answered, or that went on while they were here.
    """
    statement = _met()
    found: set[str] = set()
    for part in chunks(dict.fromkeys(clusters)):
        found.update(connection.execute(statement, {"person": annotator_id, "among": part}).scalars())
    return found
