"""Import: validate everything, then one transaction. Nothing is written where a single line is rejected.

files → lines → importer → native records → `Batch` (validated, in memory) → `write_batch` (prompts, comparisons, votes, gold)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import InputRejected, Rejection
from prefterm.domain.ids import derived_uuid
from prefterm.domain.judgments import Purpose, Role
from prefterm.domain.prompts import Comparison
from prefterm.domain.records import GoldRecord, JudgmentRecord, kind_of, parse_comparison, parse_gold, parse_judgment
from prefterm.domain.strict_json import sha256_of
from prefterm.interchange.importers import Importer, detect, importer_named
from prefterm.interchange.lines import Limits, read_lines
from prefterm.services.access import Project
from prefterm.services.import_writing import write_batch
from prefterm.services.near_duplicates import PromptIndex, PromptPlan
from prefterm.store import comparisons, prompts

__all__ = ["RAW_ONLY", "Batch", "ImportResult", "Located", "import_files"]

_SHOWN = 50
RAW_ONLY = {
    "guideline", "annotator", "round", "slot", "assignment", "skip", "flag", "reveal", "sitting", "guideline_seen", "event", "setting"
}  # fmt: skip
"""Types that only a raw export has; annotators and guidelines stand first there, so that its first line tells."""


@dataclass(frozen=True)
class Located:
    """A parsed record and where it stood."""

    file: str
    line: int
    source: str
    uuid: str
    sha256: str
    """Content hash: equal for the same record in another file of the layout."""
    record: Any


@dataclass
class Batch:
    """Everything an import will write, validated as far as the files themselves allow."""

    comparisons: dict[str, Comparison] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    judgments: list[Located] = field(default_factory=list)
    golds: list[Located] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    files: dict[str, str] = field(default_factory=dict)

    def reject(self, file: str, line: int, reason: str) -> None:
        """Count a bad line; keep the first 50."""
        self.rejected += 1
        if len(self.rejections) < _SHOWN:
            self.rejections.append(Rejection(file, line, reason))

    def raise_if_rejected(self) -> None:
        """Raise `InputRejected` where any line was rejected."""
        if self.rejected:
            raise InputRejected(self.rejections, self.rejected)


@dataclass
class ImportResult:
    """What an import wrote, or would write (`dry_run`)."""

    comparisons: int = 0
    judgments: int = 0
    gold: int = 0
    unchanged: int = 0
    filled: int = 0
    dry_run: bool = False
    formats: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


@dataclass
class _Reader:
    """Collects records of several files, each kind in its turn: what judges a comparison waits until all are known."""

    batch: Batch
    kind: str
    answers: list[tuple[str, int, str, str, Mapping[str, Any]]] = field(default_factory=list)
    formats: dict[str, None] = field(default_factory=dict)

    def read(self, path: Path, file: str, form: str, limits: Limits, progress: Callable[[int], None] | None) -> None:
        """Take in one file, known as `file` in messages and in the identities of its votes."""
        importer: Importer | None = None if form == "auto" else importer_named(form)
        for line in read_lines(path, limits, progress):
            if line.error is not None:
                self.batch.reject(file, line.number, line.error)
                continue
            if importer is None:
                importer = detect(line.value)
            if importer is None:
                self.batch.reject(file, line.number, "no known layout: name one with --format, or see `prefterm import --help`")
                return
            self.formats[importer.name] = None
            self._translate(file, line.number, importer, line.value)

    def _translate(self, file: str, number: int, importer: Importer, value: Mapping[str, Any]) -> None:
        if importer.source == "native" and isinstance(value.get("type"), str) and value["type"] in RAW_ONLY:
            self.batch.reject(file, number, "this is a raw export: it goes only into a file without rows (give it alone, with --db NEW.db)")
            return
        try:
            translation = importer.translate(value)
            kinds = [(kind_of(r), r) for r in translation.records]
        except ValueError as error:
            self.batch.reject(file, number, str(error))
            return
        for warning in translation.warnings:
            self.batch.warnings[warning] += 1
        for kind, record in kinds:
            if self.kind not in ("auto", _PLURAL[kind]):
                continue
            if kind == "comparison":
                self._comparison(file, number, record)
            else:
                self.answers.append((file, number, importer.source, kind, record))

    def _comparison(self, file: str, number: int, record: Mapping[str, Any]) -> None:
        try:
            new = parse_comparison(record)
        except ValueError as error:
            self.batch.reject(file, number, str(error))
            return
        old = self.batch.comparisons.get(new.id)
        if old is not None:
            other = new.differs_from(old)
            if other:
                place = ":".join(map(str, self.batch.places[new.id]))
                self.batch.reject(file, number, f"comparison {new.id!r} {other} than at {place}")
                return
            new = old.filled_from(new)
        else:
            self.batch.places[new.id] = (file, number)
            for warning in _doubts(new):
                self.batch.warnings[warning] += 1
        self.batch.comparisons[new.id] = new


def _doubts(new: Comparison) -> list[str]:
    """What is imported, but can hardly be judged or exported."""
    texts = [r.text for r in new.responses if r.text is not None]
    found = []
    if "" in texts:
        found.append("an empty response is kept, shown as ‹empty response›")
    if any(t and t.isspace() for t in texts):
        found.append("a response of white space alone is kept; no trainer export takes it")
    if len(set(texts)) < len(texts) and any(t.strip() for t in texts):
        found.append("two responses of a comparison have the same text: only a tie can be said, and no trainer export takes it")
    if new.prompt is not None and all(not m.content.strip() for m in new.prompt):
        found.append("an empty prompt is kept; no trainer export takes it")
    return found


_PLURAL = {"comparison": "comparisons", "judgment": "judgments", "gold": "gold"}


def import_files(
    project: Project,
    files: Sequence[Path],
    *,
    form: str = "auto",
    kind: str = "auto",
    dry_run: bool = False,
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Import files of comparisons, judgments and gold, together, in one transaction.

    `form` names a layout or `auto`; `kind` takes only comparisons, judgments or gold from the files. `progress` gets the
    bytes read of the present file. Raises `InputRejected` (nothing is written), `NotAllowed`.
    """
    project.require(Role.ADMIN)
    batch = Batch()
    reader = _Reader(batch, kind)
    names = Counter(path.name for path in files)
    given: set[Path] = set()
    for path in files:
        if not path.is_file():
            batch.reject(str(path), 0, "there is no such file")
            continue
        if path.resolve() in given:
            batch.reject(str(path), 0, "is given twice")
            continue
        given.add(path.resolve())
        file = path.name if names[path.name] == 1 else str(path)
        batch.files[file] = sha256_of_file(path)
        reader.read(path, file, form, limits or Limits(), progress)
    with project.database.read() as connection:
        stored_sizes = comparisons.sizes_by_key(connection)
    _parse_answers(batch, reader.answers, {k: n for k, (_, n) in stored_sizes.items()})
    batch.raise_if_rejected()
    result = _commit(project, batch, dry_run)
    result.formats = tuple(reader.formats)
    return result


