"""Every layout by hand-made records, recognition by content, and the real data where it lies beside the project."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefterm.domain.judgments import AnnotatorKind
from prefterm.domain.prompts import Comparison, Message
from prefterm.domain.records import parse_comparison, parse_gold, parse_judgment
from prefterm.interchange.importers import IMPORTERS, Translation, detect, importer_named
from prefterm.interchange.lines import read_lines

DATA = Path(os.environ.get("PREFTERM_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA} (set PREFTERM_SHARED_DATA)")

USER = {"role": "user", "content": "Hi"}
HELLO = {"role": "assistant", "content": "Hello!"}
JOKE = {"role": "user", "content": "Joke?"}
HEN = {"role": "assistant", "content": "Why did the hen …"}
NO = {"role": "assistant", "content": "No."}

PANDALM = {
    "idx": 7, "motivation_app": "Notes", "cmp_key": "opt-7b_llama-7b", "instruction": "Shorten.", "input": "A long text.",
    "response1": "Text.", "response2": "A text.", "annotator1": 1, "annotator2": 0, "annotator3": 2,
}  # fmt: skip
VOTE = {"judge": "expert_3", "model_a": "zeta", "model_b": "alpha", "question_id": 81, "turn": 1, "winner": "model_a"}
JOINED = {
    "id": "mtb-81", "question_id": 81, "category": "writing", "turn": 1, "model_a": "zeta", "model_b": "alpha",
    "conversation_a": [USER, HEN], "conversation_b": [USER, NO],
    "human_votes": [{"judge": "expert_3", "winner": "model_a"}, {"judge": "author_1", "winner": "tie"}], "gpt4_pair": "model_b",
}  # fmt: skip
LLMBAR = {"input": "Name a bird.", "output_1": "A cat.", "output_2": "A wren.", "label": 2}
UKP = {
    "id": "arg1_arg2", "topic": "bottles_no", "prompt": "Ban bottles?", "description": "Some say so.", "stance": "No",
    "a1": "They are handy.", "a2": "They cost jobs.", "gold": "a1",
    "votes": [
        {"annotator": "w1", "value": "a1", "reason": "Clearer.", "accept": "2016-01-31 16:53:19.0 UTC",
         "submit": "2016-01-31 16:59:52.0 UTC"},
        {"annotator": "w1", "value": "equal", "reason": "Much the same.", "accept": None, "submit": None},
    ],
}  # fmt: skip
EXPLICIT = {"prompt": [USER], "chosen": [HELLO], "rejected": [NO], "margin": 1.5}
PLAIN = {"prompt": "Hi", "chosen": "Hello!", "rejected": "No."}
IMPLICIT = {"chosen": [USER, HELLO, JOKE, HEN], "rejected": [USER, HELLO, JOKE, NO]}
HH = {
    "chosen": "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Joke?\n\nAssistant: Why did the hen …",
    "rejected": "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Joke?\n\nAssistant: No.",
}
NATIVE = {"id": "c1", "prompt": "Hi", "responses": [{"text": "a"}, {"text": "b"}]}

LAYOUTS = [
    ("native", NATIVE),
    ("native", {"comparison": "c1", "annotator": "ann", "strength": 2}),
    ("native", {"comparison": "c1", "choice": "tie", "reason": "Settled."}),
    ("native", {"type": "gold", "comparison": "c1", "choice": "tie", "reason": "Settled."}),
    ("pandalm", PANDALM),
    ("mt-bench", VOTE),
    ("mt-bench", JOINED),
    ("mt-bench", {**VOTE, "conversation_a": [USER, HEN], "conversation_b": [USER, NO]}),
    ("llmbar", LLMBAR),
    ("ukpconvarg", UKP),
    ("chosen-rejected", EXPLICIT),
    ("chosen-rejected", PLAIN),
    ("chosen-rejected", IMPLICIT),
    ("chosen-rejected", {**HH, "prompt": "Hi"}),
    ("hh-rlhf", HH),
]


def translated(name: str, record: dict[str, Any]) -> Translation:
    """The translation, after every record of it passed the domain's parsers."""
    translation = importer_named(name).translate(record)
    counts: dict[str, int] = {}
    for native in translation.records:
        if native["type"] == "comparison":
            counts[native["id"]] = len(parse_comparison(native).responses)
        else:
            {"judgment": parse_judgment, "gold": parse_gold}[native["type"]](native, counts[native["comparison"]])
    return translation


