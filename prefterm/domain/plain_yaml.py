"""YAML as a guideline may use it: mappings, lists, texts, whole numbers, yes/no and nothing, each with its line.

Refuses what would be read silently otherwise: keys that stand twice, anchors and aliases, characters that cannot be
stored. Dates, fractions and other notations of numbers stay the text they are. PyYAML is imported only when something
is read; no value is ever constructed by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["UNSTORABLE", "Complain", "Plain", "kind_of_value", "read"]

Complain = Callable[[int, str], None]
"""Takes note of one problem: the line it stands in and the sentence."""
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates, which neither SQLite nor UTF-8 can carry."""
_MAX_DEPTH = 8
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,8})")
_TRUE = {"yes", "true", "on"}


@dataclass(frozen=True)
class Plain:
    """One value and where it starts."""

    value: Any
    """`dict[str, Plain]`, `list[Plain]`, str, int, bool or None."""
    line: int


def read(text: str, first_line: int, complain: Complain) -> Plain | None:
    """The value of one YAML text whose first line is line `first_line` of the file; None where it cannot be read."""
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        complain(first_line + (mark.line if mark else 0), f"not valid YAML: {error.problem or error.context}")
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        complain(first_line, f"not valid YAML: {str(error).splitlines()[0] if str(error) else 'an impossible character'}")
        return None
    except RecursionError:
        complain(first_line, f"nested deeper than {_MAX_DEPTH} levels")
        return None
    return Plain(None, first_line) if node is None else _Converter(first_line, complain).convert(node, 1)


def kind_of_value(value: Any) -> str:
    """What a value is, in the words of the person who wrote it."""
    if isinstance(value, bool):
        return "yes or no (put quotes around it if it is meant as a text)"
    if isinstance(value, int):
        return "a number (put quotes around it if it is meant as a text)"
    names = {dict: "a mapping", list: "a list", str: "a text", type(None): "nothing"}
    return names[type(value)]


class _Converter:
    """Turns PyYAML's nodes into plain values. A node met twice is an alias: refused, which also ends every cycle."""

    def __init__(self, first_line: int, complain: Complain) -> None:
        self._first_line = first_line
        self._complain = complain
        self._met: set[int] = set()

    def convert(self, node: Any, depth: int) -> Plain:
        line = self._first_line + node.start_mark.line
        if id(node) in self._met or depth > _MAX_DEPTH:
            aliased = id(node) in self._met
            self._complain(line, "anchors and aliases are not used here" if aliased else f"nested deeper than {_MAX_DEPTH} levels")
            return Plain(None, line)
        self._met.add(id(node))
        if node.id == "mapping":
            return Plain(self._mapping(node, depth), line)
        if node.id == "sequence":
            return Plain([self.convert(item, depth + 1) for item in node.value], line)
        return Plain(self._scalar(node, line), line)

    def _mapping(self, node: Any, depth: int) -> dict[str, Plain]:
        entries: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            line = self._first_line + key_node.start_mark.line
            if key_node.id != "scalar":
                self._complain(line, "a key must be a text")
                continue
            key = str(key_node.value)
            if key in entries:
                self._complain(line, f"the key {key!r:.80} stands twice")
                continue
            # The line of the key, not of the value: a folded text starts a line below the place to mend.
            entries[key] = Plain(self.convert(value_node, depth + 1).value, line)
        return entries

    def _scalar(self, node: Any, line: int) -> Any:
        text = str(node.value)
        if UNSTORABLE.search(text):
            self._complain(line, "a NUL character or a lone surrogate in a text: it cannot be stored")
            return UNSTORABLE.sub("\ufffd", text)
        tag = node.tag.rpartition(":")[2]
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() in _TRUE
        if tag == "int" and _WHOLE.fullmatch(text):
            return int(text)
        return text