def sha256_of_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _parse_answers(batch: Batch, answers: Iterable[tuple[str, int, str, str, Mapping[str, Any]]], stored: Mapping[str, int]) -> None:
    votes: Counter[tuple[str, ...]] = Counter()
    seen: dict[str, Located] = {}
    settled: dict[str, Located] = {}
    for file, number, source, kind, record in answers:
        key = record.get("comparison")
        try:
            if not isinstance(key, str):
                raise ValueError(f"comparison must be the id of one, not {key!r:.80}")
            size = len(batch.comparisons[key].responses) if key in batch.comparisons else stored.get(key)
            if size is None:
                raise ValueError(f"comparison {key!r} is neither in the files nor in the database")
            located = (_judgment if kind == "judgment" else _gold)(file, number, source, record, size, votes)
        except ValueError as error:
            batch.reject(file, number, str(error))
            continue
        if kind == "gold":
            first = settled.setdefault(key, located)
            if first.sha256 != located.sha256:
                batch.reject(file, number, f"differs from the gold answer for comparison {key!r} at {first.file}:{first.line}")
            if first is not located:
                continue
        earlier = seen.get(located.uuid)
        if earlier is None:
            seen[located.uuid] = located
            (batch.judgments if kind == "judgment" else batch.golds).append(located)
        elif earlier.sha256 != located.sha256:
            batch.reject(file, number, f"says other things than {earlier.file}:{earlier.line} under the same identity")


