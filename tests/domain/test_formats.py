"""The formats: what a record may say, what it comes to."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.formats import FORMATS, format_named, format_of_record
from prefterm.domain.preferences import OVERALL, Preference, TieKind, direction

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
KEYS = sorted({key for f in FORMATS.values() for key in f.keys} | {"tie"})


def test_formats_are_found_by_name_and_by_key() -> None:
    for name, form in FORMATS.items():
        assert format_named(name) is form
        assert all(format_of_record([key, "rationale"]) is form for key in form.keys)
    owned = [key for f in FORMATS.values() for key in f.keys]
    assert len(owned) == len(set(owned)), "two formats own one key"
    with pytest.raises(ValueError, match="no format"):
        format_named("slider")
    for keys in ([], ["strength", "ranking"], ["scores", "choice"]):
        with pytest.raises(ValueError, match="exactly one"):
            format_of_record(keys)


@given(st.sampled_from(sorted(FORMATS)), st.dictionaries(st.sampled_from(KEYS), anything), st.integers(2, 4))
def test_any_record_is_parsed_or_refused_in_words(name: str, record: dict[str, Any], n: int) -> None:
    form = FORMATS[name]
    if not form.keys & set(record):
        return
    try:
        payload = form.parse(record, n)
    except ValueError as error:
        assert str(error)
        return
    assert form.parse(payload, n) == payload, "what was parsed is not parsed to itself"
    rows = form.reduce(payload, n)
    overall = [r for r in rows if r.dimension == OVERALL]
    assert [(r.first, r.second) for r in overall] == list(combinations(range(n), 2))
    assert all(abs(r.strength) <= 3 and (r.tie is not None) == (r.strength == 0) for r in rows)


@pytest.mark.parametrize(
    ("record", "payload", "row"),
    [
        ({"strength": 3}, {"strength": 3}, Preference(OVERALL, 0, 1, 3)),
        ({"strength": -1}, {"strength": -1}, Preference(OVERALL, 0, 1, -1)),
        ({"choice": "first"}, {"strength": 1}, Preference(OVERALL, 0, 1, 1)),
        ({"choice": "second"}, {"strength": -1}, Preference(OVERALL, 0, 1, -1)),
        ({"choice": "tie"}, {"strength": 0, "tie": "equal"}, Preference(OVERALL, 0, 1, 0, TieKind.EQUAL)),
        ({"strength": 0, "tie": "both_bad"}, {"strength": 0, "tie": "both_bad"}, Preference(OVERALL, 0, 1, 0, TieKind.BOTH_BAD)),
    ],
)
def test_pairwise(record: dict[str, Any], payload: dict[str, Any], row: Preference) -> None:
    form = format_named("pairwise")
    assert form.parse(record, 2) == payload
    assert form.reduce(payload, 2) == (row,)


@pytest.mark.parametrize(
    ("record", "n", "said"),
    [
        ({"strength": 4}, 2, "-3 to 3"), ({"strength": 1.0}, 2, "whole number"), ({"strength": True}, 2, "whole number"),
        ({"strength": None}, 2, "whole number"), ({"strength": 1}, 3, "ranking"), ({"choice": "left"}, 2, "first, second or tie"),
        ({"choice": ["first"]}, 2, "choice"), ({"strength": 1, "choice": "first"}, 2, "not both"),
        ({"strength": 1, "tie": "equal"}, 2, "does not go"), ({"strength": 0, "tie": "meh"}, 2, "tie must be"),
        ({"strength": 0, "tie": ["equal"]}, 2, "tie must be"),
    ],
)  # fmt: skip
def test_bad_pairwise_records(record: dict[str, Any], n: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        format_named("pairwise").parse(record, n)


@given(st.integers(2, 5), st.data())
def test_a_ranking_gives_every_pair_with_the_sign_of_its_ranks(n: int, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, n), min_size=n, max_size=n))
    ranking = [[i for i in range(n) if places[i] == p] for p in sorted(set(places))]
    rows = format_named("ranking").reduce({"ranking": ranking}, n)
    assert {(r.first, r.second): r.strength for r in rows} == {
        (a, b): direction(places[b] - places[a]) for a, b in combinations(range(n), 2)
    }


@pytest.mark.parametrize(
    "ranking", [[[0]], [[0], [0, 1]], [[0], [2]], [[0], []], [0, 1], "01", [[True], [0]], [[0.0], [1]], [["0"], ["1"]], None]
)
def test_bad_rankings(ranking: Any) -> None:
    with pytest.raises(ValueError, match="ranking"):
        format_named("ranking").parse({"ranking": ranking}, 2)


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=4))
def test_a_rating_gives_sign_and_capped_size_of_the_difference(row: list[int]) -> None:
    rows = format_named("rating").reduce({"scores": {"overall": row}}, len(row))
    for r in rows:
        gap = row[r.first] - row[r.second]
        assert direction(r.strength) == direction(gap)
        assert abs(r.strength) == min(3, abs(gap))


def test_a_rating_without_overall_takes_the_mean_and_small_gaps_count() -> None:
    rows = format_named("rating").reduce({"scores": {"a": [3, 1], "b": [1, 2.5]}}, 2)
    assert rows == (Preference(OVERALL, 0, 1, 1), Preference("a", 0, 1, 2), Preference("b", 0, 1, -2))


@pytest.mark.parametrize("scores", [{}, [], None, {"a": [1]}, {"a": 1}, {"a": [1, True]}, {"a": [1, "2"]}, {"a": [1, None]}])
def test_bad_scores(scores: Any) -> None:
    with pytest.raises(ValueError, match="scores"):
        format_named("rating").parse({"scores": scores}, 2)
