"""Reading guideline documents: what is read, what is refused and where, what differs between two versions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefterm.domain.errors import InputRejected
from prefterm.domain.guideline_lint import lint
from prefterm.domain.guidelines import (
    Change,
    Guideline,
    InDoubt,
    RequireRationale,
    Ties,
    diff_sections,
    front_matter_settings,
    parse_guideline,
)
from prefterm.domain.prompts import Message

GUIDELINES = Path(__file__).resolve().parents[2] / "guidelines"

FRONT = {
    "name": "replies",
    "version": "3",
    "title": "Replies to letters",
    "format": "pairwise",
    "margins": "[slightly, clearly, much]",
    "ties": "split",
    "dimensions": '\n  - {key: accuracy, question: "Which is true?"}\n  - {key: tone, question: "Which is kinder?", anchors: [rude, kind]}',
    "acceptability": "Could it be sent?",
    "in_doubt": "skip",
    "skip_reasons": "[outside my field, unreadable]",
    "require_rationale": "on_tie",
    "note": "Third.",
}
SECTIONS = """\
# Replies

For people who answer letters.

## What better means {#better}

Names the date.

### A sub-heading

```text
## no heading {#nowhere}
```

## Accuracy {#accuracy applies_to="dates tone"}

Dates are right, see §better.

## Plain title, no braces

Text.
"""
EXAMPLE = """\
### Example 1: The wrong date {#e1-date tags="dates short"}

#### Prompt

~~~~text
When is it?
~~~~

#### Response 1

~~~~text
# On Monday

```python
## not a heading
```
~~~~

#### Response 2

~~~~text
On Tuesday.
~~~~

#### Label

```yaml
better: 2
margin: much     # the date is all that was asked for
dimensions:
  accuracy: 2 clearly
  tone: 1 slightly
acceptable: [no, yes]
sections: [accuracy, better, accuracy]
```

#### Reasoning

It is Tuesday, says §accuracy. Tone does not help.
"""
TIE = """\
### Example 2: Several turns {#e2-turns}

#### System

Be brief.

#### User

~~~~text
Hello
~~~~

#### Assistant

~~~~text
Hi.
~~~~

#### User

~~~~text
Again
~~~~

#### Response 1

One.

#### Response 2

Two.

#### Label

