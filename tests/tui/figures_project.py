"""The project behind the goldens of agreement and audit: seeded votes of the shape of those that one meets, about texts of no account.

Several judges of whom not everybody judged everything, strengths and ties, two turns, marks, repeats, hidden golds, versions of a
guideline, months; one who likes the left side and got tired, one AI judge. `python -m tests.tui.figures_project FOLDER` builds it to
be looked at: `prefterm --db FOLDER/prefterm.db --as lead agreement --tui`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.access import add_annotator, create_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from tests.factories import GUIDELINE, write_jsonl

__all__ = ["JUDGES", "build", "votes"]

JUDGES = ("ann", "ben", "cyd", "dot", "eve", "fay")
"""`dot` likes the left side, `fay` has judged little."""
_ITEMS, _GOLDS = 120, 30
_TAGS = ("dosage", "interactions", "summary", "tone")
_SHARES = {"ann": 0.9, "ben": 0.85, "cyd": 0.8, "dot": 0.95, "eve": 0.5, "fay": 0.1, "robo": 0.7}


def comparisons(items: int = _ITEMS, golds: int = _GOLDS) -> Iterator[dict[str, Any]]:
    """Comparisons of two turns or one; those named g… are for golds."""
    for number in range(items + golds):
        name = f"c{number}" if number < items else f"g{number - items}"
        asked = f"{name}: which of {number * 7919 % 9973} and {number * 104729 % 9967} is the larger, and why?"
        turns = [{"role": "user", "content": asked}]
        if number % 2:
            turns += [{"role": "assistant", "content": "The first."}, {"role": "user", "content": f"And of {number} and its square?"}]
        longer = "It follows from their digits, read from the left. " * (1 + number % 3)
        texts = [f"The first of {number}. {longer if number % 2 else ''}", f"The second of {number}. {'' if number % 2 else longer}"]
        yield {"id": name, "prompt": turns, "responses": [{"text": t} for t in texts], "tags": [_TAGS[number % 4]]}


def _truth(number: int) -> float:
    return random.Random(f"truth {number}").gauss(0, 1.7)


def _strength(felt: float) -> int:
    size = sum(abs(felt) > bound for bound in (0.45, 1.3, 2.4))
    return size if felt > 0 else -size


def votes(people: Sequence[str], items: int = _ITEMS, *, seed: str = "votes", **more: Any) -> Iterator[dict[str, Any]]:
    """What people say of the comparisons c0, c1 … in the months of a winter, under two versions of the guideline."""
    for person in people:
        chance = random.Random(f"{seed} {person}")
        for number in range(items):
            if chance.random() > _SHARES.get(person, 0.8):
                continue
            first_left = (number + sum(map(ord, person))) % 2 == 0
            lean = (1.7 if first_left else -1.7) if person == "dot" else 0.0
            noise = 1.5 if number % 4 == 0 else 0.8
            felt = _truth(number) + chance.gauss(0, noise) + lean
            month, day = 1 + number * 4 // items, 1 + number % 28
            yield {
                "comparison": f"c{number}", "annotator": person, "presented_order": [0, 1] if first_left else [1, 0],
                "created_at": f"2026-{month:02}-{day:02}T{9 + number % 8:02}:{number % 60:02}:00Z",
                "active_seconds": round(20 + 40 * chance.random(), 1), "guideline": f"helpfulness@{1 if number < items // 2 else 2}",
                "acceptable": [felt > -2.2, felt < 2.2], "seen": [1.0, 1.0 if chance.random() < 0.8 else 0.4],
                **_answer(_strength(felt), chance), **more,
            }  # fmt: skip


def _answer(strength: int, chance: random.Random) -> dict[str, Any]:
    if strength:
        return {"strength": strength, "rationale": "It gives the digit that decides." if chance.random() < 0.4 else "", "sections": []}
    return {"strength": 0, "tie": chance.choice(("equal", "both_good", "both_bad")), "rationale": "Neither says why.", "sections": []}


def _again(person: str, missed_from: int) -> Iterator[dict[str, Any]]:
    """Hidden golds, right up to some point, then every third; and repeats with the sides exchanged."""
    for number in range(_GOLDS):
        right = number < missed_from or number % 3 == 0
        yield {
            "comparison": f"g{number}", "annotator": person, "purpose": "calibration", "strength": 2 if right == (number % 2 == 0) else -2,
            "presented_order": [number % 2, 1 - number % 2], "created_at": f"2026-05-{1 + number:02}T10:00:00Z",
        }  # fmt: skip


def build(folder: Path) -> Path:
    """A database of `lead`, with `sen` as adjudicator and `ann` who can log in; the votes are imported."""
    lead = create_project(folder / "prefterm.db", "lead")
    for version in (1, 2):
        text = GUIDELINE.read_text(encoding="utf-8").replace("version: 1", f"version: {version}").replace("First version.", f"{version}.")
        path = folder / f"guideline-{version}.md"
        path.write_text(text if version == 1 else text.replace("Length is neither", "The length is neither"), encoding="utf-8")
        publish(lead, path, f"version {version}")
    golds = [{"comparison": f"g{number}", "strength": 2 if number % 2 == 0 else -2, "reason": "by its digits"} for number in range(_GOLDS)]
    found = [*votes(JUDGES), *votes(["robo"], kind="judge"), *_again("ann", _GOLDS), *_again("dot", 16)]
    for name, records in (("items", list(comparisons())), ("golds", golds), ("votes", found)):
        import_files(lead, [write_jsonl(folder / f"{name}.jsonl", records)], kind={"golds": "gold"}.get(name, "auto"))
    add_annotator(lead, "sen", Role.ADJUDICATOR, AnnotatorKind.HUMAN)
    add_annotator(lead, "ann", Role.ANNOTATOR, AnnotatorKind.HUMAN)
    lead.database.close()
    return folder / "prefterm.db"


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
