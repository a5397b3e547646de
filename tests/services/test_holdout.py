"""What is sealed stays sealed: no prompt, and no near-duplicate of one, ever stands on both sides.

`PREFTERM_HOLDOUT_SEEDS=100` tries more seeds than the default.
"""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.errors import InputRejected, Refused
from prefterm.domain.prompts import are_near_duplicates, jaccard, normalised, shingles
from prefterm.services.access import Project
from prefterm.services.guidelines import publish, read_file
from prefterm.services.importing import import_files
from prefterm.services.rounds import RoundOptions, open_round
from prefterm.store.mapping import messages_of
from prefterm.store.prompts import set_sides
from tests.factories import GUIDELINE, READING, Projects, comparison, labeling, make_round, rows, shown_answer, write_jsonl

WORDS = [a + b for a in ("ba", "de", "ki", "lo", "mu", "pra", "sti", "vo") for b in ("na", "rel", "tom", "sik", "gur", "fan", "wep", "dol")]
SIGNS = "春夏秋冬東西南北山川海空雨雪風花鳥月日星火水木金土石田村町市国人男女子父母兄弟姉妹友先生学校本書字"
SEEDS = range(int(os.environ.get("PREFTERM_HOLDOUT_SEEDS", "6")))


class Prompts:
    """Makes prompts, and prompts that are near to given ones."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.count = 0

    def fresh(self, unspaced: bool = False) -> list[str]:
        """The parts (words, or characters) of a prompt near to no other."""
        return self.draw.choices(SIGNS, k=80) if unspaced else self.draw.choices(WORDS, k=60)

    def near(self, parts: list[str]) -> list[str]:
        """A few parts changed, at the end or the beginning, so that Jaccard stays at or above 0.8."""
        pool = SIGNS if parts[0] in SIGNS else WORDS
        changed = self.draw.choices(pool, k=2)
        return parts[:-2] + changed if self.draw.random() < 0.5 else changed + parts[2:]

    def record(self, parts: list[str]) -> dict[str, Any]:
        self.count += 1
        text = ("" if parts[0] in SIGNS else " ").join(parts)
        return comparison(self.count, text)


def chain(draw: random.Random, length: int, step: int) -> list[list[str]]:
    """Prompts each near to the next, `step` words apart; those two apart are near to each other no longer."""
    parts = draw.sample(WORDS, k=60)
    found = [list(parts)]
    for n in range(1, length):
        parts = list(parts)
        for place in range((n - 1) * step, n * step):
            parts[-1 - place] = f"x{n}y{place}"
        found.append(parts)
    return found


def bring(project: Project, folder: Path, records: list[dict[str, Any]]) -> None:
    import_files(project, [write_jsonl(folder / "more.jsonl", records)])


def stored(project: Project) -> list[dict[str, Any]]:
    found = rows(project, "SELECT p.*, c.key FROM prompt p LEFT JOIN comparison c ON c.prompt_id = p.id ORDER BY p.id")
    for p in found:
        p["normal"] = normalised(messages_of(json.loads(p["messages"])))
    return found


def check(project: Project, sealed: set[str]) -> set[str]:
    """The rules, of everything stored; gives the keys that are eval now (`sealed`: those that were)."""
    prompts = stored(project)
    for one, other in combinations(prompts, 2):
        if one["quarantined"] or other["quarantined"] or not are_near_duplicates(one["normal"], other["normal"]):
            continue
        assert one["cluster"] == other["cluster"], f"{one['key']} and {other['key']} are near-duplicates in two clusters"
        assert one["side"] == other["side"], f"{one['key']} and {other['key']} are near-duplicates on two sides"
    sides = defaultdict(set)
    for p in prompts:
        sides[p["cluster"]].add((p["side"], p["quarantined"]))
    assert all(len(found) == 1 for found in sides.values()), "a cluster stands on two sides"
    items = rows(
        project,
        "SELECT i.side, p.side AS of_prompt, p.quarantined, c.key FROM round_item i JOIN comparison c ON c.id = i.comparison_id"
        " JOIN prompt p ON p.id = c.prompt_id",
    )
    assert all(i["side"] == i["of_prompt"] for i in items), "an item copied another side than its prompt's"
    assert not any(i["quarantined"] for i in items), "a quarantined item is in a round"
    now_eval = {p["key"] for p in prompts if p["side"] == "eval"}
    assert sealed <= now_eval, "what was sealed is sealed no more"
    uses = rows(
        project,
        "SELECT p.side FROM worked_example w JOIN prompt p ON p.id = w.prompt_id UNION ALL SELECT p.side FROM gold g"
        " JOIN comparison c ON c.id = g.comparison_id JOIN prompt p ON p.id = c.prompt_id",
    )
    assert all(u["side"] == "train" for u in uses), "gold or a worked example is not on the train side"
    return now_eval


@pytest.mark.parametrize("seed", SEEDS)
def test_no_near_duplicate_ever_stands_on_both_sides(project: Projects, tmp_path: Path, seed: int) -> None:
    make = Prompts(seed)
    draw = make.draw
    parts = [make.fresh(unspaced=n % 3 == 0) for n in range(14)]
    planted = [make.near(draw.choice(parts)) for _ in range(10)]
    # Links of chains come in any order, in any file: some join clusters of one side, some would join two.
    links = [link for _ in range(3) for link in chain(draw, 4, 4)]
    draw.shuffle(links)
    lead = project(records=[make.record(p) for p in draw.sample(parts + planted + links[:5], k=29)])
    sealed = check(lead, set())
    make_round(lead, "one", holdout=0.3, seed=str(seed))
    sealed = check(lead, sealed)
    assert sealed, "nothing was sealed: this shows nothing"
    ann = labeling(lead, "ann", "one")
    served = ann.claim()
    for _ in range(5):
        assert served is not None
        served = ann.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING).following
    for number in range(3):
        more = [make.near(draw.choice(parts)) for _ in range(5)] + [make.fresh(unspaced=n == 0) for n in range(3)]
        parts += more
        more += links[5 + number * 2 : 7 + number * 2]
        bring(lead, tmp_path, [make.record(p) for p in draw.sample(more, k=len(more))])
        sealed = check(lead, sealed)
        make_round(lead, f"more {number}", holdout=draw.choice([0.0, 0.2, 0.5]), seed=str(seed))
        sealed = check(lead, sealed)
    distances = [jaccard(shingles(a["normal"]), shingles(b["normal"])) for a, b in combinations(stored(lead), 2)]
    assert sum(0.8 <= d < 1 for d in distances) > 15, "too few near-duplicates were planted"


def sides_apart(project: Project) -> tuple[dict[str, Any], dict[str, Any]]:
    """An eval and a train prompt."""
    prompts = stored(project)
    return next(p for p in prompts if p["side"] == "eval"), next(p for p in prompts if p["side"] == "train" and p["key"])


def chain_on_two_sides(project: Projects, seed: int) -> tuple[Project, dict[str, Any], list[str]]:
    """A round whose chain's ends stand on different sides; the record of the middle, which is near to both, is not imported yet."""
    for attempt in range(30):
        draw = random.Random(f"{seed} {attempt}")
        one, middle, other = chain(draw, 3, 4)
        records = [comparison(1, " ".join(one)), comparison(2, " ".join(other))]
        records += [comparison(n, " ".join(draw.choices(WORDS, k=60))) for n in range(3, 7)]
        lead = project(records=records)
        make_round(lead, "one", holdout=0.5, seed=f"{attempt}")
        ends = {p["key"]: p["side"] for p in stored(lead)}
        if ends["c1"] != ends["c2"]:
            return lead, comparison(9, " ".join(middle)), middle
    raise AssertionError("no round put the ends on different sides")


