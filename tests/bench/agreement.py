"""Coefficients with intervals, as ratios to the plain way (krippendorff.alpha in a loop) and to what a process needs anyway.

The plain way is timed over a few resamples and extrapolated; its resamples differ little from each other. Five annotators,
10,000 items, a tenth missing.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure, Settings, relative

__all__ = ["run"]

_COMMAND = """
import resource, sys, time
from pathlib import Path
import prefterm.store.core
from prefterm.services.access import open_project
from prefterm.services.agreement import AgreementOptions, agreement_parts
from prefterm.services.agreement_scope import find_scope
project, options = open_project(Path(sys.argv[1]), "lead"), AgreementOptions(resamples=int(sys.argv[2]))
start = time.perf_counter()
import numpy
imported = time.perf_counter()
from prefterm.services.agreement_votes import read_votes
ready = time.perf_counter()
if sys.argv[3:] != ["once"]:
    read_votes(project.database.read, find_scope(project, options))
read = time.perf_counter()
parts = {}
for key, value in agreement_parts(project, options):
    parts[key] = value
    if key == "coefficients":
        first = time.perf_counter()
done = time.perf_counter()
heavy = [name for name in ("scipy", "pandas", "sklearn", "statsmodels") if name in sys.modules]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(imported - start, read - ready, first - read, done - read, parts["n_judgments"], len(parts["pairs"]), memory, *heavy)
"""
"""The whole command; the rows are read twice, so that reading them can be told apart, unless memory is what is asked."""

_AUDIT = """
import resource, sys, time
from pathlib import Path
from prefterm.services.access import open_project
from prefterm.services.auditing import audit
start = time.perf_counter()
audit(open_project(Path(sys.argv[1]), "lead"))
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""

_ROWS = "SELECT item, annotator, strength FROM vote ORDER BY item"
_PAGE = 5_000

_WHOLE = """
import sqlite3, sys, time
import prefterm.store.core, prefterm.stats
from prefterm.stats.figures import Figure
start = time.perf_counter()
import numpy
imported = time.perf_counter()
from prefterm.stats import STRENGTHS, PairTables, RatingsBuilder, overall_figures, pair_figures, shared_items
builder = RatingsBuilder(STRENGTHS)
cursor = sqlite3.connect(sys.argv[1]).execute(sys.argv[2])
while page := cursor.fetchmany(int(sys.argv[3])):
    builder.add(*zip(*page))
ratings = builder.finish()
read = time.perf_counter()
overall_figures(ratings, resamples=int(sys.argv[4]))
tables = PairTables(ratings)
pairs = [pair_figures(tables, a, b, resamples=int(sys.argv[4])) for a, b, _ in shared_items(ratings)]
done = time.perf_counter()
import resource
heavy = [name for name in ("scipy", "pandas", "sklearn", "statsmodels") if name in sys.modules]
print(imported - start, read - imported, done - read, len(pairs), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, *heavy)
"""


