"""Small complete projects for tests: real files, made by the same use cases that people call."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefterm.domain.judgments import AnnotatorKind, Answer, Role
from prefterm.domain.preferences import TieKind
from prefterm.services.access import Project, add_annotator, create_project, open_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Reading
from prefterm.services.rounds import RoundOptions, find_round, open_round
from prefterm.store.engine import Database
from prefterm.store.events import chain_problems, event_page
from prefterm.store.people import uuids_by_id

ROOT = Path(__file__).parents[1]
GUIDELINE = ROOT / "guidelines" / "helpfulness.md"
READING = Reading(3.0, (1.0, 1.0))
PEOPLE = ("ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal")


def write_jsonl(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write records, one a line."""
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def comparison(number: int, prompt: Any = None, **more: Any) -> dict[str, Any]:
    """The native record of a small comparison whose prompt is near to no other's."""
    text = f"q{number}: say what {number * 7919 % 9973} and {number * 104729 % 9967} have in common" if prompt is None else prompt
    responses = [{"text": f"first of {number}", "model": "m1"}, {"text": f"second of {number}", "model": "m2"}]
    return {"id": f"c{number}", "prompt": text, "responses": responses, **more}


def shown_answer(strength: int, **more: Any) -> Answer:
    """A pairwise answer with that signed strength."""
    payload: dict[str, Any] = {"strength": strength} if strength else {"strength": 0, "tie": str(TieKind.EQUAL)}
    return Answer("pairwise", payload, **more)


def make_project(
    folder: Path,
    items: int = 6,
    people: Sequence[str] = PEOPLE[:3],
    *,
    records: Iterable[dict[str, Any]] | None = None,
    guideline: Path | None = GUIDELINE,
) -> Project:
    """A project of its admin `lead`, with comparisons, a published guideline and `people` as annotators."""
    lead = create_project(folder / "prefterm.db", "lead")
    found = [comparison(n) for n in range(items)] if records is None else list(records)
    if found:
        import_files(lead, [write_jsonl(folder / "items.jsonl", found)])
    if guideline is not None:
        publish(lead, guideline, "first")
    for name in people:
        add_annotator(lead, name, Role.ANNOTATOR, AnnotatorKind.HUMAN)
    return lead


def make_round(project: Project, name: str = "r", **options: Any) -> str:
    """Open a round under the guideline of `make_project`; its name."""
    open_round(project, RoundOptions(name, "helpfulness", **options))
    return name


def labeling(project: Project, person: str, round_name: str = "r") -> Labeling:
    """A person's work in a round, from a terminal of its own."""
    mine = open_project(project.database.path, person)
    return Labeling(mine, find_round(mine, round_name))


def copied(project: Project, folder: Path) -> Project:
    """The same project in a file of its own."""
    target = folder / "prefterm.db"
    shutil.copy(project.database.path, target)
    return open_project(target, project.actor.name)


def rows(project: Project, sql: str, *values: Any) -> list[dict[str, Any]]:
    """What a query finds, read beside prefterm's own store."""
    with closing(sqlite3.connect(project.database.path, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(r) for r in connection.execute(sql, values).fetchall()]


def change(project: Project, sql: str, *values: Any) -> None:
    """Change the file behind prefterm's back."""
    with closing(sqlite3.connect(project.database.path, timeout=30)) as connection:
        connection.execute(sql, values)
        connection.commit()


def let_leases_end(project: Project, *people: str) -> None:
    """Move every lease that these people hold into the past."""
    marks = ",".join("?" * len(people))
    change(
        project,
        "UPDATE assignment SET lease_until = '2001-01-01T00:00:00.000000Z' WHERE lease_until IS NOT NULL"
        f" AND annotator_id IN (SELECT id FROM annotator WHERE name IN ({marks}))",
        *people,
    )


def no_newcomers(path: Path) -> None:
    """Everybody was served a pair once, which ran out: nobody is welcomed before their first pair."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute(
            "INSERT INTO assignment (uuid, round_id, comparison_id, annotator_id, purpose, origin, state, claimed_at)"
            " SELECT printf('00000000-0000-4000-8000-%012x', a.id), r.id, i.comparison_id, a.id, 'work', 'planned', 'expired',"
            " '2026-01-01T00:00:00.000000Z'"
            " FROM annotator a, round r JOIN round_item i ON i.round_id = r.id WHERE a.may_log_in"
            " AND i.id = (SELECT MIN(id) FROM round_item) GROUP BY a.id"
        )
        connection.commit()


def event_problems(database: Database) -> list[str]:
    """What breaks the chain of events; empty where it is whole."""

    def pages() -> Any:
        after = 0
        while page := event_page(connection, after):
            yield page
            after = page[-1].seq

    with database.read() as connection:
        return chain_problems(pages(), uuids_by_id(connection))


@dataclass
class Projects:
    """Makes projects and rounds in one temporary folder."""

    folder: Path
    made: list[Project] = field(default_factory=list)

    def __call__(self, items: int = 6, people: Sequence[str] = PEOPLE[:3], **more: Any) -> Project:
        folder = self.folder / f"project{len(self.made)}"
        folder.mkdir()
        self.made.append(make_project(folder, items, people, **more))
        return self.made[-1]
