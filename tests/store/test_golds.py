"""Which gold may be served, to whom, and what a contest does to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.services.access import Project
from prefterm.services.importing import import_files
from prefterm.store import golds, reveals
from prefterm.store.golds import PoolGold
from tests.factories import (
    READING,
    Projects,
    change,
    comparison,
    copied,
    event_problems,
    labeling,
    make_project,
    make_round,
    rows,
    shown_answer,
    write_jsonl,
)

LATER = "2100-01-01T00:00:00.000000Z"
BEFORE = "2001-01-01T00:00:00.000000Z"


def gold_file(folder: Path, *records: dict[str, Any]) -> Path:
    return write_jsonl(folder / "gold.jsonl", ({"strength": 1, "reason": "because", **r} for r in records))


def settle(project: Project, folder: Path, *keys: str, **more: Any) -> None:
    import_files(project, [gold_file(folder, *({"comparison": key, **more} for key in keys))])


def pool(project: Project) -> list[PoolGold]:
    with project.database.read() as connection:
        return golds.gold_pool(connection)


def pooled(project: Project) -> list[str]:
    by_uuid = {r["uuid"]: r["key"] for r in rows(project, "SELECT uuid, key FROM comparison")}
    return [by_uuid[g.comparison] for g in pool(project)]


def id_of(project: Project, person: str) -> int:
    return int(rows(project, "SELECT id FROM annotator WHERE name = ?", person)[0]["id"])


def met(project: Project, person: str) -> list[str]:
    """Keys of the comparisons whose clusters a person has met."""
    found = rows(project, "SELECT c.key, p.cluster FROM comparison c JOIN prompt p ON p.id = c.prompt_id ORDER BY c.key")
    with project.database.read() as connection:
        clusters = golds.met_clusters(connection, id_of(project, person), [r["cluster"] for r in found])
    return [r["key"] for r in found if r["cluster"] in clusters]


def reveal(project: Project, person: str, key: str, at: str = LATER) -> None:
    change(
        project,
        "INSERT INTO reveal (uuid, annotator_id, comparison_id, round_id, kind, at) SELECT lower(hex(randomblob(8))), a.id, c.id, NULL,"
        " 'gold', ? FROM annotator a, comparison c WHERE a.name = ? AND c.key = ?",
        at, person, key,
    )  # fmt: skip


def discuss(project: Project, key: str, closed_at: str | None = None, round_name: str | None = None) -> None:
    """Make a comparison the item of a session of its own."""
    change(
        project,
        "INSERT INTO calibration_session (uuid, name, guideline_version_id, round_id, state, opened_at, opened_by, closed_at)"
        " SELECT lower(hex(randomblob(8))), 'on ' || ?, 1, (SELECT id FROM round WHERE name = ?), CASE WHEN ? IS NULL THEN 'open'"
        " ELSE 'closed' END, '2026-01-01T00:00:00.000000Z', 1, ?",
        key, round_name, closed_at, closed_at,
    )  # fmt: skip
    change(
        project,
        "INSERT INTO session_item (uuid, session_id, position, comparison_id, presented_order) SELECT lower(hex(randomblob(8))),"
        " (SELECT max(id) FROM calibration_session), 0, id, '[0,1]' FROM comparison WHERE key = ?",
        key,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Gold for `c0` and `c1`; `c0` was shown to ann."""
    folder = tmp_path_factory.mktemp("built")
    lead = make_project(folder, 2)
    settle(lead, folder, "c0", "c1")
    reveal(lead, "ann", "c0")
    return lead


@pytest.fixture
def lead(built: Project, tmp_path: Path) -> Project:
    return copied(built, tmp_path)


def test_what_a_pool_gold_says(project: Projects, tmp_path: Path) -> None:
    lead = project(records=[{**comparison(0), "tags": ["dose"], "responses": [{"text": "ab"}, {"text": "ünï"}]}])
    import_files(lead, [gold_file(tmp_path, {"comparison": "c0", "strength": -2, "sections": ["length"]})])
    (found,) = pool(lead)
    stored = rows(lead, "SELECT g.id, g.uuid, c.id AS cid, c.uuid AS cuuid, p.cluster FROM gold g, comparison c, prompt p"
                        " WHERE p.id = c.prompt_id AND c.key = 'c0'")[0]  # fmt: skip
    assert found == PoolGold(
        stored["id"], stored["uuid"], stored["cid"], stored["cuuid"], stored["cluster"], -2, ("dose",), ("length",), 2, 3, True,
        id_of(lead, "lead"),
    )  # fmt: skip


def test_a_pool_gold_tells_whether_anybody_parted_over_it(project: Projects, tmp_path: Path) -> None:
    lead = project(2)
    import_files(lead, [gold_file(tmp_path, {"comparison": "c0", "settled_by": "majority"}, {"comparison": "c1", "dissent": 1})])
    assert [g.without_dissent for g in pool(lead)] == [False, False]


