"""Every lint rule fires on its own breakage, and on nothing else; the valid document has no findings."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from prefterm.domain.guideline_lint import CHANGE_RULES, RULES, Finding, Level, lint
from prefterm.domain.guidelines import parse_guideline
from prefterm.domain.guidelines.prose import citations, sentences, units

FRONT = """\
name: replies
version: 1
title: Replies
format: pairwise
margins: [slightly, much]
ties: split
dimensions:
  - {key: accuracy, question: "Which is true?"}
  - {key: tone, question: "Which is kinder?"}
  - {key: form, question: "Which looks like a letter?"}
acceptability: Could it be sent?
in_doubt: tie
skip_reasons: [outside my field]
require_rationale: never
note: First.
"""
SECTIONS = {
    "better": ("What better means", "- It names the date asked for.\n- It answers every question in the letter.\n- It can be sent."),
    "accuracy": ("Accuracy", "Dates and sums are right."),
    "priorities": (
        "Priorities",
        "Accuracy outranks tone, and tone outranks form.\n\n- `accuracy` against `tone`: a wrong date loses, however kind.\n"
        "- When tone and form disagree, the kinder letter wins.",
    ),
    "margins": ("Margins", "- `slightly`: the reader does the same.\n- `much`: the reader comes on the wrong day."),
    "length": ("Length", "Longer is no better."),
    "both-bad": ("Both bad", "Neither could be sent."),
    "both-good": ("Both good", "Both could be sent unchanged."),
    "in-doubt": ("In doubt", "Choose a tie."),
    "acceptability": ("Acceptability", "- No false date in the letter.\n- No insult to the reader anywhere."),
    "complaints": ("Complaints", "Answer the complaint first."),
}  # fmt: skip
APPLIES = {"complaints": ' applies_to="complaint tone"'}


@dataclass(frozen=True)
class Example:
    """One worked example in short: the label's lines, the sections and which response is the longer."""

    label: str
    sections: str
    longer: int = 1
    tags: str = "letter"
    reasoning: str = "The date decides here. Tone does not help."
    heading: str | None = None


def won(side: int, margin: str, dimension: str, marks: str = "") -> str:
    lines = f"better: {side}\nmargin: {margin}\ndimensions: {{{dimension}: {side} {margin}}}"
    return lines + (f"\nacceptable: [{marks}]" if marks else "")


EXAMPLES = (
    Example(won(1, "much", "accuracy", "yes, no"), "better, accuracy"),
    Example(won(2, "much", "accuracy", "no, no"), "accuracy, acceptability"),
    Example(won(1, "slightly", "tone", "yes, yes"), "priorities, margins", longer=2),
    Example(won(2, "slightly", "tone", "no, yes"), "length", longer=2),
    Example(won(1, "slightly", "form"), "in-doubt"),
    Example(won(2, "much", "form"), "margins"),
    Example(won(1, "much", "tone"), "complaints", tags="complaint", longer=2),
    Example(won(2, "slightly", "form"), "complaints", tags="complaint angry", longer=2),
    Example(won(2, "slightly", "accuracy"), "accuracy", longer=2),
    Example("better: tie\ntie: equal", "in-doubt"),
    Example("better: tie\ntie: both_good\nacceptable: [yes, yes]", "both-good"),
    Example("better: tie\ntie: both_bad\nacceptable: [no, no]", "both-bad"),
)


def compose(
    *, front: str = FRONT, sections: dict[str, tuple[str, str]] | None = None, examples: tuple[Example, ...] = EXAMPLES, last: str = ""
) -> str:
    """A document of these parts; unchanged, the lint finds nothing in it."""
    parts = [f"---\n{front}---\n\n# Replies\n\nFor people who answer letters.\n"]
    for identity, (title, text) in (SECTIONS if sections is None else sections).items():
        parts.append(f"## {title} {{#{identity}{APPLIES.get(identity, '')}}}\n\n{text}\n")
    parts.append("## Worked examples {#worked-examples}\n")
    for number, example in enumerate(examples, 1):
        texts = {side: "A longer reply." if side == example.longer else "A reply." for side in (1, 2)}
        parts.append(
            f'### {example.heading or f"Example {number}: A letter"} {{#e{number} tags="{example.tags}"}}\n\n'
            f"#### Prompt\n\nA letter.\n\n#### Response 1\n\n{texts[1]}\n\n#### Response 2\n\n{texts[2]}\n\n"
            f"#### Label\n\n```yaml\n{example.label}\nsections: [{example.sections}]\n```\n\n#### Reasoning\n\n{example.reasoning}\n"
        )
    return "\n".join(parts) + last


