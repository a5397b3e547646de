"""The whole database out as raw records, and back into a file without rows. What comes back exports to the same bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from prefterm import __version__
from prefterm.domain.clock import now
from prefterm.domain.errors import InputRejected, Rejection
from prefterm.domain.judgments import Role
from prefterm.domain.prompts import Message
from prefterm.domain.strict_json import canonical, loads
from prefterm.interchange.exporters.output import STDOUT, Staged, Target, check_target, manifest_path, publish_both
from prefterm.interchange.lines import Limits, Line, read_lines
from prefterm.services.access import Project
from prefterm.services.exporting import ExportResult, frozen_copy, refuse_database
from prefterm.services.importing import RAW_ONLY
from prefterm.services.near_duplicates import PromptIndex
from prefterm.store import events, guidelines, raw_load
from prefterm.store.engine import Database
from prefterm.store.raw_dump import raw_records
from prefterm.store.raw_survey import Survey, survey
from prefterm.store.schema import HEAD, create_schema, ensure_current, schema_version

__all__ = ["RawImportResult", "export_raw", "import_raw", "looks_raw"]

_LIMITS = Limits(line_bytes=2**30, field_chars=2**26, total_bytes=2**40, array_bytes=2**30)
"""Wider than an import's: a round carries all its items in one line."""


@dataclass(frozen=True)
class RawImportResult:
    """What a raw import wrote; `unchanged` where the file held it already."""

    records: int
    unchanged: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    """Records by type."""


def export_raw(project: Project, out: Target, *, force: bool = False) -> ExportResult:
    """Write every raw record to a file, or to standard output for `-`. Admins only; changes nothing in the database.

    Raises `NotAllowed`, `Refused` (see `interchange.exporters.output`).
    """
    project.require(Role.ADMIN)
    if out != STDOUT:
        refuse_database(project, out)
        check_target(out, force)
        check_target(manifest_path(out), force)
    with Staged(out, force=force) as staged:
        with frozen_copy(project.database.path) as copy:
            staged.write(canonical(record) for record in raw_records(copy.read))
            document = _manifest(copy)
        staged.seal()
        if out == STDOUT:
            staged.publish()
        else:
            publish_both(staged, manifest_path(out), {**document, "records": staged.records, "sha256": staged.sha256})
    return ExportResult(str(out), "raw", staged.records, {}, staged.sha256)


def _manifest(copy: Database) -> dict[str, Any]:
    """What stands beside the file: it tells a whole export from one that was cut at the end of a line."""
    with copy.read() as connection:
        versions, head = guidelines.all_versions(connection), events.head(connection)
    return {
        "schema": HEAD,
        "format": "raw",
        "guidelines": [{"name": g.name, "version": g.version, "sha256": g.sha256} for g in versions],
        "event_head": {"seq": head[0], "hash": head[1]},
        "created_at": now(),
        "prefterm": __version__,
    }


def _check_manifest(path: Path) -> None:
    """Refuse a file that is not the one its manifest was written for; without a manifest there is nothing to compare."""
    beside = manifest_path(path)
    if not beside.is_file():
        return
    try:
        stated = loads(beside.read_bytes())["sha256"]
    except (ValueError, KeyError, TypeError):
        raise InputRejected([Rejection(beside.name, 0, "is no manifest of an export")]) from None
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if stated != found:
        raise InputRejected([Rejection(path.name, 0, f"was cut or changed since it was written: {beside.name} states another SHA-256")])


def looks_raw(path: Path) -> bool:
    """Whether a file is a raw export, told by the type of its first record."""
    if not path.is_file():
        return False
    first = next(iter(read_lines(path, _LIMITS)), None)
    return first is not None and isinstance(first.value, dict) and str(first.value.get("type")) in RAW_ONLY


def import_raw(path: Path, database_path: Path) -> RawImportResult:
    """Load a raw export into a database file without rows, which is made where there is none; the caller acts as admin.

    A file that holds exactly these records already is left as it is. Raises `InputRejected` (nothing is written, and a
    file that was made for it is removed), `DatabaseUnfit`.
    """
    if not path.is_file():
        raise InputRejected([Rejection(str(path), 0, "there is no such file")])
    _check_manifest(path)
    found = survey(_lines(path), path.name)
    made = not database_path.exists()
    database = _open(database_path)
    try:
        database.transact(lambda connection: _load(connection, path, found))
    except _Occupied:
        _require_same(path, database_path)
        return RawImportResult(sum(found.counts.values()), True, found.counts)
    except BaseException:
        database.close()
        if made:
            _remove(database_path)
        raise
    return RawImportResult(sum(found.counts.values()), False, found.counts)


class _Occupied(Exception):
    """The database has rows."""


def _open(path: Path) -> Database:
    database = Database(path, create=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if schema_version(database) is None:
        create_schema(database)
    else:
        ensure_current(database)
    return database


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _lines(path: Path) -> Iterable[Line]:
    return read_lines(path, _LIMITS)


def _load(connection: Connection, path: Path, found: Survey) -> None:
    if raw_load.has_rows(connection):
        raise _Occupied
    raw_load.load(connection, lambda: _lines(path), found, path.name, _described)


def _described(messages: tuple[Message, ...]) -> tuple[str, bytes | None]:
    """What near-duplicate search stores of a prompt: computed by itself, for its cluster is known."""
    prompt = PromptIndex().plan([messages], lambda _: {}).new[0]
    return prompt.normal_sha256, prompt.signature


def _require_same(path: Path, database_path: Path) -> None:
    with frozen_copy(database_path) as copy:
        line = raw_load.first_difference(copy.read, _lines(path))
    if line is not None:
        reason = f"{database_path} has rows already, and they are not these: a raw export goes only into a file without rows (--db NEW.db)"
        raise InputRejected([Rejection(path.name, line, reason)])
