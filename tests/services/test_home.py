"""Home: who is new here, and what a round asks for."""

from __future__ import annotations

from prefterm.services.access import open_project
from prefterm.services.home import home_summary
from prefterm.services.importing import import_files
from prefterm.services.listings import round_list
from prefterm.services.status import is_newcomer
from tests.factories import Projects, labeling, make_round, rows, write_jsonl


def test_a_newcomer_is_who_was_never_served_an_item(project: Projects) -> None:
    lead = project()
    make_round(lead)
    vote = {"comparison": "c0", "annotator": "ann", "strength": 1}
    import_files(lead, [write_jsonl(lead.database.path.with_name("votes.jsonl"), [vote])])
    assert len(rows(lead, "SELECT * FROM assignment")) == 1
    ann, bob = (open_project(lead.database.path, name) for name in ("ann", "bob"))
    assert is_newcomer(ann), "an imported vote was served to nobody"
    assert home_summary(ann)["newcomer"]
    assert labeling(lead, "ann").claim() is not None
    assert not is_newcomer(ann)
    assert not home_summary(ann)["newcomer"]
    assert is_newcomer(bob)


def test_a_round_keeps_whether_it_asks_to_read_to_the_end(project: Projects) -> None:
    lead = project()
    make_round(lead, "plain")
    make_round(lead, "strict", read_to_end=True)
    assert [labeling(lead, "ann", name).round.options["read_to_end"] for name in ("plain", "strict")] == [False, True]
    assert [r["read_to_end"] for r in round_list(lead)] == [False, True]
