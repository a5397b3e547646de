"""What `safe_text` lets through, what it spells out, and that nothing gets lost on the way."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain import safe_text as module
from prefterm.domain.safe_text import MAX_MARKS, HiddenCharacter, hidden_characters, one_line, safe_text
from tests.payloads import HOSTILE

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
IGNORABLE_LETTERS_AND_MARKS = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
OWN_MARKS = "⟨⟩‸" + "".join(map(chr, range(0x2400, 0x2422)))

# Characters that meet in the awkward ways: contexts of joiners, marks, and what safe_text itself writes.
AWKWARD = "a1#*\r\n\t \x00\x1b\x7f\x85\x9b\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f\ufe01\u20e3\u0301\u0304\u094d\u0915\u0627\u0651"
AWKWARD += "\u202e\u2028\u034f\u1100\u1161\u1160\ufeff\xad\ue000\ud800\uffff\u0378\U000e0041語❤😀👩\U0001f3fb⟨⟩‸␛U+20DE"

texts = st.text(max_size=60) | st.text(alphabet=AWKWARD, max_size=60) | st.text(alphabet="a\u0301\u200d👩\ufe0f\u0627", max_size=80)


def forbidden_in(shown: str, allow_joiners: bool = False) -> set[str]:
    """Characters that should not have come out, by categories and not by the module's own tables."""
    kept = {"\n", "\u200d"} | (set("\u200c\u200e\u200f") if allow_joiners else set())
    bad = {char for char in shown if unicodedata.category(char) in FORBIDDEN and char not in kept}
    return bad | {char for char in shown if ord(char) in IGNORABLE_LETTERS_AND_MARKS or 0xE0100 <= ord(char) <= 0xE01EF}


def restored(shown: str) -> str:
    """The text that was shown, for texts without tabs, CRLF, long runs of marks and the marks of safe_text itself."""
    shown = re.sub("⟨U\\+([0-9A-F]+)⟩", lambda match: chr(int(match[1], 16)), shown)
    shown = re.sub("[\u2400-\u241f]", lambda match: chr(ord(match[0]) - 0x2400), shown)
    return shown.replace("␡", "\x7f")


def longest_run_of_marks(shown: str) -> int:
    longest = run = 0
    for char in shown:
        run = run + 1 if unicodedata.category(char)[0] == "M" or "\u1161" <= char <= "\u11ff" else run if char == "\u200d" else 0
        longest = max(longest, run)
    return longest