```yaml
better: tie
tie: both_bad
```
"""


def document(sections: str = SECTIONS, examples: str = EXAMPLE + "\n" + TIE, /, **front: str | None) -> str:
    """A valid document; a keyword replaces a line of the front matter, None takes it out."""
    keys = {**FRONT, **front}
    head = "".join(f"{key}: {value}\n" for key, value in keys.items() if value is not None)
    return f"---\n{head}---\n\n{sections}\n## Worked examples {{#worked-examples}}\n\nRead them all.\n\n{examples}"


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InputRejected) as refused:
        parse_guideline(text, "g.md")
    assert all(r.file == "g.md" for r in refused.value.rejections)
    return [(r.line, r.reason) for r in refused.value.rejections]


def only_problem(text: str) -> tuple[int, str]:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def test_the_settings_are_read() -> None:
    g = parse_guideline(document())
    assert (g.name, g.version, g.label, g.title, g.note) == ("replies", 3, "replies@3", "Replies to letters", "Third.")
    assert (g.format, g.ties, g.in_doubt, g.require_rationale) == ("pairwise", Ties.SPLIT, InDoubt.SKIP, RequireRationale.ON_TIE)
    assert g.margins == ("slightly", "clearly", "much")
    assert g.dimension_keys == ("accuracy", "tone")
    assert g.dimensions[1].anchors == ("rude", "kind")
    assert g.skip_reasons == ("outside my field", "unreadable")
    assert g.acceptability == "Could it be sent?"
    assert g.key_lines["name"] == 2
    assert front_matter_settings(g) == {
        "format": "pairwise",
        "margins": ["slightly", "clearly", "much"],
        "ties": "split",
        "dimensions": [
            {"key": "accuracy", "question": "Which is true?", "anchors": []},
            {"key": "tone", "question": "Which is kinder?", "anchors": ["rude", "kind"]},
        ],
        "acceptability": "Could it be sent?",
        "in_doubt": "skip",
        "skip_reasons": ["outside my field", "unreadable"],
        "require_rationale": "on_tie",
    }


def test_reasons_and_confidence_are_settings_only_where_they_are_used() -> None:
    plain = parse_guideline(document())
    assert (plain.reasons, plain.confidence) == ((), False)
    assert parse_guideline(document(reasons="[]", confidence="false")).reasons == ()
    assert front_matter_settings(parse_guideline(document(reasons="[]", confidence="false"))) == front_matter_settings(plain)
    used = parse_guideline(document(reasons="[' invented fact ', too long]", confidence="true"))
    assert (used.reasons, used.confidence) == (("invented fact", "too long"), True)
    assert used.key_lines["reasons"] == line_of(used.text, "\nreasons: ") + 1
    assert front_matter_settings(used) == {
        **front_matter_settings(plain), "reasons": ["invented fact", "too long"], "confidence": True,
    }  # fmt: skip


def test_name_and_version_are_enough() -> None:
    g = parse_guideline("---\nname: bare\nversion: 1\n---\n# A title\n\nText.")
    assert (g.title, g.intro, g.format, g.margins, g.ties) == ("A title", "Text.", "pairwise", (), Ties.EQUAL)
    assert (g.acceptability, g.in_doubt, g.sections, g.examples) == (None, InDoubt.TIE, (), ())


def test_the_sections_are_read() -> None:
    text = document()
    g = parse_guideline(text)
    assert [s.id for s in g.sections] == ["better", "accuracy", "plain-title-no-braces", "worked-examples"]
    assert [s.position for s in g.sections] == [0, 1, 2, 3]
    better = g.section("better")
    assert better is not None and "## no heading {#nowhere}" in better.text and "### A sub-heading" in better.text
    assert better.line == line_of(text, "## What better means")
    accuracy = g.section("accuracy")
    assert accuracy is not None and accuracy.applies_to == ("dates", "tone") and accuracy.title == "Accuracy"
    examples = g.section("worked-examples")
    assert examples is not None and examples.text == "Read them all."
    assert g.section("nowhere") is None
    assert g.intro == "For people who answer letters."


def test_the_examples_are_read() -> None:
    text = document()
    first, second = parse_guideline(text).examples
    assert (first.id, first.number, first.title, first.tags) == ("e1-date", 1, "The wrong date", ("dates", "short"))
    assert first.prompt == (Message("user", "When is it?"),)
    assert first.responses == ("# On Monday\n\n```python\n## not a heading\n```", "On Tuesday.")
    assert first.answer.payload == {"strength": -3}
    assert first.answer.dimensions == {"accuracy": -2, "tone": 1}
    assert first.answer.acceptable == (False, True)
    assert first.answer.sections == ("accuracy", "better")
    assert first.reasoning == "It is Tuesday, says §accuracy. Tone does not help."
    assert first.line == line_of(text, "### Example 1")
    assert [m.role for m in second.prompt] == ["system", "user", "assistant", "user"]
    assert second.prompt[0].content == "Be brief." and second.responses == ("One.", "Two.")
    assert second.answer.payload == {"strength": 0, "tie": "both_bad"}
    assert second.answer.acceptable == () and second.reasoning == ""
    assert parse_guideline(text).example("e2-turns") == second


@pytest.mark.parametrize(
    ("margins", "better", "margin", "strength"),
    [
        ("[a, b, c]", "1", "a", 1),
        ("[a, b, c]", "1", "c", 3),
        ("[a, b, c]", "2", "b", -2),
        ("[a, b, c, d, e]", "2", "e", -3),
        ("[a]", "1", "a", 1),
        ("[]", "2", None, -1),
    ],
)
def test_a_margin_is_its_place_capped_at_three(margins: str, better: str, margin: str | None, strength: int) -> None:
    label = f"better: {better}\n" + (f"margin: {margin}\n" if margin else "")
    example = EXAMPLE.split("better: 2")[0] + label + "```\n"
    g = parse_guideline(document(SECTIONS, example, margins=margins))
    assert g.examples[0].answer.payload == {"strength": strength}
    if margin in ("a", "b", "c"):
        assert g.margin_label(strength) == margin
    assert g.margin_label(0) == ""


def test_margin_labels_beyond_the_margins_are_the_strongest() -> None:
    g = parse_guideline(document(SECTIONS, "", margins="[a, b]"))
    assert [g.margin_label(s) for s in (-3, -2, -1, 0, 1, 2, 3)] == ["b", "b", "a", "", "a", "b", "b"]


def test_binary_dimensions_have_no_margin() -> None:
    example = EXAMPLE.replace("margin: much", "").replace("2 clearly", "2").replace("1 slightly", "tie")
    assert parse_guideline(document(SECTIONS, example, margins="[]")).examples[0].answer.dimensions == {"accuracy": -1, "tone": 0}


def test_a_ranking_is_labelled_by_the_numbers_of_its_responses() -> None:
    example = EXAMPLE.split("better: 2")[0].replace("#### Label", "#### Response 3\n\nThird.\n\n#### Label")
    text = document(SECTIONS, example + "ranking: [[3], [1, 2]]\n```\n", format="ranking")
    assert parse_guideline(text).examples[0].answer.payload == {"ranking": [[2], [0, 1]]}
    assert "ranking must name each" in only_problem(text.replace("[[3], [1, 2]]", "[[3], [1]]"))[1]


def test_a_rating_is_labelled_by_its_scores() -> None:
    example = EXAMPLE.split("better: 2")[0]
    text = document(SECTIONS, example + "scores: {tone: [1, 4]}\n```\n", format="rating")
    assert parse_guideline(text).examples[0].answer.payload == {"scores": {"tone": [1, 4]}}
    assert "`scores`" in only_problem(text.replace("scores: {tone: [1, 4]}", "sections: [better]"))[1]


def test_line_ends_and_byte_order_mark_do_not_enter_the_hash() -> None:
    plain = parse_guideline(document())
    windows = parse_guideline("\ufeff" + document().replace("\n", "\r\n"))
    assert windows == plain and "\r" not in windows.text


def test_a_section_hash_follows_title_scope_and_text_only() -> None:
    def sha(text: str) -> str:
        section = parse_guideline(text).section("accuracy")
        assert section is not None
        return section.sha256

    base = document()
    moved = base.replace("## What better means", "## Fresh {#fresh}\n\nText.\n\n## What better means")
    assert sha(moved) == sha(base)
    assert sha(base.replace("Dates are right, see §better.", "Dates are right, see §better.   ")) == sha(base)
    for old, new in (("Dates are right", "Days are right"), ("## Accuracy", "## Precision"), ('applies_to="dates tone"', "")):
        assert sha(base.replace(old, new)) != sha(base)


@pytest.mark.parametrize(
    ("front", "key", "reason"),
    [
        ({"name": None}, None, "lacks `name`"),
        ({"version": None}, None, "lacks `version`"),
        ({"name": "No Slug"}, "name", "name must be a slug"),
        ({"name": "yes"}, "name", "yes or no"),
        ({"version": "0"}, "version", "whole number from 1"),
        ({"version": "1.5"}, "version", "whole number from 1"),
        ({"version": "'2'"}, "version", "whole number from 1"),
        ({"version": "yes"}, "version", "whole number from 1"),
        ({"colour": "blue"}, "colour", "unknown key 'colour'"),
        ({"title": "[a]"}, "title", "title must be a text, not a list"),
        ({"format": "pair"}, "format", "format must be one of pairwise, ranking, rating"),
        ({"ties": "sometimes"}, "ties", "ties must be one of none, equal, split"),
        ({"ties": ""}, "ties", "ties must be one of"),
        ({"in_doubt": "guess"}, "in_doubt", "in_doubt must be one of tie, shorter, skip"),
        ({"require_rationale": "yes"}, "require_rationale", "require_rationale must be one of never"),
        ({"margins": "much"}, "margins", "margins must be a list of texts"),
        ({"margins": "[a, a]"}, "margins", "'a' stands twice"),
        ({"margins": "[1, 2]"}, "margins", "must be a text, not a number"),
        ({"skip_reasons": "[no]"}, "skip_reasons", "must be a text, not yes or no"),
        ({"skip_reasons": "['']"}, "skip_reasons", "an empty text"),
        ({"reasons": "too long"}, "reasons", "reasons must be a list of texts, not a text"),
        ({"reasons": "[too long, [a]]"}, "reasons", "each of reasons must be a text, not a list"),
        ({"reasons": "[too long, too long]"}, "reasons", "'too long' stands twice in reasons"),
        ({"reasons": '["two\\nlines"]'}, "reasons", "one line of printable text"),
        ({"reasons": '["\\u202efni"]'}, "reasons", "one line of printable text"),
        ({"confidence": "'true'"}, "confidence", "confidence must be true or false, not 'true'"),
        ({"confidence": "5"}, "confidence", "confidence must be true or false, not 5"),
        ({"confidence": ""}, "confidence", "confidence must be true or false, not nothing"),
        ({"dimensions": "{a: b}"}, "dimensions", "dimensions must be a list"),
        ({"dimensions": "[accuracy]"}, "dimensions", "a dimension must be a mapping"),
        ({"dimensions": "[{key: accuracy}]"}, "dimensions", "lacks its question"),
        ({"dimensions": "[{key: overall, question: q}]"}, "dimensions", "not 'overall'"),
        ({"dimensions": "[{key: a, question: q}, {key: a, question: r}]"}, "dimensions", "the dimension 'a' stands twice"),
        ({"dimensions": "[{key: a, question: q, weight: 2}]"}, "dimensions", "unknown key 'weight'"),
        ({"dimensions": "[{key: a, question: q, anchors: bad}]"}, "dimensions", "anchors must be a list"),
        ({"note": "&x [*x]"}, "note", "anchors and aliases"),
        ({"note": '"a\\0b"'}, "note", "a NUL character"),
        ({"note": '"\\ud800"'}, "note", "a lone surrogate"),
        ({"title": "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"}, "title", "nested deeper"),
    ],
)  # fmt: skip
def test_a_broken_setting_is_refused_in_its_line(front: dict[str, str], key: str | None, reason: str) -> None:
    text = document(**front)
    found = problems(text)
    assert any(reason in said and line == (line_of(text, f"\n{key}: ") + 1 if key else 1) for line, said in found), found


def test_a_key_that_stands_twice_is_refused() -> None:
    text = document().replace("ties: split", "ties: split\nties: none")
    assert only_problem(text) == (line_of(text, "ties: none"), "the key 'ties' stands twice")


def test_front_matter_that_is_missing_open_or_no_yaml() -> None:
    assert only_problem("# Title\n")[0] == 1
    assert "not closed" in only_problem("---\nname: a\nversion: 1\n")[1]
    assert any("not valid YAML" in reason for _, reason in problems("---\nname: [a\n---\n"))
    assert "must be `key: value`" in only_problem("---\n- a\n---\n")[1]
    assert "must be `key: value`" in only_problem("---\n---\n")[1]
    assert only_problem("---\nname: a\nversion: 1\nnote: a\x1bb\n---\n")[1].startswith("not valid YAML")
    assert "nested deeper" in problems(f"---\nname: {'[' * 5000}\n---\n")[0][1]


def test_a_failed_setting_is_not_blamed_on_the_labels() -> None:
    assert "margins must be a list" in only_problem(document(margins="much"))[1]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("## Plain title, no braces", "## Plain title {#better}", "the id 'better' already stands in line"),
        ('{#accuracy applies_to="dates tone"}', '{#accuracy applies_to="dates tone"', "malformed braces"),
        ('{#accuracy applies_to="dates tone"}', "{#accuracy applies_to=“dates tone”}", "malformed braces"),
        ('{#accuracy applies_to="dates tone"}', '{#accuracy tags="dates tone"}', "malformed braces"),
        ('{#accuracy applies_to="dates tone"}', "{#accuracy #accurate}", "malformed braces"),
        ('{#accuracy applies_to="dates tone"}', '{#accuracy applies_to="dates" applies_to="tone"}', "malformed braces"),
        ('{#accuracy applies_to="dates tone"}', "{accuracy}", "malformed braces"),
        ("## Plain title, no braces", "## Plain title {#9lives}", "must start with a letter"),
        ("## Plain title, no braces", "## {#plain}", "a heading without a title"),
        ("## Plain title, no braces", "##", "a heading without a title"),
        ("## Plain title, no braces", "## !?", "no id can be made"),
        ("## Plain title, no braces", "## Settings", "reserved"),
        ("## Plain title, no braces", "##Plain title", "needs a blank"),
        ("## Plain title, no braces", "# Another title", "a second `#` heading"),
        ("### A sub-heading", "### A sub-heading {#sub}", "a sub-heading has no id"),
        ("## Worked examples {#worked-examples}", "## Worked examples {#examples}", "must have the id worked-examples"),
        ('{#e1-date tags="dates short"}', '{#e1-date applies_to="dates short"}', "malformed braces"),
        ("{#e2-turns}", "{#e1-date}", "the id 'e1-date' already stands in line"),
        ("#### System", "Loose text.\n\n#### System", "text outside the blocks"),
        ("#### Prompt", "#### Question", "unknown block 'Question'"),
        ("#### Assistant", "#### Prompt", "not both"),
        ("#### Response 2", "#### Response 3", "response 3 stands where response 2 is expected"),
        ("#### Response 2\n\nTwo.", "#### Response 2\n\nTwo.\n\n#### User\n\nMore.", "must stand above the responses"),
        ("#### Reasoning", "#### Label", "a second label"),
        ("~~~~text\nOn Tuesday.\n~~~~", "~~~~text\n~~~~", "the response 2 is empty"),
        ("~~~~text\nOn Tuesday.\n~~~~", "~~~~text\nOn Tuesday.\n~~~~\nOr not.", "text below the fence"),
        ("better: 2", "better: 3", "better must be 1, 2 or tie, not 3"),
        ("better: 2", "better: yes", "better must be 1, 2 or tie"),
        ("better: 2\n", "", "lacks `better`"),
        ("better: 2\n", "better: 2\nwinner: 2\n", "unknown key 'winner'"),
        ("better: 2\n", "better: 2\nbetter: 1\n", "stands twice"),
        ("better: 2\n", "better: 2\ntie: equal\n", "does not go with better: 2"),
        ("margin: much", "margin: hugely", "margin must be one of slightly, clearly, much, not 'hugely'"),
        ("margin: much", "# none", "lacks its margin"),
        ("  accuracy: 2 clearly", "  precision: 2 clearly", "unknown dimension 'precision'"),
        ("  accuracy: 2 clearly", "  accuracy: 2 hugely", "accuracy must be 1 or 2 with one of"),
        ("  accuracy: 2 clearly", "  accuracy: 2", "accuracy must be 1 or 2 with one of"),
        ("  accuracy: 2 clearly", "  accuracy: tie clearly", "accuracy must be 1 or 2 with one of"),
        ("  accuracy: 2 clearly", "  accuracy: [2, clearly]", "accuracy must be 1 or 2 with one of"),
        ("acceptable: [no, yes]", "acceptable: [no]", "1 entries for 2 responses"),
        ("acceptable: [no, yes]", "acceptable: [no, maybe]", "a list of yes and no"),
        ("acceptable: [no, yes]", "acceptable: no", "a list of yes and no"),
        ("sections: [accuracy, better, accuracy]", "sections: [accuracy, bettr]", "cites 'bettr', which is no section"),
        ("sections: [accuracy, better, accuracy]", "sections: [worked-examples]", "which is no section"),
        ("sections: [accuracy, better, accuracy]", "sections: accuracy", "must be a list"),
        ("tie: both_bad", "tie: neither", "tie must be one of equal, both_good, both_bad"),
        ("tie: both_bad", "# no kind", "lacks the kind of tie"),
        ("tie: both_bad", "tie: both_bad\nmargin: much", "a tie has no margin"),
        ("better: tie\ntie: both_bad", "- better", "a label must be `key: value` lines"),
        ("better: tie\ntie: both_bad", "# nothing", "a label must be `key: value` lines"),
        ("better: tie\ntie: both_bad", "", "the label is empty"),
        ("better: tie", "better: [tie", "not valid YAML"),
        ("Dates are right", "Dates\0are right", "a NUL character"),
        ("Dates are right", "Dates \ud800 are right", "a lone surrogate (U+D800)"),
    ],
)  # fmt: skip
def test_one_breakage_is_one_problem(old: str, new: str, reason: str) -> None:
    text = document()
    assert old in text
    line, said = only_problem(text.replace(old, new, 1))
    assert reason in said and line > 1


def test_problems_are_told_in_the_line_they_stand_in() -> None:
    text = document().replace("margin: much ", "margin: hugely").replace("tie: both_bad", "tie: neither")
    assert [line for line, _ in problems(text)] == [line_of(text, "margin: hugely"), line_of(text, "tie: neither")]


def test_an_example_needs_prompt_responses_and_label() -> None:
    bare = document(SECTIONS, "### Example 1: Nothing {#e1}\n")
    assert [reason.split(":")[0] for _, reason in problems(bare)] == [
        "the example has 0 responses, and needs 2 at least",
        "the example has no label",
        "the example has no prompt",
    ]
    third = document().replace("#### Label", "#### Response 3\n\nThird.\n\n#### Label", 1)
    assert any("a pairwise example has 2 responses, this one has 3" in reason for _, reason in problems(third))


@pytest.mark.parametrize("opening", ["~~~~text\nOn Tuesday.\n~~~~", "```yaml\nbetter: tie\ntie: both_bad\n```"])
def test_an_unclosed_fence_is_told_where_it_opens(opening: str) -> None:
    text = document(SECTIONS, TIE + "\n" + EXAMPLE.replace("e1", "e3") if "Tuesday" in opening else EXAMPLE + "\n" + TIE)
    broken = text.replace(opening, opening.rpartition("\n")[0])
    said = "this fence is never closed: everything below it would be taken for its content"
    assert (line_of(broken, opening.partition("\n")[0] + "\n" + opening.split("\n")[1]), said) in problems(broken)


def test_ties_are_refused_as_the_settings_say() -> None:
    assert "ties: none" in only_problem(document(ties="none"))[1]
    assert "tie must be one of equal under ties: equal" in only_problem(document(ties="equal"))[1]
    equal = parse_guideline(document(ties="equal").replace("tie: both_bad", ""))
    assert equal.examples[1].answer.payload == {"strength": 0, "tie": "equal"}


def test_marks_without_a_question_are_refused() -> None:
    assert "no acceptability question" in only_problem(document(acceptability=None))[1]


def test_all_problems_come_at_once_and_fifty_are_shown() -> None:
    text = document(name="No Slug", version="x", colour="blue").replace("better: 2", "better: 3")
    assert len(problems(text)) == 4
    with pytest.raises(InputRejected) as refused:
        parse_guideline(document(**{f"key_{i}": "x" for i in range(70)}))
    assert (len(refused.value.rejections), refused.value.total) == (50, 70)


def changes(old: str, new: str) -> list[tuple[Change, str]]:
    return [(c.kind, c.id) for c in diff_sections(parse_guideline(old), parse_guideline(new))]


def test_a_diff_names_what_changed() -> None:
    base = document()
    assert changes(base, base) == []
    assert changes(base, document(version="4", note="Fourth.")) == []
    assert changes(base, base.replace("\n", "  \r\n").replace("---  \r\n", "---\n")) == []
    assert changes(base, base.replace("Dates are right", "Days are right")) == [(Change.CHANGED, "accuracy")]
    assert changes(base, base.replace('applies_to="dates tone"', 'applies_to="dates"')) == [(Change.CHANGED, "accuracy")]
    assert changes(base, base.replace("## Plain title, no braces", "## Other")) == [
        (Change.ADDED, "other"),
        (Change.REMOVED, "plain-title-no-braces"),
    ]
    assert changes(base, document(in_doubt="tie")) == [(Change.CHANGED, "settings")]
    assert changes(base, document(reasons="[too long]")) == [(Change.CHANGED, "settings")]
    assert changes(document(reasons="[a, b]"), document(reasons="[b, a]")) == [(Change.CHANGED, "settings")]
    assert changes(base, document(confidence="true")) == [(Change.CHANGED, "settings")]
    assert changes(base, document(confidence="false")) == []
    assert changes(base, base.replace("For people", "For those")) == [(Change.CHANGED, "intro")]
    assert changes(base, base.replace("On Tuesday.", "On a Tuesday.")) == [(Change.CHANGED, "example:e1-date")]
    assert changes(base, base.replace("margin: much", "margin: clearly")) == [(Change.CHANGED, "example:e1-date")]
    assert changes(base, document(SECTIONS, EXAMPLE)) == [(Change.REMOVED, "example:e2-turns")]


def test_a_diff_holds_unified_lines() -> None:
    base = document()
    (change,) = diff_sections(
        parse_guideline(base), parse_guideline(base.replace("Dates are right", "Days are right").replace("version: 3", "version: 4"))
    )
    assert change.title == "Accuracy"
    assert change.diff[:2] == ("--- replies@3", "+++ replies@4")
    assert "-Dates are right, see §better." in change.diff and "+Days are right, see §better." in change.diff


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refuse(text)


@given(st.text(alphabet=st.sampled_from("-:[]{}#&*!|>'\"%@`~ \n\tab01,?.\\x"), max_size=200))
def test_any_front_matter_is_read_or_refused(front: str) -> None:
    read_or_refuse(f"---\nname: a\nversion: 1\nnote: {front}\n---\n")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_any_damaged_document_is_read_or_refused(data: st.DataObject) -> None:
    lines = document().split("\n")
    pieces = st.sampled_from(["", "---", "~~~~text", "```", "## A", "### B {#b}", "#### Label", "{#", "better: {", "\t", "\0", "\x85"])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place : place + data.draw(st.integers(0, 3))] = [data.draw(st.one_of(pieces, st.text(max_size=12)))]
    read_or_refuse("\n".join(lines))


def read_or_refuse(text: str) -> Guideline | None:
    try:
        guideline = parse_guideline(text)
    except InputRejected as refused:
        assert refused.total > 0 and str(refused)
        return None
    lint(guideline)
    assert diff_sections(guideline, guideline) == []
    return guideline


def test_importing_loads_no_yaml() -> None:
    code = "import sys, prefterm.domain.guidelines, prefterm.domain.guideline_lint; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=GUIDELINES.parent, check=False).returncode == 0


@pytest.mark.parametrize("path", sorted(GUIDELINES.glob("*.md")), ids=lambda p: p.stem)
def test_a_shipped_guideline_has_no_findings(path: Path) -> None:
    guideline = parse_guideline(path.read_text(encoding="utf-8"), path.name)
    assert guideline.name == path.stem
    assert [str(finding) for finding in lint(guideline)] == []


def test_guidelines_are_shipped() -> None:
    assert list(GUIDELINES.glob("*.md"))
