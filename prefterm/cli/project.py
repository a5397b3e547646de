"""Commands on the project as a whole: demo, init, status, doctor, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from prefterm.cli import exit_codes
from prefterm.cli.context import AsJson, Globals, globals_of
from prefterm.cli.output import counted, emit, line, progress_bar, say, table

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (demo, init, status, doctor, backup, restore):
        app.command()(command)


def demo(
    context: typer.Context,
    fresh: Annotated[bool, typer.Option("--fresh", help="Build it anew; what was labelled in it is lost.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Build only, and print the database's path.")] = False,
) -> None:
    """Build a complete example project and open the app in it.

    124 comparisons, two guidelines, gold answers, and two rounds that three simulated people have half done.

    It lies in your data directory (PREFTERM_DEMO_DIR names another) and is kept between runs.

    Example: prefterm demo

    Exit codes: 5 where the terminal cannot carry the app.
    """
    from prefterm.services.location import demo_database, demo_folder

    options = globals_of(context)
    path = demo_database(demo_folder())
    if not no_open:
        from prefterm.cli.terminal import require_terminal

        require_terminal()
    if fresh or not path.exists():
        path = _build(path.parent, fresh, options)
    if no_open:
        line(str(path))
        return
    raise typer.Exit(options.run_app("home", path=path))


def _build(folder: Path, fresh: bool, options: Globals) -> Path:
    from prefterm.services.demo import build_demo

    with progress_bar("building the demo") as bar:
        path = build_demo(folder, fresh, (lambda _, done, total: bar(done, total)) if bar else None, options.person)
    say(f"The demo is at {path}; you are its admin. The judgments of sim-ana, sim-ben and sim-cyd are simulated.")
    return path


def init(
    context: typer.Context,
    guideline: Annotated[Path | None, typer.Option("--guideline", help="Publish this guideline as well.")] = None,
) -> None:
    """Make the database, with you as its admin.

    The file is ./prefterm.db, or what --db or PREFTERM_DB name; only its owner can read it.

    Example: prefterm init --guideline guidelines/medicines.md

    Exit codes: 1 where there is a database already, 3 where the guideline has errors (nothing is made then).
    """
    from prefterm.services import guidelines
    from prefterm.services.access import create_project

    options = globals_of(context)
    if guideline is not None:
        _require_sound(guideline)
    project = create_project(options.path, options.person)
    say(f"Made {options.path}; {options.person} is its admin.")
    if guideline is not None:
        done = guidelines.publish(project, guideline, "")
        say(f"Published {done.guideline.label}.")
    say("Next: `prefterm guideline publish FILE`, `import FILE…`, `annotator add NAME`, `round open NAME --guideline NAME`.")


def _require_sound(path: Path) -> None:
    """Raise `InputRejected` before anything is made where the guideline could not be published."""
    from prefterm.domain.errors import InputRejected, Rejection
    from prefterm.services.guidelines import lint_file

    errors = [Rejection(str(path), f.line, f"{f.message} {f.mend}") for f in lint_file(path) if f.level == "error"]
    if errors:
        raise InputRejected(errors)


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rounds and how far everybody is.

    An admin sees everybody; anybody else their own row, and no count that depends on another's answers.

    Example: prefterm status --json
    """
    from prefterm.services.status import status as read_status

    document = read_status(globals_of(context).open())
    if as_json:
        emit(document)
        return
    for row in document["rounds"]:
        _show_round(row)
    if not document["rounds"]:
        line("No round yet. An admin opens one with `prefterm round open NAME --guideline NAME`.")
    if document.get("quarantined"):
        line(f"{counted(document['quarantined'], 'comparison')} near to both sides of the hold-out: quarantined, never served.")
    if document["waiting"].get("contests"):
        line(f"! {counted(document['waiting']['contests'], 'contest')} of gold to look at: `prefterm contest list --open`")
    for gate in document.get("gates", ()):
        line(f"! {gate['annotator']}, {gate['round']}: {_gate_words(gate)}; `prefterm annotator release {gate['annotator']} --reason …`")
    for report in document.get("reports", ()):
        words = f": {report['note']}" if report["note"] else ""
        hidden = ", hidden from everyone but admins" if report["hidden"] else ""
        line(f"reported {report['at'][:10]}  {report['comparison']}  {report['reason']}{words}{hidden}")
    line(document["note"])


