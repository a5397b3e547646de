"""Varied Markdown that nobody wrote: headings, lists, code, tables, quotes and prose from a vocabulary, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["markdown", "pairs", "prompt"]

_NOUNS = (
    "ledger", "river", "kettle", "valve", "orchard", "signal", "cache", "harbour", "lantern", "schedule", "recipe", "gradient",
    "copper", "margin", "bridge", "parser", "voucher", "theorem", "battery", "garden", "queue", "sample", "archive", "filter",
    "tenant", "anchor", "compass", "library", "invoice", "morning", "protocol", "engine", "furnace", "witness",
)  # fmt: skip
_VERBS = (
    "measures", "holds", "returns", "repairs", "ignores", "carries", "weighs", "sorts", "delays", "opens", "copies", "checks",
    "lifts", "splits", "merges", "warms", "drains", "names",
)  # fmt: skip
_ADJECTIVES = (
    "quiet", "broken", "careful", "cheap", "sudden", "narrow", "patient", "empty", "public", "brittle", "warm", "second",
    "honest", "late", "shared", "small", "uneven",
)  # fmt: skip
_JOINS = ("because", "so that", "while", "unless", "although", "and then", "before", "wherever")


def _phrase(draw: random.Random) -> str:
    who = f"the {draw.choice(_ADJECTIVES)} {draw.choice(_NOUNS)}"
    return f"{who} {draw.choice(_VERBS)} {draw.choice(('a', 'its', 'every', 'no'))} {draw.choice(_NOUNS)}"


def _inline(draw: random.Random, text: str) -> str:
    words = text.split(" ")
    if draw.random() < 0.5:
        at = draw.randrange(len(words))
        mark = draw.choice(("**", "*", "`"))
        words[at] = f"{mark}{words[at]}{mark}"
    return " ".join(words)


def _sentence(draw: random.Random) -> str:
    text = _phrase(draw)
    if draw.random() < 0.6:
        text = f"{text} {draw.choice(_JOINS)} {_phrase(draw)}"
    text = _inline(draw, text)
    return text[0].upper() + text[1:] + draw.choice((".", ".", ".", ":", "!", "?"))


def _prose(draw: random.Random) -> str:
    return " ".join(_sentence(draw) for _ in range(draw.randint(2, 5)))


def _heading(draw: random.Random) -> str:
    return f"{'#' * draw.randint(1, 4)} {_phrase(draw).removeprefix('the ').capitalize()}"


def _bullets(draw: random.Random) -> str:
    rows = []
    for _ in range(draw.randint(3, 6)):
        rows.append(f"- {_sentence(draw)}")
        if draw.random() < 0.25:
            rows.append(f"  - {_phrase(draw)}")
    return "\n".join(rows)


def _steps(draw: random.Random) -> str:
    return "\n".join(f"{n}. {_sentence(draw)}" for n in range(1, draw.randint(4, 7)))


def _code(draw: random.Random) -> str:
    name, other = draw.sample(_NOUNS, 2)
    rows = [f"def {draw.choice(_VERBS)}_{name}({other}: int, limit: float = {draw.randint(1, 99) / 10}) -> list[int]:", "    found = []"]
    rows.append(f"    for step in range({other}):  # {_phrase(draw)}")
    for _ in range(draw.randint(1, 4)):
        left, right = draw.sample(_NOUNS, 2)
        rows.append(f'        {left} = {right}.get("{draw.choice(_ADJECTIVES)}", step * {draw.randint(2, 90)})')
    rows += [f"        if {left} > limit:", f"            found.append({left})", "    return found"]
    return "\n".join(("```python", *rows, "```"))


def _table(draw: random.Random) -> str:
    columns = draw.randint(2, 4)
    rows = ["| " + " | ".join(draw.sample(_NOUNS, columns)) + " |", "|" + "---|" * columns]
    for _ in range(draw.randint(2, 5)):
        cells = [draw.choice((draw.choice(_ADJECTIVES), f"{draw.randint(1, 9999)}", f"`{draw.choice(_NOUNS)}`")) for _ in range(columns)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _quote(draw: random.Random) -> str:
    return "\n".join(f"> {_sentence(draw)}" for _ in range(draw.randint(1, 3)))


_BLOCKS: tuple[tuple[Callable[[random.Random], str], int], ...] = (
    (_prose, 6), (_heading, 3), (_bullets, 3), (_steps, 2), (_code, 2), (_table, 1), (_quote, 1),
)  # fmt: skip


def markdown(draw: random.Random, characters: int) -> str:
    """Markdown of about so many characters, within a quarter for a short text and a tenth for a long one."""
    makers, weights = zip(*_BLOCKS, strict=True)
    blocks = [_sentence(draw)]
    while sum(map(len, blocks)) < characters:
        blocks.append(draw.choices(makers, weights)[0](draw))
    while len("\n\n".join(blocks)) > characters * 1.1 and len(blocks) > 1:
        blocks.pop()
    while len("\n\n".join(blocks)) < characters * 0.9:
        blocks.append(_sentence(draw))
    return "\n\n".join(blocks)


def prompt(draw: random.Random) -> str:
    """A question of one or two sentences."""
    return f"{_phrase(draw).capitalize()}, and {_phrase(draw)}. {draw.choice(('Why', 'How', 'When'))} is that so, if {_phrase(draw)}?"


def pairs(seed: str, count: int, characters: int) -> list[tuple[str, str, str]]:
    """(prompt, first text, second text), `count` times."""
    draw = random.Random(seed)
    return [(prompt(draw), markdown(draw, characters), markdown(draw, characters)) for _ in range(count)]
