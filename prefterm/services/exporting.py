"""Exports for trainers: one side, no names, every omission counted, the file whole or not at all.

copy → select labels → look at the texts → seal what has no side yet → write → tell the event log → publish → manifest
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from prefterm import __version__
from prefterm.domain.clock import now
from prefterm.domain.errors import Refused
from prefterm.domain.judgments import Role
from prefterm.domain.prompts import Comparison
from prefterm.domain.strict_json import dumps
from prefterm.interchange.exporters import Exporter, ExportLabel, exporter_named, unacceptable, unfit
from prefterm.interchange.exporters.output import STDOUT, Staged, Target, check_target, manifest_path, publish_both
from prefterm.services.access import Project
from prefterm.services.export_selection import REASONS, ExportOptions, Label, Selection, select_labels
from prefterm.store import comparisons, events, guidelines, prompts, rounds
from prefterm.store.bulk import chunks
from prefterm.store.engine import Database, copy_database, refuse_own_files
from prefterm.store.schema import HEAD

__all__ = ["ExportOptions", "ExportResult", "export", "frozen_copy", "refuse_database"]

_PAGE = 200
"""Comparisons whose texts are in memory at once."""
_CHOICES: dict[str, tuple[str, ...]] = {
    "labels": ("gold", "majority", "each"),
    "ties": ("drop", "both-orders"),
    "split": ("train", "eval"),
    "chosen_must_be": ("acceptable", "any"),
}


@dataclass(frozen=True)
class ExportResult:
    """What an export wrote."""

    path: str
    """The file, or `-`."""
    format: str
    records: int
    left_out: dict[str, int] = field(default_factory=dict)
    """Number of labels by reason (see `export_selection.REASONS`); reasons without any are left out."""
    sha256: str = ""
    sealed: int = 0
    """Clusters of prompts that this export sealed as train."""

    def as_json(self) -> dict[str, Any]:
        """The document of `export … --json`."""
        return {"path": self.path, "format": self.format, "records": self.records, "left_out": self.left_out, "sha256": self.sha256}


def export(project: Project, options: ExportOptions, out: Target) -> ExportResult:
    """Write labels for a trainer to a file with its manifest, or to standard output for `-`. Admins only.

    What has no side yet and is exported as train is sealed as train first. Raises `NotAllowed`, and `Refused` for
    unknown options or a file that must not be written. An export that fails leaves no file.
    """
    project.require(Role.ADMIN)
    exporter = _checked(options)
    if out != STDOUT:
        refuse_database(project, out)
        check_target(out, options.force)
        check_target(manifest_path(out), options.force)
    with frozen_copy(project.database.path) as copy:
        selection = select_labels(copy.read, options)
        _drop_unfit(copy, options, selection)
        sealed = _seal(project, selection)
        with Staged(out, force=options.force) as staged:
            staged.write(_lines(copy, exporter, options, selection.labels))
            staged.seal()
            left_out = {reason: selection.left_out[reason] for reason in REASONS if selection.left_out[reason]}
            result = ExportResult(str(out), options.format, staged.records, left_out, staged.sha256, sealed)
            head = _log(project, options, result)
            if out == STDOUT:
                staged.publish()
            else:
                # Both are on the disk before either gets its name, so that a full disk leaves neither.
                document = _manifest(copy, options, result, selection.labels, head)
                publish_both(staged, manifest_path(out), document)
    return result


@contextmanager
def frozen_copy(path: Path) -> Iterator[Database]:
    """A private copy of a database that nobody writes to: many pages of one state, while the original goes on."""
    with tempfile.TemporaryDirectory(prefix="prefterm-") as folder:
        target = Path(folder) / "copy.db"
        copy_database(path, target)
        copy = Database(target)
        try:
            yield copy
        finally:
            copy.close()


def refuse_database(project: Project, out: Path) -> None:
    """Raise `Refused` where an export or its manifest would replace the database or one of its own files."""
    if not out.name:
        raise Refused(f"{str(out)!r}: is a folder; name a file")
    for target in (out, manifest_path(out)):
        refuse_own_files(project.database.path, target)


def _checked(options: ExportOptions) -> Exporter:
    for name, choices in _CHOICES.items():
        value = getattr(options, name)
        if value not in choices:
            raise Refused(f"--{name.replace('_', '-')} must be one of {', '.join(choices)}, not {value!r}")
    try:
        return exporter_named(options.format)
    except ValueError as error:
        raise Refused(str(error)) from None


def _texts(copy: Database, labels: Sequence[Label]) -> Iterator[tuple[Label, Comparison]]:
    """Labels with their comparisons, read page by page."""
    for part in chunks(labels, _PAGE):
        with copy.read() as connection:
            stored = comparisons.load(connection, (label.comparison_id for label in part))
        for label in part:
            yield label, stored[label.comparison_id].comparison


def _export_label(label: Label, comparison: Comparison, options: ExportOptions) -> ExportLabel:
    provenance = {"labels": options.labels, "side": options.split}
    return ExportLabel(comparison, label.direction, label.margin, label.tie, label.acceptable, provenance)


def _drop_unfit(copy: Database, options: ExportOptions, selection: Selection) -> None:
    """Leave out what no trainer may be given."""
    kept = []
    for label, comparison in _texts(copy, selection.labels):
        reason = unfit(comparison)
        if options.chosen_must_be == "acceptable" and unacceptable(_export_label(label, comparison, options)):
            reason = "not_acceptable"
        if reason is None:
            kept.append(label)
        else:
            selection.left_out[reason] += 1
    selection.labels = kept


def _seal(project: Project, selection: Selection) -> int:
    """Seal as train every cluster that is about to be handed to a trainer and has no side yet; how many these were.

    Sides are looked up again in the transaction: a round may have drawn them since the copy was made.
    """
    unsealed = {label.comparison_id for label in selection.labels if label.unsealed}
    if not unsealed:
        return 0

    def work(connection: Connection) -> tuple[int, set[int]]:
        places = prompts.places_of(connection, unsealed)
        fresh = {place.cluster for place in places.values() if place.side is None and not place.quarantined}
        if fresh:
            prompts.set_sides(connection, dict.fromkeys(sorted(fresh), "train"))
            events.append_event(connection, "sides.sealed", {"clusters": len(fresh)}, project.actor.key)
        return len(fresh), {identity for identity, place in places.items() if place.side == "eval" or place.quarantined}

    sealed, lost = project.database.transact(work)
    selection.left_out["other_side"] += sum(label.comparison_id in lost for label in selection.labels)
    selection.labels = [label for label in selection.labels if label.comparison_id not in lost]
    return sealed


def _lines(copy: Database, exporter: Exporter, options: ExportOptions, labels: Sequence[Label]) -> Iterator[str]:
    for label, comparison in _texts(copy, labels):
        for row in exporter.rows(_export_label(label, comparison, options)):
            yield dumps(row)


def _log(project: Project, options: ExportOptions, result: ExportResult) -> tuple[int, str]:
    """Write the export's event before the file appears; (seq, hash) of the event."""
    payload = {
        "format": result.format, "records": result.records, "sha256": result.sha256, "side": options.split, "labels": options.labels,
    }  # fmt: skip

    def work(connection: Connection) -> tuple[int, str]:
        events.append_event(connection, "export", payload, project.actor.key)
        return events.head(connection)

    return project.database.transact(work)


def _manifest(
    copy: Database, options: ExportOptions, result: ExportResult, labels: Sequence[Label], head: tuple[int, str]
) -> dict[str, Any]:
    """What stands beside the file: enough to tell what it is, and to find its event in the chain."""
    used_rounds = frozenset(r for label in labels for r in label.rounds)
    used_versions = frozenset(g for label in labels for g in label.guidelines)
    with copy.read() as connection:
        names = [r.name for r in rounds.all_rounds(connection) if r.id in used_rounds]
        versions = [g for g in guidelines.all_versions(connection) if g.id in used_versions]
    return {
        "schema": HEAD,
        "format": result.format,
        "side": options.split,
        "labels": options.labels,
        "ties": options.ties,
        "chosen_must_be": options.chosen_must_be,
        "pool": options.pool,
        "provisional": options.provisional,
        "records": result.records,
        "left_out": result.left_out,
        "guidelines": [{"name": g.name, "version": g.version, "sha256": g.sha256} for g in versions],
        "rounds": names,
        "event_head": {"seq": head[0], "hash": head[1]},
        "sha256": result.sha256,
        "created_at": now(),
        "prefterm": __version__,
    }
