"""What a claim reads and how long it takes, in rounds of 1,000 and 100,000 items (`--full`: a million; `--quick`: 10,000).

Rows are the measure; milliseconds are printed beside them. Slots are answered in bulk behind prefterm's back, so that a round
is at its middle or its end at once. The person has then answered as many items as one person does, not half of a million.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from prefterm.domain.clock import now
from prefterm.domain.ids import derived_uuid
from prefterm.services.access import Project, open_project
from prefterm.services.labeling import Labeling, Served
from prefterm.services.rounds import find_round
from prefterm.services.status import my_progress
from prefterm.store import rounds
from prefterm.store.bulk import chunks
from prefterm.store.rounds import Candidate
from tests.bench.figures import Figure, Settings, quantile
from tests.factories import READING, make_project, shown_answer

__all__ = ["run"]

_BATCH = 50_000
_ANSWERED = 2_000
"""What the person has answered in the middle of a round, at most."""
_AT = "2026-01-01T00:00:00.000000Z"


@dataclass(frozen=True)
class _Round:
    """A round and the person who claims in it."""

    labeling: Labeling
    path: Path

    def sql(self, *statements: str) -> None:
        """Change the file by the driver alone, without waiting for the disk."""
        with closing(sqlite3.connect(self.path, timeout=60)) as connection:
            connection.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-400000")
            for statement in statements:
                connection.execute(statement, {"round": self.labeling.round.id, "person": self.labeling.project.actor.id})
            connection.commit()

    def again(self) -> Labeling:
        """The same person after a restart: nothing is remembered."""
        return Labeling(self.labeling.project, self.labeling.round)


def run(settings: Settings) -> Iterator[Figure]:
    """Small rounds, then a large one."""
    large = 1_000_000 if settings.full else settings.times(100_000, 10_000)
    for items in (1_000, large):
        place = _build(settings.folder / f"claims{items}", items)
        yield from _measure(place, items, settings.times(50, 15))
        place.labeling.project.database.close()


def _build(folder: Path, items: int) -> _Round:
    """A round of tiny pairs that share ten prompts and two responses; one slot an item."""
    folder.mkdir()
    lead = make_project(folder, items=0, people=("ann", "bob"))
    path = lead.database.path
    ids = range(1, items + 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            "INSERT INTO prompt (id, uuid, sha256, messages, normal_sha256, cluster, side, quarantined)"
            " VALUES (?, ?, ?, ?, ?, ?, 'train', 0)",
            ((n, f"p{n}", f"p{n}", f'[{{"content":"q{n}","role":"user"}}]', f"p{n}", f"p{n}") for n in range(1_000_001, 1_000_011)),
        )
        connection.executemany("INSERT INTO response (id, text) VALUES (?, ?)", ((10**9 + n, f"text {n}") for n in (0, 1)))
        connection.executemany(
            "INSERT INTO comparison (id, uuid, key, prompt_id, n_responses, tags, source, meta, servable, hidden, created_at)"
            f" VALUES (?, ?, ?, ?, 2, '[]', '', '{{}}', 1, 0, '{_AT}')",
            ((n, derived_uuid("comparison", f"c{n}"), f"c{n}", 1_000_001 + n % 10) for n in ids),
        )
        connection.executemany(
            "INSERT INTO comparison_response (comparison_id, position, response_id) VALUES (?, ?, ?)",
            ((n, position, 10**9 + position) for n in ids for position in (0, 1)),
        )
        version = connection.execute("SELECT id FROM guideline_version").fetchone()[0]
        connection.commit()
    values = {
        "uuid": derived_uuid("round", "r"), "name": "r", "kind": "labelling", "state": "open", "guideline_version_id": version,
        "overlap": 1, "up_to": 1, "seed": "bench", "options": {"items": items}, "opened_at": now(), "opened_by": lead.actor.id,
    }  # fmt: skip
    with lead.database.write() as connection:
        round_id = rounds.add_round(connection, values)
    for part in chunks(ids, _BATCH):
        found = [(Candidate(n, derived_uuid("comparison", f"c{n}"), 2, (), True, False, False, "", "train"), "train") for n in part]
        with lead.database.write() as connection:
            rounds.add_items(connection, round_id, values["uuid"], "bench", 1, found)
    lead.database.close()
    return _Round(_labeling(path), path)


def _labeling(path: Path) -> Labeling:
    """`ann` at work, connected as in the app."""
    project: Project = open_project(path, "ann")
    project.database.keep_connected()
    return Labeling(project, find_round(project, "r"))


_ANSWER_OPEN = (
    "UPDATE slot SET state = 'answered' WHERE id IN (SELECT slot_id FROM assignment WHERE state = 'open' AND round_id = :round)",
    "UPDATE assignment SET state = 'answered', lease_until = NULL WHERE state = 'open' AND round_id = :round",
)


def _mark_answered(share: str) -> str:
    return f"UPDATE slot SET state = 'answered' WHERE round_id = :round AND {share}"


def _met(which: str, limit: int = 10**9) -> str:
    """Let the person have answered items; their slots stay as they are."""
    return (
        "INSERT INTO assignment (uuid, round_id, comparison_id, annotator_id, purpose, origin, presented_order, state, claimed_at)"
        " SELECT lower(hex(randomblob(16))), s.round_id, i.comparison_id, :person, 'work', 'planned', s.presented_order, 'answered',"
        f" '{_AT}' FROM slot s JOIN round_item i ON i.id = s.round_item_id WHERE s.round_id = :round AND {which} AND i.comparison_id"
        " NOT IN (SELECT a.comparison_id FROM assignment a WHERE a.round_id = :round AND a.annotator_id = :person)"
        f" LIMIT {limit}"
    )


_JUDGED = (
    "INSERT INTO judgment (uuid, assignment_id, comparison_id, annotator_id, revision, status, format, answer, rationale,"
    " active_seconds, created_at, meta) SELECT lower(hex(randomblob(16))), a.id, a.comparison_id, a.annotator_id, 1, 'submitted',"
    f" 'pairwise', '{{\"strength\":1}}', '', 30.0, '{_AT}', '{{}}' FROM assignment a"
    " WHERE a.round_id = :round AND a.state = 'answered'"
)


def _claim(labeling: Labeling) -> tuple[int, float, Served | None]:
    start = time.perf_counter()
    served = labeling.claim()
    return labeling.memory.rows_visited, (time.perf_counter() - start) * 1000, served


def _claims(place: _Round, name: str, times: int, goal: str) -> Figure:
    """So many claims; each is answered by SQL before the next."""
    rows, took = [], []
    for _ in range(times):
        visited, milliseconds, served = _claim(place.labeling)
        rows.append(visited)
        took.append(milliseconds)
        if served is None:
            break
        place.sql(*_ANSWER_OPEN)
    return Figure(name, _text(rows, took), "", len(rows), goal)


def _text(rows: list[int], took: list[float]) -> str:
    return f"{max(rows):,} rows, {quantile(took, 0.5):.1f} ms"


def _measure(place: _Round, items: int, times: int) -> Iterator[Figure]:
    name = f"claim, {items:,} items"
    place.labeling.claim()
    place.sql(*_ANSWER_OPEN)
    yield _claims(place, f"{name}, early (rows max, ms p50)", times, "≤ 64 rows")
    answered = min(_ANSWERED, items // 4)
    place.sql(_mark_answered("id % 2 = 0"), _met("s.id % 2 = 0", answered), _JUDGED)
    yield _claims(place, f"{name}, middle, {answered:,} answered by the person", times, "≤ 64 rows")
    yield _submits(place, f"submit, {items:,} items, middle, {answered:,} answered", min(times, 20))
    yield _progress(place, f"my_progress, {items:,} items, middle, {answered:,} answered", min(times, 20))
    place.sql(_mark_answered("state = 'free' AND id % 100 != 1"))
    yield _claims(place, f"{name}, last 1 %", min(times, max(1, items // 200)), "≤ 64 rows")
    place.sql(_met("s.state = 'free' AND s.id % 200 = 1"))
    yield _claims(place, f"{name}, last 1 %, half of it met", min(times, max(1, items // 400)), "")
    place.sql(_met("s.state = 'free'"))
    yield from _exhausted(place, f"{name}, last 1 %, all of it met")
    place.sql("UPDATE slot SET state = 'free' WHERE round_id = :round", _met("s.state = 'free'"))
    yield from _exhausted(place, f"{name}, all free, all of it met")


def _exhausted(place: _Round, name: str) -> Iterator[Figure]:
    """Nothing is left for the person: found out once, then remembered."""
    labeling = place.again()
    for which, goal in (("first claim", ""), ("remembered", "0 rows")):
        rows, milliseconds, _ = _claim(labeling)
        yield Figure(f"{name}: {which}", _text([rows], [milliseconds]), "", 1, goal)


def _submits(place: _Round, name: str, times: int) -> Figure:
    labeling = place.again()
    served = labeling.claim()
    took = []
    for _ in range(times):
        if served is None:
            break
        start = time.perf_counter()
        served = labeling.submit(served.assignment, served.judgment_uuid, shown_answer(2), READING).following
        took.append((time.perf_counter() - start) * 1000)
    place.sql(*_ANSWER_OPEN)
    return Figure(name, f"{median(took):.1f} ms, max {max(took):.1f}", "", len(took), "≤ 5 ms p95 (P4)")


def _progress(place: _Round, name: str, times: int) -> Figure:
    """What the session reads after every submit, for the status line."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        my_progress(place.labeling.project, place.labeling.round)
        took.append((time.perf_counter() - start) * 1000)
    return Figure(name, f"{median(took):.1f} ms, max {max(took):.1f}", "", times)
