"""Contested gold scores nobody until an admin has looked at it; upheld, it is retired with the verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.services.access import Project, open_project
from prefterm.services.agreement import agreement
from prefterm.services.auditing import audit
from prefterm.services.contests import contest_list, review_contest
from prefterm.services.golds import add_gold, gold_list, retire_gold
from prefterm.services.importing import import_files
from prefterm.services.raw_transfer import export_raw, import_raw
from prefterm.store import golds, reveals
from tests.factories import change, copied, event_problems, make_project, rows, write_jsonl
from tests.services.test_golds import content, record


def hold_against(project: Project, gold: str, person: str, note: str = "no") -> str:
    """Show a gold to a person, and let them contest it."""
    comparison = rows(project, "SELECT comparison_id AS id FROM gold WHERE uuid = ?", gold)[0]["id"]
    them = open_project(project.database.path, person).actor
    project.database.transact(lambda c: reveals.note_shown(c, them, [comparison], "gold"))
    return project.database.transact(lambda c: golds.add_contest(c, gold, them.id, note))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Three golds, the first contested by ann and bob; ann was right on the first two and wrong on the third."""
    folder = tmp_path_factory.mktemp("built")
    lead = make_project(folder, 4)
    first, second = (add_gold(lead, record(key, strength=1)) for key in ("c0", "c1"))
    add_gold(lead, record("c2", strength=1))
    votes = [
        {"comparison": f"c{n}", "annotator": "ann", "strength": s, "purpose": "calibration", "presented_order": [0, 1]}
        for n, s in enumerate((1, 2, -1))
    ]
    import_files(lead, [write_jsonl(folder / "votes.jsonl", votes)])
    return lead, [hold_against(lead, first, "ann", "the dose is right"), hold_against(lead, first, "bob"), second]


@pytest.fixture
def contested(built: tuple[Project, list[str]], tmp_path: Path) -> tuple[Project, list[str]]:
    return copied(built[0], tmp_path), built[1]


def gold_figures(project: Project) -> tuple[Any, ...]:
    """(right, of how many, left out as contested) by the audit; gold accuracy by agreement."""
    audited = next(a for a in audit(project)["annotators"] if a["annotator"] == "ann")
    profile = next(p for p in agreement(project)["annotator_profiles"] if p["annotator"] == "ann")
    return audited["gold"]["correct"], audited["gold"]["n"], audited["left_out"].get("contested_gold", 0), profile["gold_accuracy"]["value"]


def test_contested_gold_scores_nobody_until_it_is_reviewed(contested: tuple[Project, list[str]]) -> None:
    lead, (mine, other, _) = contested
    assert gold_figures(lead) == (1, 2, 1, 0.5)
    review_contest(lead, mine, uphold=False, note="it is not: see the leaflet")
    assert gold_figures(lead) == (1, 2, 1, 0.5), "bob's contest is open still"
    review_contest(lead, other, uphold=False, note="as above")
    assert gold_figures(lead) == (2, 3, 0, pytest.approx(2 / 3))


def test_an_upheld_contest_retires_the_gold_with_its_verdict(contested: tuple[Project, list[str]]) -> None:
    lead, (mine, other, _) = contested
    assert review_contest(lead, mine, uphold=True, note="the leaflet changed") == [mine, other]
    assert {r["state"] for r in rows(lead, "SELECT state FROM contest")} == {"upheld"}
    first = next(g for g in gold_list(lead) if g["comparison"] == "c0")
    assert (first["state"], first["retired_because"]) == ("retired", "the leaflet changed")
    assert [e["kind"] for e in rows(lead, "SELECT kind FROM event ORDER BY seq DESC LIMIT 2")] == ["contest.reviewed", "gold.retired"]
    assert gold_figures(lead)[:3] == (1, 2, 0)
    assert event_problems(lead.database) == []


def test_a_comparison_names_all_that_is_held_against_its_gold(contested: tuple[Project, list[str]]) -> None:
    lead, (mine, other, _) = contested
    assert review_contest(lead, "c0", uphold=False, note="looked at") == [mine, other]
    stored = rows(lead, "SELECT state, verdict, reviewed_by FROM contest")
    assert stored == [{"state": "rejected", "verdict": "looked at", "reviewed_by": lead.actor.id}] * 2
    payload = json.loads(rows(lead, "SELECT payload FROM event ORDER BY seq DESC LIMIT 1")[0]["payload"])
    assert payload == {"contests": [mine, other], "verdict": "rejected"}


