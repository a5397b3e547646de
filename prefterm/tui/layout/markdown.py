"""The blocks of a Markdown text as laid lines: one walk over the parser's tokens.

Every text comes from a token and goes through `safe_spans` here, after parsing, because entities such as `&#8238;` are
decoded by the parser. What cannot be laid out without losing text is laid out as source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from prefterm.domain.safe_text import safe_text
from prefterm.tui.layout.code import Highlighter
from prefterm.tui.layout.parsing import parse
from prefterm.tui.layout.tables import Row, table_lines
from prefterm.tui.layout.wrapping import LaidLine, Span, cells_of, merged, safe_spans, sealed, wrap

__all__ = ["markdown_lines"]

_BAR: Final[Span] = ("▎ ", "quote")
_CODE_BAR: Final[Span] = ("▏ ", "code-block")
_CONTINUED: Final[Span] = ("↪ ", "rule")
_BULLETS: Final = "•◦▪"
_TASKS: Final = ("[ ] ", "[x] ", "[X] ")
_NO_INK: Final = dict.fromkeys(map(ord, " |\\>"))
_STYLED: Final = {"strong": "strong", "em": "emphasis", "s": "strike", "link": "link"}


def markdown_lines(source: str, width: int, allow_joiners: bool) -> list[LaidLine] | None:
    """The laid lines, or None where the source is nested too deeply to be parsed whole or would show nothing."""
    # Tabs first: Markdown counts them to stops of four, and safe_text, which replaces each by four, would move blocks.
    safe = safe_text(source.replace("\r\n", "\n").expandtabs(4), allow_joiners)
    tokens = parse(safe)
    if tokens is None:
        return None
    lines = _Walk(tokens, safe.split("\n"), width, allow_joiners).lines
    return lines if any(not text.isspace() for line in lines for text, _ in line.spans) else None


@dataclass
class _Container:
    """A quote or a list item that is open: what stands before its first line, and before the others."""

    first: Span
    rest: Span
    line: int
    begun: bool = False


class _Walk:
    """The state of one walk: open containers, and whether the next block is set apart by an empty line."""

    def __init__(self, tokens: Sequence[Token], source: Sequence[str], width: int, allow_joiners: bool):
        self.lines: list[LaidLine] = []
        self._tokens = tokens
        self._source = source
        self._width = width
        self._allow_joiners = allow_joiners
        self._containers: list[_Container] = []
        self._highlighter = Highlighter(allow_joiners)
        self._lists = 0
        self._quotes = 0
        self._apart = False
        self._index = 0
        handlers: dict[str, Callable[[Token], None]] = {
            "paragraph_open": self._paragraph,
            "heading_open": self._heading,
            "fence": self._code,
            "code_block": self._code,
            "maths_block": self._maths,
            "hr": self._rule,
            "table_open": self._table,
            "blockquote_open": self._quote_open,
            "blockquote_close": self._quote_close,
            "bullet_list_open": self._list_open,
            "ordered_list_open": self._list_open,
            "bullet_list_close": self._list_close,
            "ordered_list_close": self._list_close,
            "list_item_open": self._item_open,
            "list_item_close": self._close_container,
        }
        while self._index < len(tokens):
            token = tokens[self._index]
            self._index += 1
            if token.type in handlers:
                handlers[token.type](token)

    def _prefixes(self) -> tuple[list[Span], list[Span]]:
        """What stands before the next line and before those after it. The next line's markers are used up."""
        if not self._containers:
            return [], []
        limit = _prefix_limit(self._width)
        if cells_of(self._first_prefix()) > limit:
            self._spread_markers()
        first = self._first_prefix()
        for container in self._containers:
            container.begun = True
        return _fitting(first, limit), _fitting([container.rest for container in self._containers], limit)

    def _first_prefix(self) -> list[Span]:
        return [container.rest if container.begun else container.first for container in self._containers]

    def _spread_markers(self) -> None:
        """Give all markers but the innermost a line each: those of `1. 1. 1. text` would be cut for want of room."""
        for index, container in enumerate(self._containers[:-1]):
            if not container.begun and container.first != container.rest:
                spans = _fitting(self._first_prefix()[: index + 1], _prefix_limit(self._width))
                self.lines.append(LaidLine(tuple(spans), container.line, cells_of(spans)))
                container.begun = True

    def _begin(self, token: Token) -> None:
        """Set the block apart from the one before it, if that asked for it."""
        if self._apart:
            fresh = [container.rest for container in self._containers if container.begun]
            spans = _fitting(fresh, _prefix_limit(self._width))
            while spans and spans[-1][0].isspace():
                spans.pop()
            self.lines.append(LaidLine(tuple(spans), max(_line(token) - 1, 0), cells_of(spans)))
        self._apart = False

    def _emit(self, spans: Sequence[Span], source_line: int) -> None:
        first, rest = self._prefixes()
        self.lines += wrap(sealed(spans, self._allow_joiners), self._width, first, rest, source_line=source_line)

    def _next(self) -> Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _paragraph(self, token: Token) -> None:
        inline = self._next()
        self._begin(token)
        for offset, spans in enumerate(self._inline(inline, "quote" if self._quotes else "text")):
            self._emit(spans, min(_line(token) + offset, _last_line(token)))
        # Paragraphs of a tight list are marked hidden: nothing sets its items apart.
        self._apart = not token.hidden

    def _heading(self, token: Token) -> None:
        self._begin(token)
        style = f"heading-{min(int(token.tag[1:]), 3)}"
        for offset, spans in enumerate(self._inline(self._next(), style)):
            self._emit(spans, min(_line(token) + offset, _last_line(token)))
        self._apart = True

    def _code(self, token: Token) -> None:
        self._begin(token)
        line = _line(token)
        info = token.info.strip()
        if token.type == "fence":
            if info:
                # The whole info string is shown: it is part of what the model wrote.
                self._emit_code(safe_spans(f"‹{info}›", "address", self._allow_joiners), line)
            line += 1
        content = token.content.removesuffix("\n")
        if content or not info:
            for offset, spans in enumerate(self._highlighter.lines(content, info.split()[0] if info else "")):
                self._emit_code(spans, min(line + offset, _last_line(token)))
        self._apart = True

    def _emit_code(self, spans: Sequence[Span], source_line: int) -> None:
        first, rest = self._prefixes()
        self.lines += wrap(
            sealed(spans, self._allow_joiners),
            self._width,
            [*first, _CODE_BAR],
            [*rest, _CODE_BAR, _CONTINUED],
            source_line=source_line,
            at_words=False,
        )

    def _maths(self, token: Token) -> None:
        self._begin(token)
        for offset, text in enumerate(token.content.removesuffix("\n").split("\n")):
            self._emit(safe_spans(text, "text", self._allow_joiners), _line(token) + offset)
        self._apart = True

    def _rule(self, token: Token) -> None:
        self._begin(token)
        first, _ = self._prefixes()
        cells = self._width - cells_of(first)
        self.lines.append(LaidLine((*first, ("─" * cells, "rule")), _line(token), self._width))
        self._apart = True

    def _quote_open(self, token: Token) -> None:
        self._begin(token)
        self._quotes += 1
        self._containers.append(_Container(_BAR, _BAR, _line(token)))

    def _quote_close(self, token: Token) -> None:
        self._close_container(token)
        self._quotes -= 1
        self._apart = True

    def _list_open(self, token: Token) -> None:
        self._begin(token)
        self._lists += 1

    def _list_close(self, token: Token) -> None:
        self._lists -= 1
        self._apart = self._apart or self._lists == 0

    def _item_open(self, token: Token) -> None:
        self._begin(token)
        # The numbers as written: a wrong numbering is part of what is judged.
        marker = f"{token.info}{token.markup}" if token.info else _BULLETS[(self._lists - 1) % len(_BULLETS)]
        marker = (not token.info and self._take_task()) or f"{marker} "
        self._containers.append(_Container((marker, "bullet"), (" " * len(marker), "text"), _line(token)))

    def _take_task(self) -> str:
        """The check box that the coming list item begins with, taken out of its text; "" if there is none."""
        following = self._tokens[self._index + 1] if self._index + 1 < len(self._tokens) else None
        if following is None or following.type != "inline" or not following.children:
            return ""
        text = following.children[0]
        if text.type != "text" or text.content[:4] not in _TASKS:
            return ""
        task, text.content = text.content[:4], text.content[4:]
        return task

    def _close_container(self, token: Token) -> None:
        """An empty container still shows its bullet or bar."""
        if not self._containers[-1].begun:
            self._emit((), self._containers[-1].line)
        self._containers.pop()

    def _table(self, token: Token) -> None:
        self._begin(token)
        rows: list[Row] = []
        alignments: list[str] = []
        cells: list[tuple[Span, ...]] = []
        written, line, whole = "", _line(token), True
        while (part := self._next()).type != "table_close":
            if part.type == "tr_open":
                cells, written, line = [], "", _line(part) if part.map else line
            elif part.type == "th_open":
                alignments.append(str(part.attrs.get("style", "")).removeprefix("text-align:"))
            elif part.type in ("inline", "plain"):
                written += part.content
                style = "text" if rows else "table-head"
                spans = [span for each in self._inline(part, style) for span in each]
                cells.append(tuple(sealed(spans, self._allow_joiners)))
            elif part.type == "tr_close":
                # By the rules of tables, cells beyond the header's are dropped.
                whole = whole and (not rows or _ink(written) == _ink(self._source[line]))
                rows.append(Row(tuple(cells), line))
        self._apart = True
        if whole:
            self._emit_table(rows, alignments)
            return
        start, end = token.map or (0, 0)
        for offset, text in enumerate(self._source[start:end]):
            self._emit(safe_spans(text, "text", self._allow_joiners), start + offset)

    def _emit_table(self, rows: Sequence[Row], alignments: Sequence[str]) -> None:
        first, rest = self._prefixes()
        room = self._width - max(cells_of(first), cells_of(rest))
        for laid in table_lines(rows[0], rows[1:], alignments, room):
            self.lines.append(LaidLine((*first, *laid.spans), laid.source_line, cells_of(first) + laid.cells))
            first = rest

    def _inline(self, token: Token, base: str) -> Iterator[list[Span]]:
        """The lines of a paragraph. New lines are kept: in answers they are meant, as in addresses, verse and steps."""
        if token.type == "plain" or token.children is None:
            for text in token.content.split("\n"):
                yield safe_spans(text, base, self._allow_joiners)
            return
        line: list[Span] = []
        for text, style in _pieces(token.children, base):
            first, *others = text.split("\n")
            line += safe_spans(first, style, self._allow_joiners)
            for other in others:
                yield merged(line)
                line = safe_spans(other, style, self._allow_joiners)
        yield merged(line)


