"""A group session on three real terminals: what each shows, and what none has shown before its time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from prefterm.services.access import open_project
from prefterm.services.sessions import SessionOptions, open_session
from tests.factories import change, make_project, no_newcomers
from tests.terminal import Terminal, prefterm
from tests.tui.conftest import query

# One word each, so that it stands in the bytes as it stands on the screen.
SAID = {"ann": "annsaidthis", "bob": "bobsaidthat", "cyd": "cydcamelater"}
AGAIN = {"ann": "annsecond", "bob": "bobsecond"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    """Four pairs, three annotators, a session `s` on two of the pairs."""
    lead = make_project(tmp_path_factory.mktemp("group"), items=4, guideline=easy_guideline)
    open_session(lead, SessionOptions("s", ("c1", "c2")))
    lead.database.close()
    no_newcomers(lead.database.path)
    return lead.database.path


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "group.db"))


@pytest.fixture
def at(path: Path) -> Iterator[Callable[..., Terminal]]:
    """`at(person)`: the app at the session, in a terminal of that person's own."""
    with ExitStack() as stack:
        yield lambda person, *arguments: stack.enter_context(
            prefterm(path, person, *(arguments or ("label", "--session", "s")), size=(100, 30))
        )


def vote(terminal: Terminal, position: str, words: str) -> None:
    """Choose a position, say why, send it."""
    terminal.until(r"─ left ─")
    terminal.until("submit")
    terminal.keys(position, "r")
    terminal.until(r"why   \(Esc")
    terminal.send(words)
    terminal.until(words)
    terminal.keys("escape")
    terminal.until(lambda shown: "why   (Esc" not in shown)
    terminal.keys("enter")


def lacks(terminal: Terminal, *words: str) -> None:
    """None of the words was ever written to the terminal."""
    terminal.settle()
    for word in words:
        assert word.encode() not in bytes(terminal.raw)


def test_two_vote_the_lead_reveals_and_all_see_both(path: Path, at: Callable[..., Terminal]) -> None:
    ann, bob, lead = at("ann"), at("bob"), at("lead")
    vote(ann, "1", SAID["ann"])
    ann.until(r"c?.*1/2")
    vote(bob, "7", SAID["bob"])
    bob.until(r"1/2")
    # The lead's own screen tells how many have voted, and not what.
    lead.until("submit")
    lead.keys("a")
    lead.until(r"item 1 of 2 · not revealed[\s\S]*reveal it, to everybody who has voted")
    lead.until(r"2 of 4 voted")
    ann.keys("a")
    ann.until(r"Not revealed yet\.[\s\S]*You said: left much")
    lacks(ann, SAID["bob"])
    lacks(bob, SAID["ann"])
    lacks(lead, *SAID.values())
    lead.keys("r")
    lead.until("look without voting")
    lacks(lead, *SAID.values())
    lead.keys("o")
    lead.until("o again shows it")
    lead.keys("o")
    for word in (SAID["ann"], SAID["bob"], "ann ", "bob "):
        lead.until(word)
    # Ann's screen looks again by itself; bob goes from the next pair to the answers.
    ann.until(SAID["bob"])
    assert "annotator" in ann.text() and "bob " not in ann.text().replace("bobsaid", ""), "names are for admins"
    bob.keys("a")
    bob.until(rf"{SAID['bob']}[\s\S]*{SAID['ann']}|{SAID['ann']}[\s\S]*{SAID['bob']}")
    for terminal in (ann, bob, lead):
        assert SAID["ann"].encode() in bytes(terminal.raw) and SAID["bob"].encode() in bytes(terminal.raw), "the check above can fail"
    shown = query(path, "SELECT a.name FROM reveal v JOIN annotator a ON a.id = v.annotator_id WHERE v.kind = 'session' ORDER BY a.name")
    assert [r["name"] for r in shown] == ["ann", "bob", "lead"]
    second_votes(ann, bob)
    said = query(path, "SELECT count(*) AS n FROM session_answer WHERE vote = 'again'")
    assert said == [{"n": 2}] and not query(path, "SELECT id FROM judgment")


