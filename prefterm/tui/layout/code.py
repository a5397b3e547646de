"""Lines of program text with the five code styles. Pygments is imported when the first highlighted block is met."""

from __future__ import annotations

from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING, Final

from prefterm.tui.layout.wrapping import Span, safe_spans

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped]

__all__ = ["Highlighter"]

# Lexers are regular expressions and some take quadratic time on text made for them (pygments 2.21: 4 KiB of "a" lines as C#
# take 2.5 s), so size and time are bounded. The time is the thread's own, which a loaded machine does not shorten: only
# hostile text meets the limits, and it then loses its colours and nothing else.
_MAX_HIGHLIGHTED: Final = 8_192
"""Characters of a block beyond which it is shown plain."""
_BLOCK_SECONDS: Final = 0.06
_TEXT_SECONDS: Final = 0.15
_TOKENS_BETWEEN_LOOKS: Final = 8

# The author of a response chooses the name on a fence, so only languages from this list are looked up. Left out are those
# whose lexers raised on, or took long within one token of, the text they were tried with (ini, make, pascal).
_LANGUAGES: Final = frozenset({
    "bash", "c", "c#", "c++", "cpp", "cs", "csharp", "css", "diff", "go", "golang", "haskell", "hs", "html", "java",
    "javascript", "js", "json", "json5", "jsonc", "jsx", "kotlin", "kt", "lua", "php", "powershell", "py", "py3", "python",
    "python3", "r", "rb", "ruby", "rs", "rust", "scala", "sh", "shell", "sql", "swift", "toml", "ts", "tsx", "typescript",
    "xml", "yaml", "yml", "zsh",
})  # fmt: skip
_ALIASES: Final = {"json5": "json", "jsonc": "json", "tsx": "ts", "jsx": "js", "kt": "kotlin"}


class Highlighter:
    """Highlights the code blocks of one text, within the time allowed for all of them."""

    def __init__(self, allow_joiners: bool = False) -> None:
        self._allow_joiners = allow_joiners
        self._seconds = _TEXT_SECONDS

    def lines(self, code: str, language: str) -> list[list[Span]]:
        """The spans of each line of the code. An unknown language, or "", leaves everything in the style `code-block`."""
        lines: list[list[Span]] = [[]]
        for text, style in self._pieces(code, language.lower()) or [(code, "code-block")]:
            first, *others = text.split("\n")
            lines[-1] += safe_spans(first, style, self._allow_joiners)
            for other in others:
                lines.append(safe_spans(other, style, self._allow_joiners))
        return lines

    def _pieces(self, code: str, name: str) -> list[Span] | None:
        """The code in pieces with their styles; None where that is not to be had."""
        if name not in _LANGUAGES or len(code) > _MAX_HIGHLIGHTED or self._seconds <= 0:
            return None
        # The first block of a language loads its lexer, which is no fault of the text: an honest block would lose its colours.
        _lexer(name)
        started = thread_time()
        try:
            return _highlighted(code, name, started + min(_BLOCK_SECONDS, self._seconds))
        except Exception:
            # Whatever a lexer raises on a text (pascal's does), the text is shown.
            return None
        finally:
            self._seconds -= thread_time() - started


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        lexer: Lexer = get_lexer_by_name(_ALIASES.get(name, name), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer


def _highlighted(code: str, name: str, deadline: float) -> list[Span] | None:
    """The code in pieces, or None where time runs out or the lexer does not give back what it was given."""
    lexer = _lexer(name)
    if lexer is None:
        return None
    pieces: list[Span] = []
    for number, (kind, text) in enumerate(lexer.get_tokens(code)):
        if number % _TOKENS_BETWEEN_LOOKS == 0 and thread_time() > deadline:
            return None
        style = _style(kind)
        # A blank between two keywords needs no style of its own; fewer spans are fewer escape sequences.
        if pieces and (pieces[-1][1] == style or text == " "):
            pieces[-1] = (pieces[-1][0] + text, pieces[-1][1])
        else:
            pieces.append((text, style))
    return pieces if "".join([text for text, _ in pieces]) == code else None


@lru_cache(maxsize=512)
def _style(kind: object) -> str:
    """The style class of a pygments token type, by the longest prefix of its name that is listed."""
    name = str(kind).removeprefix("Token.")
    for prefix, style in _STYLES:
        if name.startswith(prefix):
            return style
    return "code-block"


_STYLES: Final = (
    ("Generic.Inserted", "code-string"),
    ("Generic.Deleted", "code-number"),
    ("Generic.Heading", "code-comment"),
    ("Generic.Subheading", "code-comment"),
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