def _votes(path: Path, items: int, annotators: int = 5) -> Path:
    """A table of votes that lean together, a tenth missing."""
    import numpy as np

    generator = np.random.default_rng(1)
    strength = generator.normal(0, 2, items)[:, None] + generator.normal(0, 1, (items, annotators))
    labels = np.clip(np.rint(strength), -3, 3).astype(int)
    given = np.argwhere(generator.random(labels.shape) >= 0.1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE vote (item INTEGER, annotator INTEGER, strength INTEGER)")
        rows = ((int(i), int(a), int(labels[i, a])) for i, a in given)
        connection.executemany("INSERT INTO vote VALUES (?, ?, ?)", rows)
        connection.commit()
    return path


def _seconds(work: Callable[[], object], times: int) -> float:
    """The least of some turns: what else runs on the machine only ever adds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def run(settings: Settings) -> Iterator[Figure]:
    """Alpha alone, then everything in a fresh process, then a million votes."""
    settings.folder.mkdir(exist_ok=True)
    items = settings.times(10_000, 2_000)
    path = _votes(settings.folder / "votes.db", items)
    yield from _alphas(path, settings)
    yield from _whole(path, settings)
    million = _votes(settings.folder / "million.db", settings.times(222_222, 22_222))
    _, read, done, pairs, memory = _process(million, 200)
    votes = settings.times(1_000_000, 100_000)
    yield Figure(f"about {votes:,} votes in pages of {_PAGE:,}, peak memory", f"{memory:.0f} MB", "", 1, "≤ 200 MB")
    yield Figure(f"the same: reading; {pairs:.0f} pairs and all coefficients, 200 draws", f"{read:.1f} s; {done:.1f} s", "", 1)
    yield from _command(settings)


def _command(settings: Settings) -> Iterator[Figure]:
    """`agreement` on a project in its own schema: time against what the figures stand on, then memory at a million."""
    path = _judged(settings.folder / "judged.db", settings.times(10_000, 2_000))
    times = settings.times(5, 2)
    runs = [_numbers(_COMMAND, str(path), "2000") for _ in range(times)]
    imported, read, first, whole, judgments, pairs, _ = (median(run[at] for run in runs) for at in range(7))
    base = imported + read
    name = f"agreement: {judgments:,.0f} judgments; import numpy {imported * 1000:.0f} ms, read and sort out {read * 1000:.0f} ms"
    yield Figure(name, f"{base * 1000:.0f} ms", "1.00", times)
    yield Figure(
        "the command up to its coefficients, reading included", f"{first * 1000:.0f} ms", relative(first, base, "×"), times, "< 3 ×"
    )
    yield Figure(
        f"all of it: {pairs:.0f} pairs, breakdowns, differences, profiles",
        f"{whole * 1000:.0f} ms",
        relative(whole, base, "×"),
        times,
        "< 3 ×",
    )
    if settings.full:
        big = _judged(settings.folder / "big.db", 222_222)
        _, _, _, whole, judgments, _, memory = _numbers(_COMMAND, str(big), "200", "once")
        yield Figure(f"agreement on {judgments:,.0f} judgments, peak memory", f"{memory:.0f} MB", "", 1, "≤ 200 MB")
        yield Figure("the same: all of it, 200 draws", f"{whole:.1f} s", "", 1)
        seconds, memory = _numbers(_AUDIT, str(big))
        yield Figure("audit of the same, peak memory", f"{memory:.0f} MB", "", 1, "≤ 200 MB")
        yield Figure("the same: all of it", f"{seconds:.1f} s", "", 1)


def _judged(path: Path, items: int, annotators: int = 5) -> Path:
    """A project with an imported round of as many items, a tenth of the votes missing; written beside the importer, which takes longer."""
    from prefterm.services.access import create_project

    create_project(path, "lead")
    votes = _votes(path.with_suffix(".votes"), items, annotators)
    moment = "2026-03-01T10:00:00.000000Z"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS given", (str(votes),))
        uuid = "printf('%08d-0000-4000-8000-000000000000', {0})"
        for n in range(annotators):
            connection.execute(
                "INSERT INTO annotator (id, uuid, name, role, kind, may_log_in, simulated, created_at)"
                " VALUES (?, ?, ?, 'annotator', 'human', 0, 0, ?)", (100 + n, f"a{n}", f"person {n}", moment)
            )  # fmt: skip
        connection.execute(
            "INSERT INTO round (id, uuid, name, kind, state, overlap, up_to, seed, options, opened_at, freed)"
            " VALUES (1, 'r', 'import:bench', 'import', 'closed', 1, 1, '', '{}', ?, 0)", (moment,)
        )  # fmt: skip
        for statement in (
            "INSERT INTO prompt (id, uuid, sha256, messages, normal_sha256, cluster, quarantined)"
            f" SELECT DISTINCT item + 1, {uuid.format('item')}, item, '[]', item, {uuid.format('item')}, 0 FROM given.vote",
            "INSERT INTO comparison (id, uuid, key, prompt_id, n_responses, tags, source, meta, servable, hidden, created_at)"
            f" SELECT id, uuid, 'c' || id, id, 2, json_array('t' || id % 5), '', '{{}}', 1, 0, '{moment}' FROM prompt",
            "INSERT INTO round_item (round_id, comparison_id, shuffle) SELECT 1, id, id FROM comparison",
            "INSERT INTO assignment (id, uuid, round_id, comparison_id, annotator_id, purpose, origin, state, claimed_at, presented_order)"
            f" SELECT rowid, {uuid.format('rowid')}, 1, item + 1, 100 + annotator, 'work', 'planned', 'answered', '{moment}',"
            " CASE rowid % 2 WHEN 0 THEN '[0,1]' ELSE '[1,0]' END FROM given.vote",
            "INSERT INTO judgment (id, uuid, assignment_id, comparison_id, annotator_id, revision, status, format, answer, rationale,"
            " active_seconds, created_at, meta) SELECT id, uuid, id, comparison_id, annotator_id, 1, 'submitted', 'pairwise', '{}', '',"
            f" 20.0 + id % 60, '{moment}', '{{}}' FROM assignment",
            "INSERT INTO preference (judgment_id, dimension, first, second, strength, tie) SELECT rowid, 'overall', 0, 1, strength,"
            " CASE strength WHEN 0 THEN 'equal' END FROM given.vote",
        ):
            connection.execute(statement)
        connection.commit()
    return path


def _alphas(path: Path, settings: Settings) -> Iterator[Figure]:
    import krippendorff
    import numpy as np

    from prefterm.stats import DIRECTIONS, STRENGTHS, Ratings, counts_sample, live_figure, measure
    from prefterm.stats.reliability import Alpha

    with closing(sqlite3.connect(path)) as connection:
        columns = list(zip(*connection.execute(_ROWS), strict=True))
    strengths = Ratings.from_columns(*columns, STRENGTHS)
    generator, resamples, times = np.random.default_rng(2), 1_000, settings.times(7, 3)
    for name, ratings, level, goal in (
        ("nominal, first/tie/second", strengths.directions(), "nominal", "≥ 300"),
        ("ordinal, -3 to 3", strengths, "ordinal", "≥ 150"),
        ("nominal, -3 to 3", strengths, "nominal", ""),
        ("interval, -3 to 3", strengths, "interval", ""),
    ):
        matrix = np.full((ratings.n_annotators, ratings.n_items), np.nan)
        matrix[ratings.annotator, ratings.item] = np.asarray(ratings.values)[ratings.code]
        domain = list(STRENGTHS if level != "nominal" or ratings is strengths else DIRECTIONS)

        def plain(matrix=matrix, domain=domain, level=level) -> float:
            drawn = matrix[:, generator.integers(0, matrix.shape[1], matrix.shape[1])]
            return krippendorff.alpha(drawn, value_domain=domain, level_of_measurement=level)

        def own(ratings=ratings, level=level) -> object:
            return measure(counts_sample(ratings), [Alpha(level, ratings.values)], resamples=resamples)

        loop, fast = _seconds(plain, settings.times(15, 3)) * resamples, _seconds(own, times)
        label = f"alpha {name}, {resamples:,} resamples (a loop: {loop:.1f} s)"
        yield Figure(label, f"{fast * 1000:.1f} ms", f"{loop / fast:.0f} × faster", times, goal)
    sample, alpha = counts_sample(strengths), Alpha("ordinal", STRENGTHS)
    live = _seconds(lambda: live_figure(sample, alpha), times)
    yield Figure("the live figure, ordinal", f"{live * 1000:.1f} ms", "", times, "≤ 20 ms")


def _process(path: Path, resamples: int) -> list[float]:
    """Seconds of importing numpy, of reading, of all figures; how many pairs; megabytes at the worst."""
    return _numbers(_WHOLE, str(path), _ROWS, str(_PAGE), str(resamples))


def _numbers(script: str, *arguments: str) -> list[float]:
    """What a script prints in a process of its own: numbers, and the name of any library that it ought not to have loaded."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True).stdout.split()
    if heavy := [word for word in done if word.isalpha()]:
        raise RuntimeError(f"loaded what is too heavy: {heavy}")
    return [float(number) for number in done]


def _whole(path: Path, settings: Settings) -> Iterator[Figure]:
    times = settings.times(7, 2)
    runs = [_process(path, 2_000) for _ in range(times)]
    imported, read, done = (median(run[at] for run in runs) for at in range(3))
    yield Figure(
        f"import numpy {imported * 1000:.0f} ms, read the votes {read * 1000:.0f} ms", f"{(imported + read) * 1000:.0f} ms", "1.00", times
    )
    name = f"all coefficients, {runs[0][3]:.0f} pairs, 2,000 resamples, the package's import too"
    yield Figure(name, f"{done * 1000:.0f} ms", relative(done, imported + read, "×"), times, "< 3 ×")
