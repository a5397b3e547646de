"""Saying something at the label screen: every step presses keys, and says of the plain model beside it what that must have done."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from prefterm.services.access import open_project
from prefterm.services.serving import Served
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label import LabelScreen
from prefterm.tui.screens.label.citing import CitingMode
from prefterm.tui.screens.label.pointing import PointingMode
from prefterm.tui.widgets.chrome import Banner
from prefterm.tui.widgets.pair import PROMPT, PairView
from tests.factories import (
    GUIDELINE,
    labeling,
    make_project,
    make_round,
    no_newcomers,
)
from tests.tui.at_once import Seat
from tests.tui.label_person import Item, Model, Pointed, Said

__all__ = ["CONFIDENCE_ROW", "ITEMS", "TIES", "Saying", "record"]

ITEMS = 7
DIMENSIONS = ("correctness", "instructions", "clarity", "economy")
REASONS = ("a claim, sum or line of code is wrong", "an invented source, quotation or function", "a demand or part of the task is missed")
SECTIONS = ("better", "correctness", "instructions")
CONFIDENCE_ROW = len(DIMENSIONS) + 1
TIES = {"equals_sign": "equal", "plus": "both_good", "minus": "both_bad"}
VERDICTS = {"f": "false", "u": "unsafe", "d": "decisive"}


@cache
def template() -> Path:
    """Seven items of several sentences, one place each, for `ann` and `bob`; a tie needs a reason, every answer a confidence."""
    folder = Path(tempfile.mkdtemp(prefix="prefterm-label-model-"))
    guideline = folder / "helpfulness.md"
    guideline.write_text(
        GUIDELINE.read_text(encoding="utf-8").replace("require_rationale:", "confidence: true\nrequire_rationale:"), "utf-8"
    )
    lead = make_project(folder, people=("ann", "bob"), records=[record(n) for n in range(ITEMS)], guideline=guideline)
    make_round(lead, overlap=1, up_to=1, seed="label model")
    lead.database.close()
    no_newcomers(lead.database.path)
    return lead.database.path


def record(number: int) -> dict[str, Any]:
    """An item no sentence of which occurs in another text."""
    many = 30 if number % 3 == 0 else 1
    left = " ".join(f"First naïve 😀 {number}.{n} of all. It costs {number}0{n} in words." for n in range(many))
    right = "\r\n".join(f"Second {number}.{n} of two. *It* is `short`." for n in range(2 * many))
    turns = [{"role": "user", "content": f"Say {number * 7919 % 9973} here. And {number * 104729 % 9967} there."}]
    if number % 2:
        turns += [{"role": "assistant", "content": f"Said {number}."}, {"role": "user", "content": f"Once more {number}, please. Do."}]
    return {"id": f"c{number}", "prompt": turns, "responses": [{"text": left, "model": "m1"}, {"text": right, "model": "m2"}]}


class Saying:
    """What stands on the screen by the model, and the steps that say something; each leaves the pair in front."""

    def __init__(self, folder: Path) -> None:
        self.path = Path(shutil.copy(template(), folder / "prefterm.db"))
        self.lead = open_project(self.path, "lead")
        self.bob = labeling(self.lead, "bob")
        self.bobs: Served | None = None
        self.seat = Seat(self.path, "ann")
        self.model = Model()
        self.checked = 0
        self.revisions: dict[int, tuple[str, str, Said]] = {}
        # what is on the screen
        self.item: str | None = None
        self.editing = False
        self.now = Said()
        self.row = 0
        self.pending = False
        """Whether a draft waits for its delay."""
        self.refused = ""
        """lost or closed, where Enter does something else than send."""

    # what the model says of the screen

    @property
    def at_label(self) -> bool:
        return isinstance(self.seat.app.screen, LabelScreen)

    async def there(self) -> bool:
        """Come to the label screen; False where there is no way to it, or no pair on it."""
        if isinstance(self.seat.app.screen, HomeScreen):
            await self.seat.press("enter")
            if self.model.closed:
                if self.at_label:
                    # Home was read before it closed.
                    assert "is closed" in self.seat.label.query_one(Banner).sentence
                    await self.seat.press("enter")
                assert isinstance(self.seat.app.screen, HomeScreen)
                return False
            self.arrive()
        return self.item is not None

    def arrive(self) -> None:
        """A pair was claimed: what may it be, and what stands on it?"""
        served, model = self.seat.label.served, self.model
        self.editing, self.row, self.pending, self.refused = False, 0, False, ""
        if served is None:
            self.item, self.now = None, Said()
            if not model.closed:
                assert not model.held and not model.unsure
                left = {f"c{n}" for n in range(ITEMS)} - model.out_of_reach()
                assert not left, f"{left} were not served"
            return
        self.item = served.comparison
        if not model.unsure:
            if model.opened:
                assert self.item == model.opened, "another item than the one in hand"
            elif model.held:
                assert self.item == min(model.held, key=lambda i: (model.given_at.get(i, 999), i)), "not the one set aside"
        if self.item not in model.held:
            assert self.item not in model.out_of_reach(), "it must not be served"
        self.now = model.hold(self.item)
        self.learn()

    def learn(self) -> None:
        """Remember which text lay where; it never changes."""
        columns = self.seat.label.query_one(PairView).columns
        item = Item(columns[0].body.text, columns[1].body.text)
        assert self.item is not None and self.model.items.setdefault(self.item, item) == item, "the sides changed places"

    def save(self) -> None:
        """The draft is stored, where it is one that can come back."""
        comes_back = self.pending and self.refused != "lost" and (self.item in self.model.held or self.editing)
        if self.item is not None and comes_back and (self.now != Said() or self.item in self.model.drafts):
            self.model.drafts[self.item] = self.now
            self.model.ended.discard(self.item)
        self.pending = False

    def change(self, **values: Any) -> None:
        """Something else is said."""
        after = replace(self.now, **values)
        self.pending |= after != self.now
        self.now = after

    def on_row(self, row: int) -> None:
        """The keys are on another bar; that is kept with the rest, though it says nothing."""
        self.pending |= row != self.row
        self.row = row

    # answering

    async def to_row(self, row: int) -> None:
        while self.row != row:
            await self.tab("tab")

    async def choose(self, digit: int) -> None:
        self.seat.feed(str(digit))
        if self.row == CONFIDENCE_ROW:
            if digit <= 5:
                self.change(confidence=digit)
        elif digit <= 7:
            self.lean(4 - digit)

    async def arrow(self, key: str) -> None:
        self.seat.feed(key)
        step = 1 if key == "left" else -1
        if self.row == CONFIDENCE_ROW:
            before = self.now.confidence
            self.change(confidence=3 if before is None else max(1, min(5, before - step)))
            return
        current = self.now.strength if self.row == 0 else dict(self.now.dimensions).get(DIMENSIONS[self.row - 1])
        self.lean(step if current is None else max(-3, min(3, current + step)))

    def lean(self, strength: int) -> None:
        if self.row:
            self.change(dimensions=frozenset({**dict(self.now.dimensions), DIMENSIONS[self.row - 1]: strength}.items()))
        else:
            self.change(strength=strength, tie=None if strength else "equal")

    async def tie(self, key: str) -> None:
        self.seat.feed(key)
        if 0 < self.row < CONFIDENCE_ROW:
            self.lean(0)
        else:
            self.change(strength=0, tie=TIES[key])
            self.on_row(0)

    async def mark(self, side: int) -> None:
        self.seat.feed(("left_square_bracket", "right_square_bracket")[side])
        bad = list(self.now.bad)
        bad[side] = not bad[side]
        self.change(bad=(bad[0], bad[1]))

    async def tab(self, key: str) -> None:
        self.seat.feed(key)
        self.on_row((self.row + (1 if key == "tab" else -1)) % (CONFIDENCE_ROW + 1))

    async def tick(self, number: int) -> None:
        self.seat.feed("r", *(["tab"] if self.now.rationale else []), str(number), "escape")
        self.change(reasons=self.now.reasons ^ {REASONS[number - 1]})

    async def write(self, text: str, pasted: bool, back: int) -> None:
        self.seat.feed("r", *([] if self.now.rationale else ["tab"]), *["backspace"] * back)
        if pasted:
            self.seat.paste(text)
        else:
            self.seat.feed(*({"\n": "enter", " ": "space"}.get(c, c) for c in text))
        self.seat.feed("escape")
        self.pending = True
        self.change(rationale=self.now.rationale[: max(0, len(self.now.rationale) - back)] + text)

    async def cite(self, number: int) -> None:
        self.seat.feed("c")
        assert isinstance(self.seat.label.mode, CitingMode)
        self.seat.feed(str(number))
        self.change(sections=self.now.sections ^ {SECTIONS[number - 1]})

    async def point(self, moves: str, act: str) -> None:
        self.seat.feed("v", *moves)
        mode = self.seat.label.mode
        assert isinstance(mode, PointingMode) and mode.stretch is not None
        side = "prompt" if mode.index == PROMPT else ("left", "right")[mode.index]
        text = mode.column.body.text[slice(*mode.stretch)]
        here = {p for p in self.now.pointed if (p.side, p.text) == (side, text)}
        if act in VERDICTS:
            self.seat.feed(act)
            said = Pointed(side, text, VERDICTS[act])
            old = {p for p in here if p.kind != "note"}
            self.change(pointed=self.now.pointed - old | (set() if said in old else {said}))
        elif act == "n":
            self.seat.feed("n", *"odd", "enter", *"p7", "enter")
            self.change(pointed=self.now.pointed - {p for p in here if p.kind == "note"} | {Pointed(side, text, "note", "odd", "p7")})
        elif act == "x":
            self.seat.feed("x")
            self.change(pointed=self.now.pointed - here)
        self.seat.feed("v")

    async def look(self, keys: tuple[str, ...]) -> None:
        await self.seat.press(*keys)

    async def regret(self, what: str) -> None:
        """Say something, and take it back when it was kept already."""
        for _ in range(2):
            await {"mark": self.mark, "tick": self.tick, "cite": self.cite}[what](1)
            await self.wait()
