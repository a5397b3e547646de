"""Labelling with keys alone in a real terminal of 80 × 24: the way through ten pairs, a restart, undo, and a power cut."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import termios
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from prefterm.services.access import open_project
from prefterm.services.exporting import ExportOptions, export
from tests.terminal import Terminal, prefterm
from tests.tui.conftest import query

PAIR = r"┌─ left [\s\S]*\d much"
"""A pair is on the screen, and the bar that says so."""


@dataclass(frozen=True)
class Said:
    """What a test presses for one pair, and what that means on the screen: positive = left is better."""

    keys: tuple[str, ...]
    strength: int
    tie: str | None = None
    dimensions: dict[str, int] = field(default_factory=dict)
    bad: tuple[bool, bool] = (False, False)
    rationale: str = ""


TEN = (
    Said(("1",), 3),
    Said(("2", "g", "home", "n", "n", "c", "escape"), 2),
    Said(("6",), -2),
    Said(("7", "]"), -3, bad=(False, True)),
    Said(("left", "left"), 2),
    Said(("l",), -1),
    Said(("=", "enter", "same fault in both", "escape"), 0, "equal", rationale="same fault in both"),
    Said(("+", "r", "either would do", "escape"), 0, "both_good", rationale="either would do"),
    Said(("-", "[", "]", "r", "neither can be sent", "escape"), 0, "both_bad", bad=(True, True), rationale="neither can be sent"),
    Said(
        ("3", "[", "tab", "2", "tab", "7", "tab", "4", "tab", "tab", "r", "weighed twice", "escape"),
        1,
        dimensions={"correctness": 2, "instructions": -3, "clarity": 0},
        bad=(True, False),
        rationale="weighed twice",
    ),
)


def open_assignment(path: Path, name: str = "lea") -> dict[str, Any]:
    """What this person holds now."""
    found = query(
        path,
        "SELECT a.*, c.key FROM assignment a JOIN annotator p ON p.id = a.annotator_id JOIN comparison c ON c.id = a.comparison_id"
        " WHERE a.state = 'open' AND p.name = ?",
        name,
    )
    assert len(found) == 1, found
    return {**found[0], "order": json.loads(found[0]["presented_order"])}


def revisions_of(path: Path, assignment: int) -> list[dict[str, Any]]:
    """The judgment's revisions, oldest first, with their preferences, marks and citations."""
    found = query(path, "SELECT * FROM judgment WHERE assignment_id = ? ORDER BY revision", assignment)
    for row in found:
        row["preferences"] = {
            p["dimension"]: (p["strength"], p["tie"]) for p in query(path, "SELECT * FROM preference WHERE judgment_id = ?", row["id"])
        }
        row["marks"] = [
            s["value"]
            for s in query(
                path, "SELECT value FROM response_score WHERE judgment_id = ? AND dimension = 'acceptable' ORDER BY position", row["id"]
            )
        ]
        row["cited"] = [c["section"] for c in query(path, "SELECT section FROM judgment_citation WHERE judgment_id = ?", row["id"])]
    return found


def left_text(path: Path, held: dict[str, Any]) -> str:
    """The first words of the response that belongs on the left."""
    found = query(
        path,
        "SELECT r.text FROM comparison_response cr JOIN response r ON r.id = cr.response_id WHERE cr.comparison_id = ? AND cr.position = ?",
        held["comparison_id"],
        held["order"][0],
    )
    return str(found[0]["text"])


def shown_left(terminal: Terminal) -> str:
    """The words in the left pane once nothing is painted any more, as one line."""
    terminal.until(PAIR)
    # On a busy machine a frame comes in pieces: its first row may be there long before its last.
    shown = terminal.settle(0.7)
    # By columns: a table in the pane has bars of its own.
    rows = [row[1:39] for row in shown.split("\n") if row.startswith("│")]
    return " ".join(" ".join(rows).split())


def beginning(text: str) -> str:
    """Its first letters, whatever marks stand around them."""
    return re.sub(r"[\W_]+", "", text)[:6]


