"""Guidelines as use cases: lint a file, publish it, list, show and compare versions."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import InputRejected, Refused, Rejection
from prefterm.domain.guideline_lint import Finding, lint
from prefterm.domain.guidelines import Guideline, SectionChange, diff_sections, front_matter_settings, parse_guideline
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Role
from prefterm.services.access import Project
from prefterm.services.near_duplicates import PromptIndex
from prefterm.services.separation import why_no_example
from prefterm.store import guidelines, prompts
from prefterm.store.events import append_event
from prefterm.store.guidelines import GuidelineRow
from prefterm.store.rounds import RoundRow

__all__ = [
    "Publication",
    "SinceSeen",
    "changes_between",
    "guideline_changes",
    "lint_file",
    "listing",
    "load_guideline",
    "publish",
    "read_file",
    "split_label",
]

_LARGEST = 4 * 2**20


@dataclass(frozen=True)
class Publication:
    """What publishing did, or would do."""

    guideline: Guideline
    changes: tuple[SectionChange, ...]
    previous: str | None
    unchanged: bool = False
    dry_run: bool = False


def read_file(path: Path) -> Guideline:
    """Parse a guideline file; raises `InputRejected` with file:line."""
    if not path.is_file():
        raise InputRejected([Rejection(str(path), 0, "there is no such file")])
    if path.stat().st_size > _LARGEST:
        raise InputRejected([Rejection(str(path), 0, "larger than 4 MiB: this is no guideline")])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRejected([Rejection(str(path), 0, f"not valid UTF-8 at byte {error.start + 1}")]) from None
    return parse_guideline(text, str(path))


def lint_file(path: Path, project: Project | None = None) -> list[Finding]:
    """The findings on a file; compared with the published version before it where a project is given."""
    guideline = read_file(path)
    previous = None
    if project is not None:
        with project.database.read() as connection:
            row = guidelines.find(connection, guideline.name, None)
            previous = parse_guideline(guidelines.text_of(connection, row.id)) if row else None
    return lint(guideline, previous)


def split_label(label: str) -> tuple[str, int | None]:
    """(name, version) of `name` or `name@version`; raises `Refused`."""
    name, at, version = label.partition("@")
    if not name or (at and not version.isdigit()):
        raise Refused(f"{label!r} names no guideline: give NAME or NAME@VERSION")
    return name, int(version) if at else None


def load_row(connection: Connection, label: str) -> GuidelineRow:
    """The version a label names, the newest where it gives none; raises `Refused`."""
    name, version = split_label(label)
    row = guidelines.find(connection, name, version)
    if row is None:
        known = ", ".join(r.label for r in guidelines.all_versions(connection)) or "none yet: `prefterm guideline publish FILE`"
        raise Refused(f"no guideline {label} is published here; published are {known}")
    return row


def load_guideline(project: Project, label: str) -> Guideline:
    """The published guideline a label names."""
    with project.database.read() as connection:
        return parse_guideline(guidelines.text_of(connection, load_row(connection, label).id), label)


def listing(project: Project) -> list[dict[str, Any]]:
    """Every version with its number of judgments, as `guideline list --json` gives it; their own for who is no admin."""
    own = None if project.actor.role is Role.ADMIN else project.actor.id
    with project.database.read() as connection:
        rows, counts = guidelines.all_versions(connection), guidelines.judgment_counts(connection, own)
    return [
        {
            "name": r.name, "version": r.version, "sha256": r.sha256, "published": r.published_at, "note": r.note,
            "judgments": counts.get(r.id, 0),
        }
        for r in rows
    ]  # fmt: skip


def changes_between(project: Project, old: str, new: str) -> list[SectionChange]:
    """What differs between two published versions, section by section."""
    return diff_sections(load_guideline(project, old), load_guideline(project, new))


@dataclass(frozen=True)
class SinceSeen:
    """What is new in a round's guideline to one person."""

    first_time: bool
    """Whether they have read no version of it yet."""
    seen: str | None
    """The version that `changes` starts from, as `name@version`; the pinned one where they have read that."""
    changes: tuple[SectionChange, ...]


