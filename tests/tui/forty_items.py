"""What the recorded run labels: three guidelines, three rounds, and items of every kind in the order in which the run meets them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.access import add_annotator, create_project, open_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.rounds import RoundOptions, find_round, note_guideline_seen, open_round
from tests.factories import write_jsonl

__all__ = ["FAR_SENTENCE", "REASONS", "ROUNDS", "TEXTS", "build"]

REASONS = ("a claim is wrong", "a source is invented", "a part is missing", "hard to follow", "could do harm")
_SPLIT = """\
margins: [slightly, clearly, much]
ties: split
dimensions:
  - key: accuracy
    question: Which response is right where it can be checked?
  - key: plainness
    question: Which response could this asker follow?
acceptability: Could this response be sent as it stands?
require_rationale: on_tie
reasons:
""" + "".join(f"  - {reason}\n" for reason in REASONS)
_SETTINGS = {
    "balance": _SPLIT,
    "sure": _SPLIT + "confidence: true\n",
    "either": "margins: []\nties: none\ndimensions: []\nrequire_rationale: never\n",
}
ROUNDS = tuple(_SETTINGS)
"""Each under the guideline of its name, in the order in which they are opened: home lists the newest first."""
_SECTIONS = {
    "better": ("What better means", "The better answer lets the asker take the next step."),
    "accuracy": ("Accuracy", "Weigh an error by what the asker would do because of it.%s"),
    "plainness": ("Plainness", "Words of the prompt go before terms of the trade."),
    "sources": ("Sources", "An invented source is an error, however well it sounds."),
    "priorities": ("Priorities", "`accuracy` outranks `plainness`. Where they disagree, `accuracy` decides; a slip in an aside does not."),
    "margins": ("Margins", "- `slightly`: nobody would mind.\n- `clearly`: it costs minutes.\n- `much`: it does harm."),
    "length": ("Length", "Length is neither merit nor fault. Strike out what could go without loss, and compare that."),
    "both-bad": ("Both bad", "Where neither may be sent and neither helps, say `both_bad`."),
    "both-good": ("Both good", "Where you would change neither, say `both_good`."),
    "in-doubt": ("In doubt", "Take what nothing speaks against."),
    "acceptability": ("Acceptability", "It may be sent if it is true, whole and harmless."),
}
_EXAMPLES = (
    # better, margin or tie, accuracy, plainness, acceptable
    ("1", "clearly", "1 clearly", "tie", "yes, no"),
    ("2", "slightly", "tie", "2 slightly", "yes, yes"),
    ("1", "much", "1 much", "2 slightly", "yes, no"),
    ("2", "clearly", "2 clearly", "1 slightly", "no, no"),
    ("1", "slightly", "1 slightly", "tie", "yes, yes"),
    ("2", "much", "2 much", "tie", "no, yes"),
    ("1", "clearly", "tie", "1 clearly", "yes, yes"),
    ("tie", "equal", "tie", "tie", "yes, yes"),
    ("tie", "both_good", "tie", "tie", "yes, yes"),
    ("tie", "both_bad", "tie", "tie", "no, no"),
    ("2", "slightly", "2 slightly", "tie", "yes, yes"),
    ("1", "slightly", "1 slightly", "2 slightly", "no, no"),
)
_THINGS = ("eggs", "plugs", "cats", "kites", "boats", "maps", "wells", "tents", "ovens", "locks", "bells", "seeds")


def _guideline(name: str, version: int, last: str) -> str:
    """The text of a guideline that publishing lets pass."""
    split = name != "either"
    sections = {k: v for k, v in _SECTIONS.items() if split or k not in ("margins", "priorities", "acceptability")}
    text = f"---\nname: {name}\nversion: {version}\ntitle: Which answer helps\nformat: pairwise\n{_SETTINGS[name]}"
    text += (
        f"in_doubt: {'tie' if split else 'shorter'}\nskip_reasons: [outside my field, cannot be judged]\nnote: Version {version}.\n---\n"
    )
    text += "\n# Which answer helps\n\nJudge for the person who asks.\n"
    for key, (title, said) in sections.items():
        tags = ' applies_to="claims"' if key == "sources" else ""
        text += f"\n## {title} {{#{key}{tags}}}\n\n{said.replace('%s', last)}\n"
    text += "\n## Worked examples\n"
    for number, (example, thing) in enumerate(zip(_EXAMPLES, _THINGS, strict=True), 1):
        text += _example(number, thing, example, split)
    return text


def _example(number: int, thing: str, example: tuple[str, ...], split: bool) -> str:
    better, how, accuracy, plainness, acceptable = example
    label = f"better: {better if split or better != 'tie' else number % 2 + 1}\n"
    if split:
        label += f"{'tie' if better == 'tie' else 'margin'}: {how}\ndimensions:\n  accuracy: {accuracy}\n  plainness: {plainness}\n"
        label += f"acceptable: [{acceptable}]\n"
    prompt = f"What should I know about {thing} before I buy {number + 3} of them?"
    texts = f"Look at {thing} by day. Ask for a week to try them.", f"Some {thing} are good. Others are {number * 7} times worse."
    blocks = "".join(
        f"#### {h}\n\n~~~~text\n{t}\n~~~~\n\n" for h, t in zip(("Prompt", "Response 1", "Response 2"), (prompt, *texts), strict=True)
    )
    tags = "claims" if number == 2 else thing
    text = f'\n### Example {number}: Buying {thing} {{#x{number} tags="{tags}"}}\n\n{blocks}'
    text += f"#### Label\n\n```yaml\n{label}sections: [better]\n```\n\n#### Reasoning\n\nThe asker wants to buy {thing} and can act on one "
    return text + "of the two. The other's figure would not change what they do.\n"


_PLACES = ("harbour", "orchard", "quarry", "lighthouse", "workshop", "archive", "observatory", "greenhouse", "foundry", "ferry")


def _small(key: str, number: int) -> tuple[Any, Any, Any]:
    """A prompt that is near to no other's, and two short answers."""
    place = _PLACES[number % len(_PLACES)]
    prompt = f"{key}: why does gate {number * 7919 % 9973} of the {place} close at {number * 31 % 24} o'clock in month {number % 12 + 1}?"
    return prompt, f"Because the {place} is dark by then. Ask the keeper of {key}.", f"Nobody knows why. The {place} keeps its own hours."