def pair_of(translation: Translation) -> Comparison:
    return parse_comparison(translation.records[0])


def answers(translation: Translation) -> list[tuple[str, str]]:
    return [(r.get("annotator", "gold"), r["choice"]) for r in translation.records[1:]]


def texts(translation: Translation) -> list[str | None]:
    return [r.text for r in pair_of(translation).responses]


def preferred(translation: Translation) -> str | None:
    """The text that the one judgment prefers."""
    [(_, choice)] = answers(translation)
    return texts(translation)[("first", "second").index(choice)]


# The registry


@pytest.mark.parametrize(("name", "record"), LAYOUTS)
def test_each_layout_is_recognised_by_its_own_importer_alone(name, record):
    assert [i.name for i in IMPORTERS.values() if i.recognises(record)] == [name]
    found = detect(record)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"a": 1},
        {"type": "round", "uuid": "x"},
        {"prompt": "q", "response": "r", "helpfulness": 3},
        {"context": [USER], "response1": "a", "response2": "b", "overall_preference": -2},
        {"fields": {}, "responses": {"preference": []}},
        {"instruction": "q", "output_1": "a", "output_2": "b", "preference": 1.5},
        {"transcript": "\n\nHuman: Hi", "rating": 1},
    ],
)
def test_a_layout_that_nobody_knows_is_not_guessed(record):
    assert detect(record) is None


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no import format 'csv'; known are native, pandalm, mt-bench"):
        importer_named("csv")


@pytest.mark.parametrize(("name", "record"), [entry for entry in LAYOUTS if entry[0] != "native"])
def test_foreign_records_carry_their_source(name, record):
    source = IMPORTERS[name].source
    for native in translated(name, record).records:
        if native["type"] == "comparison":
            assert native["source"] == source
            assert native["id"].startswith(f"{source}-")
        elif native["type"] == "judgment":
            assert native["annotator"].startswith(f"{source}:")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "judge", "value"]), inner),
    max_leaves=5,
)


@given(data=st.data(), layout=st.sampled_from([entry for entry in LAYOUTS if entry[0] != "native"]))
def test_a_spoilt_record_is_a_sentence_or_passes_the_parsers(data, layout):
    name, record = layout
    spoilt = dict(record)
    for key in data.draw(st.lists(st.sampled_from(sorted(record)), min_size=1, max_size=3)):
        if data.draw(st.booleans()):
            spoilt.pop(key, None)
        else:
            spoilt[key] = data.draw(JUNK)
    for importer in IMPORTERS.values():
        importer.recognises(spoilt)
    try:
        translated(name, spoilt)
    except ValueError as error:
        assert str(error)


# Native


def test_native_records_pass_through_with_their_type():
    for record, kind in ((NATIVE, "comparison"), (LAYOUTS[1][1], "judgment"), (LAYOUTS[2][1], "gold")):
        assert IMPORTERS["native"].translate(record).records == ({**record, "type": kind},)
    with pytest.raises(ValueError, match="neither a comparison"):
        IMPORTERS["native"].translate({"id": "x"})


# PandaLM


def test_pandalm():
    translation = translated("pandalm", PANDALM)
    pair = pair_of(translation)
    assert pair.id == "pandalm-7"
    assert pair.prompt == (Message("user", "Shorten.\n\nA long text."),)
    assert [(r.text, r.model) for r in pair.responses] == [("Text.", "opt-7b"), ("A text.", "llama-7b")]
    assert pair.meta == {"motivation_app": "Notes"}
    assert answers(translation) == [("pandalm:annotator1", "first"), ("pandalm:annotator2", "tie"), ("pandalm:annotator3", "second")]
    assert translation.warnings == ()


