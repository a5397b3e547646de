"""Stretches laid over the spans of a line."""

from __future__ import annotations

from prefterm.tui.reading.stretches import overlaid


def test_splitting_spans_loses_nothing() -> None:
    spans = (("ab", "text"), ("cde", "code"), ("", "text"), ("f", "strong"))
    for ranges in ([], [(0, 6)], [(1, 3)], [(2, 2)], [(0, 1), (4, 6)]):
        found = overlaid(spans, [("differs", ranges)])
        assert "".join(t for t, _ in found) == "abcdef"
        assert sum(len(t) for t, name in found if name == "differs") == sum(b - a for a, b in ranges)


def test_later_layers_lie_above_and_ranges_may_overlap() -> None:
    spans = [("abcdefgh", "text")]
    found = overlaid(spans, [("differs", [(0, 4), (2, 6)]), ("found", []), ("cursor", [(3, 5)])])
    assert found == [("ab", "differs"), ("c", "differs"), ("d", "cursor"), ("e", "cursor"), ("f", "differs"), ("gh", "text")]
    assert overlaid(spans, [("differs", [(6, 99)])]) == [("abcdef", "text"), ("gh", "differs")]
