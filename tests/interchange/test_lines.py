"""Bounded reading: every hazard of a foreign file costs one record or the rest of the file, and never an exception."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefterm.interchange import lines
from prefterm.interchange.lines import Limits, Line, read_lines

GOOD = b'{"a": 1}'


def read(tmp_path: Path, content: bytes, limits: Limits | None = None) -> list[Line]:
    path = tmp_path / "input"
    path.write_bytes(content)
    return list(read_lines(path, limits or Limits()))


def shape(found: list[Line]) -> list[tuple[int, str]]:
    """Line numbers with `ok` or `error`, after a check that each line is one or the other."""
    assert all((line.value is None) != (line.error is None) for line in found)
    return [(line.number, "ok" if line.error is None else "error") for line in found]


def errors(found: list[Line]) -> str:
    return " / ".join(line.error or "" for line in found if line.error is not None)


@pytest.fixture(params=["plain", "gzip"])
def pack(request: pytest.FixtureRequest):
    return (lambda content: content) if request.param == "plain" else gzip.compress


# What is read


def test_records_come_with_their_lines_and_blank_ones_are_skipped(tmp_path, pack):
    found = read(tmp_path, pack(b'\n{"a": 1}\r\n  \t\r\n{"b": "x"}\n\n{"c": null}'))
    assert found == [Line(2, {"a": 1}), Line(4, {"b": "x"}), Line(6, {"c": None})]


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"[]", b" [\n] \n"])
def test_a_file_without_records_has_none(tmp_path, content):
    assert read(tmp_path, content) == []


def test_an_array_gives_its_elements_with_the_line_where_each_starts(tmp_path, pack):
    content = b'\n [{"a":\n 1},\n\n {"b": "],[{\\"\\\\"}, {"c": [[1], {}]}\n]\n'
    assert read(tmp_path, pack(content)) == [Line(2, {"a": 1}), Line(5, {"b": '],[{"\\'}), Line(5, {"c": [[1], {}]})]


def test_members_of_a_gzip_file_are_read_one_after_another(tmp_path):
    assert shape(read(tmp_path, gzip.compress(GOOD + b"\n") + gzip.compress(GOOD))) == [(1, "ok"), (2, "ok")]


def test_gzip_is_told_by_its_first_bytes_not_by_the_name(tmp_path):
    path = tmp_path / "data.jsonl.gz"
    path.write_bytes(GOOD)
    assert list(read_lines(path)) == [Line(1, {"a": 1})]


def test_progress_counts_the_bytes_on_disk(tmp_path, pack):
    path = tmp_path / "input"
    path.write_bytes(pack(b"".join(b'{"a": "%d"}\n' % n for n in range(40_000))))
    seen: list[int] = []
    count = sum(1 for _ in read_lines(path, progress=seen.append))
    assert count == 40_000
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1] == path.stat().st_size


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(read_lines(tmp_path / "none.jsonl"))


# Faults of one record: one error, and reading goes on

BAD_RECORDS = {
    "NaN": (b'{"a": NaN}', "NaN"),
    "Infinity": (b'{"a": -Infinity}', "-Infinity"),
    "infinite float": (b'{"a": 1e999}', "too large"),
    "duplicate key": (b'{"a": 1, "a": 2}', "stands twice"),
    "long integer": (b'{"a": ' + b"9" * 5000 + b"}", "64 bits"),
    "integer of 64 bits": (b'{"a": 9223372036854775808}', "64 bits"),
    "deep nesting": (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper"),
    "bottomless nesting": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
    "lone surrogate": (b'{"a": "\\ud800"}', "lone surrogate"),
    "NUL": (b'{"a": "\\u0000"}', "NUL"),
    "invalid UTF-8": (b'{"a": "\xff"}', "not valid UTF-8"),
    "encoded surrogate": (b'{"a": "\xed\xa0\x80"}', "not valid UTF-8"),
    "a list": (b"[1]", "must be a JSON object, not a list"),
    "a text": (b'"a"', "must be a JSON object, not a text"),
    "null": (b"null", "must be a JSON object, not null"),
    "true": (b"true", "must be a JSON object, not true"),
    "a number": (b"12", "must be a JSON object, not a number"),
}


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_a_bad_record_costs_one_line(tmp_path, name):
    bad, sentence = BAD_RECORDS[name]
    found = read(tmp_path, b"\n".join([GOOD, bad, GOOD]))
    assert shape(found) == [(1, "ok"), (2, "error"), (3, "ok")]
    assert sentence in errors(found)


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_a_bad_element_costs_one_element(tmp_path, name):
    bad, sentence = BAD_RECORDS[name]
    found = read(tmp_path, b"[" + b",\n".join([GOOD, bad, GOOD]) + b"]")
    assert shape(found) == [(1, "ok"), (2, "error"), (3, "ok")]
    assert sentence in errors(found)


def test_broken_json_costs_one_line(tmp_path):
    found = read(tmp_path, b'{"a": 1}\n{"a": \n{"a": 1}}\n{"a": 1}')
    assert shape(found) == [(1, "ok"), (2, "error"), (3, "error"), (4, "ok")]
    assert errors(found).count("not valid JSON") == 2


def test_a_bom_is_accepted_on_line_1_only(tmp_path, pack):
    bom = b"\xef\xbb\xbf"
    assert shape(read(tmp_path, pack(bom + GOOD + b"\n" + bom + GOOD + b"\n" + GOOD))) == [(1, "ok"), (2, "error"), (3, "ok")]
    assert shape(read(tmp_path, pack(bom + b"[" + GOOD + b"]"))) == [(1, "ok")]


def test_only_a_line_feed_ends_a_line(tmp_path, pack):
    text = "a\u2028b\u2029c\u0085d"
    record = json.dumps({"a": text}, ensure_ascii=False).encode()
    # A lone CR between tokens is blank to JSON, but ends no line.
    assert read(tmp_path, pack(record + b'\n{"b":\r1}\r\n' + record)) == [
        Line(1, {"a": text}),
        Line(2, {"b": 1}),
        Line(3, {"a": text}),
    ]
    assert read(tmp_path, pack(b"[" + record + b",\n" + record + b"]")) == [Line(1, {"a": text}), Line(2, {"a": text})]


def test_a_raw_carriage_return_in_a_text_splits_nothing(tmp_path):
    assert shape(read(tmp_path, b'{"a": "x\ry"}\n' + GOOD)) == [(1, "error"), (2, "ok")]


def test_an_over_long_line_is_one_error_and_reading_goes_on(tmp_path, pack):
    limit = Limits(line_bytes=1000)
    fits = b'{"a": "' + b"x" * 991 + b'"}'
    assert len(fits) == 1000
    found = read(tmp_path, pack(fits + b"\n" + b"x" * 200_000 + b"\n" + GOOD + b"\n" + fits + b" "), limit)
    assert shape(found) == [(1, "ok"), (2, "error"), (3, "ok"), (4, "error")]
    assert "1,000 bytes" in errors(found)


def test_an_over_long_element_is_one_error_and_reading_goes_on(tmp_path, pack):
    found = read(tmp_path, pack(b'[{"a": "' + b"x\\n" * 100_000 + b'"},\n' + GOOD + b"]"), Limits(line_bytes=1000))
    assert shape(found) == [(1, "error"), (2, "ok")]
    assert "1,000 bytes" in errors(found)


@pytest.mark.parametrize("opening", [b"", b'[{"a": "'])
def test_an_endless_line_is_not_held_in_memory(tmp_path, opening):
    path = tmp_path / "input"
    path.write_bytes(opening + b"x" * 32 * 2**20)
    tracemalloc.start()
    try:
        found = list(read_lines(path, Limits(line_bytes=2**18)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert shape(found) == [(1, "error")]
    assert peak < 4 * 2**20


def test_a_text_longer_than_the_field_limit_is_an_error(tmp_path):
    limit = Limits(field_chars=10)
    # Ten characters of four bytes each pass: the limit is on characters.
    fits, long = json.dumps({"a": ["😀" * 10]}, ensure_ascii=False).encode(), b'{"a": [{"b": "xxxxxxxxxxx"}]}'
    found = read(tmp_path, b"\n".join([fits, long, b'{"a": {"xxxxxxxxxxx": 1}}', fits]), limit)
    assert shape(found) == [(1, "ok"), (2, "error"), (3, "error"), (4, "ok")]
    assert "a text of 11 characters in 'a'; the limit is 10" in errors(found)


def test_an_error_stays_a_sentence_where_it_quotes_the_input(tmp_path):
    key = b'"' + b"k" * 100_000 + b'": 1'
    found = read(tmp_path, b"{" + key + b"," + key + b"}")
    assert shape(found) == [(1, "error")]
    assert len(errors(found)) <= 500


# Faults of the file: one error, and reading stops


def test_a_gzip_bomb_is_one_error(tmp_path):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as bomb:
        bomb.write(GOOD + b"\n")
        for _ in range(64):
            bomb.write(b" " * 2**20)
    assert path.stat().st_size * 200 < 64 * 2**20
    seen: list[int] = []
    found = list(read_lines(path, progress=seen.append))
    assert shape(found) == [(1, "ok"), (2, "error")]
    assert "200 times" in errors(found)
    assert seen[-1] < path.stat().st_size, "the bomb was unpacked to its end"


def test_small_gzip_files_may_have_any_ratio(tmp_path):
    content = b'{"a": "' + b"x" * 900_000 + b'"}'
    assert len(gzip.compress(content)) * 200 < len(content)
    assert shape(read(tmp_path, gzip.compress(content))) == [(1, "ok")]


def test_truncated_gzip_is_one_error_after_what_could_be_read(tmp_path):
    content = b"".join(b'{"a": "%d"}\n' % (n * 7919**3) for n in range(20_000))
    found = read(tmp_path, gzip.compress(content)[:-4000])
    assert shape(found)[0] == (1, "ok")
    assert [line.number for line in found if line.error is not None] == [len(found)]
    assert "breaks off" in errors(found)
    assert shape(read(tmp_path, gzip.compress(GOOD)[:5])) == [(1, "error")]


def test_corrupt_gzip_is_one_error(tmp_path):
    packed = bytearray(gzip.compress(GOOD))
    packed[-8] ^= 1
    found = read(tmp_path, bytes(packed))
    assert "corrupt" in errors(found)
    assert shape(found)[-1][1] == "error"
    assert "corrupt" in errors(read(tmp_path, b"\x1f\x8b" + b"no gzip at all"))


def test_a_file_beyond_the_total_is_one_error(tmp_path, pack):
    content = b"".join(b'{"a": "%d"}\n' % n for n in range(40_000))
    found = read(tmp_path, pack(content), Limits(total_bytes=200_000))
    assert [n for n, state in shape(found) if state == "error"] == [len(found)]
    assert 1 < len(found) < 40_000
    assert "200,000 bytes" in errors(found)


def test_an_array_beyond_its_limit_is_one_error_that_advises_jsonl(tmp_path):
    limits = Limits(array_bytes=15)
    assert shape(read(tmp_path, b"[" + GOOD + b"]", limits)) == [(1, "ok")]
    found = read(tmp_path, b"[" + GOOD + b"," + GOOD + b"]", limits)
    assert shape(found) == [(1, "error")]
    assert "one object a line" in errors(found)
    assert shape(read(tmp_path, GOOD + b"\n" + GOOD, limits)) == [(1, "ok"), (2, "ok")]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b'[\n{"a": 1},\n{"b"\n: tru},\n{"a": 1}]', 4, "not valid JSON"),
        (b'[{"a": 1}\n{"a": 1}]', 2, "not valid JSON"),
        (b'[{"a": 1},\n,{"a": 1}]', 2, "missing before ,"),
        (b'[{"a": 1},\n]', 2, "missing before ]"),
        (b'[{"a": 1}]\n{"a": 1}', 2, "after the closing ]"),
        (b'[{"a": 1},\n{"a": 1}}, {"a": 1}]', 2, "a } without its {"),
        (b'[{"a": 1},\n{"a": [1}]}, {"a": 1}]', 2, "not valid JSON"),
        (b'[{"a": 1},\n{"a": "x\ny"}, {"a": 1}]', 2, "not valid JSON"),
    ],
)
def test_a_syntax_error_in_an_array_is_one_error_with_its_line_and_stops(tmp_path, content, line, sentence):
    found = read(tmp_path, content)
    bad = [entry for entry in found if entry.error is not None]
    assert found[-1:] == bad
    assert bad[0].number == line
    assert sentence in errors(found)


@pytest.mark.parametrize("content", [b"[", b'[{"a": 1}', b'[{"a": 1},', b'[{"a": 1}, {"b": "', b'[{"a": 1}, {"b": "\\'])
def test_an_array_that_is_not_closed_is_an_error(tmp_path, content):
    found = read(tmp_path, content)
    assert found[-1].error == "the file ends before the closing ] of its array"
    assert all(line.error is None for line in found[:-1])


# Whatever the bytes


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.lists(st.sampled_from([b'"', b"\\", b"[", b"]", b"{", b"}", b",", b":", b"\n", b"1", b"a", b"\xff"])).map(b"".join),
    ),
    wrap=st.sampled_from(["plain", "array", "gzip", "broken gzip", "bom"]),
    chunk=st.sampled_from([1, 3, 64, 2**16]),
)
def test_random_bytes_yield_lines_and_raise_nothing(tmp_path, monkeypatch, content, wrap, chunk):
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    wrapped = {
        "plain": content,
        "array": b"[" + content,
        "gzip": gzip.compress(content),
        "broken gzip": gzip.compress(b"{}\n")[:10] + content,
        "bom": b"\xef\xbb\xbf" + content,
    }[wrap]
    found = read(tmp_path, wrapped, Limits(line_bytes=100, field_chars=20, total_bytes=300, array_bytes=200))
    assert all(isinstance(line, Line) and (line.value is None) != (line.error is None) for line in found)
    numbers = [line.number for line in found]
    assert numbers == sorted(numbers)
    assert all(isinstance(line.value, dict) for line in found if line.error is None)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=4),
    chunk=st.sampled_from([1, 2, 7, 2**16]),
    indent=st.sampled_from([None, 2]),
    ascii_only=st.booleans(),
)
def test_what_json_wrote_is_read_back_however_the_chunks_fall(tmp_path, monkeypatch, records, chunk, indent, ascii_only):
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    array = json.dumps(records, indent=indent, ensure_ascii=ascii_only).encode()
    assert [line.value for line in read(tmp_path, array)] == records
    jsonl = "".join(json.dumps(record, ensure_ascii=ascii_only) + "\n" for record in records).encode()
    assert read(tmp_path, jsonl) == [Line(n, record) for n, record in enumerate(records, 1)]
    assert read(tmp_path, gzip.compress(jsonl)) == read(tmp_path, jsonl)
