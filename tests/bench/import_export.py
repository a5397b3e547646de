"""10,000 comparisons in and out, as ratios to what parsing the same lines (and inserting the same rows) costs by itself."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from prefterm.services.exporting import ExportOptions, export
from prefterm.services.importing import import_files
from prefterm.services.raw_transfer import export_raw
from tests.bench.figures import Figure, Settings, relative
from tests.bench.texts import markdown, prompt
from tests.factories import make_project, write_jsonl

__all__ = ["run"]

_CHARACTERS = 400


def _records(count: int) -> list[dict[str, Any]]:
    draw = random.Random("import")
    return [
        {
            "id": f"c{n}", "prompt": f"{n}: {prompt(draw)}", "tags": ["bench"],
            "responses": [{"text": markdown(draw, _CHARACTERS), "model": f"m{side}"} for side in (1, 2)],
        }
        for n in range(count)
    ]  # fmt: skip


def _answers(count: int) -> list[dict[str, Any]]:
    """A vote and a gold answer for every comparison."""
    draw = random.Random("answers")
    votes = [
        {"comparison": f"c{n}", "annotator": f"voter{n % 5}", "strength": draw.choice((-3, -2, -1, 1, 2, 3)), "active_seconds": 30.5}
        for n in range(count)
    ]
    golds = [{"comparison": f"c{n}", "strength": draw.choice((-2, 2)), "reason": "It is so.", "type": "gold"} for n in range(count)]
    return [*votes, *golds]


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _parse(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _bare_import(source: Path, target: Path) -> None:
    """The least that an import could be: the driver, one table, one transaction."""
    rows = [
        (r["id"], r["prompt"], r["responses"][0]["text"], r["responses"][1]["text"], r["responses"][0]["model"], r["responses"][1]["model"])
        for r in _parse(source)
    ]
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("CREATE TABLE pair (id TEXT PRIMARY KEY, prompt TEXT, one TEXT, two TEXT, model1 TEXT, model2 TEXT)")
        connection.executemany("INSERT INTO pair VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.commit()


def run(settings: Settings) -> Iterator[Figure]:
    """Import, then the exports of what was imported."""
    count, times = settings.times(10_000, 2_000), settings.times(3, 1)
    folder = settings.folder / "transfer"
    folder.mkdir()
    source = write_jsonl(folder / "pairs.jsonl", _records(count))
    answers = write_jsonl(folder / "answers.jsonl", _answers(count))
    (folder / "warm").mkdir()
    make_project(folder / "warm", items=5)
    imported, bare = [], []
    for turn in range(times):
        (folder / str(turn)).mkdir()
        project = make_project(folder / str(turn), items=0)
        bare.append(_seconds(lambda turn=turn: _bare_import(source, folder / f"bare{turn}.db")))
        imported.append(_seconds(lambda project=project: import_files(project, [source])))
    reference = median(bare)
    size = f"{count:,}"
    yield Figure(f"bare parse and insert of {size} comparisons", f"{reference * 1000:.0f} ms", "1.00", times)
    goal = "≤ 500 ms at 10,000" if count == 10_000 else ""
    yield Figure(
        f"import of {size} comparisons", f"{median(imported) * 1000:.0f} ms", relative(median(imported), reference, "×"), times, goal
    )
    yield Figure(f"import of {2 * count:,} votes and golds", f"{_seconds(lambda: import_files(project, [answers])) * 1000:.0f} ms")
    for labels in ("gold", "each"):
        yield _export(f"export trl-dpo --labels {labels}", folder / f"{labels}.jsonl", times, lambda out, labels=labels: export(
            project, ExportOptions("trl-dpo", labels, force=True), out
        ))  # fmt: skip
    yield _export("export raw", folder / "raw.jsonl", times, lambda out: export_raw(project, out, force=True))


def _export(name: str, out: Path, times: int, work: Callable[[Path], Any]) -> Figure:
    """An export beside the bare parse of the lines it wrote."""
    found = [_seconds(lambda: work(out)) for _ in range(times)]
    reference = median(_seconds(lambda: _parse(out)) for _ in range(times))
    with out.open("rb") as stream:
        lines = sum(1 for _ in stream)
    label = f"{name} ({lines:,} lines; bare parse {reference * 1000:.0f} ms)"
    return Figure(label, f"{median(found) * 1000:.0f} ms", relative(median(found), reference, "×"), times)
