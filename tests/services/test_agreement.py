"""What `agreement` says, on real files: the contract's shape, what counts, who sees what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.domain.presentation import unpresent
from prefterm.services.access import Project, add_annotator, open_project
from prefterm.services.agreement import AgreementOptions, agreement, agreement_parts
from prefterm.services.agreement_figures import BROKEN_DOWN
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.labeling import Labeling, Served
from prefterm.services.rounds import RoundOptions, close_round, open_round
from prefterm.stats import DIRECTIONS, Ratings, overall_figures
from prefterm.store import agreement_pages
from tests.factories import (
    GUIDELINE,
    READING,
    Projects,
    change,
    comparison,
    copied,
    labeling,
    make_project,
    make_round,
    rows,
    shown_answer,
    write_jsonl,
)

C = {"value", "low", "high", "n_items", "method", "band", "band_low", "band_high", "undefined", "no_interval"}
NONE_LEFT_OUT = dict.fromkeys(("opened", "repeat", "calibration", "qualification", "after_reveal", "provisional", "withdrawn"), 0)
ITEMS = 30


def vote(item: int, person: str, strength: int, **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"strength": strength} if strength else {"strength": 0, "tie": "equal"}
    return {"comparison": f"c{item}", "annotator": person, **said, **more}


def pattern(item: int, person: int) -> int:
    """A strength that leans with the item, and is off it for each person now and then."""
    lean = (item * 7 % 5) - 2
    return lean if (item + 3 * person) % 4 else -lean


def base_votes(**more: Any) -> list[dict[str, Any]]:
    return [
        vote(i, p, pattern(i, n), created_at=f"2026-0{1 + i // 10}-05T10:00:00Z", **more) for n, p in enumerate("xyz") for i in range(ITEMS)
    ]


@pytest.fixture(scope="session")
def without_votes(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of `lead` with 30 comparisons, every third tagged `third`; made once, and copied."""
    return make_project(
        tmp_path_factory.mktemp("agreement"), records=[comparison(i, tags=["third"] if i % 3 == 0 else []) for i in range(ITEMS)]
    )


@pytest.fixture
def imported(without_votes: Project, tmp_path: Path) -> Callable[[Iterable[dict[str, Any]]], Project]:
    """`imported(votes)`: such a project with these votes."""

    def make(votes: Iterable[dict[str, Any]]) -> Project:
        lead = copied(without_votes, tmp_path)
        add_votes(lead, tmp_path, votes)
        return lead

    return make


def add_votes(lead: Project, folder: Path, votes: Iterable[dict[str, Any]]) -> None:
    import_files(lead, [write_jsonl(folder / f"votes{len(list(folder.iterdir()))}.jsonl", votes)])


def ask(project: Project, **options: Any) -> dict[str, Any]:
    return agreement(project, AgreementOptions(resamples=60, **options))


def figures(document: dict[str, Any]) -> dict[str, Any]:
    """All that a coefficient is in."""
    return {key: document[key] for key in ("coefficients", "pairs", "marks", "breakdowns", "differences", "items")}


def is_c(found: Any) -> bool:
    return isinstance(found, dict) and set(found) == C and (found["value"] is None) == (found["undefined"] is not None)


# the document


def test_the_document_has_the_shape_of_the_contract(imported: Callable[..., Project]) -> None:
    lead = imported(base_votes(dimensions={"clarity": 1}, acceptable=[True, False], active_seconds=12.0))
    d = ask(lead, consensus=True)
    json.dumps(d, allow_nan=False)
    assert (d["n_items"], d["n_judgments"], d["annotators"], d["dimension"], d["counted"]) == (
        30,
        90,
        ["x", "y", "z"],
        "overall",
        "planned",
    )
    assert d["left_out"] == NONE_LEFT_OUT
    coefficients = dict(d["coefficients"])
    assert coefficients.pop("kendall_w") is None
    assert list(coefficients) == [
        "raw_agreement", "fleiss_kappa", "alpha_nominal", "alpha_ordinal", "alpha_interval", "gwet_ac1", "gwet_ac2", "direction_agreement",
        "tie_agreement", "alpha_nominal_naming_free", "alpha_ordinal_naming_free",
    ]  # fmt: skip
    assert all(is_c(c) for c in coefficients.values())
    assert [(p["a"], p["b"], p["n_items"], p["kendall_tau_b"]) for p in d["pairs"]] == [
        ("x", "y", 30, None), ("x", "z", 30, None), ("y", "z", 30, None),
    ]  # fmt: skip
    for pair in d["pairs"]:
        assert pair["confusion"]["categories"] == list(range(-3, 4)) and np.sum(pair["confusion"]["counts"]) == 30
        assert all(is_c(pair[key]) for key in ("raw_agreement", "cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic"))
    assert set(d["marks"]) == {"acceptable"} and all(is_c(d["marks"]["acceptable"][key]) for key in ("alpha_nominal", "raw_agreement"))
    assert {b["by"] for b in d["breakdowns"]} == {"dimension", "tag", "round", "guideline", "period"}
    assert all(set(b["coefficients"]) == set(BROKEN_DOWN) and all(map(is_c, b["coefficients"].values())) for b in d["breakdowns"])
    assert all(set(x) == {"a", "b", "coefficient", "value", "low", "high", "paired", "note"} for x in d["differences"])
    for profile in d["annotator_profiles"]:
        assert is_c(profile["vs_others"]) and profile["gold_accuracy"] is None
        assert (profile["n"], profile["median_active_seconds"]) == (30, 12.0)
    assert set(d["items"]) >= {"unanimous", "majority", "no_plurality", "direction_clash", "single"}
    assert set(d["skipped"]) == {"items_skipped", "items_short", "raw_agreement_skips_disagree"}
    assert len(d["consensus"]) == 30 and set(d["consensus"][0]) >= {
        "comparison", "majority", "soft", "laplace", "entropy_weight", "margin_mean", "margin_sd", "dawid_skene", "differ",
    }  # fmt: skip


