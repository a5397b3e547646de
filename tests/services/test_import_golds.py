"""A gold file is taken whole or not at all, and every reason names its line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import InputRejected
from prefterm.services.access import Project
from prefterm.services.golds import add_gold, gold_list, retire_gold
from prefterm.services.importing import ImportResult, import_files
from tests.factories import PEOPLE, Projects, change, comparison, copied, make_project, rows, write_jsonl
from tests.services.test_golds import example_prompt, near, open_session, record


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """`c0` to `c3` plain, `c4` with the prompt of a worked example, `c5` near to one, `c6` sealed, `c7` discussed, `c8` with gold."""
    prompt = example_prompt()
    records = [comparison(n, {4: prompt, 5: near(prompt)}.get(n)) for n in range(9)]
    lead = make_project(tmp_path_factory.mktemp("built"), people=PEOPLE[:1], records=records)
    change(lead, "UPDATE prompt SET side = 'eval' WHERE id = (SELECT prompt_id FROM comparison WHERE key = 'c6')")
    open_session(lead, "monday", "c7")
    add_gold(lead, record("c8"))
    change(lead, "UPDATE guideline_version SET settings = json_set(settings, '$.margins', json('[\"slightly\", \"clearly\"]'))")
    change(lead, "UPDATE guideline_version SET settings = json_set(settings, '$.ties', 'equal')")
    return lead


@pytest.fixture
def lead(built: Project, tmp_path: Path) -> Project:
    return copied(built, tmp_path)


def bring(project: Project, folder: Path, *golds: dict[str, Any]) -> ImportResult:
    return import_files(project, [write_jsonl(folder / "gold.jsonl", [{"reason": "because", "strength": 1, **g} for g in golds])])


def digest(project: Project) -> str:
    return hashlib.sha256(project.database.path.read_bytes()).hexdigest()


BAD: dict[str, tuple[list[dict[str, Any]], int, str]] = {
    "unknown comparison": ([{"comparison": "c77"}], 2, "comparison 'c77' is neither in the files nor in the database"),
    "beyond three": ([{"comparison": "c1", "strength": 4}], 2, "strength must be a whole number from -3 to 3"),
    "beyond the margins": ([{"comparison": "c1", "strength": -3}], 2, "helpfulness@1: strength -3 lies outside of its scale"),
    "another tie": ([{"comparison": "c1", "strength": 0, "tie": "both_bad"}], 2, "it knows one kind of tie, equal, not both_bad"),
    "unknown dimension": ([{"comparison": "c1", "dimensions": {"tone": 1}}], 2, "it has no dimension 'tone'"),
    "without a reason": ([{"comparison": "c1", "reason": " "}], 2, "a gold answer needs its reason"),
    "equal to an example": ([{"comparison": "c4"}], 2, "that of worked example e2-average-speed of helpfulness@1: it cannot become"),
    "near to an example": ([{"comparison": "c5"}], 2, "its prompt is a near-duplicate of that of worked example e2-average-speed"),
    "sealed": ([{"comparison": "c6"}], 2, "sealed in the hold-out: it cannot become gold"),
    "discussed": ([{"comparison": "c7"}], 2, "its prompt is that of comparison c7 of session monday: it cannot become gold"),
    "two that differ": (
        [{"comparison": "c1"}, {"comparison": "c1", "strength": 2}], 3, r"differs from the gold answer for comparison 'c1' at gold.jsonl:2",
    ),
    "two that differ under uuids of their own": (
        [{"comparison": "c1"}, {"comparison": "c1", "strength": 2, "uuid": "00000000-0000-4000-8000-000000000001"}], 3,
        r"differs from the gold answer for comparison 'c1' at gold.jsonl:2",
    ),
    "two for other reasons": ([{"comparison": "c1"}, {"comparison": "c1", "reason": "or so"}], 3, "differs from the gold answer"),
    "against the stored one": (
        [{"comparison": "c8"}], 2, r"differs from the gold answer that comparison 'c8' has \(promotion, 20..-..-..\)",
    ),
    "in a second file": ([], 1, r"bad.jsonl:1: differs from the gold answer for comparison 'c0' at gold.jsonl:1"),
}  # fmt: skip


@pytest.mark.parametrize("why", BAD)
def test_a_bad_gold_file_is_refused_by_line_and_nothing_is_written(lead: Project, tmp_path: Path, why: str) -> None:
    golds, line, reason = BAD[why]
    files = [write_jsonl(tmp_path / "gold.jsonl", [{"comparison": "c0", "strength": 1, "reason": "because"}])]
    with (tmp_path / "gold.jsonl").open("a") as file:
        file.writelines(json.dumps({"strength": 1, "reason": "because", **g}) + "\n" for g in golds)
    if not golds:
        files.append(write_jsonl(tmp_path / "bad.jsonl", [{"comparison": "c0", "strength": -1, "reason": "because"}]))
    before = digest(lead)
    with pytest.raises(InputRejected) as refused:
        import_files(lead, files)
    assert digest(lead) == before
    assert refused.value.total == 1
    assert refused.match(reason)
    assert refused.value.rejections[0].line == line


def test_the_same_answer_twice_is_one(lead: Project, tmp_path: Path) -> None:
    other = {"comparison": "c1", "uuid": "00000000-0000-4000-8000-000000000001"}
    assert (bring(lead, tmp_path, {"comparison": "c1"}, {"comparison": "c1"}, other).gold, len(rows(lead, "SELECT 1 FROM gold"))) == (1, 2)
    again = bring(lead, tmp_path, other)
    assert (again.gold, again.unchanged) == (0, 1)
    assert len(rows(lead, "SELECT 1 FROM gold")) == 2


def test_after_a_gold_was_retired_a_file_may_bring_another(lead: Project, tmp_path: Path) -> None:
    bring(lead, tmp_path, {"comparison": "c1"})
    retire_gold(lead, "c1", "wrong")
    assert bring(lead, tmp_path, {"comparison": "c1"}).unchanged == 1
    corrected = {"comparison": "c1", "strength": -1}
    assert bring(lead, tmp_path, corrected).gold == 1
    assert bring(lead, tmp_path, corrected).unchanged == 1
    listed = next(g for g in gold_list(lead) if g["comparison"] == "c1")
    assert (listed["state"], listed["strength"], [v["state"] for v in listed["history"]]) == (
        "in force", -1, ["settled", "retired", "settled"],
    )  # fmt: skip


def test_gold_of_another_format_has_no_scale_here(lead: Project, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "gold.jsonl", [{"comparison": "c1", "ranking": [[1], [0]], "reason": "because"}])
    assert import_files(lead, [path]).gold == 1


def test_any_guideline_that_has_a_place_for_an_answer_will_do(lead: Project, tmp_path: Path) -> None:
    change(
        lead,
        "INSERT INTO guideline_version (uuid, name, version, title, sha256, text, settings, note, editorial, requalify, published_at)"
        " SELECT 'x', 'wider', 1, title, sha256, text, json_set(settings, '$.margins', json('[\"a\", \"b\", \"c\"]')), note, 0, 0,"
        " published_at FROM guideline_version",
    )
    assert bring(lead, tmp_path, {"comparison": "c1", "strength": 3}).gold == 1


def test_a_text_that_is_filled_in_must_not_bring_gold_to_an_example(project: Projects, tmp_path: Path) -> None:
    bare = {**comparison(1), "prompt": None}
    lead = project(records=[bare])
    bring(lead, tmp_path, {"comparison": "c1"})
    whole = write_jsonl(tmp_path / "items.jsonl", [{**bare, "prompt": example_prompt()}])
    before = digest(lead)
    with pytest.raises(InputRejected, match=r"items.jsonl:1: .* that of worked example .*, and comparison 'c1' has a gold answer"):
        import_files(lead, [whole])
    assert digest(lead) == before
