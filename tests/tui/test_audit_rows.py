"""The audit in rows: who comes first, what an alarm looks like, what is said of the marked one."""

from __future__ import annotations

import random
from typing import Any

import pytest
from rich.cells import cell_len

from prefterm.domain.judgments import AnnotatorKind
from prefterm.stats.audits import AnnotatorAudit, audit_of_team
from prefterm.stats.bias import order_of_design, position, read_split, repeats
from prefterm.stats.conduct import gold_accuracy, pace, ties
from prefterm.stats.drift import drift
from prefterm.stats.length import gold_pairs, length
from prefterm.stats.sequence import sequence
from prefterm.tui import audit_rows as rows
from tests.tui.agreement_rows.made_figures import said, text


def audited(people: dict[str, tuple[int, int, list[bool]]]) -> list[dict[str, Any]]:
    """Entries of `audit --json` by name: how often left and right were chosen, and golds as they came."""
    found = []
    for name, (left, right, golds) in people.items():
        sides = random.Random(name).sample([1] * left + [-1] * right, left + right)
        found.append(
            AnnotatorAudit(
                annotator=name,
                kind=AnnotatorKind.JUDGE if name.startswith("robo") else AnnotatorKind.HUMAN,
                position=position(sides, len(people)),
                length=length(sides, [0.1] * len(sides), [float("nan")] * len(sides), [float("nan")] * len(sides), gold_pairs([], []), 1),
                sequence=sequence(sides, [1] * len(sides)),
                repeats=repeats([], len(people)),
                gold=gold_accuracy(golds),
                drift=drift(golds, 15),
                ties=ties([1, -1, 0]),
                pace=pace([40.0], [9]),
                read=read_split(sides, [(1.0, 1.0) if n % 3 else (1.0, 0.5) for n in range(len(sides))]),
                skips={"outside my field": 2} if name == "ann" else {},
            )
        )
    entries = audit_of_team(found, order_of_design([(1, 1)] * 40)).to_json()["annotators"]
    return [{**e, "eligible": True, "finding": e["position"]["alarm"] or e["drift"]["alarm"], "left_out": {}} for e in entries]


TEAM = audited({"ann": (50, 52, []), "ben": (49, 40, []), "dot": (95, 10, [True] * 16 + [False] * 12), "robo-judge-of-all": (0, 0, [])})
DOT = next(p for p in TEAM if p["annotator"] == "dot")


def test_alarms_come_first_then_names() -> None:
    assert [p["annotator"] for p in rows.in_order(TEAM)] == ["dot", "ann", "ben", "robo-judge-of-all"]
    assert [word.split()[0] for word in rows.alarms(DOT)] == ["side", "golds"] and rows.alarms(TEAM[0]) == []


def test_people_of_whom_nothing_can_be_said_are_not_listed() -> None:
    silent = {**TEAM[1], "eligible": False}
    assert rows.listed([silent, {**silent, "skips": {"x": 1}}, TEAM[0]])[0]["skips"] == {"x": 1}


@pytest.mark.parametrize("width", [80, 104, 120, 200])
def test_a_person_is_a_row_with_a_symbol_for_an_alarm(width: int) -> None:
    head = [text(row) for row in rows.head_rows(4, width)]
    assert "alarms hold however often you look: E from 240 on" in head[0] and all(cell_len(row) <= width for row in head)
    for person in TEAM:
        row = text(rows.person_row(person, True, width))
        assert cell_len(row) <= width and ("▲" in row) == (person is DOT)
    dot = text(rows.person_row(DOT, False, width))
    assert "90 %" in dot and "83–95 %" in dot and "16/28" in dot and ("side E" in dot) == (width >= 104)
    assert text(rows.person_row(TEAM[3], False, width)).split()[1:3] == ["(AI)", "0"]


def test_the_marked_one_is_told_what_to_do_before_what_it_does_not_show() -> None:
    shown = said(rows.detail_rows(DOT, 100))
    for words in ("alarm: side E", "Do next", "chooses the left side in 90 of 100", "golds right, in time", "What it does not show"):
        assert words in shown
    assert shown.index("Do next") < shown.index("golds right") < shown.index("What it does not show")
    assert "▲ at gold" in shown and "left, where shown" in shown and "left, where not" in shown
    quiet = said(rows.detail_rows(TEAM[0], 100))
    assert "Do next" not in quiet and "Nothing here calls for a word with ann." in quiet and "skipped 2 outside my field" in quiet
    assert all(cell_len(text(row)) <= 80 for row in rows.detail_rows(DOT, 80))


def test_a_spark_is_as_high_as_its_value() -> None:
    assert rows.sparkline([0.0, 0.5, 1.0], 9) == "▁▅█" and rows.sparkline([0.0, 0.5, 1.0], 2) == "▅█"


def test_below_stands_what_holds_for_everybody() -> None:
    order = order_of_design([(3, 1), (1, 1)]).to_json()
    shown = said(rows.below_rows({"order": order, "left_out": {"hidden": 2}, "revealed": 3}, 5, 200))
    assert "the first stood left in 66.7 % of 6" in shown and "largest imbalance on one comparison 2" in shown
    assert "5 people without an answer" in shown and "2 answers about hidden items" in shown and "3 items still open to you" in shown
    empty = said(rows.below_rows({"order": order_of_design([]).to_json(), "left_out": {}, "revealed": 0}, 0, 200))
    assert "no item has all of its answers yet" in empty and "not listed" not in empty
