"""Plays runs that are written down as tables: which keys, what then stands on the screen, what then stands in the database.

A failure names the item and the step; the transcript (keys and screens) is written to a file for the test to show.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefterm.domain.prompts import Message, text_of
from tests.terminal import Terminal, prefterm
from tests.tui.conftest import query
from tests.tui.recorded_steps import PART, Again, Effect, Mark, Said, Step, Submitted, Turn, Withdrawn, k

__all__ = ["Run", "as_text", "canonical_record"]

_COPIES = re.compile(rb"\x1b\]52;[^\x07\x1b]*(?:\x07|\x1b\\)")


@dataclass
class Run:
    """One person at one database, with everything that should have come of it so far."""

    path: Path
    transcript: Path
    environment: dict[str, str]
    texts: dict[str, tuple[Any, Any, Any]]
    round: str = ""
    done: int = 0
    """Answers in force in the round."""
    ledger: list[tuple[str, str, Effect]] = field(default_factory=list)
    """(round, item, effect), in the order of writing; `Again` stands as the `Submitted` that it repeats."""
    copies: list[bytes] = field(default_factory=list)
    """What should have gone to the terminal's clipboard, in this process."""
    pressed: list[Step] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    _terminal: Terminal | None = None
    _stored_at: float = 0.0

    @property
    def terminal(self) -> Terminal:
        """The terminal in which the program runs now."""
        assert self._terminal is not None, "the program has not been started"
        return self._terminal

    def start(self, *arguments: str) -> None:
        """Start the program."""
        self._terminal, self.copies = prefterm(self.path, "ann", *arguments, environment=self.environment), []

    def restart(self, *, kill: bool) -> None:
        """End the program, by force or because it was told to; then start it in the same round."""
        self.check_copies()
        if kill:
            self.terminal.kill()
        else:
            assert self.terminal.wait() == 0
            self.terminal.kill()
        self.start("label", "--round", self.round)

    def pass_time(self, seconds: float) -> None:
        """Read the terminal for so long."""
        self.terminal.written(seconds)

    def check_copies(self) -> None:
        """Nothing went to the clipboard but what was copied."""
        assert _COPIES.findall(bytes(self.terminal.raw)) == self.copies

    def play(self, round_name: str, turns: Sequence[Turn]) -> None:
        """Play the turns of a round, one after the other."""
        self.round, self.done, self._stored_at = round_name, 0, time.monotonic()
        for turn in turns:
            self._log(f"\n── {turn.key} ──")
            self._served(turn.key)
            steps = turn.steps
            if turn.said is not None:
                steps = (*steps, k("enter", "", "submit", Submitted(turn.key, turn.said)))
            for number, step in enumerate(steps, 1):
                self.step(step, f"{turn.key}, step {number}")
            self._log(self.terminal.text())

    def step(self, step: Step, name: str) -> None:
        """Press keys, wait for what they show, look at what they wrote."""
        self._log(f"{name}: {' '.join(map(repr, step.keys))}")
        self.pressed.append(step)
        try:
            for key in step.keys:
                self.terminal.send(key)
            if step.act is not None:
                step.act(self)
            if step.shows:
                self.terminal.until(step.shows)
            if step.lacks:
                self.terminal.until(lambda shown: re.search(step.lacks, shown) is None)
            if step.effects:
                self._effects(step.effects)
        except AssertionError as error:
            raise AssertionError(f"{name} ({step.shows!r}): {error}") from None

    def _log(self, text: str) -> None:
        self.lines.append(text)
        self.transcript.write_text("\n".join(self.lines), encoding="utf-8")

    def _served(self, key: str) -> None:
        sql = "SELECT c.key FROM assignment a JOIN comparison c ON c.id = a.comparison_id JOIN round r ON r.id = a.round_id"
        found = query(self.path, f"{sql} WHERE a.state = 'open' AND r.name = ?", self.round)
        assert [r["key"] for r in found] == [key]

    # what it writes

    def _effects(self, effects: Sequence[Effect]) -> None:
        further = sum(effect.further for effect in effects)
        if any(isinstance(e, Submitted | Withdrawn | Again) for e in effects):
            self.done += further
            self.terminal.until(lambda shown: re.search(rf"\b{self.done}/\d+", shown.split("\n")[0]) is not None)
        for effect in effects:
            if isinstance(effect, Again):
                effect = next(e for r, key, e in reversed(self.ledger) if (r, key) == (self.round, effect.key) and isinstance(e, Submitted))
            self.ledger.append((self.round, effect.key, effect))
        for key in {e.key for e in effects if isinstance(e, Submitted | Withdrawn | Again)}:
            self.check_item(self.round, key)
        now = time.monotonic()
        if len(effects) == 1 and isinstance(effects[0], Submitted):
            row = query(self.path, "SELECT active_seconds, lookup_seconds FROM judgment ORDER BY id DESC LIMIT 1")[0]
            assert row["active_seconds"] + row["lookup_seconds"] <= now - self._stored_at + 0.11, "a second counted twice"
        self._stored_at = now

    def check_item(self, round_name: str, key: str) -> None:
        """The revisions of an item are those that were written, each as it was said."""
        sql = """SELECT j.*, a.presented_order, a.state, g.name AS guideline FROM judgment j JOIN assignment a ON a.id = j.assignment_id
            JOIN round r ON r.id = a.round_id JOIN comparison c ON c.id = j.comparison_id
            JOIN guideline_version g ON g.id = j.guideline_version_id AND g.id = r.guideline_version_id
            WHERE r.name = ? AND c.key = ? ORDER BY j.revision"""
        stored = query(self.path, sql, round_name, key)
        wanted = [e for r, item, e in self.ledger if (r, item) == (round_name, key) and isinstance(e, Submitted | Withdrawn)]
        statuses = ["submitted" if isinstance(e, Submitted) else "withdrawn" for e in wanted]
        assert [row["status"] for row in stored] == statuses
        assert [row["revision"] for row in stored] == list(range(1, len(wanted) + 1))
        assert [row["supersedes_id"] for row in stored] == [None, *[row["id"] for row in stored]][: len(wanted)]
        assert {row["state"] for row in stored} == {"answered" if statuses[-1] == "submitted" else "open"} or statuses[-1] == "withdrawn"
        said: Said | None = None
        for row, effect in zip(stored, wanted, strict=True):
            if isinstance(effect, Submitted):
                said = effect.said
                self._check_reading(row, said)
            else:
                assert (row["seen"], row["view"], row["active_seconds"], row["lookup_seconds"]) == (None, None, None, None)
            assert said is not None
            self._check_answer(key, row, said)

    def _check_reading(self, row: dict[str, Any], said: Said) -> None:
        order = json.loads(row["presented_order"])
        seen = [json.loads(row["seen"])[canonical] for canonical in order]
        assert [PART if wanted == PART and 0 < s < 1 else s for s, wanted in zip(seen, said.seen, strict=True)] == list(said.seen)
        assert json.loads(row["view"]) == {"markdown": said.markdown, "size": [80, 24]}
        assert row["active_seconds"] >= 0
        assert (row["lookup_seconds"] == 0) if not said.looked_up else (row["lookup_seconds"] >= said.looked_up)

    def _check_answer(self, key: str, row: dict[str, Any], said: Said) -> None:
        order = json.loads(row["presented_order"])
        record = canonical_record(said, order)
        assert (json.loads(row["answer"]), row["rationale"], json.loads(row["meta"])) == (record, said.rationale, {})
        preferences = query(self.path, "SELECT * FROM preference WHERE judgment_id = ?", row["id"])
        assert {p["dimension"]: (p["first"], p["second"], p["strength"], p["tie"]) for p in preferences} == {
            "overall": (0, 1, record["strength"], said.tie),
            **{name: (0, 1, v, None if v else "equal") for name, v in record.get("dimensions", {}).items()},
        }
        scores = query(
            self.path, "SELECT position, dimension, value FROM response_score WHERE judgment_id = ? ORDER BY position", row["id"]
        )
        assert [(s["position"], s["dimension"], s["value"]) for s in scores] == [
            (n, "acceptable", float(mark)) for n, mark in enumerate(record.get("acceptable", []))
        ]
        cited = query(self.path, "SELECT section FROM judgment_citation WHERE judgment_id = ?", row["id"])
        assert sorted(c["section"] for c in cited) == sorted(said.sections)
        sql = "SELECT place, position, start_at, end_at, kind, note, source FROM judgment_passage WHERE judgment_id = ?"
        passages = [tuple(p.values()) for p in query(self.path, sql, row["id"])]
        assert sorted(passages) == sorted(self.passage(key, mark, order) for mark in said.marks)

    def passage(self, key: str, mark: Mark, order: Sequence[int]) -> tuple[str, int, int, int, str, str, str]:
        """The row of a mark: (place, position, start, end, kind, note, source) in canonical order."""
        prompt, *responses = self.texts[key]
        if mark.where in ("left", "right"):
            place, position = "response", order[mark.where == "right"]
            text = as_text(responses[position])
        else:
            place, position = "prompt", int(mark.where.removeprefix("message "))
            text = prompt if isinstance(prompt, str) else prompt[position]["content"]
        assert text.count(mark.text) == 1
        start = text.index(mark.text)
        return place, position, start, start + len(mark.text), mark.kind, mark.note, mark.source


def as_text(response: Any) -> str:
    """The text of a response, given as one or as messages."""
    return response if isinstance(response, str) else text_of(tuple(Message(m["role"], m["content"]) for m in response))


def canonical_record(said: Said, order: Sequence[int]) -> dict[str, Any]:
    """What is stored of an answer that was given in an order."""
    sign = -1 if list(order) == [1, 0] else 1
    record: dict[str, Any] = {"strength": sign * said.strength}
    if said.tie is not None:
        record["tie"] = said.tie
    if said.dimensions:
        record["dimensions"] = {name: sign * v for name, v in said.dimensions.items()}
    if said.bad is not None:
        record["acceptable"] = [not said.bad[list(order).index(n)] for n in (0, 1)]
    more = {"confidence": said.confidence, "sections": list(said.sections), "reasons": list(said.reasons)}
    return {**record, **{name: value for name, value in more.items() if value}}
