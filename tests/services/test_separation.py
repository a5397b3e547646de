"""Gold, worked examples, items of sessions and the hold-out never share a prompt, whichever of them comes second."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefterm.domain.errors import Refused
from prefterm.services.access import Project
from prefterm.services.golds import add_gold
from prefterm.services.guidelines import publish
from prefterm.services.separation import why_no_session_item
from prefterm.store.prompts import clusters_by_use
from tests.factories import GUIDELINE, PEOPLE, Projects, change, comparison, copied, make_project, make_round, rows
from tests.services.test_golds import content, example_prompt, near, open_session, record


@pytest.fixture(scope="module")
def unpublished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """No guideline yet; `c0` has a prompt near to that of an example that will be published, `c1` one equal to it."""
    prompt = example_prompt()
    records = [comparison(0, near(prompt)), comparison(1, prompt), comparison(2)]
    return make_project(tmp_path_factory.mktemp("unpublished"), people=PEOPLE[:1], records=records, guideline=None)


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("near gold", "example e2-average-speed: its prompt is a near-duplicate of that of the gold answer of comparison c0: use another"),
        ("equal gold", "example e2-average-speed: its prompt is that of the gold answer of comparison c1: use another"),
        ("session", "example e2-average-speed: its prompt is a near-duplicate of that of comparison c0 of session monday: use another"),
        ("pilot", "of comparison c0 of session monday: use another"),
        ("sealed", "sealed in the hold-out: use another"),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_guideline_whose_example_is_used_otherwise_is_not_published(
    unpublished: Project, tmp_path: Path, use: str, words: str, dry_run: bool
) -> None:
    lead = copied(unpublished, tmp_path)
    change(
        lead,
        "INSERT INTO guideline_version (uuid, name, version, title, sha256, text, note, editorial, requalify, published_at)"
        " VALUES ('x', 'old', 1, 't', 's', 't', '', 0, 0, 'now')",
    )
    if "gold" in use:
        add_gold(lead, record("c0" if use.startswith("near") else "c1", sections=[]))
    elif use == "sealed":
        change(lead, "UPDATE prompt SET side = 'eval'")
    elif use == "pilot":
        change(
            lead,
            "INSERT INTO round (uuid, name, kind, state, overlap, up_to, seed, options, opened_at, freed)"
            " VALUES ('r', 'r', 'labelling', 'open', 2, 3, '', '{\"pilot\":2}', 'now', 0)",
        )
        open_session(lead, "monday", "c0", "r")
    else:
        open_session(lead, "monday", "c0")
    before = content(lead)
    with pytest.raises(Refused, match=words):
        publish(lead, GUIDELINE, "", dry_run=dry_run)
    assert content(lead) == before
    assert rows(lead, "SELECT name FROM guideline_version") == [{"name": "old"}]


def test_what_no_session_takes(project: Projects) -> None:
    lead = project(records=[comparison(n, example_prompt() if n == 1 else None) for n in range(6)])
    add_gold(lead, record())
    for key, values in (("c2", "side = 'eval'"), ("c3", "quarantined = 1")):
        change(lead, f"UPDATE prompt SET {values} WHERE id = (SELECT prompt_id FROM comparison WHERE key = ?)", key)
    open_session(lead, "monday", "c4")
    ids = {r["key"]: r["id"] for r in rows(lead, "SELECT id, key FROM comparison")}
    with lead.database.read() as connection:
        found = why_no_session_item(connection, ids.values())
        uses = clusters_by_use(connection)
    assert {key: found.get(identity, "") for key, identity in ids.items()} == {
        "c0": "its prompt is that of the gold answer of comparison c0",
        "c1": "its prompt is that of worked example e2-average-speed of helpfulness@1",
        "c2": "its prompt, or a near-duplicate, is sealed in the hold-out",
        "c3": "its prompt is near to both sides of the hold-out, and quarantined",
        "c4": "",
        "c5": "",
    }
    assert len(uses["session"]) == 1
    assert uses["session"] <= uses["served"]


def test_a_prompt_that_was_discussed_is_never_drawn_into_the_hold_out(project: Projects) -> None:
    lead = project(4)
    open_session(lead, "monday", "c0")
    make_round(lead, holdout=0.9)
    sides = rows(lead, "SELECT c.key, p.side FROM prompt p JOIN comparison c ON c.prompt_id = p.id ORDER BY c.key")
    assert [r["side"] for r in sides] == ["train", "eval", "eval", "eval"]
