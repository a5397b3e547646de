"""The real files by others, imported as they are: counts, no doubles in either order, and agreement as published.

The folder is `PREFTERM_SHARED_DATA`, else `../shared/data` beside the checkout; without it these tests are skipped.
"""

from __future__ import annotations

import os
import tracemalloc
from collections import Counter, defaultdict
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from sqlalchemy import func, select

from prefterm.domain.errors import NotAllowed
from prefterm.services.access import Project, create_project, open_project
from prefterm.services.agreement import AgreementOptions, agreement
from prefterm.services.importing import import_files
from prefterm.store import core

DATA = Path(os.environ.get("PREFTERM_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data in {DATA} (PREFTERM_SHARED_DATA names the folder)")

HUMAN = DATA / "mtbench" / "human.jsonl"
JOINED = DATA / "mtbench" / "joined_3models_votes_with_text.jsonl"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_project(tmp_path / "p.db", "lead")


def signs(project: Project, *, purposes: tuple[str, ...] = ("work",)) -> dict[int, dict[str, list[int]]]:
    """comparison id → annotator name → directions, from the preferences alone."""
    a, j, p, n = core.assignment.c, core.judgment.c, core.preference.c, core.annotator.c
    statement = (
        select(j.comparison_id, n.name, p.strength)
        .select_from(core.judgment)
        .join(core.assignment, a.id == j.assignment_id)
        .join(core.preference, p.judgment_id == j.id)
        .join(core.annotator, n.id == j.annotator_id)
        .where(p.dimension == "overall", a.purpose.in_(purposes))
    )
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    with project.database.read() as connection:
        for comparison, name, strength in connection.execute(statement).all():
            found[comparison][name].append((strength > 0) - (strength < 0))
    return found


def counts(project: Project, table: str) -> int:
    with project.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(getattr(core, table))).scalar_one())


def alpha(votes: dict[int, dict[str, list[int]]]) -> tuple[float, int]:
    """Nominal alpha over comparisons with at least two votes, and how many they are."""
    rows = [[v for said in people.values() for v in said] for people in votes.values()]
    rows = [r for r in rows if len(r) > 1]
    table = np.array([[r.count(v) for v in (-1, 0, 1)] for r in rows])
    return krippendorff.alpha(value_counts=table, level_of_measurement="nominal"), len(rows)


def kappa(a: list[int], b: list[int]) -> float:
    """Cohen (1960), unweighted."""
    n = len(a)
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    one, two = Counter(a), Counter(b)
    expected = sum(one[c] * two[c] for c in one) / n**2
    return (observed - expected) / (1 - expected)


def test_pandalm(project: Project) -> None:
    result = import_files(project, [DATA / "pandalm" / "pairs.json"])
    assert (result.comparisons, result.judgments, result.unchanged) == (522, 1566, 0)
    assert any("'true'" in w for w in result.warnings) and any("‹empty response›" in w for w in result.warnings)
    votes = signs(project)
    said = {k: [people[f"pandalm:annotator{k}"][0] for people in votes.values()] for k in (1, 2, 3)}
    found = [kappa(said[a], said[b]) for a, b in ((1, 2), (1, 3), (2, 3))]
    assert found == pytest.approx([0.864330, 0.912457, 0.887767], abs=1e-6)
    assert alpha(votes)[0] == pytest.approx(0.888209, abs=1e-6)
    d = agreement(project, AgreementOptions(resamples=200))
    assert (d["n_items"], d["n_judgments"]) == (522, 1566)
    assert [p["cohen_kappa"]["value"] for p in d["pairs"]] == pytest.approx([0.864330, 0.912457, 0.887767], abs=5e-7)
    assert d["coefficients"]["fleiss_kappa"]["value"] == pytest.approx(0.888137, abs=5e-7)
    assert d["coefficients"]["alpha_nominal"]["value"] == pytest.approx(0.888209, abs=5e-7)
    again = import_files(project, [DATA / "pandalm" / "pairs.json"])
    assert (again.comparisons, again.judgments, again.unchanged) == (0, 0, 522 + 1566)
    with pytest.raises(NotAllowed, match="may not log in"):
        open_project(project.database.path, "pandalm:annotator1")


