"""The audit of a team: the contract's names, Holm over people, and what is said to a lead."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import warnings
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefterm.stats.advice import advice, caveats, in_100
from prefterm.stats.audits import AnnotatorAudit, Audit, audit_of_team
from prefterm.stats.bias import Order, Repeat, order_of_design, position, read_split, repeats
from prefterm.stats.conduct import gold_accuracy, pace, ties
from prefterm.stats.drift import drift
from prefterm.stats.length import GoldPairs, gold_pairs, length, log_ratio
from prefterm.stats.sequence import sequence

BALANCED = order_of_design([(1, 1)] * 80)
# The names of contract.md, "audit --json".
CONTRACT = {
    "position": ("n", "left", "rate", "low", "high", "p", "p_holm", "e_value", "alarm"),
    "length": (
        "n", "longer_chosen", "low", "high", "others_same_items", "gold_same_items", "slope", "se", "length_controlled_rate", "separated",
        "gold_pairs", "gold_pairs_one_error", "e_value", "alarm",
    ),
    "sequence": ("n", "runs", "z", "p", "lag1_log_odds"),
    "repeats": ("n", "consistent", "rate", "low", "high", "primacy", "recency", "p", "e_value", "alarm"),
    "gold": ("n", "correct", "rate", "low", "high"),
    "drift": ("alarm", "at", "statistic", "ewma", "power_80", "power_70"),
    "ties": ("n", "rate"),
    "pace": ("median_seconds", "too_fast"),
    "read": ("both_to_end", "position_rate_read", "position_rate_unread"),
}  # fmt: skip


def person(
    name: str = "dot",
    *,
    kind: str = "human",
    sides: list[int] | None = None,
    pairs: list[Repeat] | None = None,
    golds: list[bool] | None = None,
    paired: GoldPairs | None = None,
    seen: list[tuple[float, float] | None] | None = None,
    seconds: list[float | None] | None = None,
    skips: dict[str, int] | None = None,
    m: int = 5,
) -> AnnotatorAudit:
    sides = [1, -1, -1, 1] * 40 if sides is None else sides
    n = len(sides)
    ratio = log_ratio([100 + 10 * (i % 7) for i in range(n)], [130] * n)
    return AnnotatorAudit(
        annotator=name,
        kind=kind,
        position=position(sides, m),
        length=length(sides, ratio, [0.5] * n, [1.0] * n, paired or GoldPairs(0, 0, 0), m),
        sequence=sequence(sides),
        repeats=repeats(pairs or [], m),
        gold=gold_accuracy(golds or []),
        drift=drift(golds or [], 30),
        ties=ties(sides),
        pace=pace(seconds or [40.0] * n, [600] * n),
        read=read_split(sides, seen or [None] * n),
        skips=skips or {},
        skips_by_tag={"dosage": 6} if skips else {},
    )


def said(audit: AnnotatorAudit, order: Order = BALANCED, m: int = 5) -> tuple[str, str]:
    return " ".join(advice(audit, order)), " ".join(caveats(audit, order, m))


def no_gaps(value: Any) -> None:
    """JSON without NaN or infinity, and every `None` of a section with its reason."""
    text = json.dumps(value, allow_nan=False)
    assert json.loads(text) == value


def test_the_document_has_the_names_of_the_contract() -> None:
    found = audit_of_team([person("ann"), person("ben", kind="judge")], BALANCED).to_json()
    assert set(found) == {"annotators", "order"}
    assert {"n", "first_left", "rate", "max_imbalance_per_comparison"} <= set(found["order"])
    for entry in found["annotators"]:
        for section, names in CONTRACT.items():
            assert set(names) <= set(entry[section]), section
            for name, value in entry[section].items():
                assert (value is None) == (name in entry[section]["undefined"]) or name == "undefined", (section, name)
        assert entry["skips"] == {} and entry["advice"] and entry["caveat"]
    no_gaps(found)
    assert [entry["kind"] for entry in found["annotators"]] == ["human", "judge"]


def test_nobody_with_nothing_breaks_an_audit() -> None:
    empty = person(sides=[])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = audit_of_team([empty], order_of_design([]))
        no_gaps(found.to_json())
    assert not found.annotators[0].alarmed and audit_of_team([], BALANCED) == Audit((), BALANCED)
    assert found.annotators[0].advice == ("Nothing here calls for a word with dot.",)


def test_holm_is_over_the_whole_team() -> None:
    found = audit_of_team([person("a", sides=[1] * 15 + [-1] * 5), person("b"), person("c", sides=[])], BALANCED)
    assert [p.position.p_holm for p in found.annotators] == [pytest.approx(2 * 0.04138946533203125), 1.0, None]


def test_a_lean_asks_for_a_talk_about_the_flips() -> None:
    leaning = [1] * 106 + [-1] * 54
    flips = [Repeat(1, -1, True, False)] * 8 + [Repeat(-1, 1, True, False)] + [Repeat(1, 1, True, False)] * 14
    audit = person(sides=leaning, pairs=flips, m=2)
    assert audit.position.alarm and audit.alarmed
    do, proves = said(audit, m=2)
    assert "chooses the left side in 66 of 100 pairs, whatever is on it" in do
    assert "the 9 repeats that flipped" in do
    assert "50.0 % of pairs had the first response left" in proves and "does not show that the other answers of dot are wrong" in proves
    assert "Ask dot about every pair in both orders" in said(replace(audit, kind="judge"), m=2)[0]
    assert "the sides exchanged, then recalibrate" in said(person(sides=leaning, m=2), m=2)[0]
    assert "right side" in said(person(sides=[-s for s in leaning], m=2), m=2)[0]


def test_an_unbalanced_order_is_blamed_first() -> None:
    unbalanced = order_of_design([(2, 0)] * 60 + [(1, 1)] * 20)
    do, proves = said(person(sides=[1] * 110 + [-1] * 50), unbalanced)
    assert "find out why the order of the responses is not balanced" in do and "recalibrate" not in do
    assert "cannot be told apart" in proves


def test_a_small_p_is_not_an_alarm() -> None:
    _, proves = said(person(sides=[1] * 118 + [-1] * 82))
    assert "p = 0.013" in proves and "5.82, an alarm from 300" in proves and "no alarm is no proof of none" in proves


def test_repeats_alone_alarm() -> None:
    do, _ = said(person(pairs=[Repeat(-1, 1, True, False)] * 30))
    assert "Of 30 repeats with the sides exchanged, 30 flipped to the right" in do and "0 of 100 repeats" in do


def test_length_alarms_by_golds_and_says_that_longer_may_be_better() -> None:
    do, proves = said(person(paired=GoldPairs(40, 24, 24)))
    assert "errs toward the longer response, 24 times of 24" in do and "the shorter one was right" in do
    assert proves.count("Longer may be better") == 1 and "whatever it says" not in do
    do, _ = said(person(paired=GoldPairs(40, 24, 0)))
    assert "errs toward the shorter response, 24 times of 24" in do and "the longer one was right" in do
    quiet, proves = said(person(paired=GoldPairs(10, 3, 2)))
    assert (
        "golds" not in quiet
        and "with 10 pairs of them" in proves
        and "noticed in 0 of 100 cases" not in said(person(paired=GoldPairs(150, 3, 2)))[1]
    )


def test_golds_and_drift_say_what_to_show_and_what_is_missed() -> None:
    do, proves = said(person(golds=[True] * 15 + [False] * 8))
    assert "Up to gold 18" in do and "It is a question, not a verdict" in do
    assert "would be missed" in proves and "15 of 23 golds" in proves
    assert "was right on 6 of 20 golds" in said(person(golds=[True] * 6 + [False] * 14))[0]
    assert "A change over time is not looked for yet" in said(person(golds=[True] * 3))[1]


def test_reading_pace_runs_and_skips_have_their_sentence() -> None:
    sides = [1] * 40 + [-1, 1] * 60
    seen: list[tuple[float, float] | None] = [(1.0, 0.2)] * 40 + [(1.0, 1.0)] * 120
    audit = person(sides=sides, seen=seen, seconds=[2.0] * 30 + [40.0] * 130, skips={"outside my field": 6, "other": 2})
    do, proves = said(audit)
    assert "chooses the left in 100 of 100 pairs that were not read to the end" in do
    assert "30 of 160 answers came faster" in do and "A fast answer is not a wrong one" in proves
    assert "change sides more often than chance would" in do and "one in 20 people by chance" in proves
    assert "6 pairs were skipped as outside my field, most often with the tag dosage" in do
    judge, _ = said(replace(audit, kind="judge"))
    assert "came faster" not in judge and "read to the end" not in judge


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.0, "0 of 100"), (0.004, "fewer than 1 of 100"), (0.664, "66 of 100"), (0.999, "more than 99 of 100"), (1.0, "100 of 100")],
)
def test_rates_as_people_say_them(rate: float, words: str) -> None:
    assert in_100(rate) == words


ROWS = st.lists(
    st.tuples(st.sampled_from((1, -1, 0)), st.integers(0, 3), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 90)), max_size=60
)
GOLDS = st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.booleans())), max_size=40)


@given(ROWS, GOLDS)
@settings(deadline=None, max_examples=40)
def test_every_audit_is_whole_and_silent(rows: list[tuple[int, int, float, float, float]], golds: list[tuple[bool, bool | None]]) -> None:
    """Whatever was answered: valid JSON, a reason for every gap, at least one sentence, no warning."""
    sides = [r[0] for r in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ratio = log_ratio([r[1] for r in rows], [2] * len(rows))
        audit = replace(
            person(sides=sides, seen=[(r[2], r[3]) for r in rows] or None, golds=[right == chose for right, chose in golds]),
            length=length(
                sides, ratio, [math.nan] * len(sides), [math.nan] * len(sides), gold_pairs(*([g[i] for g in golds] for i in (0, 1))), 3
            ),
        )
        found = audit_of_team([audit], BALANCED)
    entry = found.to_json()["annotators"][0]
    no_gaps(entry)
    for section in CONTRACT:
        for name, value in entry[section].items():
            assert name == "undefined" or (value is None) == (name in entry[section]["undefined"])
    assert entry["advice"] and all(sentence.endswith(".") for sentence in (*entry["advice"], *entry["caveat"]))


def test_naming_an_audit_costs_no_numpy() -> None:
    """A screen that names a finding must not wait for numpy, and nothing here may need a heavier library."""
    program = (
        "import sys, prefterm.stats.audits, prefterm.stats.consensus; "
        "print(sorted({'numpy', 'scipy', 'krippendorff', 'sqlalchemy', 'textual'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
