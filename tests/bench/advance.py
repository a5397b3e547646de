"""From the key that submits to the last cell of the next pair, and what that costs: bytes, memory; against stock widgets (M)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure, Settings, quantile, relative
from tests.bench.texts import pairs
from tests.bench.watching import Advance, Watched, label_command, memory_mib
from tests.factories import make_project, make_round, no_newcomers

__all__ = ["build", "run"]

_PANES = Path(__file__).parent / "rivals" / "markdown_panes.py"
_PAIR = r"┌─ left [\s\S]*\d much"
_EVERY = 3
"""Advances of the app to one of M."""
Texts = Sequence[tuple[str, str, str]]


def build(folder: Path, texts: Texts) -> Path:
    """A database with a round over these (prompt, first, second), all of it for `ann`."""
    folder.mkdir()
    records = [{"id": f"c{n}", "prompt": asked, "responses": [{"text": one}, {"text": two}]} for n, (asked, one, two) in enumerate(texts)]
    project = make_project(folder, people=("ann",), records=records)
    make_round(project, overlap=1, up_to=1, seed="bench")
    project.database.close()
    # The welcome before somebody's first pair is not what is measured.
    no_newcomers(project.database.path)
    return project.database.path


class _App:
    """The label screen, pair after pair."""

    def __init__(self, database: Path, size: tuple[int, int], *options: str, journal: str | None = None) -> None:
        environment = {"PREFTERM_JOURNAL": journal} if journal else None
        self.program = Watched(label_command(database, "ann", *options), size, environment)
        self.program.settle(0.5, _PAIR)
        self.done = 0

    def advance(self) -> Advance:
        """Choose a margin, then submit; what the submit brought about."""
        self.done += 1
        self.program.press("2", quiet=0.15)
        return self.program.press("enter", rf" {self.done}/")

    def hurry(self) -> None:
        """The same without looking at the time."""
        self.done += 1
        self.program.send("1", "enter")
        self.program.until(rf" {self.done}/")


class _Panes:
    """The same texts in M."""

    def __init__(self, texts: Texts, folder: Path, size: tuple[int, int]) -> None:
        folder.mkdir()
        source = folder / "pairs.jsonl"
        source.write_text("".join(json.dumps([one, two]) + "\n" for _, one, two in texts), encoding="utf-8")
        self.program = Watched([sys.executable, str(_PANES), str(source), str(folder)], size)
        self.program.settle(0.8, "0 answered")
        self.done = 0

    def advance(self) -> Advance:
        self.done += 1
        return self.program.press("enter", rf"^{self.done} answered", quiet=0.8)


def run(settings: Settings) -> Iterator[Figure]:
    """Every figure of the label-and-advance loop."""
    short = pairs("advance", settings.times(560, 130), 3000)
    database = build(settings.folder / "short", short)
    yield from _against(settings, database, short, (120, 40), settings.times(60, 12), ("≤ 30 ms", "≤ 60 ms", "≤ 12 k", "≤ 18 k"))
    yield from _against(settings, database, short, (200, 60), settings.times(42, 9), ("≤ 45 ms", "≤ 100 ms", "≤ 23 k", "≤ 30 k"))
    yield from _journals(settings, database)
    yield from _low_bandwidth(settings, database)
    yield from _long(settings)
    yield from _very_long(settings)
    yield from _memory(settings, database)


def _copy(database: Path, name: str) -> Path:
    target = database.with_name(f"{name}.db")
    target.write_bytes(database.read_bytes())
    return target


def _milliseconds(found: Sequence[Advance], share: float) -> float:
    return quantile([a.seconds * 1000 for a in found], share)


def _against(
    settings: Settings, database: Path, texts: Texts, size: tuple[int, int], times: int, goals: tuple[str, str, str, str]
) -> Iterator[Figure]:
    name = f"{size[0]}×{size[1]}"
    app = _App(_copy(database, name), size)
    panes = _Panes(texts, settings.folder / f"panes{name}", size)
    own: list[Advance] = []
    other: list[Advance] = []
    with app.program, panes.program:
        app.advance(), panes.advance()
        for turn in range(times):
            own.append(app.advance())
            if turn % _EVERY == 0:
                other.append(panes.advance())
        margin = [app.program.press(key).size for key in "6235176"] if size[0] == 120 else []
        idle = app.program.written(3.0) if size[0] == 120 else 0
    for label, found, ends in (("M, ", other, ("", "", "", "")), ("", own, goals)):
        middle, late = _milliseconds(found, 0.5), _milliseconds(found, 0.95)
        sizes = [a.size for a in found]
        cpu = median(a.cpu for a in found) * 1000
        many = len(found)
        yield Figure(f"advance {name}, {label}p50", f"{middle:.0f} ms", relative(middle, _milliseconds(other, 0.5), "M"), many, ends[0])
        yield Figure(f"advance {name}, {label}p95", f"{late:.0f} ms", relative(late, _milliseconds(other, 0.95), "M"), many, ends[1])
        reference = median(a.cpu for a in other) * 1000
        yield Figure(f"advance {name}, {label}processor time p50", f"{cpu:.1f} ms", relative(cpu, reference, "M"), many)
        reference = median(a.size for a in other)
        yield Figure(f"advance {name}, {label}bytes p50", f"{median(sizes):,.0f}", relative(median(sizes), reference, "M"), many, ends[2])
        yield Figure(f"advance {name}, {label}bytes max", f"{max(sizes):,}", "", many, ends[3])
    yield Figure(f"advance {name}, first after the start", f"{own[0].seconds * 1000:.0f} ms", "", 1)
    if margin:
        yield Figure("choosing a margin, bytes p50 / max", f"{median(margin):,.0f} / {max(margin):,}", "", len(margin), "≤ 1 k")
        yield Figure("idle for 3 s, bytes", f"{idle:,}", "", 1, "0")


def _journals(settings: Settings, database: Path) -> Iterator[Figure]:
    """Both journal modes in turn: which of them is used otherwise depends on the release of SQLite."""
    times = settings.times(30, 6)
    apps = {journal: _App(_copy(database, journal), (120, 40), journal=journal) for journal in ("wal", "delete")}
    found: dict[str, list[Advance]] = {journal: [] for journal in apps}
    with apps["wal"].program, apps["delete"].program:
        for _ in range(times + 1):
            for journal, app in apps.items():
                found[journal].append(app.advance())
    for journal, some in found.items():
        figure = f"{_milliseconds(some[1:], 0.5):.0f} / {_milliseconds(some[1:], 0.95):.0f} ms"
        yield Figure(f"advance 120×40, journal {journal}, p50 / p95", figure, "", times, "≤ 30 / 60 ms" if journal == "wal" else "")


def _low_bandwidth(settings: Settings, database: Path) -> Iterator[Figure]:
    times = settings.times(30, 6)
    app = _App(_copy(database, "low"), (120, 40), "--low-bandwidth")
    with app.program:
        sizes = [app.advance().size for _ in range(times)]
    yield Figure("advance 120×40 --low-bandwidth, bytes p50 / max", f"{median(sizes):,.0f} / {max(sizes):,}", "", times, "≤ 10 k")


def _long(settings: Settings) -> Iterator[Figure]:
    """20 kB a response beside 3 kB a response, in turn."""
    times = settings.times(30, 6)
    one = _App(build(settings.folder / "three", pairs("three", times + 5, 3000)), (120, 40))
    other = _App(build(settings.folder / "twenty", pairs("twenty", times + 5, 20_000)), (120, 40))
    found: tuple[list[Advance], list[Advance]] = ([], [])
    with one.program, other.program:
        one.advance(), other.advance()
        for _ in range(times):
            found[0].append(one.advance())
            found[1].append(other.advance())
    reference = _milliseconds(found[0], 0.5)
    for name, some, goal in (("3 kB", found[0], ""), ("20 kB", found[1], "≤ 1.2 × 3 kB")):
        middle = _milliseconds(some, 0.5)
        figure = f"{middle:.0f} / {_milliseconds(some, 0.95):.0f} ms"
        yield Figure(f"advance 120×40, {name} a response, p50 / p95", figure, relative(middle, reference, "× 3 kB"), times, goal)
    yield Figure("advance 120×40, 20 kB a response, bytes p50", f"{median(a.size for a in found[1]):,.0f}", "", times)


def _very_long(settings: Settings) -> Iterator[Figure]:
    """200 kB a response: how long until the beginning of the next pair can be read."""
    times = settings.times(20, 5)
    app = _App(build(settings.folder / "very_long", pairs("very long", times + 5, 200_000)), (120, 40))
    with app.program:
        app.advance()
        found = []
        for _ in range(times):
            # The rest of the last pair is being laid out: nobody answers while 200 kB have just appeared.
            app.program.settle(0.6)
            found.append(app.advance())
    figure = f"{_milliseconds(found, 0.5):.0f} / {_milliseconds(found, 0.95):.0f} ms"
    yield Figure("advance 120×40, 200 kB a response, p50 / p95", figure, "", times, "≤ 150 ms")


def _memory(settings: Settings, database: Path) -> Iterator[Figure]:
    """Resident memory, and whether an advance becomes slower, over a long sitting."""
    early, late = settings.times(30, 30), settings.times(530, 90)
    app = _App(_copy(database, "memory"), (120, 40))
    with app.program:
        while app.done < early:
            app.hurry()
        app.program.settle(0.5)
        first = memory_mib(app.program.pid)
        while app.done < late:
            app.hurry()
        app.program.settle(0.5)
        second = memory_mib(app.program.pid)
        after = [app.advance() for _ in range(settings.times(30, 10))]
    yield Figure(f"VmRSS after {early} advances", f"{first:.1f} MiB")
    goal = "≤ 85 MiB, +2 MiB in 500"
    yield Figure(f"VmRSS after {late} advances", f"{second:.1f} MiB", f"+{second - first:.1f} MiB", 1, goal)
    yield Figure(f"advance 120×40 after {late} answers, p50", f"{_milliseconds(after, 0.5):.0f} ms", "", len(after), "≤ 30 ms")
