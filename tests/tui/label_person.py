"""A plain model of one person at the label screen: what they said last of each item, beside the app that they say it to.

Everything is told as it lay on the screen, by left and right and by the words that were pointed at; what the file holds is
brought into the same form here by its own few lines, so that the product's un-presenting is tested and not repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.tui.conftest import query

__all__ = ["Item", "Model", "Pointed", "Said", "drafted_in", "listed", "log_of", "shown_by"]


@dataclass(frozen=True)
class Pointed:
    """A sentence that something is said of."""

    side: str
    """left, right or prompt."""
    text: str
    kind: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Said:
    """What is said of an item, as it lies on the screen."""

    strength: int | None = None
    """Positive: the left is better."""
    tie: str | None = None
    dimensions: frozenset[tuple[str, int]] = frozenset()
    bad: tuple[bool, bool] = (False, False)
    rationale: str = ""
    reasons: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    confidence: int | None = None
    pointed: frozenset[Pointed] = frozenset()

    @property
    def explained(self) -> bool:
        """Whether a reason is given."""
        return bool(self.rationale.strip() or self.reasons)

    @property
    def complete(self) -> bool:
        """Whether it can be submitted under the guideline of the test: a tie needs a reason, every answer a confidence."""
        return self.strength is not None and self.confidence is not None and (self.strength != 0 or self.explained)

    def given(self) -> Said:
        """As it is stored once it is submitted."""
        return replace(self, rationale=self.rationale.strip())

    @property
    def in_list(self) -> Any:
        """What the list of one's own answers says of it."""
        return self.strength, self.tie, dict(self.dimensions), self.bad, self.rationale, self.confidence, len(self.pointed)


@dataclass(frozen=True)
class Item:
    """The texts as they lay on the screen."""

    left: str
    right: str


@dataclass
class Model:
    """What one person said and holds, item by item."""

    said: dict[str, Said] = field(default_factory=dict)
    """In force; what was given last comes last."""
    taken: dict[str, Said] = field(default_factory=dict)
    """Taken back and not given anew; what was taken last comes last."""
    drafts: dict[str, Said] = field(default_factory=dict)
    history: list[tuple[str, str, Said]] = field(default_factory=list)
    """Every revision that was ever made: (item, status, what was said)."""
    held: set[str] = field(default_factory=set)
    opened: str | None = None
    """The one of them that is not set aside."""
    unsure: bool = False
    """Whether something may be held of which nobody was told."""
    given_at: dict[str, int] = field(default_factory=dict)
    """Item → when it was answered last, in revisions."""
    ended: set[str] = field(default_factory=set)
    """Held items whose lease ran out, and nobody looked yet."""
    skipped: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    others: dict[str, int] = field(default_factory=dict)
    """Item → canonical strength that somebody else gave; None for what they hold."""
    held_by_other: str | None = None
    items: dict[str, Item] = field(default_factory=dict)
    closed: bool = False

    def give(self, item: str, said: Said) -> None:
        """It is answered."""
        self.history.append((item, "submitted", said))
        self.said.pop(item, None)
        self.said[item] = said
        self.given_at[item] = len(self.history)
        self.let_go(item)

    def take_back(self) -> str:
        """The last answer that is not hidden is taken back; its item is held, and the one in hand set aside."""
        item = [i for i in self.said if i not in self.hidden][-1]
        self.taken[item] = self.said.pop(item)
        self.history.append((item, "withdrawn", self.taken[item]))
        self.held.add(item)
        self.ended.discard(item)
        self.opened = item
        return item

    def let_go(self, item: str) -> None:
        """It is no longer held, and nothing of it waits."""
        self.held.discard(item)
        self.ended.discard(item)
        self.taken.pop(item, None)
        self.drafts.pop(item, None)
        if self.opened == item:
            self.opened = None

    def expire(self) -> None:
        """Somebody looked for a slot: what ran out is free again."""
        for item in list(self.ended & self.held):
            self.let_go(item)
        self.ended.clear()

    def hold(self, item: str) -> Said:
        """It is served; what stands on the screen then."""
        self.held.add(item)
        self.ended.discard(item)
        self.opened, self.unsure = item, False
        return self.drafts.get(item) or self.taken.get(item) or Said()

    def out_of_reach(self) -> set[str]:
        """Items that must not be served as new."""
        held = {self.held_by_other} if self.held_by_other else set()
        return {*self.said, *self.skipped, *self.hidden, *self.others, *held}

    def own_list(self) -> list[str]:
        """Items in the list of one's own answers."""
        return [i for i in reversed(self.said) if i not in self.hidden]


