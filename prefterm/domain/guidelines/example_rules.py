"""Lint rules for the worked examples: enough of them, balanced, each with its reasons, together exercising every rule.

Rules about sides, margins and deciding dimensions concern pairwise guidelines; ranked and rated examples pass them.
"""

from __future__ import annotations

from collections.abc import Iterator

from prefterm.domain.guidelines.finding import Finding, Level
from prefterm.domain.guidelines.model import EXAMPLES_ID, Guideline, Ties, WorkedExample
from prefterm.domain.guidelines.prose import citations, sentences
from prefterm.domain.preferences import TieKind, direction

__all__ = [
    "acceptability_is_shown",
    "dimensions_decide",
    "enough_examples",
    "examples_are_numbered",
    "examples_cite",
    "examples_give_reasons",
    "labels_agree_with_themselves",
    "lengths_are_balanced",
    "margins_are_shown",
    "sections_are_exercised",
    "sides_are_balanced",
    "ties_are_shown",
]

FEWEST, WANTED, MOST = 10, 12, 15
FEWEST_SENTENCES = 2
SIDE_SHARE = 0.6
"""Largest share of the decided examples that one side may win."""
LENGTH_SHARE = 0.65
"""Largest share of the decided examples that the longer, or the shorter, response may win."""


def enough_examples(guideline: Guideline) -> Iterator[Finding]:
    """At least 10 examples, 12 to 15 wanted."""
    count, line = len(guideline.examples), _line(guideline)
    if count < FEWEST:
        message = f"{count} worked examples: fewer than {FEWEST} leave too much of the guideline unshown"
        yield Finding(line, Level.ERROR, "example-count", message, f"add examples until there are {WANTED} to {MOST}")
    elif count < WANTED:
        message = f"{count} worked examples, {WANTED} to {MOST} are wanted"
        yield Finding(line, Level.WARNING, "example-count", message, f"add {WANTED - count} more, on what is argued about most")
    elif count > MOST:
        message = f"{count} worked examples are more than annotators will read"
        yield Finding(line, Level.HINT, "example-count", message, f"keep the {MOST} that teach most")


def examples_are_numbered(guideline: Guideline) -> Iterator[Finding]:
    """The numbers in the headings are the places, as screens show them."""
    for place, example in enumerate(guideline.examples, 1):
        if example.number != place:
            message = f"example {place} is headed “Example {example.number}”"
            yield Finding(example.line, Level.WARNING, "example-number", message, f"write “Example {place}”")


def examples_give_reasons(guideline: Guideline) -> Iterator[Finding]:
    """Every example has its reasoning, of two sentences at least."""
    for example in guideline.examples:
        count = len(sentences(example.reasoning))
        if count < FEWEST_SENTENCES:
            what = "has no reasoning" if count == 0 else "gives its reasoning in a single sentence"
            mend = "say under #### Reasoning what decides, and why the other response's merits do not"
            message = f"example {example.number} {what}"
            yield Finding(example.line, Level.ERROR, "example-reasoning", message, mend)


def examples_cite(guideline: Guideline) -> Iterator[Finding]:
    """Every example rests on at least one section."""
    for example in guideline.examples:
        if not _cited(guideline, example):
            message = f"example {example.number} cites no section"
            yield Finding(example.line, Level.ERROR, "example-cites", message, "add `sections: [id, …]` to its label")


def sides_are_balanced(guideline: Guideline) -> Iterator[Finding]:
    """Response 1 and Response 2 win about equally often (60:40 at most; one more than the other is always fine)."""
    sides = [direction(strength) for _, strength in _decided(guideline)]
    first, second = sides.count(1), sides.count(-1)
    if _lopsided(first, second, SIDE_SHARE):
        less = 2 if first > second else 1
        message = f"Response 1 wins {first} examples and Response 2 wins {second}: annotators would learn a side"
        mend = f"swap the two responses of some examples, so that Response {less} wins more of them"
        yield Finding(_line(guideline), Level.WARNING, "side-balance", message, mend)


def lengths_are_balanced(guideline: Guideline) -> Iterator[Finding]:
    """The longer response wins about half the decided examples (35 to 65 %; one more is always fine)."""
    longer = shorter = 0
    for example, strength in _decided(guideline):
        gap = direction(len(example.responses[0]) - len(example.responses[1])) * direction(strength)
        longer, shorter = longer + (gap > 0), shorter + (gap < 0)
    if _lopsided(longer, shorter, LENGTH_SHARE):
        learnt, wanted = ("long is good", "shorter") if longer > shorter else ("short is good", "longer")
        message = f"the longer response wins {longer} of {longer + shorter} decided examples: annotators would learn that {learnt}"
        mend = f"rewrite or replace some examples so that the {wanted} response wins"
        yield Finding(_line(guideline), Level.WARNING, "length-balance", message, mend)