@pytest.mark.parametrize("seed", range(2))
def test_a_prompt_near_to_both_sides_is_quarantined_and_never_served(project: Projects, tmp_path: Path, seed: int) -> None:
    lead, bridging, _ = chain_on_two_sides(project, seed)
    normals = {p["key"]: p["normal"] for p in stored(lead)}
    text = bridging["prompt"]
    assert are_near_duplicates(normals["c1"], text)
    assert are_near_duplicates(normals["c2"], text)
    assert not are_near_duplicates(normals["c1"], normals["c2"])
    sealed = check(lead, set())
    result = import_files(lead, [write_jsonl(tmp_path / "bridge.jsonl", [bridging])])
    assert any("quarantined" in w for w in result.warnings)
    found = next(p for p in stored(lead) if p["key"] == "c9")
    assert found["quarantined"]
    assert found["side"] is None
    make_round(lead, "two", holdout=0.2)
    check(lead, sealed)
    desk, seen = labeling(lead, "ann", "two"), set()
    served = desk.claim()
    while served is not None:
        seen.add(served.comparison)
        served = desk.submit(served.assignment, served.judgment_uuid, shown_answer(1), READING).following
    assert len(seen) == 6
    assert "c9" not in seen


def test_a_prompt_that_joins_two_clusters_of_one_side_merges_them(project: Projects, tmp_path: Path) -> None:
    one, middle, other = chain(random.Random(5), 3, 4)
    lead = project(records=[comparison(1, " ".join(one)), comparison(2, " ".join(other))], guideline=None)
    assert len({p["cluster"] for p in stored(lead)}) == 2
    bring(lead, tmp_path, [comparison(3, " ".join(middle))])
    assert len({p["cluster"] for p in stored(lead)}) == 1
    publish(lead, GUIDELINE, "")
    make_round(lead, "one", holdout=0.9)
    # Three of three would be more than the rate: the cluster stays whole, on the train side.
    assert {p["side"] for p in stored(lead) if p["key"]} == {"train"}


