"""Group sessions as use cases: open, list, reveal, close. Who sees what of an item is decided in `session_looking`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.clock import now, stamp
from prefterm.domain.errors import Refused
from prefterm.domain.group_sessions import is_revealed
from prefterm.domain.guidelines import Guideline, parse_guideline
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Role
from prefterm.domain.presentation import first_order
from prefterm.services.access import Project
from prefterm.services.guidelines import load_row
from prefterm.services.session_choosing import checked, choose
from prefterm.store import guidelines, people, prompts, rounds, sessions
from prefterm.store import session_material as material
from prefterm.store.events import append_event
from prefterm.store.guidelines import GuidelineRow
from prefterm.store.rounds import RoundRow
from prefterm.store.session_material import Fit
from prefterm.store.sessions import ItemRow, SessionRow

__all__ = [
    "LEADS",
    "OpenedSession",
    "SessionOptions",
    "begin_at",
    "close_session",
    "find_session",
    "guideline_of_session",
    "note_guideline_read",
    "open_session",
    "reveal",
    "session_list",
]

LEADS = (Role.ADMIN, Role.ADJUDICATOR)
"""Who opens, reveals and closes."""
_LONGEST_NAME = 60


@dataclass(frozen=True)
class SessionOptions:
    """What `session open` asks for: one of `items`, `tag` and `disputed`."""

    name: str
    items: tuple[str, ...] = ()
    """Comparisons by their own ids."""
    tag: str | None = None
    disputed: bool = False
    """The most disputed items of `round`, else of the round opened last in which something is answered."""
    n: int | None = None
    """How many, by tag or disputed; None = 12."""
    guideline: str | None = None
    """`name` or `name@version`; None = that of `round`, else the newest of the only guideline there is."""
    round: str | None = None
    """The round whose answers in force are the blind votes of those who gave them; with `disputed` and the guideline of another
    version the round to choose from alone."""
    deadline: datetime | None = None
    """When the items count as revealed by themselves; local time where it names no zone."""


@dataclass
class OpenedSession:
    """What was opened."""

    name: str
    guideline: str
    items: list[str]
    people: int
    """How many may vote."""
    deadline: str | None = None
    round: str | None = None
    """The round whose answers in force are blind votes."""
    left_out: Counter[str] = field(default_factory=Counter)


def open_session(project: Project, options: SessionOptions) -> OpenedSession:
    """Open a session in one transaction. Admins and adjudicators; `Refused` with every reason.

    The presented order of an item is fixed now, the same for everybody. Clusters without a side become train: what is discussed
    can never be sealed for evaluation.
    """
    project.require(*LEADS)
    if sum((bool(options.items), options.tag is not None, options.disputed)) != 1:
        raise Refused("say on which items: --items ID…, or --tag T, or --disputed")
    if not options.name.strip() or not options.name.isprintable() or len(options.name) > _LONGEST_NAME:
        raise Refused(f"{options.name!r} is no name for a session: give 1 to {_LONGEST_NAME} printable characters")
    deadline = _moment(options.deadline)
    disputed = _disputed_round(project, options) if options.disputed else None
    chosen = choose(project, options.name, items=options.items, tag=options.tag, disputed=disputed, n=options.n)

    def work(connection: Connection) -> OpenedSession:
        if sessions.session_named(connection, options.name) is not None:
            raise Refused(f"a session {options.name!r} exists already")
        able = len(people.eligible_ids(connection, ()))
        if able < 2:
            raise Refused("a session needs two people who may log in: add them with `prefterm annotator add NAME`")
        row, the_round = _basis(connection, options)
        items = checked(connection, chosen.items)
        _write(connection, project, options.name, row, the_round.id if the_round else None, deadline, items)
        keys = [f.key for f in items]
        return OpenedSession(options.name, row.label, keys, able, deadline, the_round.name if the_round else None, chosen.left_out)

    return project.database.transact(work)


def _moment(deadline: datetime | None) -> str | None:
    if deadline is None:
        return None
    moment = stamp(deadline if deadline.tzinfo is not None else deadline.astimezone())
    if moment <= now():
        raise Refused(f"the deadline {deadline:%Y-%m-%d %H:%M} has passed already")
    return moment


def _disputed_round(project: Project, options: SessionOptions) -> str:
    if options.round is not None:
        return options.round
    with project.database.read() as connection:
        found = material.newest_answered_round(connection)
    if found is None:
        raise Refused("nothing is answered in any round yet, so nothing is disputed")
    return found


def _basis(connection: Connection, options: SessionOptions) -> tuple[GuidelineRow, RoundRow | None]:
    """(guideline version, round whose answers are blind votes): answers given under another version are none."""
    if options.round is None:
        return _guideline(connection, options.guideline, None), None
    the_round = rounds.round_named(connection, options.round)
    if the_round is None:
        raise Refused(f"no round {options.round!r}")
    row = _guideline(connection, options.guideline, the_round.guideline_version_id)
    if the_round.guideline_version_id in (None, row.id):
        return row, the_round
    if options.disputed:
        return row, None
    raise Refused(f"the answers in round {the_round.name} were given under another version than {row.label}: leave one of the two out")


def _guideline(connection: Connection, label: str | None, of_round: int | None) -> GuidelineRow:
    versions = guidelines.all_versions(connection)
    if label is None and of_round is not None:
        row = next(v for v in versions if v.id == of_round)
    elif label is not None:
        row = load_row(connection, label)
    else:
        names = sorted({v.name for v in versions})
        if len(names) != 1:
            raise Refused("say by which guideline: --guideline NAME[@V]" + (f"; there are {', '.join(names)}" if names else ""))
        row = load_row(connection, names[0])
    form = parse_guideline(guidelines.text_of(connection, row.id)).format
    if form != "pairwise":
        raise Refused(f"{row.label} judges by {form}: only pairwise sessions can be held so far")
    return row


def _write(
    connection: Connection,
    project: Project,
    name: str,
    row: GuidelineRow,
    round_id: int | None,
    deadline: str | None,
    items: Sequence[Fit],
) -> None:
    uuid = new_uuid()
    values: dict[str, Any] = {
        "uuid": uuid, "name": name, "guideline_version_id": row.id, "round_id": round_id, "deadline_at": deadline, "opened_at": now(),
        "opened_by": project.actor.id,
    }  # fmt: skip
    sessions.add_session(connection, values, [(f.id, first_order(uuid, f.uuid, f.n_responses)) for f in items])
    prompts.set_sides(connection, {f.cluster: "train" for f in items if f.cluster and f.side is None})
    payload = {"session": uuid, "guideline": row.label, "sha256": row.sha256, "items": len(items), "deadline": deadline}
    append_event(connection, "session.opened", payload, project.actor.key)


def find_session(project: Project, name: str | None) -> SessionRow:
    """The session named, else the open one opened last. Raises `Refused` where there is none."""
    with project.database.read() as connection:
        found = sessions.all_sessions(connection)
    if name is not None:
        match = next((s for s in found if s.name == name), None)
        if match is None:
            known = ", ".join(s.name for s in found) or "none yet"
            raise Refused(f"no session {name!r}; there are {known}")
        return match
    still_open = [s for s in found if s.state == "open"]
    if not still_open:
        raise Refused("no session is open; an admin or adjudicator opens one with `prefterm session open NAME`")
    return still_open[-1]


def guideline_of_session(project: Project, session: SessionRow) -> Guideline:
    """The guideline version that a session judges by."""
    with project.database.read() as connection:
        return parse_guideline(guidelines.text_of(connection, session.guideline_version_id))


def note_guideline_read(project: Project, session: SessionRow) -> None:
    """Record that the actor was shown the session's guideline."""
    project.database.transact(lambda c: guidelines.mark_seen(c, project.actor.id, session.guideline_version_id))