def listed(row: Any) -> Any:
    """What a row of the list of one's own answers says."""
    answer = row.answer
    bad = tuple(not fit for fit in answer.acceptable)
    return (
        answer.payload["strength"],
        answer.payload.get("tie"),
        dict(answer.dimensions),
        bad,
        answer.rationale,
        answer.confidence,
        row.passages,
    )


def shown_by(state: Any, texts: Mapping[str, str], messages: Iterable[str]) -> Said:
    """What the screen's answer says. `texts`: side → text."""
    turns = list(messages)
    sides = ("left", "right")
    pointed = frozenset(
        Pointed(
            "prompt" if p.where == "prompt" else sides[p.index],
            (turns[p.index] if p.where == "prompt" else texts[sides[p.index]])[p.start : p.end],
            str(p.kind), p.note, p.source,
        )
        for p in state.passages
    )  # fmt: skip
    assert len(pointed) == len(state.passages)
    return Said(
        state.strength, state.tie, frozenset(state.dimensions.items()), state.unacceptable, state.rationale, frozenset(state.reasons),
        frozenset(state.sections), state.confidence, pointed,
    )  # fmt: skip


_JUDGMENTS = (
    "SELECT j.id, j.status, j.answer, j.rationale, c.id AS comparison_id, c.key, a.presented_order, p.messages"
    " FROM judgment j JOIN assignment a ON a.id = j.assignment_id JOIN comparison c ON c.id = j.comparison_id"
    " JOIN prompt p ON p.id = c.prompt_id JOIN annotator n ON n.id = j.annotator_id WHERE n.name = ? AND j.id > ? ORDER BY j.created_at"
)


def log_of(path: Path, name: str, items: Mapping[str, Item], after: int = 0) -> list[tuple[int, str, str, Said]]:
    """(id, item, status, what was said) of every revision after one, oldest first, from the tables alone."""
    return [(row["id"], row["key"], row["status"], _said(path, row, items[row["key"]])) for row in query(path, _JUDGMENTS, name, after)]


def _said(path: Path, row: Mapping[str, Any], item: Item) -> Said:
    sql = "SELECT r.text FROM comparison_response c JOIN response r ON r.id = c.response_id WHERE c.comparison_id = ? ORDER BY position"
    texts = [r["text"] for r in query(path, sql, row["comparison_id"])]
    order = json.loads(row["presented_order"])
    assert (texts[order[0]], texts[order[1]]) == (item.left, item.right), "another text lay on that side"
    sign = 1 if order == [0, 1] else -1
    answer = json.loads(row["answer"])
    preferences = {p["dimension"]: p for p in query(path, "SELECT * FROM preference WHERE judgment_id = ?", row["id"])}
    assert all((p["first"], p["second"]) == (0, 1) for p in preferences.values())
    overall = preferences.pop("overall")
    scores = {s["position"]: s["value"] for s in query(path, "SELECT * FROM response_score WHERE judgment_id = ?", row["id"])}
    turns = [m["content"] for m in json.loads(row["messages"])]
    pointed = query(path, "SELECT * FROM judgment_passage WHERE judgment_id = ?", row["id"])
    return Said(
        sign * overall["strength"],
        overall["tie"],
        frozenset((key, sign * p["strength"]) for key, p in preferences.items()),
        (scores[order[0]] == 0, scores[order[1]] == 0),
        row["rationale"],
        frozenset(answer.get("reasons", ())),
        frozenset(c["section"] for c in query(path, "SELECT section FROM judgment_citation WHERE judgment_id = ?", row["id"])),
        answer.get("confidence"),
        frozenset(
            Pointed(
                "prompt" if p["place"] == "prompt" else "left" if p["position"] == order[0] else "right",
                (turns if p["place"] == "prompt" else texts)[p["position"]][p["start_at"] : p["end_at"]],
                p["kind"], p["note"], p["source"],
            )
            for p in pointed
        ),
    )  # fmt: skip


def drafted_in(path: Path, name: str) -> set[str]:
    """Items of which a draft waits that can still come back: held ones, and answers that are being changed."""
    sql = (
        "SELECT c.key FROM draft d JOIN assignment a ON a.id = d.assignment_id JOIN annotator n ON n.id = a.annotator_id"
        " JOIN comparison c ON c.id = a.comparison_id WHERE n.name = ? AND a.state IN ('open', 'parked', 'answered')"
    )
    return {r["key"] for r in query(path, sql, name)}