def test_the_values_are_those_of_the_votes(imported: Callable[..., Project]) -> None:
    lead = imported(base_votes())
    d = ask(lead)
    columns = [(i, n, pattern(i, n)) for n in range(3) for i in range(ITEMS)]
    expected = overall_figures(Ratings.from_columns(*zip(*columns, strict=True), range(-3, 4)))
    assert {name: c["value"] for name, c in d["coefficients"].items() if c} == pytest.approx({n: f.value for n, f in expected.items()})
    signs = [{(s > 0) - (s < 0) for s in (pattern(i, 0), pattern(i, 1), pattern(i, 2))} for i in range(ITEMS)]
    assert d["items"]["unanimous"] == sum(len(s) == 1 for s in signs)
    assert d["items"]["direction_clash"] == sum({1, -1} <= s for s in signs)
    ties = [pattern(i, 0) for i in range(ITEMS)]
    assert d["annotator_profiles"][0]["tie_rate"] == pytest.approx(sum(s == 0 for s in ties) / 30)
    assert d["annotator_profiles"][0]["first_rate"] == pytest.approx(sum(s > 0 for s in ties) / 30)


def test_an_empty_project_says_why_there_is_nothing(project: Projects) -> None:
    d = ask(project())
    assert d["n_items"] == d["n_judgments"] == 0 and d["pairs"] == d["breakdowns"] == []
    assert all(c["value"] is None and c["undefined"] for c in d["coefficients"].values() if c)


