"""What a revision of an answer is and when it may be written: stored, taken back, passed by. Inside the caller's transaction."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from prefterm.domain.clock import now_after
from prefterm.domain.errors import AnswerRefused, ClaimLost, Refused
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer, Purpose
from prefterm.domain.passages import passage_problem
from prefterm.domain.queueing import wants_another
from prefterm.domain.strict_json import storable
from prefterm.services.serving import Reading
from prefterm.store import attempts, claims, comparisons, drafts, item_slots, judgments, reports, sittings
from prefterm.store.claims import AssignmentRow
from prefterm.store.events import append_event
from prefterm.store.people import Person
from prefterm.store.rounds import RoundRow

__all__ = ["LONGEST_WORDS", "refuse_if_shown", "refuse_strange_words", "skip_turn", "storable_answer", "store_answer", "withdraw"]

LONGEST_WORDS = 10_000
"""Characters of what is written with a skip or a report."""


def store_answer(
    connection: Connection, actor: Person, current: RoundRow, row: AssignmentRow, uuid: str, answer: Answer, reading: Reading
) -> None:
    """Store an answer as the next revision of a turn, with what follows from it. Raises as `Labeling.submit` says."""
    if row.hidden:
        raise ClaimLost("this item was hidden meanwhile, for privacy: the answer was not taken")
    if row.state == "skipped":
        raise ClaimLost("you skipped this item, from another terminal: it takes no answer any more")
    taken = row.slot_id is not None and row.slot_state != "free"
    if row.state == "expired" and (taken or claims.holds_elsewhere(connection, row)):
        raise ClaimLost("your claim on this item ran out and somebody else took it: the answer was not taken, your draft is kept")
    last = judgments.last_revision(connection, row.id)
    if last is not None:
        # Also of an answer that was taken back: given again it would be one that was changed after a reveal.
        refuse_if_shown(connection, row, last.created_at, "changed" if row.state == "answered" else "given again")
    _refuse_strange_passages(connection, row, answer)
    revision = {
        "uuid": uuid, "assignment_id": row.id, "comparison_id": row.comparison_id, "annotator_id": row.annotator_id,
        "revision": last.revision + 1 if last else 1, "supersedes_id": last.id if last else None, "status": "submitted",
        "active_seconds": reading.active_seconds, "lookup_seconds": reading.lookup_seconds, "seen": list(reading.seen),
        "view": dict(reading.view),
        "guideline_version_id": current.guideline_version_id, "created_at": _moment(connection, actor),
    }  # fmt: skip
    judgments.add_revision(connection, revision, answer, row.n_responses)
    claims.set_state(connection, row, "answered", None, "answered", painted=True)
    drafts.drop_draft(connection, row.id)
    payload = {"judgment": uuid, "assignment": row.uuid, "revision": revision["revision"]}
    append_event(connection, "judgment.submitted", payload, actor.key)
    if row.purpose == Purpose.CALIBRATION:
        from prefterm.services.calibrating import after_hidden_gold

        after_hidden_gold(connection, current, actor)
    elif row.purpose == Purpose.WORK:
        _apply_stop_rule(connection, current, row)


def withdraw(connection: Connection, actor: Person, current: RoundRow, row: AssignmentRow, last: judgments.Revision) -> None:
    """Take an answer back by a further revision. Raises `Refused` where the item was settled or shown to the person since."""
    refuse_if_shown(connection, row, last.created_at, "taken back")
    revision = {
        "uuid": new_uuid(), "assignment_id": row.id, "comparison_id": row.comparison_id, "annotator_id": row.annotator_id,
        "revision": last.revision + 1, "supersedes_id": last.id, "status": "withdrawn",
        "guideline_version_id": current.guideline_version_id, "created_at": _moment(connection, actor),
    }  # fmt: skip
    judgments.add_revision(connection, revision, last.answer, row.n_responses)
    append_event(connection, "judgment.withdrawn", {"judgment": last.uuid, "assignment": row.uuid}, actor.key)


def skip_turn(connection: Connection, row: AssignmentRow, reason: str, note: str, actor: tuple[int, str], *, hidden: bool = False) -> None:
    """Pass an item by, with a reason; its slot is free at once.

    Raises `ClaimLost` or `Refused` where it was dealt with already, `AnswerRefused` for an empty reason or endless words.
    """
    refuse_strange_words(reason, note, "skip")
    if row.state == "skipped":
        raise ClaimLost("you skipped this item already, from another terminal")
    if row.state not in ("open", "parked", "expired"):
        raise Refused("this item is answered: take the answer back first, then skip it")
    newer = claims.newer_turn(connection, row)
    if newer is not None:
        # An older terminal still shows the turn that ran out: it is the item that is passed by.
        row = newer
    elif claims.holds_elsewhere(connection, row):
        raise Refused("this item is answered or skipped already, from another terminal")
    held = row.state != "expired"
    claims.set_state(connection, row, "skipped", None, "free" if held else None, painted=True)
    drafts.drop_draft(connection, row.id)
    skip = reports.insert_skip(connection, row.id, reason, storable(note))
    append_event(connection, "item.skipped", {"skip": skip, "assignment": row.uuid, "reason": reason}, actor)


def refuse_strange_words(reason: str, note: str, field: str) -> None:
    """Raise `AnswerRefused` where a skip or a report has no reason, or endless words."""
    if not reason.strip() or max(len(reason), len(note)) > LONGEST_WORDS:
        raise AnswerRefused(f"a reason and a note have {LONGEST_WORDS:,} characters at most, and a reason is not empty", field)


def refuse_if_shown(connection: Connection, row: AssignmentRow, since: str | None, verb: str) -> None:
    """Raise `Refused` where the item was settled or shown to the person since a moment."""
    why = judgments.shown_since(connection, row.annotator_id, row.comparison_id, since)
    if why:
        raise Refused(f"this answer cannot be {verb} any more: {why} since; you can contest it with a note")
    if row.purpose == Purpose.CALIBRATION and row.state == "answered" and since is not None and _was_counted(connection, row, since):
        raise Refused(f"this answer cannot be {verb} any more: it was a check, and was counted")


def _was_counted(connection: Connection, row: AssignmentRow, since: str) -> bool:
    """Whether the person may have learned how a hidden gold went: its sitting is over, or a gate was opened since."""
    begun = sittings.open_since(connection, row.annotator_id, row.round_id)
    opened = [g for g in attempts.gates(connection, row.annotator_id, [row.round_id]) if g.opened_at >= since]
    return begun is None or since < begun or bool(opened)


def storable_answer(answer: Answer) -> Answer:
    """The answer with free texts as the file takes them."""
    passages = tuple(replace(p, note=storable(p.note), source=storable(p.source)) for p in answer.passages)
    return replace(answer, rationale=storable(answer.rationale), passages=passages)


def _refuse_strange_passages(connection: Connection, row: AssignmentRow, answer: Answer) -> None:
    if answer.passages:
        problem = passage_problem(answer, comparisons.load(connection, [row.comparison_id])[row.comparison_id].comparison)
        if problem:
            raise AnswerRefused(problem, "passages")


def _apply_stop_rule(connection: Connection, current: RoundRow, row: AssignmentRow) -> None:
    strengths = judgments.strengths_of(connection, current.id, row.comparison_id)
    if len(strengths) < current.overlap:
        return
    slots = item_slots.item_slots(connection, current.id, row.comparison_id)
    if wants_another(strengths, current.overlap, current.up_to, len(slots.orders)):
        item_slots.open_another_slot(connection, current, row, slots)


def _moment(connection: Connection, actor: Person) -> str:
    return now_after(judgments.last_moment(connection, actor.id))