def findings(text: str, previous: str | None = None) -> list[Finding]:
    return lint(parse_guideline(text), None if previous is None else parse_guideline(previous))


def rules(text: str, previous: str | None = None) -> set[str]:
    return {finding.rule for finding in findings(text, previous)}


def with_section(identity: str, text: str | None) -> str:
    """The document with another text of one section; None leaves the section out."""
    sections = {k: v for k, v in SECTIONS.items() if k != identity or text is not None}
    if text is not None:
        sections[identity] = (SECTIONS[identity][0], text)
    return compose(sections=sections)


def with_example(place: int, **changes: object) -> str:
    """The document with one example (from 1) changed."""
    return compose(examples=tuple(replace(e, **changes) if i == place else e for i, e in enumerate(EXAMPLES, 1)))  # type: ignore[arg-type]


def only(text: str, rule: str, level: Level, previous: str | None = None) -> Finding:
    """The one finding, which must be of that rule and level, in a line of the document, with a way to mend it."""
    found = findings(text, previous)
    assert [(f.rule, f.level) for f in found] == [(rule, level)], found
    assert 1 <= found[0].line <= text.count("\n") + 1 and found[0].message and found[0].mend
    return found[0]


@pytest.mark.parametrize(
    ("reasons", "rule"),
    [
        (", ".join(f"reason {n}" for n in range(10)), "reasons-count"),
        (f"too long, {'x' * 61}", "reasons-length"),
        ("too long, Too  Long", "reasons-alike"),
    ],
)
def test_reasons_must_fit_their_ticks(reasons: str, rule: str) -> None:
    text = compose(front=f"{FRONT}reasons: [{reasons}]\n")
    found = only(text, rule, Level.ERROR)
    assert text.split("\n")[found.line - 1].startswith("reasons:")


def test_nine_short_reasons_are_well() -> None:
    nine = ", ".join("x" * 59 + str(n) for n in range(1, 10))
    assert findings(compose(front=f"{FRONT}reasons: [{nine}]\nconfidence: true\n")) == []


def test_the_valid_document_has_no_findings() -> None:
    assert findings(compose()) == []
    assert findings(compose(), compose()) == []


def test_no_rule_is_listed_twice() -> None:
    assert len({*RULES, *CHANGE_RULES}) == len(RULES) + len(CHANGE_RULES)


@pytest.mark.parametrize("key", ["title", "note", "format", "in_doubt", "skip_reasons", "require_rationale"])
def test_front_matter(key: str) -> None:
    text = compose(front="".join(line + "\n" for line in FRONT.splitlines() if not line.startswith(key)))
    level = Level.WARNING if key in ("title", "note") else Level.ERROR
    assert f"`{key}`" in only(text, "front-matter", level).message


def test_in_doubt_tie() -> None:
    text = compose(front=FRONT.replace("ties: split", "ties: none"), examples=EXAMPLES[:9])
    assert "in-doubt-tie" in rules(text)
    assert "in-doubt-tie" not in rules(text.replace("in_doubt: tie", "in_doubt: skip"))


def test_margins_count() -> None:
    text = compose(front=FRONT.replace("[slightly, much]", "[slightly, more, much, vastly]"))
    assert "margins-count" in rules(text)
    assert "margins-count" not in rules(text.replace(", vastly", ""))


def test_anchors_are_wanted_for_ratings() -> None:
    scored = "scores: {tone: [1, 2]}"
    text = compose(front=FRONT.replace("pairwise", "rating"), examples=tuple(replace(e, label=scored) for e in EXAMPLES))
    found = findings(text)
    assert [(f.rule, f.level) for f in found] == [("anchors", Level.WARNING)] * 3


