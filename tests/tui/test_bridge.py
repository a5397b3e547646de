"""The bridge: when its one thread begins, and that nothing asked for is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prefterm.tui.bridge import Bridge
from prefterm.tui.messages import Noted


class Target:
    """Takes messages, and keeps what is to be called once it is painted."""

    def __init__(self) -> None:
        self.painted: list[Callable[[], Any]] = []
        self.got: list[object] = []

    def call_after_refresh(self, callback: Callable[[], Any]) -> None:
        self.painted.append(callback)

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
