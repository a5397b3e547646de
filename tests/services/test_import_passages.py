"""What an imported answer points at is stored, and held to the texts that are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import InputRejected
from prefterm.services.access import Project
from prefterm.services.importing import import_files
from tests.factories import comparison, make_project, rows, write_jsonl

VOTE = {"comparison": "c0", "annotator": "far", "strength": 1}
NAMED = {"id": "named", "prompt": None, "responses": [{"text": None, "model": "m1"}, {"text": None, "model": "m2"}]}


def pointing(start: int, end: int, /, **more: Any) -> dict[str, Any]:
    return {"in": "response", "index": 1, "start": start, "end": end, "kind": "false", **more}


def take(project: Project, *records: dict[str, Any]) -> Any:
    return import_files(project, [write_jsonl(project.database.path.with_name("more.jsonl"), records)])


def test_what_is_pointed_at_is_stored(tmp_path: Path) -> None:
    project = make_project(tmp_path, 1, guideline=None)
    extra = {"reasons": ["too long"], "lookup_seconds": 9, "passages": [pointing(0, 6, note="no"), pointing(1, 3, kind="note")]}
    vote = {**VOTE, **extra}
    assert take(project, vote).judgments == 1
    assert take(project, vote).unchanged == 1
    with pytest.raises(InputRejected, match="stored already with other content"):
        take(project, {**vote, "passages": [pointing(0, 5)]})
    found = rows(project, "SELECT number, place, position, start_at, end_at, kind, note FROM judgment_passage ORDER BY number")
    assert [tuple(r.values()) for r in found] == [(0, "response", 1, 0, 6, "false", "no"), (1, "response", 1, 1, 3, "note", "")]
    stored = rows(project, "SELECT answer, lookup_seconds, meta FROM judgment")[0]
    assert stored == {"answer": '{"reasons":["too long"],"strength":1}', "lookup_seconds": 9.0, "meta": "{}"}


def test_a_gold_keeps_its_passages(tmp_path: Path) -> None:
    project = make_project(tmp_path, 1, guideline=None)
    gold = {"comparison": "c0", "strength": 2, "reason": "so", "passages": [pointing(0, 2)]}
    assert take(project, gold).gold == 1
    assert '"passages":[{"end":2,' in rows(project, "SELECT answer FROM gold")[0]["answer"]
    assert rows(project, "SELECT * FROM judgment_passage") == []


@pytest.mark.parametrize("together", [True, False], ids=["in the files", "in the database"])
def test_a_passage_past_its_text_is_rejected_in_its_line(tmp_path: Path, together: bool) -> None:
    project = make_project(tmp_path, 0 if together else 2, guideline=None)
    known = [comparison(0), comparison(1)] if together else []
    text = len("second of 0")
    records = [
        {**VOTE, "passages": [pointing(0, text)]},
        {**VOTE, "annotator": "b", "passages": [pointing(0, text), pointing(3, text + 1)]},
        {**VOTE, "annotator": "c", "passages": [pointing(0, 1, **{"in": "prompt"})]},
        {"comparison": "c1", "strength": 1, "reason": "so", "passages": [pointing(0, 500, **{"in": "prompt", "index": 0})]},
    ]
    with pytest.raises(InputRejected) as caught:
        take(project, *known, *records)
    first = len(known) + 1
    assert [(r.line, r.reason.partition(",")[0]) for r in caught.value.rejections] == [
        (first + 1, f"passage 2 ends at {text + 1}"),
        (first + 2, "passage 1: the prompt has no message 1 (there are 1"),
        (first + 3, "passage 1 ends at 500"),
    ]
    assert rows(project, "SELECT * FROM judgment") == []


def test_texts_that_are_not_known_hold_nobody_back(tmp_path: Path) -> None:
    project = make_project(tmp_path, 1, guideline=None)
    assert take(project, NAMED, {**VOTE, "comparison": "named", "passages": [pointing(0, 9000)]}).judgments == 1