def test_the_page_size_changes_nothing(imported: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    votes = base_votes(dimensions={"clarity": 1, "economy": -1}, acceptable=[True, False])
    lead = imported([*votes, vote(1, "x", 1, purpose="repeat", created_at="2026-06-01T00:00:00Z")])
    ask(lead, consensus=True)
    whole = ask(lead, consensus=True)
    assert whole["revealed"] == 0, "the first look is written down once"
    for size in (1, 7):
        monkeypatch.setattr(agreement_pages, "PAGE", size)
        assert ask(lead, consensus=True) == whole


def test_what_is_written_between_two_pages_is_not_mixed_in(project: Projects) -> None:
    lead = project(2)
    make_round(lead)
    ann = labeling(lead, "ann")
    served = say(ann, ann.claim(), 2)
    with lead.database.read() as connection:
        upto = agreement_pages.greatest_judgment(connection)
        before = agreement_pages.answers(connection, None, 0, upto)
    again = ann.undo()
    say(ann, again, -3)
    assert served is not None
    with lead.database.read() as connection:
        assert agreement_pages.answers(connection, None, 0, upto) == before
        assert [r.strength for r in agreement_pages.answers(connection, None, 0, 99)] == [-3]


# what counts


EXTRAS = {
    "opened": [vote(i, "w", 3, origin="opened") for i in range(10)],
    "repeat": [vote(i, "x", -3, purpose="repeat") for i in range(4)],
    "calibration": [vote(i, "w", -3, purpose="calibration") for i in range(10, 13)],
    "qualification": [vote(i, "w", 3, purpose="qualification") for i in range(13, 15)],
}


def test_what_does_not_count_changes_no_figure_and_is_counted_by_reason(imported: Callable[..., Project], tmp_path: Path) -> None:
    lead = imported(base_votes())
    before = ask(lead)
    for reason, votes in EXTRAS.items():
        add_votes(lead, tmp_path, votes)
        assert ask(lead)["left_out"][reason] == len(votes)
    # Counted once, under the first reason.
    add_votes(lead, tmp_path, [vote(20, "w", 1, origin="opened", purpose="repeat")])
    after = ask(lead)
    assert figures(after) == figures(before)
    assert after["left_out"] == {**NONE_LEFT_OUT, "opened": 11, "repeat": 4, "calibration": 3, "qualification": 2}
    everything = ask(lead, count_all=True)
    assert everything["counted"] == "all" and everything["left_out"] == NONE_LEFT_OUT
    assert everything["n_judgments"] == before["n_judgments"] + 20
    assert figures(everything) != figures(before)
    assert "EVERY" in everything["notes"][0]
    assert all(x["value"] is None and x["note"] for x in everything["differences"])
    assert {p["annotator"] for p in everything["annotator_profiles"]} == {"w", "x", "y", "z"}


def say(desk: Labeling, served: Served | None, strength: int, **more: Any) -> Served | None:
    """Answer in canonical terms; what is served next."""
    assert served is not None
    return desk.submit(served.assignment, served.judgment_uuid, shown_answer(strength, **more), READING).following


def all_answered(lead: Project, people: Iterable[str], strength: Callable[[str, str], int]) -> None:
    for person in people:
        desk = labeling(lead, person)
        served = desk.claim()
        while served is not None:
            served = say(desk, served, strength(person, served.comparison))


def reveal(lead: Project, person: str, key: str, at: str) -> None:
    change(
        lead,
        "INSERT INTO reveal (uuid, annotator_id, comparison_id, round_id, kind, at) SELECT 'u' || ?, n.id, c.id, NULL, 'gold', ?"
        " FROM annotator n, comparison c WHERE n.name = ? AND c.key = ?",
        person + key, at, person, key,
    )  # fmt: skip


def created(lead: Project, person: str, key: str) -> list[str]:
    sql = (
        "SELECT j.created_at FROM judgment j JOIN annotator n ON n.id = j.annotator_id JOIN comparison c ON c.id = j.comparison_id"
        " WHERE n.name = ? AND c.key = ? ORDER BY j.revision"
    )
    return [r["created_at"] for r in rows(lead, sql, person, key)]


def test_an_answer_after_a_reveal_does_not_count_and_a_revised_one_counts_as_it_was(project: Projects) -> None:
    lead = project(3, people=("ann", "bob"))
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    assert ask(lead)["coefficients"]["raw_agreement"]["value"] == 1.0
    ann = labeling(lead, "ann")
    for turn in rows(lead, "SELECT a.uuid, c.key FROM assignment a JOIN comparison c ON c.id = a.comparison_id JOIN annotator n"
                     " ON n.id = a.annotator_id WHERE n.name = 'ann' AND c.key != 'c2'"):  # fmt: skip
        edited = ann.reopen(turn["uuid"])
        say(ann, edited, -1)
    assert ask(lead)["coefficients"]["raw_agreement"]["value"] == pytest.approx(1 / 3)
    reveal(lead, "ann", "c0", created(lead, "ann", "c0")[1])
    reveal(lead, "ann", "c1", created(lead, "ann", "c1")[0])
    d = ask(lead)
    assert d["left_out"] == {**NONE_LEFT_OUT, "after_reveal": 1}
    assert (d["n_items"], d["items"]["single"]) == (2, 1)
    assert d["coefficients"]["raw_agreement"]["value"] == 1.0
    # Somebody else's reveal, or one that came later, is nothing to these answers.
    reveal(lead, "bob", "c2", "2999-01-01T00:00:00.000000Z")
    assert figures(ask(lead)) == figures(d)


def test_opened_and_withdrawn_answers_of_a_real_round(project: Projects) -> None:
    lead = project(4, people=("ann", "bob", "cyd"))
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2 if person == "ann" or key != "c1" else -2)
    before = ask(lead)
    cyd = labeling(lead, "cyd")
    say(cyd, cyd.claim(), 2)
    opened = ask(lead)
    assert opened["left_out"] == {**NONE_LEFT_OUT, "opened": 1}
    assert figures(opened) == figures(before)
    ann = labeling(lead, "ann")
    ann.undo()
    d = ask(lead)
    assert d["left_out"] == {**NONE_LEFT_OUT, "opened": 1, "withdrawn": 1}
    assert (d["n_items"], d["items"]["single"], d["skipped"]["items_short"]) == (3, 1, 1)


def test_judges_count_only_when_asked_for(imported: Callable[..., Project]) -> None:
    people = base_votes()
    judged = [vote(i, "gpt", pattern(i, 5), kind="judge") for i in range(ITEMS)]
    lead = imported([*people, *judged])
    assert ask(lead)["annotators"] == ["x", "y", "z"]
    assert ask(lead, kind="all")["n_judgments"] == 120
    alone = ask(lead, kind="judge")
    assert (alone["annotators"], alone["n_items"], alone["items"]["single"]) == (["gpt"], 0, 30)
    with pytest.raises(Refused, match="--kind all"):
        ask(lead, annotators=("x", "gpt"))
    assert [(p["a"], p["b"]) for p in ask(lead, annotators=("x", "gpt"), kind="all")["pairs"]] == [("gpt", "x")]


