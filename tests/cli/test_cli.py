"""The command line: exit codes, streams, JSON, and what is loaded. In-process through `main`, subprocesses where streams matter."""

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prefterm import __version__
from prefterm.__main__ import _sentence, main
from prefterm.cli.data import EXPORT_FORMATS, IMPORT_FORMATS
from prefterm.cli.main import app
from prefterm.interchange.exporters import EXPORTERS
from prefterm.interchange.importers import IMPORTERS
from prefterm.services.access import open_project
from prefterm.services.labeling import Labeling
from prefterm.services.rounds import find_round
from tests.tui.test_imports import modules_of

ROOT = Path(__file__).parents[2]
MEDICINES = ROOT / "guidelines" / "medicines.md"
HEAVY = ("textual", "sqlalchemy", "sqlmodel", "numpy", "alembic", "yaml", "prefterm.store", "prefterm.tui")
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
EVIL = "evil\x9b31mname\u202e\u2066"


def read_json(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0):
    capsys.readouterr()
    assert main(arguments) == code
    return json.loads(capsys.readouterr().out)


def outside(*arguments: str, **options):
    return subprocess.run([sys.executable, "-m", "prefterm", *arguments], capture_output=True, timeout=60, **options)


def unsafe_in(text: str) -> set[str]:
    return {c for c in text if c != "\n" and unicodedata.category(c) in UNSAFE}