OUT: dict[str, Callable[[Project], None]] = {
    "retired": lambda p: change(
        p,
        "INSERT INTO gold (uuid, comparison_id, supersedes_id, status, format, answer, reason, settled_by, source, created_at, meta)"
        " SELECT 'x', comparison_id, id, 'retired', format, answer, '', settled_by, source, created_at, meta FROM gold WHERE id = 1",
    ),
    "contested": lambda p: change(
        p,
        "INSERT INTO contest (uuid, gold_id, annotator_id, note, created_at, state, verdict) VALUES ('x', 1, 1, 'n', 'now', 'open', '')",
    ),
    "hidden": lambda p: change(p, "UPDATE comparison SET hidden = 1 WHERE key = 'c0'"),
    "without its text": lambda p: change(p, "UPDATE comparison SET servable = 0 WHERE key = 'c0'"),
    "of three responses": lambda p: change(p, "UPDATE comparison SET n_responses = 3 WHERE key = 'c0'"),
    "sealed": lambda p: change(p, "UPDATE prompt SET side = 'eval' WHERE id = (SELECT prompt_id FROM comparison WHERE key = 'c0')"),
    "quarantined": lambda p: change(p, "UPDATE prompt SET quarantined = 1 WHERE id = (SELECT prompt_id FROM comparison WHERE key = 'c0')"),
    "near to a worked example": lambda p: change(
        p,
        "UPDATE prompt SET cluster = (SELECT p.cluster FROM worked_example w JOIN prompt p ON p.id = w.prompt_id)"
        " WHERE id = (SELECT prompt_id FROM comparison WHERE key = 'c0')",
    ),
    "discussed": lambda p: discuss(p, "c0"),
}


@pytest.mark.parametrize("why", OUT)
def test_what_is_not_served(lead: Project, why: str) -> None:
    assert pooled(lead) == ["c0", "c1"]
    OUT[why](lead)
    assert pooled(lead) == ["c1"]


def test_a_contest_that_was_reviewed_no_longer_keeps_a_gold_back(lead: Project) -> None:
    OUT["contested"](lead)
    change(lead, "UPDATE contest SET state = 'rejected'")
    assert pooled(lead) == ["c0", "c1"]


def test_rankings_are_not_served(project: Projects, tmp_path: Path) -> None:
    lead = project(2)
    import_files(lead, [write_jsonl(tmp_path / "g.jsonl", [{"comparison": "c0", "ranking": [[1], [0]], "reason": "because"}])])
    assert pooled(lead) == []


def test_what_a_pilot_settles_is_served_to_those_who_join_later(project: Projects, tmp_path: Path) -> None:
    lead = project(2)
    make_round(lead)
    change(lead, """UPDATE round SET options = json_set(options, '$.pilot', 2)""")
    settle(lead, tmp_path, "c0")
    discuss(lead, "c0", "2026-01-02T00:00:00.000000Z", "r")
    change(lead, "UPDATE annotator SET created_at = ? WHERE name = 'bob'", BEFORE)
    assert pooled(lead) == ["c0"]
    assert met(lead, "bob") == ["c0"]
    assert met(lead, "ann") == []


def test_what_somebody_has_met(project: Projects, tmp_path: Path) -> None:
    lead = project(9)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = ann.claim()
    assert served is not None
    assert met(lead, "ann") == [], "a claim alone shows nothing"
    ann.painted(served.assignment)
    expected = {served.comparison}
    assert set(met(lead, "ann")) == expected
    change(lead, "UPDATE assignment SET state = 'expired'")
    assert set(met(lead, "ann")) == expected
    served = ann.claim()
    assert served is not None
    following = ann.skip(served.assignment, "outside my field")
    expected.add(served.comparison)
    assert set(met(lead, "ann")) == expected
    assert following is not None
    ann.submit(following.assignment, following.judgment_uuid, shown_answer(1), READING)
    ann.undo()
    expected.add(following.comparison)
    assert set(met(lead, "ann")) == expected
    others = sorted({f"c{n}" for n in range(9)} - expected)
    reveal(lead, "ann", others[0])
    assert set(met(lead, "ann")) == expected | {others[0]}
    assert met(lead, "bob") == []
    settle(lead, tmp_path, others[1])
    assert met(lead, "lead") == [], "who imports a file of golds has settled none"
    change(lead, "DROP TRIGGER gold_no_update")
    change(lead, "UPDATE gold SET source = 'promotion'")
    assert met(lead, "lead") == [others[1]]


def test_an_imported_vote_and_a_near_duplicate_are_met(project: Projects, tmp_path: Path) -> None:
    words = "please tell me in plain words what this long question wants to know about tablets"
    lead = project(records=[comparison(1, words), comparison(2, words + " now"), comparison(3)])
    import_files(lead, [write_jsonl(tmp_path / "v.jsonl", [{"comparison": "c1", "annotator": "ann", "strength": 1}])])
    assert met(lead, "ann") == ["c1", "c2"]


