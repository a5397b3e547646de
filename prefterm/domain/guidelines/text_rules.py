"""Lint rules for what a guideline says: settings, the definition of "better", priorities, the sections every guideline needs.

Whether a text is concrete is told by counting what it states (list items, sentences, citations) and by phrases that only
move the question. The phrases are English: a guideline in another language is judged by the counts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from prefterm.domain.guidelines.changes import diff_sections
from prefterm.domain.guidelines.finding import Finding, Level
from prefterm.domain.guidelines.front_matter import KEYS
from prefterm.domain.guidelines.model import EXAMPLES_ID, LONGEST_REASON, MOST_REASONS, Guideline, InDoubt, Section, Ties
from prefterm.domain.guidelines.prose import citations, has_words, names, outside_fences, sentences, units
from prefterm.domain.preferences import MAX_STRENGTH

__all__ = [
    "acceptability_is_concrete",
    "anchors_for_ratings",
    "applies_to_exists",
    "better_is_concrete",
    "better_is_defined",
    "change_note_present",
    "citations_exist",
    "conflicts_are_resolved",
    "examples_come_last",
    "front_matter_complete",
    "in_doubt_is_possible",
    "in_doubt_names_default",
    "margins_are_explained",
    "margins_fit",
    "priorities_name_dimensions",
    "priorities_say_order",
    "reasons_fit",
    "sections_are_filled",
    "topics_are_covered",
    "version_raised",
]

_OPTIONAL_KEYS = {"acceptability", "reasons", "confidence"}
_DESCRIPTIVE_KEYS = {"title", "note"}
_VAGUE = re.compile(
    r"which(?:ever)? (?:\w+ ){0,2}(?:is|seems|feels|looks|sounds) (?:\w+ )?(?:better|best|preferable|superior)"
    r"|(?:the )?(?:higher|highest|best|better|good|overall)[- ]quality|quality overall"
    r"|the best (?:one|response|answer)|(?:the )?(?:better|superior) one\b|better overall|best overall|more helpful"
    r"|you (?:would )?(?:like|prefer)\b|your (?:gut|instinct|intuition|preference|taste)|(?:use|trust) your (?:own |best )?judge?ment",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(r"[\"“”«»„]|\b(?:not|never|no|nor|don't|without)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:outrank|outweigh|preced|prevail|trump|beat|win|lose|rank|priorit|overrul)\w*"
    r"|\b(?:comes?|goes|counts?|weighs?) (?:\w+ )?(?:before|first|more)\b|\b(?:order|above|over|ahead of|more important)\b",
    re.IGNORECASE,
)
_CONFLICT = re.compile(
    r"\b(?:conflict|differ|disagree|contradict|outweigh|prevail|lose|beat|win|decide|follow|prefer|choose)\w*"
    r"|\b(?:against|versus|vs|unless|if|when|whenever|where|but|although|though|even|always|never|without exception"
    r"|gives? way|yields?|points?|ahead of|rather than|instead of)\b",
    re.IGNORECASE,
)
_TOPICS = (
    ("both-bad", "what to do when neither response is any good", "## Both bad {#both-bad}"),
    ("both-good", "what to do when both responses are good", "## Both good {#both-good}"),
    ("length", "how length counts", "## Length {#length}"),
    ("in-doubt", "what to do when nothing else settles a pair", "## In doubt {#in-doubt}"),
)


def front_matter_complete(guideline: Guideline) -> Iterator[Finding]:
    """Every setting is stated, so that nobody has to know the defaults."""
    for key in KEYS:
        if key not in guideline.key_lines and key not in _OPTIONAL_KEYS:
            level = Level.WARNING if key in _DESCRIPTIVE_KEYS else Level.ERROR
            yield Finding(1, level, "front-matter", f"the front matter does not state `{key}`", f"add a line `{key}: …`")


def in_doubt_is_possible(guideline: Guideline) -> Iterator[Finding]:
    """The in-doubt default is an answer that the settings allow."""
    if guideline.in_doubt is InDoubt.TIE and guideline.ties is Ties.NONE:
        message = "in_doubt says tie, but ties: none allows none"
        yield Finding(_line(guideline, "in_doubt"), Level.ERROR, "in-doubt-tie", message, "allow ties, or set in_doubt: shorter or skip")


def margins_fit(guideline: Guideline) -> Iterator[Finding]:
    """No two margins are stored as the same strength."""
    if len(guideline.margins) > MAX_STRENGTH:
        message = f"{len(guideline.margins)} margins, but strengths go up to {MAX_STRENGTH}: the last ones would be stored alike"
        yield Finding(_line(guideline, "margins"), Level.ERROR, "margins-count", message, f"keep {MAX_STRENGTH} margins at most")


def reasons_fit(guideline: Guideline) -> Iterator[Finding]:
    """Reasons can be ticked: few enough for a digit each, short enough for a line, told apart by more than case."""
    line, reasons = _line(guideline, "reasons"), guideline.reasons
    if len(reasons) > MOST_REASONS:
        message = f"{len(reasons)} reasons, and each is ticked by one digit"
        yield Finding(line, Level.ERROR, "reasons-count", message, f"keep {MOST_REASONS} reasons at most: those that decide most pairs")
    for reason in reasons:
        if len(reason) > LONGEST_REASON:
            message = f"the reason {reason[:40]!r}… has {len(reason)} characters"
            yield Finding(line, Level.ERROR, "reasons-length", message, f"say it in {LONGEST_REASON} at most; the section says the rest")
    seen: dict[str, str] = {}
    for reason in reasons:
        other = seen.setdefault(" ".join(reason.casefold().split()), reason)
        if other != reason:
            message = f"the reasons {other!r} and {reason!r} differ only in case or spacing"
            yield Finding(line, Level.ERROR, "reasons-alike", message, "keep one of them")


def anchors_for_ratings(guideline: Guideline) -> Iterator[Finding]:
    """Scores mean something: each dimension of a rating has anchors."""
    if guideline.format == "rating":
        for dimension in guideline.dimensions:
            if not dimension.anchors:
                message = f"the dimension {dimension.key} has no anchors, so its scores mean what each rater likes"
                mend = "add `anchors: [what the lowest score means, …]`"
                yield Finding(_line(guideline, "dimensions"), Level.WARNING, "anchors", message, mend)


def better_is_defined(guideline: Guideline) -> Iterator[Finding]:
    """There is a section that defines "better"."""
    if _better(guideline) is None:
        mend = "add `## What better means {#better}` and list what can be seen in the text of the better response"
        yield Finding(1, Level.ERROR, "better-missing", 'no section defines "better"', mend)


def better_is_concrete(guideline: Guideline) -> Iterator[Finding]:
    """The definition names observable properties, at least two; phrases that only repeat the question do not count."""
    section = _better(guideline)
    if section is None:
        return
    stated = [unit for unit in units(section.text) if has_words(unit, 5) and not _vague(unit)]
    cited = {*citations(section.text), *(k for k in guideline.dimension_keys if names(section.text, k))} - {section.id}
    vague = next(((n, found[0]) for n, text in _lines(section) if (found := _vague(text))), None)
    mend = "say what can be seen in the text or what happens to the asker, as a list: “names the dose”, “the code runs”"
    if vague is not None and len(stated) < 3 and len(cited) < 2:
        message = f'"better" is defined by “{vague[1]}”, which only repeats the question'
        yield Finding(vague[0], Level.WARNING, "better-vague", message, mend)
    elif len(stated) < 2 and len(cited) < 2:
        yield Finding(section.line, Level.WARNING, "better-vague", '"better" is defined by fewer than two observable properties', mend)


def priorities_name_dimensions(guideline: Guideline) -> Iterator[Finding]:
    """There is a section of priorities, and it names every dimension."""
    if len(guideline.dimensions) < 2:
        return
    section = guideline.section("priorities")
    if section is None:
        message = "no section says which dimension outranks which"
        mend = "add `## Priorities {#priorities}`: the order of the dimensions, and what to do where two neighbours disagree"
        yield Finding(_line(guideline, "dimensions"), Level.ERROR, "priorities-missing", message, mend)
        return
    for key in guideline.dimension_keys:
        if not names(section.text, key):
            message = f"§priorities does not name the dimension {key}"
            yield Finding(section.line, Level.ERROR, "priorities-dimension", message, f"say where `{key}` stands among the others")


def priorities_say_order(guideline: Guideline) -> Iterator[Finding]:
    """The section of priorities says what outranks what."""
    section = guideline.section("priorities")
    if section is not None and len(guideline.dimensions) > 1 and not _ORDER.search(section.text):
        first, second = guideline.dimension_keys[:2]
        message = "§priorities does not say what outranks what"
        yield Finding(section.line, Level.WARNING, "priorities-order", message, f"write it out: “`{first}` outranks `{second}`, …”")


def conflicts_are_resolved(guideline: Guideline) -> Iterator[Finding]:
    """For each two neighbouring dimensions one list item or sentence says what to do when they disagree."""
    section = guideline.section("priorities")
    if section is None:
        return
    keys = guideline.dimension_keys
    rules = [(unit, {key for key in keys if names(unit, key)}) for unit in units(section.text)]
    for first, second in pairwise(keys):
        # A passage that names all of three or more dimensions lists their order and settles no conflict.
        settled = any(
            {first, second} <= named and (len(named) < len(keys) or len(keys) == 2) and has_words(unit, 6) and _CONFLICT.search(unit)
            for unit, named in rules
        )
        if not settled:
            message = f"§priorities does not say what to do when {first} and {second} point different ways"
            mend = f"add an item “`{first}` against `{second}`: …” with the rule and its exceptions"
            yield Finding(section.line, Level.WARNING, "priorities-conflict", message, mend)


def topics_are_covered(guideline: Guideline) -> Iterator[Finding]:
    """Both bad, both good, length and doubt have sections of their own; margins and acceptability where they are used."""
    wanted = list(_TOPICS)
    if len(guideline.margins) > 1:
        wanted.append(("margins", "what makes the margin " + ", ".join(guideline.margins), "## Margins {#margins}"))
    if guideline.acceptability is not None:
        wanted.append(("acceptability", "when a response is not acceptable", "## Acceptability {#acceptability}"))
    for identity, what, mend in wanted:
        if guideline.section(identity) is None:
            yield Finding(1, Level.ERROR, "section-missing", f"no section §{identity} says {what}", f"add `{mend}`")


def sections_are_filled(guideline: Guideline) -> Iterator[Finding]:
    """No section is only a heading."""
    for section in guideline.sections:
        if section.id != EXAMPLES_ID and not section.text:
            message = f"§{section.id} is empty"
            yield Finding(section.line, Level.ERROR, "section-empty", message, "write what the section decides, or take it out")


def margins_are_explained(guideline: Guideline) -> Iterator[Finding]:
    """The section on margins says what makes each of them."""
    section = guideline.section("margins")
    if section is not None and section.text and len(guideline.margins) > 1:
        for margin in guideline.margins:
            if not names(section.text, margin):
                mend = f"add an item “`{margin}`: …” that says what happens to the asker who gets the worse response"
                yield Finding(section.line, Level.ERROR, "margins-explained", f"§margins does not say what makes `{margin}`", mend)


def acceptability_is_concrete(guideline: Guideline) -> Iterator[Finding]:
    """The section on acceptability gives criteria, at least two."""
    section = guideline.section("acceptability")
    if section is None or not section.text or guideline.acceptability is None:
        return
    criteria = [unit for unit in units(section.text) if has_words(unit, 4) and not _vague(unit)]
    if len(criteria) < 2:
        mend = "list what makes a response unacceptable, each item so that two people would agree on it"
        message = "§acceptability gives fewer than two criteria"
        yield Finding(section.line, Level.WARNING, "acceptability-vague", message, mend)


def in_doubt_names_default(guideline: Guideline) -> Iterator[Finding]:
    """The section on doubt and the setting say the same."""
    section = guideline.section("in-doubt")
    if section is None or not section.text:
        return
    words = {InDoubt.TIE: r"\bt(?:ie|ied|ies)\b", InDoubt.SHORTER: r"\bshort(?:er|est)\b", InDoubt.SKIP: r"\bskip\w*"}
    if not re.search(words[guideline.in_doubt], section.text, re.IGNORECASE):
        message = f"the front matter says in_doubt: {guideline.in_doubt}, which §in-doubt does not mention"
        mend = f"state the default in §in-doubt with the word “{guideline.in_doubt}”, or change in_doubt"
        yield Finding(section.line, Level.WARNING, "in-doubt-unstated", message, mend)


def citations_exist(guideline: Guideline) -> Iterator[Finding]:
    """Every `§id` in the document names a section."""
    known = {section.id for section in guideline.sections}
    for line in outside_fences(guideline.text):
        for identity in citations(line.text):
            if identity not in known:
                message = f"§{identity} is no section of this document"
                yield Finding(line.number, Level.ERROR, "unknown-citation", message, f"cite one of: {', '.join(sorted(known))}")


def applies_to_exists(guideline: Guideline) -> Iterator[Finding]:
    """Every word of an `applies_to` is a dimension, or a tag that some example has."""
    known = {*guideline.dimension_keys, *(tag for example in guideline.examples for tag in example.tags)}
    for section in guideline.sections:
        for word in section.applies_to:
            if word not in known:
                message = f"§{section.id} applies to {word!r}, which is neither a dimension nor a tag of any example"
                mend = f'add an example with tags="{word}", or mend the word'
                yield Finding(section.line, Level.ERROR, "unknown-applies-to", message, mend)


def examples_come_last(guideline: Guideline) -> Iterator[Finding]:
    """The worked examples are the last section, below all that they cite."""
    section = guideline.section(EXAMPLES_ID)
    if section is not None and section.position != len(guideline.sections) - 1:
        message = "sections follow the worked examples, where they are overlooked"
        mend = "move `## Worked examples` to the end of the document"
        yield Finding(section.line, Level.WARNING, "examples-last", message, mend)


def version_raised(guideline: Guideline, previous: Guideline) -> Iterator[Finding]:
    """Another text has a higher version: a published one never changes."""
    if guideline.sha256 != previous.sha256 and guideline.version <= previous.version:
        message = f"the text differs from {previous.label}, and the version is {guideline.version}"
        mend = f"set version: {previous.version + 1}"
        yield Finding(_line(guideline, "version"), Level.ERROR, "version-raised", message, mend)


def change_note_present(guideline: Guideline, previous: Guideline) -> Iterator[Finding]:
    """A note of its own says what changed."""
    if (not guideline.note or guideline.note == previous.note) and diff_sections(previous, guideline):
        what = "is still that of the version before" if guideline.note else "is missing"
        message = f"the content differs from {previous.label}, and the note that says what changed {what}"
        yield Finding(_line(guideline, "note"), Level.ERROR, "change-note", message, "set note: what changed, and why, in a sentence")


def _better(guideline: Guideline) -> Section | None:
    titled = (s for s in guideline.sections if names(s.title, "better") and s.id != EXAMPLES_ID)
    return guideline.section("better") or next(titled, None)


def _vague(text: str) -> re.Match[str] | None:
    """The first phrase that only moves the question; one that is quoted or negated in its sentence is not meant."""
    return next((m for s in sentences(text) if (m := _VAGUE.search(s)) and not _NOT_MEANT.search(s)), None)


def _lines(section: Section) -> list[tuple[int, str]]:
    """Line numbers and passages of a section, a paragraph or an item each, outside fences."""
    passages: list[tuple[int, str]] = []
    open_passage = False
    for line in outside_fences(section.text, section.line + 1):
        if not line.text.strip():
            open_passage = False
        elif open_passage:
            passages[-1] = (passages[-1][0], f"{passages[-1][1]} {line.text.strip()}")
        else:
            passages.append((line.number, line.text.strip()))
            open_passage = True
    return passages


def _line(guideline: Guideline, key: str) -> int:
    return guideline.key_lines.get(key, 1)