def second_votes(ann: Terminal, bob: Terminal) -> None:
    """Each sees the other's second vote after their own; a comment comes to the other's screen by itself."""
    bob.keys("v")
    vote(bob, "3", AGAIN["bob"])
    bob.until(rf"→ left slightly[\s\S]*{AGAIN['bob']}")
    time_for_a_look(ann)
    lacks(ann, AGAIN["bob"])
    ann.keys("v")
    vote(ann, "3", AGAIN["ann"])
    ann.until(AGAIN["bob"])
    bob.until(AGAIN["ann"])
    ann.keys("c")
    ann.until("Comment")
    ann.send("what does vague cost")
    ann.keys("enter")
    ann.until(r"you .*what does vague cost")
    bob.until(r"annotator \d .*what does vague cost")


def time_for_a_look(terminal: Terminal) -> bytes:
    """Longer than the screen waits before it looks again; what is written meanwhile."""
    terminal.settle()
    return terminal.written(3.5)


def test_by_the_deadline_one_absent_catches_up_and_sees_after_their_own_vote(path: Path, at: Callable[..., Terminal]) -> None:
    lead = open_project(path, "lead")
    change(lead, "UPDATE calibration_session SET deadline_at = '2999-01-01T00:00:00.000000Z'")
    ann, bob = at("ann"), at("bob")
    for terminal, person, position in ((ann, "ann", "1"), (bob, "bob", "7")):
        vote(terminal, position, SAID[person])
        terminal.until("1/2")
        vote(terminal, position, SAID[person])
        terminal.until(r"You have voted on everything\.[\s\S]*|Not revealed yet")
    lacks(ann, SAID["bob"])
    lacks(bob, SAID["ann"])
    change(lead, "UPDATE calibration_session SET deadline_at = '2001-01-01T00:00:00.000000Z'")
    ann.until(SAID["bob"])
    bob.until(SAID["ann"])
    cyd = at("cyd")
    cyd.until("submit")
    cyd.keys("a")
    cyd.until(r"item 1 of 2 · revealed[\s\S]*Your own answer first")
    assert not time_for_a_look(cyd), "nothing is sent where nothing is new"
    lacks(cyd, SAID["ann"], SAID["bob"])
    cyd.keys("v")
    vote(cyd, "4", SAID["cyd"])
    cyd.until(SAID["ann"])
    assert SAID["bob"] in cyd.text()
    cyd.keys("n")
    cyd.until(r"item 2 of 2 · revealed[\s\S]*Your own answer first")
    ann.until(SAID["cyd"])


def test_a_kill_keeps_what_was_written_and_reveals_nothing(path: Path, at: Callable[..., Terminal]) -> None:
    bob, ann = at("bob"), at("ann")
    vote(bob, "7", SAID["bob"])
    bob.until("1/2")
    ann.until("submit")
    ann.keys("2", "r")
    ann.until(r"why   \(Esc")
    ann.send("halfway")
    until = time.monotonic() + 10
    while not query(path, "SELECT 1 FROM session_draft WHERE payload LIKE '%halfway%'"):
        assert time.monotonic() < until, "the draft was never kept"
        ann.written(0.1)
    ann.kill()
    again = at("ann")
    again.until("Your draft is back")
    lacks(again, SAID["bob"])
    again.keys("enter")
    again.until("1/2")
    assert query(path, "SELECT rationale, revision FROM session_answer ORDER BY id DESC LIMIT 1") == [
        {"rationale": "halfway", "revision": 1}
    ]
    assert not query(path, "SELECT 1 FROM session_draft WHERE annotator_id = (SELECT id FROM annotator WHERE name = 'ann')")
    # Changed as long as it is not shown: `u` serves it, as it stands.
    again.keys("u")
    again.until("Your answer of before: change it")
    again.keys("1", "enter")
    again.until(r"✓ last: left much")
    assert [r["revision"] for r in query(path, "SELECT revision FROM session_answer ORDER BY id")] == [1, 1, 2]
    again.keys("a")
    again.until("Not revealed yet")
    lacks(again, SAID["bob"])
