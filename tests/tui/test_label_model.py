"""The label screen under any sequence of acts, checked against a plain model of what its person said last.

`PREFTERM_FULL=1 pytest tests/tui/test_label_model.py` runs many sequences and shrinks what it finds; the default is a
sample that fits into half a minute.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tui.label_life import Life
from tests.tui.label_saying import TIES

FULL = bool(os.environ.get("PREFTERM_FULL"))
EXAMPLES = int(os.environ.get("PREFTERM_PROPERTY_EXAMPLES", "400" if FULL else "14"))
STEPS = int(os.environ.get("PREFTERM_PROPERTY_STEPS", "40"))
LOOKS = [
    *((key,) for key in (*"zmdpPowbeCxnN", "space", "end", "home")),
    *(
        tuple(keys.split())
        for keys in (
            "j j", "g escape", "G t i e enter", "slash f i r s t enter n", "slash z z enter", "slash a escape", "question_mark escape",
            "colon escape", "s escape", "f escape", "v j y n q escape v", "c Z",
        )
    ),
]  # fmt: skip
"""Keys that look, and say nothing."""
texts = st.sampled_from(["why", " a b\n", "naïve 😀", "x" * 90, "  "])
starts = st.sampled_from(["label", "label", "home"])


def step(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(name), *arguments)


SAYING = st.one_of(
    step("choose", st.integers(1, 9)),
    step("arrow", st.sampled_from(["left", "right"])),
    step("tie", st.sampled_from(sorted(TIES))),
    step("mark", st.integers(0, 1)),
    step("tab", st.sampled_from(["tab", "shift+tab"])),
    step("tick", st.integers(1, 3)),
    step("write", texts, st.booleans(), st.integers(0, 3)),
    step("cite", st.integers(1, 3)),
    step("point", st.sampled_from(["", "j", "w", "wj", "jj", "k"]), st.sampled_from("fudnx")),
    step("look", st.sampled_from(LOOKS)),
    step("wait"),
    step("regret", st.sampled_from(["mark", "tick", "cite"])),
)
GIVING = st.one_of(
    step("answer", st.integers(1, 7), st.integers(1, 5)), step("answer", st.integers(1, 7), st.integers(1, 5)), step("submit"),
    step("undo"), step("redo"), step("own", st.none() | st.integers(0, 4), st.booleans()), step("own", st.integers(0, 4), st.just(False)),
)  # fmt: skip
LEAVING = st.one_of(
    step("skip"), step("flag", st.booleans()), step("go_home"), step("quit", starts), step("kill", starts, st.booleans()),
    step("cut", st.sampled_from(["enter", "u", "U"])), step("leases_end"),
    step("others", st.integers(-3, 3), st.sampled_from([False, False, True])),
)  # fmt: skip
STEP = st.one_of(SAYING, SAYING, GIVING, GIVING, LEAVING)
WITHOUT_PAIR = ("undo", "redo", "go_home")
ANYWHERE = ("own", "quit", "kill", "leases_end", "others", "close", "wait")


async def take(life: Life, name: str, arguments: tuple[Any, ...]) -> None:
    """Take a step where it can be taken."""
    if name not in ANYWHERE and not await life.there() and not (name in WITHOUT_PAIR and life.at_label):
        return
    if name == "wait" and not life.at_label:
        return
    await getattr(life, name)(*arguments)
    life.check()


async def live(steps: list[tuple[Any, ...]], closing: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="prefterm-life-"))
    life = Life(folder)
    try:
        await life.sit_again("label")
        for name, *arguments in steps:
            await take(life, name, tuple(arguments))
        if closing:
            for name, *arguments in [("close",), ("submit",), ("undo",), ("own", 0, False), ("own", 0, True), ("kill", "home", True)]:
                await take(life, name, tuple(arguments))
        life.check_exports(folder)
    finally:
        await life.seat.drop()
        life.lead.database.close()
        life.bob.project.database.close()
        shutil.rmtree(folder)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    # Shrinking takes minutes; whoever looks for a cause asks for it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if FULL else [])],
)
@given(st.lists(STEP, min_size=min(15, STEPS), max_size=STEPS), st.booleans())
def test_what_was_said_is_what_is_kept_shown_and_handed_out(steps: list[tuple[Any, ...]], closing: bool) -> None:
    asyncio.run(live(steps, closing))
