"""Commands that move data: import and export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prefterm.cli import exit_codes
from prefterm.cli.context import AsJson, Globals, globals_of
from prefterm.cli.output import counted, emit, progress_bar, say
from prefterm.domain.errors import InputRejected

if TYPE_CHECKING:
    from prefterm.services.importing import ImportResult

__all__ = ["EXPORT_FORMATS", "IMPORT_FORMATS", "register"]

IMPORT_FORMATS = ("native", "pandalm", "mt-bench", "llmbar", "ukpconvarg", "chosen-rejected", "hh-rlhf")
"""For --help, which must not load the importers; a test compares them."""
EXPORT_FORMATS = ("trl-dpo", "trl-reward", "raw")
"""For --help; a test compares them."""
KINDS = ("auto", "comparisons", "judgments", "gold")


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("import")(import_)
    app.command("export")(export)


def _one_of(value: str, option: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(allowed)}", param_hint=option)
    return value


def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="JSONL or one JSON array, plain or gzip.")],
    form: Annotated[str, typer.Option("--format", metavar="NAME", help=f"auto (by content), {', '.join(IMPORT_FORMATS)}, raw.")] = "auto",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=f"Take only these from the files: {', '.join(KINDS)}.")] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate all, write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import comparisons, judgments and gold, all files together or nothing. Admins only.

    Every line is validated before anything is written; importing the same again changes nothing.

    A raw export (`export raw`) is given alone and goes into a new file, without `init`.

    Example: prefterm import pairs.jsonl votes.jsonl.gz --dry-run

    Exit codes: 3 where anything is rejected; nothing is written then.
    """
    _one_of(form, "--format", ("auto", *IMPORT_FORMATS, "raw"))
    _one_of(kind, "--kind", KINDS)
    options = globals_of(context)
    from prefterm.services.raw_transfer import looks_raw

    if form == "raw" or (form == "auto" and any(looks_raw(f) for f in files)):
        _import_raw(options, files, kind, dry_run, as_json)
        return
    try:
        result = _import(options, files, form, kind, dry_run)
    except InputRejected as error:
        _rejected(error, as_json)
    if as_json:
        emit(
            {
                "comparisons": result.comparisons, "judgments": result.judgments, "gold": result.gold, "unchanged": result.unchanged,
                "rejected": [], "filled": result.filled, "dry_run": result.dry_run, "formats": list(result.formats),
                "warnings": list(result.warnings),
            }
        )  # fmt: skip
        return
    for warning in result.warnings:
        say(f"Note: {warning}")
    counts = [counted(result.comparisons, "comparison"), counted(result.judgments, "judgment"), counted(result.gold, "gold answer")]
    counts += [f"{counted(result.filled, 'comparison')} filled in"] if result.filled else []
    say(f"{'Would import' if dry_run else 'Imported'} {', '.join(counts)}; {result.unchanged:,} unchanged.")


def _import(options: Globals, files: list[Path], form: str, kind: str, dry_run: bool) -> ImportResult:
    from prefterm.services.importing import import_files

    project = options.open()
    total = sum(f.stat().st_size for f in files if f.is_file())
    with progress_bar("reading") as bar:
        read = _Read(bar, total) if bar else None
        return import_files(project, files, form=form, kind=kind, dry_run=dry_run, progress=read)


class _Read:
    """Adds up the bytes read of each file in turn."""

    def __init__(self, bar: Any, total: int) -> None:
        self._bar, self._total = bar, total
        self._before = self._here = 0

    def __call__(self, count: int) -> None:
        if count < self._here:
            self._before += self._here
        self._here = count
        self._bar(self._before + count, self._total)


_NOTHING = {
    "gold": "No gold answer is on this side: `--labels majority` or `--labels each` exports what people answered.",
    "majority": "No item has a majority on this side yet: `prefterm status` shows what is missing; `--labels each` takes every answer.",
    "each": "No answer is on this side yet.",
}
"""What to say where an export is empty, by its labels."""


def _rejected(error: InputRejected, as_json: bool) -> None:
    """Leave with exit code 3, the reasons in the document or on stderr."""
    if as_json:
        rows = [{"file": r.file, "line": r.line, "reason": r.reason} for r in error.rejections[:50]]
        emit({"comparisons": 0, "judgments": 0, "gold": 0, "unchanged": 0, "rejected": rows, "rejected_total": error.total})
    else:
        say(f"{error}\nRejected: {counted(error.total, 'problem')}; nothing was written.")
    raise typer.Exit(exit_codes.REJECTED)


