"""The presented order: designed, alternating, and gone from every answer once it is un-presented."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.judgments import Answer, Passage, PassageKind, reduce_answer
from prefterm.domain.preferences import OVERALL, Preference, TieKind
from prefterm.domain.presentation import as_presented, first_order, inverse, mirrored, order_of_slot, rarer_order, unpresent

seeds = st.text(max_size=12)
sizes = st.integers(2, 6)


def orders(n: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.permutations(range(n)).map(tuple)


def pairwise_payloads() -> st.SearchStrategy[dict[str, Any]]:
    strong = st.sampled_from([-3, -2, -1, 1, 2, 3]).map(lambda s: {"strength": s})
    return strong | st.sampled_from(list(TieKind)).map(lambda t: {"strength": 0, "tie": str(t)})


@st.composite
def rankings(draw: st.DrawFn, n: int) -> dict[str, Any]:
    """Weak orders: every response exactly once, some on one rank."""
    places = draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    return {"ranking": [[i for i in range(n) if places[i] == place] for place in sorted(set(places))]}


def ratings(n: int) -> st.SearchStrategy[dict[str, Any]]:
    row = st.lists(st.integers(1, 7) | st.floats(0, 10), min_size=n, max_size=n)
    return st.dictionaries(st.sampled_from(["overall", "clarity", "truth"]), row, min_size=1).map(
        lambda s: {"scores": dict(sorted(s.items()))}
    )


@st.composite
def passages(draw: st.DrawFn, n: int) -> Passage:
    where = draw(st.sampled_from(["prompt", "response"]))
    index, start = draw(st.integers(0, n - 1)), draw(st.integers(0, 50))
    return Passage(
        where, index, start, start + draw(st.integers(1, 9)), str(draw(st.sampled_from(list(PassageKind)))), draw(st.text(max_size=3))
    )


@st.composite
def answers(draw: st.DrawFn) -> tuple[Answer, int]:
    """An answer of any format, and the number of responses it is about."""
    form = draw(st.sampled_from(["pairwise", "ranking", "rating"]))
    n = 2 if form == "pairwise" else draw(sizes)
    payload = draw(pairwise_payloads() if form == "pairwise" else rankings(n) if form == "ranking" else ratings(n))
    dimensions = draw(st.dictionaries(st.sampled_from(["clarity", "economy"]), st.integers(-3, 3))) if n == 2 else {}
    marks = draw(st.just(()) | st.lists(st.sampled_from([True, False, None]), min_size=n, max_size=n).map(tuple))
    pointed = tuple(draw(st.lists(passages(n), max_size=4)))
    confidence = draw(st.none() | st.integers(1, 5))
    return Answer(form, payload, dimensions, marks, draw(st.text(max_size=20)), confidence, ("s1",), ("too long",), pointed), n


@given(answers(), st.data())
def test_unpresenting_undoes_presenting_and_the_other_way_round(given_answer: tuple[Answer, int], data: st.DataObject) -> None:
    answer, n = given_answer
    order = data.draw(orders(n))
    assert unpresent(as_presented(answer, order), order) == answer
    assert as_presented(unpresent(answer, order), order) == answer


def signed(preferences: tuple[Preference, ...]) -> dict[tuple[str, int, int], int]:
    """Every preference, in both directions."""
    found = {(p.dimension, p.first, p.second): p.strength for p in preferences}
    return found | {(d, b, a): -s for (d, a, b), s in found.items()}


@given(answers(), st.data())
def test_what_is_preferred_on_the_screen_is_preferred_in_canonical_order(given_answer: tuple[Answer, int], data: st.DataObject) -> None:
    """For every pair of positions: the sign on the screen is the sign of the responses that stand there, in every order."""
    shown, n = given_answer
    order = data.draw(orders(n))
    canonical = unpresent(shown, order)
    there, here = signed(reduce_answer(canonical, n)), signed(reduce_answer(shown, n))
    assert {(d, order[a], order[b]): s for (d, a, b), s in here.items()} == there
    assert [canonical.acceptable[order[i]] for i in range(len(shown.acceptable))] == list(shown.acceptable)
    for p in reduce_answer(canonical, n):
        assert p.first < p.second
        assert (p.tie is not None) == (p.strength == 0)
    kept = ("format", "rationale", "confidence", "sections", "reasons")
    assert all(getattr(canonical, name) == getattr(shown, name) for name in kept)
    assert len(canonical.passages) == len(shown.passages)
    for there_, here_ in zip(canonical.passages, shown.passages, strict=True):
        assert there_.index == (order[here_.index] if here_.where == "response" else here_.index)
        assert replace(there_, index=here_.index) == here_, "more than its place was changed"


def test_a_person_who_likes_one_text_says_the_same_in_every_order() -> None:
    """The text of index 1 is much better; the left one is chosen where it stands left."""
    for order in ((0, 1), (1, 0)):
        shown = Answer("pairwise", {"strength": 3 if order[0] == 1 else -3}, {"clarity": 2 if order[0] == 1 else -2})
        canonical = unpresent(shown, order)
        assert canonical.payload == {"strength": -3}
        assert canonical.dimensions == {"clarity": -2}
    for order in permutations(range(3)):
        shown = Answer("ranking", {"ranking": [[order.index(2)], [order.index(0)], [order.index(1)]]})
        assert unpresent(shown, order).payload == {"ranking": [[2], [0], [1]]}
        rated = Answer("rating", {"scores": {"overall": [float(10 * i) for i in order]}})
        assert unpresent(rated, order).payload == {"scores": {"overall": [0.0, 10.0, 20.0]}}


@given(st.data(), sizes)
def test_an_unfinished_draft_can_be_turned_too(data: st.DataObject, n: int) -> None:
    order = data.draw(orders(n))
    for form in ("pairwise", "ranking", "rating"):
        assert unpresent(Answer(form, {}), order).payload == {}


@given(st.data(), sizes)
def test_the_inverse_is_the_inverse(data: st.DataObject, n: int) -> None:
    order = data.draw(orders(n))
    assert tuple(order[i] for i in inverse(order)) == tuple(range(n))
    assert tuple(inverse(order)[i] for i in order) == tuple(range(n))


@given(seeds, seeds, sizes, st.integers(1, 12))
def test_an_items_slots_alternate(seed: str, item: str, n: int, overlap: int) -> None:
    found = [order_of_slot(seed, item, n, number) for number in range(overlap)]
    assert all(sorted(order) == list(range(n)) for order in found)
    counts = Counter(found)
    assert len(counts) == min(2, overlap)
    assert max(counts.values()) - (min(counts.values()) if len(counts) > 1 else 0) <= 1
    assert all(later == mirrored(earlier) for earlier, later in pairwise(found))
    assert found == [order_of_slot(seed, item, n, number) for number in range(overlap)], "the same seed gave another order"


@given(seeds, seeds, sizes, st.integers(1, 5), st.integers(1, 6))
def test_an_opened_slot_takes_the_rarer_order(seed: str, item: str, n: int, overlap: int, opened: int) -> None:
    first = first_order(seed, item, n)
    used = [order_of_slot(seed, item, n, number) for number in range(overlap)]
    for _ in range(opened):
        used.append(rarer_order(first, used))
        counts = Counter({first: 0, mirrored(first): 0}) + Counter(used)
        assert set(counts) <= {first, mirrored(first)}
        assert abs(counts[first] - counts[mirrored(first)]) <= 1


@given(seeds, seeds, st.lists(st.booleans(), max_size=9))
def test_the_rarer_order_is_the_rarer_one_whatever_was_used(seed: str, item: str, mirrors: list[bool]) -> None:
    first = first_order(seed, item, 2)
    used = [mirrored(first) if m else first for m in mirrors]
    found = rarer_order(first, used)
    assert used.count(found) == min(used.count(first), used.count(mirrored(first)))


@pytest.mark.parametrize("n", [2, 3])
def test_first_orders_are_spread_evenly_over_items(n: int) -> None:
    """800 items of one seed: each of the n! orders within ±5 standard deviations of its expected number."""
    counts = Counter(first_order("seed", f"item {i}", n) for i in range(800))
    share = 1 / len(list(permutations(range(n))))
    spread = 5 * (800 * share * (1 - share)) ** 0.5
    assert all(abs(counts[order] - 800 * share) < spread for order in permutations(range(n)))


def test_dimensions_keep_their_tie() -> None:
    found = reduce_answer(unpresent(Answer("pairwise", {"strength": 1}, {"clarity": 0}), (1, 0)), 2)
    assert found == (Preference(OVERALL, 0, 1, -1), Preference("clarity", 0, 1, 0, TieKind.EQUAL))