def guideline_changes(project: Project, the_round: RoundRow) -> SinceSeen:
    """What changed in the round's guideline since the actor last read one; ask before `note_guideline_seen`.

    Compared with the newest older version that they have read; with the oldest newer one where they have read only later ones.
    Nothing for a round without a guideline.
    """
    with project.database.read() as connection:
        seen = guidelines.seen_ids(connection, project.actor.id)
        versions = guidelines.all_versions(connection)
        pinned = next((v for v in versions if v.id == the_round.guideline_version_id), None)
        if pinned is None:
            return SinceSeen(False, None, ())
        read = [v for v in versions if v.name == pinned.name and v.id in seen]
        if not read or pinned in read:
            return SinceSeen(not read, pinned.label if read else None, ())
        older = [v for v in read if v.version < pinned.version]
        base = older[-1] if older else read[0]
        old, new = (parse_guideline(guidelines.text_of(connection, v.id), v.label) for v in (base, pinned))
    return SinceSeen(False, base.label, tuple(diff_sections(old, new)))


def publish(
    project: Project, path: Path, note: str, *, dry_run: bool = False, editorial: bool = False, requalify: bool = False
) -> Publication:
    """Freeze a guideline file as a version. Admins only.

    Raises `InputRejected` for parse problems and error-level findings, `Refused` where the version exists with other
    content, is not above the last one, or an example shares a prompt with gold, an item of a session or the hold-out.
    """
    project.require(Role.ADMIN)
    guideline = read_file(path)

    def work(connection: Connection) -> Publication:
        last = guidelines.find(connection, guideline.name, None)
        same = guidelines.find(connection, guideline.name, guideline.version)
        previous = parse_guideline(guidelines.text_of(connection, last.id)) if last else None
        changes = tuple(diff_sections(previous, guideline)) if previous else ()
        if same is not None and same.sha256 == guideline.sha256:
            return Publication(guideline, (), same.label, unchanged=True)
        if last is not None and guideline.version <= last.version:
            raise Refused(f"{path}: version {guideline.version} is not above {last.label}: raise `version`, a published one never changes")
        _raise_errors(path, lint(guideline, previous))
        ids = _place_examples(connection, guideline)
        if not dry_run:
            _freeze(connection, project, guideline, note, ids, {"editorial": editorial, "requalify": requalify})
        return Publication(guideline, changes, last.label if last else None, dry_run=dry_run)

    if dry_run:
        return _rolled_back(project, work)
    return project.database.transact(work)


class _DryRun(Exception):
    pass


def _rolled_back(project: Project, work: Any) -> Publication:
    found: list[Publication] = []

    def run(connection: Connection) -> None:
        found.append(work(connection))
        raise _DryRun

    with contextlib.suppress(_DryRun):
        project.database.transact(run)
    return found[-1]


def _raise_errors(path: Path, findings: Sequence[Finding]) -> None:
    errors = [Rejection(str(path), f.line, f"{f.message}: {f.mend}") for f in findings if f.level == "error"]
    if errors:
        raise InputRejected(errors)


def _place_examples(connection: Connection, guideline: Guideline) -> dict[str, int]:
    """Prompt ids of the examples, in their near-duplicate clusters; refuses what is gold or sealed."""
    index = PromptIndex()
    index.catch_up(connection)
    plan = index.plan([e.prompt for e in guideline.examples], lambda ids: prompts.messages_by_id(connection, ids))
    prompts.merge_clusters(connection, plan.merged)
    prompts.set_sides(connection, plan.sides)
    prompts.add_prompts(connection, plan.new)
    shas = {e.id: prompts.prompt_sha(e.prompt) for e in guideline.examples}
    ids = prompts.ids_by_sha(connection, shas.values())
    why = why_no_example(connection, ids.values())
    for example in guideline.examples:
        if (reason := why.get(ids[shas[example.id]])) is not None:
            raise Refused(f"example {example.id}: {reason}: use another")
    places = prompts.places_by_prompt(connection, ids.values())
    prompts.set_sides(connection, {p.cluster: "train" for p in places.values()})
    return {identity: ids[sha] for identity, sha in shas.items()}


def _freeze(connection: Connection, project: Project, guideline: Guideline, note: str, ids: dict[str, int], flags: dict[str, bool]) -> None:
    uuid = new_uuid()
    values = {
        "uuid": uuid, "note": note or guideline.note, "settings": front_matter_settings(guideline),
        "published_by": project.actor.id, **flags,
    }  # fmt: skip
    guidelines.add_version(connection, guideline, values, ids)
    append_event(
        connection, "guideline.published", {"guideline": uuid, "label": guideline.label, "sha256": guideline.sha256}, project.actor.key
    )
