"""Hostile texts on every screen, in a real terminal: what reaches the wire, and that they are shown and not obeyed.

The bytes that the program wrote are looked at after taking out what Textual writes itself; what is left must be text.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.domain.safe_text import safe_text
from prefterm.services.access import add_annotator
from prefterm.services.guidelines import publish
from tests.factories import make_project, make_round, no_newcomers
from tests.payloads import HOSTILE
from tests.terminal import Terminal, prefterm

NAME = "[@click=app.quit]eve[/b]"
ROUND = "r[link=http://evil.example/]1[/]"
LONG = 2_000
"""Payloads longer than this are tried on the pair alone."""
MARKUP = [
    "[@click=app.quit]press[/]", "[link=http://evil.example/]text[/link]", "a[/b]c [/]", "[bold]not bold[/bold]",
    "[on red]x[/] [red]y", "[$primary]z[/]", "[]", "\\[b]w", "[[b]]", "[@click=screen.dismiss]q[/]", "[#ff0000]v",
    "x[0] = y[i]; [a-z]+ [/]",
]  # fmt: skip

SEQUENCE = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[\d+;\d+H|\x1b\[\d+[ABCD]"  # where the cursor goes
    rb"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]"  # modes of the terminal
    rb"|\x1b\[\?(?:2026|2048)\$p"  # whether the terminal knows two of them
    rb"|\x1b\[>\d*u|\x1b\[<u"  # key reports
    rb"|\x1b\]22;[a-z]*\x07"  # the pointer's shape
)
"""All that Textual writes besides text."""


def left_over(raw: bytes) -> str:
    """What is no text, nor a sequence of Textual's own."""
    text = SEQUENCE.sub(b"", raw).decode("utf-8")
    return "".join(sorted({c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\r\n\u200d"}))


def assert_clean(terminal: Terminal) -> None:
    terminal.settle()
    assert terminal.alive, terminal.text()
    found = left_over(bytes(terminal.raw))
    if found:
        raw = SEQUENCE.sub(b"", bytes(terminal.raw)).decode("utf-8")
        where = min(raw.find(c) for c in found)
        raise AssertionError(f"reached the terminal: {found!r} in {raw[max(0, where - 60) : where + 60]!r}")


def importable(text: str) -> bool:
    return "\x00" not in text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def batches() -> list[list[tuple[str, str]]]:
    """The payloads by threes, the long ones and those that open a block without closing it alone."""
    found: list[list[tuple[str, str]]] = [[]]
    for name, text in HOSTILE:
        if importable(text):
            alone = len(text) > 300 or "```" in text
            if alone or len(found[-1]) == 3:
                found.append([])
            found[-1].append((name, text))
            if alone:
                found.append([])
    return [b for b in found if b]


def records(found: Sequence[Sequence[tuple[str, str]]]) -> Iterator[dict[str, Any]]:
    """A comparison for each batch: as the prompt, as both responses and, where they are allowed to be, as tags."""
    for number, batch in enumerate(found):
        texts = [t for _, t in batch]
        text, backwards = "\n\n".join(texts), "\n\n".join(reversed(texts))
        tags = [t for t in texts if 0 < len(t) < 200 and t.isprintable() and t == t.strip()] or ["plain"]
        question = f"{text}\n\nq{number}: {batch[0][0]} {number * 7919 % 9973}"
        prompt = [{"role": "system", "content": backwards}, {"role": "user", "content": question}]
        responses = [{"text": f"{text}\n\nfirst of {number}", "model": "a"}, {"text": f"second of {number}\n\n{backwards}", "model": "b"}]
        yield {"id": f"h{number}", "prompt": prompt, "responses": responses, "tags": tags}


def hostile_guideline(easy: Path) -> str:
    """The sample guideline with payloads in its title, its sections' and examples' titles, texts and skip reasons."""
    text = easy.read_text(encoding="utf-8")
    reasons = ["[@click=app.quit]r1[/]", "a[/b]c r2", "wor\u202eds\u200b r3", "r4 ✓ ⟨U+202E⟩"]
    text = re.sub(r"(?m)^skip_reasons: .*$", lambda _: f"skip_reasons: {json.dumps(reasons)}", text)
    text = re.sub(r"(?m)^title: .*$", lambda _: 'title: "T [@click=app.quit]it[/b]le \\u202e[link=http://e/]x"', text)
    text = text.replace("## Correctness {", "## Corr[/b]ect [@click=app.quit]ness\u202e[/] {", 1)
    loud = [t for n, t in HOSTILE if importable(t) and len(t) < LONG and "\n#" not in t and n not in ("open brackets",)]
    body = "\n\n".join(re.sub(r"\r|\n|`|~~~", " ", t).replace("{", "(").replace("§", "") for t in loud)
    text = text.replace("Covers whatever could be shown true or false", f"{body}\n\nCovers whatever could be shown true or false", 1)
    return re.sub(r"(?m)^(### Example 1: )(.*)$", "\\1[bold]one[/bold]\u200b\u202e \\2", text)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    """A project whose every text from outside is hostile; `NAME` labels in round `ROUND`."""
    folder = tmp_path_factory.mktemp("hostile")
    lead = make_project(folder, records=records(batches()), people=("bob",), guideline=None)
    path = folder / "helpfulness.md"
    path.write_text(hostile_guideline(easy_guideline), encoding="utf-8")
    publish(lead, path, "")
    add_annotator(lead, NAME, Role.ANNOTATOR, AnnotatorKind.HUMAN)
    make_round(lead, ROUND)
    no_newcomers(lead.database.path)
    lead.database.close()
    # What an import refuses may still stand in a file: from an older version, or from a hand.
    with closing(sqlite3.connect(lead.database.path)) as connection:
        connection.execute("UPDATE response SET text = char(0) || text || char(0, 27) || '[2J' WHERE id % 9 = 0")
        connection.commit()
    return lead.database.path


def test_enough_payloads() -> None:
    assert len([t for _, t in HOSTILE if importable(t)]) >= 50
    assert len(SHORT) >= 30


def test_the_check_finds_what_it_looks_for() -> None:
    for bad in (
        b"a\x1b[2Jb",
        b"\x1b]0;t\x07",
        b"\x1b]52;c;x\x07",
        b"\xc2\x9b2J",
        "\u202e".encode(),
        b"\x1b[6n",
        b"\x1b[c",
        b"a\x00",
        b"\x1b]8;;x\x1b\\",
    ):
        assert left_over(bad)


def walk(terminal: Terminal) -> None:
    """Every way in which the label screen shows a pair, with keys."""
    terminal.keys("p", "P", "p", "m", "z", "z", "z", "m", "d", "d", "end", "home", "space", "o", "w", "j", "o")
    # What the pair before said of its hidden characters is gone once these keys are taken.
    terminal.until(lambda shown: "scroll together" in shown or "Esc: both" in shown)
    terminal.keys("x")
    terminal.until("Esc back|no hidden characters")
    if "Esc back" in terminal.text():
        terminal.keys("escape")
        terminal.until(lambda shown: "Esc back" not in shown)


def test_every_payload_on_the_pair(hostile: Path) -> None:
    """Each pair is walked through in all its views, then answered; nothing but text reaches the terminal."""
    total = len(batches())
    with prefterm(hostile, NAME, "label", size=(100, 40)) as terminal:
        terminal.until(r"─ left [\s\S]*\d much")
        for done in range(total):
            terminal.until(rf"\b{done}/\d+")
            walk(terminal)
            terminal.keys("1", "enter")
            terminal.until(rf"\b{done + 1}/\d+|Nothing is left", 20)
            assert terminal.alive, terminal.text()
        assert_clean(terminal)
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0


def test_every_screen(hostile: Path, tmp_path: Path) -> None:
    with prefterm(hostile, "bob", size=(100, 40)) as terminal:
        terminal.until("your rounds")
        assert ROUND[:14] in terminal.text()
        terminal.keys("?")
        terminal.until("Help")
        terminal.keys("escape", "g")
        terminal.until("next §")
        terminal.keys(*["space"] * 40, "home", *["n"] * 30, *["p"] * 30, "/", "click=app", "enter", "/", "[/b]\x1b")
        terminal.settle()
        terminal.keys("/", "zzz[/b][bold]", "enter")
        terminal.until(re.escape("zzz[/b][bold]"))
        terminal.keys("q")
        terminal.until("Begin labelling")
        terminal.keys("enter")
        terminal.until(r"─ left [\s\S]*\d much")
        for _ in range(14):
            terminal.keys("e")
        terminal.keys("g")
        terminal.until("cite §")
        terminal.settle()
        terminal.keys("n", "n", "n", "c", "escape")
        terminal.until("§")
        terminal.keys("?")
        terminal.until("Help")
        terminal.keys("j", "space", "escape")
        terminal.keys("s")
        terminal.until("Skip this pair")
        shown = terminal.settle()
        assert "[@click=app.quit]r1[/]" in shown and "a[/b]c r2" in shown and "wor⟨U+202E⟩ds⟨U+200B⟩ r3" in shown
        terminal.keys("6" if "  6  another" in shown else "5")
        terminal.until("send")
        terminal.keys("own [/b] reason [@click=app.quit]")
        terminal.paste("pas\u202eted\u200b\x07 words")
        terminal.until("send")
        terminal.settle()
        assert "own [/b] reason [@click=app.quit]" in terminal.text()
        terminal.keys("enter")
        terminal.until("Skipped")
        terminal.keys("f")
        terminal.until("Report this pair")
        terminal.keys("7", "flag [/b] [@click=app.quit]x", "enter")
        terminal.until("Reported to the lead")
        terminal.keys("escape")
        terminal.until("your rounds")
        assert_clean(terminal)
        terminal.keys("ctrl+q")
        assert terminal.wait() == 0


PASTED = ["\u202ereversed\u2066", "a\x9b2Jb", "a\u200bb\ufeffc", "a\x07b\x08c\x7fd\x0ee", "\U000e0041\U000e0042"]


def test_what_is_pasted_into_the_rationale_is_shown_safely(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.keys("r")
        terminal.until(r"why   \(Esc")
        terminal.settle()
        for pasted in PASTED:
            terminal.paste(f"{pasted} ")
        assert_clean(terminal)


def test_markup_in_the_rationale_is_shown_as_it_is(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.keys("r")
        terminal.until(r"why   \(Esc")
        terminal.settle()
        terminal.paste("[@click=app.quit]x[/b]")
        terminal.until(re.escape("[@click=app.quit]x[/b]"))
        assert_clean(terminal)


def test_escape_sequences_pasted_into_the_rationale_are_shown_safely(small: Path) -> None:
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.keys("r")
        terminal.until(r"why   \(Esc")
        terminal.settle()
        terminal.paste("before \x1b[2Jx\x1b]0;owned\x07y\x1b]52;c;cm0=\x07z after")
        terminal.settle()
        assert_clean(terminal)
        assert "why   (Esc" in terminal.text(), "a paste closed the editor"


def test_a_hostile_draft_comes_back_safely(small: Path) -> None:
    """A draft is data too: what was written by another program, or before a rule was mended."""
    text = "draft \x1b[2J\u202e\x9b2J\x1b]0;t\x07 end"
    with prefterm(small, "ann", "label") as terminal:
        terminal.until(r"ann +0/")
        terminal.keys("2")
        terminal.until("▸2 clearly")
        terminal.settle(0.7)
        terminal.kill()
    with closing(sqlite3.connect(small)) as connection:
        connection.execute(
            "UPDATE draft SET payload = json_set(payload, '$.rationale', ?, '$.sections', json(?))", (text, json.dumps([text]))
        )
        assert connection.total_changes == 1
        connection.commit()
    with prefterm(small, "ann", "label") as terminal:
        terminal.until("Your draft is back")
        terminal.keys("r")
        terminal.until(r"why   \(Esc", 1.5)
        terminal.settle()
        assert_clean(terminal)


@pytest.fixture(scope="module")
def marked_up(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    """Pairs of the texts that a markup language would eat."""
    folder = tmp_path_factory.mktemp("markup")
    items = [
        {"id": f"m{n}", "prompt": f"{text} p{n} {n * 7919 % 9973}", "responses": [{"text": f"{text} L{n}"}, {"text": f"{text} R{n}"}]}
        for n, text in enumerate(MARKUP)
    ]
    lead = make_project(folder, records=items, people=("ann", "bob"), guideline=easy_guideline)
    make_round(lead)
    no_newcomers(lead.database.path)
    lead.database.close()
    return lead.database.path


def test_markup_is_shown_in_full(marked_up: Path) -> None:
    seen: set[int] = set()
    with prefterm(marked_up, "ann", "label", size=(120, 24)) as terminal:
        terminal.until(r"─ left [\s\S]*\d much")
        for done in range(len(MARKUP)):
            terminal.until(rf"\b{done}/\d+")
            found = re.search(r" [LR](\d+) ", terminal.settle(0.12))
            assert found is not None
            terminal.keys("m")
            terminal.until("Raw text")
            number = int(found[1])
            seen.add(number)
            for wanted in (f"{MARKUP[number]} p{number}", f"{MARKUP[number]} L{number}", f"{MARKUP[number]} R{number}"):
                terminal.until(re.escape(wanted), 3)
            terminal.keys("m")
            if done + 1 < len(MARKUP):
                terminal.keys("1", "enter")
        assert_clean(terminal)
    assert len(seen) == len(MARKUP)


SHORT = [
    (name, text)
    for name, text in HOSTILE
    if importable(text) and safe_text(text) != text and max(len(row) for row in safe_text(text).split("\n")) <= 100
]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory, easy_guideline: Path) -> Path:
    folder = tmp_path_factory.mktemp("short")
    texts = [{"text": f"(({text}))L{n}"} for n, (_, text) in enumerate(SHORT)]
    items = [
        {"id": f"s{n}", "prompt": f"p{n} {n * 7919 % 9973}", "responses": [texts[n], texts[(n + 1) % len(texts)]]}
        for n in range(0, len(texts), 2)
    ]
    lead = make_project(folder, records=items, people=("ann", "bob"), guideline=easy_guideline)
    make_round(lead)
    no_newcomers(lead.database.path)
    lead.database.close()
    return lead.database.path


def test_short_payloads_are_complete_in_the_raw_view(short: Path) -> None:
    """Every character of the text can be read off the screen, in its visible form."""
    seen: set[int] = set()
    pairs = (len(SHORT) + 1) // 2
    with prefterm(short, "ann", "label", size=(240, 24)) as terminal:
        terminal.until(r"─ left [\s\S]*\d much")
        for done in range(pairs):
            terminal.until(rf"\b{done}/\d+")
            numbers = [int(n) for n in re.findall(r"\)\)L(\d+)", terminal.settle(0.12))]
            assert len(numbers) == 2
            if done == 0:
                terminal.keys("m")
                terminal.until("Raw text")
            seen |= set(numbers)
            for number in numbers:
                for row in safe_text(f"(({SHORT[number][1]}))L{number}").split("\n"):
                    terminal.until(re.escape(row.rstrip()), 3)
            if done + 1 < pairs:
                terminal.keys("1", "enter")
        assert_clean(terminal)
    assert len(seen) == len(SHORT)
