"""JSON as prefterm accepts and writes it: one meaning per text, one text per meaning.

Reading refuses what other readers let pass and what SQLite or a trainer would choke on later: NaN and infinities
(also as `1e999`), duplicate keys, lone surrogates, NUL, integers beyond 64 bits, nesting deeper than `MAX_DEPTH`.
Writing is canonical: sorted keys, no spaces, UTF-8, so that equal values have equal bytes and equal hashes.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

__all__ = ["MAX_DEPTH", "canonical", "depth", "dumps", "loads", "sha256_of", "storable"]

MAX_DEPTH = 64
_INT_LIMIT = 2**63
# Made once: json.dumps with options builds an encoder at every call.
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def loads(text: str | bytes) -> Any:
    """The value of one JSON text.

    Raises `ValueError` with a sentence that says what is wrong (never where: the caller knows file and line).
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"not valid UTF-8 at byte {error.start + 1} of the line") from None
    try:
        value = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_int=_small_int)
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error.msg} at character {error.pos + 1}") from None
    _check(value)
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _small_int(digits: str) -> int:
    if len(digits) > 20 or not -_INT_LIMIT <= (number := int(digits)) < _INT_LIMIT:
        raise ValueError("an integer beyond 64 bits")
    return number


def _check(value: Any) -> None:
    """Walk the value without recursion; raise where something in it cannot be stored."""
    stack: list[tuple[Any, int]] = [(value, 1)]
    while stack:
        here, depth = stack.pop()
        if isinstance(here, str):
            if found := _UNSTORABLE.search(here):
                what = "a NUL character" if found[0] == "\0" else f"a lone surrogate (U+{ord(found[0]):04X})"
                raise ValueError(f"{what} in a text")
        elif isinstance(here, float):
            if not math.isfinite(here):
                raise ValueError("a number too large to be stored (it reads as infinity)")
        elif isinstance(here, (dict, list)):
            if depth > MAX_DEPTH:
                raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
            if isinstance(here, dict):
                stack.extend((key, depth + 1) for key in here)
                stack.extend((item, depth + 1) for item in here.values())
            else:
                stack.extend((item, depth + 1) for item in here)


def depth(value: Any) -> int:
    """How deep a value is nested: 0 for a text or number, 1 for a flat list."""
    deepest, stack = 0, [(value, 0)]
    while stack:
        here, level = stack.pop()
        deepest = max(deepest, level)
        if isinstance(here, (dict, list)):
            deepest = max(deepest, level + 1)
            stack.extend((item, level + 1) for item in (here.values() if isinstance(here, dict) else here))
    return deepest


def storable(text: str) -> str:
    """A text that somebody typed or pasted, with what neither SQLite nor UTF-8 can carry (NUL, lone surrogates) as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def canonical(value: Any) -> str:
    """The one text of `value`: sorted keys, no spaces, no escapes beyond what JSON demands."""
    return _CANONICAL.encode(value)


def dumps(value: Any) -> str:
    """One line of JSONL for people and trainers: keys in the given order, UTF-8, no line break inside."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def sha256_of(value: Any) -> str:
    """Hex SHA-256 of a text (as UTF-8), of bytes, or of the canonical JSON of anything else."""
    if isinstance(value, str):
        value = value.encode("utf-8")
    elif not isinstance(value, bytes):
        value = canonical(value).encode("utf-8")
    return hashlib.sha256(value).hexdigest()
