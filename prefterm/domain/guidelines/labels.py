"""The label of a worked example: YAML in the words of the guideline, turned into an `Answer`.

A pairwise label says `better`, `margin` and `tie`; a ranking says `ranking: [[1], [2, 3]]` by the numbers of the responses;
any other format's label uses the keys of its native records.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from prefterm.domain.formats import format_named
from prefterm.domain.guidelines.front_matter import Settings
from prefterm.domain.guidelines.model import Ties, magnitude
from prefterm.domain.judgments import Answer
from prefterm.domain.plain_yaml import Complain, Plain, kind_of_value
from prefterm.domain.preferences import TieKind

__all__ = ["LabelReader"]

_SETTINGS_USED = {"format", "margins", "ties", "dimensions", "acceptability"}
_SHARED_KEYS = {"dimensions", "acceptable", "sections"}
_PAIR_KEYS = {"better", "margin", "tie"}
_SIDES = {1: 1, "1": 1, 2: -1, "2": -1, "tie": 0}


class LabelReader:
    """Reads labels under the settings and the citable sections of one document."""

    def __init__(self, settings: Settings, section_ids: AbstractSet[str], complain: Complain) -> None:
        self._settings = settings
        self._section_ids = section_ids
        self._complain = complain

    def read(self, label: Plain, n_responses: int) -> Answer | None:
        """The answer; None where it was complained about, or cannot be checked because a setting it needs has failed."""
        if self._settings.failed & _SETTINGS_USED:
            return None
        if not isinstance(label.value, dict):
            self._complain(label.line, f"a label must be `key: value` lines, not {kind_of_value(label.value)}")
            return None
        entries: dict[str, Plain] = label.value
        form = format_named(self._settings.format)
        own = _PAIR_KEYS if form.name == "pairwise" else set(form.keys)
        for key, entry in entries.items():
            if key not in own | _SHARED_KEYS:
                known = ", ".join(sorted(own) + sorted(_SHARED_KEYS))
                self._complain(entry.line, f"unknown key {key!r:.80} in a label; known are {known}")
        payload = self._pair(entries, label.line, n_responses) if own is _PAIR_KEYS else self._other(entries, label.line, n_responses)
        dimensions = self._dimensions(entries.get("dimensions"), n_responses)
        acceptable = self._acceptable(entries.get("acceptable"), n_responses)
        sections = self._sections(entries.get("sections"))
        if payload is None:
            return None
        return Answer(form.name, payload, dimensions=dimensions, acceptable=acceptable, sections=sections)

    def _pair(self, entries: Mapping[str, Plain], line: int, n_responses: int) -> dict[str, Any] | None:
        if n_responses > 2:
            self._complain(line, f"a pairwise example has 2 responses, this one has {n_responses}")
            return None
        if "better" not in entries:
            self._complain(line, "the label lacks `better`: 1, 2 or tie")
            return None
        better = entries["better"]
        if isinstance(better.value, (bool, dict, list)) or better.value not in _SIDES:
            self._complain(better.line, f"better must be 1, 2 or tie, not {_shown(better.value)}")
            return None
        side = _SIDES[better.value]
        if side == 0:
            return self._tie(entries, better.line)
        if "tie" in entries:
            self._complain(entries["tie"].line, f"a kind of tie does not go with better: {better.value}")
        size = self._size(entries.get("margin"), better.line)
        return None if size is None else format_named("pairwise").parse({"strength": side * size}, 2)

    def _size(self, margin: Plain | None, line: int) -> int | None:
        margins = self._settings.margins
        if not margins:
            if margin is None:
                return 1
            self._complain(margin.line, "the front matter names no margins: leave `margin` out")
        elif margin is None:
            self._complain(line, f"the label lacks its margin: one of {', '.join(margins)}")
        elif not isinstance(margin.value, str) or margin.value.strip() not in margins:
            self._complain(margin.line, f"margin must be one of {', '.join(margins)}, not {_shown(margin.value)}")
        else:
            return magnitude(margins, margin.value.strip())
        return None

    def _tie(self, entries: Mapping[str, Plain], line: int) -> dict[str, Any] | None:
        ties, given = self._settings.ties, entries.get("tie")
        if "margin" in entries:
            self._complain(entries["margin"].line, "a tie has no margin: leave it out")
        if ties is Ties.NONE:
            self._complain(line, "better: tie, but the front matter says ties: none")
            return None
        allowed = [str(kind) for kind in TieKind] if ties is Ties.SPLIT else [str(TieKind.EQUAL)]
        if given is None:
            if ties is Ties.SPLIT:
                self._complain(line, f"the label lacks the kind of tie: one of {', '.join(allowed)}")
                return None
            return format_named("pairwise").parse({"strength": 0}, 2)
        if not isinstance(given.value, str) or given.value not in allowed:
            under = f" under ties: {ties}"
            self._complain(given.line, f"tie must be one of {', '.join(allowed)}{under}, not {_shown(given.value)}")
            return None
        return format_named("pairwise").parse({"strength": 0, "tie": given.value}, 2)

    def _other(self, entries: Mapping[str, Plain], line: int, n_responses: int) -> dict[str, Any] | None:
        form = format_named(self._settings.format)
        record = {key: _bare(entries[key]) for key in form.keys if key in entries}
        if not record:
            self._complain(line, f"the label lacks `{'` or `'.join(sorted(form.keys))}`")
            return None
        try:
            return form.parse(_from_zero(record) if form.name == "ranking" else record, n_responses)
        except ValueError as error:
            self._complain(line, str(error))
            return None

    def _dimensions(self, given: Plain | None, n_responses: int) -> dict[str, int]:
        if given is None:
            return {}
        if not isinstance(given.value, dict) or n_responses > 2:
            reason = (
                "compare 2 responses"
                if n_responses > 2
                else f"must map a key to `1 margin`, `2 margin` or `tie`, not {_shown(given.value)}"
            )
            self._complain(given.line, f"dimensions {reason}")
            return {}
        known = {d.key for d in self._settings.dimensions}
        found: dict[str, int] = {}
        for key, entry in given.value.items():
            strength = self._dimension(entry)
            if key not in known:
                names = ", ".join(d.key for d in self._settings.dimensions) or "none"
                self._complain(entry.line, f"unknown dimension {key!r:.80}; the front matter names {names}")
            elif strength is None:
                margin = f"1 or 2 with one of {', '.join(self._settings.margins)}" if self._settings.margins else "1, 2"
                self._complain(entry.line, f"{key} must be {margin}, or tie, not {_shown(entry.value)}")
            else:
                found[key] = strength
        return dict(sorted(found.items()))

    def _dimension(self, entry: Plain) -> int | None:
        if isinstance(entry.value, bool) or not isinstance(entry.value, (str, int)):
            return None
        side, _, margin = str(entry.value).strip().partition(" ")
        if side not in _SIDES:
            return None
        sign, margins = _SIDES[side], self._settings.margins
        if sign == 0 or not margins:
            return None if margin else sign
        return sign * magnitude(margins, margin.strip()) if margin.strip() in margins else None

    def _acceptable(self, given: Plain | None, n_responses: int) -> tuple[bool | None, ...]:
        if given is None:
            return ()
        if self._settings.acceptability is None:
            self._complain(given.line, "the front matter has no acceptability question: leave `acceptable` out, or state the question")
        elif not isinstance(given.value, list) or any(type(mark.value) not in (bool, type(None)) for mark in given.value):
            self._complain(given.line, "acceptable must be a list of yes and no, one per response")
        elif len(given.value) != n_responses:
            self._complain(given.line, f"acceptable has {len(given.value)} entries for {n_responses} responses: give one per response")
        else:
            marks = tuple(mark.value for mark in given.value)
            return marks if any(mark is not None for mark in marks) else ()
        return ()

    def _sections(self, given: Plain | None) -> tuple[str, ...]:
        if given is None:
            return ()
        if not isinstance(given.value, list):
            self._complain(given.line, f"sections must be a list of section ids, not {_shown(given.value)}")
            return ()
        for item in given.value:
            if not isinstance(item.value, str) or item.value not in self._section_ids:
                self._complain(item.line, f"the label cites {_shown(item.value)}, which is no section of this document")
        return tuple(dict.fromkeys(str(item.value) for item in given.value))


def _shown(value: Any) -> str:
    return repr(value)[:80] if isinstance(value, str) or type(value) is int else kind_of_value(value)


def _bare(plain: Plain) -> Any:
    """The value without its lines."""
    if isinstance(plain.value, dict):
        return {key: _bare(entry) for key, entry in plain.value.items()}
    if isinstance(plain.value, list):
        return [_bare(item) for item in plain.value]
    return plain.value


def _from_zero(record: Mapping[str, Any]) -> dict[str, Any]:
    """A ranking by response numbers (from 1) as one by indices (from 0); what is not a ranking is left to the format."""
    ranking = record["ranking"]
    if not isinstance(ranking, list):
        return dict(record)
    ranks = [[i - 1 if type(i) is int else i for i in rank] if isinstance(rank, list) else rank for rank in ranking]
    return {**record, "ranking": ranks}