def _show_round(row: dict[str, Any]) -> None:
    complete = "" if row["complete"] is None else f", {row['complete']:,} complete"
    line(f"{row['round']} ({row['state']}, {row['guideline'] or 'no guideline'}): {counted(row['items'], 'item')}{complete}")
    people = row["annotators"]
    asked = any(a["qualification"] for a in people)
    rows = [[a["annotator"], a["done"], a["open"], a["median_active_seconds"], *([a["qualification"]] if asked else [])] for a in people]
    table(["annotator", "done", "open", "median s", *(["qualification"] if asked else [])], rows, numbers=(1, 2, 3))
    if row.get("gold_ran_out"):
        line(f"! No gold is left that they have not met, so that nothing checks them: {', '.join(row['gold_ran_out'])}")
    for key, what in (("stuck", "nobody eligible can take"), ("skipped_twice", "skipped by two")):
        if row.get(key):
            shown = row[key][:20]
            more = f" … and {len(row[key]) - 20:,} more" if len(row[key]) > 20 else ""
            line(f"! {counted(len(row[key]), 'item')} {what}: {', '.join(shown)}{more}")
    line()


def _gate_words(gate: dict[str, Any]) -> str:
    detail = gate["detail"]
    if gate["kind"] == "drift":
        return f"alarm of drift at {detail.get('statistic', '?')} after {detail.get('golds', '?')} golds; a recalibration comes next"
    return f"{'qualification not passed' if gate['kind'] == 'not_passed' else 'waits for you to decide'}, {detail.get('reason', '')}"


def doctor(
    context: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Repair what can be repaired without loss. Admins only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the database: pages, references, event chain, permissions, presented orders, hold-out.

    Example: prefterm doctor --mend

    Exit codes: 1 where anything is wrong (a warning is not).
    """
    from prefterm.services.health import doctor as examine
    from prefterm.services.health import open_for_doctor

    options = globals_of(context)
    document = examine(open_for_doctor(options.path, options.person, mend=mend), mend)
    if as_json:
        emit(document)
    else:
        marks = {"ok": "✓", "warning": "!", "error": "✗"}
        for finding in document["findings"]:
            line(f"{marks[finding['level']]} {finding['check']}: {finding['message']}")
            if finding["mend"]:
                line(f"    {finding['mend']}")
    if not document["ok"]:
        raise typer.Exit(exit_codes.FAILED)


def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="Where the copy goes; nothing is overwritten.")],
) -> None:
    """Copy the live database to a file, and verify the copy. Labelling goes on meanwhile. Admins only.

    Example: prefterm backup prefterm-2026-11-03.db
    """
    from prefterm.services.health import backup as make_backup

    project = globals_of(context).open()
    with progress_bar("copying") as bar:
        written = make_backup(project, path, bar)
    say(f"Backed up to {written}, and verified: pages, references, event chain.")


def restore(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A backup.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there; it is kept as NAME.before-restore.")] = False,
) -> None:
    """Put a backup in the place of the database, after verifying it. Admins only.

    Example: prefterm --db prefterm.db restore prefterm-2026-11-03.db

    Exit codes: 1 where the backup is unfit, or a database is there and --force is not given.
    """
    from prefterm.services.health import restore as put_back

    options = globals_of(context)
    with progress_bar("verifying") as bar:
        done = put_back(path, options.path, options.person, force=force, progress=bar)
    kept = f" What was there is kept as {done.kept}." if done.kept else ""
    say(f"Restored {done.path} from {path}.{kept}")
