"""The life of an answer under any sequence of acts by several people, on a real file.

`PREFTERM_PROPERTY_EXAMPLES=500 pytest tests/services/test_labeling_properties.py` runs that many sequences instead of the
default; `PREFTERM_PROPERTY_STEPS` lengthens them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from prefterm.domain.clock import after, now
from prefterm.domain.errors import ClaimLost, Refused, RoundClosed
from prefterm.domain.judgments import Answer, Passage
from prefterm.domain.presentation import unpresent
from prefterm.services.access import Project
from prefterm.services.labeling import Labeling, Served
from prefterm.services.rounds import close_round
from tests.factories import PEOPLE, READING, change, copied, event_problems, labeling, make_project, make_round, rows, shown_answer

EXAMPLES = int(os.environ.get("PREFTERM_PROPERTY_EXAMPLES", "25"))
STEPS = int(os.environ.get("PREFTERM_PROPERTY_STEPS", "35"))
TEAMS = [(3, 4), (4, 5), (4, 6)]
"""(people with the lead, items)"""
HELD = ("open", "parked")
LONG = 24 * 60 + 5
"""Minutes after which even a draft holds nothing."""


@cache
def template(people: int, items: int) -> Project:
    """A project with an open round, made once."""
    folder = Path(tempfile.mkdtemp(prefix="prefterm-template-"))
    project = make_project(folder, items, PEOPLE[: people - 1])
    make_round(project, seed=f"{people} × {items}")
    return project


@dataclass
class Acked:
    """What a person was told is stored."""

    assignment: str
    shown: int
    order: tuple[int, ...]

    @property
    def canonical(self) -> int:
        """What it means: written out again here, so that `unpresent` is tested, not repeated."""
        return self.shown if self.order == (0, 1) else -self.shown

    @property
    def pointed(self) -> int | None:
        """The response that was pointed at: the better one, nothing in a tie."""
        return None if self.shown == 0 else 0 if self.canonical > 0 else 1


def pointing_answer(strength: int) -> Answer:
    """What the screen gives: a strength, and a passage of the response that it prefers, by its position."""
    better = Passage("response", 0 if strength > 0 else 1, 0, 1 + abs(strength), "decisive")
    return shown_answer(strength, passages=(better,) if strength else ())


strengths = st.integers(-3, 3)


class LifeOfAnAnswer(RuleBasedStateMachine):
    """Several people, two terminals each, in one round."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="prefterm-life-"))
        self.acked: dict[str, Acked] = {}
        self.choice: dict[str, int] = {}
        self.screens: dict[tuple[str, int], Served] = {}
        self.shown_before: dict[str, list[Served]] = defaultdict(list)
        self.drafted: set[str] = set()
        self.skipped: set[tuple[str, str]] = set()
        self.hidden: set[str] = set()
        self.frozen: dict[str, str] = {}
        self.slots: dict[str, str] = {}
        self.judgments: dict[str, tuple[Any, ...]] = {}
        self.undone: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """By person, (assignment, judgment) of what was taken back and not answered anew, the last one last."""
        self.open = True
        self.last_submit: tuple[tuple[str, int], Served, str, int] | None = None

    @initialize(team=st.sampled_from(TEAMS))
    def begin(self, team: tuple[int, int]) -> None:
        people, items = team
        self.lead = copied(template(people, items), self.folder)
        self.people = ("lead", *PEOPLE[: people - 1])
        self.desks: dict[tuple[str, int], Labeling] = {}
        for name in self.people:
            for terminal in (0, 1):
                self.desks[name, terminal] = desk = labeling(self.lead, name)
                desk.project.database.keep_connected()

    def teardown(self) -> None:
        for desk in getattr(self, "desks", {}).values():
            desk.project.database.close()
        shutil.rmtree(self.folder)

    # helpers

    def desk(self, who: int, terminal: int) -> tuple[str, int]:
        return (self.people[who % len(self.people)], terminal)

    def show(self, desk: tuple[str, int], served: Served | None) -> None:
        if served is None:
            self.screens.pop(desk, None)
            return
        assert (desk[0], served.comparison) not in self.skipped, "a skipped item came back"
        assert served.comparison not in self.hidden, "a hidden item was served"
        self.screens[desk] = served
        self.shown_before[desk[0]].append(served)

    def state_of(self, assignment: str) -> dict[str, Any]:
        sql = (
            "SELECT a.state, a.annotator_id, a.comparison_id, s.state AS slot_state, a.slot_id, c.hidden FROM assignment a"
            " JOIN slot s ON s.id = a.slot_id JOIN comparison c ON c.id = a.comparison_id WHERE a.uuid = ?"
        )
        return rows(self.lead, sql, assignment)[0]

    def holds_or_answered_elsewhere(self, assignment: str) -> bool:
        """Whether this person has another turn at the same item by now."""
        sql = (
            "SELECT 1 FROM assignment a JOIN assignment b ON b.annotator_id = a.annotator_id AND b.comparison_id = a.comparison_id"
            " AND b.round_id = a.round_id AND b.id != a.id WHERE a.uuid = ? AND b.state IN ('open', 'parked', 'answered', 'skipped')"
        )
        return bool(rows(self.lead, sql, assignment))

    def submit(self, desk: tuple[str, int], served: Served, uuid: str, strength: int) -> None:
        before = self.state_of(served.assignment)
        elsewhere = self.holds_or_answered_elsewhere(served.assignment)
        answer = unpresent(pointing_answer(strength), served.order)
        try:
            stored = self.desks[desk].submit(served.assignment, uuid, answer, READING)
        except RoundClosed:
            assert not self.open
            return
        except ClaimLost:
            gone = served.comparison in self.hidden or before["state"] == "skipped"
            assert gone or (before["state"] == "expired" and (before["slot_state"] != "free" or elsewhere))
            return
        except Refused:
            assert served.comparison in self.hidden or before["state"] == "skipped" or served.assignment in self.frozen or elsewhere
            return
        # Another answer with a uuid that is known (two terminals share a draft's) is a further revision, under a uuid of its own.
        uuid, following = stored.judgment, stored.following
        if uuid not in self.acked:
            assert self.open
            assert before["state"] in (*HELD, "answered") or before["slot_state"] == "free"
            assert served.assignment not in self.frozen
            self.acked[uuid] = Acked(served.assignment, strength, served.order)
            self.choice[uuid] = self.acked[uuid].canonical
            self.drafted.discard(served.assignment)
            self.forget_undone(served.assignment)
            self.last_submit = (desk, served, uuid, strength)
        self.show(desk, following)

    def forget_undone(self, assignment: str) -> None:
        for name, taken in self.undone.items():
            self.undone[name] = [(a, u) for a, u in taken if a != assignment]

    # rules

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1))
    def claim(self, who: int, terminal: int) -> None:
        desk = self.desk(who, terminal)
        other = self.screens.get((desk[0], 1 - terminal))
        try:
            served = self.desks[desk].claim()
        except RoundClosed:
            assert not self.open
            return
        assert self.open
        if served and other and self.state_of(other.assignment)["state"] == "open":
            assert served.assignment == other.assignment, "a second terminal got another item"
        self.show(desk, served)

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1), said=st.lists(strengths, min_size=1, max_size=4))
    def work(self, who: int, terminal: int, said: list[int]) -> None:
        """Answer what stands on the screen, however old it is, and what follows; claim where nothing is there."""
        desk = self.desk(who, terminal)
        if desk not in self.screens:
            self.claim(who=who, terminal=terminal)
        for strength in said:
            if desk in self.screens:
                served = self.screens[desk]
                self.submit(desk, served, served.judgment_uuid, strength)

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1), strength=strengths, back=st.integers(1, 4), number=st.integers(0, 2**32))
    def answer_an_earlier_one(self, who: int, terminal: int, strength: int, back: int, number: int) -> None:
        """Edit an answered item, or submit late what was on the screen some items ago."""
        desk = self.desk(who, terminal)
        seen = self.shown_before[desk[0]]
        if len(seen) >= back:
            self.submit(desk, seen[-back], f"later-{number}-{len(self.acked)}", strength)

    @precondition(lambda self: self.last_submit is not None)
    @rule(terminal=st.integers(0, 1))
    def retry(self, terminal: int) -> None:
        """The acknowledgement was lost: the same answer under the same uuid again changes no row of what was judged."""
        assert self.last_submit is not None
        (name, _), served, uuid, strength = self.last_submit
        before = self.judged()
        self.submit((name, terminal), served, uuid, strength)
        assert self.judged() == before

    def judged(self) -> list[Any]:
        tables = ("judgment", "preference", "response_score", "judgment_citation", "judgment_passage", "event")
        return [rows(self.lead, f"SELECT * FROM {table}") for table in tables]

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1))
    def skip(self, who: int, terminal: int) -> None:
        desk = self.desk(who, terminal)
        served = self.screens.get(desk)
        if served is None:
            return
        before = self.state_of(served.assignment)["state"]
        elsewhere = before == "expired" and self.holds_or_answered_elsewhere(served.assignment)
        try:
            following = self.desks[desk].skip(served.assignment, "outside my field")
        except RoundClosed:
            assert not self.open
            return
        except Refused:
            assert before in ("answered", "skipped") or elsewhere
            return
        if elsewhere:
            # The newer turn at the item was ended in its place.
            self.drafted = {a for a in self.drafted if self.state_of(a)["state"] in HELD}
        assert before in (*HELD, "expired")
        self.skipped.add((desk[0], served.comparison))
        self.drafted.discard(served.assignment)
        self.show(desk, following)

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1), back=st.integers(1, 3), privacy=st.sampled_from([False, False, True]))
    def flag(self, who: int, terminal: int, back: int, privacy: bool) -> None:
        """Flag what is or was on the screen."""
        desk = self.desk(who, terminal)
        seen = self.shown_before[desk[0]]
        if len(seen) < back:
            return
        served = seen[-back]
        if privacy and self.state_of(served.assignment)["state"] in HELD:
            self.skipped.add((desk[0], served.comparison))
            self.drafted.discard(served.assignment)
        if privacy:
            self.hidden.add(served.comparison)
        self.show(desk, self.desks[desk].flag(served.assignment, "privacy" if privacy else "broken"))

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1), strength=strengths)
    def draft(self, who: int, terminal: int, strength: int) -> None:
        desk = self.desk(who, terminal)
        served = self.screens.get(desk)
        if served is None:
            return
        self.desks[desk].save_draft(served.assignment, served.judgment_uuid, {"strength": strength})
        if self.state_of(served.assignment)["state"] in HELD and served.judgment_uuid not in self.acked:
            self.drafted.add(served.assignment)

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1))
    def undo(self, who: int, terminal: int) -> None:
        desk = self.desk(who, terminal)
        mine = [u for u, a in self.acked.items() if self.is_answer(u) and self.owner(a.assignment) == desk[0]]
        mine = [u for u in mine if not self.state_of(self.acked[u].assignment)["hidden"]]
        try:
            served = self.desks[desk].undo()
        except RoundClosed:
            assert not self.open
            return
        except Refused:
            assert self.frozen or self.hidden
            return
        assert self.open
        if served is None:
            assert not mine, "an answer could not be taken back"
            return
        assert mine
        taken_back = mine[-1]
        assert self.acked[taken_back].assignment == served.assignment, "another than the last answer was taken back"
        assert served.answer is not None
        assert served.answer.payload["strength"] == self.choice[taken_back]
        self.undone[desk[0]].append((served.assignment, taken_back))
        self.show(desk, served)

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1), back=st.integers(1, 3), again=st.integers(0, 3))
    def undo_and_redo(self, who: int, terminal: int, back: int, again: int) -> None:
        """Take several answers back, and give some of them again."""
        for _ in range(back):
            self.undo(who=who, terminal=terminal)
            self.rules_hold()
        for _ in range(again):
            self.redo(who, terminal)
            self.rules_hold()

    @rule(who=st.integers(0, 3), terminal=st.integers(0, 1))
    def redo(self, who: int, terminal: int) -> None:
        desk = self.desk(who, terminal)
        alive = [(a, u) for a, u in self.undone[desk[0]] if self.state_of(a)["state"] in HELD]
        try:
            done = self.desks[desk].redo()
        except RoundClosed:
            assert not self.open
            return
        except ClaimLost:
            assert self.state_of(alive[-1][0])["hidden"]
            return
        assert self.open
        if done is None:
            assert not alive, "an answer that was taken back could not be given again"
            return
        assignment, original = alive[-1]
        assert self.judgment_of(done.judgment) == self.judgment_of(original), "another answer than the last one taken back was given"
        self.acked[done.judgment] = self.acked[original]
        self.choice[done.judgment] = self.choice[original]
        self.drafted.discard(assignment)
        self.forget_undone(assignment)
        self.show(desk, done.following)

    def judgment_of(self, uuid: str) -> dict[str, Any]:
        """What a judgment says and how it was read."""
        sql = "SELECT assignment_id, answer, rationale, active_seconds, lookup_seconds, seen, view FROM judgment WHERE uuid = ?"
        return rows(self.lead, sql, uuid)[0]

    @precondition(lambda self: self.acked)
    @rule(
        who=st.integers(0, 3), terminal=st.integers(0, 1), pick=st.integers(0, 100), strength=strengths, drafts=st.booleans(),
        end=st.sampled_from(["submit", "submit", "leave", "walk away"]),
    )  # fmt: skip
    def edit(self, who: int, terminal: int, pick: int, strength: int, drafts: bool, end: str) -> None:
        """Open an answer that stands; change it, give the edit up, or leave it drafted."""
        desk = self.desk(who, terminal)
        standing = [u for u, a in self.acked.items() if self.is_answer(u) and self.owner(a.assignment) == desk[0]]
        if not standing:
            return
        uuid = standing[pick % len(standing)]
        assignment, before = self.acked[uuid].assignment, self.judged()
        try:
            served = self.desks[desk].reopen(assignment)
        except RoundClosed:
            assert not self.open
            return
        except Refused:
            assert assignment in self.frozen or self.state_of(assignment)["hidden"]
            return
        assert self.open and assignment not in self.frozen
        assert served.editing
        assert served.answer is not None
        assert served.answer.payload["strength"] == self.choice[uuid]
        if drafts:
            self.desks[desk].save_draft(assignment, served.judgment_uuid, {"strength": strength})
            assert self.drafts_of(assignment) == [served.judgment_uuid]
        assert self.judged() == before, "an edit that goes on changed what was judged"
        if end == "submit":
            self.submit(desk, served, served.judgment_uuid, strength)
        elif end == "leave":
            self.desks[desk].leave_edit(assignment)
        if end != "walk away":
            assert self.drafts_of(assignment) == []

    def drafts_of(self, assignment: str) -> list[str]:
        sql = "SELECT d.judgment_uuid FROM draft d JOIN assignment a ON a.id = d.assignment_id WHERE a.uuid = ?"
        return [r["judgment_uuid"] for r in rows(self.lead, sql, assignment)]

    def is_answer(self, uuid: str) -> bool:
        """Whether a judgment is in force, by the rows seen at the last invariant."""
        return uuid in self.in_force

    def owner(self, assignment: str) -> str:
        return str(
            rows(self.lead, "SELECT n.name FROM assignment a JOIN annotator n ON n.id = a.annotator_id WHERE a.uuid = ?", assignment)[0][
                "name"
            ]
        )

    @rule(minutes=st.sampled_from([5, 31, 31, LONG]))
    def time_passes(self, minutes: int) -> None:
        """Everybody's leases grow older: the clock cannot be moved, so what it is compared with is."""
        for row in rows(self.lead, "SELECT id, lease_until FROM assignment WHERE lease_until IS NOT NULL"):
            change(self.lead, "UPDATE assignment SET lease_until = ? WHERE id = ?", after(row["lease_until"], minutes=-minutes), row["id"])
        for row in rows(self.lead, "SELECT assignment_id AS id, hold_until FROM draft"):
            change(
                self.lead, "UPDATE draft SET hold_until = ? WHERE assignment_id = ?", after(row["hold_until"], minutes=-minutes), row["id"]
            )

    @precondition(lambda self: self.acked)
    @rule(pick=st.integers(0, 100), sure=st.sampled_from([False, False, True]))
    def reveal(self, pick: int, sure: bool) -> None:
        """Somebody is shown what others said on an item that they answered: their answer stands from now on."""
        standing = [u for u in self.acked if self.is_answer(u)]
        if not (sure and standing):
            return
        uuid = standing[pick % len(standing)]
        row = rows(self.lead, "SELECT annotator_id, comparison_id FROM judgment WHERE uuid = ?", uuid)[0]
        change(
            self.lead,
            "INSERT INTO reveal (uuid, annotator_id, comparison_id, round_id, kind, at) VALUES (?, ?, ?, NULL, 'other answers', ?)",
            f"reveal {now()} {uuid}", row["annotator_id"], row["comparison_id"], now(),
        )  # fmt: skip
        self.frozen[self.acked[uuid].assignment] = uuid

    @precondition(lambda self: self.open and len(self.acked) > 4)
    @rule(sure=st.sampled_from([False] * 7 + [True]))
    def close(self, sure: bool) -> None:
        if sure:
            close_round(self.lead, "r")
            self.open = False

    # what never bends

    @invariant()
    def rules_hold(self) -> None:
        if not hasattr(self, "lead"):
            return
        self.a = rows(self.lead, "SELECT * FROM assignment")
        self.s = rows(self.lead, "SELECT * FROM slot ORDER BY id")
        self.j = rows(self.lead, "SELECT * FROM judgment ORDER BY id")
        self.check_people()
        self.check_orders()
        self.check_slots()
        self.check_judgments()
        self.check_drafts()
        assert event_problems(self.lead.database) == []

    def check_people(self) -> None:
        turns = Counter((a["annotator_id"], a["comparison_id"]) for a in self.a if a["state"] in (*HELD, "answered"))
        assert max(turns.values(), default=0) <= 1, "somebody holds or has answered two slots of an item"
        assert max(Counter(a["annotator_id"] for a in self.a if a["state"] == "open").values(), default=0) <= 1

    def check_orders(self) -> None:
        by_item = defaultdict(list)
        for s in self.s:
            by_item[s["round_item_id"]].append(s)
        for slots in by_item.values():
            assert len(slots) <= 3
            assert sum(s["state"] == "answered" for s in slots) <= 3
            free = sum(s["state"] == "free" for s in slots)
            assert unevenness(slots) <= 1
            assert unevenness([s for s in slots if s["state"] != "free"]) <= 1 + free

    def check_slots(self) -> None:
        now_there = {s["uuid"]: s["presented_order"] for s in self.s}
        assert self.slots.items() <= now_there.items(), "a slot went, or changed its order"
        self.slots = now_there
        by_slot = defaultdict(list)
        for a in self.a:
            by_slot[a["slot_id"]].append(a)
        for s in self.s:
            states = [a["state"] for a in by_slot[s["id"]]]
            assert states.count("answered") == (s["state"] == "answered")
            assert sum(states.count(held) for held in HELD) == (s["state"] == "claimed")
            assert all(a["presented_order"] == s["presented_order"] for a in by_slot[s["id"]])

    def check_judgments(self) -> None:
        stored = {j["uuid"]: tuple(j.values()) for j in self.j}
        assert self.judgments.items() <= stored.items(), "a judgment went, or was changed"
        self.judgments = stored
        assert set(self.acked) <= set(stored), "an acknowledged answer is lost"
        superseded = {j["supersedes_id"] for j in self.j}
        effective = [j for j in self.j if j["status"] == "submitted" and j["id"] not in superseded]
        self.in_force = {j["uuid"] for j in effective}
        revisions = defaultdict(list)
        for j in self.j:
            revisions[j["assignment_id"]].append(j["revision"])
        assert all(found == list(range(1, len(found) + 1)) for found in revisions.values())
        answered = sorted(a["id"] for a in self.a if a["state"] == "answered")
        assert sorted(j["assignment_id"] for j in effective) == answered
        preferences = rows(
            self.lead, "SELECT j.uuid, p.* FROM preference p JOIN judgment j ON j.id = p.judgment_id WHERE j.status = 'submitted'"
        )
        assert {p["uuid"]: (p["dimension"], p["first"], p["second"], p["strength"]) for p in preferences} == {
            uuid: ("overall", 0, 1, strength) for uuid, strength in self.choice.items()
        }
        pointed = rows(
            self.lead, "SELECT j.uuid, p.* FROM judgment_passage p JOIN judgment j ON j.id = p.judgment_id WHERE j.status = 'submitted'"
        )
        assert {p["uuid"]: (p["place"], p["position"], p["end_at"]) for p in pointed} == {
            uuid: ("response", said.pointed, 1 + abs(said.shown)) for uuid, said in self.acked.items() if said.pointed is not None
        }
        assert set(self.frozen.values()) <= self.in_force, "an answer changed after a reveal"

    def check_drafts(self) -> None:
        """A drafted item is its holder's until its time is over, or the item is hidden."""
        kept = {d["assignment_id"]: d["hold_until"] for d in rows(self.lead, "SELECT assignment_id, hold_until FROM draft")}
        hidden = {c["id"] for c in rows(self.lead, "SELECT id FROM comparison WHERE hidden")}
        by_uuid = {a["uuid"]: a for a in self.a}
        for uuid in list(self.drafted):
            a = by_uuid[uuid]
            assert a["id"] in kept, "a draft is lost"
            if a["comparison_id"] in hidden or kept[a["id"]] < now():
                self.drafted.discard(uuid)
            else:
                assert a["state"] in HELD, "a drafted item was taken from its holder"


def unevenness(slots: list[dict[str, Any]]) -> int:
    """How far the two orders of an item differ in number."""
    counts = Counter(s["presented_order"] for s in slots)
    return abs(counts["[0,1]"] - counts["[1,0]"])


LifeOfAnAnswer.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Shrinking over a real file takes minutes; whoever looks for a cause asks for it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if os.environ.get("PREFTERM_FULL") else [])],
)
TestLifeOfAnAnswer = LifeOfAnAnswer.TestCase
