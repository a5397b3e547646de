"""What a person is told of their round's guideline: that it is new to them, or what changed since they read one."""

from __future__ import annotations

from pathlib import Path

from prefterm.domain.guidelines import Change
from prefterm.services.access import Project, open_project
from prefterm.services.guidelines import SinceSeen, guideline_changes, publish
from prefterm.services.rounds import RoundOptions, find_round, note_guideline_seen, open_round
from tests.factories import GUIDELINE, Projects


def version(lead: Project, folder: Path, number: int) -> None:
    """Publish the sample guideline as version `number`, with another introduction and what came with the versions before."""
    text = (
        GUIDELINE.read_text(encoding="utf-8").replace("version: 1", f"version: {number}").replace("note: First", f"note: Number {number}")
    )
    for n in range(2, number + 1):
        text = text.replace("# Helpfulness of assistant answers\n", f"# Helpfulness of assistant answers\n\nAdded in {n}.\n")
    if number > 2:
        text = text.replace("reasons:\n", "reasons:\n  - too polite\n").replace("  - longer than the job needs\n", "")
    path = folder / f"{number}.md"
    path.write_text(text, encoding="utf-8")
    publish(lead, path, "")


def asked(lead: Project, name: str) -> SinceSeen:
    ann = open_project(lead.database.path, "ann")
    return guideline_changes(ann, find_round(ann, name))


def read(lead: Project, name: str) -> None:
    ann = open_project(lead.database.path, "ann")
    note_guideline_seen(ann, find_round(ann, name))


def test_what_changed_is_told_from_the_newest_older_version_that_was_read(project: Projects, tmp_path: Path) -> None:
    lead = project(4)
    for number in (2, 3, 4):
        version(lead, tmp_path, number)
    for number in (1, 2, 3, 4):
        open_round(lead, RoundOptions(f"r{number}", f"helpfulness@{number}"))
    assert asked(lead, "r3") == SinceSeen(True, None, ())
    assert asked(lead, "r3").first_time, "asking is not reading"
    read(lead, "r1")
    assert asked(lead, "r1") == SinceSeen(False, "helpfulness@1", ())
    since_first = asked(lead, "r3")
    assert (since_first.first_time, since_first.seen) == (False, "helpfulness@1")
    assert [(c.kind, c.id) for c in since_first.changes] == [(Change.CHANGED, "settings"), (Change.CHANGED, "intro")]
    read(lead, "r2")
    assert asked(lead, "r4").seen == "helpfulness@2"
    assert sum("Added in 2" in line and line[0] in "+-" for c in asked(lead, "r4").changes for line in c.diff) == 0
    read(lead, "r4")
    assert asked(lead, "r3").seen == "helpfulness@2", "a newer one was read, but the older is what changed"
    assert asked(lead, "r4").changes == ()


def test_who_has_read_only_a_later_version_is_told_what_differs(project: Projects, tmp_path: Path) -> None:
    lead = project(4)
    version(lead, tmp_path, 2)
    for number in (1, 2):
        open_round(lead, RoundOptions(f"r{number}", f"helpfulness@{number}"))
    read(lead, "r2")
    found = asked(lead, "r1")
    assert (found.first_time, found.seen) == (False, "helpfulness@2")
    assert [c.id for c in found.changes] == ["intro"]
    assert any(line.startswith("-Added in 2") for line in found.changes[0].diff)
