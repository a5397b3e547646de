"""The example project: sample data, two guidelines, two rounds, and three simulated people who have done half of the work."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.domain.records import JudgmentRecord, parse_judgment
from prefterm.domain.strict_json import dumps, loads
from prefterm.services.access import Project, add_annotator, create_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Reading, Served
from prefterm.services.location import demo_database, login_name
from prefterm.services.rounds import RoundOptions, find_round, open_round
from prefterm.store import claims, rounds
from prefterm.store.engine import Database
from prefterm.store.events import append_event
from prefterm.store.people import Person
from prefterm.store.settings import put_setting, setting

__all__ = ["MARKER", "SIMULATED", "build_demo", "sample_folder"]

MARKER = "demo"
"""The setting that says a database is a demo's, so that `demo --fresh` deletes nothing else."""
SIMULATED = ("sim-ana", "sim-ben", "sim-cyd")
"""The co-annotators whose judgments are simulated."""
_TOPICS = ("code", "everyday", "multilingual", "reasoning", "safety", "science", "writing")
_ROUNDS = (
    RoundOptions("assistants", "helpfulness", overlap=2, tags=_TOPICS, holdout=0.1, seed="demo"),
    RoundOptions("medicines", "medicines", overlap=2, tags=("medicines",), seed="demo"),
)
_NOTE = "The judgments of sim-ana, sim-ben and sim-cyd are simulated: no person gave them."
_OUTSIDE = "outside my field"
Progress = Callable[[str, int, int], None] | None
"""Gets (what is being done, steps done, steps in all)."""


@dataclass(frozen=True)
class _Simulation:
    """The simulated judgments by annotator and comparison, and the raw lines they came from."""

    records: Mapping[tuple[str, str], JudgmentRecord]
    lines: tuple[dict[str, Any], ...]


def sample_folder() -> Path:
    """The folder that holds `sample_data` and `guidelines`: in the wheel under `_data`, else the checkout."""
    packaged = Path(str(resources.files("prefterm"))) / "_data"
    for folder in (packaged, packaged.parent.parent):
        if (folder / "sample_data").is_dir() and (folder / "guidelines").is_dir():
            return folder
    raise Refused("sample_data and guidelines are neither in the package nor beside it: install prefterm again")


def build_demo(folder: Path, fresh: bool = False, progress: Progress = None, name: str | None = None) -> Path:
    """The demo's database in `folder`, built where it is not there yet; `fresh` builds it anew.

    `name` (default: the login name) becomes its admin. Built under another name and moved into place, so that a broken off
    build leaves nothing half. Raises `Refused` where `fresh` would delete a database that is no demo.
    """
    target = demo_database(folder)
    if target.exists() and not fresh:
        return target
    if target.exists():
        _refuse_unless_demo(target)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = folder / f".{target.name}.building"
    _delete(building)
    try:
        _build(building, name or login_name(None), progress)
        _delete(target)
        os.replace(building, target)
    finally:
        _delete(building)
    return target


def _refuse_unless_demo(path: Path) -> None:
    with Database(path).read() as connection:
        marked = setting(connection, MARKER) is True
    if not marked:
        raise Refused(f"{path}: is no demo's database, so --fresh does not delete it: move it away")


def _delete(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _build(path: Path, name: str, progress: Progress) -> None:
    source = sample_folder()
    samples = source / "sample_data"
    say = progress or (lambda what, done, total: None)
    say("reading the samples", 0, 1)
    project = create_project(path, name)
    project.database.keep_connected()
    try:
        files = [*sorted((samples / "comparisons").glob("*.jsonl")), *sorted((samples / "gold").glob("*.jsonl"))]
        import_files(project, files)
        for guideline in sorted((source / "guidelines").glob("*.md")):
            publish(project, guideline, "")
        people = [add_annotator(project, n, Role.ANNOTATOR, AnnotatorKind.HUMAN, simulated=True) for n in SIMULATED]
        slots = sum(open_round(project, options).slots for options in _ROUNDS)
        simulation = _read_simulation(samples / "judgments")
        _import_votes_on_gold(project, samples / "gold", simulation)
        for done, _ in enumerate(_play(project, people, simulation), 1):
            say("playing the simulated people", min(done, slots // 2), slots // 2)
        project.database.transact(lambda c: _mark(c, project))
    finally:
        project.database.close()


def _mark(connection: Connection, project: Project) -> None:
    put_setting(connection, MARKER, True)
    append_event(connection, "demo.built", {"note": _NOTE}, project.actor.key)


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().split(b"\n"):
            if line.strip():
                yield loads(line)


def _read_simulation(folder: Path) -> _Simulation:
    lines = tuple(_records(folder))
    records = {(r["annotator"], r["comparison"]): parse_judgment(r, 2) for r in lines if "strength" in r or "choice" in r}
    return _Simulation(records, lines)


def _import_votes_on_gold(project: Project, folder: Path, simulation: _Simulation) -> None:
    """Import the judgments on comparisons with gold, which no round serves; each says in its `meta` that it is simulated."""
    gold = {r["comparison"] for r in _records(folder)}
    text = "".join(dumps(line) + "\n" for line in simulation.lines if line["comparison"] in gold)
    with tempfile.TemporaryDirectory(prefix="prefterm-") as scratch:
        path = Path(scratch) / "simulated-judgments-on-gold.jsonl"
        path.write_text(text, encoding="utf-8")
        import_files(project, [path])


def _play(project: Project, people: list[Person], simulation: _Simulation) -> Iterator[None]:
    """Let everybody answer in turn until half of each round's slots are answered; yields after each answer or skip."""
    for options in _ROUNDS:
        the_round = find_round(project, options.name)
        with project.database.read() as connection:
            left = rounds.planned_slots(connection, the_round.id) // 2
        desks = {p: Labeling(Project(project.database, p), the_round) for p in people}
        served = {p: desk.claim() for p, desk in desks.items()}
        while left > 0 and any(served.values()):
            for person, desk in desks.items():
                item = served[person]
                if item is None or left <= 0:
                    continue
                record = simulation.records.get((person.name, item.comparison))
                served[person] = desk.skip(item.assignment, _OUTSIDE) if record is None else _answer(desk, item, record)
                left -= record is not None
                yield
        for person in people:
            _let_go(project, the_round.id, person)


def _answer(desk: Labeling, item: Served, record: JudgmentRecord) -> Served | None:
    reading = Reading(record.active_seconds or 0.0, record.seen or (1.0,) * len(item.responses))
    return desk.submit(item.assignment, item.judgment_uuid, record.answer, reading).following


def _let_go(project: Project, round_id: int, person: Person) -> None:
    """Give back what a simulated person still holds: a submit claims the next item, and nobody would answer it."""

    def work(connection: Connection) -> None:
        while (row := claims.held_assignment(connection, round_id, person.id)) is not None:
            claims.set_state(connection, row, "expired", None, "free")

    project.database.transact(work)