def margins_are_shown(guideline: Guideline) -> Iterator[Finding]:
    """Every margin is the label of some example."""
    if guideline.format == "pairwise":
        shown = {guideline.margin_label(strength) for _, strength in _decided(guideline)}
        for margin in guideline.margins:
            if margin not in shown:
                message = f"no example has the margin `{margin}`"
                yield Finding(_line(guideline), Level.ERROR, "margin-unshown", message, f"add an example with margin: {margin}")


def ties_are_shown(guideline: Guideline) -> Iterator[Finding]:
    """Every kind of tie that may be chosen is the label of some example."""
    kinds = {Ties.NONE: (), Ties.EQUAL: (TieKind.EQUAL,), Ties.SPLIT: tuple(TieKind)}[guideline.ties]
    if guideline.format == "pairwise":
        shown = {example.answer.payload.get("tie") for example in guideline.examples}
        for kind in kinds:
            if kind not in shown:
                message = f"no example is a tie of the kind `{kind}`"
                yield Finding(_line(guideline), Level.ERROR, "tie-unshown", message, f"add an example with better: tie, tie: {kind}")


def dimensions_decide(guideline: Guideline) -> Iterator[Finding]:
    """Every dimension decides some example: it is the first by priority that points the way of the label."""
    if guideline.format == "pairwise":
        deciding = {_deciding(guideline, example, strength) for example, strength in _decided(guideline)}
        for key in guideline.dimension_keys:
            if key not in deciding:
                message = f"no example is decided by {key}"
                mend = f"add an example where `{key}` points the way of the label and no dimension above it does"
                yield Finding(_line(guideline), Level.ERROR, "dimension-unshown", message, mend)


def sections_are_exercised(guideline: Guideline) -> Iterator[Finding]:
    """Every section is cited by some example."""
    cited = {identity for example in guideline.examples for identity in _cited(guideline, example)}
    for section in guideline.sections:
        if section.id != EXAMPLES_ID and section.id not in cited:
            message = f"no example cites §{section.id}"
            mend = f"add an example that turns on §{section.id}, or name it under `sections:` where one does"
            yield Finding(section.line, Level.WARNING, "section-unshown", message, mend)


def acceptability_is_shown(guideline: Guideline) -> Iterator[Finding]:
    """The mark is shown to be apart from winning: a winner that is not acceptable, a loser that is."""
    if guideline.acceptability is None or guideline.format != "pairwise":
        return
    marked = [(e.answer.acceptable, strength) for e, strength in _decided(guideline) if e.answer.acceptable]
    wanted = (
        ("winner-not-acceptable", False, 0, "the winner is still not acceptable"),
        ("loser-acceptable", True, 1, "the loser is acceptable"),
    )
    for rule, mark, offset, what in wanted:
        if not any(marks[(strength < 0) ^ offset] is mark for marks, strength in marked):
            message = f"in no example {what}, so the mark looks like a second vote for the winner"
            yield Finding(_line(guideline), Level.ERROR, rule, message, f"add an example in which {what}, marked by `acceptable:`")


def labels_agree_with_themselves(guideline: Guideline) -> Iterator[Finding]:
    """A winner leads in some dimension that is named; both_bad holds no acceptable response, both_good no other."""
    if guideline.format != "pairwise":
        return
    for example in guideline.examples:
        answer, strength = example.answer, example.answer.payload["strength"]
        tie, marks = answer.payload.get("tie"), answer.acceptable
        what = ""
        if strength and answer.dimensions and _deciding(guideline, example, strength) is None:
            what = "is won by a response that leads in none of its dimensions"
        elif (tie == TieKind.BOTH_BAD and True in marks) or (tie == TieKind.BOTH_GOOD and False in marks):
            what = f"is a tie `{tie}`, and its acceptable marks say otherwise"
        if what:
            message = f"example {example.number} {what}"
            yield Finding(example.line, Level.WARNING, "label-contradiction", message, "mend the label, so that its parts agree")


def _decided(guideline: Guideline) -> list[tuple[WorkedExample, int]]:
    """The pairwise examples that are no ties, with their strengths."""
    if guideline.format != "pairwise":
        return []
    return [(e, e.answer.payload["strength"]) for e in guideline.examples if e.answer.payload["strength"]]


def _deciding(guideline: Guideline, example: WorkedExample, strength: int) -> str | None:
    """The first dimension by priority that points the way of the label."""
    points = example.answer.dimensions
    return next((k for k in guideline.dimension_keys if direction(points.get(k, 0)) == direction(strength)), None)


def _cited(guideline: Guideline, example: WorkedExample) -> set[str]:
    """The sections that an example cites, in its label or its reasoning."""
    known = {section.id for section in guideline.sections} - {EXAMPLES_ID}
    return {*example.answer.sections, *citations(example.reasoning)} & known


def _lopsided(one: int, other: int, share: float) -> bool:
    return abs(one - other) > 1 and max(one, other) > share * (one + other)


def _line(guideline: Guideline) -> int:
    section = guideline.section(EXAMPLES_ID)
    return section.line if section else 1