@pytest.mark.parametrize(
    ("which", "note", "words"),
    [
        ("c1", "x", "nothing is held against the gold of comparison c1 now"),
        ("nope", "x", "'nope' is neither a contest nor a comparison"),
        ("c0", " ", "give a note"),
        ("c0", "x" * (golds.LONGEST_NOTE + 1), "give a note"),
    ],
)
@pytest.mark.parametrize("uphold", [True, False])
def test_what_cannot_be_reviewed(contested: tuple[Project, list[str]], which: str, note: str, words: str, uphold: bool) -> None:
    lead = contested[0]
    before = content(lead)
    with pytest.raises(Refused, match=words):
        review_contest(lead, which, uphold=uphold, note=note)
    assert content(lead) == before


def test_a_review_stands(contested: tuple[Project, list[str]]) -> None:
    lead, (mine, _, _) = contested
    review_contest(lead, mine, uphold=False, note="no")
    with pytest.raises(Refused):
        review_contest(lead, mine, uphold=True, note="yes")


def test_who_sees_which_contest(contested: tuple[Project, list[str]]) -> None:
    lead, (mine, other, _) = contested
    review_contest(lead, other, uphold=False, note="no")
    everything = contest_list(lead)
    assert [(t["contest"], t["annotator"], t["state"], t["reviewed_by"]) for t in everything] == [
        (mine, "ann", "open", None), (other, "bob", "rejected", "lead"),
    ]  # fmt: skip
    assert [t["contest"] for t in contest_list(lead, open_only=True)] == [mine]
    bob = open_project(lead.database.path, "bob")
    assert [(t["contest"], t["verdict"], t["reviewed_by"]) for t in contest_list(bob)] == [(other, "no", None)]
    with pytest.raises(NotAllowed):
        review_contest(bob, mine, uphold=True, note="yes")


def test_an_admin_who_reads_a_contest_is_never_served_that_gold(contested: tuple[Project, list[str]]) -> None:
    lead = contested[0]
    change(lead, "UPDATE annotator SET role = 'admin' WHERE name = 'cyd'")
    cyd = open_project(lead.database.path, "cyd")
    contest_list(cyd)
    shown = rows(lead, "SELECT c.key FROM reveal r JOIN comparison c ON c.id = r.comparison_id WHERE annotator_id = ?", cyd.actor.id)
    assert shown == [{"key": "c0"}]


def test_hostile_notes_are_kept_as_they_are(contested: tuple[Project, list[str]]) -> None:
    lead, (_, _, second) = contested
    note = "x\x1b[2J\u202e\u2066 [@click=app.quit] \ud800\0"
    hold_against(lead, second, "ann", note)
    assert contest_list(lead)[-1]["note"] == "x\x1b[2J\u202e\u2066 [@click=app.quit] \ufffd\ufffd"


def test_a_raw_export_carries_all_of_it(contested: tuple[Project, list[str]], tmp_path: Path) -> None:
    lead, (mine, _, _) = contested
    for strength in (2, -1, 3):
        add_gold(lead, record("c3", strength=strength))
        retire_gold(lead, "c3", f"not {strength}")
    review_contest(lead, mine, uphold=True, note="the leaflet changed")
    export_raw(lead, tmp_path / "all.jsonl")
    import_raw(tmp_path / "all.jsonl", tmp_path / "copy.db")
    copy = open_project(tmp_path / "copy.db", "lead")
    export_raw(copy, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()
    before, after = ({g["comparison"]: g for g in gold_list(p)} for p in (lead, copy))
    assert after == before
    assert [v["reason"] for v in after["c3"]["history"] if v["state"] == "retired"] == ["not 2", "not -1", "not 3"]
    assert (after["c3"]["strength"], after["c3"]["retired_because"]) == (3, "not 3")
    assert [t["contest"] for t in contest_list(copy)] == sorted(t["contest"] for t in contest_list(lead))
