"""Reading JSONL and JSON-array files, plain or gzip, in bounded memory and without trusting a byte of them.

Owns how a file falls into records and which line each starts on; knows nothing of what a record means. A fault in one
record costs that record; a fault of the file (bomb, truncation, size, broken array) costs the rest. Neither raises: each
is a `Line` with an error.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefterm.domain.strict_json import loads

__all__ = ["Limits", "Line", "read_lines"]

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 2**16
_GZIP_MAGIC = b"\x1f\x8b"
_LONGEST_ERROR = 500
# Below this much output a high ratio is what any small, repetitive file has.
_RATIO_FREE = 2**20
# Possessive, so that a hostile text cannot make the scan backtrack.
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BETWEEN_MARKS = re.compile(rb'[^"\[\]{},]*+')


@dataclass(frozen=True)
class Limits:
    """What a file may hold; beyond it the record, or the rest of the file, is refused."""

    line_bytes: int = 4 * 2**20
    """Bytes of one line, or of one element of an array."""
    field_chars: int = 2**20
    """Characters of one text, keys included."""
    total_bytes: int = 4 * 2**30
    """Bytes of the whole file, after decompression."""
    array_bytes: int = 256 * 2**20
    """The same where the file is one JSON array."""
    gzip_ratio: int = 200
    """Bytes out per byte in, looked at once 1 MiB has come out."""


@dataclass(frozen=True)
class Line:
    """One record of a file, or why it is none: exactly one of `value` and `error` is set."""

    number: int
    """The 1-based line where the record starts; of a fault of the file, the line that reading had reached."""
    value: Any = None
    """The record, a JSON object."""
    error: str | None = None
    """A sentence; never where, for the caller knows the file and has the number."""


class _Unreadable(Exception):
    """The rest of the file cannot be read, and why."""


def read_lines(path: Path, limits: Limits = Limits(), progress: Callable[[int], None] | None = None) -> Iterator[Line]:
    """The records of a JSONL file or of a file that is one JSON array, plain or gzip, in the order of the file.

    Blank lines are skipped and an empty file has no records. `progress` is given the bytes of the file (as it lies on
    disk) read so far, about every 64 KiB of content. Raises only `OSError`, where the file cannot be opened or read.
    """
    with path.open("rb") as file:
        chunks = _Chunks(file, limits, progress)
        try:
            head, number = _opening(chunks)
            if head.startswith(b"["):
                chunks.narrow(limits.array_bytes, " as one JSON array; write one object a line instead")
        except _Unreadable as error:
            yield Line(1, error=str(error))
            return
        if head.startswith(b"["):
            yield from _Array(number, limits).read(itertools.chain([head[1:]], chunks))
        else:
            yield from _split(itertools.chain([head], chunks), number, limits)


class _Counted:
    """A file that counts what is read from it (`tell` would not do for a pipe)."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.count += len(data)
        return data


class _Chunks:
    """The content of a file in pieces of at most 64 KiB, decompressed, until a limit is passed."""

    def __init__(self, file: io.BufferedReader, limits: Limits, progress: Callable[[int], None] | None) -> None:
        self._packed = file.peek(2)[:2] == _GZIP_MAGIC
        self._raw = _Counted(file)
        self._gzip = gzip.GzipFile(fileobj=self._raw, mode="rb") if self._packed else None  # type: ignore[call-overload]
        self._ratio = limits.gzip_ratio
        self._progress = progress
        self._out = 0
        self._limit = limits.total_bytes
        self._advice = ""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self._read()
        if self._progress is not None:
            self._progress(self._raw.count)
        if not chunk:
            raise StopIteration
        self._out += len(chunk)
        self._check_total()
        if self._packed and self._out > max(_RATIO_FREE, self._ratio * self._raw.count):
            raise _Unreadable(f"the gzip data swells to more than {self._ratio} times its size; unpack it and look at it first")
        return chunk

    def narrow(self, limit: int, advice: str) -> None:
        """Lower the limit on the whole, for what has been read as well."""
        if limit < self._limit:
            self._limit, self._advice = limit, advice
        self._check_total()

    def _check_total(self) -> None:
        if self._out > self._limit:
            raise _Unreadable(f"the file has more than {self._limit:,} bytes{self._advice}")

    def _read(self) -> bytes:
        if self._gzip is None:
            return self._raw.read(_CHUNK)
        try:
            # read1 hands on what came out before the fault; read would lose it.
            return bytes(self._gzip.read1(_CHUNK))
        except EOFError:
            raise _Unreadable("the gzip data breaks off before its end") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise _Unreadable(f"the gzip data is corrupt ({error})") from None


def _opening(chunks: Iterator[bytes]) -> tuple[bytes, int]:
    """What follows the BOM and the leading blanks, in part, and its line; empty where the file is blank."""
    head = next(chunks, b"")
    while 0 < len(head) < len(_BOM) and (more := next(chunks, b"")):
        head += more
    head = head.removeprefix(_BOM)
    number = 1
    while True:
        body = head.lstrip(_BLANK)
        number += head.count(b"\n", 0, len(head) - len(body))
        if body or not (head := next(chunks, b"")):
            return body, number


def _split(chunks: Iterator[bytes], number: int, limits: Limits) -> Iterator[Line]:
    """The records of JSONL. Only LF ends a line: a lone CR, U+0085 or U+2028 may stand inside a text."""
    held = bytearray()
    size = 0
    try:
        for chunk in chunks:
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                size += len(end)
                if size > limits.line_bytes:
                    yield _too_long(number, "line", limits)
                elif raw := bytes(held + end).strip(_BLANK):
                    yield _record(number, raw, limits)
                held.clear()
                size = 0
                number += 1
            size += len(rest)
            # Past the limit nothing more is held: the line is only counted until its end comes.
            if size <= limits.line_bytes:
                held += rest
    except _Unreadable as error:
        yield Line(number, error=str(error))
        return
    if size > limits.line_bytes:
        yield _too_long(number, "line", limits)
    elif raw := bytes(held).strip(_BLANK):
        yield _record(number, raw, limits)


