"""The braces behind a heading: `## Dosage {#dosage applies_to="dosage interactions"}`, and the slug where they give no id."""

from __future__ import annotations

import re
import unicodedata

from prefterm.domain.plain_yaml import Complain

__all__ = ["attributes", "slug"]

_BRACES = re.compile(r"(.*?)\{([^{}]*)\}")
_TOKEN = re.compile(r'\s*(?:#(?P<id>[^\s"#]+)|(?P<key>[A-Za-z_-]+)="(?P<value>[^"]*)")(?=\s|$)')
_ID = re.compile(r"[^\W\d_](?:[\w-]*\w)?")
_STARTED = re.compile(r"\{#([^\W\d_](?:[\w-]*\w)?)")
_LONGEST_ID = 80


def slug(title: str) -> str:
    """The id of a heading that gives none: small letters, digits and `-`; "" where the title holds no letter or digit."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", title).casefold())
    made = "-".join(words)[:_LONGEST_ID].rstrip("-")
    return made if not made or _ID.fullmatch(made) else f"s-{made}"[:_LONGEST_ID].rstrip("-")


def attributes(text: str, words_key: str, line: int, complain: Complain) -> tuple[str, str, tuple[str, ...]]:
    """Title, id and the words of the one attribute a heading may have (`applies_to` or `tags`), each given once."""
    braces = _BRACES.fullmatch(text)
    if braces is None:
        if "{#" in text or f"{words_key}=" in text:
            complain(line, f'malformed braces: a heading ends with {{#id}} or {{#id {words_key}="a b"}}')
            started = _STARTED.search(text)
            text, given = text.partition("{")[0].strip() or text, started[1] if started else ""
            return text, given or slug(text), ()
        return _titled(text.strip(), "", line, complain), slug(text), ()
    title, inside = braces[1].strip(), braces[2].rstrip()
    identity, words, place = "", None, 0
    while place < len(inside):
        token = _TOKEN.match(inside, place)
        if token is None or (token["id"] and identity) or (token["key"] and (token["key"] != words_key or words is not None)):
            complain(line, f'malformed braces {{{inside:.80}}}: only #id and {words_key}="a b" (straight quotes) can stand here, each once')
            break
        identity, words = token["id"] or identity, words if token["value"] is None else tuple(dict.fromkeys(token["value"].split()))
        place = token.end()
    if identity and (not _ID.fullmatch(identity) or len(identity) > _LONGEST_ID):
        complain(line, f"the id {identity!r:.80} must start with a letter and hold only letters, digits, - and _ (at most {_LONGEST_ID})")
    return _titled(title, identity, line, complain), identity or slug(title), words or ()


def _titled(title: str, identity: str, line: int, complain: Complain) -> str:
    if not title:
        complain(line, "a heading without a title")
    elif not identity and not slug(title):
        complain(line, "no id can be made of this title: give it one, {#id}")
    return title