@pytest.mark.parametrize("order", [(HUMAN, JOINED), (JOINED, HUMAN)], ids=["votes first", "texts first"])
def test_mt_bench_votes_and_texts_do_not_double(project: Project, order: tuple[Path, Path]) -> None:
    for path in order:
        import_files(project, [path])
    assert (counts(project, "comparison"), counts(project, "judgment")) == (1814, 3355)
    with project.database.read() as connection:
        servable = connection.execute(select(func.count()).where(core.comparison.c.servable.is_(True))).scalar_one()
        purposes = Counter(connection.execute(select(core.assignment.c.purpose)).scalars().all())
        rounds = connection.execute(select(core.round.c.name, core.round.c.state, core.round.c.kind)).all()
    assert servable == 374 and purposes == {"work": 3354, "repeat": 1}
    assert rounds == [("import:mt-bench", "closed", "import")]
    value, items = alpha(signs(project))
    assert items == 960 and value == pytest.approx(0.484896, abs=1e-6)
    value, items = alpha(signs(project, purposes=("work", "repeat")))
    assert items == 961 and value == pytest.approx(0.485461, abs=1e-6)
    for count_all, items, value, left_out in ((False, 960, 0.484896, 1), (True, 961, 0.485461, 0)):
        d = agreement(project, AgreementOptions(count_all=count_all, resamples=50))
        assert d["coefficients"]["alpha_nominal"]["value"] == pytest.approx(value, abs=5e-7)
        assert (d["n_items"], d["left_out"]["repeat"], len(d["annotators"])) == (items, left_out, 65)
    for path in order:
        again = import_files(project, [path])
        assert (again.comparisons, again.judgments, again.filled) == (0, 0, 0)


def test_mt_bench_both_files_at_once(project: Project) -> None:
    result = import_files(project, [HUMAN, JOINED])
    assert (result.comparisons, result.judgments) == (1814, 3355)
    assert counts(project, "judgment") == 3355


def test_mt_bench_judge_is_a_judge_and_keeps_inconsistent_ties_apart(project: Project) -> None:
    result = import_files(project, [DATA / "mtbench" / "gpt4_pair.jsonl"])
    assert result.judgments == 2400
    with project.database.read() as connection:
        kinds = connection.execute(select(core.annotator.c.kind).where(core.annotator.c.name == "mt-bench:gpt4_pair")).scalars().all()
        metas = connection.execute(select(core.judgment.c.meta)).scalars().all()
    assert kinds == ["judge"]
    assert sum(m.get("winner") == "tie (inconsistent)" for m in metas) == 380


def test_llmbar_is_gold(project: Project) -> None:
    result = import_files(project, [DATA / "llmbar" / "Natural.json", DATA / "llmbar" / "Adversarial_GPTInst.json"])
    assert (result.comparisons, result.gold) == (192, 192)


def test_ukp(project: Project) -> None:
    result = import_files(project, [DATA / "ukpconvarg1" / "pairs.jsonl.gz"])
    assert (result.comparisons, result.judgments) == (8369, 41750)
    votes = signs(project)
    assert alpha(votes)[0] == pytest.approx(0.262520, abs=1e-6)
    tops = [Counter(v for said in people.values() for v in said).most_common() for people in votes.values()]
    assert sum(len(t) > 1 and t[0][1] == t[1][1] for t in tops) == 1393
    tracemalloc.start()
    d = agreement(project, AgreementOptions(resamples=50))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # One number for each two of 2,440 workers would take 48 MB.
    assert most < 48_000_000
    assert d["coefficients"]["alpha_nominal"]["value"] == pytest.approx(0.262520, abs=5e-7)
    assert d["items"]["no_plurality"] == 1393
    assert d["n_items"] == sum(d["items"][key] for key in ("unanimous", "majority", "plurality", "no_plurality")) == 8369
    # Of nearly three million pairs of workers only those who meet often are there.
    assert len(d["annotators"]) == 2440 and 0 < len(d["pairs"]) < 2440
    assert all(p["n_items"] >= 20 for p in d["pairs"])
