"""The project behind the goldens: the sample guideline, and a round of one pair for each kind of text.

`python -m tests.tui.golden_project FOLDER` builds it to be looked at: `prefterm --db FOLDER/prefterm.db --as ann label --round KIND`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.judgments import AnnotatorKind, Role
from prefterm.services.access import Project, add_annotator, create_project, open_project
from prefterm.services.guidelines import publish
from prefterm.services.importing import import_files
from prefterm.services.rounds import RoundOptions, open_round
from prefterm.store.guidelines import find, mark_seen
from tests.factories import GUIDELINE, READING, change, labeling, no_newcomers, rows, shown_answer, write_jsonl

__all__ = ["GOLDENS", "KINDS", "build"]

GOLDENS = Path(__file__).parent / "goldens"
KINDS = tuple(sorted(path.stem for path in (GOLDENS / "pairs").glob("*.md")))
_MARK = re.compile(r"^@@ (tags|prompt|system|user|assistant|response \d(?: \w+)?) ?(.*)\n", re.MULTILINE)


def build(folder: Path) -> Path:
    """A database of `lead` with a round per kind for `ann`, who has read version 1 of the guideline, answered in
    `done` alone; `new` has never been served anything."""
    lead = create_project(folder / "prefterm.db", "lead")
    records = [_record(kind) for kind in KINDS]
    import_files(lead, [write_jsonl(folder / "items.jsonl", [*records, *map(_small, range(3))])])
    ann = add_annotator(lead, "ann", Role.ANNOTATOR, AnnotatorKind.HUMAN)
    _publish(lead, folder, ann.id)
    for name in (*KINDS, "done"):
        open_round(lead, RoundOptions(name, "helpfulness", overlap=1, up_to=1, tags=(f"kind-{name}",), seed="goldens"))
    # Which of the two lies left hangs on uuids, which are new in every project.
    change(lead, "UPDATE slot SET presented_order = '[0, 1]'")
    lead.database.close()
    no_newcomers(folder / "prefterm.db")
    lead = open_project(folder / "prefterm.db", "lead")
    add_annotator(lead, "new", Role.ANNOTATOR, AnnotatorKind.HUMAN)
    lead.database.close()
    _answer(folder / "prefterm.db")
    return folder / "prefterm.db"


def _record(kind: str) -> dict[str, Any]:
    """The native record of a pair as it is written in its file: `@@ tags`, `@@ ROLE` or `@@ prompt`, `@@ response N [ROLE]`."""
    _, *found = _MARK.split((GOLDENS / "pairs" / f"{kind}.md").read_text(encoding="utf-8"))
    record: dict[str, Any] = {"id": kind, "prompt": [], "responses": [{}, {}], "tags": [f"kind-{kind}"]}
    for mark, words, text in zip(found[::3], found[1::3], found[2::3], strict=True):
        name, _, rest = mark.partition(" ")
        if name == "tags":
            record["tags"] += words.split()
        elif name == "response":
            number, _, role = rest.partition(" ")
            response = record["responses"][int(number) - 1]
            if role:
                response.setdefault("messages", []).append({"role": role, "content": text.strip("\n")})
            else:
                response["text"] = text.strip("\n")
        else:
            record["prompt"].append({"role": "user" if name == "prompt" else name, "content": text.strip("\n")})
    return record


def _small(number: int) -> dict[str, Any]:
    prompt = ("How long do eggs boil?", "A synonym for “quick”?", "Is 91 a prime number?")[number]
    return {"id": f"d{number}", "prompt": prompt, "responses": [{"text": "a"}, {"text": "b"}], "tags": ["kind-done"]}


def _publish(lead: Project, folder: Path, ann: int) -> None:
    """The sample guideline in two versions, and with a question for confidence; in the first, length was judged otherwise."""
    new = GUIDELINE.read_text(encoding="utf-8").replace("version: 1", "version: 2\nconfidence: true").replace("First version.", "Length.")
    old = (
        new.replace("version: 2", "version: 1")
        .replace("note: Length.", "note: First.")
        .replace("Length is neither merit nor fault.", "The shorter is the better.")
    )
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
        publish(lead, folder / f"{name}.md", "")
        if name == "old":
            lead.database.transact(lambda c: _mark_seen(c, ann))


def _mark_seen(connection: Connection, person: int) -> None:
    row = find(connection, "helpfulness", None)
    assert row is not None
    mark_seen(connection, person, row.id)


def _answer(path: Path) -> None:
    """Everything in the round `done` is answered, each with something else to be seen in the list of answers."""
    ann = open_project(path, "ann")
    said = (
        shown_answer(2, rationale="The first names the size of the egg.", sections=("better",)),
        shown_answer(0, acceptable=(True, False), rationale="Neither says what for."),
        shown_answer(-3, acceptable=(False, None)),
    )
    slots = rows(ann, "SELECT s.id FROM slot s JOIN round_item i ON i.id = s.round_item_id ORDER BY s.round_id DESC, i.comparison_id")
    for slot, answer in zip(slots, said, strict=False):
        # Which is served first hangs on uuids too: one at a time is to be had.
        change(ann, "UPDATE slot SET state = CASE id WHEN ? THEN 'free' ELSE 'claimed' END WHERE state <> 'answered'", slot["id"])
        work = labeling(ann, "ann", "done")
        served = work.claim()
        assert served is not None
        work.submit(served.assignment, served.judgment_uuid, answer, READING)
        work.project.database.close()
    change(ann, "UPDATE slot SET state = 'free' WHERE state = 'claimed'")
    ann.database.close()


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
