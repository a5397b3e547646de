"""One voter of the kill tests: votes in a session until nothing is left. Runs in a process of its own."""

from __future__ import annotations

import json
import os
from pathlib import Path

from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer
from prefterm.services.access import open_project
from prefterm.services.labeling import Reading
from prefterm.services.session_looking import look
from prefterm.services.session_voting import SessionVoting
from prefterm.services.sessions import find_session
from tests.faults.label_writer import _append, lines

__all__ = ["vote"]


def vote(path: str, person: str, journal: str, wanted: int) -> None:
    """Vote on all `wanted` items, looking at each before and after; `PERSON.acks` holds what is stored, `PERSON.read` what was shown."""
    os.environ["PREFTERM_JOURNAL"] = journal
    folder = Path(path).parent
    acks, sent, read, errors = (folder / f"{person}.{kind}" for kind in ("acks", "sent", "read", "errors"))
    try:
        project = open_project(Path(path), person)
        session = find_session(project, "s")
        desk = SessionVoting(project, session)
        done = set(lines(acks))
        for line in lines(sent)[-1:]:
            # The last vote sent before the kill may have arrived or not: it is sent again, as the app's draft would be.
            item, uuid = json.loads(line)
            if uuid not in done:
                desk.submit(item, uuid, _answer(person), Reading(1.0, (1.0, 1.0)))
                _append(acks, uuid)
        while (served := desk.claim()) is not None:
            view = look(project, session, served.assignment)
            if view.seen is not None:
                _append(errors, f"shown before the vote: {served.comparison}")
            uuid = new_uuid()
            _append(sent, json.dumps([served.assignment, uuid]))
            desk.save_draft(served.assignment, uuid, {"strength": 1, "rationale": person})
            desk.submit(served.assignment, uuid, _answer(person), Reading(1.0, (1.0, 1.0)))
            _append(acks, uuid)
            view = look(project, session, served.assignment)
            _append(read, json.dumps([served.comparison, view.revealed, view.seen is not None]))
    except BaseException as error:
        _append(errors, f"{type(error).__name__}: {error}".replace("\n", " "))
        raise


def _answer(person: str) -> Answer:
    return Answer("pairwise", {"strength": 1}, rationale=person)
