"""Reads the worked examples of a guideline: prompt, responses, label and reasoning under `####` headings.

Labels are checked against the settings and the sections of the same document. Where a setting they depend on could not
be read, labels are left unchecked: the mistake is reported once, where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from prefterm.domain.guidelines.attributes import attributes
from prefterm.domain.guidelines.front_matter import Settings
from prefterm.domain.guidelines.labels import LabelReader
from prefterm.domain.guidelines.model import EXAMPLES_ID, WorkedExample
from prefterm.domain.guidelines.prose import Line, split_at
from prefterm.domain.judgments import Answer
from prefterm.domain.plain_yaml import Complain, Plain, read
from prefterm.domain.prompts import ROLES, Message

__all__ = ["ExampleReader"]

_NUMBERED = re.compile(r"example\s+([0-9]{1,6})\s*(?:[:.–—-]\s*|$)(.*)", re.IGNORECASE)
_RESPONSE = re.compile(r"response\s+([0-9]{1,6})", re.IGNORECASE)
_WRAPPER = re.compile(r" {0,3}(?:`{3,}|~{3,})\s*(?:text|txt|markdown|md|plain|yaml|yml)?\s*", re.IGNORECASE)
_STAGES = ("prompt", "responses", "label", "reasoning")
_KNOWN = "Prompt (or System, User, Assistant), Response 1, Response 2 …, Label, Reasoning"


@dataclass
class _Draft:
    """What has been read of one example so far."""

    line: int
    prompt: list[Message] = field(default_factory=list)
    lone: bool = False
    """Whether the prompt came as one `Prompt` block, beside which no other message can stand."""
    responses: list[str] = field(default_factory=list)
    label: Plain | None = None
    mixed: bool = False
    """Whether that has happened, and been complained about."""
    strange: bool = False
    """Whether some block has an unknown name: what seems to be missing may stand there."""
    seen: set[str] = field(default_factory=set)
    """Which of `_STAGES` have begun."""
    reasoning: str = ""


class ExampleReader:
    """Reads one example after the other; `examples` holds those that could be read."""

    def __init__(self, settings: Settings, section_ids: AbstractSet[str], complain: Complain) -> None:
        self.examples: list[WorkedExample] = []
        self._labels = LabelReader(settings, section_ids - {EXAMPLES_ID}, complain)
        self._ids: dict[str, int] = {}
        self._complain = complain

    def read(self, part: tuple[Line, str, list[Line]], place: int) -> None:
        """Read the example of one `###` heading; `place` counts from 1."""
        line, text, body = part
        title, identity, tags = attributes(text, "tags", line.number, self._complain)
        if identity in self._ids:
            self._complain(line.number, f"the id {identity!r} already stands in line {self._ids[identity]}: every example needs its own")
        if identity:
            self._ids.setdefault(identity, line.number)
        draft = self._draft(line, body)
        answer = None
        if draft.label is not None:
            answer = self._labels.read(draft.label, len(draft.responses))
        numbered = _NUMBERED.fullmatch(title)
        self.examples.append(
            WorkedExample(
                id=identity,
                number=int(numbered[1]) if numbered else place,
                title=(numbered[2].strip() if numbered else "") or title,
                tags=tags,
                prompt=tuple(draft.prompt),
                responses=tuple(draft.responses),
                # Without an answer something has been complained about, and the document is refused.
                answer=answer or Answer("pairwise", {}),
                reasoning=draft.reasoning,
                line=line.number,
            )
        )

    def _draft(self, line: Line, body: Sequence[Line]) -> _Draft:
        before, blocks = split_at(body, 4)
        stray = next((x for x in before if x.text.strip()), None)
        if stray is not None:
            self._complain(stray.number, f"text outside the blocks of an example, which are #### {_KNOWN}")
        draft = _Draft(line.number)
        for at, title, lines in blocks:
            self._block(draft, at.number, title, lines)
        if draft.strange:
            return draft
        if not draft.prompt:
            self._complain(line.number, "the example has no prompt: #### Prompt, or #### User, #### Assistant …")
        if len(draft.responses) < 2:
            self._complain(
                line.number, f"the example has {len(draft.responses)} responses, and needs 2 at least: #### Response 1, #### Response 2"
            )
        if "label" not in draft.seen:
            self._complain(line.number, "the example has no label: #### Label with a ```yaml fence")
        return draft

    def _block(self, draft: _Draft, number: int, title: str, lines: Sequence[Line]) -> None:
        name = " ".join(title.casefold().split())
        response = _RESPONSE.fullmatch(name)
        if name == "prompt" or name in ROLES:
            stage = "prompt"
        elif response:
            stage = "responses"
        elif name in ("label", "reasoning"):
            stage = name
        else:
            draft.strange = True
            hint = "; put texts with headings of their own inside a ~~~~text fence"
            self._complain(number, f"unknown block {title!r:.80} in an example; known are {_KNOWN}{hint}")
            return
        self._in_order(draft, stage, number)
        if stage == "prompt":
            self._message(draft, name, number, lines)
        elif response:
            self._response(draft, int(response[1]), number, lines)
        elif stage == "label" and draft.label is None:
            draft.label = self._yaml(number, lines)
        elif stage == "reasoning":
            draft.reasoning = "\n".join(x.text for x in lines).strip()

    def _in_order(self, draft: _Draft, stage: str, number: int) -> None:
        later = [s for s in _STAGES[_STAGES.index(stage) + 1 :] if s in draft.seen]
        if later:
            self._complain(number, f"the {stage} must stand above the {later[0]}")
        elif stage in draft.seen and stage in ("label", "reasoning"):
            self._complain(number, f"the example has a second {stage}")
        draft.seen.add(stage)

    def _message(self, draft: _Draft, name: str, number: int, lines: Sequence[Line]) -> None:
        clash = draft.lone or (name == "prompt" and draft.prompt)
        if clash and not draft.mixed:
            self._complain(number, "a prompt is one #### Prompt, or #### System, User and Assistant in their order, not both")
        draft.mixed = draft.mixed or bool(clash)
        draft.lone = draft.lone or name == "prompt"
        draft.prompt.append(Message("user" if name == "prompt" else name, self._text(name, number, lines)))

    def _response(self, draft: _Draft, given: int, number: int, lines: Sequence[Line]) -> None:
        if given != len(draft.responses) + 1:
            self._complain(number, f"response {given} stands where response {len(draft.responses) + 1} is expected")
        draft.responses.append(self._text(f"response {given}", number, lines))

    def _text(self, what: str, number: int, lines: Sequence[Line]) -> str:
        text = self._unwrapped(lines)[0]
        if not text.strip():
            self._complain(number, f"the {what} is empty")
        return text

    def _yaml(self, number: int, lines: Sequence[Line]) -> Plain | None:
        text, first = self._unwrapped(lines)
        if not text.strip():
            self._complain(number, "the label is empty")
            return None
        return read(text + "\n", first, self._complain)

    def _unwrapped(self, lines: Sequence[Line]) -> tuple[str, int]:
        """The content of a block and its first line: what its outer fence holds, or all of it where no fence begins it."""
        start = next((i for i, x in enumerate(lines) if x.text.strip()), None)
        if start is None:
            return "", 0
        if not lines[start].fenced or not _WRAPPER.fullmatch(lines[start].text):
            return "\n".join(x.text for x in lines).strip("\n").rstrip(), lines[start].number
        # A fence that is never closed has been complained about; its content is then all that follows.
        end = next((i for i, x in enumerate(lines) if i > start and x.closes), len(lines))
        stray = next((x for x in lines[end + 1 :] if x.text.strip()), None)
        if stray is not None:
            self._complain(stray.number, "text below the fence of its block: an outer fence must be longer than those inside it (~~~~text)")
        return "\n".join(x.text for x in lines[start + 1 : end]), lines[start + 1].number if start + 1 < len(lines) else 0