def test_better_missing() -> None:
    examples = (replace(EXAMPLES[0], sections="accuracy"), *EXAMPLES[1:])
    sections = {k: v for k, v in SECTIONS.items() if k != "better"}
    only(compose(sections=sections, examples=examples), "better-missing", Level.ERROR)
    renamed = {("worth" if k == "better" else k): v for k, v in SECTIONS.items()}
    titled = compose(sections=renamed, examples=(replace(EXAMPLES[0], sections="worth"), *EXAMPLES[1:]))
    assert findings(titled) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ask yourself which is better, and choose the best one.",
        "Choose the response of higher quality.",
        "- Which response is better overall?\n- Which one would you prefer?\n- Trust your judgment.",
        "Be reasonable.",
    ],
)
def test_better_vague(text: str) -> None:
    found = only(with_section("better", text), "better-vague", Level.WARNING)
    assert "as a list" in found.mend


@pytest.mark.parametrize(
    "text",
    [
        'Never ask "which is better?".\n\n- It names the date the writer asked for.\n- It answers every question in the letter.',
        "Which is better is settled so.\n\n- The date is the one asked for.\n- Every question has its answer.\n- It can be sent.",
        "The writer knows the right day after reading it. Every question in the letter has an answer.",
        "It leads by §accuracy, then by §tone-of-voice or tone.",
    ],
)
def test_a_concrete_better_is_let_pass(text: str) -> None:
    assert "better-vague" not in rules(with_section("better", text))


def test_priorities_missing() -> None:
    examples = tuple(replace(e, sections=e.sections.replace("priorities, ", "")) for e in EXAMPLES)
    only(compose(sections={k: v for k, v in SECTIONS.items() if k != "priorities"}, examples=examples), "priorities-missing", Level.ERROR)


def test_one_dimension_needs_no_priorities() -> None:
    front = "".join(line + "\n" for line in FRONT.splitlines() if "key: tone" not in line and "key: form" not in line)
    sections = {k: v for k, v in SECTIONS.items() if k != "priorities"}
    examples = tuple(
        replace(
            e, sections=e.sections.replace("priorities, ", ""), label=e.label.replace("tone:", "accuracy:").replace("form:", "accuracy:")
        )
        for e in EXAMPLES
    )
    text = compose(front=front, sections=sections, examples=examples).replace("complaint tone", "complaint")
    assert findings(text) == []


def test_priorities_dimension() -> None:
    text = with_section("priorities", SECTIONS["priorities"][1].replace("form", "looks"))
    assert rules(text) == {"priorities-dimension", "priorities-conflict"}


def test_priorities_order() -> None:
    lines = "If accuracy and tone disagree, take the true letter.\n\nIf tone and form disagree, take the kind letter."
    only(with_section("priorities", lines), "priorities-order", Level.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "Accuracy outranks tone, and tone outranks form.\n\n- `accuracy` against `tone`: a wrong date loses, however kind.",
        "The order of priority is: accuracy, tone, form.\n\n- When accuracy and tone disagree, a wrong date loses.",
        "- `accuracy` against `tone`: a wrong date loses.\n- form against accuracy: the right date wins over the form.\n- tone: see above.",
    ],
)
def test_priorities_conflict(text: str) -> None:
    assert "tone and form" in only(with_section("priorities", text), "priorities-conflict", Level.WARNING).message


@pytest.mark.parametrize("identity", ["both-bad", "both-good", "length", "in-doubt", "margins", "acceptability"])
def test_section_missing(identity: str) -> None:
    sections = {k: v for k, v in SECTIONS.items() if k != identity}
    examples = tuple(replace(e, sections=e.sections.replace(identity, "accuracy")) for e in EXAMPLES)
    found = only(compose(sections=sections, examples=examples), "section-missing", Level.ERROR)
    assert f"{{#{identity}}}" in found.mend


def test_binary_guidelines_need_no_section_on_margins() -> None:
    def plain(text: str) -> str:
        return text.replace(" much", "").replace(" slightly", "").replace("\nmargin:", "")

    sections = {k: v for k, v in SECTIONS.items() if k != "margins"}
    examples = tuple(replace(e, label=plain(e.label), sections=e.sections.replace("margins", "length")) for e in EXAMPLES)
    assert findings(compose(front=FRONT.replace("[slightly, much]", "[]"), sections=sections, examples=examples)) == []


def test_section_empty() -> None:
    only(with_section("accuracy", ""), "section-empty", Level.ERROR)


