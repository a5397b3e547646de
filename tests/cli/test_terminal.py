"""On a terminal of its own: what the launcher does before the app, and what reports look like."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
import unicodedata
from pathlib import Path

import pytest

from prefterm.__main__ import main

MEDICINES = Path(__file__).parents[2] / "guidelines" / "medicines.md"
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def unsafe_in(text: str) -> set[str]:
    return {c for c in text if c != "\n" and unicodedata.category(c) in UNSAFE}


def in_terminal(code: str, columns: int = 80, typed: bytes = b"", environment: dict[str, str] | None = None) -> tuple[int, str, int, int]:
    """Run Python code on a terminal of its own: exit code, what it drew, and the terminal's input and local flags after it."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, columns))
    bare = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
        env={**bare, "TERM": "xterm-256color", **(environment or {})},
    )  # fmt: skip
    if typed:
        time.sleep(0.2)
        os.write(leader, typed)
    output = b""
    os.set_blocking(leader, False)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        finished = child.poll() is not None
        try:
            output += os.read(leader, 65536)
        except BlockingIOError:
            if finished:
                break
            time.sleep(0.01)
    flags = termios.tcgetattr(follower)
    os.close(follower)
    os.close(leader)
    if child.poll() is None:
        child.send_signal(signal.SIGKILL)
    return child.wait(), output.decode(errors="replace"), flags[0], flags[3]


STUB = """
import sys, os, termios, types
stub = types.ModuleType("prefterm.tui")
def run_app(path, name, *, start, round_name, low_bandwidth, scope):
    flags = termios.tcgetattr(0)
    print("QUIET", not flags[0] & termios.ICRNL, not flags[3] & termios.ECHO)
    print("GIVEN", path.name, name, start, round_name, low_bandwidth)
    print("ENV", os.environ.get("TEXTUAL_COLOR_SYSTEM"), os.environ.get("TEXTUAL_ANIMATIONS"), os.environ.get("TEXTUAL_SMOOTH_SCROLL"))
    print("LOADED", [m for m in ("textual", "sqlalchemy", "numpy") if m in sys.modules])
    {body}
stub.run_app = run_app
sys.modules["prefterm.tui"] = stub
from prefterm.__main__ import main
sys.exit(main({arguments!r}))
"""


def test_the_launcher_hands_over_a_quiet_terminal_and_restores_it() -> None:
    code, out, iflag, lflag = in_terminal(STUB.format(body="return 7", arguments=["--db", "x.db", "label", "--round", "r1"]))
    assert code == 7
    assert "QUIET True True" in out and "GIVEN x.db lead label r1 False" in out and "LOADED []" in out and "ENV None None None" in out
    assert iflag & termios.ICRNL and lflag & termios.ECHO


def test_the_launcher_restores_the_terminal_on_failure() -> None:
    for body in ("raise RuntimeError", "raise KeyboardInterrupt", "raise SystemExit(3)"):
        code, out, iflag, lflag = in_terminal(STUB.format(body=body, arguments=[]))
        assert code in (1, 130, 3) and "GIVEN prefterm.db lead home None False" in out and "Traceback" not in out
        assert iflag & termios.ICRNL and lflag & termios.ECHO


@pytest.mark.parametrize("given", ["option", "environment"])
def test_low_bandwidth_is_set_before_textual(given: str) -> None:
    arguments = ["--low-bandwidth"] if given == "option" else []
    environment = {} if given == "option" else {"PREFTERM_LOW_BANDWIDTH": "1"}
    _, out, _, _ = in_terminal(STUB.format(body="return 0", arguments=arguments), environment=environment)
    assert "None True" in out and "ENV 256 none 0" in out


def run_main(arguments: list[str]) -> str:
    return f"import sys; from prefterm.__main__ import main; sys.exit(main({arguments!r}))"


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_tables_fit_the_terminal(project: Path, columns: int) -> None:
    reason = "word " * 40 + "x" * 120
    Path("gold.jsonl").write_text(json.dumps({"comparison": "c1", "strength": 2, "reason": reason}) + "\n")
    assert main(["import", "gold.jsonl"]) == 0
    for command in (["annotator", "list"], ["gold", "list"], ["round", "list"], ["guideline", "list"]):
        code, out, _, _ = in_terminal(run_main(command), columns)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", out).replace("\r\n", "\n")
        assert code == 0 and max(map(len, plain.split("\n"))) <= columns, command
    assert plain


def test_an_export_is_not_written_to_a_terminal(project: Path) -> None:
    code, out, _, _ = in_terminal(run_main(["export", "raw"]))
    assert code == 2 and "-o" in out


def test_a_guideline_on_a_terminal_is_made_safe_and_into_a_pipe_is_exact(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = MEDICINES.read_text().replace("version: 1", "version: 2", 1).replace("First version.", "Second.", 1) + "\nend \x9b2J\u202e\n"
    Path("v2.md").write_text(text)
    assert main(["guideline", "publish", "v2.md", "--note", "n"]) == 0
    piped = subprocess.run([sys.executable, "-m", "prefterm", "guideline", "show"], capture_output=True, timeout=60)
    assert piped.stdout.decode() == text
    _, out, _, _ = in_terminal(run_main(["guideline", "show"]))
    assert unsafe_in(out.replace("\r\n", "\n")) == set()