@dataclass
class _Nesting:
    """Where a scan of JSON stands between two chunks."""

    depth: int = 0
    in_string: bool = False
    escaped: bool = False


def _cuts(chunk: bytes, nesting: _Nesting) -> Iterator[int]:
    """The positions of each `,`, `]` or `}` that stands outside every text and every bracket opened so far."""
    at = int(nesting.escaped)
    nesting.escaped = False
    while at < len(chunk):
        pattern = _IN_STRING if nesting.in_string else _BETWEEN_MARKS
        found = pattern.match(chunk, at)
        at = found.end() if found else at
        mark = chunk[at : at + 1]
        if nesting.in_string:
            # A backslash here is the last byte of the chunk; what it escapes comes with the next.
            nesting.escaped = mark == b"\\"
            nesting.in_string = mark != b'"'
        elif mark == b'"':
            nesting.in_string = True
        elif mark in (b"[", b"{"):
            nesting.depth += 1
        elif mark and nesting.depth == 0:
            yield at
        elif mark in (b"]", b"}"):
            nesting.depth -= 1
        at += 1


class _Array:
    """The elements of one JSON array, with no more than one of them in memory."""

    def __init__(self, number: int, limits: Limits) -> None:
        self._limits = limits
        self._nesting = _Nesting()
        self._number = number
        """The line that the scan has reached."""
        self._start = number
        """The line where the element at hand starts."""
        self._held = bytearray()
        self._size = 0
        self._seen = 0
        self._closed = False

    def read(self, chunks: Iterator[bytes]) -> Iterator[Line]:
        """The elements as lines; the chunks begin after the opening bracket."""
        try:
            for chunk in chunks:
                yield from self._feed(chunk)
            if not self._closed:
                raise _Unreadable("the file ends before the closing ] of its array")
        except _Unreadable as error:
            yield Line(self._number, error=str(error))

    def _feed(self, chunk: bytes) -> Iterator[Line]:
        at = 0
        if not self._closed:
            for cut in _cuts(chunk, self._nesting):
                self._take(chunk[at:cut])
                at = cut + 1
                yield from self._end(chunk[cut:at])
                if self._closed:
                    break
        self._take(chunk[at:])

    def _take(self, piece: bytes) -> None:
        if self._size == 0:
            body = piece.lstrip(_BLANK)
            self._number += piece.count(b"\n", 0, len(piece) - len(body))
            self._start = self._number
            piece = body
        if piece and self._closed:
            raise _Unreadable("something stands after the closing ] of the array")
        self._number += piece.count(b"\n")
        self._size += len(piece)
        if self._size <= self._limits.line_bytes:
            self._held += piece

    def _end(self, mark: bytes) -> Iterator[Line]:
        if mark == b"}":
            raise _Unreadable("not valid JSON: a } without its {")
        if self._size:
            yield self._element()
        elif mark == b"," or self._seen:
            raise _Unreadable(f"not valid JSON: an element is missing before {mark.decode()}")
        self._held.clear()
        self._size = 0
        self._seen += 1
        self._closed = mark == b"]"

    def _element(self) -> Line:
        if self._size > self._limits.line_bytes:
            return _too_long(self._start, "record", self._limits)
        try:
            text = self._held.decode("utf-8")
        except UnicodeDecodeError:
            return Line(self._start, error="not valid UTF-8")
        line = _record(self._start, text, self._limits)
        if line.error is not None:
            self._stop_at_syntax(text)
        return line

    def _stop_at_syntax(self, text: str) -> None:
        """Stop where the element is no JSON at all: then its commas and brackets cannot be trusted either."""
        try:
            json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        except json.JSONDecodeError as error:
            self._number = self._start + error.lineno - 1
            raise _Unreadable(f"not valid JSON: {error.msg}") from None
        except RecursionError:
            return


def _record(number: int, raw: str | bytes, limits: Limits) -> Line:
    try:
        value = loads(raw)
    except ValueError as error:
        return Line(number, error=_shortened(str(error)))
    if not isinstance(value, dict):
        return Line(number, error=f"a record must be a JSON object, not {_kind(value)}")
    # A text of n characters takes at least n bytes, so that most records need no walk.
    if len(raw) > limits.field_chars:
        for key, part in value.items():
            if (longest := _longest_text([key, part])) > limits.field_chars:
                where = _shortened(repr(key), 60)
                return Line(number, error=f"a text of {longest:,} characters in {where}; the limit is {limits.field_chars:,}")
    return Line(number, value=value)


def _too_long(number: int, what: str, limits: Limits) -> Line:
    return Line(number, error=f"the {what} is longer than {limits.line_bytes:,} bytes")


def _longest_text(value: Any) -> int:
    longest = 0
    stack = [value]
    while stack:
        here = stack.pop()
        if isinstance(here, str):
            longest = max(longest, len(here))
        elif isinstance(here, list):
            stack.extend(here)
        elif isinstance(here, dict):
            stack.extend(here)
            stack.extend(here.values())
    return longest


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "a number"


def _shortened(sentence: str, longest: int = _LONGEST_ERROR) -> str:
    """The sentence, cut: an error may quote a key that is as long as the line."""
    return sentence if len(sentence) <= longest else sentence[: longest - 1] + "…"
