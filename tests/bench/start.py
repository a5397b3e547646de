"""From the start of the process to the first frame and the first readable pair, against a bare Textual app (R)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.advance import build
from tests.bench.figures import Figure, Settings, relative
from tests.bench.texts import pairs
from tests.bench.watching import Seen, Watched, label_command

__all__ = ["run"]

_BARE = Path(__file__).parent / "rivals" / "bare.py"
_FRAME = r"submit +r why"
"""The last row of the first frame."""
_PAIR = r"┌─ left [\s\S]*\d much[\s\S]*submit"
_SIZE = (120, 40)


def run(settings: Settings) -> Iterator[Figure]:
    """R and the app in turn, so that both meet the same machine."""
    database = build(settings.folder / "start", pairs("start", 12, 3000))
    times = settings.times(11, 3)
    seen: dict[str, list[Seen]] = {"bare": [], "frame": [], "pair": []}
    size: dict[str, list[int]] = {"bare": [], "own": []}
    # As after an installation: compiling prefterm's own sources takes longer than all else it does before the first frame.
    environment = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(settings.folder / "bytecode")}
    for turn in range(times + 1):
        with Watched([sys.executable, str(_BARE)], _SIZE, environment) as program:
            bare = program.seen_at("a bare app is ready")[0]
            bare_bytes = program.size
        with Watched(label_command(database, "ann"), _SIZE, environment) as program:
            frame, pair = program.seen_at(_FRAME, _PAIR)
            own_bytes = program.size
        if turn == 0:
            # Byte code and pages are in the cache from now on.
            continue
        for name, at in (("bare", bare), ("frame", frame), ("pair", pair)):
            seen[name].append(at)
        size["bare"].append(bare_bytes)
        size["own"].append(own_bytes)
    wall = {name: median(at.seconds for at in moments) for name, moments in seen.items()}
    cpu = {name: median(at.cpu for at in moments) for name, moments in seen.items()}
    yield Figure("R: a bare Textual app, text on the screen", _ms(wall["bare"]), "1.00 R", times)
    yield Figure("first frame", _ms(wall["frame"]), relative(wall["frame"], wall["bare"], "R"), times, "≤ 1.10 R")
    yield Figure("first readable pair", _ms(wall["pair"]), relative(wall["pair"], wall["bare"], "R"), times, "≤ 2.3 R")
    yield Figure("R: processor time until then", _ms(cpu["bare"]), "1.00 R", times)
    yield Figure("processor time until the first frame", _ms(cpu["frame"]), relative(cpu["frame"], cpu["bare"], "R"), times)
    yield Figure("processor time until the first readable pair", _ms(cpu["pair"]), relative(cpu["pair"], cpu["bare"], "R"), times)
    yield Figure("R: bytes to settled", f"{median(size['bare']):,.0f}", "", times)
    yield Figure("bytes to settled", f"{median(size['own']):,.0f}", relative(median(size["own"]), median(size["bare"]), "R"), times)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
