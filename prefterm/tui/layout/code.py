"""Lines of program text with the five code styles. Pygments is imported when the first highlighted block is met."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from prefterm.tui.layout.wrapping import Span, safe_spans

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped]

__all__ = ["code_lines"]

_MAX_HIGHLIGHTED: Final = 16_384
"""Characters of a block beyond which it is shown plain: lexers are regular expressions, and the text may be hostile."""

# Languages asked for by a fence are looked up here and nowhere else: the author of a response chooses the name, and some
# of pygments' 500 lexers take exponential time on text made for them.
_LANGUAGES: Final = frozenset({
    "bash", "c", "c#", "c++", "cpp", "cs", "csharp", "css", "diff", "dockerfile", "go", "golang", "graphql", "haskell", "hs",
    "html", "ini", "java", "javascript", "js", "json", "json5", "jsonc", "jsx", "julia", "kotlin", "kt", "lua", "make",
    "makefile", "matlab", "nix", "objc", "objective-c", "pascal", "perl", "php", "powershell", "ps1", "py", "py3", "python",
    "python3", "pycon", "r", "rb", "ruby", "rs", "rust", "scala", "scss", "sh", "shell", "sql", "swift", "toml", "ts", "tsx",
    "typescript", "vb", "xml", "yaml", "yml", "zig", "zsh",
})  # fmt: skip
_ALIASES: Final = {"json5": "json", "jsonc": "json", "tsx": "ts", "jsx": "js", "vb": "vb.net"}


def code_lines(code: str, language: str, allow_joiners: bool = False) -> list[list[Span]]:
    """The spans of each line of the code. An unknown language, or "", leaves everything in the style `code-block`."""
    name = language.lower()
    lines: list[list[Span]] = [[]]
    pieces = _highlighted(code, name) if name in _LANGUAGES and len(code) <= _MAX_HIGHLIGHTED else [(code, "code-block")]
    for text, style in pieces:
        first, *others = text.split("\n")
        lines[-1] += safe_spans(first, style, allow_joiners)
        for other in others:
            lines.append(safe_spans(other, style, allow_joiners))
    return lines


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        lexer: Lexer = get_lexer_by_name(_ALIASES.get(name, name), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer


def _highlighted(code: str, name: str) -> list[Span]:
    """The code in pieces with their styles; as one piece where the lexer does not give back what it was given."""
    lexer = _lexer(name)
    plain = [(code, "code-block")]
    if lexer is None:
        return plain
    pieces: list[Span] = []
    for kind, text in lexer.get_tokens(code):
        style = _style(kind)
        # A blank between two keywords needs no style of its own; fewer spans are fewer escape sequences.
        if pieces and (pieces[-1][1] == style or text == " "):
            pieces[-1] = (pieces[-1][0] + text, pieces[-1][1])
        else:
            pieces.append((text, style))
    return pieces if "".join([text for text, _ in pieces]) == code else plain


@lru_cache(maxsize=512)
def _style(kind: object) -> str:
    """The style class of a pygments token type, by the longest prefix of its name that is listed."""
    name = str(kind).removeprefix("Token.")
    for prefix, style in _STYLES:
        if name.startswith(prefix):
            return style
    return "code-block"


_STYLES: Final = (
    ("Keyword", "code-keyword"),
    ("Operator.Word", "code-keyword"),
    ("Literal.String", "code-string"),
    ("Literal.Number", "code-number"),
    ("Comment", "code-comment"),
    ("Name.Function", "code-name"),
    ("Name.Class", "code-name"),
    ("Name.Builtin", "code-name"),
    ("Name.Decorator", "code-name"),
    ("Name.Exception", "code-name"),
    ("Name.Namespace", "code-name"),
    ("Name.Tag", "code-name"),
    ("Name.Attribute", "code-name"),
)
