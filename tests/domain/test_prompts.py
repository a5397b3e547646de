"""Comparisons that are filled in, and when two prompts are near-duplicates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.prompts import Comparison, Message, Response, are_near_duplicates, jaccard, normalised, shingles, text_of


def prompt(text: str) -> tuple[Message, ...]:
    return (Message("user", text),)


def pair(*texts: str | None, asked: str | None = "p", models: tuple[str | None, str | None] = ("a", "b"), **more: object) -> Comparison:
    found = tuple(Response(t, m) for t, m in zip(texts, models, strict=True))
    return Comparison("c", None if asked is None else prompt(asked), found, **more)  # type: ignore[arg-type]


# near-duplicates


@given(st.text(max_size=80), st.text(max_size=80))
def test_being_near_is_symmetric_and_reflexive(one: str, other: str) -> None:
    a, b = normalised(prompt(one)), normalised(prompt(other))
    assert are_near_duplicates(a, a)
    assert are_near_duplicates(a, b) == are_near_duplicates(b, a)
    assert 0 <= jaccard(shingles(a), shingles(b)) <= 1


@given(st.text(max_size=60))
def test_case_width_and_punctuation_do_not_matter(text: str) -> None:
    assert normalised(prompt(f"  {text} !!")) == normalised(prompt(text))
    assert normalised(prompt(normalised(prompt(text)))) == normalised(prompt(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Say: HELLO, world!", "say hello world"),
        ("ＦＵＬＬ width", "full width"),
        ("ﬁne", "fine"),
        ("Straße", "STRASSE"),
        ("a  b\n c", "A B C"),
    ],
)
def test_what_reads_the_same_is_equal(one: str, other: str) -> None:
    assert normalised(prompt(one)) == normalised(prompt(other))


WORDS = [f"w{n}" for n in range(60)]


@pytest.mark.parametrize("changed", range(1, 12))
def test_words_changed_at_the_end_cost_as_many_shingles(changed: int) -> None:
    """60 words have 58 shingles; the last k words stand in k of them: J = (58 − k) ÷ (58 + k)."""
    other = WORDS[:-changed] + [f"x{n}" for n in range(changed)]
    one, two = shingles(" ".join(WORDS)), shingles(" ".join(other))
    assert len(one) == 58
    assert jaccard(one, two) == pytest.approx((58 - changed) / (58 + changed))
    assert are_near_duplicates(" ".join(WORDS), " ".join(other)) == (changed <= 6)


def test_short_prompts_are_near_to_their_equals_only() -> None:
    assert shingles("one two three four five six seven") == frozenset()
    assert len(shingles("one two three four five six seven eight")) == 6
    assert not are_near_duplicates("one two three four five six seven", "one two three four five six")
    assert are_near_duplicates("one two", "one two")
    assert jaccard(frozenset(), frozenset()) == 0.0


@pytest.mark.parametrize("text", ["春はあけぼのやうやう白くなりゆく山ぎは", "ภาษาไทยไม่มีช่องว่างระหว่างคำ", "请用三句话解释为什么天空是蓝色的"])
def test_scripts_without_spaces_go_by_characters(text: str) -> None:
    normal = normalised(prompt(text))
    bare = normal.replace(" ", "")
    assert shingles(normal) == {bare[i : i + 5] for i in range(len(bare) - 4)}
    long = bare * 3
    assert are_near_duplicates(long, long + "山") or len(set(bare)) < 5


def test_seven_characters_without_spaces_are_short() -> None:
    assert shingles("春夏秋冬東西南") == frozenset()
    assert len(shingles("春夏秋冬東西南北")) == 4


# one comparison, given twice


def test_only_what_both_know_can_differ() -> None:
    known, named = pair("x", "y"), pair(None, None, asked=None)
    assert known.servable
    assert not named.servable
    assert named.differs_from(known) is None
    assert known.differs_from(named) is None
    assert "prompt" in (pair("x", "y", asked="q").differs_from(known) or "")
    assert "response 2" in (pair("x", "z").differs_from(known) or "")
    assert "model" in (pair("x", "y", models=("a", "c")).differs_from(known) or "")
    assert "tags" in (pair("x", "y", tags=("t",)).differs_from(known) or "")
    assert "source" in (pair("x", "y", source="s").differs_from(known) or "")
    assert "meta" in (pair("x", "y", meta={"k": 1}).differs_from(known) or "")
    three = Comparison("c", known.prompt, (*known.responses, Response("z")))
    assert "3 responses" in (three.differs_from(known) or "")


texts = st.none() | st.sampled_from(["x", ""])


@given(texts, texts, texts, texts, st.booleans(), st.booleans())
def test_filling_in_adds_and_never_takes_away(a: str | None, b: str | None, c: str | None, d: str | None, one: bool, two: bool) -> None:
    mine = pair(a, b, asked="p" if one else None, tags=("mine",))
    theirs = pair(c, d, asked="p" if two else None, models=(None, "b"), tags=("theirs",))
    found = mine.filled_from(theirs)
    for got, old, new in zip(found.responses, mine.responses, theirs.responses, strict=True):
        assert got.text == (old.text if old.text is not None else new.text)
        assert got.model == old.model
    assert (found.prompt is None) == (not one and not two)
    assert found.tags == (("theirs",) if theirs.servable and not mine.servable else ("mine",))
    assert found.filled_from(theirs).servable == found.servable
    if mine.differs_from(theirs) is None:
        assert found.differs_from(mine) is None or mine.servable is False


def test_conversations_are_read_with_their_roles() -> None:
    assert text_of((Message("assistant", "yes"),)) == "yes"
    assert text_of((Message("assistant", "yes"), Message("tool", "42"))) == "[assistant]\nyes\n\n[tool]\n42"
    assert Response("t").as_messages() == (Message("assistant", "t"),)
    assert Response(None).as_messages() == ()
    assert Response("t", None, (Message("tool", "u"),)).as_messages() == (Message("tool", "u"),)