def check_canonical(said: Said, order: list[int], revision: dict[str, Any]) -> None:
    """What is stored is what was said, turned into canonical order."""
    sign = -1 if order == [1, 0] else 1
    expected = {"overall": (sign * said.strength, said.tie)}
    expected |= {k: (sign * v, None if v else "equal") for k, v in said.dimensions.items()}
    assert revision["preferences"] == expected
    bad = said.bad if order == [0, 1] else said.bad[::-1]
    assert revision["marks"] == [float(not b) for b in bad]
    assert revision["rationale"] == said.rationale


OPENS = {"g": "cite §", "r": r"why   \(Esc"}
"""What the screen shows when a key has opened something; only then do the next keys belong to it."""


def answer(terminal: Terminal, said: Said) -> None:
    """Press what is said, waiting for what opens as a person does, then Enter."""
    for key, following in zip(said.keys, (*said.keys[1:], ""), strict=True):
        terminal.keys(key)
        if key in OPENS:
            terminal.until(OPENS[key])
            terminal.settle(0.1)
        elif key == "enter" and following:
            terminal.until("wants a reason")
            terminal.until(OPENS["r"])
            terminal.settle(0.1)
        elif key == "backspace":
            terminal.settle(0.1)
        elif key == "escape":
            terminal.until(lambda shown: "cite §" not in shown and "why   (Esc" not in shown)
    terminal.keys("enter")


def test_ten_pairs_a_restart_and_undo(demo: Path, tmp_path: Path) -> None:
    held: list[dict[str, Any]] = []
    with prefterm(demo, "lea", "label", "--round", "assistants") as terminal:
        terminal.until(r"lea +0/(\d+)")
        for number, said in enumerate(TEN):
            terminal.until(rf"\b{number}/\d+")
            held.append(open_assignment(demo))
            if number == 4:
                terminal.keys("s")
                terminal.until("1  outside my field")
                terminal.keys("1")
                terminal.until("Skipped: outside my field")
                skipped = held.pop()
                held.append(open_assignment(demo))
                assert held[-1]["comparison_id"] != skipped["comparison_id"]
            answer(terminal, said)
        terminal.until(r"\b10/\d+")
        eleventh = open_assignment(demo)
        before = shown_left(terminal)
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0

    assert len({h["comparison_id"] for h in held}) == 10
    assert beginning(left_text(demo, eleventh)) == beginning(before)
    with prefterm(demo, "lea", "label", "--round", "assistants") as terminal:
        terminal.until(r"\b10/\d+")
        assert shown_left(terminal) == before
        assert open_assignment(demo)["id"] == eleventh["id"]
        for back in (9, 8, 7):
            terminal.keys("u")
            terminal.until(rf"\b{back}/\d+")
            assert open_assignment(demo)["id"] == held[back]["id"]
        # The answer taken back stands on the bar again, as it was given.
        terminal.until(r"▸\+ good")
        again = {held[7]["id"]: Said(("5", "r", "backspace", "backspace", "me", "escape"), -1, rationale="either would me")}
        answer(terminal, again[held[7]["id"]])
        terminal.until(r"\b8/\d+")
        for done in (9, 10):
            now = open_assignment(demo)["id"]
            index = next(i for i, h in enumerate(held) if h["id"] == now)
            again[now] = Said(("2",), 2, dimensions=TEN[index].dimensions, bad=TEN[index].bad, rationale=TEN[index].rationale)
            answer(terminal, again[now])
            terminal.until(rf"\b{done}/\d+")
        assert set(again) == {h["id"] for h in held[7:]}
        assert open_assignment(demo)["id"] == eleventh["id"]
        assert shown_left(terminal) == before
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0

    swapped = 0
    for number, (said, row) in enumerate(zip(TEN, held, strict=True)):
        revisions = revisions_of(demo, row["id"])
        swapped += row["order"] == [1, 0]
        if number < 7:
            assert [r["status"] for r in revisions] == ["submitted"]
        else:
            assert [r["status"] for r in revisions] == ["submitted", "withdrawn", "submitted"]
            assert [r["revision"] for r in revisions] == [1, 2, 3]
            assert [r["supersedes_id"] for r in revisions] == [None, revisions[0]["id"], revisions[1]["id"]]
            check_canonical(again[row["id"]], row["order"], revisions[-1])
        check_canonical(said, row["order"], revisions[0])
        assert revisions[0]["guideline_version_id"] is not None
        assert json.loads(revisions[0]["view"])["size"] == [80, 24]
        assert len(revisions[0]["cited"]) == (number == 1), "the second answer cites a section, from the guideline screen"
    assert 0 < swapped < len(TEN), "items are shown in both orders"
    skips = query(demo, "SELECT s.reason, a.state FROM skip s JOIN assignment a ON a.id = s.assignment_id WHERE a.id = ?", skipped["id"])
    assert skips == [{"reason": "outside my field", "state": "skipped"}]
    assert (
        query(demo, "SELECT 1 FROM draft d JOIN assignment a ON a.id = d.assignment_id WHERE a.annotator_id = ?", eleventh["annotator_id"])
        == []
    )
    assert query(demo, "SELECT 1 FROM sitting WHERE annotator_id = ? AND ended_at IS NULL", eleventh["annotator_id"]) == []
    check_export(demo, tmp_path, [(again.get(row["id"], said), row) for said, row in zip(TEN, held, strict=True)])


