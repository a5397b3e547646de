"""`prefterm agreement` as a command: streams, exit codes, options."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from prefterm.__main__ import main
from prefterm.cli.agreement import COUNTS, KINDS
from prefterm.services import agreement as service
from tests.cli.test_cli import outside, unsafe_in

VOTES = [
    {"comparison": f"c{i}", "annotator": name, "strength": 2 if (i + n) % 3 else -1, "acceptable": [True, False]}
    for n, name in enumerate(("x", "y\x9b31m", "z"))
    for i in range(6)
]


@pytest.fixture
def judged(project: Path) -> Path:
    """The small project with 18 imported votes, one by somebody whose name would write to the terminal, and an opened one."""
    path = project.parent / "votes.jsonl"
    opened = {"comparison": "c0", "annotator": "w", "strength": 1, "origin": "opened"}
    path.write_text("".join(json.dumps(v) + "\n" for v in [*VOTES, opened]))
    assert main(["import", str(path)]) == 0
    return project


def test_the_document_is_alone_on_stdout(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["agreement", "--json"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (document["n_items"], document["left_out"]["opened"], document["counted"]) == (6, 1, "planned")
    assert unsafe_in(out) == set() and "Note: " in err and "--blind" in err


def test_the_report_says_what_counts_and_what_does_not(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["agreement", "--annotators", "x,z"]) == 0
    out, _ = capsys.readouterr()
    assert "6 items with two answers or more, 12 answers by 2 annotators (overall; planned work only)" in out
    assert "alpha, nominal" in out and "marks: raw agreement" in out and "kappa" in out
    assert "alpha, nominal, whichever is first" in out and "The first response is chosen in 67 % of choices" in out
    assert "Answers that do not count: none." in out
    assert main(["agreement", "--count", "all"]) == 0
    out, _ = capsys.readouterr()
    assert "every answer" in out and "EVERY" in out and unsafe_in(out) == set()


def test_every_option_reaches_the_service(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def items(*arguments: str) -> int:
        capsys.readouterr()
        assert main(["agreement", "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)["n_items"]

    assert items("--round", "import:native", "--tag", "t", "--kind", "all", "--count", "planned", "--dimension", "overall") == 6
    assert items("--round", "r") == items("--tag", "nope") == items("--kind", "judge") == items("--since", "2020-01-01") == 0
    assert items("--guideline", "medicines@1") == 0
    assert main(["agreement", "--json", "--consensus"]) == 0
    assert len(json.loads(capsys.readouterr().out)["consensus"]) == 6
    assert (service.KINDS, service.COUNTS) == (KINDS, COUNTS)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--kind", "robot"], 2), (["--count", "some"], 2), (["--consensus"], 2), (["--annotators", ","], 2), (["--round", "nope"], 1),
        (["--annotators", "nobody"], 1), (["--since", "yesterday"], 1), (["--dimension", "nope"], 1), (["--guideline", "nope"], 1),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_code(judged: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int) -> None:
    capsys.readouterr()
    assert main(["agreement", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.strip() and "Traceback" not in err


def test_an_annotator_is_told_when_there_will_be_figures_and_exits_4_for_others(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--as", "bob", "agreement"]) == 0
    assert "they come when a round of yours is closed" in capsys.readouterr().out
    for arguments in (["--annotators", "x,z"], ["--count", "all"], ["--json", "--consensus"], ["--tag", "t"]):
        assert main(["--as", "bob", "agreement", *arguments]) == 4
        assert capsys.readouterr().out == ""


def test_an_interrupt_while_figures_are_made_exits_130(judged: Path) -> None:
    code = (
        "import os, signal, sys\nimport prefterm.services.agreement_figures as f\nfrom prefterm.__main__ import main\n"
        "f.skipped = lambda *_: os.kill(os.getpid(), signal.SIGINT)\nsys.exit(main(['agreement', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.returncode == 130 and done.stdout == b"" and b"Traceback" not in done.stderr


def test_a_report_loads_no_screen_and_no_other_statistics(judged: Path) -> None:
    code = "import sys\nfrom prefterm.__main__ import main\nmain(['agreement'])\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(done.stderr.split())
    assert "numpy" in loaded and not loaded & {"textual", "scipy", "pandas", "sklearn", "statsmodels", "sqlmodel"}
    assert outside("agreement", "--help").returncode == 0