@pytest.mark.parametrize("side", ["train", "eval"])
def test_a_prompt_that_joins_a_new_cluster_to_one_with_a_side_gives_it_to_both(project: Projects, tmp_path: Path, side: str) -> None:
    one, middle, other = chain(random.Random(7), 3, 4)
    for seed in range(20):
        lead = project(records=[comparison(1, " ".join(one)), comparison(4)])
        make_round(lead, "one", holdout=0.5, seed=str(seed))
        if next(p["side"] for p in stored(lead) if p["key"] == "c1") == side:
            break
    else:
        raise AssertionError(f"no seed put it on the {side} side")
    bring(lead, tmp_path, [comparison(2, " ".join(other))])
    assert [p["side"] for p in stored(lead) if p["key"] == "c2"] == [None]
    bring(lead, tmp_path, [comparison(3, " ".join(middle))])
    joined = [p for p in stored(lead) if p["key"] in ("c1", "c2", "c3")]
    assert [p["side"] for p in joined] == [side] * 3
    assert len({p["cluster"] for p in joined}) == 1
    assert not any(p["quarantined"] for p in joined)


def test_a_side_that_stands_is_never_written_over(project: Projects) -> None:
    lead = project(10)
    make_round(lead, "one", holdout=0.5)
    before = {p["key"]: p["side"] for p in stored(lead)}
    for side in ("train", "eval"):
        with lead.database.write() as connection:
            set_sides(connection, {p["cluster"]: side for p in stored(lead) if p["key"]})
    assert {p["key"]: p["side"] for p in stored(lead)} == before


def test_a_whole_chain_in_one_file_is_one_cluster(project: Projects) -> None:
    found = chain(random.Random(6), 6, 4)
    order = random.Random(1).sample(range(6), k=6)
    lead = project(records=[comparison(n, " ".join(found[n])) for n in order], guideline=None)
    assert len({p["cluster"] for p in stored(lead)}) == 1


def test_a_later_round_never_moves_a_side(project: Projects) -> None:
    lead = project(12)
    make_round(lead, "one", holdout=0.25)
    before = {p["key"]: p["side"] for p in stored(lead) if p["key"]}
    assert sorted(before.values()) == ["eval"] * 3 + ["train"] * 9
    for number, rate in enumerate((0.0, 0.5, 0.9)):
        make_round(lead, f"again {number}", holdout=rate)
        assert {p["key"]: p["side"] for p in stored(lead) if p["key"]} == before


def test_what_was_served_is_train(project: Projects) -> None:
    lead = project(10)
    make_round(lead, "one", tags=(), holdout=0.0)
    ann = labeling(lead, "ann", "one")
    served = ann.claim()
    assert served is not None
    make_round(lead, "two", holdout=0.9)
    found = {p["key"]: p["side"] for p in stored(lead)}
    assert found[served.comparison] == "train"


def test_gold_clusters_are_train_and_their_comparisons_stay_out_of_rounds(project: Projects, tmp_path: Path) -> None:
    make = Prompts(3)
    first = make.fresh()
    records = [make.record(first), make.record(make.near(first)), *(make.record(make.fresh()) for _ in range(6))]
    lead = project(records=records)
    bring(lead, tmp_path, [{"comparison": "c1", "strength": 1, "reason": "settled"}])
    make_round(lead, "one", holdout=0.8)
    check(lead, set())
    in_round = {r["key"] for r in rows(lead, "SELECT c.key FROM round_item i JOIN comparison c ON c.id = i.comparison_id")}
    assert in_round == {f"c{n}" for n in range(2, 9)}
    assert next(p for p in stored(lead) if p["key"] == "c2")["side"] == "train"


# gold is kept apart, checked from both sides


