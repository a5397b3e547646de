"""The items on which two annotators part: those of the table, page by page, and nobody's unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import NotAllowed, Refused
from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services import parted as module
from prefterm.services.access import Project, add_annotator, open_project
from prefterm.services.agreement import AgreementOptions, agreement
from prefterm.services.agreement_votes import read_votes
from prefterm.services.importing import import_files
from prefterm.services.parted import Parting, parted, parted_item
from tests.factories import Projects, change, comparison, labeling, make_round, rows, write_jsonl
from tests.services.test_agreement import all_answered, created, pattern, reveal, say, vote

ITEMS = 30


@pytest.fixture
def imported(project: Projects, tmp_path: Path) -> Callable[[Iterable[dict[str, Any]]], Project]:
    """`imported(votes)`: a project of `lead` with 30 comparisons, every third tagged `third`, and these votes."""

    def make(votes: Iterable[dict[str, Any]]) -> Project:
        lead = project(records=[comparison(i, tags=["third"] if i % 3 == 0 else []) for i in range(ITEMS)])
        import_files(lead, [write_jsonl(tmp_path / "votes.jsonl", votes)])
        return lead

    return make


def two(**more: Any) -> list[dict[str, Any]]:
    return [vote(i, p, pattern(i, n), **more) for n, p in enumerate("xy") for i in range(ITEMS)]


def everything(project: Project, options: AgreementOptions, a: str, b: str, cell: Any = None, limit: int = 7) -> list[Parting]:
    found: list[Parting] = []
    while page := parted(project, options, a, b, cell, found[-1].place if found else None, limit):
        found += page
        if len(page) < limit:
            break
    return found


def reveals(project: Project) -> list[tuple[str, str, str]]:
    sql = (
        "SELECT n.name, c.key, v.kind FROM reveal v JOIN annotator n ON n.id = v.annotator_id JOIN comparison c ON c.id = v.comparison_id"
        " ORDER BY v.id"
    )
    return [(r["name"], r["key"], r["kind"]) for r in rows(project, sql)]


def test_every_cell_of_the_table_lists_its_items(imported: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    extra = [vote(i, "x", -3, purpose="repeat") for i in range(4)] + [vote(5, "y", 1, origin="opened"), vote(6, "z", 1)]
    lead = imported([*two(dimensions={"clarity": 1}), *extra])
    monkeypatch.setattr(module, "_BATCH", 4)
    for narrowed in ({}, {"tag": "third"}, {"round": "import:native"}, {"count_all": True}, {"dimension": "clarity"}):
        options = AgreementOptions(resamples=2, **narrowed)
        (pair,) = agreement(lead, AgreementOptions(resamples=2, annotators=("x", "y"), **narrowed))["pairs"]
        table = {
            (one, other): pair["confusion"]["counts"][row][column]
            for row, one in enumerate(pair["confusion"]["categories"])
            for column, other in enumerate(pair["confusion"]["categories"])
        }
        empty = next(cell for cell, number in table.items() if not number)
        for cell, number in table.items():
            if not number and cell != empty:
                continue
            listed = everything(lead, options, "x", "y", cell)
            assert len(listed) == number and {(p.a.strength, p.b.strength) for p in listed} <= {cell}
        apart = everything(lead, options, "x", "y")
        assert len(apart) == sum(number for (one, other), number in table.items() if (one > 0) - (one < 0) != (other > 0) - (other < 0))
        assert [p.place for p in apart] == sorted(p.place for p in apart)
        back = everything(lead, options, "y", "x")
        assert [(p.comparison, p.a.strength) for p in back] == [(p.comparison, p.b.strength) for p in apart]


def test_what_was_said_is_said_in_full(imported: Callable[..., Project]) -> None:
    first = vote(
        3, "x", 2, rationale="since \u202eso", sections=["tone"], acceptable=[True, False], confidence=4, active_seconds=12.5,
        dimensions={"clarity": -1},
    )  # fmt: skip
    second = {"comparison": "c3", "annotator": "y", "strength": 0, "tie": "both_bad"}
    lead = imported([first, second])
    (found,) = parted(lead, AgreementOptions(), "x", "y")
    assert (found.comparison, found.round) == ("c3", "import:native") and found.prompt == comparison(3)["prompt"]
    assert (found.a.annotator, found.a.strength, found.a.tie, found.a.marks, found.a.rationale) == (
        "x", 2, None, (True, False), "since \u202eso",
    )  # fmt: skip
    assert (found.a.sections, found.a.confidence, found.a.active_seconds, found.a.guideline) == (("tone",), 4, 12.5, None)
    assert (found.b.strength, found.b.tie, found.b.marks, found.b.active_seconds) == (0, "both_bad", (), None)
    item = parted_item(lead, "c3")
    assert [m.content for m in item.prompt] == [comparison(3)["prompt"]]
    assert item.responses == ("first of 3", "second of 3") and "m1" not in repr(item)
    for name in ("nope", "c3'"):
        with pytest.raises(Refused):
            parted_item(lead, name)


def test_what_changed_after_a_reveal_is_listed_as_it_stood(project: Projects) -> None:
    lead = project(3, people=("ann", "bob"))
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2)
    assert parted(lead, AgreementOptions(), "ann", "bob") == []
    ann = labeling(lead, "ann")
    for turn in rows(lead, "SELECT a.uuid FROM assignment a JOIN annotator n ON n.id = a.annotator_id WHERE n.name = 'ann'"):
        say(ann, ann.reopen(turn["uuid"]), -1, rationale="changed my mind")
    reveal(lead, "ann", "c0", created(lead, "ann", "c0")[1])
    reveal(lead, "ann", "c1", created(lead, "ann", "c1")[0])
    (found,) = parted(lead, AgreementOptions(), "ann", "bob")
    assert (found.comparison, found.a.rationale, found.a.guideline) == ("c2", "changed my mind", "helpfulness@1")
    (kept,) = parted(lead, AgreementOptions(), "ann", "bob", cell=(2, 2))
    assert (kept.comparison, kept.a.rationale) == ("c0", "")


@pytest.fixture
def staffed(project: Projects) -> Project:
    """A round of six items on which ann and bob part throughout, one of them judged by the lead too; with a senior."""
    lead = project(6, people=("ann", "bob"))
    add_annotator(lead, "senior", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    make_round(lead)
    all_answered(lead, ("ann", "bob"), lambda person, key: 2 if person == "ann" else -2)
    desk = labeling(lead, "lead")
    say(desk, desk.claim(), 2)
    return lead


def test_a_look_is_written_down_for_what_is_listed_and_no_more(staffed: Project) -> None:
    page = parted(staffed, AgreementOptions(), "ann", "bob", limit=2)
    assert reveals(staffed) == [("lead", p.comparison, "answers") for p in page] and len(page) == 2
    everything(staffed, AgreementOptions(), "ann", "bob")
    # The item that they have answered too: that answer is fixed from now on.
    assert len(reveals(staffed)) == 6
    with pytest.raises(Refused, match="shown its answers"):
        labeling(staffed, "lead").undo()


def test_progress_goes_up_and_may_end_it(imported: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    lead = imported(two())
    monkeypatch.setattr(module, "_BATCH", 4)
    told: list[tuple[int, int]] = []
    parted(lead, AgreementOptions(), "x", "y", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and len(set(told)) == len(told) > 5 and {total for _, total in told} == {ITEMS}

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        parted(lead, AgreementOptions(), "x", "y", progress=interrupt)


def test_who_wants_to_stay_blind_is_listed_only_what_they_have_answered(staffed: Project) -> None:
    (own,) = parted(staffed, AgreementOptions(blind=True), "ann", "bob")
    assert reveals(staffed) == [("lead", own.comparison, "answers")]


def test_an_annotator_is_refused(staffed: Project) -> None:
    ann = open_project(staffed.database.path, "ann")
    for look in (lambda: parted(ann, AgreementOptions(), "ann", "bob"), lambda: parted_item(ann, "c0")):
        with pytest.raises(NotAllowed):
            look()
    assert reveals(staffed) == []


def test_an_adjudicator_sees_no_name_and_nothing_hidden(staffed: Project) -> None:
    senior = open_project(staffed.database.path, "senior")
    options = AgreementOptions(resamples=2)
    names = agreement(senior, options)["annotators"]
    one, other = names[:2]
    change(staffed, "UPDATE comparison SET hidden = 1 WHERE key = 'c2'")
    found = parted(senior, options, one, other)
    assert {p.comparison for p in found} == {"c0", "c1", "c3", "c4", "c5"}
    assert {p.a.annotator for p in found} == {one} and not {"ann", "bob"} & {p.b.annotator for p in found}
    with pytest.raises(Refused, match="hidden"):
        parted_item(senior, "c2")
    for pair in (("ann", "bob"), (one, one), (one, "annotator 99")):
        with pytest.raises(Refused):
            parted(senior, options, *pair)
    assert len(parted(staffed, options, "ann", "bob")) == 6 and parted_item(staffed, "c2").responses


def test_reading_some_items_is_reading_the_file(imported: Callable[..., Project]) -> None:
    """The rows of two people on some items are those of the whole file, flags and all."""
    from prefterm.services.agreement_scope import find_scope
    from prefterm.services.agreement_votes import read_votes_on

    lead = imported([*two(), *(vote(i, "x", -3, purpose="repeat") for i in range(4)), vote(6, "z", 1, origin="opened")])
    scope = find_scope(lead, AgreementOptions())
    whole = read_votes(lead.database.read, scope)
    ids = {name: identity for identity, name in scope.names.items()}
    comparisons = sorted(set(whole.units.comparison.tolist()))[3:11]
    some = read_votes_on(lead.database.read, scope, comparisons, [ids["x"], ids["y"]])

    def told(votes: Any) -> list[tuple[Any, ...]]:
        kept = [
            (j, c, p, s, f)
            for j, c, p, s, f in zip(
                votes.judgment.tolist(), votes.units.comparison[votes.unit].tolist(), votes.annotator.tolist(), votes.strength.tolist(),
                votes.flags.tolist(), strict=True,
            )
            if c in comparisons and p in (ids["x"], ids["y"])
        ]  # fmt: skip
        return sorted(kept)

    assert told(some) == told(whole) and len(told(some)) == 17