def _long(word: str, rows: int = 40) -> str:
    return "\n\n".join(f"{word} paragraph {n}: it goes on." for n in range(1, rows + 1))


_LINE = "A line of the very long answer, which nobody reads to its end but which is kept to its last letter. "
FAR_SENTENCE = "Here stands the needle, far down."
_HUGE = "\n".join([*(f"{n}. {_LINE}" for n in range(1_700)), FAR_SENTENCE, *(f"{n}. {_LINE}" for n in range(1_701, 1_920))])
_CODE = (
    "```python\ndef area(r):\n    return 3.14159 * r ** 2\n```",
    "```python\nimport math\n\ndef area(r):\n    return math.pi * r * r\n```",
)
_TABLE = ("| metal | melts |\n|---|---|\n| tin | 232 °C |\n| lead | 327 °C |", "Tin melts at 232 °C, lead at 327 °C.")
_CJK = "\n\n".join(f"第{n}段落。これは長い文章です。" for n in range(1, 41))
_TURNS = [
    {"role": "system", "content": "Answer like a gardener. Be brief."},
    {"role": "user", "content": "When do I plant garlic?"},
    {"role": "assistant", "content": "In October. Before the first frost."},
    {"role": "user", "content": "And onions? I have very little room."},
]
TEXTS: dict[str, tuple[Any, Any, Any]] = {
    # In the round `either`, first of all.
    **{f"e{n}": _small(f"e{n}", n) for n in range(1, 10)},
    # In the round `balance`.
    "one-word": ("Is the pass open in the first week of June this year?", "Yes.", "No."),
    "short": _small("short", 21),
    "code": ("Write a function for the area of a circle of radius r.", *_CODE),
    "after-code": _small("after-code", 22),
    "table": ("At how many degrees do tin and lead melt?", *_TABLE),
    "cjk": ("長い文章を書いてください。段落は四十にしてください。", _CJK, _CJK.replace("長い", "短い")),
    "right-to-left": ("ما عاصمة مصر؟ أجب بجملة واحدة", "عاصمة مصر هي القاهرة.", "الإسكندرية هي عاصمة مصر."),
    "one-word-apart": ("How many planets has the sun, by the count of 2006?", "The sun has eight planets.", "The sun has nine planets."),
    "spaces-apart": ("Name two colours of the old flag, one under the other.", "red and white", "red\nand  white"),
    "both-good": _small("both-good", 23),
    "both-bad": _small("both-bad", 24),
    "winner-unfit": _small("winner-unfit", 25),
    "dimensions": _small("dimensions", 26),
    "dimensions-by-arrows": _small("dimensions-by-arrows", 27),
    "cited": _small("cited", 28),
    "cited-there": _small("cited-there", 29),
    "claims": (
        "What is said of the old bridge, and is any of it true?",
        "The bridge was built in 1890. It is made of iron. Two people died there. The view is fine.",
        "It carries trains only. Nobody built it. It fell in 1931! Was it ever found?",
    ),
    "looked-up": ("Who wrote the harbour log of 1702?", "It was kept by Anna Lind. She wrote daily.", "Nobody kept it. The log is lost."),
    "turns": (_TURNS, "In spring, close together. They need little room.", "In March. Onions want sun."),
    "taken-back": ("Where does the river rise?", "In the hills. Near the mill.", "At the sea. It flows up."),
    "searched": (
        "Which lamp should I buy for a dark stair?",
        _long("Lamp", 3) + "\n\nNo LAMP at all is worse.",
        "Any lamp will do. " * 2 + "Mind the stair.",
    ),
    "hidden": ("Spell the password that was on the note.", "pass\u200bword\u202eabc", "password\x1b[2J\a"),
    "guided": _small("guided", 30),
    "long-prompt": (
        "\n\n".join(f"Clause {n} of the letter says that {n * 37} crates are due." for n in range(1, 31)),
        "All are due.",
        "None are.",
    ),
    "unlinked": ("Tell two long stories, one on each side of the page.", _long("Left"), _long("Right")),
    "huge": ("Say it at the greatest length that you can manage, please.", _HUGE, "No."),
    "skipped": _small("skipped", 31),
    "skipped-in-words": _small("skipped-in-words", 32),
    "flagged": _small("flagged", 33),
    "private": _small("private", 34),
    "different-turns": (
        "Book me a table for two, and say when.",
        [
            {"role": "assistant", "content": "For which day?"},
            {"role": "user", "content": "Friday."},
            {"role": "assistant", "content": "At eight."},
        ],
        [{"role": "assistant", "content": "Inside?"}, {"role": "user", "content": "Yes."}, {"role": "assistant", "content": "At nine."}],
    ),
    "palette": _small("palette", 35),
    "help": _small("help", 36),
    "home": _small("home", 37),
    "resized": _small("resized", 38),
    "quit": _small("quit", 39),
    "killed": _small("killed", 40),
    "undone": _small("undone", 41),
    "looked-through": _small("looked-through", 42),
    # In the round `sure`, which asks for confidence and that both sides be read to the end.
    "asked-how-sure": _small("asked-how-sure", 43),
    "unread": ("Compare the two long lists that follow, item by item.", _long("List"), _long("Register")),
    "one-side-unread": ("Compare a long list with a short word, item by item.", _long("Row"), "Word."),
    "left-for-a-while": _small("left-for-a-while", 44),
    "sure-by-arrows": _small("sure-by-arrows", 45),
    "tie-and-sure": _small("tie-and-sure", 46),
}
"""Key → prompt and two responses in canonical order; each key's round follows from its place (see `round_of`)."""
_FIRST_OF_SURE = "asked-how-sure"