def _import_raw(options: Globals, files: list[Path], kind: str, dry_run: bool, as_json: bool) -> None:
    from prefterm.services.raw_transfer import import_raw

    if len(files) != 1 or kind != "auto":
        raise typer.BadParameter("a raw export is given alone and whole: one file, and no --kind", param_hint="FILE…")
    if dry_run:
        raise typer.BadParameter("a raw export goes into a new file: try it with --db SCRATCH.db instead", param_hint="--dry-run")
    if options.path.exists() and options.path.stat().st_size:
        # A database with people in it is asked for nothing by who is no admin of it.
        options.require_admin()
    try:
        result = import_raw(files[0], options.path)
    except InputRejected as error:
        _rejected(error, as_json)
    new = {} if result.unchanged else result.counts
    if as_json:
        emit(
            {
                "comparisons": new.get("comparison", 0), "judgments": new.get("judgment", 0), "gold": new.get("gold", 0),
                "unchanged": result.records if result.unchanged else 0, "rejected": [], "formats": ["raw"], "records": result.records,
            }
        )  # fmt: skip
    elif result.unchanged:
        say(f"{options.path} holds these {counted(result.records, 'record')} already; nothing was changed.")
    else:
        say(f"Loaded {counted(result.records, 'record')} into {options.path}.")


def export(
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(EXPORT_FORMATS)}.")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="The file; - writes to stdout.")] = "-",
    rounds: Annotated[list[str] | None, typer.Option("--round", metavar="R", help="Only from this round; may be repeated.")] = None,
    labels: Annotated[str, typer.Option("--labels", help="gold, majority, each.")] = "gold",
    ties: Annotated[str, typer.Option("--ties", help="drop, both-orders.")] = "drop",
    split: Annotated[str, typer.Option("--split", help="The side of the hold-out: train, eval.")] = "train",
    chosen_must_be: Annotated[str, typer.Option("--chosen-must-be", help="acceptable, any.")] = "acceptable",
    pool: Annotated[bool, typer.Option("--pool", help="With --labels majority: imported votes join those of the rounds.")] = False,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="Take the work too of people who have not passed their qualification.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write labels for a trainer, or with `raw` the whole database. Admins only.

    A trainer's export carries one side, no names, and counts what it left out by reason. The file is whole or not there.

    Example: prefterm export trl-dpo --labels majority -o train.jsonl

    Exit codes: 141 where stdout is closed early.
    """
    _one_of(form, "FORMAT", EXPORT_FORMATS)
    for option, value, allowed in (
        ("--labels", labels, ("gold", "majority", "each")),
        ("--ties", ties, ("drop", "both-orders")),
        ("--split", split, ("train", "eval")),
        ("--chosen-must-be", chosen_must_be, ("acceptable", "any")),
    ):
        _one_of(value, option, allowed)
    _fit_output(output, as_json)
    from prefterm.services.exporting import ExportOptions
    from prefterm.services.exporting import export as write
    from prefterm.services.raw_transfer import export_raw

    project = globals_of(context).open()
    target: Any = "-" if output == "-" else Path(output)
    if form == "raw":
        result = export_raw(project, target, force=force)
    else:
        names = tuple(rounds) if rounds else None
        result = write(project, ExportOptions(form, labels, ties, split, chosen_must_be, names, force, pool, provisional), target)
    if as_json:
        emit(result.as_json())
    where = "to stdout" if output == "-" else f"to {output}"
    say(f"Wrote {counted(result.records, 'record')} {where} ({result.format}).")
    for reason, number in result.left_out.items():
        say(f"  left out, {reason.replace('_', ' ')}: {number:,}")
    if result.sealed:
        say(f"  sealed as train for good, with their near-duplicates: {counted(result.sealed, 'prompt')}")
    if not result.records and form != "raw":
        say(_NOTHING.get(labels, "Nothing was left to write."))


def _fit_output(output: str, as_json: bool) -> None:
    import sys

    if output != "-":
        return
    if as_json:
        raise typer.BadParameter("stdout is for the document then: name a file with -o", param_hint="--json")
    if sys.stdout is not None and sys.stdout.isatty():
        raise typer.BadParameter("an export is not for reading: name a file with -o, or pipe it on", param_hint="-o")