def begin_at(project: Project, session: SessionRow) -> tuple[tuple[str, ...], str, int]:
    """(uuids of the items in their order, the one to look at first, how many the actor can still vote on).

    First: the item revealed last that they may see, else the first that they voted on, else the first.
    """
    from prefterm.services.session_ballots import voter_state

    with project.database.read() as connection:
        items = sessions.items_of(connection, session.id)
        standing = voter_state(connection, session, items, project.actor.id)
    fresh = standing.to_see(session, items, now())
    latest = max((i for i in items if i.revealed_at and i.id in standing.shown), key=lambda i: i.revealed_at or "", default=None)
    start = fresh[0] if fresh else latest or next((i for i in items if i.id in standing.voted), items[0])
    return tuple(i.uuid for i in items), start.uuid, len(standing.left)


def reveal(project: Project, name: str, item: str | None = None, *, following: bool = False, everything: bool = False) -> list[str]:
    """Reveal an item (by comparison id, uuid, or number from 1), the first that is not (`following`), or all; the ids now revealed.

    Whoever has answered it is shown the answers from now on. Admins and adjudicators; who reveals an item sees it under the same rule.
    """
    project.require(*LEADS)
    if sum((item is not None, following, everything)) != 1:
        raise Refused("say what to reveal: an item (its id or number), --next or --all")
    session = find_session(project, name)

    def work(connection: Connection) -> list[str]:
        current = sessions.session_by_id(connection, session.id)
        items, moment = sessions.items_of(connection, current.id), now()
        if item is None:
            covered = [i for i in items if not is_revealed(current.state, current.deadline_at, i.revealed_at, moment)]
            wanted = covered if everything else covered[:1]
        else:
            found = _item(items, item)
            wanted = [] if is_revealed(current.state, current.deadline_at, found.revealed_at, moment) else [found]
        sessions.mark_revealed(connection, (i.id for i in wanted))
        if wanted:
            payload = {"session": current.uuid, "items": [i.uuid for i in wanted]}
            append_event(connection, "session.revealed", payload, project.actor.key)
        return [i.key for i in wanted]

    return project.database.transact(work)