def round_of(key: str) -> str:
    """The round that an item belongs to."""
    keys = list(TEXTS)
    return "either" if key.startswith("e") and key[1:].isdigit() else "balance" if keys.index(key) < keys.index(_FIRST_OF_SURE) else "sure"


def _response(value: Any, model: str) -> dict[str, Any]:
    return {"text" if isinstance(value, str) else "messages": value, "model": model}


def _record(key: str) -> dict[str, Any]:
    prompt, first, second = TEXTS[key]
    tags = [round_of(key), *(["claims"] if key in ("claims", "guided") else [])]
    return {"id": key, "prompt": prompt, "responses": [_response(first, "m1"), _response(second, "m2")], "tags": tags}


def build(folder: Path) -> Path:
    """A project of `lead` with the three rounds for `ann`, who has read an older version of one guideline; its database."""
    lead = create_project(folder / "prefterm.db", "lead")
    import_files(lead, [write_jsonl(folder / "items.jsonl", map(_record, TEXTS))])
    add_annotator(lead, "ann", Role.ANNOTATOR, AnnotatorKind.HUMAN)
    for name in ROUNDS:
        for version, last in enumerate(["", " A right guess is no proof."] if name == "balance" else [""], 1):
            path = folder / f"{name}{version}.md"
            path.write_text(_guideline(name, version, last), encoding="utf-8")
            publish(lead, path, f"version {version}")
            if name == "balance" and version == 1:
                open_round(lead, RoundOptions("earlier", name, overlap=1, tags=("either",)))
                ann = open_project(lead.database.path, "ann")
                note_guideline_seen(ann, find_round(ann, "earlier"))
                ann.database.close()
        open_round(lead, RoundOptions(name, name, overlap=1, tags=(name,), read_to_end=name == "sure"))
    lead.database.close()
    _lay_out(lead.database.path)
    return lead.database.path


def _lay_out(path: Path) -> None:
    """Deal the items in the order of `TEXTS`, every second one swapped: what a round draws would make another run each time.

    No probe finds slots that lie so near to the beginning, so that each claim walks the round from there.
    """
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        for number, key in enumerate(TEXTS):
            of_item = "(SELECT i.id FROM round_item i JOIN comparison c ON c.id = i.comparison_id WHERE c.key = ?)"
            connection.execute(f"UPDATE round_item SET shuffle = ? WHERE id IN {of_item}", (number, key))
            order = "[1,0]" if number % 2 else "[0,1]"
            connection.execute(f"UPDATE slot SET shuffle = ?, presented_order = ? WHERE round_item_id IN {of_item}", (number, order, key))
        connection.execute("UPDATE round SET state = 'closed', closed_at = opened_at WHERE name = 'earlier'")
        connection.commit()