def test_people_and_judges_stand_beside_each_other_where_both_count(imported: Callable[..., Project]) -> None:
    people = base_votes()
    judged = [vote(i, name, pattern(i, n), kind="judge") for i in range(ITEMS) for n, name in ((5, "gpt"), (6, "claude"))]
    lead = imported([*people, *judged])
    asked = {kind: ask(lead, kind=kind) for kind in ("human", "judge", "all")}
    found = {b["key"]: b["coefficients"] for b in asked["all"]["breakdowns"] if b["by"] == "kind"}
    assert set(found) == {"human", "judge"}
    for kind, coefficients in found.items():
        assert coefficients == {name: asked[kind]["coefficients"][name] for name in BROKEN_DOWN}
        assert not [b for b in asked[kind]["breakdowns"] if b["by"] == "kind"]


def test_the_table_of_a_pair_has_the_first_ones_labels_in_its_rows(imported: Callable[..., Project]) -> None:
    votes = [vote(i, "y", s) for i, s in enumerate((1, 1, 0, -1))] + [vote(i, "x", s) for i, s in enumerate((-1, 1, 1, -1))]
    narrow = [{**v, "created_at": "2026-01-05T10:00:00Z"} for v in votes]
    (pair,) = ask(imported(narrow), annotators=("x", "y"))["pairs"]
    assert (pair["a"], pair["b"]) == ("x", "y")
    assert pair["confusion"] == {"categories": [-1, 0, 1], "counts": [[1, 0, 1], [0, 0, 0], [0, 1, 1]]}
    c = pair["raw_agreement"]
    assert c["low"] is None and c["no_interval"] == "too few items for an interval: 4, and it needs 20"


def test_a_sentence_says_which_figures_have_no_interval(imported: Callable[..., Project]) -> None:
    notes = ask(imported(vote(i, p, 1 if i % 2 else -1) for p in "xy" for i in range(ITEMS)))["notes"]
    assert sum(note.startswith("No interval: nothing varies among these 30") for note in notes) == 1
    notes = ask(imported(vote(i, p, pattern(i, n) or 1) for n, p in enumerate("xy") for i in range(ITEMS)))["notes"]
    assert [note.partition(":")[0] for note in notes if note.startswith("No interval")] == ["No interval for tie agreement"]


def test_skips_are_counted_beside_the_figures(project: Projects) -> None:
    lead = project(4, people=("ann", "bob", "cyd"))
    make_round(lead)
    ann = labeling(lead, "ann")
    served = ann.claim()
    assert served is not None
    ann.skip(served.assignment, "outside my field")
    all_answered(lead, ("ann", "bob", "cyd"), lambda person, k: 1)
    d = ask(lead)
    assert (d["skipped"]["items_skipped"], d["skipped"]["items_short"]) == (1, 0)
    assert d["coefficients"]["raw_agreement"]["value"] == 1.0
    # Two agree on the skipped item and one passed it by: one pair of three.
    assert d["skipped"]["raw_agreement_skips_disagree"]["value"] == pytest.approx((3 + 1 / 3) / 4)
    assert ask(lead, annotators=("bob", "cyd"))["skipped"]["items_skipped"] == 0
    assert ask(lead, tag="none such")["skipped"]["items_skipped"] == 0


# what is asked for


def test_a_tag_a_date_and_named_people_narrow_it(imported: Callable[..., Project]) -> None:
    lead = imported(base_votes())
    assert (ask(lead, tag="third")["n_items"], ask(lead, tag="none such")["n_items"]) == (10, 0)
    late = ask(lead, since="2026-02-01")
    assert (late["n_items"], late["n_judgments"]) == (20, 60)
    assert [b["key"] for b in late["breakdowns"] if b["by"] == "period"] == ["2026-W06", "2026-W10"]
    assert ask(lead, since="2026-02-05T10:00:01")["n_items"] == 10
    two = ask(lead, annotators=("z", "x"))
    assert (two["annotators"], len(two["pairs"]), two["n_judgments"]) == (["x", "z"], 1, 60)
    whole = ask(lead)
    assert two["pairs"][0]["cohen_kappa"] == next(p for p in whole["pairs"] if (p["a"], p["b"]) == ("x", "z"))["cohen_kappa"]
    assert ask(lead, round="import:native")["coefficients"] == whole["coefficients"]
    tagged = next(b for b in whole["breakdowns"] if b["by"] == "tag")
    assert (tagged["key"], tagged["coefficients"]["alpha_nominal"]["value"]) == (
        "third", ask(lead, tag="third")["coefficients"]["alpha_nominal"]["value"],
    )  # fmt: skip


def test_named_pairs_are_listed_however_few_items_they_share(imported: Callable[..., Project]) -> None:
    lead = imported([vote(i, p, 1) for p in "xy" for i in range(3)] + [vote(9, "z", 1)])
    assert ask(lead)["pairs"] == []
    found = ask(lead, annotators=("x", "y", "z"))["pairs"]
    assert [(p["a"], p["b"], p["n_items"]) for p in found] == [("x", "y", 3), ("x", "z", 0), ("y", "z", 0)]
    assert found[1]["raw_agreement"]["undefined"]


