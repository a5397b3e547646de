"""What prefterm takes from inside Textual is still there, and does what it is for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect
import pytest
from textual.app import App
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.drivers import linux_driver

from prefterm.services.access import create_project
from prefterm.tui._textual_compat import StrokeApp, tolerate_bad_bytes
from prefterm.tui.themes import THEMES
from prefterm.tui.widgets.lines import Lines

PLANTED = "planted-secret-of-another"


def test_what_is_overridden_exists() -> None:
    for name in ("_handle_exception", "_fatal_error", "_close_messages_no_wait"):
        assert callable(getattr(App, name))
    app = StrokeApp()
    assert all(hasattr(app, name) for name in ("_exception", "_exception_event", "_return_code"))
    assert hasattr(linux_driver, "getincrementaldecoder")


def test_bad_bytes_are_read_as_replacement() -> None:
    tolerate_bad_bytes()
    decode = linux_driver.getincrementaldecoder("utf-8")().decode
    assert decode(b"a\xffb", final=True) == "a\ufffdb"


@pytest.fixture
def spawn(tmp_path: Path):
    create_project(tmp_path / "p.db", "lead")
    children: list[pexpect.spawn] = []

    def start(code: str) -> pexpect.spawn:
        env = {**os.environ, "TERM": "xterm-256color", "XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
        command = f"import sys, pathlib; path = pathlib.Path({str(tmp_path / 'p.db')!r}); {code}"
        child = pexpect.spawn(sys.executable, ["-c", command], dimensions=(24, 80), env=env, cwd=Path(__file__).parents[2])
        children.append(child)
        return child

    yield start
    for child in children:
        child.close(force=True)


def test_an_invalid_byte_does_not_end_the_app(spawn) -> None:
    child = spawn("from prefterm.tui import run_app; sys.exit(run_app(path, 'lead'))")
    child.expect("There is no round yet", timeout=20)
    child.send(b"\xff\xfe")
    child.send("?")
    child.expect("Help", timeout=10)
    child.sendcontrol("q")
    child.send("\x1b")
    assert child.isalive()


def test_a_failure_shows_no_traceback_and_no_locals(spawn, tmp_path: Path) -> None:
    code = (
        "import prefterm.tui.screens.home as home, prefterm.__main__ as main\n"
        f"def broken(self, key): secret = {PLANTED!r}; raise LookupError('no')\n"
        "home.HomeScreen._press = broken\n"
        "sys.exit(main.main(['--db', str(path), '--as', 'lead']))"
    )
    child = spawn(code.replace("import prefterm", "\nimport prefterm", 1))
    child.expect("There is no round yet", timeout=20)
    child.send("g")
    child.expect(pexpect.EOF, timeout=10)
    shown = child.before.decode(errors="replace")
    child.close()
    assert child.exitstatus == 1
    assert "nobody foresaw" in shown and PLANTED not in shown and "Traceback" not in shown
    logs = list(tmp_path.rglob("error-*.log"))
    assert len(logs) == 1 and logs[0].stat().st_mode & 0o077 == 0
    assert "LookupError" in logs[0].read_text()


# style classes


class _Rows(Lines):
    def on_resize(self) -> None:
        self.show([[("key", "key"), ("muted", "muted")]])

    restyle = on_resize


class _OneRow(StrokeApp):
    def compose(self):
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        yield _Rows()


async def test_a_style_class_is_worked_out_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    apply = Stylesheet.apply

    def counted(self: Stylesheet, node: DOMNode, **options) -> None:
        asked.extend(name for name in node.classes if name.startswith("line--"))
        apply(self, node, **options)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    async with _OneRow().run_test() as pilot:
        await pilot.pause()
        assert set(asked) == {"line--key", "line--muted", "line--text"}


def alike(colour, wanted: str) -> bool:
    """Whether a colour is the wanted one, but for rounding."""
    return all(abs(a - b) <= 1 for a, b in zip(colour.triplet, Color.parse(wanted).rgb, strict=True))


async def test_style_classes_follow_the_theme() -> None:
    async with _OneRow().run_test() as pilot:
        row = pilot.app.query_one(_Rows)
        for theme in (*THEMES, THEMES[0]):
            pilot.app.theme = theme.name
            await pilot.pause()
            key, muted = list(row.render_line(0))[:2]
            assert key.style.bold and not muted.style.bold
            assert alike(key.style.color, theme.accent)
            assert alike(key.style.bgcolor, theme.background)
            assert not alike(muted.style.color, theme.accent) and not alike(muted.style.color, theme.foreground)
