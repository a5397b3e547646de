"""One writer of the kill tests: labels as a person until it has acknowledged so many answers. Runs in a process of its own."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from pathlib import Path

from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Answer
from prefterm.services.access import create_project, open_project
from prefterm.services.labeling import Labeling, Reading
from prefterm.services.rounds import find_round

GOLD = "c9"
"""How the ids of settled comparisons begin; their first response is the better one."""


def _append(path: Path, line: str) -> None:
    """Write one line so that it outlives the process, whole."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def lines(path: Path) -> list[str]:
    """The whole lines of a file that may not exist."""
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []


def label(path: str, person: str, journal: str, wanted: int) -> None:
    """Label until `wanted` answers are acknowledged in `PERSON.acks`; what is about to be sent stands in `PERSON.sent`."""
    os.environ["PREFTERM_JOURNAL"] = journal
    folder = Path(path).parent
    acks, sent, errors = (folder / f"{person}.{kind}" for kind in ("acks", "sent", "errors"))
    try:
        project = open_project(Path(path), person)
        if len(person) % 2:
            project.database.keep_connected()
        desk = Labeling(project, find_round(project, "r"))
        done = set(lines(acks))
        for line in lines(sent)[-1:]:
            # The last thing sent before the kill may have arrived or not: it is sent again, as the app's draft would be.
            assignment, uuid, strength = json.loads(line)
            if uuid not in done:
                desk.submit(assignment, uuid, _answer(strength), Reading(1.0, (1.0, 1.0)))
                _append(acks, uuid)
                done.add(uuid)
        while len(done) < wanted:
            served = desk.claim()
            if served is None:
                _append(errors, "nothing left to label")
                return
            uuid, strength = new_uuid(), random.randint(1, 3) if served.comparison.startswith(GOLD) else random.randint(-3, 3)
            _append(sent, json.dumps([served.assignment, uuid, strength]))
            desk.submit(served.assignment, uuid, _answer(strength), Reading(1.0, (1.0, 1.0)))
            _append(acks, uuid)
            done.add(uuid)
    except BaseException as error:
        _append(errors, f"{type(error).__name__}: {error}".replace("\n", " "))
        raise


def _answer(strength: int) -> Answer:
    return Answer("pairwise", {"strength": strength} if strength else {"strength": 0, "tie": "equal"})


def create(path: str, journal: str, started: str) -> None:
    """Make a database; `started` appears when the work begins."""
    os.environ["PREFTERM_JOURNAL"] = journal
    Path(started).touch()
    create_project(Path(path), "root")


def raise_schema(path: str, journal: str, started: str) -> None:
    """Open a file of an older schema; `started` appears when the work begins."""
    os.environ["PREFTERM_JOURNAL"] = journal
    Path(started).touch()
    open_project(Path(path), "lead")


def die_in_mid_commit(path: str, ready: str) -> None:
    """Write more than the page cache holds, so that journal and pages are on disk, and wait to be killed."""
    import time

    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size=1")
    connection.execute("BEGIN IMMEDIATE")
    for number in range(3000):
        connection.execute("INSERT INTO setting VALUES (?, ?)", (f"k{number}", json.dumps("x" * 500)))
    Path(ready).touch()
    time.sleep(60)
