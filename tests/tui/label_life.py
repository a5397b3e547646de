"""Giving, taking back, passing by, coming and going at the label screen, and what others do meanwhile; what must agree after it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from prefterm.services.exporting import ExportOptions, export
from prefterm.services.raw_transfer import export_raw, import_raw
from prefterm.services.rounds import close_round
from prefterm.tui.screens.home import HomeScreen
from prefterm.tui.screens.label.writing import WritingMode
from prefterm.tui.screens.own_answers import OwnAnswersScreen
from prefterm.tui.widgets.chrome import Banner, StatusLine
from tests.factories import (
    READING,
    event_problems,
    let_leases_end,
    shown_answer,
)
from tests.tui.label_person import drafted_in, listed, log_of, shown_by
from tests.tui.label_saying import CONFIDENCE_ROW, Saying, record

__all__ = ["Life"]


class Life(Saying):
    """All of their steps; each leaves the pair, home, or nothing in front."""

    # giving, and taking back

    async def submit(self) -> None:
        if self.refused == "closed":
            await self.go_home()
            return
        before = self.now
        await self.seat.press("enter")
        if self.refused == "lost":
            self.arrive()
        elif not self.now.complete:
            assert self.now == before
            if self.now.strength == 0 and not self.now.explained:
                assert isinstance(self.seat.label.mode, WritingMode)
                self.seat.feed("escape")
            elif self.now.strength is not None:
                self.on_row(CONFIDENCE_ROW)
        else:
            self.stored()

    def stored(self) -> None:
        """It was sent: taken, or refused aloud and kept as a draft."""
        assert self.item is not None
        if self.model.closed or self.item in self.model.others or self.item in (self.model.held_by_other, *self.model.hidden):
            assert self.seat.label.query_one(Banner).sentence
            self.pending = True
            self.save()
            self.refused = "closed" if self.model.closed else "lost"
        else:
            self.model.give(self.item, self.now.given())
            self.arrive()

    async def answer(self, digit: int, sure: int) -> None:
        """A whole answer, as most are."""
        await self.to_row(0)
        await self.choose(digit)
        if digit == 4 and not self.now.explained:
            await self.tick(1)
        await self.to_row(CONFIDENCE_ROW)
        await self.choose(sure)
        await self.submit()

    async def answers(self, digits: list[int]) -> None:
        """Several, as long as there are pairs."""
        for digit in digits:
            if self.item is not None and not self.refused:
                await self.answer(digit, 4)

    async def undo(self) -> None:
        self.save()
        await self.seat.press("u")
        if self.model.closed:
            self.refused = "closed"
        elif self.model.own_list():
            self.show_taken_back()
        else:
            self.arrive()

    def show_taken_back(self) -> None:
        self.item = self.model.take_back()
        self.editing, self.row, self.refused = False, 0, ""
        self.now = self.model.hold(self.item)
        if self.at_label:
            self.learn()

    async def redo(self) -> None:
        self.save()
        await self.seat.press("U")
        if self.model.closed:
            self.refused = "closed"
            return
        if self.model.taken:
            self.model.give(*list(self.model.taken.items())[-1])
        self.arrive()

    async def undo_and_redo(self, back: int, again: int) -> None:
        """Take several answers back, and give some of them again."""
        for _ in range(back):
            await self.undo()
            self.check()
        for _ in range(again):
            await self.redo()
            self.check()

    # passing by

    async def skip(self) -> None:
        await self.seat.press("s", "1")
        assert self.item is not None
        if self.model.closed:
            self.save()
            self.refused = "closed"
        elif self.editing:
            assert "is answered" in self.seat.label.query_one(Banner).sentence
            # A skip that was refused keeps the draft that was due.
            self.save()
            self.refused = ""
        else:
            self.model.skipped.add(self.item)
            self.model.let_go(self.item)
            self.arrive()

    async def flag(self, privacy: bool) -> None:
        self.save()
        await self.seat.press("f", "6" if privacy else "2")
        assert self.item is not None
        if privacy:
            self.model.hidden.add(self.item)
            if self.item in self.model.held:
                self.model.skipped.add(self.item)
                self.model.let_go(self.item)
        if self.editing and not privacy and not self.model.closed:
            self.row, self.refused = 0, ""
            self.now = self.model.drafts.get(self.item, self.now)
        else:
            self.arrive()

    # one's own answers

    async def own(self, number: int | None, from_home: bool) -> None:
        """Look through the list; open an answer to change it."""
        if from_home:
            await self.go_home()
            if not self.model.said:
                return
            await self.seat.press("o")
        else:
            if not await self.there():
                return
            self.save()
            await self.seat.press("a")
        screen = self.seat.app.screen
        assert isinstance(screen, OwnAnswersScreen)
        assert [listed(row) for row in screen.rows] == [self.model.said[i].in_list for i in self.model.own_list()]
        rows = self.model.own_list()
        if number is None or not rows:
            await self.seat.press("escape")
            return
        await self.seat.press(*["down"] * (number % len(rows)), "enter")
        if self.model.closed:
            assert self.seat.app.screen is screen
            await self.seat.press("escape")
            return
        self.item = rows[number % len(rows)]
        self.editing, self.row, self.pending, self.refused = True, 0, False, ""
        self.now = self.model.drafts.get(self.item) or self.model.said[self.item]
        self.learn()

    # coming and going

    async def go_home(self) -> None:
        """Press Esc until home is there: it closes what is open, then leaves an edit, then the pair."""
        for _ in range(9):
            if isinstance(self.seat.app.screen, HomeScreen):
                break
            edited = self.seat.label.served if self.editing else None
            await self.seat.press("escape")
            if (
                self.at_label
                and edited is not None
                and (self.seat.label.served is not edited or self.seat.label.query_one(Banner).sentence)
            ):
                assert self.item is not None
                self.model.drafts.pop(self.item, None)
                self.pending = False
                if self.model.closed:
                    await self.seat.press("enter")
                else:
                    self.arrive()
        assert isinstance(self.seat.app.screen, HomeScreen)
        self.save()
        self.away()
        summary = self.seat.app.screen.summary
        assert summary is not None and summary.rounds[0]["done"] == len(self.model.said)

    def away(self) -> None:
        self.item, self.editing, self.pending, self.refused = None, False, False, ""

    async def sit_again(self, start: str) -> None:
        await self.seat.sit(start)
        if start == "label" and not self.model.closed:
            self.arrive()
        elif start == "label":
            await self.seat.press("escape")

    async def quit(self, start: str) -> None:
        if self.at_label:
            self.seat.feed("ctrl+q")
        else:
            self.seat.app.quit_now()
        self.save()
        self.away()
        await self.seat.stand()
        await self.sit_again(start)

    async def kill(self, start: str, delay_over: bool) -> None:
        if delay_over:
            await self.wait()
        self.away()
        await self.seat.drop()
        await self.sit_again(start)

    async def cut(self, key: str) -> None:
        """The power fails when something is stored and nobody was told."""
        await self.wait()
        self.seat.bridge.cut = True
        if key == "enter" and self.now.complete and not self.refused and not self.blocked():
            self.seat.feed("enter")
            assert self.item is not None
            self.model.give(self.item, self.now.given())
            self.model.unsure = True
        elif key == "u" and self.model.own_list():
            self.seat.feed("u")
            self.model.take_back()
        elif key == "U" and self.model.taken:
            self.seat.feed("U")
            self.model.give(*list(self.model.taken.items())[-1])
            self.model.unsure = True
        self.away()
        await self.seat.drop()
        await self.sit_again("label")

    def blocked(self) -> bool:
        return self.model.closed or self.item in {*self.model.others, *self.model.hidden, self.model.held_by_other}

    async def wait(self) -> None:
        """The delay of a draft passes."""
        if self.at_label and self.seat.label.draft_timer is not None:
            self.seat.label.save_draft()
            self.save()
            await self.seat.settle()

    # what others do

    async def leases_end(self) -> None:
        let_leases_end(self.lead, "ann")
        self.model.ended = set(self.model.held)

    async def others(self, strength: int, privacy: bool) -> None:
        """Somebody else asks for a pair, and answers it or reports it."""
        if self.model.closed:
            return
        if self.bobs is None:
            self.bobs = self.bob.claim()
            self.model.expire()
        elif privacy:
            self.model.hidden.add(self.bobs.comparison)
            self.bobs = self.bob.flag(self.bobs.assignment, "privacy")
            self.model.expire()
        else:
            self.model.others[self.bobs.comparison] = strength
            self.bobs = self.bob.submit(self.bobs.assignment, self.bobs.judgment_uuid, shown_answer(strength), READING).following
            self.model.expire()
        self.model.held_by_other = self.bobs.comparison if self.bobs else None

    async def close(self) -> None:
        if not self.model.closed:
            close_round(self.lead, "r")
            self.model.closed = True

    # what must agree

    def check(self) -> None:
        """The screen and the file say what the model says."""
        new = log_of(self.path, "ann", self.model.items, self.checked)
        self.revisions |= {i: (item, status, said) for i, item, status, said in new}
        self.checked = max(self.revisions, default=0)
        assert list(self.revisions.values()) == self.model.history
        assert drafted_in(self.path, "ann") - self.model.hidden == set(self.model.drafts) - self.model.hidden
        if not self.at_label:
            return
        screen = self.seat.label
        assert (screen.served.comparison if screen.served else None) == self.item
        assert screen.ready and (screen.served is None or screen.served.editing == self.editing)
        if screen.state is not None and screen.served is not None and self.item is not None:
            item = self.model.items[self.item]
            turns = [m.content for m in screen.served.prompt]
            assert shown_by(screen.state, {"left": item.left, "right": item.right}, turns) == self.now
            assert screen.state.row == self.row
            assert (screen.draft_timer is not None) == self.pending
        if screen.progress is not None:
            assert screen.progress.done == len(self.model.said)
            assert f"{len(self.model.said)}/" in "".join(t for t, _ in screen.query_one(StatusLine).right)

    def check_exports(self, folder: Path) -> None:
        """What leaves the house is what was said: raw and back, and for trainers."""
        assert event_problems(self.lead.database) == []
        export_raw(self.lead, folder / "raw.jsonl")
        import_raw(folder / "raw.jsonl", folder / "again.db")
        assert [tuple(r[1:]) for r in log_of(folder / "again.db", "ann", self.model.items)] == self.model.history
        for fit in ("any", "acceptable"):
            out = folder / f"{fit}.jsonl"
            export(self.lead, ExportOptions("trl-dpo", labels="each", chosen_must_be=fit), out)
            rows = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n")[:-1]]
            found = Counter((r["chosen"][-1]["content"], r["rejected"][-1]["content"]) for r in rows)
            assert found == self.chosen(fit), fit

    def chosen(self, fit: str) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for item, said in self.model.said.items():
            texts, strength = self.model.items[item], said.strength or 0
            if item not in self.model.hidden and strength and not (fit == "acceptable" and said.bad[strength < 0]):
                found[(texts.left, texts.right) if strength > 0 else (texts.right, texts.left)] += 1
        for item, strength in self.model.others.items():
            first, second = (r["text"] for r in record(int(item[1:]))["responses"])
            if item not in self.model.hidden and strength:
                found[(first, second) if strength > 0 else (second, first)] += 1
        return found
