"""Golds beside the work: balance over sixty, never one that was met, an order that differs from person to person."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.domain.gold_matching import Gold, Level, ServedGold, choose_gold, imbalance_of, item_levels, length_cuts, mix_of

SECTIONS = ("safety", "brevity", "dosage", "tone", "sources")


def pool_of(
    random: Random,
    n: int,
    *,
    longer: float = 0.6,
    margins: tuple[int, ...] = (1, 2, 2, 3, 3, 3),
    sections: tuple[str, ...] = SECTIONS,
    spread: float = 0.5,
) -> list[Gold]:
    """Golds that differ from the work: larger margins, the longer right more often."""
    found = []
    for i in range(n):
        margin = random.choice(margins)
        levels = item_levels(margin=margin, sections=[random.choice(sections)], log_ratio=random.gauss(0, spread), cuts=(0.2, 0.5))
        right = 0 if margin == 0 else random.choice((1, -1))
        found.append(Gold(i, right, levels, None if right == 0 else random.random() < longer, random.randrange(3)))
    return found


def work_mix(random: Random) -> dict[Level, float]:
    return mix_of(
        item_levels(
            margin=random.choice((1, 1, 1, 2, 2, 3)), sections=[random.choice(SECTIONS)], log_ratio=random.gauss(0, 0.5), cuts=(0.2, 0.5)
        )
        for _ in range(600)
    )


def serve(pool: list[Gold], mix: dict[Level, float], random: Random, n: int) -> list[ServedGold]:
    served: list[ServedGold] = []
    left = list(pool)
    while len(served) < n and (chosen := choose_gold(left, served, mix, random.random())) is not None:
        served.append(chosen)
        left.remove(chosen.gold)
    return served


@given(st.integers(0, 10**6), st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_the_longer_is_right_as_often_as_the_shorter(seed: int, n: int) -> None:
    random = Random(seed)
    served = serve(pool_of(random, 200), work_mix(random), random, n)
    longer = Counter(one.gold.longer_right for one in served)
    assert len(served) == n and abs(longer[True] - longer[False]) <= 1


@given(st.integers(0, 10**6), st.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_margins_and_sides_are_kept_to_the_work(seed: int, n: int) -> None:
    """Within two golds at every time: what cannot be seen before the answer is balanced closely. Orders alternate."""
    random = Random(seed)
    mix = work_mix(random)
    served = serve(pool_of(random, 400), mix, random, n)
    away = imbalance_of(served, mix)
    assert set(away) == {*mix, ("side", "left"), ("side", "right")}
    assert max(abs(v) for (axis, _), v in away.items() if axis in ("margin", "side")) <= 2
    assert all(a.turned != b.turned for a, b in pairwise(served))


def test_sections_and_lengths_are_drawn_from_the_work() -> None:
    """Over 12 people with 60 golds, from a pool where half the golds are of one section and long ratios are more frequent: no level is
    off by more than 2 golds on average, or by 3.4 (root mean square; drawn from the pool as it is: by 17).
    """
    away: dict[Level, list[float]] = {}
    for seed in range(12):
        random = Random(seed)
        mix = work_mix(random)
        pool = pool_of(random, 700, sections=(*SECTIONS, *["safety"] * 3), spread=0.8)
        for level, value in imbalance_of(serve(pool, mix, random, 60), mix).items():
            away.setdefault(level, []).append(value)
    assert max(abs(fmean(values)) for values in away.values()) <= 2
    assert max(fmean(v * v for v in values) ** 0.5 for values in away.values()) <= 3.4


def test_without_the_mix_the_pool_shows() -> None:
    """What the matching mends: the same pool, drawn at random, is off by many golds."""
    random = Random(3)
    mix, pool = work_mix(random), pool_of(random, 400, sections=(*SECTIONS, *["safety"] * 3))
    unmatched = [ServedGold(gold, turned=i % 2 == 0) for i, gold in enumerate(random.sample(pool, 60))]
    served = imbalance_of(serve(pool, mix, random, 60), mix)
    away = imbalance_of(unmatched, mix)
    assert away["margin", "1"] < -10 and away["section", "safety"] > 10
    assert abs(served["margin", "1"]) <= 2 and abs(served["section", "safety"]) <= 7


@given(st.integers(0, 10**6), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_only_what_is_eligible_until_it_is_used_up(seed: int, n: int) -> None:
    random = Random(seed)
    pool = pool_of(random, n, longer=0.95, margins=(0, 1, 3))
    served = serve(pool, work_mix(random), random, n + 3)
    assert sorted(one.gold.id for one in served) == [gold.id for gold in pool]


@given(st.integers(0, 10**6), st.floats(0, 1, exclude_max=True))
@settings(max_examples=60, deadline=None)
def test_it_follows_from_the_draw_alone(seed: int, draw: float) -> None:
    random = Random(seed)
    pool, mix = pool_of(random, 30), work_mix(random)
    served = serve(pool, mix, random, 5)
    left = [gold for gold in pool if gold not in [one.gold for one in served]]
    shuffled = random.sample(left, len(left))
    assert choose_gold(left, served, mix, draw) == choose_gold(shuffled, served, dict(reversed(mix.items())), draw)


def test_no_order_of_golds_can_be_learned() -> None:
    """Two hundred people, a pool of twenty: every gold comes first for somebody, none is foreseen by the one before."""
    random = Random(8)
    pool, mix = pool_of(random, 20, longer=0.5), work_mix(random)
    people = [[one.gold.id for one in serve(pool, mix, random, 10)] for _ in range(200)]
    assert len({tuple(order) for order in people}) == 200
    first = Counter(order[0] for order in people)
    assert len(first) >= 12 and first.most_common(1)[0][1] <= 50
    following = Counter((a, b) for order in people for a, b in pairwise(order))
    before = Counter(a for order in people for a in order[:-1])
    assert max(n / before[a] for (a, _), n in following.items() if before[a] >= 40) <= 0.4


def test_used_golds_come_later() -> None:
    golds = [Gold(0, 1, uses=9), Gold(1, 1, uses=0)]
    found = Counter(choose_gold(golds, [], {}, i / 1000).gold.id for i in range(1000))  # type: ignore[union-attr]
    assert found[0] == pytest.approx(1000 / 11, abs=3)


def test_the_first_order_is_a_matter_of_chance() -> None:
    """And says nothing about which gold comes."""
    pool = [Gold(i, 1) for i in range(4)]
    found = Counter((one.gold.id, one.turned) for i in range(800) if (one := choose_gold(pool, [], {}, (i + 0.5) / 800)))
    assert found == {(gold.id, turned): 100 for gold in pool for turned in (False, True)}


def test_a_tag_that_the_work_never_has_comes_last() -> None:
    mix = {("section", "a"): 0.5, ("section", "b"): 0.5, ("section", "c"): 0.0}
    strange = Gold(0, 1, frozenset({("section", "z")}))
    pool = [strange, *(Gold(i, 1, frozenset({("section", "ab"[i % 2])})) for i in range(1, 7))]
    assert all(one.gold is not strange for i in range(100) if (one := choose_gold(pool, [], mix, i / 100)))
    assert [one.gold.id for one in serve(pool, mix, Random(1), 7)][-1] == 0
    never = Gold(9, 1, frozenset({("section", "c")}))
    assert [one.gold.id for one in serve([never, *pool[1:]], mix, Random(1), 7)][-1] == 9


def test_what_was_served_says_little_about_the_next_section() -> None:
    """Six golds too many of one of two sections bring it from .50 to .35; six too many of a margin make that margin impossible."""
    mix = {("section", "a"): 0.5, ("section", "b"): 0.5, ("margin", "1"): 0.5, ("margin", "2"): 0.5}
    pool = [Gold(i, 1, frozenset({("section", "ab"[i % 2]), ("margin", "12"[i // 2 % 2])})) for i in range(40)]

    def share(served: list[ServedGold], level: Level) -> float:
        chosen = [choose_gold(pool, served, mix, (i + 0.5) / 1000) for i in range(1000)]
        return sum(one is not None and level in one.gold.levels for one in chosen) / 1000

    def twelve(sections: str, margins: str) -> list[ServedGold]:
        levels = [frozenset({("section", sections[i % 2]), ("margin", margins[i % 2])}) for i in range(12)]
        return [ServedGold(Gold(100 + i, (1, 1, -1, -1)[i % 4], levels[i]), i % 2 == 0) for i in range(12)]

    too_many = twelve("aa", "12")
    assert imbalance_of(too_many, mix)["section", "a"] == 6 and share([], ("section", "a")) == pytest.approx(0.5, abs=0.03)
    assert 0.33 < share(too_many, ("section", "a")) < 0.38  # odds exp(-.05 * (6 + 6)): the other lacks six
    assert share(twelve("ab", "11"), ("margin", "1")) == 0.0


def test_an_axis_without_a_mix_binds_nothing() -> None:
    pool = [Gold(i, 1 - 2 * (i % 2), frozenset({("margin", str(i % 3))})) for i in range(30)]
    found = {chosen.gold.id for i in range(300) if (chosen := choose_gold(pool, [], {}, i / 300))}
    assert len(found) == 30
    assert imbalance_of([], {}) == {("side", "left"): 0, ("side", "right"): 0}


def test_where_the_pool_has_one_kind_alone_it_goes_on() -> None:
    served = serve([Gold(i, 1, longer_right=True) for i in range(5)], {}, Random(2), 9)
    assert len(served) == 5


def test_the_side_of_the_right_answer_as_shown() -> None:
    shown = {(right, turned): ServedGold(Gold(0, right), turned).levels for right in (1, -1, 0) for turned in (False, True)}
    left, right = frozenset({("side", "left")}), frozenset({("side", "right")})
    assert shown == {
        (1, False): left, (1, True): right, (-1, False): right, (-1, True): left, (0, False): frozenset(), (0, True): frozenset(),
    }  # fmt: skip


def test_levels_and_their_shares() -> None:
    cuts = length_cuts([0.1, -0.2, 0.3, -0.4, 0.5, 0.6])
    assert cuts == (0.3, 0.5) and length_cuts([1.0, 2.0]) == ()
    assert item_levels(margin=-2, sections=("b", "a"), log_ratio=-0.3, cuts=cuts) == {
        ("margin", "2"), ("section", "a"), ("section", "b"), ("length", "1"),
    }  # fmt: skip
    assert item_levels() == frozenset()
    mix = mix_of([item_levels(margin=1, sections=("a",)), item_levels(margin=2, sections=("a", "b")), item_levels(margin=2)])
    assert mix == {("margin", "1"): 1 / 3, ("margin", "2"): 2 / 3, ("section", "a"): 1.0, ("section", "b"): 0.5}
    assert mix_of([]) == {}


def test_no_draw_no_choice() -> None:
    assert choose_gold([], [], {}, 0.5) is None
    with pytest.raises(ValueError, match="draw"):
        choose_gold([Gold(0, 1)], [], {}, 1.0)
