"""The front matter of a guideline: its settings, checked key by key.

A setting that cannot be used is noted as a problem and in `failed`, so that labels are not blamed for it as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from prefterm.domain.formats import FORMATS
from prefterm.domain.guidelines.model import Dimension, InDoubt, RequireRationale, Ties
from prefterm.domain.plain_yaml import Complain, Plain, kind_of_value
from prefterm.domain.preferences import OVERALL

__all__ = ["KEYS", "Settings", "read_settings"]

KEYS = (
    "name", "version", "title", "format", "margins", "ties", "dimensions", "acceptability", "in_doubt", "skip_reasons",
    "require_rationale", "reasons", "confidence", "note",
)  # fmt: skip
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,78}[a-z0-9])?")
_SLUG_WORDS = "small letters, digits, - and _ (at most 80)"

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Settings:
    """The front matter as values; what is missing or wrong has its default."""

    name: str
    version: int
    title: str
    format: str
    margins: tuple[str, ...]
    ties: Ties
    dimensions: tuple[Dimension, ...]
    acceptability: str | None
    in_doubt: InDoubt
    skip_reasons: tuple[str, ...]
    require_rationale: RequireRationale
    reasons: tuple[str, ...]
    confidence: bool
    note: str
    key_lines: Mapping[str, int]
    failed: frozenset[str]
    """Keys that hold nothing usable."""


def read_settings(plain: Plain | None, complain: Complain) -> Settings:
    """The settings of a front matter; None where it could not be read as YAML at all (every key has failed then)."""
    if plain is None:
        return _settings(_Reader({}, 1, lambda line, reason: None), frozenset(KEYS))
    if not isinstance(plain.value, dict):
        complain(plain.line, "the front matter must be `key: value` lines, with name and version at least")
        return read_settings(None, complain)
    reader = _Reader(plain.value, 1, complain)
    for key, entry in plain.value.items():
        if key not in KEYS:
            complain(entry.line, f"unknown key {key!r:.80} in the front matter; known are {', '.join(KEYS)}")
    for key in ("name", "version"):
        if key not in plain.value:
            reader.fail(key, 1, f"the front matter lacks `{key}`")
    return _settings(reader, frozenset())


def _settings(reader: _Reader, failed: frozenset[str]) -> Settings:
    ties = reader.choice("ties", Ties, Ties.EQUAL)
    return Settings(
        name=reader.name(),
        version=reader.version(),
        title=reader.text("title"),
        format=reader.format(),
        margins=reader.texts("margins"),
        ties=ties,
        dimensions=reader.dimensions(),
        acceptability=reader.text("acceptability") or None,
        in_doubt=reader.choice("in_doubt", InDoubt, InDoubt.SKIP if ties is Ties.NONE else InDoubt.TIE),
        skip_reasons=reader.texts("skip_reasons"),
        require_rationale=reader.choice("require_rationale", RequireRationale, RequireRationale.NEVER),
        reasons=reader.lines("reasons"),
        confidence=reader.truth("confidence"),
        note=reader.text("note"),
        key_lines={key: entry.line for key, entry in reader.entries.items() if key in KEYS},
        failed=failed | reader.failed,
    )


class _Reader:
    """Reads typed values out of one mapping; what does not fit is complained about and gives the default."""

    def __init__(self, entries: Mapping[str, Plain], line: int, complain: Complain) -> None:
        self.entries = entries
        self.failed: set[str] = set()
        self._line = line
        self._complain = complain

    def fail(self, key: str, line: int, reason: str) -> None:
        self.failed.add(key)
        self._complain(line, reason)

    def _get(self, key: str) -> tuple[Any, int]:
        entry = self.entries.get(key)
        return (None, self._line) if entry is None else (entry.value, entry.line)

    def name(self) -> str:
        value, line = self._get("name")
        if isinstance(value, str) and _SLUG.fullmatch(value):
            return value
        if "name" in self.entries:
            given = repr(value)[:80] if isinstance(value, str) else kind_of_value(value)
            self.fail("name", line, f"name must be a slug of {_SLUG_WORDS}, not {given}")
        return ""

    def version(self) -> int:
        value, line = self._get("version")
        if type(value) is int and value >= 1:
            return value
        if "version" in self.entries:
            given = repr(value)[:80] if isinstance(value, (str, int)) else kind_of_value(value)
            self.fail("version", line, f"version must be a whole number from 1 up, not {given}")
        return 0

    def text(self, key: str) -> str:
        value, line = self._get(key)
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            self.fail(key, line, f"{key} must be a text, not {kind_of_value(value)}")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        value, line = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fail(key, line, f"{key} must be a list of texts, not {kind_of_value(value)}")
            return ()
        found: list[str] = []
        for item in value:
            if not isinstance(item.value, str):
                self.fail(key, item.line, f"each of {key} must be a text, not {kind_of_value(item.value)}")
            elif not item.value.strip():
                self.fail(key, item.line, f"{key} holds an empty text")
            elif item.value.strip() in found:
                self.fail(key, item.line, f"{item.value.strip()!r:.80} stands twice in {key}")
            else:
                found.append(item.value.strip())
        return tuple(found)

    def lines(self, key: str) -> tuple[str, ...]:
        """Texts of one line each: they are shown and stored as such."""
        found = self.texts(key)
        broken = next((text for text in found if not text.isprintable()), None)
        if broken is not None:
            self.fail(key, self._get(key)[1], f"each of {key} must be one line of printable text, not {broken!r:.80}")
            return ()
        return found

    def truth(self, key: str) -> bool:
        value, line = self._get(key)
        if isinstance(value, bool) or key not in self.entries:
            return value is True
        given = repr(value)[:80] if isinstance(value, (str, int)) else kind_of_value(value)
        self.fail(key, line, f"{key} must be true or false, not {given}")
        return False

    def choice(self, key: str, kind: type[E], default: E) -> E:
        value, line = self._get(key)
        if value is None and key not in self.entries:
            return default
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        given = repr(value)[:80] if isinstance(value, str) else kind_of_value(value)
        self.fail(key, line, f"{key} must be one of {', '.join(kind)}, not {given}")
        return default

    def format(self) -> str:
        default = next(iter(FORMATS))
        value, line = self._get("format")
        if value is None and "format" not in self.entries:
            return default
        if isinstance(value, str) and value in FORMATS:
            return value
        given = repr(value)[:80] if isinstance(value, str) else kind_of_value(value)
        self.fail("format", line, f"format must be one of {', '.join(FORMATS)}, not {given}")
        return default

    def dimensions(self) -> tuple[Dimension, ...]:
        value, line = self._get("dimensions")
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fail("dimensions", line, f"dimensions must be a list of key and question, not {kind_of_value(value)}")
            return ()
        found: dict[str, Dimension] = {}
        for item in value:
            dimension = self._dimension(item)
            if dimension is None:
                continue
            if dimension.key in found:
                self.fail("dimensions", item.line, f"the dimension {dimension.key!r} stands twice")
            found.setdefault(dimension.key, dimension)
        return tuple(found.values())

    def _dimension(self, item: Plain) -> Dimension | None:
        if not isinstance(item.value, dict):
            self.fail("dimensions", item.line, f"a dimension must be a mapping with key and question, not {kind_of_value(item.value)}")
            return None
        inner = _Reader(item.value, item.line, self._complain)
        for key, entry in item.value.items():
            if key not in ("key", "question", "anchors"):
                self.fail("dimensions", entry.line, f"unknown key {key!r:.80} in a dimension; known are key, question, anchors")
        key, question, anchors = inner.text("key"), inner.text("question"), inner.texts("anchors")
        if inner.failed:
            self.failed.add("dimensions")
            return None
        if not _SLUG.fullmatch(key) or key == OVERALL:
            reserved = f", and not {OVERALL!r}, which is the answer as a whole"
            self.fail("dimensions", item.line, f"the key of a dimension must be a slug of {_SLUG_WORDS}{reserved}, not {key!r:.80}")
            return None
        if not question:
            self.fail("dimensions", item.line, f"the dimension {key!r} lacks its question")
            return None
        return Dimension(key, question, anchors)
