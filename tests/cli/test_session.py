"""Group sessions on the command line: what is opened, what is told, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from prefterm.__main__ import main
from prefterm.services.access import open_project
from prefterm.services.proposals import propose
from prefterm.services.session_looking import look
from prefterm.services.session_voting import SessionVoting
from prefterm.services.sessions import find_session
from tests.factories import READING, shown_answer

WORDING = "3f2a91bc-0000-4000-8000-000000000000"


def vote(path: Path, person: str, strength: int, number: int = 9) -> None:
    mine = open_project(path, person)
    desk = SessionVoting(mine, find_session(mine, "s"))
    while number and (served := desk.claim()) is not None:
        desk.submit(served.assignment, served.judgment_uuid, shown_answer(strength, rationale=f"by {person}"), READING)
        number -= 1


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    """(stdout, stderr) of a command line."""
    capsys.readouterr()
    assert main(list(arguments)) == code
    found = capsys.readouterr()
    return found.out, found.err


def test_a_session_from_opening_to_its_report(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "session", "open", "s", "--items", "c1", "c3", "--json")
    assert json.loads(out) == {
        "session": "s", "guideline": "medicines@1", "items": ["c1", "c3"], "people": 2, "round": None, "deadline": None, "left_out": {},
    }  # fmt: skip
    assert "prefterm label --session s" in err
    vote(project, "bob", 2)
    vote(project, "lead", -1)
    assert "by bob" not in said(capsys, "session", "show", "s", "--json")[0]
    assert "Revealed: c1." in said(capsys, "session", "reveal", "s", "--next")[1]
    assert "Nothing to reveal" in said(capsys, "session", "reveal", "s", "c1")[1]
    document = json.loads(said(capsys, "session", "show", "s", "--json")[0])
    assert [i["shown"] for i in document["items"]] == [True, False]
    assert [(a["annotator"], a["blind"]["strength"]) for a in document["items"][0]["answers"]] == [("bob", 2), ("lead", -1)]
    assert document["agreement"]["blind"]["undefined"] and "no effect" in document["agreement"]["note"]
    assert [p["voted"] for p in document["people"]] == [2, 2]
    said(capsys, "session", "close", "s")
    out, err = said(capsys, "session", "show", "s")
    assert re.search(r"blind: 0\.00, n 2 \(too few", out) and "bob +2, lead -1" in out and not err
    rows = json.loads(said(capsys, "session", "list", "--json")[0])
    assert (rows[0]["session"], rows[0]["state"], rows[0]["voted"]) == ("s", "closed", 2)


def test_what_is_refused_and_how(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "say on which items" in said(capsys, "session", "open", "s", code=1)[1]
    assert "no comparison 'nope'" in said(capsys, "session", "open", "s", "--items", "nope", code=1)[1]
    assert "ids are given with --items" in said(capsys, "session", "open", "s", "c1", code=2)[1]
    assert "is no moment" in said(capsys, "session", "open", "s", "--items", "c1", "--deadline", "soon", code=2)[1]
    assert "passed already" in said(capsys, "session", "open", "s", "--items", "c1", "--deadline", "2020-01-01", code=1)[1]
    assert "nothing is answered" in said(capsys, "session", "open", "s", "--disputed", code=1)[1]
    said(capsys, "session", "open", "s", "--tag", "t", "--n", "2", "--deadline", "23:59")
    assert "exists already" in said(capsys, "session", "open", "s", "--tag", "t", code=1)[1]
    assert "say what to reveal" in said(capsys, "session", "reveal", "s", code=1)[1]
    for command in (
        ["session", "show", "s"],
        ["session", "close", "s"],
        ["session", "open", "t", "--tag", "t"],
        ["session", "reveal", "s", "--all"],
    ):
        said(capsys, "--as", "bob", *command, code=4)
    assert "give a round or a session" in said(capsys, "label", "--round", "r", "--session", "s", code=2)[1]


def test_proposals_are_listed_and_decided(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "session", "open", "s", "--items", "c1")
    vote(project, "bob", 2)
    said(capsys, "session", "reveal", "s", "--all")
    bob = open_project(project, "bob")
    item = SessionVoting(bob, find_session(bob, "s")).undo()
    assert item is not None
    look(bob, find_session(bob, "s"), item.assignment)
    propose(bob, find_session(bob, "s"), item.assignment, "dosage", "Say the dose\x1b[2J and the limit.", WORDING)
    out, err = said(capsys, "proposals", "--json")
    assert json.loads(out) == [] and "1 proposal withheld" in err, "the lead has not voted on the item"
    said(capsys, "session", "show", "s", "--not-voting")
    out, err = said(capsys, "proposals", "--guideline", "medicines")
    assert "session s, c1" in out and "dosage" in out and "\x1b" not in out and not err
    assert json.loads(said(capsys, "status", "--json")[0])["waiting"]["proposals"] == 1
    assert "is taken" in said(capsys, "proposals", "take", WORDING[:8])[1]
    assert json.loads(said(capsys, "proposals", "--json")[0])[0]["state"] == "taken"
    assert "taken already" in said(capsys, "proposals", "decline", WORDING[:8], code=1)[1]
    said(capsys, "--as", "bob", "proposals", "take", WORDING[:8], code=4)
