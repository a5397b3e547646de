"""Things told before something begins, a name beside each, centred. Pure, without Textual."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from prefterm.tui.layout.wrapping import safe_spans, wrap

__all__ = ["told_rows"]

_WIDEST = 88
_NAMES = 14
_Line = Sequence[tuple[str, str]]


def told_rows(title: str, said: Sequence[tuple[str, str]], begin: tuple[str, str], width: int) -> list[_Line]:
    """`said` is (name, text) pairs, one row or more each; `begin` a key ("" for none) and what it does; centred in `width` cells."""
    room = min(width, _WIDEST) - 4
    left = " " * max(2, (width - room) // 2)
    rows: list[_Line] = [[(f"{left}{title}", "heading-2")], []]
    names = max(_NAMES, *(cell_len(name) + 3 for name, _ in said))
    for name, text in said:
        for number, line in enumerate(wrap(safe_spans(text.replace("\n", " "), "text"), max(16, room - names))):
            shown = name if number == 0 else ""
            rows.append([(left, "text"), (shown + " " * (names - cell_len(shown)), "label"), *line.spans])
        rows.append([])
    return [*rows, [(left, "text"), (begin[0], "key"), (f"  {begin[1]}" if begin[0] else begin[1], "strong")]]