def test_pandalm_without_input_has_the_bare_instruction_as_prompt():
    assert pair_of(translated("pandalm", {**PANDALM, "input": ""})).prompt == (Message("user", "Shorten."),)


def test_pandalm_takes_true_and_empty_responses_with_a_warning():
    translation = translated("pandalm", {**PANDALM, "response1": True, "response2": ""})
    assert texts(translation) == ["true", ""]
    assert "response1 is the JSON value true" in translation.warnings[0]
    assert translation.warnings[1:] == ("response2 is empty",)


@pytest.mark.parametrize("key", ["a_b_c", "one", "_b"])
def test_pandalm_guesses_no_models_from_an_ambiguous_key(key):
    translation = translated("pandalm", {**PANDALM, "cmp_key": key})
    pair = pair_of(translation)
    assert [r.model for r in pair.responses] == [None, None]
    assert pair.meta["cmp_key"] == key
    assert len(translation.warnings) == 1


def test_pandalm_keeps_the_answers_that_are_there():
    assert answers(translated("pandalm", {**PANDALM, "annotator2": None}))[1][0] == "pandalm:annotator3"
    with pytest.raises(ValueError, match=r"annotator2 must be 0 \(tie\), 1 or 2, not 3"):
        translated("pandalm", {**PANDALM, "annotator2": 3})


# MT-bench


def test_a_vote_alone_gives_names_in_sorted_order_and_turns_the_sign():
    translation = translated("mt-bench", VOTE)
    pair = pair_of(translation)
    assert pair.id == "mt-bench-81-alpha-zeta-t1"
    assert (pair.prompt, pair.tags, dict(pair.meta)) == (None, (), {})
    assert [(r.text, r.model) for r in pair.responses] == [(None, "alpha"), (None, "zeta")]
    assert answers(translation) == [("mt-bench:expert_3", "second")]


def test_a_vote_means_the_same_whichever_side_the_models_stood_on():
    other = {**VOTE, "model_a": "alpha", "model_b": "zeta", "winner": "model_b"}
    assert translated("mt-bench", other) == translated("mt-bench", VOTE)


def test_the_joined_layout_gives_texts_and_the_same_judgments():
    joined, alone = translated("mt-bench", JOINED), translated("mt-bench", VOTE)
    pair = pair_of(joined)
    assert [(r.text, r.model) for r in pair.responses] == [("No.", "alpha"), ("Why did the hen …", "zeta")]
    assert pair.prompt == (Message("user", "Hi"),)
    assert pair.tags == ("writing",)
    assert pair.meta == {"id": "mtb-81", "question_id": 81, "turn": 1, "gpt4_pair": "alpha"}
    assert joined.records[1] == alone.records[1]
    assert answers(joined)[1] == ("mt-bench:author_1", "tie")
    assert pair.differs_from(pair_of(alone)) is None
    assert pair_of(alone).differs_from(pair) is None


def test_turn_1_compares_first_answers_and_turn_2_whole_conversations():
    talks = {"conversation_a": [USER, HEN, JOKE, NO], "conversation_b": [USER, HELLO, JOKE, HEN]}
    first = pair_of(translated("mt-bench", {**JOINED, **talks}))
    assert [r.messages for r in first.responses] == [None, None]
    assert [r.text for r in first.responses] == ["Hello!", "Why did the hen …"]
    second = pair_of(translated("mt-bench", {**JOINED, **talks, "turn": 2}))
    assert second.id == "mt-bench-81-alpha-zeta-t2"
    assert second.prompt == (Message("user", "Hi"),)
    assert [[m.content for m in r.as_messages()] for r in second.responses] == [
        ["Hello!", "Joke?", "Why did the hen …"],
        ["Why did the hen …", "Joke?", "No."],
    ]


