"""Writing an export: whole or not at all, never through a symlink, never over a file without being told to.

Owns the file's way from a hidden temporary name beside its target to its place; knows nothing of what stands in it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal

from prefterm.domain.errors import Refused
from prefterm.domain.strict_json import dumps

__all__ = ["STDOUT", "Staged", "Target", "check_target", "manifest_path", "publish_both"]

STDOUT: Literal["-"] = "-"
"""The target that means standard output."""
Target = Path | Literal["-"]
_CHUNK = 2**16


def manifest_path(target: Path) -> Path:
    """Where the manifest of an export stands: `OUT.manifest.json` beside it."""
    return target.with_name(target.name + ".manifest.json")


def check_target(target: Path, force: bool) -> None:
    """Raise `Refused` where a file must not be written: a symlink, no folder, something that is no file, or a file without `force`."""
    if target.is_symlink():
        raise Refused(f"{target}: is a symbolic link, which is never followed: name the file itself")
    if not target.parent.is_dir():
        raise Refused(f"{target.parent}: no such folder")
    if target.exists() and not target.is_file():
        raise Refused(f"{target}: is no file that could be replaced (`-` writes to standard output)")
    if target.exists() and not force:
        raise Refused(f"{target}: is there already; --force replaces it")


class Staged:
    """An export under way: lines go to a temporary file, which `publish` puts in its place; without that nothing is left.

    The file is readable by its owner only. Raises `Refused` where the target must not be written, or the disk refuses.
    A closed standard output raises `BrokenPipeError`, which is the caller's.
    """

    def __init__(self, target: Target, *, force: bool = False, stdout: BinaryIO | None = None) -> None:
        if target != STDOUT:
            check_target(target, force)
        self.target: Target = target
        self.force = force
        self.records = 0
        self._stdout = stdout
        self._digest = hashlib.sha256()
        self._part: Path | None = None
        self._stream: BinaryIO | None = None

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of what was written so far."""
        return self._digest.hexdigest()

    def __enter__(self) -> Staged:
        folder, name = (None, "stdout") if self.target == STDOUT else (self.target.parent, self.target.name)
        try:
            handle, part = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".part", dir=folder)
        except OSError as error:
            raise self._refused(error) from error
        self._part = Path(part)
        self._stream = os.fdopen(handle, "wb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stream is not None:
            stream, self._stream = self._stream, None
            # Closing flushes, and on a full disk that fails again: the first failure is the one to tell.
            try:
                stream.close()
            except OSError:
                if error is None:
                    raise
        if self._part is not None:
            self._part.unlink(missing_ok=True)
            self._part = None

    def write(self, lines: Iterable[str]) -> None:
        """Add lines (without their ends)."""
        for line in lines:
            data = line.encode("utf-8") + b"\n"
            self._digest.update(data)
            try:
                self._open().write(data)
            except OSError as error:
                raise self._refused(error) from error
            self.records += 1

    def seal(self) -> None:
        """Bring everything to the disk; what can fail for lack of room fails here, before anybody is told of the export."""
        stream = self._open()
        try:
            stream.flush()
            os.fsync(stream.fileno())
        except OSError as error:
            raise self._refused(error) from error

    def publish(self) -> None:
        """Put the sealed file in its place, or send it to standard output."""
        self._open().close()
        self._stream = None
        if self._part is None:
            raise ValueError("nothing is staged")
        try:
            if self.target == STDOUT:
                self._send(self._part)
            else:
                _move(self._part, self.target, self.force)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._refused(error) from error

    def _send(self, part: Path) -> None:
        out = self._stdout or sys.stdout.buffer
        with part.open("rb") as stream:
            while data := stream.read(_CHUNK):
                out.write(data)
        out.flush()

    def _open(self) -> BinaryIO:
        if self._stream is None:
            raise ValueError("a staged export is written inside its `with` block, before it is published")
        return self._stream

    def _refused(self, error: OSError) -> Refused:
        where = "standard output, or the temporary folder before it" if self.target == STDOUT else str(self.target)
        return Refused(f"{where}: cannot be written ({error.strerror}); no part of it was kept")


def _move(part: Path, target: Path, force: bool) -> None:
    """Rename atomically and make the name durable; without `force` a file that appeared meanwhile is left alone."""
    if force:
        check_target(target, force)
        os.replace(part, target)
    else:
        try:
            os.link(part, target)
        except FileExistsError:
            raise Refused(f"{target}: was made by somebody else meanwhile; --force replaces it") from None
        except OSError:
            # A file system without hard links.
            check_target(target, force)
            os.replace(part, target)
        else:
            part.unlink()
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def publish_both(staged: Staged, beside: Path, document: Mapping[str, Any]) -> None:
    """Publish a sealed file and one JSON document beside it; both are on the disk before either gets its name."""
    with Staged(beside, force=staged.force) as manifest:
        manifest.write([dumps(document)])
        manifest.seal()
        staged.publish()
        manifest.publish()
