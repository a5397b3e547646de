"""From the start of the process to the first frame and the first readable pair, against a bare Textual app (R)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.advance import build
from tests.bench.figures import Figure, Settings, relative
from tests.bench.texts import pairs
from tests.bench.watching import Watched, label_command

__all__ = ["run"]

_BARE = Path(__file__).parent / "rivals" / "bare.py"
_FRAME = r"submit +r why"
"""The last row of the first frame."""
_PAIR = r"┌─ 1 [\s\S]*\d much[\s\S]*submit"
_SIZE = (120, 40)


def run(settings: Settings) -> Iterator[Figure]:
    """R and the app in turn, so that both meet the same machine."""
    database = build(settings.folder / "start", pairs("start", 12, 3000))
    times = settings.times(11, 3)
    bare: list[float] = []
    bare_size: list[float] = []
    frame: list[float] = []
    pair: list[float] = []
    size: list[float] = []
    for turn in range(times + 1):
        with Watched([sys.executable, str(_BARE)], _SIZE) as program:
            one = program.seen_at("a bare app is ready")[0]
            bare_bytes = program.size
        with Watched(label_command(database, "ann"), _SIZE) as program:
            two, three = program.seen_at(_FRAME, _PAIR)
            own_bytes = program.size
        if turn == 0:
            # Byte code and pages are in the cache from now on.
            continue
        bare.append(one)
        bare_size.append(bare_bytes)
        frame.append(two)
        pair.append(three)
        size.append(own_bytes)
    reference = median(bare)
    yield Figure("R: a bare Textual app, text on the screen", f"{reference * 1000:.0f} ms", "1.00 R", times)
    yield Figure("first frame", f"{median(frame) * 1000:.0f} ms", relative(median(frame), reference, "R"), times, "≤ 1.10 R")
    yield Figure("first readable pair", f"{median(pair) * 1000:.0f} ms", relative(median(pair), reference, "R"), times, "≤ 2.3 R")
    yield Figure("R: bytes to settled", f"{median(bare_size):,.0f}", "", times)
    yield Figure("bytes to settled", f"{median(size):,.0f}", relative(median(size), median(bare_size), "R"), times)