def test_gpt4_is_a_judge_and_its_inconsistent_tie_is_marked():
    [judgment] = translated("mt-bench", {**VOTE, "judge": "gpt4_pair", "winner": "tie (inconsistent)"}).records[1:]
    parsed = parse_judgment(judgment, 2)
    assert parsed.kind is AnnotatorKind.JUDGE
    assert parsed.answer.payload == {"strength": 0, "tie": "equal"}
    assert parsed.meta == {"winner": "tie (inconsistent)"}
    assert parse_judgment(translated("mt-bench", VOTE).records[1], 2).kind is AnnotatorKind.HUMAN


def test_what_a_vote_says_beyond_the_layout_stays_with_the_vote():
    translation = translated("mt-bench", {**VOTE, "tstamp": 1.5})
    assert translation.records[1]["meta"] == {"tstamp": 1.5}
    assert "meta" not in translation.records[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"turn": 3}, "turn must be 1 or 2"),
        ({"turn": 2}, "must begin with 2 x user, assistant"),
        ({"conversation_b": [JOKE, NO]}, "different questions"),
        ({"conversation_b": None}, "conversation_b must be a list of messages"),
        ({"human_votes": [{"judge": "x", "winner": "both"}]}, "winner must be one of"),
    ],
)
def test_mt_bench_says_what_is_wrong(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        translated("mt-bench", {**JOINED, **change})


# LLMBar


def test_llmbar_gives_gold():
    translation = translated("llmbar", {**LLMBAR, "subset": "Natural"})
    assert texts(translation) == ["A cat.", "A wren."]
    assert pair_of(translation).meta == {"subset": "Natural"}
    gold = parse_gold(translation.records[1], 2)
    assert gold.answer.payload == {"strength": -1}
    assert "objective label" in gold.reason
    assert gold.settled_by == "import"
    assert answers(translated("llmbar", {**LLMBAR, "label": 1})) == [("gold", "first")]
    with pytest.raises(ValueError, match="label must be 1 or 2, not 0"):
        translated("llmbar", {**LLMBAR, "label": 0})


def test_llmbar_ids_follow_from_the_content():
    assert pair_of(translated("llmbar", LLMBAR)).id == pair_of(translated("llmbar", dict(reversed(LLMBAR.items())))).id
    assert pair_of(translated("llmbar", LLMBAR)).id != pair_of(translated("llmbar", {**LLMBAR, "input": "Name birds."})).id


# UKPConvArg1


def test_ukpconvarg():
    translation = translated("ukpconvarg", UKP)
    pair = pair_of(translation)
    assert pair.id == "ukpconvarg-arg1_arg2"
    assert pair.prompt == (Message("user", "Ban bottles?\n\nSome say so.\n\nStance: No"),)
    assert texts(translation) == ["They are handy.", "They cost jobs."]
    assert (pair.tags, pair.meta) == (("bottles_no",), {"gold": "a1"})
    first, second = (parse_judgment(r, 2) for r in translation.records[1:])
    assert first.annotator == second.annotator == "ukpconvarg:w1"
    assert (first.answer.payload, second.answer.payload) == ({"strength": 1}, {"strength": 0, "tie": "equal"})
    assert first.answer.rationale == "Clearer."
    assert first.created_at is not None
    assert first.created_at.isoformat() == "2016-01-31T16:59:52+00:00"
    assert (first.meta, first.active_seconds) == ({"task_seconds": 393.0}, None)
    assert (second.created_at, second.meta) == (None, {})


def test_ukpconvarg_leaves_out_what_the_debate_lacks():
    pair = pair_of(translated("ukpconvarg", {**UKP, "description": None, "stance": ""}))
    assert pair.prompt == (Message("user", "Ban bottles?"),)


def test_ukpconvarg_says_what_is_wrong_with_a_vote():
    with pytest.raises(ValueError, match="value must be a1, a2 or equal, not 'a3'"):
        translated("ukpconvarg", {**UKP, "votes": [{"annotator": "w1", "value": "a3"}]})
    backwards = {"annotator": "w1", "value": "a1", "accept": "2016-01-31 17:00:00.0 UTC", "submit": "2016-01-31 16:00:00.0 UTC"}
    translation = translated("ukpconvarg", {**UKP, "votes": [backwards]})
    assert translation.warnings == ("w1 submitted before accepting; the duration is left out",)
    assert "meta" not in translation.records[1]


# Chosen and rejected


def test_explicit_prompts_as_text_or_messages_are_one_comparison():
    plain, explicit = translated("chosen-rejected", PLAIN), translated("chosen-rejected", {**EXPLICIT, "margin": None})
    assert pair_of(plain).id == pair_of(explicit).id
    assert pair_of(plain).prompt == pair_of(explicit).prompt == (Message("user", "Hi"),)
    assert answers(plain)[0][0] == "chosen-rejected:dataset"
    assert preferred(plain) == preferred(explicit) == "Hello!"


def test_further_columns_go_into_meta_and_models_to_their_responses():
    record = {**EXPLICIT, "score_chosen": 8.5, "score_rejected": 6.0, "chosen_model": "good", "rejected_model": "bad"}
    pair = pair_of(translated("chosen-rejected", record))
    assert pair.meta == {"margin": 1.5, "score_chosen": 8.5, "score_rejected": 6.0}
    assert {r.text: r.model for r in pair.responses} == {"Hello!": "good", "No.": "bad"}


def test_the_shared_opening_of_two_transcripts_is_the_prompt():
    translation = translated("chosen-rejected", IMPLICIT)
    assert pair_of(translation).prompt == (Message("user", "Hi"), Message("assistant", "Hello!"), Message("user", "Joke?"))
    assert preferred(translation) == "Why did the hen …"


def test_a_transcript_that_goes_on_longer_keeps_its_messages():
    pair = pair_of(translated("chosen-rejected", {"chosen": [USER, HELLO], "rejected": [USER, HELLO, JOKE, NO]}))
    assert pair.prompt == (Message("user", "Hi"),)
    assert sorted(len(r.as_messages()) for r in pair.responses) == [1, 3]


@pytest.mark.parametrize("prompt", ["Joke?", [USER, HELLO, JOKE]])
def test_a_prompt_that_the_transcripts_repeat_is_taken_off(prompt):
    assert pair_of(translated("chosen-rejected", {**IMPLICIT, "prompt": prompt})) == pair_of(translated("chosen-rejected", IMPLICIT))


def test_a_given_prompt_ends_where_it_says_and_not_where_the_transcripts_part():
    pair = pair_of(translated("chosen-rejected", {**IMPLICIT, "prompt": "Hi"}))
    assert pair.prompt == (Message("user", "Hi"),)
    assert [len(r.as_messages()) for r in pair.responses] == [3, 3]


def test_null_keys_of_messages_are_dropped_and_other_keys_refused():
    filled = {**EXPLICIT, "chosen": [{**HELLO, "tool_calls": None}]}
    assert translated("chosen-rejected", filled) == translated("chosen-rejected", EXPLICIT)
    with pytest.raises(ValueError, match="tool_calls"):
        translated("chosen-rejected", {**EXPLICIT, "chosen": [{**HELLO, "tool_calls": [1]}]})


def test_empty_answers_are_kept_with_a_warning():
    translation = translated("chosen-rejected", {**PLAIN, "rejected": ""})
    assert translation.warnings == ("rejected is empty",)
    assert sorted(texts(translation)) == ["", "Hello!"]


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({**PLAIN, "rejected": "Hello!"}, "are the same"),
        ({**PLAIN, "rejected": [HELLO]}, "both be texts or both be lists"),
        ({"chosen": "a b", "rejected": "a c"}, "give a prompt"),
        ({"chosen": [USER, HELLO], "rejected": [JOKE, NO]}, "share no opening message"),
        ({"prompt": "Other", "chosen": [USER, HELLO], "rejected": [USER, NO]}, "does not lead to the given prompt"),
        ({**PLAIN, "chosen": {"role": "assistant"}}, "chosen must be a text or a list of messages"),
        ({**PLAIN, "chosen": [], "rejected": [NO]}, "chosen must be a text or a list of messages"),
        ({**PLAIN, "prompt": 3}, "prompt must be a text or a list of messages"),
    ],
)
def test_chosen_rejected_says_what_is_wrong(record, sentence):
    with pytest.raises(ValueError, match=sentence):
        translated("chosen-rejected", record)