def _judgment(file: str, number: int, source: str, record: Mapping[str, Any], size: int, votes: Counter[tuple[str, ...]]) -> Located:
    parsed = parse_judgment(record, size)
    if "purpose" not in record and parsed.uuid is None and votes[(file, parsed.comparison, parsed.annotator, Purpose.WORK)]:
        # A second vote of one person on one item is a repeat, whatever the layout calls it.
        parsed = JudgmentRecord(**{**parsed.__dict__, "purpose": Purpose.REPEAT})
    identity = (file, parsed.comparison, parsed.annotator, str(parsed.purpose))
    uuid = parsed.uuid or derived_uuid("judgment", source, *identity[1:], votes[identity])
    votes[identity] += 1
    return Located(file, number, source, uuid, _content(record, parsed.purpose), parsed)


def _gold(file: str, number: int, source: str, record: Mapping[str, Any], size: int, _: Counter[tuple[str, ...]]) -> Located:
    parsed: GoldRecord = parse_gold(record, size)
    uuid = parsed.uuid or derived_uuid("gold", source, parsed.comparison)
    return Located(file, number, source, uuid, _content(record, None), parsed)


def _content(record: Mapping[str, Any], purpose: Purpose | None) -> str:
    body = {k: v for k, v in record.items() if k not in ("type", "uuid", "purpose") and v is not None}
    return sha256_of({**body, "purpose": str(purpose)} if purpose else body)


def _commit(project: Project, batch: Batch, dry_run: bool) -> ImportResult:
    """Plan the prompts outside the write transaction, write inside it; plan again where the file changed in between."""
    plan, version = _plan(project, batch) if _prompts(batch) else (PromptPlan((), {}, {}, ()), None)
    outcome: list[ImportResult] = []

    def work(connection: Connection) -> ImportResult:
        # A plan that joins clusters rests on what was served, which claims change without an event.
        stands = version is None or (prompts.fingerprint(connection) == version and not plan.merged and not plan.sides)
        current = plan if stands else _plan_in(connection, batch)
        result = write_batch(connection, project.actor, batch, current)
        result.dry_run = dry_run
        result.warnings = (*current.warnings, *(f"{text} ({n} ×)" if n > 1 else text for text, n in batch.warnings.items()))
        outcome[:] = [result]
        if dry_run:
            raise _DryRun
        return result

    try:
        return project.database.transact(work)
    except _DryRun:
        return outcome[0]


def _plan(project: Project, batch: Batch) -> tuple[PromptPlan, tuple[int, ...]]:
    index = PromptIndex()
    with project.database.read() as connection:
        version = prompts.fingerprint(connection)
        index.catch_up(connection)

    def texts(ids: Iterable[int]) -> dict[int, Any]:
        with project.database.read() as connection:
            return prompts.messages_by_id(connection, ids)

    return index.plan(_prompts(batch), texts), version


def _plan_in(connection: Connection, batch: Batch) -> PromptPlan:
    index = PromptIndex()
    index.catch_up(connection)
    return index.plan(_prompts(batch), lambda ids: prompts.messages_by_id(connection, ids))


def _prompts(batch: Batch) -> list[Any]:
    return [c.prompt for c in batch.comparisons.values() if c.prompt is not None]
