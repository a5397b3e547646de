"""Real votes by others, against the figures that their description states; skipped where they are absent.

The folder is `PREFTERM_SHARED_DATA`, else `../shared/data` beside the checkout.
"""

import gzip
import json
import os
from pathlib import Path

import pytest

from prefterm.stats.measuring import overall_figures, pair_figures
from prefterm.stats.ratings import DIRECTIONS, Ratings
from prefterm.stats.samples import PairTables, shared_items

DATA = Path(os.environ.get("PREFTERM_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
pytestmark = [
    pytest.mark.filterwarnings("error"),
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data in {DATA} (PREFTERM_SHARED_DATA names the folder)"),
]


def of_votes(votes: dict[tuple[str, str], int]) -> Ratings:
    """Ratings of (item, annotator) → direction."""
    items, people = zip(*votes, strict=True)
    return Ratings.from_columns(items, people, list(votes.values()), DIRECTIONS)


def test_pandalm() -> None:
    pairs = json.loads((DATA / "pandalm" / "pairs.json").read_text(encoding="utf-8"))
    label = {0: 0, 1: 1, 2: -1}
    ratings = Ratings.from_matrix([[label[pair[f"annotator{a}"]] for a in (1, 2, 3)] for pair in pairs], DIRECTIONS)
    figures, tables = overall_figures(ratings, resamples=200), PairTables(ratings)
    assert figures["fleiss_kappa"].value == pytest.approx(0.888137, abs=5e-7)
    assert figures["alpha_nominal"].value == pytest.approx(0.888209, abs=5e-7)
    kappas = [pair_figures(tables, a, b, resamples=50)["cohen_kappa"].value for a, b in ((0, 1), (0, 2), (1, 2))]
    assert kappas == pytest.approx([0.864330, 0.912457, 0.887767], abs=5e-7)


def test_mt_bench() -> None:
    """All judges, models in sorted order; the first vote of a judge on an item counts, a second is a repeat."""
    votes: dict[tuple[str, str], int] = {}
    with (DATA / "mtbench" / "human.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            first, second = sorted((row["model_a"], row["model_b"]))
            winner = row.get(row["winner"])
            item = f"{row['question_id']}|{first}|{second}|{row['turn']}"
            votes.setdefault((item, row["judge"]), 0 if winner is None else 1 if winner == first else -1)
    figures = overall_figures(of_votes(votes), resamples=200)
    assert figures["alpha_nominal"].value == pytest.approx(0.484896, abs=5e-7)
    assert figures["alpha_nominal"].n_items == 960


def test_ukp() -> None:
    """Thousands of workers: only pairs that meet often enough are ever looked at."""
    votes: dict[tuple[str, str], int] = {}
    label = {"a1": 1, "a2": -1, "equal": 0}
    with gzip.open(DATA / "ukpconvarg1" / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            for vote in json.loads(line)["votes"]:
                votes.setdefault((f"{number:05}", vote["annotator"]), label[vote["value"]])
    ratings = of_votes(votes)
    assert ratings.n_annotators > 2_000
    figures = overall_figures(ratings, resamples=200)
    assert figures["alpha_nominal"].value == pytest.approx(0.262520, abs=5e-7)
    together = shared_items(ratings)
    assert 0 < len(together) < ratings.n_annotators
    assert all(n >= 20 for _, _, n in together)