@pytest.mark.parametrize("name", ["chosen-rejected", "hh-rlhf"])
def test_the_position_does_not_tell_which_one_was_chosen(name):
    firsts = 0
    for n in range(200):
        record = {"prompt": "Hi", "chosen": f"good {n}", "rejected": f"bad {n}"}
        if name == "hh-rlhf":
            record = {side: f"\n\nHuman: Hi\n\nAssistant: {record[side]}" for side in ("chosen", "rejected")}
        translation = translated(name, record)
        assert preferred(translation) == f"good {n}"
        swapped = translated(name, {**record, "chosen": record["rejected"], "rejected": record["chosen"]})
        assert swapped.records[0] == translation.records[0]
        assert preferred(swapped) == f"bad {n}"
        firsts += answers(translation)[0][1] == "first"
    assert 70 <= firsts <= 130


# HH-RLHF


def test_hh_rlhf_is_read_as_the_same_pair_as_its_messages():
    hh, implicit = translated("hh-rlhf", HH), translated("chosen-rejected", IMPLICIT)
    assert pair_of(hh).prompt == pair_of(implicit).prompt
    assert texts(hh) == texts(implicit)
    assert preferred(hh) == "Why did the hen …"
    assert answers(hh)[0][0] == "hh-rlhf:dataset"


