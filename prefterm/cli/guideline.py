"""`prefterm guideline …`: lint, publish, list, show, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prefterm.cli import exit_codes
from prefterm.cli.context import AsJson, Globals, globals_of
from prefterm.cli.output import counted, emit, line, raw, say, table
from prefterm.domain.errors import InputRejected, Refused

if TYPE_CHECKING:
    from prefterm.services.access import Project

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Guidelines: the document that defines what better means.")


@app.command()
def lint(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A guideline in Markdown.")],
    as_json: AsJson = False,
) -> None:
    """Find what makes labels under a guideline untrustworthy, each with a way to mend it.

    Needs no database; where there is one, the file is compared with the version published last.

    Example: prefterm guideline lint guidelines/medicines.md

    Exit codes: 3 on a finding of level error.
    """
    from prefterm.services.guidelines import lint_file

    try:
        found = lint_file(file, _project_if_any(globals_of(context)))
    except InputRejected as error:
        rows: list[dict[str, Any]] = [
            {"line": r.line, "level": "error", "rule": "readable", "message": r.reason, "mend": ""} for r in error.rejections
        ]
    else:
        rows = [{"line": f.line, "level": str(f.level), "rule": f.rule, "message": f.message, "mend": f.mend} for f in found]
    if as_json:
        emit({"findings": rows})
    else:
        for row in rows:
            line(f"{file}:{row['line']}: {row['level']}: {row['message']} ({row['rule']})")
            if row["mend"]:
                line(f"    {row['mend']}")
        levels = [counted(sum(r["level"] == level for r in rows), level) for level in ("error", "warning", "hint")]
        say(f"{file}: {', '.join(levels)}.")
    if any(row["level"] == "error" for row in rows):
        raise typer.Exit(exit_codes.REJECTED)


def _project_if_any(options: Globals) -> Project | None:
    return options.open() if options.path.exists() else None


@app.command()
def publish(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A guideline in Markdown.")],
    note: Annotated[str, typer.Option("--note", help="What changed; the front matter's note where none is given.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
    editorial: Annotated[bool, typer.Option("--editorial", help="The change makes no label stale.")] = False,
    requalify: Annotated[bool, typer.Option("--requalify", help="People should qualify again under this version.")] = False,
    as_json: AsJson = False,
) -> None:
    """Freeze a guideline as a version that never changes. Open rounds keep theirs. Admins only.

    Example: prefterm guideline publish guidelines/medicines.md --note "Dosage limits made explicit"

    Exit codes: 3 where the lint finds an error.
    """
    from prefterm.services.guidelines import publish as freeze

    done = freeze(globals_of(context).open(), file, note, dry_run=dry_run, editorial=editorial, requalify=requalify)
    changes = [{"kind": str(c.kind), "id": c.id, "title": c.title} for c in done.changes]
    if as_json:
        emit(
            {
                "guideline": done.guideline.label, "sha256": done.guideline.sha256, "previous": done.previous, "dry_run": done.dry_run,
                "unchanged": done.unchanged, "changes": changes,
            }
        )  # fmt: skip
        return
    for change in changes:
        line(f"{change['kind']} §{change['id']} {change['title']}")
    if done.unchanged:
        say(f"{done.guideline.label} is published with exactly this text; nothing was changed.")
    else:
        say(f"{'Would publish' if dry_run else 'Published'} {done.guideline.label}. Open rounds stay on their version.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the published versions, each with its number of judgments.

    Example: prefterm guideline list
    """
    from prefterm.services.guidelines import listing

    rows = listing(globals_of(context).open())
    if as_json:
        emit(rows)
        return
    shown = [[f"{r['name']}@{r['version']}", r["published"][:10], r["judgments"], r["sha256"][:12], r["note"]] for r in rows]
    table(["guideline", "published", "judgments", "sha256", "note"], shown, numbers=(2,))


@app.command()
def show(
    context: typer.Context,
    label: Annotated[str | None, typer.Argument(metavar="NAME[@V]", help="The newest version where none is given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a published guideline. Without a name: the only one there is.

    Into a file or pipe it is byte for byte the published text.

    Example: prefterm guideline show medicines@1
    """
    from prefterm.services.guidelines import listing, load_guideline

    project = globals_of(context).open()
    if label is None:
        names = sorted({r["name"] for r in listing(project)})
        if len(names) != 1:
            raise Refused(f"name a guideline: published are {', '.join(names) or 'none yet'}")
        label = names[0]
    guideline = load_guideline(project, label)
    if as_json:
        emit({"name": guideline.name, "version": guideline.version, "sha256": guideline.sha256, "text": guideline.text})
    else:
        raw(guideline.text)


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="A", help="NAME@V of the older version.")],
    new: Annotated[str, typer.Argument(metavar="B", help="NAME@V of the newer version.")],
    as_json: AsJson = False,
) -> None:
    """Show what differs between two published versions, section by section.

    Example: prefterm guideline diff medicines@1 medicines@2
    """
    from prefterm.services.guidelines import changes_between

    changes = changes_between(globals_of(context).open(), old, new)
    if as_json:
        rows = [{"kind": str(c.kind), "id": c.id, "title": c.title, "diff": list(c.diff)} for c in changes]
        emit({"from": old, "to": new, "changes": rows})
        return
    for change in changes:
        line(f"{change.kind} §{change.id} {change.title}")
        for text in change.diff:
            line(text)
        line()
    if not changes:
        say(f"{old} and {new} do not differ.")
