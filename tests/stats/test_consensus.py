"""Consensus: the published weights and margins, undefined ones with a reason, and a model that never overwrites."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.domain.settlement import Vote, majority
from prefterm.stats.consensus import VERDICTS, Votes, binary_entropy, consensus, count_votes

# votes (first, second, tie): soft, Laplace, |2p - 1|, 1 - H2, smoothing of cDPO (Mitchell 2023), the same of Laplace's.
WEIGHTS = [
    ((3, 0, 0), 1.0, 0.8, 1.0, 1.0, 0.0, 0.2),
    ((2, 1, 0), 0.6666666666666666, 0.6, 0.33333333333333326, 0.08170416594551044, 0.33333333333333337, 0.4),
    ((5, 0, 0), 1.0, 0.8571428571428571, 1.0, 1.0, 0.0, 0.1428571428571429),
    ((4, 1, 0), 0.8, 0.7142857142857143, 0.6, 0.2780719051126377, 0.2, 0.2857142857142857),
    ((3, 2, 0), 0.6, 0.5714285714285714, 0.2, 0.02904940554533142, 0.4, 0.4285714285714286),
    ((2, 1, 2), 0.6, 0.5714285714285714, 0.2, 0.02904940554533142, 0.4, 0.4285714285714286),
    ((1, 1, 3), 0.5, 0.5, 0.0, 0.0, 0.5, 0.5),
]
# strengths: mean, standard deviation, share of pairs with the same sign.
MARGINS = [
    ([3, 2, 3], 2.6666666666666665, 0.5773502691896258, 1.0),
    ([3, -1, 1], 1.0, 2.0, 0.3333333333333333),
    ([1, 0, -1], 0.0, 1.0, 0.0),
    ([2, 2, 1, 3, -3], 1.0, 2.345207879911715, 0.6),
]
STRENGTHS = st.lists(st.integers(-3, 3), max_size=9)


def one(strengths: list[int]) -> object:
    return consensus(["c"], [0] * len(strengths), [i % 2 for i in range(len(strengths))], strengths)[0]


@pytest.mark.parametrize(("votes", "soft", "laplace", "vote_weight", "entropy_weight", "flip_rate", "laplace_flip_rate"), WEIGHTS)
def test_weights_as_published(
    votes: tuple[int, int, int], soft: float, laplace: float, vote_weight: float, entropy_weight: float, flip_rate: float,
    laplace_flip_rate: float,
) -> None:  # fmt: skip
    first, second, tie = votes
    found = one([1] * first + [-1] * second + [0] * tie)
    assert (found.soft, found.laplace, found.vote_weight, found.entropy_weight, found.flip_rate) == pytest.approx(
        (soft, laplace, vote_weight, entropy_weight, flip_rate), abs=1e-9
    )
    assert 1 - max(found.laplace, 1 - found.laplace) == pytest.approx(laplace_flip_rate, abs=1e-9)


@pytest.mark.parametrize(("strengths", "mean", "sd", "same_sign"), MARGINS)
def test_margins_as_published(strengths: list[int], mean: float, sd: float, same_sign: float) -> None:
    found = one(strengths)
    assert (found.margin_mean, found.margin_sd, found.sign_agreement) == pytest.approx((mean, sd, same_sign), abs=1e-9)


def test_a_soft_label_costs_what_a_smoothed_one_does() -> None:
    """Soft cross-entropy at p is cDPO's loss at eps = 1 - p, for every difference of rewards (weights of the loss, not of items)."""
    for p in (0.6, 0.8, 1.0):
        for delta in (-2.0, 0.3, 1.0):
            log_sig, log_not = -math.log1p(math.exp(-delta)), -math.log1p(math.exp(delta))
            eps = one([1] * round(5 * p) + [-1] * round(5 - 5 * p)).flip_rate
            assert -(p * log_sig + (1 - p) * log_not) == pytest.approx(-(1 - eps) * log_sig - eps * log_not)


def test_no_votes_and_one_vote_say_why() -> None:
    empty, single = consensus(["a", "b"], [1], [0], [2])
    assert (empty.n, empty.majority, empty.soft, empty.laplace, empty.margin_mean, empty.differ) == (0, None, None, None, None, False)
    missing = {"majority", "soft", "laplace", "entropy_weight", "vote_weight", "flip_rate", "margin_mean", "margin_sd", "sign_agreement"}
    assert set(empty.undefined) == missing | {"dawid_skene"}
    assert (single.majority, single.soft, single.margin_sd) == ("first", 1.0, None)
    assert set(single.undefined) == {"margin_sd", "sign_agreement", "dawid_skene"} and "3" in single.undefined["dawid_skene"]