def test_hh_rlhf_transcripts_that_part_early_become_messages():
    early = "\n\nHuman: Hi\n\nAssistant: Yes?\n\nHuman: Joke?\n\nAssistant: No."
    pair = pair_of(translated("hh-rlhf", {**HH, "rejected": early}))
    assert pair.prompt == (Message("user", "Hi"),)
    assert [len(r.as_messages()) for r in pair.responses] == [3, 3]


def test_hh_rlhf_keeps_every_character_and_odd_turns():
    odd = "\n\nHuman: A\n\nB: not a speaker\n\nHuman: again \n\nAssistant:\n\nHuman:x\n\nAssistant: Human: quoted\n\n"
    pair = pair_of(translated("hh-rlhf", {"chosen": odd + "one", "rejected": odd + "two"}))
    assert pair.prompt is not None
    assert [(m.role, m.content) for m in pair.prompt] == [
        ("user", "A\n\nB: not a speaker"),
        ("user", "again "),
        ("assistant", "\n\nHuman:x"),
    ]
    assert sorted(r.text or "" for r in pair.responses) == ["Human: quoted\n\none", "Human: quoted\n\ntwo"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"chosen": "\n\nHuman: Hi\n\nAssistant: Yes?\n\nHuman: Joke?"}, "chosen ends with the human's turn"),
        ({"rejected": HH["chosen"]}, "are the same"),
        ({"rejected": "\n\nHuman: Bye\n\nAssistant: Bye."}, "share no opening turn"),
        ({"chosen": "Hi"}, "chosen does not begin with a turn of the human"),
        ({"chosen": "\n\nAssistant: Hi"}, "chosen does not begin with a turn of the human"),
    ],
)
def test_hh_rlhf_says_what_is_wrong(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        translated("hh-rlhf", {**HH, **change})


# The real data


def imported(name: str, file: str) -> Iterator[Translation]:
    """The translation of every record, each recognised by its content."""
    for line in read_lines(DATA / file):
        assert line.error is None, f"{file}:{line.number}: {line.error}"
        found = detect(line.value)
        assert found is not None
        assert found.name == name, f"{file}:{line.number}"
        yield translated(name, line.value)


def counted(translations: list[Translation]) -> Counter[str]:
    return Counter(record["type"] for translation in translations for record in translation.records)


def ids(translations: list[Translation]) -> set[str]:
    return {translation.records[0]["id"] for translation in translations}


@needs_data
def test_pandalm_test_set():
    found = list(imported("pandalm", "pandalm/pairs.json"))
    assert counted(found) == {"comparison": 522, "judgment": 522 * 3}
    assert len(ids(found)) == 522
    assert Counter(w.split(" is ")[1].split(";")[0] for t in found for w in t.warnings) == {"the JSON value true": 6, "empty": 41}
    assert all(r.model for t in found for r in pair_of(t).responses)
    votes = [[choice for _, choice in answers(t)] for t in found]
    assert Counter(v[0] for v in votes) == {"first": 209, "second": 257, "tie": 56}
    assert kappa([(v[0], v[1]) for v in votes]) == pytest.approx(0.864330, abs=5e-7)
    assert kappa([(v[0], v[2]) for v in votes]) == pytest.approx(0.912457, abs=5e-7)


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa (Cohen 1960), nominal."""
    n = len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / n
    expected = sum(left[c] * right[c] for c in left) / n**2
    return (observed - expected) / (1 - expected)


@needs_data
def test_mt_bench_human_votes():
    found = list(imported("mt-bench", "mtbench/human.jsonl"))
    assert counted(found) == {"comparison": 3355, "judgment": 3355}
    assert len(ids(found)) == 1814
    assert len({who for t in found for who, _ in answers(t)}) == 65
    assert len({(t.records[0]["id"], who) for t in found for who, _ in answers(t)}) == 3354, "one vote is repeated"
    assert Counter(choice for t in found for _, choice in answers(t))["tie"] == 780
    assert {r["kind"] for t in found for r in t.records[1:]} == {"human"}


@needs_data
def test_mt_bench_gpt4_verdicts():
    found = list(imported("mt-bench", "mtbench/gpt4_pair.jsonl"))
    judgments = [t.records[1] for t in found]
    assert len(ids(found)) == len(judgments) == 2400
    assert sum(j.get("meta") == {"winner": "tie (inconsistent)"} for j in judgments) == 380
    assert sum(j["choice"] == "tie" for j in judgments) == 600
    assert {(j["annotator"], j["kind"]) for j in judgments} == {("mt-bench:gpt4_pair", "judge")}


@needs_data
def test_mt_bench_joined_agrees_with_the_votes_alone():
    found = list(imported("mt-bench", "mtbench/joined_3models_votes_with_text.jsonl"))
    assert counted(found) == {"comparison": 374, "judgment": 740}
    assert all(pair_of(t).servable for t in found)
    alone = {(t.records[0]["id"], *answers(t)[0]): t for t in imported("mt-bench", "mtbench/human.jsonl")}
    for translation in found:
        for judgment in translation.records[1:]:
            other = alone[judgment["comparison"], judgment["annotator"], judgment["choice"]]
            assert other.records[1] == judgment
            assert pair_of(other).differs_from(pair_of(translation)) is None


@needs_data
@pytest.mark.parametrize(("file", "count", "first"), [("Natural", 100, 42), ("Adversarial_GPTInst", 92, 45)])
def test_llmbar_subsets(file, count, first):
    found = list(imported("llmbar", f"llmbar/{file}.json"))
    assert counted(found) == {"comparison": count, "gold": count}
    assert len(ids(found)) == count
    assert sum(answers(t) == [("gold", "first")] for t in found) == first


@needs_data
def test_ukpconvarg_pairs():
    found = list(imported("ukpconvarg", "ukpconvarg1/pairs.jsonl.gz"))
    assert counted(found) == {"comparison": 8369, "judgment": 41_750}
    assert len(ids(found)) == 8369
    assert Counter(c for t in found for _, c in answers(t)) == {"first": 16_183, "second": 16_075, "tie": 9492}
    assert all(r["rationale"] and r["created_at"] for t in found for r in t.records[1:])
    tallies = [Counter(choice for _, choice in answers(t)).most_common(2) for t in found]
    assert sum(len(t) == 2 and t[0][1] == t[1][1] for t in tallies) == 1393


@needs_data
def test_n_way_rankings_are_no_layout_of_this_package():
    assert {detect(line.value) for line in read_lines(DATA / "wmt-mqm-ende/nway.jsonl")} == {None}
