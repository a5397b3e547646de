"""The way in, and the error boundary: every error becomes a sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from prefterm import __version__

__all__ = ["main"]

_SQLITE = (
    ("disk is full", "the disk is full: what this command was writing was taken back. Free some space and run it again"),
    ("readonly database", "the database cannot be written: look at the permissions of the file and of its folder (`prefterm doctor`)"),
    ("locked", "another process has held the database for too long: run the command again; if it goes on, close the other prefterm"),
    ("unable to open", "the database cannot be opened: look at the permissions of the file and of its folder"),
    (
        "malformed",
        "the database file is damaged: `prefterm doctor` says where, `prefterm restore BACKUP --force` puts a backup in its place",
    ),
    ("not a database", "the file is no database, or its head is damaged: `prefterm restore BACKUP --force` puts a backup in its place"),
    ("disk I/O error", "the disk failed to read or write: look at the system's log before anything else, then run `prefterm doctor`"),
)
"""What SQLite says, and what to say instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code. Never raises, but for what ends the interpreter itself."""
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _code("INTERRUPTED")
    except BrokenPipeError:
        return _stdout_closed()
    except Exception as error:
        return _explain(error)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        # Asked for often, by scripts: not worth loading typer.
        print(f"prefterm {__version__}")
        return 0
    if "_PREFTERM_COMPLETE" not in os.environ:
        from prefterm.cli.opening import opening_of

        opening = opening_of(arguments)
        if opening is not None:
            return opening.options.run_app(opening.start, opening.round_name, scope=opening.scope)
    # What is loaded now stays: looking for garbage in it is in vain.
    gc.disable()
    import typer

    from prefterm.cli.main import app

    command = typer.main.get_command(app)
    gc.enable()
    if "_PREFTERM_COMPLETE" in os.environ:
        app(arguments, prog_name="prefterm")
        return 0
    try:
        # Not `app()`: that answers a closed stdout and an interrupt in its own way.
        with command.make_context("prefterm", arguments) as context:
            command.invoke(context)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.Abort:
        return _code("INTERRUPTED")
    except _usage_errors(typer.BadParameter) as error:
        return _usage(error)
    return 0


def _usage_errors(one: type[Exception]) -> tuple[type[Exception], ...]:
    """The base of every error about the command line; typer names it differently from release to release."""
    return tuple(kind for kind in one.__mro__ if kind.__name__ == "ClickException")


def _usage(error: BaseException) -> int:
    """Say what was wrong about the command line, and where to read more."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        # The message is the help itself; where rich writes the help, it stands on the screen already and the message is empty.
        if message := str(getattr(error, "message", "")):
            _say(message)
        return _code("USAGE")
    if context is not None:
        _say(context.get_usage())
        _say(f"Try `{context.command_path} --help`.")
    _say(f"Error: {error.format_message()}" if hasattr(error, "format_message") else f"Error: {error}")
    return _code("USAGE")


def _code(name: str) -> int:
    from prefterm.cli import exit_codes

    return int(getattr(exit_codes, name))


def _say(text: str) -> None:
    from prefterm.cli.output import say

    say(text)


def _stdout_closed() -> int:
    """Let the interpreter flush what is left into nothing."""
    if sys.stdout is not None:
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, sys.stdout.fileno())
        except (OSError, ValueError):
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    return _code("STDOUT_CLOSED")


def _explain(error: Exception) -> int:
    from prefterm.cli.exit_codes import code_of
    from prefterm.domain.errors import InputRejected, PreftermError

    if isinstance(error, PreftermError):
        _say(str(error))
        if isinstance(error, InputRejected):
            _say("Nothing was written.")
        return code_of(error)
    sentence = _sentence(error)
    if sentence is None:
        sentence = _unexpected(error)
    _say(sentence)
    return _code("FAILED")


def _sentence(error: Exception) -> str | None:
    """What to say about an error of SQLite or of the system; None for one that nobody foresaw."""
    cause = getattr(error, "orig", None) or error
    if type(cause).__module__ == "sqlite3":
        return next((f"{sentence}." for sign, sentence in _SQLITE if sign in str(cause)), None)
    if isinstance(cause, OSError) and cause.strerror:
        return f"{cause.filename}: {cause.strerror}" if cause.filename else cause.strerror
    return None


def _unexpected(error: Exception) -> str:
    """Keep the traceback in a file that only its owner can read, for it may quote what was judged; the sentence about it."""
    import traceback
    from secrets import token_hex

    from platformdirs import user_log_dir

    name = token_hex(4)
    path = Path(user_log_dir("prefterm")) / f"error-{name}.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError:
        return f"prefterm failed in a way that nobody foresaw ({type(error).__name__}, id {name}); its log could not be written either."
    return f"prefterm failed in a way that nobody foresaw (id {name}). The details are in {path}: please report them."


if __name__ == "__main__":
    sys.exit(main())
