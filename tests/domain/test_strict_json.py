"""One meaning per text, one text per meaning."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.strict_json import MAX_DEPTH, canonical, dumps, loads, sha256_of

storable = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | storable,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(storable, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    for text in (canonical(value), dumps(value), canonical(value).encode(), json.dumps(value)):
        found = loads(text)
        assert found == value
        assert canonical(found) == canonical(value)


@given(st.dictionaries(storable, values, max_size=6))
def test_equal_values_have_equal_texts_and_hashes(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)
    assert sha256_of(turned) == sha256_of(value)
    assert "\n" not in canonical(value)
    assert "\n" not in dumps(value)


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_anything_else_is_a_value_error(text: str | bytes) -> None:
    try:
        value = loads(text)
    except ValueError:
        return
    assert loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NaN", "NaN"), ("[-Infinity]", "-Infinity"), ("1e999", "infinity"), ('{"a": -1e999}', "infinity"),
        ('{"a": 1, "a": 1}', "'a' stands twice"), ('{"b": {"a": 1, "a": 2}}', "'a' stands twice"),
        ('"\\ud800"', "surrogate"), ('{"\\udfff": 1}', "surrogate"), ('"a\\u0000b"', "NUL"), ('{"\\u0000": 1}', "NUL"),
        (str(2**63), "64 bits"), (str(-(2**63) - 1), "64 bits"), ("9" * 5000, "64 bits"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "deeper"), ("[" * 100_000, "deeper"), ('{"a":' * 100_000, "deeper"),
        ("", "not valid JSON"), ("{} {}", "not valid JSON"), ("{'a': 1}", "not valid JSON"), ("[1,]", "not valid JSON"),
        ("\ufeff{}", ""), (b'"\xff"', "UTF-8"), (b'{"a": "\xc3"}', "UTF-8"),
    ],
)  # fmt: skip
def test_what_others_let_pass_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        loads(text)


def test_the_limits_themselves_are_allowed() -> None:
    assert loads(str(2**63 - 1)) == 2**63 - 1
    assert loads(str(-(2**63))) == -(2**63)
    loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert loads('"\\ud83d\\ude00"') == "😀"


def test_hashes_are_of_bytes() -> None:
    assert sha256_of("é") == sha256_of("é".encode()) != sha256_of(["é"])
    assert sha256_of({"a": 1}) == sha256_of('{"a":1}')
    with pytest.raises(ValueError, match=r"."):
        canonical(float("nan"))
