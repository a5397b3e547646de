"""`prefterm gold` and `prefterm contest`: what they print, and with which code they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prefterm.__main__ import main
from prefterm.services.access import open_project
from prefterm.store import golds
from tests.cli.test_cli import read_json, unsafe_in
from tests.payloads import HOSTILE

ADD = ["gold", "add", "c1", "--strength", "-2", "--section", "accuracy", "--reason", "the first names a dose that kills"]


def test_gold_by_hand_from_the_shell(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ADD, "--reject", "first", "--dimension", "clarity=1"]) == 0
    assert main(ADD) == 1
    assert "retire that one first" in capsys.readouterr().err
    assert main(["gold", "retire", "c1", "--reason", "its source was withdrawn"]) == 0
    assert main(["gold", "add", "c1", "--strength", "0", "--tie", "both_bad", "--section", "safety", "--reason", "both kill"]) == 0
    (listed,) = read_json(["gold", "list", "--json"], capsys)
    assert (listed["strength"], listed["tie"], listed["state"]) == (0, "both_bad", "in force")
    assert "history" not in listed
    (listed,) = read_json(["gold", "list", "--json", "--history"], capsys)
    assert [v["state"] for v in listed["history"]] == ["settled", "retired", "settled"]
    assert main(["gold", "list", "--history"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and "its source was withdrawn" in lines[2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([*ADD, "--reject", "third"], 2),
        ([*ADD, "--dimension", "clarity"], 2),
        (["gold", "add", "c1", "--strength", "much", "--reason", "x"], 2),
        (["gold", "add", "c9", "--strength", "1", "--reason", "x"], 1),
        (["gold", "promote", "c1", "--annotator", "bob", "--reason", "x"], 1),
        (["gold", "retire", "c1", "--reason", "x"], 1),
        (["--as", "bob", *ADD], 4),
        (["--as", "bob", "gold", "list"], 4),
        (["--as", "bob", "gold", "retire", "c1", "--reason", "x"], 4),
    ],
)
def test_how_the_gold_commands_end(project: Path, arguments: list[str], code: int) -> None:
    assert main(arguments) == code


def test_hostile_reasons_print_no_control_bytes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = "".join(text for _, text in HOSTILE[:60])[:9_000].replace("\0", "")
    assert main([*ADD[:-1], texts]) == 0
    for arguments in (["gold", "list"], ["gold", "list", "--history"], ["gold", "list", "--json"]):
        assert main(arguments) == 0
        assert unsafe_in(capsys.readouterr().out) == set(), arguments


def contest(path: Path, note: str) -> str:
    """The lead contests the first gold."""
    lead = open_project(path, "lead")
    with lead.database.read() as connection:
        uuid = connection.exec_driver_sql("SELECT uuid FROM gold").scalar_one()
    return lead.database.transact(lambda c: golds.add_contest(c, uuid, lead.actor.id, note))


def test_contests_from_the_shell(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contest", "list"]) == 0
    assert "No gold was ever contested" in capsys.readouterr().err
    assert main(ADD) == 0
    uuid = contest(project, "wrong \x1b[2J\u202e\n" + "long " * 1_000)
    (found,) = read_json(["contest", "list", "--open", "--json"], capsys)
    assert (found["contest"], found["comparison"], found["annotator"], found["state"]) == (uuid, "c1", "lead", "open")
    assert main(["contest", "list"]) == 0
    assert unsafe_in(capsys.readouterr().out) == set()
    assert main(["gold", "list"]) == 0
    assert "contested" in capsys.readouterr().out
    assert main(["contest", "review", uuid, "--note", "x"]) == 2
    assert main(["--as", "bob", "contest", "review", uuid, "--uphold", "--note", "x"]) == 4
    assert main(["contest", "review", "c9", "--uphold", "--note", "x"]) == 1
    assert main(["contest", "review", "c1", "--uphold", "--note", "x"]) == 0
    assert "1 contest upheld: the gold is retired." in capsys.readouterr().err
    assert read_json(["contest", "list", "--open", "--json"], capsys) == []


def test_agreement_becomes_gold_from_the_shell(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gold", "propose"]) == 0
    assert "Nobody has given an independent answer" in capsys.readouterr().out
    votes = [
        {"comparison": f"c{n}", "annotator": f"p{p}", "strength": 1 if n else p - 1, "rationale": f"{p} \x1b[2J\u202e"}
        for n in range(3)
        for p in range(3)
    ]
    Path("votes.jsonl").write_text("".join(json.dumps(v) + "\n" for v in votes))
    assert main(["import", "votes.jsonl"]) == 0
    assert main(["gold", "propose"]) == 0
    printed = capsys.readouterr()
    assert "Not proposed: 1 comparison with dissent." in printed.out
    assert "3 items could still be served to you" in printed.err
    assert unsafe_in(printed.out) == set()
    found = read_json(["gold", "propose", "--k", "3", "--json"], capsys)
    assert [p["comparison"] for p in found["proposals"]] == ["c1", "c2"]
    assert main(["gold", "accept"]) == 2
    assert main(["gold", "accept", "c1", "--all-proposed"]) == 2
    assert main(["gold", "accept", "c0"]) == 1
    assert main(["gold", "accept", "c1"]) == 0
    assert main(["gold", "accept", "--all-proposed", "--k", "3"]) == 0
    assert "1 comparison is gold now." in capsys.readouterr().err
    assert [g["source"] for g in read_json(["gold", "list", "--json"], capsys)] == ["agreement"] * 2
    assert main(["gold", "propose", "--round", "nope"]) == 1
    assert main(["gold", "propose", "--k", "1"]) == 1


def test_the_report_from_the_shell(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gold", "report"]) == 0
    assert "Nobody was asked a gold that scores yet." in capsys.readouterr().out
    for n in range(6):
        reason = "because \x1b[2J\u202e" if n == 5 else "because"
        assert main(["gold", "add", f"c{n}", "--strength", "1", "--section", "accuracy", "--reason", reason]) == 0
    votes = [
        {"comparison": f"c{n}", "annotator": f"p{p}\u202e", "strength": -1 if n == 5 else 1, "purpose": "calibration"}
        for n in range(6)
        for p in range(2)
    ]
    Path("votes.jsonl").write_text("".join(json.dumps(v) + "\n" for v in votes))
    assert main(["import", "votes.jsonl"]) == 0
    assert main(["gold", "report", "--round", "import:native"]) == 0
    out = capsys.readouterr().out
    assert unsafe_in(out) == set()
    for words in ("5/6 83 % 44–97", "by section: accuracy 5/6", "Suspect gold: review", "c5: 2 of 2 differ from it", "gold: first by 1"):
        assert words in out, words
    found = read_json(["gold", "report", "--json"], capsys)
    assert set(found) == {"round", "annotators", "suspects", "left_out", "revealed", "caveats"}
    assert main(["--as", "bob", "gold", "report"]) == 4
    assert main(["gold", "report", "--round", "nope"]) == 1