def check_export(demo: Path, folder: Path, answers: list[tuple[Said, dict[str, Any]]]) -> None:
    """What was pressed for the left or right side is what the export says of the two texts, swapped on the screen or not."""
    project = open_project(demo, "lea")
    pairs: Counter[tuple[str, str]] = Counter()
    for split in ("train", "eval"):
        out = folder / f"{split}.jsonl"
        export(project, ExportOptions("trl-dpo", labels="each", split=split, chosen_must_be="any", rounds=("assistants",)), out)
        for line in out.read_text(encoding="utf-8").split("\n")[:-1]:
            row = json.loads(line)
            pairs[row["chosen"][-1]["content"], row["rejected"][-1]["content"]] += 1
    for said, row in answers:
        sql = "SELECT r.text FROM comparison_response c JOIN response r ON r.id = c.response_id WHERE c.comparison_id = ? ORDER BY position"
        texts = [r["text"] for r in query(demo, sql, row["comparison_id"])]
        left, right = (texts[i] for i in row["order"])
        if said.strength:
            assert pairs[(left, right) if said.strength > 0 else (right, left)] >= 1
        favoured = (
            "SELECT COUNT(*) AS n FROM judgment j JOIN assignment a ON a.id = j.assignment_id JOIN preference p ON p.judgment_id = j.id"
        )
        favoured += " WHERE j.comparison_id = ? AND a.state = 'answered' AND j.status = 'submitted' AND p.dimension = 'overall'"
        favoured += " AND NOT EXISTS (SELECT 1 FROM judgment k WHERE k.supersedes_id = j.id) AND (p.strength > 0) - (p.strength < 0) = ?"
        for sign, pair in ((1, (texts[0], texts[1])), (-1, (texts[1], texts[0]))):
            assert pairs[pair] == query(demo, favoured, row["comparison_id"], sign)[0]["n"]


# a power cut


def drafts(path: Path) -> list[dict[str, Any]]:
    return [json.loads(d["payload"]) for d in query(path, "SELECT payload FROM draft")]


