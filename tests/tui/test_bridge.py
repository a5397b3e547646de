"""The bridge: when its one thread begins, that nothing asked for is lost, and that figures stand in no answer's way."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from prefterm.domain.errors import Refused
from prefterm.tui.bridge import Bridge, GivenUp, Look
from prefterm.tui.messages import Failed, Noted, WorkedOut
from tests.factories import make_project


class Target:
    """Takes messages, and keeps what is to be called once it is painted."""

    def __init__(self) -> None:
        self.painted: list[Callable[[], Any]] = []
        self.got: list[object] = []

    def call_after_refresh(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.painted.append(partial(callback, *arguments))

    def post_message(self, message: object) -> None:
        self.got.append(message)


@pytest.fixture
def bridge(tmp_path: Path) -> Bridge:
    return Bridge(tmp_path / "a.db", "ann")


def test_work_begins_when_the_first_target_is_painted(bridge: Bridge) -> None:
    target, done = Target(), []

    def work(number: int) -> Noted:
        done.append(number)
        return Noted()

    for number in (1, 2):
        bridge.ask(target, "open", work, number)  # type: ignore[arg-type]
    bridge._worker.submit(int).result()
    assert done == [] and len(target.painted) == 1
    target.painted[0]()
    bridge.ask(target, "open", work, 3)  # type: ignore[arg-type]
    bridge.close()
    assert done == [1, 2, 3] and len(target.got) == 3 and len(target.painted) == 1


def test_what_was_asked_for_before_the_first_frame_is_done_on_closing(bridge: Bridge) -> None:
    target, done = Target(), []
    bridge.ask(target, "open", lambda: done.append(1) or Noted())  # type: ignore[arg-type, func-returns-value]
    bridge.close()
    assert done == [1]
    target.painted[0]()
    bridge.ask(target, "open", lambda: done.append(2) or Noted())  # type: ignore[arg-type, func-returns-value]
    assert done == [1]


class Waiting:
    """Work that goes on until it is given up, and says when it has ended."""

    def __init__(self) -> None:
        self.begun, self.ended, self.steps = Event(), Event(), 0

    def __call__(self, look: Look) -> None:
        try:
            while True:
                self.steps += 1
                look.progress(self.steps, 1_000_000)
                self.begun.set()
                time.sleep(0.001)
        finally:
            self.ended.set()


def looks(bridge: Bridge, target: Target, *works: Callable[[Look], None]) -> list[Look]:
    """What was asked for, begun."""
    found = [bridge.look(target, "figures", work) for work in works]  # type: ignore[arg-type]
    while target.painted:
        target.painted.pop(0)()
    return found


def test_a_look_that_is_given_up_ends_and_tells_nothing_more(bridge: Bridge) -> None:
    target, work = Target(), Waiting()
    (look,) = looks(bridge, target, work)
    assert work.begun.wait(5)
    look.give_up()
    assert work.ended.wait(5)
    told, steps = list(target.got), work.steps
    with pytest.raises(GivenUp):
        look.tell(Noted())
    bridge.close()
    assert target.got == told and work.steps == steps


def test_closing_ends_every_look_and_none_begins_after(bridge: Bridge) -> None:
    target, works = Target(), [Waiting(), Waiting(), Waiting()]
    found = looks(bridge, target, *works)
    assert works[0].begun.wait(5) and works[1].begun.wait(5)
    late = bridge.look(target, "figures", works[2])  # type: ignore[arg-type]
    bridge.close()
    assert all(look.given_up for look in found) and works[0].ended.is_set() and works[1].ended.is_set()
    while target.painted:
        target.painted.pop()()
    assert not works[2].begun.is_set() and not any("prefterm-reader" in t.name and t.is_alive() for t in threading.enumerate())
    assert late is not None


def test_answers_are_written_while_a_look_goes_on(bridge: Bridge) -> None:
    target, work = Target(), Waiting()
    looks(bridge, target, work)
    assert work.begun.wait(5)
    written = Event()
    bridge.ask(target, "submit", lambda: written.set() or Noted())  # type: ignore[arg-type, func-returns-value]
    target.painted.pop()()
    assert written.wait(5) and not work.ended.is_set()
    bridge.close()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("no round 'x'"), "no round 'x'"),
        (sqlite3.OperationalError("database is locked"), "The database was busy for too long, and could not be read."),
        (sqlite3.DatabaseError("file is not a database"), "The database could not be read (file is not a database)"),
        (ValueError("x"), "The figures could not be worked out (ValueError)."),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_look_that_fails_says_so_in_a_sentence(bridge: Bridge, error: Exception, sentence: str) -> None:
    target = Target()

    def work(look: Look) -> None:
        raise error

    (look,) = looks(bridge, target, work)
    bridge.close()
    (failed,) = target.got
    assert isinstance(failed, Failed) and failed.sentence.startswith(sentence) and failed.look is look and failed.fatal is None


def test_a_look_by_somebody_unknown_ends_the_app_with_the_code_of_the_command_line(tmp_path: Path) -> None:
    make_project(tmp_path, items=1).database.close()
    bridge, target = Bridge(tmp_path / "prefterm.db", "nobody"), Target()
    looks(bridge, target, partial(bridge.figures.audit, round_name=None, annotator=None))
    bridge._reader.shutdown(wait=True)  # type: ignore[union-attr]
    (failed,) = target.got
    assert isinstance(failed, Failed) and failed.fatal == 4 and "nobody is not known" in failed.sentence
    bridge.close()


def test_progress_is_told_once_a_percent(bridge: Bridge) -> None:
    target = Target()

    def work(look: Look) -> None:
        for step in range(1001):
            look.progress(step, 1000)

    looks(bridge, target, work)
    bridge._reader.shutdown(wait=True)  # type: ignore[union-attr]
    assert [m.share for m in target.got if isinstance(m, WorkedOut)] == list(range(101))
    bridge.close()