def test_margins_explained() -> None:
    found = only(with_section("margins", "- `much`: the reader comes on the wrong day."), "margins-explained", Level.ERROR)
    assert "slightly" in found.message


@pytest.mark.parametrize("text", ["It is good enough.", "- It is of good quality.\n- It has no false date in it."])
def test_acceptability_vague(text: str) -> None:
    only(with_section("acceptability", text), "acceptability-vague", Level.WARNING)


def test_in_doubt_unstated() -> None:
    only(with_section("in-doubt", "Take the shorter one."), "in-doubt-unstated", Level.WARNING)
    assert findings(with_section("in-doubt", "Take the shorter one.").replace("in_doubt: tie", "in_doubt: shorter")) == []


def test_unknown_citation() -> None:
    text = with_section("length", "Longer is no better, see §brevity.")
    found = only(text, "unknown-citation", Level.ERROR)
    assert text.split("\n")[found.line - 1].endswith("§brevity.")
    assert findings(with_section("length", "See §12 of the act.\n\n~~~~text\n§brevity\n~~~~")) == []


def test_unknown_applies_to() -> None:
    text = compose().replace('applies_to="complaint tone"', 'applies_to="complaint weather"')
    assert "'weather'" in only(text, "unknown-applies-to", Level.ERROR).message


def test_examples_last() -> None:
    examples = (replace(EXAMPLES[0], sections="better, more"), *EXAMPLES[1:])
    only(compose(examples=examples, last="\n## More {#more}\n\nText.\n"), "examples-last", Level.WARNING)


def test_example_count() -> None:
    few = tuple(e for i, e in enumerate(EXAMPLES, 1) if i not in (6, 9))
    only(compose(examples=few), "example-count", Level.WARNING)
    fewer = tuple(e for i, e in enumerate(EXAMPLES, 1) if i not in (5, 6, 9))
    only(compose(examples=fewer), "example-count", Level.ERROR)
    only(compose(examples=EXAMPLES + EXAMPLES[:4]), "example-count", Level.HINT)
    assert findings(compose(examples=EXAMPLES + EXAMPLES[:3])) == []


def test_no_examples_at_all_are_findings_not_a_crash() -> None:
    assert {"example-count", "margin-unshown", "tie-unshown", "dimension-unshown", "section-unshown"} <= rules(compose(examples=()))


def test_example_number() -> None:
    only(with_example(3, heading="Example 2: A letter"), "example-number", Level.WARNING)
    assert findings(with_example(3, heading="A letter without a number")) == []


@pytest.mark.parametrize("reasoning", ["", "The date decides.", "The date decides, e.g. in the second line; 3.5 days are too late."])
def test_example_reasoning(reasoning: str) -> None:
    only(with_example(1, reasoning=reasoning), "example-reasoning", Level.ERROR)


def test_example_cites() -> None:
    only(with_example(6, sections=""), "example-cites", Level.ERROR)
    assert findings(with_example(6, sections="", reasoning="It follows from §margins. Nothing else does.")) == []


def turned(example: Example) -> Example:
    """The example with its responses swapped, marks included."""
    label = example.label.translate(str.maketrans("12", "21"))
    for marks, swapped in (("[yes, no]", "[no, yes]"), ("[no, yes]", "[yes, no]")):
        if marks in label:
            return replace(example, label=label.replace(marks, swapped), longer=3 - example.longer)
    return replace(example, label=label, longer=3 - example.longer)


def test_side_balance() -> None:
    one_sided = (turned(EXAMPLES[0]), turned(EXAMPLES[2]), *EXAMPLES[1:2], *EXAMPLES[3:])
    found = only(compose(examples=one_sided), "side-balance", Level.WARNING)
    assert "Response 1 wins 2" in found.message and "Response 1 wins more" in found.mend


def test_length_balance() -> None:
    winners = [2 if e.label.startswith("better: 2") else 1 for e in EXAMPLES]
    long_wins = tuple(replace(e, longer=side) for e, side in zip(EXAMPLES, winners, strict=True))
    assert "long is good" in only(compose(examples=long_wins), "length-balance", Level.WARNING).message
    short_wins = tuple(replace(e, longer=3 - side) for e, side in zip(EXAMPLES, winners, strict=True))
    assert "short is good" in only(compose(examples=short_wins), "length-balance", Level.WARNING).message