def wait_for(condition: Callable[[], Any], terminal: Terminal, timeout: float) -> float:
    """Seconds until a condition about the database holds; the program is read meanwhile. Fails at the deadline."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < timeout, terminal.text()
        terminal.written(0.02)
    return time.monotonic() - start


def test_a_draft_survives_a_power_cut(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        held = open_assignment(small, "ann")
        terminal.keys("2", "[", "tab", "7", "r")
        terminal.until("why   ")
        terminal.settle(0.1)
        terminal.keys("half a thought")
        taken = wait_for(lambda: [d for d in drafts(small) if d["rationale"] == "half a thought"], terminal, 5)
        assert taken <= 1.5, f"a draft took {taken:.2f} s after the last key"
        terminal.kill()
    assert query(small, "SELECT 1 FROM judgment") == []
    with prefterm(small, "ann", "label") as terminal:
        shown = terminal.until("Your draft is back")
        assert open_assignment(small, "ann")["id"] == held["id"]
        assert "▸2 clearly" in shown and "✗ not acceptable" in shown and "✎ why" in shown and "correctness ▸▸▸" in shown
        terminal.keys("enter")
        terminal.until(r"\b1/")
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0
    (stored,) = revisions_of(small, held["id"])
    check_canonical(Said((), 2, dimensions={"correctness": -3}, bad=(True, False), rationale="half a thought"), held["order"], stored)
    assert drafts(small) == []


def test_a_draft_is_saved_while_its_writer_goes_on_typing(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.keys("r")
        terminal.until("why   ")
        typed, start = "", time.monotonic()
        while time.monotonic() - start < 2.0:
            typed += "typing "[len(typed) % 7]
            terminal.keys(typed[-1])
            terminal.written(0.1)
        terminal.kill()
    found = drafts(small)
    assert found and len(found[0]["rationale"]) >= len(typed) - 15, (found, typed)


def test_quitting_keeps_what_was_just_typed(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.send("6\x11")
        assert terminal.wait() == 0
    assert [d["strength"] for d in drafts(small)] == [-2]


# keys ahead of the screen


@contextlib.contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Keep everybody else from writing."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def answers(path: Path, name: str = "ann") -> list[int]:
    """The presented strengths of a person's answers, in the order in which they were stored; each of another item."""
    found = query(
        path,
        "SELECT a.id, a.presented_order, x.strength FROM judgment j JOIN assignment a ON a.id = j.assignment_id"
        " JOIN annotator p ON p.id = a.annotator_id JOIN preference x ON x.judgment_id = j.id AND x.dimension = 'overall'"
        " WHERE p.name = ? AND j.status = 'submitted' ORDER BY j.id",
        name,
    )
    assert len({r["id"] for r in found}) == len(found)
    return [-r["strength"] if r["presented_order"] == "[1,0]" else r["strength"] for r in found]


def until_answers(terminal: Terminal, path: Path, expected: list[int]) -> None:
    with contextlib.suppress(AssertionError):
        wait_for(lambda: len(answers(path)) >= len(expected), terminal, 2.5)
    terminal.settle()
    assert answers(path) == expected, terminal.text()


def icrnl_is_off(terminal: Terminal) -> bool:
    return not termios.tcgetattr(terminal.process.fd)[0] & termios.ICRNL


