"""The example project, built from the real samples."""

import stat
from pathlib import Path

import pytest

from prefterm.domain.errors import Refused
from prefterm.services.access import create_project, open_project
from prefterm.services.demo import SIMULATED, build_demo
from prefterm.services.golds import gold_list
from prefterm.services.health import doctor
from prefterm.services.labeling import Labeling
from prefterm.services.listings import people_list
from prefterm.services.rounds import find_round
from prefterm.services.status import status
from prefterm.store import core


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_demo(tmp_path_factory.mktemp("demo"), name="me")


def test_the_rounds_are_about_half_done(demo: Path) -> None:
    document = status(open_project(demo, "me"))
    found = {r["round"]: r for r in document["rounds"]}
    assert set(found) == {"assistants", "medicines", "import:native"}
    for name in ("assistants", "medicines"):
        slots = found[name]["items"] * 2
        assert abs(found[name]["judgments"] - slots / 2) <= 1
        assert found[name]["stuck"] == []
        assert {a["annotator"] for a in found[name]["annotators"]} == {"me", *SIMULATED}
        assert all(a["open"] == 0 for a in found[name]["annotators"])
    assert found["medicines"]["guideline"] == "medicines@1" and found["assistants"]["guideline"] == "helpfulness@1"


def test_the_database_is_healthy_and_private(demo: Path) -> None:
    document = doctor(open_project(demo, "me"))
    assert document["ok"], document
    assert stat.S_IMODE(demo.stat().st_mode) == 0o600
    assert [p.name for p in demo.parent.iterdir()] == ["demo.db"]


def test_the_people_are_marked_as_simulated(demo: Path) -> None:
    project = open_project(demo, "me")
    assert {p["annotator"]: p["simulated"] for p in people_list(project)} == {"me": False, **dict.fromkeys(SIMULATED, True)}
    with project.database.read() as connection:
        imported = connection.execute(core.judgment.select().where(core.judgment.c.import_sha256.is_not(None))).all()
        notes = connection.execute(core.event.select().where(core.event.c.kind == "demo.built")).all()
    assert len(imported) == 3 * len(gold_list(project)) and all(j.meta["simulated"] for j in imported)
    assert "simulated" in notes[0].payload["note"]


def test_there_is_work_left_in_both_rounds(demo: Path) -> None:
    project = open_project(demo, "me")
    for name in ("assistants", "medicines"):
        assert Labeling(project, find_round(project, name)).claim() is not None


def test_it_is_kept_between_runs_and_built_anew_on_demand(tmp_path: Path) -> None:
    path = build_demo(tmp_path, name="me")
    before = path.stat().st_mtime_ns
    assert build_demo(tmp_path, name="me").stat().st_mtime_ns == before
    steps: list[tuple[int, int]] = []
    build_demo(tmp_path, fresh=True, progress=lambda _, done, total: steps.append((done, total)), name="you")
    assert open_project(path, "you").actor.name == "you"
    assert steps[-1][0] == steps[-1][1]


def test_fresh_deletes_nothing_but_a_demo(tmp_path: Path) -> None:
    create_project(tmp_path / "demo.db", "lead")
    before = (tmp_path / "demo.db").read_bytes()
    with pytest.raises(Refused, match="no demo"):
        build_demo(tmp_path, fresh=True, name="me")
    assert (tmp_path / "demo.db").read_bytes() == before


def test_a_build_that_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("prefterm.services.demo._play", fail)
    with pytest.raises(KeyboardInterrupt):
        build_demo(tmp_path, name="me")
    assert list(tmp_path.iterdir()) == []