@pytest.mark.parametrize("how", ["open", "closed while here", "answered later", "drafted later"])
def test_the_items_of_a_session_are_met(lead: Project, how: str) -> None:
    change(lead, "DELETE FROM reveal")
    closed = {"open": None, "closed while here": LATER}.get(how, BEFORE)
    discuss(lead, "c0", closed)
    ann = id_of(lead, "ann")
    if how == "answered later":
        change(
            lead,
            "INSERT INTO session_answer (uuid, session_item_id, annotator_id, vote, revision, format, answer, rationale, created_at)"
            " VALUES ('x', 1, ?, 'blind', 1, 'pairwise', '{}', '', 'now')",
            ann,
        )
    if how == "drafted later":
        change(lead, "INSERT INTO session_draft VALUES (1, ?, 'blind', 'x', '{}', 'now')", ann)
    assert met(lead, "ann") == ["c0"]
    assert met(lead, "bob") == ([] if "later" in how else ["c0"])


def plans(project: Project, work: Callable[[Connection], Any], beginning: str) -> list[list[str]]:
    """How the engine goes about the statements of `work` that begin like this."""
    sent: list[str] = []
    with project.database.write() as ours:
        raw = ours.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(sent.append)
        work(ours)
        raw.set_trace_callback(None)
    with closing(sqlite3.connect(project.database.path)) as connection:
        return [[r[3] for r in connection.execute(f"EXPLAIN QUERY PLAN {s}")] for s in sent if s.startswith(beginning)]


def test_looking_for_what_was_met_walks_no_table(lead: Project) -> None:
    (plan,) = plans(lead, lambda c: golds.met_clusters(c, 1, ["a", "b"]), "SELECT DISTINCT")
    assert not [step for step in plan if step.startswith("SCAN")], plan
    assert [step for step in plan if "reveal" in step and "ix_reveal_comparison_id" in step], plan
    assert [step for step in plan if "assignment" in step and "ix_assignment_annotator_id_comparison_id" in step], plan


def test_a_showing_walks_neither_a_round_nor_all_that_was_revealed(project: Projects) -> None:
    lead = project(3)
    make_round(lead)
    found = plans(lead, lambda c: reveals.note_shown(c, lead.actor, [1, 2], "gold"), "SELECT")
    steps = [step for plan in found for step in plan]
    revealed = [step for step in steps if "reveal" in step]
    assert len(found) == len(revealed) == 2
    assert all("ix_reveal_comparison_id" in step for step in revealed), found
    assert not [step for step in steps if step.startswith("SCAN")], found


# contests


def contest(project: Project, person: str = "ann", note: str = "the second is right", gold: str | None = None) -> str:
    uuid = gold or rows(project, "SELECT uuid FROM gold ORDER BY id")[0]["uuid"]
    return project.database.transact(lambda c: golds.add_contest(c, uuid, id_of(project, person), note))


def test_a_contested_gold_scores_nobody(lead: Project) -> None:
    uuid = contest(lead, note="nul \0 and \ud800 \x1b[2J")
    (stored,) = rows(lead, "SELECT * FROM contest")
    assert (stored["uuid"], stored["state"], stored["note"]) == (uuid, "open", "nul \ufffd and \ufffd \x1b[2J")
    assert pooled(lead) == ["c1"]
    last = rows(lead, "SELECT kind, actor_id, payload FROM event ORDER BY seq DESC LIMIT 1")[0]
    assert (last["kind"], last["actor_id"]) == ("gold.contested", id_of(lead, "ann"))
    assert uuid in last["payload"]
    assert event_problems(lead.database) == []


@pytest.mark.parametrize(
    ("change_first", "note", "words"),
    [
        ("", "", "say in a note"),
        ("", " \n\t", "say in a note"),
        ("", "x" * (golds.LONGEST_NOTE + 1), "10,001 characters"),
        ("DELETE FROM reveal", "wrong", "never shown"),
        (f"UPDATE reveal SET at = '{BEFORE}'", "wrong", "never shown"),
        ("UPDATE reveal SET annotator_id = 1", "wrong", "never shown"),
        ("retired", "wrong", "retired meanwhile"),
        ("contested", "wrong", "already"),
    ],
)
def test_what_is_no_contest(lead: Project, change_first: str, note: str, words: str) -> None:
    if change_first == "contested":
        contest(lead)
    elif change_first in OUT:
        OUT[change_first](lead)
    elif change_first:
        change(lead, change_first)
    before = rows(lead, "SELECT uuid FROM contest UNION ALL SELECT uuid FROM event")
    with pytest.raises(Refused, match=words):
        contest(lead, note=note)
    assert rows(lead, "SELECT uuid FROM contest UNION ALL SELECT uuid FROM event") == before


def test_a_gold_that_is_not_there_cannot_be_contested(lead: Project) -> None:
    with pytest.raises(Refused, match="no such gold"):
        contest(lead, gold="00000000-0000-4000-8000-000000000000")