def test_margin_unshown() -> None:
    text = compose(examples=tuple(replace(e, label=e.label.replace("slightly", "much")) for e in EXAMPLES))
    assert "`slightly`" in only(text, "margin-unshown", Level.ERROR).message


@pytest.mark.parametrize(("kind", "place"), [("equal", 10), ("both_good", 11), ("both_bad", 12)])
def test_tie_unshown(kind: str, place: int) -> None:
    other = "both_good" if kind == "equal" else "equal"
    text = with_example(place, label=f"better: tie\ntie: {other}")
    assert f"`{kind}`" in only(text, "tie-unshown", Level.ERROR).message


def test_undivided_ties_need_only_one_example() -> None:
    ties = tuple(replace(e, label=e.label.replace("both_good", "equal").replace("both_bad", "equal")) for e in EXAMPLES)
    assert findings(compose(front=FRONT.replace("ties: split", "ties: equal"), examples=ties)) == []


def test_dimension_unshown() -> None:
    examples = tuple(replace(e, label=e.label.replace("{form:", "{accuracy: 1 much, form:")) for e in EXAMPLES)
    examples = tuple(replace(e, label=e.label.replace("accuracy: 1", "accuracy: 2")) if "better: 2" in e.label else e for e in examples)
    assert "form" in only(compose(examples=examples), "dimension-unshown", Level.ERROR).message


def test_section_unshown() -> None:
    only(with_example(4, sections="accuracy"), "section-unshown", Level.WARNING)


def test_the_mark_is_apart_from_winning() -> None:
    only(with_example(2, label=won(2, "much", "accuracy", "no, yes")), "winner-not-acceptable", Level.ERROR)
    only(with_example(3, label=won(1, "slightly", "tone", "yes, no")), "loser-acceptable", Level.ERROR)


@pytest.mark.parametrize(
    ("place", "label"),
    [
        (9, "better: 2\nmargin: slightly\ndimensions: {accuracy: 1 slightly, tone: tie}"),
        (11, "better: tie\ntie: both_good\nacceptable: [yes, no]"),
        (12, "better: tie\ntie: both_bad\nacceptable: [yes, no]"),
    ],
)
def test_label_contradiction(place: int, label: str) -> None:
    only(with_example(place, label=label), "label-contradiction", Level.WARNING)


def test_a_label_without_dimensions_is_no_contradiction() -> None:
    assert findings(with_example(9, label="better: 2\nmargin: slightly")) == []


def changed(front: str) -> str:
    sections = {**SECTIONS, "length": ("Length", "Longer is no worse.")}
    return compose(front=front, sections=sections)


def test_version_raised() -> None:
    only(changed(FRONT.replace("First.", "Length.")), "version-raised", Level.ERROR, compose())
    raised = FRONT.replace("version: 1", "version: 2").replace("First.", "Length.")
    assert findings(changed(raised), compose()) == []
    only(compose(front=FRONT.replace("First.", "Other.")), "version-raised", Level.ERROR, compose())


@pytest.mark.parametrize("note", ["First.", ""])
def test_change_note(note: str) -> None:
    front = FRONT.replace("version: 1", "version: 2").replace("First.", note)
    only(changed(front), "change-note", Level.ERROR, compose())
    assert findings(compose(front=front), compose()) == []


def test_findings_come_in_the_order_of_lines() -> None:
    text = with_section("accuracy", "").replace("§", "").replace("note: First.\n", "")
    lines = [finding.line for finding in findings(text)]
    assert len(lines) == 2 and lines == sorted(lines)


def test_sentences_units_and_citations() -> None:
    assert sentences("It is 3.5 mg, e.g. twice. Stop! 好。是。") == ["It is 3.5 mg, e.g. twice.", "Stop!", "好。", "是。"]
    assert units("One. Two.\n\n- three\n  goes on. And on.\n- four\n\n```\nno\n```\n| a | b |") == [
        "One.", "Two.", "- three goes on. And on.", "- four", "| a | b |",
    ]  # fmt: skip
    assert citations("§a-b, §12, §both-bad. §x_1- and § y") == ["a-b", "both-bad", "x_1"]