@given(STRENGTHS)
@settings(deadline=None)
def test_the_majority_is_that_of_settlement(strengths: list[int]) -> None:
    settled = majority([Vote(s, None) for s in strengths], 0)
    found = count_votes(strengths).majority
    if settled.left_out in (None, "no_majority"):
        assert found == (None if settled.left_out else VERDICTS[1 - settled.direction])


@given(STRENGTHS)
@settings(deadline=None)
def test_mirrored_strengths_mirror_the_consensus(strengths: list[int]) -> None:
    found, mirrored = one(strengths), one([-s for s in strengths])
    turned = {"first": "second", "second": "first", "tie": "tie", None: None}
    assert mirrored.majority == turned[found.majority]
    assert (mirrored.entropy_weight, mirrored.margin_sd) == pytest.approx((found.entropy_weight, found.margin_sd))
    if found.soft is not None:
        assert found.soft + mirrored.soft == pytest.approx(1) and found.laplace + mirrored.laplace == pytest.approx(1)
        assert min(0.5, found.soft) <= found.laplace <= max(0.5, found.soft)


@given(st.floats(0, 1))
@settings(deadline=None)
def test_entropy_is_of_a_coin(p: float) -> None:
    assert 0 <= binary_entropy(p) <= 1 and binary_entropy(p) == pytest.approx(binary_entropy(1 - p), abs=1e-9)


def team(n: int) -> tuple[list[int], list[int], list[int]]:
    """Ann is always right, two others always say the first; where the truth is the second, Ann stands alone."""
    items, people, strengths = [], [], []
    for i in range(n):
        for who, strength in enumerate((2 if i % 2 else -2, 1, 1)):
            items.append(i)
            people.append(who)
            strengths.append(strength)
    return items, people, strengths


def test_where_the_model_parts_from_the_majority_is_told() -> None:
    items, people, strengths = team(40)
    gold = [2 if i % 2 else -2 if i < 12 else None for i in range(40)]
    found = consensus([f"c{i}" for i in range(40)], items, people, strengths, gold=gold)
    assert {c.majority for c in found} == {"first"}, "the model must overwrite nothing"
    assert [c.comparison for c in found if c.differ] == [f"c{i}" for i in range(0, 40, 2)]
    assert all(c.dawid_skene is not None and sum(c.dawid_skene.values()) == pytest.approx(1) for c in found)
    assert found[0].dawid_skene["tie"] == 0.0, "a verdict that nobody gave is no class"


def test_a_model_that_does_not_settle_says_so() -> None:
    found = consensus(["a"], [0] * 5, range(5), [1, 1, 1, -1, 1])[0]
    assert (found.majority, found.dawid_skene, found.differ) == ("first", None, False) and "does not settle" in found.undefined[
        "dawid_skene"
    ]


def test_without_a_majority_nothing_differs() -> None:
    items = [0, 0, *(i for i in range(1, 30) for _ in range(3))]
    people, strengths = [0, 1, *([0, 1, 2] * 29)], [1, -1, *([1, 1, 2, -1, -1, -3, 1] * 13)[:87]]
    found = consensus([f"c{i}" for i in range(30)], items, people, strengths)
    assert (found[0].majority, found[0].differ) == (None, False) and found[0].dawid_skene is not None
    assert (found[1].majority, found[1].differ) == ("first", False)


def test_json_carries_the_names_of_the_contract() -> None:
    items, people, strengths = team(10)
    document = consensus([f"c{i}" for i in range(10)], items, people, strengths)[0].to_json()
    named = {"comparison", "majority", "soft", "laplace", "entropy_weight", "margin_mean", "margin_sd", "dawid_skene", "differ"}
    assert named <= set(document) and set(document["dawid_skene"]) == set(VERDICTS)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(-3, 3)), max_size=60))
@settings(deadline=None, max_examples=25)
def test_every_team_gets_one_row_an_item(votes: list[tuple[int, int, int]]) -> None:
    names = [f"c{i}" for i in range(10)]
    found = consensus(names, *([v[i] for v in votes] for i in range(3)))
    assert [c.comparison for c in found] == names and sum(c.n for c in found) == len(votes)
    for c in found:
        values = c.to_json()
        assert all((values[name] is None) == (name in c.undefined) for name in values if name != "undefined")


def test_counts_are_of_directions() -> None:
    assert count_votes([3, 1, 0, -2]) == Votes(2, 1, 1)
