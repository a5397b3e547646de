"""Raw records into a file without rows: validated, inserted in one transaction, and proven by being dumped again.

The proof is the contract: what the new file dumps must be what was read, or nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import IntegrityError

from prefterm.domain.errors import InputRejected, PreftermError, Rejection
from prefterm.domain.guidelines import parse_guideline
from prefterm.domain.judgments import Answer
from prefterm.domain.prompts import Message
from prefterm.domain.records import parse_comparison, parse_judgment
from prefterm.domain.strict_json import canonical
from prefterm.store import core
from prefterm.store.bulk import chunks, insert_rows
from prefterm.store.events import chain_problems, event_page
from prefterm.store.guidelines import section_rows
from prefterm.store.mapping import answer_of, derived_rows, passage_rows, prompt_json, response_values
from prefterm.store.prompts import prompt_sha
from prefterm.store.raw_dump import Read, raw_records
from prefterm.store.raw_schema import ANSWER_KEYS, KINDS_BY_NAME, Kind
from prefterm.store.raw_survey import RawLine, Rejections, Survey
from prefterm.store.tables import METADATA

__all__ = ["Describe", "first_difference", "has_rows", "load"]

Record = Mapping[str, Any]
Describe = Callable[[tuple[Message, ...]], tuple[str, bytes | None]]
"""(normal_sha256, signature) of a prompt: what near-duplicate search stores with it."""
_BESIDE = (core.preference, core.response_score, core.judgment_citation, core.judgment_passage)
_PROMPT_KEYS = ("prompt_uuid", "cluster", "side", "quarantined")


def has_rows(connection: Connection) -> bool:
    """Whether any table of the file has a row."""
    tables = METADATA.sorted_tables
    return any(connection.execute(select(next(iter(t.primary_key.columns))).limit(1)).first() is not None for t in tables)


def first_difference(read: Read, lines: Iterable[RawLine]) -> int | None:
    """The first line that differs from what the database dumps; None where both are the same to the end."""
    number = 0
    for line, record in zip_longest(lines, raw_records(read)):
        number = line.number if line is not None else number + 1
        if line is None or record is None or line.value is None or canonical(line.value) != canonical(record):
            return number
    return None


def load(connection: Connection, lines: Callable[[], Iterable[RawLine]], found: Survey, file: str, describe: Describe) -> None:
    """Insert every record of a surveyed file, inside the caller's transaction.

    Raises `InputRejected` with file:line for references that lead nowhere, records that contradict each other, a broken
    event chain, and anything that the new rows do not give back; the caller's transaction must then be rolled back.
    """
    loader = _Loader(connection, found, file, describe)
    loader.run(lines())
    loader.rejections.raise_if_any()
    line = first_difference(lambda: nullcontext(connection), lines())
    if line is not None:
        reason = "is not what `export raw` writes for it: give the file as it was exported"
        raise InputRejected([Rejection(file, line, reason)])


class _Writer:
    """Collects rows with their lines; inserts them in the order in which tables refer to each other."""

    def __init__(self, connection: Connection, rejections: Rejections) -> None:
        self.connection = connection
        self.rejections = rejections
        self.rows: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.count = 0

    def add(self, table: Table, line: int, row: dict[str, Any]) -> None:
        """Keep a row for the next flush."""
        self.rows.setdefault(table.name, []).append((line, row))
        self.count += 1

    def flush(self) -> None:
        """Insert what was kept."""
        for table in METADATA.sorted_tables:
            for part in chunks(self.rows.pop(table.name, [])):
                self._insert(table, part)
        self.count = 0

    def _insert(self, table: Table, part: list[tuple[int, dict[str, Any]]]) -> None:
        try:
            with self.connection.begin_nested():
                insert_rows(self.connection, table, [row for _, row in part])
        except IntegrityError:
            # One by one, to learn which line it is.
            for line, row in part:
                try:
                    with self.connection.begin_nested():
                        insert_rows(self.connection, table, [row])
                except IntegrityError as error:
                    self.rejections.add(line, f"clashes with another line or a rule of the database ({error.orig})")


class _Loader:
    """Turns records into rows, type by type in the order of the file."""

    def __init__(self, connection: Connection, found: Survey, file: str, describe: Describe) -> None:
        self.connection = connection
        self.found = found
        self.rejections = Rejections(file)
        self.writer = _Writer(connection, self.rejections)
        self.describe = describe
        self.prompts: dict[str, tuple[int, tuple[Any, ...]]] = {}
        """(id, uuid with cluster, side and quarantine) by the prompt's hash."""
        self.items: dict[tuple[str, str], tuple[int, int]] = {}
        """(item id, position) by round and comparison."""
        self.responses = 0
        self.later: list[tuple[int, Record]] = []
        """Records that refer to what the file has further on."""
        self.makers = {
            "guideline": self._guideline, "comparison": self._comparison, "round": self._round, "slot": self._slot,
            "assignment": self._assignment, "judgment": self._judgment, "gold": self._gold,
        }  # fmt: skip

    def run(self, lines: Iterable[RawLine]) -> None:
        """Insert everything."""
        present = ""
        for line in lines:
            record = line.value
            if record["type"] != present:
                self._end_of(present)
                present = record["type"]
            if present in ("guideline", "judgment", "gold") and (present == "guideline" or record["supersedes"] is not None):
                self.later.append((line.number, record))
            else:
                self._take(line.number, record)
            if self.writer.count >= 2000:
                self.writer.flush()
        self._end_of(present)
        self._check_chain()

    def _end_of(self, name: str) -> None:
        """Flush a type. Guidelines wait until the annotators who published them are there, revisions for the one before."""
        self.writer.flush()
        if name == "guideline" and "annotator" in self.found.counts:
            return
        waiting, self.later = self.later, []
        for layer in self._layers(waiting):
            for line, record in layer:
                self._take(line, record)
            self.writer.flush()

    def _layers(self, waiting: list[tuple[int, Record]]) -> Iterator[list[tuple[int, Record]]]:
        """The waiting records, each after what it supersedes; those that supersede each other in a circle are rejected."""
        open_ones = {record["uuid"] for _, record in waiting}
        while waiting:
            layer = [(line, r) for line, r in waiting if r.get("supersedes") not in open_ones]
            if not layer:
                for line, _ in waiting:
                    self.rejections.add(line, "supersedes itself, by way of others")
                return
            yield layer
            open_ones -= {record["uuid"] for _, record in layer}
            waiting = [(line, r) for line, r in waiting if r["uuid"] in open_ones]

    def _take(self, line: int, record: Record) -> None:
        kind = KINDS_BY_NAME[record["type"]]
        try:
            row = self._row(kind, record)
            self.makers.get(kind.name, self._plain)(line, record, row, kind)
        except PreftermError as error:
            self.rejections.add(line, str(error).partition("\n")[0])
        except ValueError as error:
            self.rejections.add(line, str(error))

    def _row(self, kind: Kind, record: Record) -> dict[str, Any]:
        """The columns that a record gives directly, references resolved; raises `ValueError`."""
        row = {c: record[c] for c in kind.columns} | {c: record[k] for k, c in kind.renamed.items()}
        for key, (column, target) in kind.references.items():
            row[column] = self._id(target, record[key], key)
        if "uuid" in record and "id" in kind.table.c:
            row["id"] = self.found.ids[kind.name][record["uuid"]]
        return row

    def _id(self, target: str, uuid: str | None, key: str) -> int | None:
        if uuid is None:
            return None
        found = self.found.ids[target].get(uuid)
        if found is None:
            raise ValueError(f"{key}: there is no {target} {uuid} in this file")
        return found

    def _plain(self, line: int, _: Record, row: dict[str, Any], kind: Kind) -> None:
        self.writer.add(kind.table, line, row)

    def _guideline(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        guideline = parse_guideline(record["text"])
        said, is_so = (record["name"], record["version"], record["sha256"]), (guideline.name, guideline.version, guideline.sha256)
        if said != is_so:
            raise ValueError("name, version and sha256 do not agree with the text")
        self.writer.add(kind.table, line, row)
        for section in section_rows(row["id"], guideline):
            self.writer.add(core.guideline_section, line, section)
        for example in record["examples"]:
            prompt_id = self._prompt_id(line, example, f"example {example['id']}")
            values = {"guideline_version_id": row["id"], "id": example["id"], "position": example["position"], "prompt_id": prompt_id}
            self.writer.add(core.worked_example, line, values)

    def _prompt_id(self, line: int, record: Record, where: str) -> int | None:
        """The id of the prompt inside a record, which is inserted where it is met first."""
        if record["prompt"] is None:
            return None
        body = {"id": "prompt", "prompt": record["prompt"], "responses": [{"text": None}] * 2}
        messages = parse_comparison(body).prompt or ()
        place = tuple(record.get(key) for key in _PROMPT_KEYS)
        if not all(isinstance(v, str) for v in place[:2]) or place[2] not in (None, "train", "eval") or type(place[3]) is not bool:
            raise ValueError(f"{where}: a prompt needs prompt_uuid, cluster, side (train, eval or null) and quarantined")
        sha = prompt_sha(messages)
        known = self.prompts.get(sha)
        if known is not None:
            if known[1] != place:
                raise ValueError(f"{where}: its prompt has another uuid, cluster, side or quarantine than in an earlier line")
            return known[0]
        identity = len(self.prompts) + 1
        self.prompts[sha] = (identity, place)
        normal, signature = self.describe(messages)
        values = {
            "id": identity, "uuid": place[0], "sha256": sha, "messages": prompt_json(messages), "normal_sha256": normal,
            "signature": signature, "cluster": place[1], "side": place[2], "quarantined": place[3],
        }  # fmt: skip
        self.writer.add(core.prompt, line, values)
        return identity

    def _comparison(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        comparison = parse_comparison({k: record[k] for k in ("id", "prompt", "responses", "tags", "source", "meta")})
        row |= {
            "prompt_id": self._prompt_id(line, record, "comparison"), "n_responses": len(comparison.responses),
            "servable": comparison.servable,
        }  # fmt: skip
        self.writer.add(kind.table, line, row)
        for position, response in enumerate(comparison.responses):
            self.responses += 1
            self.writer.add(core.response, line, {"id": self.responses, **response_values(response)})
            link = {"comparison_id": row["id"], "position": position, "response_id": self.responses}
            self.writer.add(core.comparison_response, line, link)

    def _round(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        if not isinstance(record["options"], dict):
            raise ValueError("options must be an object")
        self.writer.add(kind.table, line, {**row, "freed": 0})
        for item in record["items"]:
            comparison_id = self._id("comparison", item["comparison"], "items")
            identity = len(self.items) + 1
            self.items[record["uuid"], item["comparison"]] = (identity, item["position"])
            values = {"id": identity, "round_id": row["id"], "comparison_id": comparison_id, "shuffle": item["position"]}
            self.writer.add(core.round_item, line, {**values, "side": item.get("side")})

    def _slot(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        item = self.items.get((record["round"], record["comparison"]))
        if item is None:
            raise ValueError("its comparison is no item of its round")
        if record["state"] not in ("free", "answered"):
            raise ValueError(f"the state of a slot is free or answered in a raw export, not {record['state']!r}")
        _check_order(record, self.found.sizes[record["comparison"]])
        self.writer.add(kind.table, line, {**row, "round_item_id": item[0], "shuffle": item[1]})

    def _assignment(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        slot = record["slot"]
        if slot is not None and self.found.slots[slot] != (record["round"], record["comparison"]):
            raise ValueError("its slot belongs to another round or comparison")
        if record["state"] not in ("answered", "skipped", "expired"):
            raise ValueError(f"the state of an assignment is answered, skipped or expired in a raw export, not {record['state']!r}")
        _check_order(record, self.found.sizes[record["comparison"]])
        self.writer.add(kind.table, line, {**row, "lease_until": None})

    def _judgment(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        if self.found.turns[record["assignment"]] != (record["comparison"], record["annotator"]):
            raise ValueError("its assignment is another person's, or about another comparison")
        before = None if record["revision"] == 1 else (record["assignment"], record["revision"] - 1)
        if (None if record["supersedes"] is None else self.found.revisions[record["supersedes"]]) != before:
            raise ValueError("revision n must supersede revision n - 1 of the same assignment, revision 1 none")
        size = self.found.sizes[record["comparison"]]
        said, answer = _answer(record, size, record["rationale"])
        self.writer.add(kind.table, line, {**row, "answer": said, "lookup_seconds": record.get("lookup_seconds")})
        beside = (*derived_rows(row["id"], answer, size), passage_rows(row["id"], answer))
        for table, rows in zip(_BESIDE, beside, strict=True):
            for one in rows:
                self.writer.add(table, line, one)

    def _gold(self, line: int, record: Record, row: dict[str, Any], kind: Kind) -> None:
        if record["supersedes"] is not None and self.found.golds[record["supersedes"]] != record["comparison"]:
            raise ValueError("supersedes the gold of another comparison")
        said, answer = _answer(record, self.found.sizes[record["comparison"]], "")
        said |= {key: record[key] for key in ("rationale", "passages") if key in record}
        self.writer.add(kind.table, line, {**row, "answer": said})
        for section in answer.sections:
            self.writer.add(core.gold_citation, line, {"gold_id": row["id"], "section": section})

    def _check_chain(self) -> None:
        """Reject what breaks the chain of events, at the line of the event that shows it."""
        actors = {identity: uuid for uuid, identity in self.found.ids["annotator"].items()}
        for problem in chain_problems(self._event_pages(), actors):
            numbers = map(int, re.findall(r"\d+", problem))
            self.rejections.add(next((self.found.events[n] for n in numbers if n in self.found.events), 0), problem)

    def _event_pages(self) -> Iterator[list[Any]]:
        last = -1
        while page := event_page(self.connection, last):
            yield page
            last = page[-1].seq


def _check_order(record: Record, size: int) -> None:
    order = record["presented_order"]
    if order is not None and (not isinstance(order, list) or sorted(map(repr, order)) != sorted(map(repr, range(size)))):
        raise ValueError(f"presented_order must be an order of 0..{size - 1}, not {order!r:.80}")


def _answer(record: Record, size: int, rationale: str) -> tuple[dict[str, Any], Answer]:
    """(the answer as stored, the answer); raises `ValueError` where it is no answer about `size` responses."""
    said = {key: record[key] for key in ANSWER_KEYS if key in record}
    context = {key: record.get(key) for key in ("seen", "active_seconds", "lookup_seconds", "rationale", "passages", "meta")}
    parsed = parse_judgment({"comparison": "raw", "annotator": "raw", **said, **context}, size)
    if parsed.answer.format != record["format"]:
        raise ValueError(f"the answer is of the format {parsed.answer.format}, not {record['format']!r:.80}")
    answer = answer_of(record["format"], said, rationale, parsed.answer.passages)
    if dict(answer.payload) != dict(parsed.answer.payload):
        raise ValueError("the answer is not written as `export raw` writes it")
    return said, answer