def _prefix_limit(width: int) -> int:
    """Cells for bars and markers. The longest marker of Markdown, nine digits, takes 11."""
    return max(width // 2, 12)


def _fitting(prefix: Sequence[Span], limit: int) -> list[Span]:
    """The innermost part of a prefix that leaves room for words: deep nesting is not indented further."""
    kept: list[Span] = []
    for text, style in reversed(prefix):
        if limit <= 0:
            break
        kept.append((text[-limit:], style))
        limit -= len(text)
    return kept[::-1]


def _pieces(children: Sequence[Token], base: str) -> Iterator[Span]:
    """The texts of a paragraph, as the parser gives them, each with its style class."""
    open_styles: list[str] = []
    links: list[tuple[str, Token]] = []
    linked = ""
    for child in children:
        kind = child.type
        if kind == "text" or kind == "maths":
            linked += child.content
            if child.content:
                yield child.content, _style(open_styles, base)
        elif kind in ("softbreak", "hardbreak"):
            yield "\n", base
        elif kind == "code_inline":
            linked += child.content
            yield child.content, "code"
        elif kind == "image":
            yield f"[image: {child.content}]", "link"
            yield from _address(child, "src", base)
        elif kind == "link_open":
            links.append((linked, child))
            linked = ""
            open_styles.append("link")
        elif kind == "link_close":
            before, opening = links.pop()
            open_styles.remove("link")
            # An address shown as itself is not shown twice; one that differs from its text always is.
            if opening.markup != "autolink" and (linked != opening.attrs.get("href") or opening.attrs.get("title")):
                yield from _address(opening, "href", base)
            linked = before + linked
        elif kind.endswith("_open"):
            open_styles.append(_STYLED[kind.removesuffix("_open")])
        elif kind.endswith("_close"):
            open_styles.remove(_STYLED[kind.removesuffix("_close")])
        else:
            yield child.content, base


def _address(token: Token, attribute: str, base: str) -> Iterator[Span]:
    """An address in parentheses, with its title if it has one. It is text: nothing follows it."""
    address = str(token.attrs.get(attribute, ""))
    title = token.attrs.get("title")
    yield " (", base
    yield f'{address} "{title}"' if title else address, "address"
    yield ")", base


def _style(open_styles: Sequence[str], base: str) -> str:
    if not open_styles:
        return base
    if "link" in open_styles:
        return "link"
    if base.startswith(("heading", "table")):
        return base
    if "strike" in open_styles:
        return "strike"
    if "strong" in open_styles:
        return "strong-emphasis" if "emphasis" in open_styles else "strong"
    return "emphasis"


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _last_line(token: Token) -> int:
    """Number of the block's last line: `&#10;` makes lines that the source does not have."""
    return max(token.map[1] - 1, token.map[0]) if token.map else 0


def _ink(row: str) -> str:
    """What a row of a table says: without the borders, their escapes, and the marks of the quotes around it."""
    return row.translate(_NO_INK)