def _item(items: Sequence[ItemRow], named: str) -> ItemRow:
    found = next((i for i in items if named in (i.key, i.uuid)), None)
    if found is None and named.isdecimal() and 1 <= int(named) <= len(items):
        found = items[int(named) - 1]
    if found is None:
        raise Refused(f"no item {named!r} in this session: give its id, or its number from 1 to {len(items)}")
    return found


def close_session(project: Project, name: str) -> SessionRow:
    """Close a session: every item is revealed, no vote is given again; who was absent can still vote blind, and then see.

    Admins and adjudicators.
    """
    project.require(*LEADS)

    def work(connection: Connection) -> SessionRow:
        found = sessions.session_named(connection, name)
        if found is None or found.state != "open":
            raise Refused(f"no open session {name!r}")
        sessions.close_session(connection, found.id)
        append_event(connection, "session.closed", {"session": found.uuid}, project.actor.key)
        return sessions.session_by_id(connection, found.id)

    return project.database.transact(work)


def session_list(project: Project) -> list[dict[str, Any]]:
    """Every session, oldest first, with the actor's own progress; nothing in it depends on another's answers."""
    from prefterm.services.session_ballots import voter_state

    found, moment = [], stamp(datetime.now(UTC))
    with project.database.read() as connection:
        labels = {g.id: g.label for g in guidelines.all_versions(connection)}
        names = {r.id: r.name for r in rounds.all_rounds(connection)}
        for s in sessions.all_sessions(connection):
            items = [i for i in sessions.items_of(connection, s.id) if not i.hidden]
            mine = voter_state(connection, s, items, project.actor.id)
            found.append(
                {
                    "session": s.name, "state": s.state, "guideline": labels[s.guideline_version_id],
                    "round": None if s.round_id is None else names[s.round_id], "items": len(items),
                    "revealed": sum(is_revealed(s.state, s.deadline_at, i.revealed_at, moment) for i in items),
                    "voted": len(mine.voted), "open": len(mine.left), "to_see": len(mine.to_see(s, items, moment)),
                    "deadline": s.deadline_at, "opened": s.opened_at, "closed": s.closed_at,
                }
            )  # fmt: skip
    return found