# what is loaded


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["import", "--help"], ["round", "--help"], ["nonsense"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys\nfrom prefterm.__main__ import main\nmain({arguments!r})\nprint('\\n'.join(sys.modules), file=sys.stderr)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = done.stderr.split()
    assert "prefterm" in loaded
    heavy = [name for name in HEAVY if name in loaded]
    assert heavy == []


def test_help_of_the_program_loads_typer_and_the_verbs_alone() -> None:
    loaded = modules_of("from prefterm.__main__ import main\nmain(['--help'])")
    assert {"typer", "prefterm.cli.round"} <= loaded
    assert not loaded & {"prefterm.domain.safe_text", "prefterm.domain.records", "pydantic", "rich", "platformdirs"}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--version"], ["--as", "x", "--version"]):
        assert main(arguments) == 0
        assert capsys.readouterr().out == f"prefterm {__version__}\n"


def commands() -> list[list[str]]:
    import typer

    def walk(command, path):
        below = getattr(command, "commands", None)
        return [path] if below is None else [p for name, c in below.items() for p in walk(c, [*path, name])]

    return walk(typer.main.get_command(app), [])


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_explains_itself_with_an_example(command: list[str]) -> None:
    done = CliRunner().invoke(app, [*command, "--help"], prog_name="prefterm")
    assert done.exit_code == 0
    assert "Example: prefterm" in done.output and " ".join(command) in re.sub(r"\s+", " ", done.output)


@pytest.mark.parametrize(
    "command",
    [c for c in commands() if c[-1] in ("agreement", "audit", "status", "doctor", "list", "lint", "check", "show", "diff", "import")],
)
def test_every_reporting_command_has_json(command: list[str]) -> None:
    assert "--json" in CliRunner().invoke(app, [*command, "--help"]).output


def test_the_formats_of_the_help_are_the_formats_there_are() -> None:
    assert tuple(IMPORTERS) == IMPORT_FORMATS
    assert set(EXPORT_FORMATS) == {*EXPORTERS, "raw"}


# exit codes


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"], ["--nonsense"], ["import"], ["import", "x", "--format", "nope"], ["import", "x", "--kind", "nope"],
        ["round", "open", "x", "--guideline", "g", "--overlap", "two"], ["export", "nope"], ["export", "trl-dpo", "--json"],
        ["annotator", "add", "x", "--role", "boss"], ["guideline"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_exits_2_and_stdout_stays_empty(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    capsys.readouterr()
    assert main(arguments) == 2
    assert capsys.readouterr().out == "" or arguments == ["guideline"]


def test_a_wrong_name_is_answered_with_the_right_ones(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, names in ((["import", "x", "--format", "nope"], IMPORT_FORMATS), (["export", "nope"], EXPORT_FORMATS)):
        capsys.readouterr()
        main(arguments)
        err = capsys.readouterr().err
        assert all(name in err for name in names)
    main(["round", "open", "x", "--guideline", "nope"])
    assert "medicines@1" in capsys.readouterr().err


def test_an_unknown_name_exits_4(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    for arguments in (["status"], ["doctor"], ["backup", "b.db"], ["gold", "list"]):
        assert main(["--as", "nobody", *arguments]) == 4
    out, err = capsys.readouterr()
    assert out == "" and "nobody" in err


@pytest.mark.parametrize(
    "arguments",
    [["import", "pairs.jsonl"], ["export", "trl-dpo"], ["annotator", "list"], ["gold", "list"], ["backup", "b.db"], ["doctor", "--mend"]],
    ids=" ".join,
)  # fmt: skip
def test_what_is_for_admins_exits_4(project: Path, arguments: list[str]) -> None:
    assert main(["--as", "bob", *arguments]) == 4


def test_no_database_exits_1_with_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert "prefterm init" in capsys.readouterr().err
    assert main(["--db", "postgresql://x/y", "status"]) == 1


def test_the_app_without_a_terminal_exits_5() -> None:
    for arguments in ([], ["label"], ["demo"]):
        done = outside(*arguments, stdin=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm"})
        assert done.returncode == 5 and done.stdout == b"" and done.stderr.count(b"\n") == 1
    assert outside(env={**os.environ, "TERM": "dumb"}).returncode == 5
    assert not Path("demo").exists()


def test_a_closed_stdout_exits_141_quietly(project: Path) -> None:
    for command in ("guideline show medicines", "export raw", "status --json"):
        script = f"{sys.executable} -m prefterm {command}; echo $? >&2"
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(["sh", "-c", script], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
        os.close(writer)
        assert done.stderr == "141\n", command


def test_an_interrupt_exits_130(project: Path) -> None:
    code = (
        "import os, signal, sys\nimport prefterm.services.status as s\nfrom prefterm.__main__ import main\n"
        "s.status = lambda project: os.kill(os.getpid(), signal.SIGINT)\nsys.exit(main(['status']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.returncode == 130 and b"Traceback" not in done.stderr


def test_what_nobody_foresaw_goes_into_a_private_file(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("secret text of a response")

    monkeypatch.setattr("prefterm.services.status.status", fail)
    capsys.readouterr()
    assert main(["status", "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err and "secret" not in err and err.count("\n") == 1
    found = re.search(r"id ([0-9a-f]{8}).* (/\S+\.log)", err)
    assert found is not None and found[1] in found[2]
    log = Path(found[2])
    assert stat.S_IMODE(log.stat().st_mode) == 0o600 and "secret text" in log.read_text()


@pytest.mark.parametrize(
    "said", ["database or disk is full", "attempt to write a readonly database", "database is locked", "disk I/O error"]
)
def test_what_sqlite_says_becomes_a_sentence(said: str) -> None:
    from sqlalchemy.exc import OperationalError

    error = sqlite3.OperationalError(said)
    assert _sentence(error) == _sentence(OperationalError("INSERT", {}, error)) is not None
    assert "INSERT" not in str(_sentence(error))


def test_a_full_disk_is_a_sentence(project: Path) -> None:
    code = (
        "import resource, signal, sys\nfrom prefterm.__main__ import main\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096 * 3, 4096 * 3))\nsys.exit(main(['annotator', 'add', 'x']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "disk" in done.stderr and "Traceback" not in done.stderr and done.stderr.count("\n") == 1


# import and export


def test_a_bad_file_exits_3_and_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.read_bytes()
    Path("bad.jsonl").write_text('{"id": "x", "prompt": "p", "responses": [{"text": "a"}, {"text": "b"}]}\n{"id": 7}\nnot json\n')
    capsys.readouterr()
    assert main(["import", "bad.jsonl"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "bad.jsonl:2: " in err and "bad.jsonl:3: " in err
    assert project.read_bytes() == before
    document = read_json(["import", "bad.jsonl", "--json"], capsys, 3)
    assert [(r["file"], r["line"]) for r in document["rejected"]] == [("bad.jsonl", 2), ("bad.jsonl", 3)]
    assert document["comparisons"] == 0


def test_at_most_fifty_rejections_are_shown_and_all_are_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.jsonl").write_text("nonsense\n" * 80)
    capsys.readouterr()
    assert main(["import", "bad.jsonl", "--format", "native"]) == 3
    err = capsys.readouterr().err
    assert err.count("bad.jsonl:") == 50 and "80" in err
    document = read_json(["import", "bad.jsonl", "--format", "native", "--json"], capsys, 3)
    assert len(document["rejected"]) == 50 and document["rejected_total"] == 80


def test_import_json_and_dry_run(project: Path, pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.read_bytes()
    Path("more.jsonl").write_text('{"id": "x", "prompt": "p", "responses": [{"text": "a"}, {"text": "b"}]}\n')
    document = read_json(["import", "more.jsonl", str(pairs), "--dry-run", "--json"], capsys)
    assert (document["comparisons"], document["unchanged"], document["rejected"]) == (1, 6, [])
    assert project.read_bytes() == before
    assert read_json(["import", "more.jsonl", "--json"], capsys)["comparisons"] == 1


def test_raw_goes_out_and_comes_back_without_init(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = read_json(["export", "raw", "-o", "all.jsonl", "--json"], capsys)
    assert set(out) == {"path", "format", "records", "left_out", "sha256"}
    loaded = read_json(["--db", "new.db", "import", "all.jsonl", "--json"], capsys)
    assert loaded["comparisons"] == 6 and loaded["rejected"] == []
    assert main(["--db", "new.db", "export", "raw", "-o", "again.jsonl"]) == 0
    assert Path("again.jsonl").read_bytes() == Path("all.jsonl").read_bytes()
    assert main(["import", "all.jsonl", "pairs.jsonl"]) == 2
    assert main(["import", "all.jsonl", "--dry-run"]) == 2


def test_an_export_to_stdout_is_data_alone(project: Path) -> None:
    gold = [{"comparison": f"c{n}", "strength": 2, "reason": "why", "acceptable": [True, True]} for n in range(3)]
    Path("gold.jsonl").write_text("".join(json.dumps(g) + "\n" for g in gold))
    assert main(["import", "gold.jsonl"]) == 0
    done = outside("export", "trl-dpo")
    assert done.returncode == 0 and b"Wrote 3 records" in done.stderr
    assert [set(json.loads(x)) >= {"chosen", "rejected"} for x in done.stdout.splitlines()] == [True] * 3


# reports


def reports(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    found = {}
    for command in ("status", "doctor", "annotator list", "round list", "gold list", "guideline list", "guideline show medicines"):
        for arguments in (command.split(), [*command.split(), "--json"]):
            capsys.readouterr()
            assert main(arguments) == 0, arguments
            found[" ".join(arguments)] = capsys.readouterr().out
    return found


def test_json_is_one_document_and_nothing_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, text in reports(capsys).items():
        if command.endswith("--json"):
            json.loads(text)
            assert text.endswith("\n") and text[0] in "[{"
    Path("v2.md").write_text(MEDICINES.read_text().replace("version: 1", "version: 2", 1).replace("First version.", "Second.", 1))
    for arguments, code in (
        (["guideline", "lint", str(MEDICINES), "--json"], 0), (["guideline", "publish", "v2.md", "--note", "n", "--dry-run", "--json"], 0),
        (["round", "check", "x", "--guideline", "medicines", "--json"], 0), (["round", "check", "r", "--guideline", "nope", "--json"], 3),
        (["guideline", "diff", "medicines@1", "medicines@1", "--json"], 0),
        (["round", "open", "y", "--guideline", "medicines", "--json"], 0),
    ):  # fmt: skip
        read_json(arguments, capsys, code)


def test_the_shapes_of_the_contract(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("gold.jsonl").write_text(
        json.dumps({"comparison": "c1", "strength": 0, "tie": "both_bad", "reason": "why", "sections": ["s"]}) + "\n"
    )
    assert main(["import", "gold.jsonl"]) == 0
    gold = read_json(["gold", "list", "--json"], capsys)
    assert gold[0] | {"since": ""} == {
        "comparison": "c1", "strength": 0, "tie": "both_bad", "reason": "why", "sections": ["s"], "source": "import", "since": "",
        "retired": None,
    }  # fmt: skip
    found = read_json(["status", "--json"], capsys)
    assert {"rounds", "waiting"} <= set(found)
    assert {"round", "guideline", "items", "overlap", "judgments", "complete", "annotators"} <= set(found["rounds"][0])
    assert set(read_json(["guideline", "list", "--json"], capsys)[0]) == {"name", "version", "sha256", "published", "note", "judgments"}
    assert set(read_json(["doctor", "--json"], capsys)) == {"ok", "findings", "sqlite_version", "journal_mode", "synchronous", "schema"}


def test_hostile_names_print_no_control_bytes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nasty = [
        {"id": f"id{EVIL}", "prompt": "p \x1b[2J", "responses": [{"text": "a"}, {"text": "b"}], "tags": [f"tag{EVIL}"]},
        {"type": "judgment", "comparison": f"id{EVIL}", "annotator": EVIL, "strength": 1},
        {
            "type": "gold",
            "comparison": f"id{EVIL}",
            "strength": 1,
            "reason": "because \x1b]0;owned\x07\x9b2J\u202e\n\ttwo",
            "sections": [EVIL],
        },
    ]
    Path("nasty.jsonl").write_text("".join(json.dumps(x) + "\n" for x in nasty))
    assert main(["import", "nasty.jsonl"]) == 0
    found = reports(capsys)
    assert "evil" in found["annotator list"] and "owned" in found["gold list"]
    for command, text in found.items():
        assert unsafe_in(text) == set(), command
    assert [p["annotator"] for p in json.loads(found["annotator list --json"]) if "evil" in p["annotator"]] == [EVIL]
    main(["--as", EVIL, "status"])
    main(["round", "close", EVIL])
    Path("bad.jsonl").write_text(json.dumps({"type": "judgment", "comparison": EVIL, "annotator": "x", "strength": 1}) + "\n")
    main(["import", "bad.jsonl"])
    main([f"--{EVIL}"])
    assert unsafe_in(capsys.readouterr().err) == set()


def test_status_in_words(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = open_project(project, "bob")
    Labeling(person, find_round(person, "r")).claim()
    capsys.readouterr()
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert "trusting mode: not blind against each other" in out
    assert re.search(r"^bob +0 +1 +–$", out, re.MULTILINE)


def test_the_doctor_fails_on_damage(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = sqlite3.connect(project)
    connection.execute("UPDATE event SET payload = '{}' WHERE seq = 2")
    connection.commit()
    connection.close()
    assert read_json(["doctor", "--json"], capsys, 1)["ok"] is False
    assert main(["doctor"]) == 1


def test_lint_exits_3_on_an_error_and_needs_no_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guideline", "lint", str(MEDICINES)]) == 0
    for text in ("# no front matter\n", "---\nname: x\nversion: 1\nformat: pairwise\n---\n# X\n\n## A {#a}\n\nText.\n"):
        Path("g.md").write_text(text)
        document = read_json(["guideline", "lint", "g.md", "--json"], capsys, 3)
        assert set(document["findings"][0]) == {"line", "level", "rule", "message", "mend"}
    assert not Path("prefterm.db").exists()


def test_init_with_a_bad_guideline_makes_nothing() -> None:
    Path("g.md").write_text("# no front matter\n")
    assert main(["init", "--guideline", "g.md"]) == 3
    assert not Path("prefterm.db").exists()
    assert main(["init"]) == 0 and main(["init"]) == 1
    assert stat.S_IMODE(Path("prefterm.db").stat().st_mode) == 0o600


def test_rates_that_come_later_are_refused_in_words(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option, value in (("--calibration", "0.1"), ("--repeat", "0.05"), ("--qualification", "15")):
        assert main(["round", "open", "x", "--guideline", "medicines", option, value]) == 1
        assert main(["round", "check", "x", "--guideline", "medicines", option, value]) == 3
    assert main(["round", "open", "x", "--guideline", "medicines", "--calibration", "0", "--repeat", "0", "--qualification", "0"]) == 0
    assert main(["round", "close", "x"]) == 0 and main(["round", "close", "x"]) == 1


def test_a_round_can_ask_to_read_to_the_end(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("check", "open"):
        assert main(["round", verb, "x", "--guideline", "medicines", "--read-to-end"]) == 0
    capsys.readouterr()
    assert [r["read_to_end"] for r in read_json(["round", "list", "--json"], capsys)] == [False, True]


def test_backup_and_restore(project: Path) -> None:
    assert main(["backup", "b.db"]) == 0 and main(["backup", "b.db"]) == 1
    assert main(["restore", "b.db"]) == 1 and main(["restore", "b.db", "--force"]) == 0
    assert main(["--db", "other.db", "restore", "pairs.jsonl"]) == 1
    assert Path("prefterm.db.before-restore").exists() and not Path("other.db").exists()


def test_the_demo_is_built_without_opening(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        capsys.readouterr()
        assert main(["demo", "--no-open"]) == 0
        path = Path(capsys.readouterr().out.strip())
        assert path.is_file()
    assert main(["--db", str(path), "status"]) == 0


def test_keys_are_listed_with_their_ids_as_they_are_mapped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text('[keys]\nskip = "ctrl+k"\n')
    monkeypatch.setenv("PREFTERM_SETTINGS", str(tmp_path / "s.toml"))
    assert main(["keys", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"] == str(tmp_path / "s.toml")
    keys = {(a["screen"], a["id"]): a["keys"] for a in found["actions"]}
    assert keys["label", "skip"] == "ctrl+k" and keys["label", "flag"] == "f"
