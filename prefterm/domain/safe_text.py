"""What text from outside looks like on a terminal: every character either harmless or spelled out, none dropped.

Owns the one function through which all stored text is shown (`safe_text`) and the list behind the "hidden characters"
badge. It knows nothing of widgets, colours or storage. Stored text is never altered; only what is displayed is.

The rule, with its reasons:

- A line feed is kept. CRLF becomes a line feed: the one normalisation, since both mean "new line" and nothing else. A lone
  carriage return is shown as ␍, because a terminal would let the rest of the line overwrite its beginning.
- A tab becomes four spaces; other C0 characters and DEL become control pictures (ESC is ␛).
- Every other character of the categories Cc, Cf, Cs, Co, Cn, Zl and Zp, and those that Unicode calls ignorable though
  they are letters or marks (Hangul fillers, variation selectors other than 15 and 16), become ⟨U+XXXX⟩. What is assigned
  is what this Python's `unicodedata` knows: an emoji newer than that is spelled out, which is legible and safe.
- The zero width joiner stays inside an emoji sequence of at most five emoji and beside Arabic letters or Indic viramas;
  VS15 and VS16 stay after an emoji or in a keycap. Elsewhere they can only hide data or confuse widths.
- At most eight combining marks stay on one base, since a terminal draws all of them in one cell and over its neighbours;
  the rest are counted: `‸⟨+192 marks⟩`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["MAX_MARKS", "HiddenCharacter", "hidden_characters", "one_line", "safe_text"]

MAX_MARKS = 8
"""Combining marks kept on one base. Pointed and cantillated Hebrew needs 4, stacked Tibetan 6."""

_MAX_JOINS = 4
"""Joiners kept in one emoji sequence; the longest recommended for interchange has 3."""

# Assigned, visible, context-free characters of the scripts that most text is made of: text of these alone is returned as
# it is, after one pass in C. The ranges are checked against unicodedata by a test.
_NOT_PLAIN = re.compile(
    "[^\n -~\xa0-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u05d0-\u05ea\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20bf\u2190-\u22ff\u2500-\u25ff\u3000-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]"
)

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ZWJ = "\u200d"
_VS = "\ufe0e\ufe0f"
_KEYCAP = "\u20e3"
_JOINERS = frozenset("\u200c\u200e\u200f")
"""ZWNJ, LRM and RLM: needed to write Persian, Arabic and Hebrew well, and able to hide text; hence a choice per project."""

# Invisible by Unicode's Default_Ignorable_Code_Point although their category is a letter's or a mark's.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]")
# Trailing Hangul jamo: letters by category, but drawn into the cell of the syllable before them, like marks.
_JAMO = re.compile("[\u1161-\u11ff\ud7b0-\ud7c6\ud7cb-\ud7fb]")
_EMOJI_BELOW_2190 = frozenset("©®‼⁉™ℹ")
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_ARABIC = re.compile("[\u0620-\u074f\u0750-\u077f\u08a0-\u08ff]")  # with Syriac
_INDIC = re.compile("[\u0900-\u0dff]")


@dataclass(frozen=True)
class HiddenCharacter:
    """A character that `safe_text` does not show as itself."""

    code: str
    """`U+XXXX`."""
    name: str
    """Its Unicode name, or what kind of nameless code point it is."""
    count: int
    first_offset: int
    """Index of its first occurrence in the text as stored, in characters."""


def safe_text(text: str, allow_joiners: bool = False) -> str:
    """The text as it may be sent to a terminal: idempotent, nothing dropped, nothing left that a terminal interprets.

    `allow_joiners` keeps U+200C, U+200E and U+200F as they are, for projects in languages that are written with them.
    """
    if _NOT_PLAIN.search(text) is None:
        return text
    text = text.replace("\r\n", "\n")
    distinct = set(text)
    marks = _marks(distinct)
    if marks:
        # Before the joiners are judged, so that they are judged beside the characters that will stand there.
        text = _long_runs(marks, allow_joiners).sub(_capped, text)
    if _ZWJ in distinct or not distinct.isdisjoint(_VS):
        text = _with_joiners_shown(text)
    return text.translate(_replacements(distinct, allow_joiners))


def hidden_characters(text: str, allow_joiners: bool = False) -> list[HiddenCharacter]:
    """What `safe_text` with the same `allow_joiners` spells out or counts, by first occurrence.

    Tabs and the carriage returns of CRLF are not listed: they are shown for what they are, white space and a new line.
    """
    if _NOT_PLAIN.search(text) is None:
        return []
    distinct = set(text)
    shown = text.replace("\r\n", " \n")
    found: dict[str, list[int]] = {}
    marks = _marks(distinct)
    if marks:
        runs = _long_runs(marks, allow_joiners)
        for run in runs.finditer(shown):
            for offset in range(run.end(1), run.end()):
                found.setdefault(text[offset], []).append(offset)
        # Offsets must stay those of the stored text, so what is counted away is overwritten and not cut.
        shown = runs.sub(lambda run: run[1] + "‸" * (run.end() - run.end(1)), shown)
    for offset in _hidden_joiners(shown):
        found.setdefault(text[offset], []).append(offset)
    replaced = {chr(code) for code in _replacements(distinct, allow_joiners)} - {"\t"}
    for char in replaced:
        offsets = [match.start() for match in re.finditer(re.escape(char), shown)]
        if offsets:
            found.setdefault(char, []).extend(offsets)
    listed = (HiddenCharacter(_code(char), _name(char), len(offsets), min(offsets)) for char, offsets in found.items())
    return sorted(listed, key=lambda hidden: hidden.first_offset)


def one_line(text: str, limit: int) -> str:
    """The text made safe, on one line (new lines as ⏎), cut to `limit` terminal cells; a cut is marked with `…`.

    Cells are counted high where terminals differ (every part of a joined emoji counts), so that the line always fits.
    """
    if limit <= 0:
        return ""
    head = text[: limit + 1]
    # Plain characters take at least one cell each, so that what follows a plain head cannot show.
    line = safe_text(text if _NOT_PLAIN.search(head) else head).replace("\n", "⏎")
    cells, fits = 0, 0
    for index, char_cells in enumerate(_cells(line)):
        cells += char_cells
        if cells <= limit - 1:
            fits = index + 1
        if cells > limit:
            # A joiner left without the emoji it joined to would be a hidden character.
            return line[:fits].rstrip(_ZWJ) + "…"
    return line


def _cells(line: str) -> Iterator[int]:
    """Terminal cells that each character adds to the line."""
    narrow = False
    for char in line:
        if char == "\ufe0f":
            yield 1 if narrow else 0
            narrow = False
        elif char == _ZWJ or _is_mark(char):
            yield 0
        else:
            narrow = unicodedata.east_asian_width(char) not in "WF"
            yield 1 if narrow else 2


def _is_mark(char: str) -> bool:
    """Whether the character is drawn into the cell of the one before it (and may be shown)."""
    return (unicodedata.category(char)[0] == "M" and not _IGNORABLE.match(char)) or _JAMO.match(char) is not None


def _marks(distinct: Iterable[str]) -> str:
    return "".join(sorted(char for char in distinct if char > "\u02ff" and _is_mark(char)))


def _long_runs(marks: str, allow_joiners: bool) -> re.Pattern[str]:
    """Matches a run of more than `MAX_MARKS` of the given marks; group 1 is what stays of it.

    A joiner that may be kept belongs to the run, since a terminal draws marks on either side of it into the same cell.
    """
    joiners = "".join(_JOINERS) if allow_joiners else ""
    unit = f"[{re.escape(marks + joiners)}]{_ZWJ}?"
    return re.compile(f"((?:{unit}){{{MAX_MARKS}}})(?:{unit})+")


def _capped(run: re.Match[str]) -> str:
    rest = run.end() - run.end(1)
    return f"{run[1]}‸⟨+{rest} mark{'s' if rest > 1 else ''}⟩"


def _replacements(distinct: Iterable[str], allow_joiners: bool) -> dict[int, str]:
    """How each context-free character that is not shown as itself is shown."""
    kept = (_JOINERS if allow_joiners else frozenset()) | {"\n", _ZWJ}
    table: dict[int, str] = {}
    for char in distinct:
        if " " <= char <= "~" or char in kept:
            continue
        if unicodedata.category(char) in _FORBIDDEN or _IGNORABLE.match(char):
            code = ord(char)
            if char == "\t":
                table[code] = "    "
            elif code < 0x20:
                table[code] = chr(0x2400 + code)
            else:
                table[code] = "␡" if code == 0x7F else f"⟨{_code(char)}⟩"
    return table


def _with_joiners_shown(text: str) -> str:
    parts: list[str] = []
    start = 0
    for offset in _hidden_joiners(text):
        parts += (text[start:offset], f"⟨{_code(text[offset])}⟩")
        start = offset + 1
    return "".join(parts) + text[start:]


_JOINER = re.compile(f"[{_ZWJ}{_VS}]")


def _hidden_joiners(text: str) -> Iterator[int]:
    """Offsets of the joiners and variation selectors that stand where they do nothing legible."""
    last_join, joins = -1, 0
    for match in _JOINER.finditer(text):
        offset = match.start()
        if text[offset] != _ZWJ:
            if not _varies(text, offset):
                yield offset
        elif _joins_emoji(text, offset):
            joins = joins + 1 if last_join >= 0 and _one_emoji(text[last_join + 1 : offset]) else 1
            if joins > _MAX_JOINS:
                # The sequence ends here, as it does in what is shown.
                last_join, joins = -1, 0
                yield offset
            else:
                last_join = offset
        elif not _joins_letters(text, offset):
            yield offset


def _varies(text: str, offset: int) -> bool:
    """Whether the variation selector at `offset` follows something that has variants."""
    base = text[offset - 1 : offset]
    return _is_emoji(base) or (base in tuple("0123456789#*") and text[offset + 1 : offset + 2] == _KEYCAP)


def _joins_emoji(text: str, offset: int) -> bool:
    before = offset - 1
    if before > 0 and text[before] in _VS:
        before -= 1
    return before >= 0 and _is_emoji(text[before]) and _is_emoji(text[offset + 1 : offset + 2])


def _one_emoji(between: str) -> bool:
    """Whether there is a single emoji, with at most a skin tone and a variation selector, between two joiners."""
    return 1 <= len(between) <= 3 and all(char in _SKIN_TONES or char in _VS for char in between[1:])


def _joins_letters(text: str, offset: int) -> bool:
    before, after = text[offset - 1 : offset] if offset else "", text[offset + 1 : offset + 2]
    if _is_letter(_ARABIC, before) or (_is_letter(_ARABIC, after) and before != _ZWJ):
        return True
    # Combining class 9 is that of viramas: before a joiner for a half form, after one for a full first letter.
    virama_before = before != "" and unicodedata.combining(before) == 9
    virama_after = after != "" and unicodedata.combining(after) == 9
    return virama_before or (virama_after and _is_letter(_INDIC, before))


def _is_letter(script: re.Pattern[str], char: str) -> bool:
    """Whether the character is a letter or mark of the script, and so shown as itself whatever stands beside it."""
    return script.match(char) is not None and unicodedata.category(char)[0] in "LM"


def _is_emoji(char: str) -> bool:
    """Whether the character is an emoji or a symbol like one. Control pictures are not, or ␛ would gain a context."""
    if char == "":
        return False
    if char < "\u2190":
        return char in _EMOJI_BELOW_2190
    if char == "\u3030" or char in _SKIN_TONES:
        return True
    return not "\u2400" <= char <= "\u243f" and unicodedata.category(char) in {"So", "Sm"}


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _name(char: str) -> str:
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        # Unicode leaves control characters nameless but not their pictures.
        return unicodedata.name(chr(0x2421 if code == 0x7F else 0x2400 + code)).removeprefix("SYMBOL FOR ")
    kinds = {"Cc": "C1 control character", "Cs": "lone surrogate", "Co": "private use character"}
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    nameless = "noncharacter" if noncharacter else "unassigned character"
    return unicodedata.name(char, "") or kinds.get(unicodedata.category(char), nameless)