def test_what_does_not_exist_is_refused_with_what_does(imported: Callable[..., Project]) -> None:
    lead = imported(base_votes(dimensions={"clarity": 1}))
    for options, said in (
        ({"round": "nope"}, "import:native"), ({"annotators": ("nobody",)}, "nobody"), ({"guideline": "nope"}, "helpfulness@1"),
        ({"dimension": "nope"}, "clarity"), ({"since": "yesterday"}, "YYYY-MM-DD"), ({"kind": "robot"}, "judge"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            ask(lead, **options)


def test_a_dimension_is_a_figure_of_its_own(imported: Callable[..., Project]) -> None:
    votes = base_votes()
    for v in votes[:-5]:
        v["dimensions"] = {"clarity": 2 if int(v["comparison"][1:]) % 2 else -1}
    lead = imported(votes)
    whole = ask(lead)
    by = {b["key"]: b["coefficients"] for b in whole["breakdowns"] if b["by"] == "dimension"}
    assert list(by) == ["clarity"] and by["clarity"]["raw_agreement"]["value"] == 1.0
    d = ask(lead, dimension="clarity")
    assert (d["dimension"], d["n_judgments"]) == ("clarity", 85)
    assert d["coefficients"]["alpha_nominal"]["value"] == 1.0
    assert ask(lead, dimension="overall")["coefficients"] == whole["coefficients"]
    assert ask(lead, dimension="economy")["n_items"] == 0


def test_without_margins_a_strength_is_a_direction(imported: Callable[..., Project]) -> None:
    lead = imported([vote(i, p, (pattern(i, n) > 0) - (pattern(i, n) < 0)) for n, p in enumerate("xyz") for i in range(ITEMS)])
    columns = [(i, n, (pattern(i, n) > 0) - (pattern(i, n) < 0)) for n in range(3) for i in range(ITEMS)]
    expected = overall_figures(Ratings.from_columns(*zip(*columns, strict=True), DIRECTIONS))
    found = ask(lead)["coefficients"]
    assert found["gwet_ac2"]["value"] == pytest.approx(expected["gwet_ac2"].value)
    assert found["alpha_ordinal"]["value"] == pytest.approx(expected["alpha_ordinal"].value)


def test_the_margins_are_those_of_the_guideline(project: Projects) -> None:
    """Ones and ties alone: under margins they are three of seven categories, in a binary round all there are."""
    lead = project(4, people=("ann", "bob"))
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 1 if person == "ann" or key != "c1" else 0)
    margins = ask(lead)["coefficients"]["gwet_ac2"]["value"]
    settings = json.loads(rows(lead, "SELECT settings FROM guideline_version")[0]["settings"])
    change(lead, "UPDATE guideline_version SET settings = ?", json.dumps({**settings, "margins": []}))
    columns = [(i, n, 0 if (i, n) == (1, 1) else 1) for n in range(2) for i in range(4)]
    for values, found in ((range(-3, 4), margins), (DIRECTIONS, ask(lead)["coefficients"]["gwet_ac2"]["value"])):
        expected = overall_figures(Ratings.from_columns(*zip(*columns, strict=True), values), resamples=10)["gwet_ac2"].value
        assert found == pytest.approx(expected)
    assert margins != found


def test_the_presented_order_enters_nothing(imported: Callable[..., Project]) -> None:
    lead = imported(base_votes(presented_order=[0, 1]))
    ask(lead, consensus=True)
    before = ask(lead, consensus=True)
    change(lead, "UPDATE assignment SET presented_order = '[1,0]'")
    assert ask(lead, consensus=True) == before
    left = unpresent(shown_answer(2), (1, 0))
    assert left.payload["strength"] == -2


def test_guideline_versions_stand_side_by_side_but_are_no_effect(project: Projects, tmp_path: Path) -> None:
    lead = project(6, people=("ann", "bob"))
    make_round(lead, "r")
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    close_round(lead, "r")
    second = tmp_path / "second.md"
    second.write_text(GUIDELINE.read_text(encoding="utf-8").replace("version: 1\n", "version: 2\n", 1), encoding="utf-8")
    publish(lead, second, "again")
    open_round(lead, RoundOptions("s", "helpfulness", overlap=2))
    for person in ("ann", "bob"):
        desk = labeling(lead, person, "s")
        served = desk.claim()
        while served is not None:
            served = say(desk, served, 1)
    d = ask(lead)
    assert d["n_items"] == 12
    by = {(b["by"], b["key"]): b["coefficients"]["raw_agreement"]["n_items"] for b in d["breakdowns"]}
    assert by["guideline", "helpfulness@1"] == by["guideline", "helpfulness@2"] == by["round", "r"] == by["round", "s"] == 6
    found = [x for x in d["differences"] if x["a"] == "helpfulness@1"]
    assert [(x["b"], x["value"], x["low"]) for x in found] == [("helpfulness@2", None, None)]
    assert "cannot be read as an effect" in found[0]["note"].lower()
    assert ask(lead, guideline="helpfulness@1")["n_items"] == ask(lead, guideline="helpfulness")["n_items"] == 6


def test_an_annotator_against_the_rest_has_an_interval(imported: Callable[..., Project]) -> None:
    lead = imported([*base_votes(), *(vote(i, "odd", -3 if pattern(i, 0) > 0 else 3) for i in range(ITEMS))])
    found = {x["b"]: x for x in ask(lead)["differences"]}
    odd = found["everybody but odd"]
    assert odd["value"] > 0.1 and odd["low"] < odd["value"] < odd["high"] and odd["paired"]
    assert odd["value"] == max(x["value"] for x in found.values())


def test_rankings_have_their_own_coefficients(project: Projects, tmp_path: Path) -> None:
    three = [{"id": f"c{i}", "prompt": comparison(i)["prompt"], "responses": [{"text": f"{r} {i}"} for r in "abc"]} for i in range(25)]
    lead = project(records=three)
    orders = ([[0], [1], [2]], [[1], [0], [2]], [[0], [1, 2]])
    votes = [{"comparison": f"c{i}", "annotator": p, "ranking": orders[(i * (n + 1)) % 3]} for n, p in enumerate("xy") for i in range(25)]
    add_votes(lead, tmp_path, votes)
    d = ask(lead)
    w, tau = d["coefficients"]["kendall_w"], d["pairs"][0]["kendall_tau_b"]
    assert w["n_items"] == tau["n_items"] == 25
    assert 0 < tau["value"] < w["value"] < 1
    assert any("more than two responses" in note for note in d["notes"])


def test_gold_accuracy_is_of_hidden_golds(imported: Callable[..., Project], tmp_path: Path) -> None:
    lead = imported(base_votes())
    golds = [{"comparison": f"c{i}", "strength": 2, "reason": "settled"} for i in range(3)]
    import_files(lead, [write_jsonl(tmp_path / "gold.jsonl", golds)], kind="gold")
    add_votes(lead, tmp_path, [vote(i, "w", s, purpose="calibration") for i, s in enumerate((1, 3, -1))])
    found = {p["annotator"]: p for p in ask(lead)["annotator_profiles"]}
    assert (found["w"]["n"], found["w"]["gold_accuracy"]["n_items"]) == (0, 3)
    assert found["w"]["gold_accuracy"]["value"] == pytest.approx(2 / 3)
    assert found["x"]["gold_accuracy"] is None and found["w"]["vs_others"]["undefined"]


def test_what_was_shown_or_taken_back_is_no_measure_of_accuracy(imported: Callable[..., Project], tmp_path: Path) -> None:
    lead = imported(base_votes())
    golds = [{"comparison": f"c{i}", "strength": 2, "reason": "settled"} for i in range(4)]
    import_files(lead, [write_jsonl(tmp_path / "gold.jsonl", golds)], kind="gold")
    moment = "2026-02-01T10:00:00.000000Z"
    add_votes(lead, tmp_path, [vote(i, "w", s, purpose="calibration", created_at=moment) for i, s in enumerate((1, -1, 2, 3))])

    def accuracy() -> tuple[int, float]:
        found = {p["annotator"]: p["gold_accuracy"] for p in ask(lead)["annotator_profiles"]}["w"]
        return found["n_items"], found["value"]

    assert accuracy() == (4, 0.75)
    # Right, but shown before; right, but taken back.
    reveal(lead, "w", "c0", "2026-01-31T00:00:00.000000Z")
    assert accuracy() == (3, pytest.approx(2 / 3))
    withdraw(lead, "w", "c2")
    assert accuracy() == (2, 0.5)
    assert ask(lead)["left_out"]["calibration"] == 4


def withdraw(lead: Project, person: str, key: str) -> None:
    """Take an imported answer back, as `undo` writes it."""
    columns = ("assignment_id", "comparison_id", "annotator_id", "format", "answer", "rationale", "created_at", "meta")
    change(
        lead,
        f"INSERT INTO judgment (uuid, revision, supersedes_id, status, {', '.join(columns)})"
        f" SELECT 'taken back', 2, j.id, 'withdrawn', {', '.join(f'j.{column}' for column in columns)} FROM judgment j"
        " JOIN annotator n ON n.id = j.annotator_id JOIN comparison c ON c.id = j.comparison_id WHERE n.name = ? AND c.key = ?",
        person, key,
    )  # fmt: skip
    change(
        lead,
        "INSERT INTO preference (judgment_id, dimension, first, second, strength, tie) SELECT j.id, p.dimension, p.first, p.second,"
        " p.strength, p.tie FROM judgment j JOIN preference p ON p.judgment_id = j.supersedes_id WHERE j.uuid = 'taken back'",
    )


def test_items_of_one_prompt_are_drawn_together(imported: Callable[..., Project], project: Projects, tmp_path: Path) -> None:
    same = [comparison(i, f"prompt {i // 2}: {comparison(i // 2)['prompt']}") for i in range(ITEMS)]
    shared = project(records=same)
    add_votes(shared, tmp_path, base_votes())
    alone, together = ask(imported(base_votes())), ask(shared)
    assert alone["coefficients"]["alpha_nominal"]["value"] == together["coefficients"]["alpha_nominal"]["value"]
    assert alone["coefficients"]["alpha_nominal"]["method"] is not None
    assert together["coefficients"]["alpha_nominal"]["method"] is None
    assert any("15" in note and "prompts" in note for note in together["notes"])


# who sees what


@pytest.fixture
def staffed(project: Projects) -> Project:
    """A round of four items that ann and bob have answered, with a senior beside the lead."""
    lead = project(4, people=("ann", "bob"))
    add_annotator(lead, "senior", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    return lead


def reveals(project: Project) -> list[tuple[str, str]]:
    return [(r["name"], r["kind"]) for r in rows(project, "SELECT n.name, v.kind FROM reveal v JOIN annotator n ON n.id = v.annotator_id")]


def test_an_annotator_is_told_nothing_of_a_round_that_is_open(staffed: Project) -> None:
    ann = open_project(staffed.database.path, "ann")
    for options in ({}, {"round": "r"}):
        d = ask(ann, **options)
        assert (d["n_items"], d["n_judgments"], d["annotators"], d["pairs"], d["annotator_profiles"]) == (0, 0, [], [], [])
        assert sum(d["items"].values()) == d["skipped"]["items_short"] == sum(d["left_out"].values()) == 0
        assert any("when a round of yours is closed" in note for note in d["notes"])
    assert reveals(staffed) == []


def test_an_annotator_sees_the_items_that_they_have_answered_without_names(project: Projects, tmp_path: Path) -> None:
    records = [comparison(i, tags=["model-x"]) for i in range(6)]
    lead = project(records=records, people=("ann", "bob", "cyd"))
    golds = [{"comparison": "c0", "strength": 2, "reason": "settled"}]
    make_round(lead, overlap=2)
    for person, number in (("ann", 4), ("bob", 6), ("cyd", 1)):
        desk = labeling(lead, person)
        served = desk.claim()
        for _ in range(number):
            served = say(desk, served, 2)
    close_round(lead, "r")
    import_files(lead, [write_jsonl(tmp_path / "gold.jsonl", golds)], kind="gold")
    everything = ask(lead)
    ann = open_project(lead.database.path, "ann")
    d = ask(ann)
    assert (everything["n_items"], d["n_items"], d["n_judgments"]) == (5, 4, 8)
    assert (d["items"]["single"], d["skipped"]["items_short"]) == (0, 0)
    assert "you" in d["annotators"] and all(n == "you" or n.startswith("annotator ") for n in d["annotators"])
    said = json.dumps({key: value for key, value in d.items() if key != "notes"})
    assert not any(word in said for word in ('ann"', "bob", "cyd", "lead", "model-x"))
    assert {p["annotator"]: p["n"] for p in d["annotator_profiles"]}["you"] == 4
    assert all(p["n"] <= 4 and p["gold_accuracy"] is None for p in d["annotator_profiles"])
    for options in ({"annotators": ("you",)}, {"consensus": True}, {"count_all": True}, {"tag": "model-x"}):
        with pytest.raises(NotAllowed):
            ask(ann, **options)
    with pytest.raises(Refused, match="--kind all"):
        ask(ann, kind="judge")
    add_votes(lead, tmp_path, [vote(0, "z", 1)])
    with pytest.raises(Refused) as refused:
        ask(ann, round="nope")
    assert "import:" not in str(refused.value)


def test_two_annotators_cannot_tell_who_is_who_from_their_lists(project: Projects) -> None:
    from prefterm.services.agreement_scope import find_scope

    people = tuple("abcdefgh")
    lead = project(1, people=people)
    lists = [find_scope(open_project(lead.database.path, name), AgreementOptions()).names for name in people]
    assert all(sorted(names.values()) == sorted({"you", *(f"annotator {n}" for n in range(1, 9))}) for names in lists)
    third = [{names[p] for names in lists if names[p] != "you"} for p in lists[0]]
    assert all(len(called) > 1 for called in third)


def test_what_an_annotator_was_told_fixes_their_answers_in_open_rounds(project: Projects) -> None:
    lead = project(3, people=("ann", "bob"))
    make_round(lead, "first")
    for person in ("ann", "bob"):
        desk = labeling(lead, person, "first")
        served = desk.claim()
        while served is not None:
            served = say(desk, served, 2)
    close_round(lead, "first")
    make_round(lead, "second")
    again = labeling(lead, "ann", "second")
    say(again, again.claim(), 2)
    ann = open_project(lead.database.path, "ann")
    d = ask(ann)
    assert (d["n_items"], d["revealed"]) == (3, 3) and reveals(lead) == [("ann", "agreement")] * 3
    assert any("an open round too" in note for note in d["notes"])
    with pytest.raises(Refused, match="shown its agreement"):
        again.undo()
    served = again.claim()
    while served is not None:
        served = say(again, served, -2)
    assert ask(lead, round="second")["left_out"]["after_reveal"] == 2


def test_an_adjudicator_sees_figures_without_names(staffed: Project) -> None:
    senior = open_project(staffed.database.path, "senior")
    theirs, leads = agreement(senior), agreement(staffed)
    said = json.dumps({key: value for key, value in theirs.items() if key != "notes"})
    assert 'ann"' not in said and "bob" not in said and "senior" not in said
    assert all(name.startswith("annotator ") for name in theirs["annotators"])
    assert theirs["coefficients"] == leads["coefficients"]
    assert agreement(senior)["annotators"] == theirs["annotators"]
    assert agreement(senior, AgreementOptions(tag=None, since="2020-01-01"))["annotators"] == theirs["annotators"]
    for options in ({"annotators": ("ann", "bob")}, {"consensus": True}):
        with pytest.raises(NotAllowed):
            ask(senior, **options)


def test_a_look_is_written_down_before_it_is_shown(staffed: Project) -> None:
    parts = agreement_parts(staffed)
    assert reveals(staffed) == []
    next(parts)
    assert reveals(staffed) == [("lead", "agreement")] * 4
    assert any("4 of the items" in note and "--blind" in note for note in dict(parts)["notes"])
    assert ask(staffed)["revealed"] == 0 and len(reveals(staffed)) == 4


def test_what_the_lead_answers_after_a_look_does_not_count(project: Projects) -> None:
    lead = project(2, people=("ann", "bob"))
    make_round(lead)
    ann = labeling(lead, "ann")
    say(ann, ann.claim(), 2)
    looked = ask(lead)
    assert looked["revealed"] == 1
    all_answered(lead, ("lead", "bob"), lambda person, key: -2)
    d = ask(lead)
    assert d["left_out"]["after_reveal"] == 1
    assert {p["annotator"]: p["n"] for p in d["annotator_profiles"]}["lead"] <= 1


def test_blind_leaves_out_what_may_still_be_served_and_writes_nothing(project: Projects) -> None:
    lead = project(4, people=("ann", "bob"))
    make_round(lead, overlap=3)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    desk = labeling(lead, "lead")
    say(desk, desk.claim(), 2)
    d = ask(lead, blind=True)
    assert (d["n_items"], d["n_judgments"], d["revealed"]) == (1, 3, 0)
    assert any("3 items" in note for note in d["notes"])
    assert reveals(lead) == []
    # What is told of an item that they have answered fixes that answer.
    assert len(ask(lead, blind=True, consensus=True)["consensus"]) == 1
    assert reveals(lead) == [("lead", "consensus")]


def test_who_is_reserved_is_shown_nothing_that_they_could_judge(project: Projects) -> None:
    lead = project(2, people=("ann", "bob"))
    make_round(lead, reserve=("lead",))
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    assert ask(lead)["revealed"] == 0
    assert len(ask(lead, consensus=True)["consensus"]) == 2
    assert [kind for _, kind in reveals(lead)] == ["consensus"] * 2, "but never served them as gold, in whatever round"


def test_a_list_of_items_fixes_ones_own_answers_too(staffed: Project) -> None:
    lead_desk = labeling(staffed, "lead")
    assert lead_desk.claim() is None
    d = ask(staffed, consensus=True)
    assert {c["majority"] for c in d["consensus"]} == {"first"} and {c["round"] for c in d["consensus"]} == {"r"}
    assert reveals(staffed) == [("lead", "consensus")] * 4


def test_consensus_takes_opened_answers_in(imported: Callable[..., Project]) -> None:
    lead = imported([vote(0, "x", 1), vote(0, "y", -1), vote(0, "z", 2, origin="opened"), vote(0, "x", -1, purpose="repeat")])
    (found,) = ask(lead, consensus=True)["consensus"]
    assert (found["comparison"], found["majority"], found["margin_mean"]) == ("c0", "first", pytest.approx(2 / 3))


# on the way


def test_progress_goes_up_to_the_whole_and_may_end_it(imported: Callable[..., Project]) -> None:
    lead = imported(base_votes())
    told: list[tuple[int, int]] = []
    agreement(lead, AgreementOptions(), lambda done, total: told.append((done, total)))
    done = [d for d, _ in told]
    assert done == sorted(done) and done[-1] == told[-1][1] and len(done) > 10

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        agreement(lead, AgreementOptions(), interrupt)
    assert agreement(lead)["n_items"] == 30