def test_keys_before_the_first_frame_mean_the_first_pairs(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        wait_for(lambda: icrnl_is_off(terminal), terminal, 5)
        assert terminal.raw == b"", "the launcher is quicker than the first frame"
        terminal.send("2\r6\r")
        until_answers(terminal, small, [2, -2])


def test_keys_before_the_first_pair_mean_the_first_pairs(small: Path) -> None:
    with write_lock(small):
        terminal = prefterm(small, "ann", "label")
        terminal.until("opening the round")
        terminal.send("2\r6\r")
        terminal.settle()
        assert "opening the round" in terminal.text()
    with terminal:
        until_answers(terminal, small, [2, -2])


def test_keys_before_the_launcher_mean_the_first_pairs(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.send("2\r6\r")
        until_answers(terminal, small, [2, -2])


def test_three_answers_in_one_write_are_three_answers(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.send("2\r3\r4\r")
        until_answers(terminal, small, [2, 1, 0])
        terminal.until(r"\b3/")


def test_half_of_the_items_are_shown_swapped_and_stored_with_the_other_sign(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.send("1\r" * 10)
        until_answers(terminal, small, [3] * 10)
    stored = [p["strength"] for p in query(small, "SELECT strength FROM preference WHERE dimension = 'overall'")]
    assert sorted(stored) == [-3] * 5 + [3] * 5


def test_keys_while_an_answer_is_being_stored_mean_the_next_pair(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        with write_lock(small):
            terminal.send("2\r")
            terminal.settle()
            terminal.send("3\r")
            terminal.settle()
            terminal.send("5\r6")
            terminal.settle()
            assert answers(small) == []
        until_answers(terminal, small, [2, 1, -1])
        terminal.until("▸6 clearly")


def test_a_skip_and_its_reason_in_one_write(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.send("s1")
        terminal.until("Skipped: outside my field", 1.5)


def test_a_skip_typed_ahead_passes_by_the_next_pair_and_no_other(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        with write_lock(small):
            terminal.send("2\r")
            terminal.settle()
            terminal.send("s13\r")
            terminal.settle()
        until_answers(terminal, small, [2, 1])
        assert [s["reason"] for s in query(small, "SELECT reason FROM skip")] == ["outside my field"]


def test_a_reason_typed_in_one_write_is_a_reason(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.send("2rzip fed\x1b")
        terminal.keys("enter")
        until_answers(terminal, small, [2])
        assert [j["rationale"] for j in query(small, "SELECT rationale FROM judgment")] == ["zip fed"]


def test_a_reason_typed_ahead_is_a_reason_for_the_next_pair(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        with write_lock(small):
            terminal.send("2\r")
            terminal.settle()
            terminal.send("3rzip fed\x1b")
            terminal.keys("enter")
            terminal.settle()
        until_answers(terminal, small, [2, 1])
        assert [j["rationale"] for j in query(small, "SELECT rationale FROM judgment ORDER BY id")] == ["", "zip fed"]


def test_editing_keys_in_one_write_keep_their_order(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.keys("2", "r")
        terminal.until(OPENS["r"])
        terminal.settle()
        terminal.send("teh\x7f\x7fhe dose\x1b[D\x1b[D\x7f\x7fn\x1b[F!")
        terminal.settle()
        assert "the nse!" in terminal.text()


def test_pasting_over_the_pair_presses_no_keys(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        before = terminal.settle()
        terminal.paste("2\rz d u s1 [ ]")
        assert terminal.settle() == before
        assert answers(small) == []


@pytest.mark.xfail(strict=True, reason="Textual's parser ends a paste at an ESC within it; the rest arrives as keys, on the pair")
def test_pasting_escape_sequences_over_the_pair_presses_no_keys(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        before = terminal.settle()
        terminal.paste("x\x1b[2Jy\x1b]0;owned\x07z")
        assert terminal.settle() == before
        assert answers(small) == []


def test_two_terminals_get_the_same_item(small: Path) -> None:
    with prefterm(small, "ann", "label") as one, prefterm(small, "ann", "label") as two:
        one.until(r"ann +0/")
        two.until(r"ann +0/")
        assert shown_left(one) == shown_left(two)
        one.keys("1", "enter")
        one.until(r"\b1/")
        two.keys("7", "enter")
        two.settle()
        # Whatever the second terminal says, the first answer is kept and there is no second one in its place unseen.
        statuses = [
            tuple(r["status"] for r in group)
            for _, group in groupby(
                query(small, "SELECT assignment_id, status FROM judgment ORDER BY assignment_id, revision"), lambda r: r["assignment_id"]
            )
        ]
        assert sum(len(s) for s in statuses) >= 1


@pytest.mark.parametrize("name", ["nobody", "a[/b]c [b]d[/b] [@click=app.quit]x[/]"])
def test_a_name_that_is_not_known_is_refused_as_it_was_written(small: Path, name: str) -> None:
    with prefterm(small, name, "label") as terminal:
        assert terminal.wait() == 4
        assert " ".join(f"{name} is not known".split()) in " ".join(terminal.text().split())
