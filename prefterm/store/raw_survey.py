"""The first look at a raw file: keys, types, order, and where each uuid stands. Touches no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from prefterm.domain.errors import InputRejected, Rejection
from prefterm.store.raw_schema import KINDS, KINDS_BY_NAME, Kind, shape_problem, sort_key

__all__ = ["RawLine", "Rejections", "Survey", "survey"]

_SHOWN = 50
_RANK = {kind.name: n for n, kind in enumerate(KINDS)}


class RawLine(Protocol):
    """One line of a file as a reader gives it: exactly one of `value` and `error` is set."""

    @property
    def number(self) -> int:
        """1-based."""
        ...

    @property
    def value(self) -> Any:
        """The JSON object."""
        ...

    @property
    def error(self) -> str | None:
        """Why there is none."""
        ...


@dataclass
class Rejections:
    """Reasons to refuse a file, counted; the first 50 are kept."""

    file: str
    found: list[Rejection] = field(default_factory=list)
    total: int = 0

    def add(self, line: int, reason: str) -> None:
        """Count a reason."""
        self.total += 1
        if len(self.found) < _SHOWN:
            self.found.append(Rejection(self.file, line, reason))

    def raise_if_any(self) -> None:
        """Raise `InputRejected` where there is a reason."""
        if self.total:
            raise InputRejected(self.found, self.total)


@dataclass
class Survey:
    """Where everything stands: the numeric id that each uuid will have, and what other records check against it."""

    ids: dict[str, dict[str, int]] = field(default_factory=lambda: {kind.name: {} for kind in KINDS})
    counts: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    """Number of responses by comparison."""
    slots: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(round, comparison) by slot."""
    turns: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(comparison, annotator) by assignment."""
    revisions: dict[str, tuple[str, int]] = field(default_factory=dict)
    """(assignment, revision) by judgment."""
    golds: dict[str, str] = field(default_factory=dict)
    """Comparison by gold."""
    events: dict[int, int] = field(default_factory=dict)
    """Line by an event's seq."""

    def note(self, kind: Kind, record: Mapping[str, Any], line: int) -> None:
        """Take a record in."""
        self.counts[kind.name] = self.counts.get(kind.name, 0) + 1
        uuid = record.get("uuid")
        if uuid is None:
            return
        self.ids[kind.name][uuid] = len(self.ids[kind.name]) + 1
        if kind.name == "comparison":
            self.sizes[uuid] = len(record["responses"])
        elif kind.name == "slot":
            self.slots[uuid] = (record["round"], record["comparison"])
        elif kind.name == "assignment":
            self.turns[uuid] = (record["comparison"], record["annotator"])
        elif kind.name == "judgment":
            self.revisions[uuid] = (record["assignment"], record["revision"])
        elif kind.name == "gold":
            self.golds[uuid] = record["comparison"]
        elif kind.name == "event":
            self.events[record["seq"]] = line


def survey(lines: Iterable[RawLine], file: str) -> Survey:
    """Look through a raw file; raises `InputRejected` with file:line for everything that is wrong in itself."""
    found, rejections = Survey(), Rejections(file)
    last: tuple[int, tuple[Any, ...]] = (-1, ())
    for line in lines:
        problem, place = _problem(line, last)
        if problem is not None:
            rejections.add(line.number, problem)
        elif place is not None:
            last = place
            found.note(KINDS[place[0]], line.value, line.number)
    if not found.counts and not rejections.total:
        rejections.add(0, "there is nothing in it")
    rejections.raise_if_any()
    return found


def _problem(line: RawLine, last: tuple[int, tuple[Any, ...]]) -> tuple[str | None, tuple[int, tuple[Any, ...]] | None]:
    """(what is wrong, where the record belongs in the order of the file)."""
    if line.error is not None:
        return line.error, None
    name = line.value.get("type")
    kind = KINDS_BY_NAME.get(name) if isinstance(name, str) else None
    if kind is None:
        return f"type must be one of {', '.join(KINDS_BY_NAME)}, not {name!r:.80}", None
    problem = shape_problem(kind, line.value) or _nested_problem(kind, line.value)
    if problem is not None:
        return problem, None
    place = (_RANK[kind.name], sort_key(kind, line.value))
    if place == last:
        return f"the {kind.name} {' '.join(map(str, place[1]))} stands twice", None
    if place < last:
        return "stands out of order: a raw export is sorted by type and uuid, and must be given as it was written", None
    return None, place


def _nested_problem(kind: Kind, record: Mapping[str, Any]) -> str | None:
    """What is wrong with the lists inside a record, as far as the load relies on their shape."""
    if kind.name == "guideline":
        return _list_problem(record, "examples", {"id": str, "position": int, "prompt": list, "prompt_uuid": str, "cluster": str})
    if kind.name == "round":
        return _list_problem(record, "items", {"comparison": str, "position": int})
    if kind.name == "comparison":
        return None if isinstance(record["responses"], list) else "responses must be a list"
    if kind.name == "slot":
        return None if isinstance(record["comparison"], str) else "comparison must be a text"
    return None


def _list_problem(record: Mapping[str, Any], key: str, parts: Mapping[str, type]) -> str | None:
    if not isinstance(record[key], list):
        return f"{key} must be a list"
    for number, item in enumerate(record[key], 1):
        if not isinstance(item, dict):
            return f"entry {number} of {key} must be an object"
        for name, kind in parts.items():
            if type(item.get(name)) is not kind:
                return f"entry {number} of {key}: {name} is missing or of another type"
        if item.get("side") not in (None, "train", "eval"):
            return f"entry {number} of {key}: side must be train, eval or null"
    return None
