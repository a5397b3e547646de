r"""The Markdown parser as prefterm uses it: nothing from the source is lost, nothing is interpreted beyond looks, bounded.

Differences from plain CommonMark, each with its reason:

- HTML is text. Link reference definitions are text too, since they would vanish from what the annotator reads.
- Addresses are kept as written (no percent-encoding, no scheme refused): they are shown and never followed.
- Maths (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`) is kept as source, or its `_`, `*` and backslashes would turn into emphasis.
- An entity for a character that Markdown refuses (`&#27;`) stays as written, where others would show the same U+FFFD for all; one for a
  line end (`&#10;`) too, for a line on the screen stands for a line of the source. A line end within code stays one.
- Paragraphs with so many brackets that parsing takes seconds, and nesting deeper than the parser follows, stay source.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, backtick, entity
from markdown_it.token import Token

__all__ = ["parse"]

_MAX_NESTING: Final = 20
_MATHS_LINES: Final = 200
_MATHS_CHARACTERS: Final = 2_000
# Measured with markdown-it-py 4: about 10 µs per bracket and 3 µs per other mark, so at most some 80 ms in a window.
_BRACKETS: Final = (300, 3_000)
_MARKS: Final = (2_000, 16_000)
"""Per paragraph, per text."""
_MARK = re.compile(r"[\[\]*_~`<&!\\$]")

_DOLLARS = re.compile(r"\$\$(?:[^$\\]|\\.)+\$\$|\$(?![\s$])(?:[^$\\]|\\.)*(?<!\s)\$(?!\d)", re.DOTALL)
# `$5 and $10` is money: the closing sign of maths follows no space and precedes no digit (pandoc's rule).


class _Parser(MarkdownIt):
    """A parser that keeps addresses as they are written."""

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link

    def validateLink(self, url: str) -> bool:
        return True


def _inline_maths(state: StateInline, silent: bool) -> bool:
    """Rule: maths within a paragraph is one token, verbatim."""
    start = state.pos
    opening = state.src[start : start + 2]
    if opening[:1] == "$":
        match = _DOLLARS.match(state.src, start, min(state.posMax, start + _MATHS_CHARACTERS))
        end = match.end() if match else -1
    elif opening in (r"\(", r"\["):
        closing = r"\)" if opening == r"\(" else r"\]"
        found = state.src.find(closing, start + 2, min(state.posMax, start + _MATHS_CHARACTERS))
        end = found + 2 if found >= 0 else -1
    else:
        return False
    if end < 0:
        return False
    if not silent:
        state.push("maths", "", 0).content = state.src[start:end]
    state.pos = end
    return True


def _entity(state: StateInline, silent: bool) -> bool:
    """Rule: the parser's own, but what it decodes to the replacement character is not decoded."""
    if not entity(state, silent):
        return False
    token = state.tokens[-1] if state.tokens else None
    if not silent and token and token.type == "text_special" and token.content in ("\ufffd", "\n"):
        token.content = token.markup
    return True


def _code_span(state: StateInline, silent: bool) -> bool:
    """Rule: the parser's own, but a line end within code stays one, as everywhere else in a paragraph."""
    start = state.pos
    if not backtick(state, silent):
        return False
    token = state.tokens[-1] if state.tokens else None
    if not silent and token and token.type == "code_inline":
        written = state.src[start + len(token.markup) : state.pos - len(token.markup)]
        if "\n" in written:
            # One blank is taken off at either end, as the parser does.
            token.content = written if len(token.content) == len(written) else written[1:-1]
    return True


def _maths_block(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    r"""Rule: lines from one that begins with `$$` or `\[` to one that ends with its counterpart, verbatim.

    They would otherwise become lists, headings and rules (`- x`, `=`) wherever a formula has several lines.
    """
    if state.is_code_block(startLine):
        return False
    first = state.src[state.bMarks[startLine] + state.tShift[startLine] : state.eMarks[startLine]].rstrip()
    if first[:2] not in ("$$", r"\["):
        return False
    closing = "$$" if first[:2] == "$$" else r"\]"
    if closing in first[2:]:
        return False
    for line in range(startLine + 1, min(endLine, startLine + _MATHS_LINES)):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return False
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if closing in text:
            break
    else:
        return False
    if not text.rstrip(".,;").endswith(closing):
        return False
    if not silent:
        state.line = line + 1
        token = state.push("maths_block", "", 0)
        token.content = state.getLines(startLine, line + 1, state.blkIndent, False)
        token.map = [startLine, line + 1]
    return True


def _spare_heavy(state: StateCore) -> None:
    """Rule, before inline parsing: what would take seconds to parse is left as text."""
    brackets, marks = 0, 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        own_brackets, own_marks = token.content.count("["), len(_MARK.findall(token.content))
        brackets += own_brackets
        marks += own_marks
        if own_brackets > _BRACKETS[0] or own_marks > _MARKS[0] or brackets > _BRACKETS[1] or marks > _MARKS[1]:
            token.type = "plain"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    parser.inline.ruler.at("entity", _entity)
    parser.inline.ruler.at("backticks", _code_span)
    parser.inline.ruler.before("escape", "maths", _inline_maths)
    parser.block.ruler.before("table", "maths_block", _maths_block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.core.ruler.after("block", "spare_heavy", _spare_heavy)
    return parser


def parse(source: str) -> list[Token] | None:
    """The source as markdown-it tokens, or None where it is nested so deeply that the parser would leave text out."""
    tokens = _parser().parse(source)
    if any(token.nesting == 1 and token.level + 1 >= _MAX_NESTING for token in tokens):
        return None
    return tokens