def nothing_changed(project: Project, act: Any) -> None:
    """The act is refused and leaves no row."""
    tables = ("gold", "worked_example", "guideline_version", "prompt", "event", "comparison")
    before = [rows(project, f"SELECT * FROM {t}") for t in tables]
    with pytest.raises((InputRejected, Refused), match="sealed"):
        act()
    assert [rows(project, f"SELECT * FROM {t}") for t in tables] == before


def test_gold_on_a_sealed_prompt_or_near_to_one_is_refused(project: Projects, tmp_path: Path) -> None:
    make = Prompts(4)
    parts = {n: make.fresh() for n in range(1, 9)}
    lead = project(records=[make.record(p) for p in parts.values()])
    make_round(lead, "one", holdout=0.3)
    sealed, _ = sides_apart(lead)
    nothing_changed(lead, lambda: bring(lead, tmp_path, [{"comparison": sealed["key"], "strength": 1, "reason": "settled"}]))
    near = make.record(make.near(parts[int(sealed["key"][1:])]))
    gold = {"comparison": near["id"], "strength": 1, "reason": "settled"}
    nothing_changed(lead, lambda: bring(lead, tmp_path, [near, gold]))
    bring(lead, tmp_path, [near])
    nothing_changed(lead, lambda: bring(lead, tmp_path, [gold]))


def test_gold_on_a_quarantined_prompt_is_refused(project: Projects, tmp_path: Path) -> None:
    lead, bridging, _ = chain_on_two_sides(project, 0)
    bring(lead, tmp_path, [bridging])
    with pytest.raises(InputRejected):
        bring(lead, tmp_path, [{"comparison": "c9", "strength": 1, "reason": "settled"}])


def test_gold_never_comes_to_a_sealed_prompt_by_filling_in_its_text(project: Projects, tmp_path: Path) -> None:
    lead = project(8)
    nameless = {"id": "nameless", "prompt": None, "responses": [{"text": None, "model": "a"}, {"text": None, "model": "b"}]}
    bring(lead, tmp_path, [nameless, {"comparison": "nameless", "strength": 1, "reason": "settled"}])
    make_round(lead, "one", holdout=0.4)
    sealed, _ = sides_apart(lead)
    text = next(comparison(n)["prompt"] for n in range(8) if f"c{n}" == sealed["key"])
    with pytest.raises(InputRejected):
        bring(lead, tmp_path, [{**nameless, "prompt": text, "responses": [{"text": "x", "model": "a"}, {"text": "y", "model": "b"}]}])


def example_prompt() -> str:
    """The prompt of a worked example of the guideline, as published."""
    found = [e.prompt for e in read_file(GUIDELINE).examples if len(e.prompt) == 1 and len(e.prompt[0].content.split()) >= 8]
    return found[0][0].content


def test_an_example_on_a_sealed_prompt_is_refused(project: Projects) -> None:
    text = example_prompt()
    assert text in GUIDELINE.read_text(encoding="utf-8")
    for number in range(20):
        lead = project(records=[comparison(0, text), *(comparison(n) for n in range(1, 4))], guideline=None)
        publish(lead, next(g for g in sorted(GUIDELINE.parent.glob("*.md")) if g != GUIDELINE), "")
        name = rows(lead, "SELECT name FROM guideline_version")[0]["name"]
        open_round(lead, RoundOptions("one", name, holdout=0.5, seed=str(number)))
        if next(p for p in stored(lead) if p["key"] == "c0")["side"] == "eval":
            nothing_changed(lead, lambda lead=lead: publish(lead, GUIDELINE, ""))
            return
    raise AssertionError("the prompt was never sealed")


def test_gold_near_to_a_worked_example_and_an_example_near_to_gold_are_refused(project: Projects, tmp_path: Path) -> None:
    words = f"{example_prompt()} please"
    gold = [comparison(7, words), {"comparison": "c7", "strength": 1, "reason": "settled"}]
    lead = project(2, guideline=None)
    bring(lead, tmp_path, gold)
    with pytest.raises(Refused, match="gold"):
        publish(lead, GUIDELINE, "")
    assert rows(lead, "SELECT * FROM guideline_version") == []
    other = project(2)
    with pytest.raises(InputRejected, match="worked example"):
        bring(other, tmp_path, gold)
    assert rows(other, "SELECT * FROM gold") == []


def test_a_comparison_near_to_a_worked_example_stays_out_of_rounds(project: Projects) -> None:
    lead = project(records=[comparison(0, f"{example_prompt()} please"), *(comparison(n) for n in range(1, 4))])
    make_round(lead)
    assert "c0" not in {r["key"] for r in rows(lead, "SELECT c.key FROM round_item i JOIN comparison c ON c.id = i.comparison_id")}
