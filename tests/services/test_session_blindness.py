"""Nobody ever reads another's vote before their own is in and the item is revealed: random histories, every service read."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import PreftermError
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.access import Project, add_annotator, open_project
from prefterm.services.home import home_summary
from prefterm.services.proposals import proposal_list, propose
from prefterm.services.session_looking import comment, look
from prefterm.services.session_report import session_report
from prefterm.services.session_voting import SessionVoting
from prefterm.services.sessions import SessionOptions, close_session, find_session, open_session, reveal, session_list
from prefterm.services.status import status
from tests.factories import READING, change, copied, labeling, make_project, make_round, rows, shown_answer

PEOPLE = ("ann", "bob", "jud", "lead")
ITEMS = 3
HISTORIES = 200 if os.environ.get("PREFTERM_FULL") == "1" else 6
_MARK = re.compile(r"\[(\w+) (\d) (\w+)\]")
"""What every vote, comment and wording carries: who, on which item, what."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three items, four people; ann has answered all three in a round, and her answers there are her blind votes."""
    lead = make_project(tmp_path_factory.mktemp("blind"), items=ITEMS, people=("ann", "bob"))
    add_annotator(lead, "jud", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    make_round(lead, overlap=3)
    desk = labeling(lead, "ann")
    served = desk.claim()
    while served is not None:
        answer = shown_answer(2, rationale=f"[ann {served.comparison[1:]} blind]")
        served = desk.submit(served.assignment, served.judgment_uuid, answer, READING).following
    return lead


@dataclass
class World:
    """The session, and what a person may know of it by the rule, kept apart from the program."""

    lead: Project
    uuids: list[str]
    revealed: set[int] = field(default_factory=set)
    closed: bool = False
    blind: set[tuple[str, int]] = field(default_factory=set)
    """(person, item): their own vote is in, or they chose to look without one."""
    voted: set[tuple[str, int]] = field(default_factory=set)
    again: set[tuple[str, int]] = field(default_factory=set)
    shown: set[tuple[str, int]] = field(default_factory=set)

    def check(self, person: str, said: Any) -> None:
        """Nothing in what a person was given comes from another whose votes they may not know."""
        for who, item, what in _MARK.findall(repr(said)):
            if who == person:
                continue
            at = (person, int(item))
            assert int(item) in self.revealed or self.closed, f"{person} read [{who} {item} {what}] before it was revealed"
            assert at in self.blind, f"{person} read [{who} {item} {what}] before their own vote"
            if what == "again":
                assert at in self.again or at not in self.voted or self.closed, f"{person} read a second vote before their own"


def history(chance: random.Random) -> list[tuple[str, str, int]]:
    """Everybody does nearly everything on every item, in any order; the deadline or the close comes late, where it comes."""
    each = ["vote", "look", "look", "look", "again", "draft", *chance.sample(["comment", "propose", "change", "without_vote", "report"], 2)]
    moves = [(verb, person, item) for verb in each for person in PEOPLE for item in range(ITEMS) if chance.random() < 0.6]
    moves += [("reveal", chance.choice(("jud", "lead")), item) for item in range(ITEMS)]
    chance.shuffle(moves)
    end = chance.choice(["close", "deadline", "everything", "not_voting", "look"])
    moves.insert(chance.randrange(len(moves) // 2, len(moves)), (end, "lead", 0))
    return moves


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_nobody_reads_another_before_their_own_is_in(template: Project, tmp_path: Path, seed: int) -> None:
    lead, on_round = copied(template, tmp_path), seed % 2 == 0
    open_session(lead, SessionOptions("s", tuple(f"c{n}" for n in range(ITEMS)), round="r" if on_round else None))
    world = World(lead, [r["uuid"] for r in rows(lead, "SELECT uuid FROM session_item ORDER BY position")])
    if on_round:
        world.blind = {("ann", n) for n in range(ITEMS)}
        world.voted = set(world.blind)
    people = {person: open_project(lead.database.path, person) for person in PEOPLE}
    for mine in people.values():
        mine.database.keep_connected()
    for number, (verb, person, item) in enumerate(history(random.Random(seed))):
        with suppress(PreftermError):
            world.check(person, MOVES[verb](world, people[person], item))
        if number % 5 == 0:
            check_everything(world, people[person], item)
    for mine in people.values():
        check_everything(world, mine, 0)
        mine.database.close()
    sql = "SELECT count(*) AS n, count(DISTINCT annotator_id * 100 + comparison_id) AS m FROM reveal WHERE kind = 'session'"
    written = rows(lead, sql)[0]
    assert written["n"] == written["m"] == len(world.shown) > 0, "one reveal for each first showing, and no other"


def check_everything(world: World, mine: Project, item: int) -> None:
    """What a person can ask for at any time."""
    person, session = mine.actor.name, find_session(mine, "s")
    for said in (session_list(mine), home_summary(mine), status(mine), proposal_list(mine)):
        world.check(person, said)
    for voting in (
        SessionVoting(mine, session),
        SessionVoting(mine, session, only=world.uuids[item]),
        SessionVoting(mine, session, only=world.uuids[item], again=True),
    ):
        world.check(person, voting.claim())
        world.check(person, voting.undo())


def vote(world: World, mine: Project, item: int) -> Any:
    desk = SessionVoting(mine, find_session(mine, "s"))
    answer = shown_answer(1, rationale=f"[{mine.actor.name} {item} blind]")
    before = (mine.actor.name, item) in world.voted
    stored = desk.submit(world.uuids[item], new_uuid(), answer, READING)
    assert (mine.actor.name, item) not in world.shown, "a blind vote after the showing"
    assert before or (mine.actor.name, item) not in world.blind
    world.voted.add((mine.actor.name, item))
    world.blind.add((mine.actor.name, item))
    return stored


def change_vote(world: World, mine: Project, item: int) -> Any:
    desk = SessionVoting(mine, find_session(mine, "s"))
    served = desk.reopen(world.uuids[item])
    assert (mine.actor.name, item) not in world.shown
    answer = shown_answer(-1, rationale=f"[{mine.actor.name} {item} blind]")
    return served, desk.submit(served.assignment, served.judgment_uuid, answer, READING)


def draft(world: World, mine: Project, item: int) -> Any:
    desk = SessionVoting(mine, find_session(mine, "s"))
    desk.save_draft(world.uuids[item], new_uuid(), {"rationale": f"[{mine.actor.name} {item} draft]"})
    return desk.claim()


def vote_again(world: World, mine: Project, item: int) -> Any:
    desk = SessionVoting(mine, find_session(mine, "s"), only=world.uuids[item], again=True)
    answer = shown_answer(1, rationale=f"[{mine.actor.name} {item} again]")
    stored = desk.submit(world.uuids[item], new_uuid(), answer, READING)
    world.again.add((mine.actor.name, item))
    return stored


def look_at(world: World, mine: Project, item: int) -> Any:
    view = look(mine, find_session(mine, "s"), world.uuids[item])
    at = (mine.actor.name, item)
    may = (item in world.revealed or world.closed) and at in world.blind
    assert (view.seen is not None) == may and (view.why_unseen is None) == may, "shown exactly where the rule says so"
    if may:
        world.shown.add(at)
        assert rows(world.lead, "SELECT 1 FROM reveal v JOIN annotator a ON a.id = v.annotator_id WHERE a.name = ?", mine.actor.name)
    return view


def look_without_vote(world: World, mine: Project, item: int) -> Any:
    view = look(mine, find_session(mine, "s"), world.uuids[item], without_vote=True)
    assert mine.actor.role in (Role.ADMIN, Role.ADJUDICATOR) and view.seen is not None
    world.blind.add((mine.actor.name, item))
    world.shown.add((mine.actor.name, item))
    return view


def say(world: World, mine: Project, item: int) -> Any:
    comment(mine, find_session(mine, "s"), world.uuids[item], f"[{mine.actor.name} {item} comment]", new_uuid())
    assert (mine.actor.name, item) in world.shown


def word(world: World, mine: Project, item: int) -> Any:
    propose(mine, find_session(mine, "s"), world.uuids[item], None, f"[{mine.actor.name} {item} wording]", new_uuid())
    assert (mine.actor.name, item) in world.shown


def reveal_one(world: World, mine: Project, item: int) -> Any:
    reveal(mine, "s", world.uuids[item])
    world.revealed.add(item)


def reveal_all(world: World, mine: Project, item: int) -> Any:
    reveal(mine, "s", everything=True)
    world.revealed |= set(range(ITEMS))


def close(world: World, mine: Project, item: int) -> Any:
    close_session(mine, "s")
    world.closed = True


def pass_deadline(world: World, mine: Project, item: int) -> Any:
    change(world.lead, "UPDATE calibration_session SET deadline_at = '2001-01-01T00:00:00.000000Z'")
    world.revealed |= set(range(ITEMS))


def report(world: World, mine: Project, item: int, *, not_voting: bool = False) -> Any:
    found = session_report(mine, "s", not_voting=not_voting)
    for n in range(ITEMS):
        at, free = (mine.actor.name, n), n in world.revealed or world.closed
        if free and not_voting:
            world.blind.add(at)
        if free and at in world.blind:
            world.shown.add(at)
    return found


MOVES: dict[str, Callable[[World, Project, int], Any]] = {
    "vote": vote, "look": look_at, "again": vote_again, "comment": say, "propose": word, "without_vote": look_without_vote,
    "change": change_vote, "draft": draft, "reveal": reveal_one, "report": report, "everything": reveal_all, "close": close,
    "not_voting": lambda w, m, i: report(w, m, i, not_voting=True), "deadline": pass_deadline,
}  # fmt: skip


def test_the_check_can_fail(template: Project) -> None:
    world = World(template, [])
    with pytest.raises(AssertionError, match="before it was revealed"):
        world.check("bob", {"rationale": "[ann 1 blind]"})
    world.revealed = {1}
    with pytest.raises(AssertionError, match="before their own vote"):
        world.check("bob", {"rationale": "[ann 1 blind]"})
    world.check("ann", {"rationale": "[ann 2 blind]"})
    assert Path(template.database.path).exists()
