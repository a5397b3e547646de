"""Exporters and the way of an export to its file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.errors import Refused
from prefterm.domain.prompts import Comparison, Message, Response
from prefterm.interchange.exporters import EXPORTERS, ExportLabel, exporter_named, unacceptable, unfit
from prefterm.interchange.exporters.output import Staged, manifest_path, publish_both

USER = (Message("user", "Why?"),)
SYSTEM = (Message("system", "Be brief."), Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Why?"))


def pair(first: str | None = "one", second: str | None = "two", prompt: Any = USER) -> Comparison:
    return Comparison("c", prompt, (Response(first, "model-x"), Response(second, "model-y")))


def assistant(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def test_a_plug_in_is_listed_under_its_own_name() -> None:
    assert list(EXPORTERS) == ["trl-dpo", "trl-reward"]
    assert all(exporter.name == name for name, exporter in EXPORTERS.items())
    with pytest.raises(ValueError, match="trl-dpo, trl-reward, raw"):
        exporter_named("csv")


def test_dpo_rows_are_conversational_and_exact() -> None:
    prompt = [{"role": "user", "content": "Why?"}]
    rows = exporter_named("trl-dpo").rows
    assert rows(ExportLabel(pair(), 1, 2.0)) == [{"prompt": prompt, "chosen": assistant("one"), "rejected": assistant("two")}]
    assert rows(ExportLabel(pair(), -1, 2.0)) == [{"prompt": prompt, "chosen": assistant("two"), "rejected": assistant("one")}]


def test_reward_rows_carry_a_float_margin() -> None:
    (row,) = exporter_named("trl-reward").rows(ExportLabel(pair(), -1, 2))
    assert row["margin"] == 2.0
    assert type(row["margin"]) is float
    assert list(row) == ["prompt", "chosen", "rejected", "margin"]


@pytest.mark.parametrize("name", list(EXPORTERS))
def test_a_tie_gives_both_orders_with_margin_0(name: str) -> None:
    rows = exporter_named(name).rows(ExportLabel(pair(), 0, 5.0, "equal"))
    assert [r["chosen"] for r in rows] == [assistant("one"), assistant("two")]
    assert [r["rejected"] for r in rows] == [assistant("two"), assistant("one")]
    assert [r["margin"] for r in rows if "margin" in r] == ([0.0, 0.0] if name == "trl-reward" else [])


def test_system_and_earlier_turns_stay_in_the_prompt_and_several_messages_in_the_answer() -> None:
    several = (Message("assistant", "look"), Message("tool", ""), Message("assistant", "done"))
    comparison = Comparison("c", SYSTEM, (Response("…", None, several), Response("two")))
    (row,) = exporter_named("trl-dpo").rows(ExportLabel(comparison, 1))
    assert row["prompt"] == [m.as_json() for m in SYSTEM]
    assert row["chosen"] == [m.as_json() for m in several]
    assert row["rejected"] == assistant("two")
    assert unfit(comparison) is None


@pytest.mark.parametrize(
    ("comparison", "reason"),
    [
        (pair(), None),
        (pair(prompt=None), "no_text"),
        (pair(first=None), "no_text"),
        (pair("same", "same"), "same_text"),
        (pair("", ""), "same_text"),
        (pair("one", "\u3000 \n"), "empty_text"),
        (pair("", "two"), "empty_text"),
        (pair(prompt=(Message("user", " "),)), "empty_text"),
        (pair(prompt=(Message("system", ""), Message("user", "x"))), None),
        (pair(prompt=(*USER, Message("assistant", "Because"))), "prompt_ends_in_assistant"),
        (Comparison("c", USER, (Response("x", None, (Message("assistant", ""), Message("tool", "t"))), Response("y"))), "empty_text"),
        (Comparison("c", USER, (Response("x", None, (Message("assistant", "x"),)), Response("x"))), "same_text"),
    ],
)
def test_what_no_trainer_may_be_given(comparison: Comparison, reason: str | None) -> None:
    assert unfit(comparison) == reason


@pytest.mark.parametrize(
    ("direction", "marks", "bad"),
    [
        (1, (), False), (1, (None, None), False), (1, (False, True), True), (1, (True, False), False), (-1, (True, False), True),
        (-1, (False, None), False), (0, (True, False), True), (0, (True, None), False),
    ],
)  # fmt: skip
def test_unacceptable_asks_the_chosen_ones_only(direction: int, marks: tuple[bool | None, ...], bad: bool) -> None:
    assert unacceptable(ExportLabel(pair(), direction, acceptable=marks)) is bad


@given(
    st.text(max_size=5), st.text(max_size=5),
    st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), st.text()), min_size=1),
    st.sampled_from([-1, 0, 1]), st.floats(0, 3), st.sampled_from(list(EXPORTERS)),
)  # fmt: skip
def test_whatever_is_fit_gives_rows_a_trainer_can_use(
    a: str, b: str, prompt: list[Message], direction: int, margin: float, name: str
) -> None:
    comparison = pair(a, b, tuple(prompt))
    if unfit(comparison) is not None:
        return
    for row in exporter_named(name).rows(ExportLabel(comparison, direction, margin)):
        assert row["chosen"] != row["rejected"]
        assert all(isinstance(row[key], list) and row[key] for key in ("prompt", "chosen", "rejected"))
        assert all(m["content"].strip() for key in ("chosen", "rejected") for m in row[key])
        assert row["prompt"][-1]["role"] != "assistant"
        assert "model-" not in json.dumps(row) or "model-" in a + b


def test_an_unfit_pair_never_becomes_a_row() -> None:
    for comparison in (pair("x", "x"), pair(prompt=None), pair(first=None)):
        with pytest.raises(ValueError, match="comparison 'c'"):
            exporter_named("trl-dpo").rows(ExportLabel(comparison, 1))


# output


def write(target: Path, text: str, force: bool = False) -> Staged:
    with Staged(target, force=force) as staged:
        staged.write(text.split("\n"))
        staged.seal()
        staged.publish()
    return staged


@contextmanager
def small_files(limit: int) -> Iterator[None]:
    """A real failing write: beyond the limit the kernel refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_written_is_hashed_and_private(tmp_path: Path) -> None:
    staged = write(tmp_path / "out", "é\u2028\nb")
    data = (tmp_path / "out").read_bytes()
    assert data == "é\u2028\nb\n".encode()
    assert (staged.records, staged.sha256) == (2, hashlib.sha256(data).hexdigest())
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old")
    with pytest.raises(Refused, match="--force"):
        write(tmp_path / "out", "new")
    assert (tmp_path / "out").read_text() == "old"
    write(tmp_path / "out", "new", force=True)
    assert (tmp_path / "out").read_text() == "new\n"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="meanwhile"), Staged(tmp_path / "out") as staged:
        staged.write(["new"])
        staged.seal()
        (tmp_path / "out").write_text("theirs")
        staged.publish()
    assert (tmp_path / "out").read_text() == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_symlinks_are_never_followed(tmp_path: Path, force: bool) -> None:
    (tmp_path / "real").write_text("old")
    for target in ("real", "nowhere"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(tmp_path / target)
        with pytest.raises(Refused, match="symbolic link"):
            write(tmp_path / "link", "new", force)
    assert (tmp_path / "real").read_text() == "old"
    assert not (tmp_path / "nowhere").exists()


def test_folders_devices_and_missing_folders_are_refused(tmp_path: Path) -> None:
    for target, reason in ((tmp_path, "no file"), (Path("/dev/full"), "no file"), (tmp_path / "no" / "x", "no such folder")):
        with pytest.raises(Refused, match=reason):
            write(target, "x", force=True)


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_failing_write_leaves_no_part_and_the_old_file(tmp_path: Path, size: int) -> None:
    (tmp_path / "out").write_text("old")
    with small_files(5), pytest.raises(Refused, match="cannot be written"):
        write(tmp_path / "out", "x" * size, force=True)
    assert (tmp_path / "out").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_export_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Staged(tmp_path / "out") as staged:
        staged.write(["one"])
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_standard_output_gets_the_bytes_and_its_end_is_the_callers() -> None:
    out = io.BytesIO()
    with Staged("-", stdout=out) as staged:
        staged.write(["é"])
        staged.seal()
        assert out.getvalue() == b""
        staged.publish()
    assert out.getvalue() == "é\n".encode()
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as pipe, Staged("-", stdout=pipe) as staged:  # type: ignore[arg-type]
        staged.write(["x"])
        staged.seal()
        staged.publish()
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(Refused, match="standard output"), Staged("-", stdout=full) as staged:  # type: ignore[arg-type]
        staged.write(["x"])
        staged.seal()
        staged.publish()


def test_a_manifest_is_written_in_the_same_way(tmp_path: Path) -> None:
    target = manifest_path(tmp_path / "out.jsonl")
    assert target.name == "out.jsonl.manifest.json"
    with Staged(tmp_path / "out.jsonl") as staged:
        staged.write(["{}"])
        staged.seal()
        publish_both(staged, target, {"b": 1, "a": "é"})
    assert target.read_text(encoding="utf-8") == '{"b": 1, "a": "é"}\n'
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "{}\n"


def test_without_its_manifest_no_file_appears(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl.manifest.json").write_text("there already")
    with pytest.raises(Refused, match="--force"), Staged(tmp_path / "out.jsonl") as staged:
        staged.write(["{}"])
        staged.seal()
        publish_both(staged, manifest_path(tmp_path / "out.jsonl"), {})
    assert not (tmp_path / "out.jsonl").exists()