def test_there_are_payloads_enough() -> None:
    assert len(HOSTILE) >= 50
    assert len({name for name, _ in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("payload", [pytest.param(text, id=name) for name, text in HOSTILE])
def test_payload(payload: str) -> None:
    shown = safe_text(payload)
    assert not forbidden_in(shown)
    assert safe_text(shown) == shown
    assert longest_run_of_marks(shown) <= MAX_MARKS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ümlaut, 語", "plain text, ümlaut, 語"),
        ("a\nb", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("a\r\r\nb", "a␍\nb"),
        ("a\tb", "a    b"),
        ("\x00\x07\x1b[2J\x7f", "␀␇␛[2J␡"),
        ("\x85\x9b", "⟨U+0085⟩⟨U+009B⟩"),
        ("\u202ex\u2069", "⟨U+202E⟩x⟨U+2069⟩"),
        ("\u200b\ufeff\xad", "⟨U+200B⟩⟨U+FEFF⟩⟨U+00AD⟩"),
        ("\u2028\u2029", "⟨U+2028⟩⟨U+2029⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\ud800\ue000\uffff\u0378", "⟨U+D800⟩⟨U+E000⟩⟨U+FFFF⟩⟨U+0378⟩"),
        ("\u3164\ufe00\U000e0100", "⟨U+3164⟩⟨U+FE00⟩⟨U+E0100⟩"),
    ],
)
def test_each_kind_of_character(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize("text", ["👨‍👩‍👧‍👦", "👩🏽‍❤️‍💋‍👨🏽", "👩‍💻" * 9, "🏳️‍🌈", "❤️", "☺︎", "1️⃣", "क्‍ष", "ර්‍ය", "ه‍", "🇩🇪", "e\u0301", "שָׁלוֹם"])
def test_joiners_and_selectors_stay_where_they_belong(text: str) -> None:
    assert safe_text(text) == text
    assert hidden_characters(text) == []


@pytest.mark.parametrize(
    "text", ["a\u200db", "\u200d", "👩\u200d", "\u200d👩", "👩\u200da", "1\ufe0f", "a\ufe0f", "\ufe0f", "␛\u200d😀", "❤\ufe0f\ufe0f"]
)
def test_joiners_and_selectors_are_shown_elsewhere(text: str) -> None:
    assert "⟨U+200D⟩" in safe_text(text) or "⟨U+FE0F⟩" in safe_text(text)


def test_the_fifth_joiner_of_a_sequence_is_shown() -> None:
    shown = safe_text("\u200d".join("👩" * 6))
    assert shown == "\u200d".join("👩" * 5) + "⟨U+200D⟩👩"


def test_joiners_of_languages_are_shown_unless_allowed() -> None:
    assert safe_text("می\u200cخواهم\u200f") == "می⟨U+200C⟩خواهم⟨U+200F⟩"
    assert safe_text("می\u200cخواهم\u200f", allow_joiners=True) == "می\u200cخواهم\u200f"
    assert hidden_characters("می\u200cخواهم", allow_joiners=True) == []


def test_marks_beyond_the_eighth_are_counted() -> None:
    eight = "a" + "\u0301" * 8
    assert safe_text(eight) == eight
    assert safe_text("a" + "\u0301" * 9) == eight + "‸⟨+1 mark⟩"
    assert safe_text("a" + "\u0301" * 200 + "b") == eight + "‸⟨+192 marks⟩b"
    assert safe_text("a" + "\u0301" * 20 + "b" + "\u0301" * 20).count("‸") == 2


def test_allowed_joiners_do_not_lengthen_a_run_of_marks() -> None:
    shown = safe_text("a" + "\u0301\u200c" * 100, allow_joiners=True)
    assert shown == "a" + "\u0301\u200c" * 4 + "‸⟨+192 marks⟩"


@given(texts, st.booleans())
def test_nothing_forbidden_comes_out(text: str, allow_joiners: bool) -> None:
    shown = safe_text(text, allow_joiners)
    assert not forbidden_in(shown, allow_joiners)
    assert longest_run_of_marks(shown) <= MAX_MARKS


@given(texts, st.booleans())
def test_idempotent(text: str, allow_joiners: bool) -> None:
    shown = safe_text(text, allow_joiners)
    assert safe_text(shown, allow_joiners) == shown
    assert hidden_characters(shown, allow_joiners) == []


@given(texts, st.booleans())
def test_what_is_shown_can_be_turned_back(text: str, allow_joiners: bool) -> None:
    """Nothing is lost: short of tabs, CRLF and counted marks, the stored text can be read off what is shown."""
    text = "".join(char for char in text if char not in OWN_MARKS + "\t").replace("\r\n", "\n")
    shown = safe_text(text, allow_joiners)
    if "‸" not in shown:
        assert restored(shown) == text


@given(texts)
def test_what_is_not_hidden_is_shown_as_often_as_stored(text: str) -> None:
    hidden = hidden_characters(text)
    counts = Counter(text.replace("\r\n", "\n").replace("\t", "    "))
    for each in hidden:
        counts[chr(int(each.code[2:], 16))] -= each.count
    assert all(count >= 0 for count in counts.values())
    assert not counts - Counter(safe_text(text))


@given(texts)
def test_shown_as_stored_if_and_only_if_nothing_is_hidden(text: str) -> None:
    assert (safe_text(text) == text.replace("\r\n", "\n").replace("\t", "    ")) == (hidden_characters(text) == [])


@given(texts)
def test_hidden_characters_are_where_they_are_said_to_be(text: str) -> None:
    offsets = []
    for each in hidden_characters(text):
        char = chr(int(each.code.removeprefix("U+"), 16))
        assert text[each.first_offset] == char
        assert 1 <= each.count <= text.count(char)
        offsets.append(each.first_offset)
    assert offsets == sorted(offsets)


def test_hidden_characters_are_named_and_counted() -> None:
    assert hidden_characters("a\u202eb\u202e\x1b\r\n\t\x9b\ue000\ud800\uffff\u0378") == [
        HiddenCharacter("U+202E", "RIGHT-TO-LEFT OVERRIDE", 2, 1),
        HiddenCharacter("U+001B", "ESCAPE", 1, 4),
        HiddenCharacter("U+009B", "C1 control character", 1, 8),
        HiddenCharacter("U+E000", "private use character", 1, 9),
        HiddenCharacter("U+D800", "lone surrogate", 1, 10),
        HiddenCharacter("U+FFFF", "noncharacter", 1, 11),
        HiddenCharacter("U+0378", "unassigned character", 1, 12),
    ]
    assert hidden_characters("a" + "\u0301" * 10) == [HiddenCharacter("U+0301", "COMBINING ACUTE ACCENT", 2, 9)]
    assert hidden_characters("plain\r\n\ttext 語") == []


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("short", 10, "short"),
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("a\nb\r\nc", 10, "a⏎b⏎c"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("anything", 1, "…"),
        ("anything", 0, ""),
        ("", 5, ""),
        ("\x1b[2Jx", 10, "␛[2Jx"),
        ("👩\u200d👩", 3, "👩…"),
        ("e\u0301" * 5, 5, "e\u0301" * 5),
        ("e\u0301" * 6, 5, "e\u0301" * 4 + "…"),
    ],
)
def test_one_line(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


@given(texts, st.integers(0, 30))
def test_one_line_is_safe_and_fits(text: str, limit: int) -> None:
    line = one_line(text, limit)
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line if unicodedata.category(char)[0] != "M")
    wide -= sum(char == "\u200d" or "\u1161" <= char <= "\u11ff" for char in line)
    assert wide <= limit
    assert "\n" not in line
    assert safe_text(line) == line


def test_the_fast_path_takes_only_what_needs_no_change() -> None:
    """The ranges of the fast path are written out; here they are held against unicodedata."""
    for code in range(0x110000):
        char = chr(code)
        if char != "\n" and not module._NOT_PLAIN.match(char):
            assert unicodedata.category(char) not in FORBIDDEN, f"U+{code:04X}"
            assert unicodedata.category(char)[0] != "M", f"U+{code:04X}"
            assert code not in IGNORABLE_LETTERS_AND_MARKS
