"""Gold from agreement: what several people answered independently and without dissent is proposed, and becomes gold on a lead's word.

What counts is what counts in an agreement: planned, effective, independent work answers of people. Nothing is settled by proposing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import Answer, GoldSource, Role
from prefterm.domain.preferences import direction
from prefterm.domain.settlement import agreed_answer
from prefterm.services.access import Project
from prefterm.services.agreement_scope import AgreementOptions, find_scope
from prefterm.services.golds import NewGold, settle
from prefterm.services.scales import Scales, read_scales
from prefterm.services.separation import why_no_gold
from prefterm.store import agreement_pages, comparisons, golds, reveals, settling
from prefterm.store.comparisons import Stored
from prefterm.store.settling import GivenAnswer

__all__ = ["LEAST", "Proposals", "Proposed", "accept_golds", "propose_golds"]

LEAST = 2
"""People who must have answered alike: one alone agrees with nobody."""
_AT_ONCE = 500
_QUOTED = 5
_LONGEST_QUOTE = 1_500


@dataclass(frozen=True)
class Proposed:
    """A comparison on which nobody parted, with the answer that it comes to."""

    comparison: Stored
    answers: tuple[GivenAnswer, ...]
    answer: Answer
    reason: str


@dataclass
class Proposals:
    """What may become gold, by comparison, and why the rest of what was judged may not."""

    k: int
    round: str | None
    proposed: list[Proposed] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Comparisons, each under the first reason that holds: `more_than_two` responses, `gold` already, `kept_apart` by their prompt,
    `too_few` people whose answers count, `dissent`, `hidden`, `outside_scale`."""
    revealed: int = 0
    """Items that could still be served to who asks; the look is written down."""
    upto: int = 0
    """The greatest judgment that was looked at."""

    def to_json(self) -> dict[str, Any]:
        """As `gold propose --json` gives it."""
        return {
            "k": self.k, "round": self.round,
            "proposals": [
                {
                    "comparison": p.comparison.comparison.id, "strength": p.answer.payload["strength"], "tie": p.answer.payload.get("tie"),
                    "sections": list(p.answer.sections), "reason": p.reason,
                    "answers": [
                        {
                            "annotator": a.annotator, "round": a.round, "strength": a.answer.payload.get("strength"),
                            "tie": a.answer.payload.get("tie"), "rationale": a.answer.rationale,
                        }
                        for a in p.answers
                    ],
                }
                for p in self.proposed
            ],
            "left_out": dict(self.left_out), "revealed": self.revealed,
        }  # fmt: skip


def propose_golds(project: Project, round: str | None = None, k: int = LEAST) -> Proposals:
    """The comparisons that at least `k` people answered, all in one direction, of one round or of all. Admins only; settles nothing.

    Everything that was looked at and is still open to the actor is revealed to them before this returns, and what is proposed wherever
    it is asked for. Raises `Refused` for a round that is not there, or `k` below 2.
    """
    project.require(Role.ADMIN)
    if k < LEAST:
        raise Refused(f"{k} cannot agree: --k is {LEAST} at least")
    found = Proposals(k, round)
    with project.database.read() as connection:
        found.upto = agreement_pages.greatest_judgment(connection)
        scales = read_scales(connection)
    judged = _judged(project, round)
    for part in _parts(sorted(judged)):
        with project.database.read() as connection:
            _add(connection, found, {identity: judged[identity] for identity in part}, scales)

    def note(connection: Connection) -> int:
        concerned = sum(len(reveals.open_to(connection, project.actor, part)) for part in _parts(judged))
        reveals.note_shown(connection, project.actor, [p.comparison.id for p in found.proposed], "proposed gold")
        reveals.note_looks_at(connection, project.actor, judged, "figures")
        return concerned

    found.revealed = project.database.transact(note)
    return found


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = list(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]


@dataclass
class _Judged:
    """What counts on one comparison."""

    judgments: list[int] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    directions: set[int] = field(default_factory=set)
    many: bool = False
    """Whether it has more than two responses."""


def _judged(project: Project, round: str | None) -> dict[int, _Judged]:
    """By comparison, what counts in an agreement over this scope."""
    from prefterm.services.agreement_votes import read_votes

    votes = read_votes(project.database.read, find_scope(project, AgreementOptions(round=round)))
    counted = votes.rows(votes.planned)
    units = counted.units
    found: dict[int, _Judged] = {}
    rows = zip(counted.judgment.tolist(), counted.unit.tolist(), counted.annotator.tolist(), counted.strength.tolist(), strict=True)
    for judgment, unit, annotator, strength in rows:
        mine = found.setdefault(int(units.comparison[unit]), _Judged(many=bool(units.many[unit])))
        mine.judgments.append(judgment)
        mine.people.add(annotator)
        mine.directions.add(direction(strength))
    return found


def _add(connection: Connection, found: Proposals, judged: dict[int, _Judged], scales: Scales) -> None:
    """Take in one page of what was judged: what it proposes, and what is left out of it."""
    held = golds.comparisons_with_gold(connection, judged)
    apart = why_no_gold(connection, judged)
    agreed = {}
    for identity, mine in judged.items():
        why = _left_out(mine, found.k, identity in held, identity in apart)
        if why is None:
            agreed[identity] = mine
        else:
            found.left_out[why] += 1
    given: dict[int, list[GivenAnswer]] = {}
    for answer in settling.answers_by_id(connection, (j for mine in agreed.values() for j in mine.judgments)):
        given.setdefault(answer.comparison_id, []).append(answer)
    stored = comparisons.load(connection, agreed)
    for identity in agreed:
        answers = given[identity]
        agreement = agreed_answer([a.answer for a in answers])
        if stored[identity].hidden:
            found.left_out["hidden"] += 1
        elif scales.problem(agreement) is not None:
            found.left_out["outside_scale"] += 1
        else:
            # Imported votes cite what they like.
            settled = replace(agreement, sections=tuple(s for s in agreement.sections if s in scales.sections))
            found.proposed.append(Proposed(stored[identity], tuple(answers), settled, composed_reason(answers, settled)))


def _left_out(mine: _Judged, k: int, held: bool, apart: bool) -> str | None:
    for reason, holds in (
        ("more_than_two", mine.many),
        ("gold", held),
        ("kept_apart", apart),
        ("too_few", len(mine.people) < k),
        ("dissent", len(mine.directions) > 1),
    ):
        if holds:
            return reason
    return None


_WORDS = {1: "the first is better", -1: "the second is better", 0: "neither is better"}


def composed_reason(answers: Sequence[GivenAnswer], answer: Answer) -> str:
    """A reason made of what the answers say: how many agreed, how strongly, and up to five of their rationales; no names.

    At most `golds.LONGEST_NOTE` characters.
    """
    given = sorted(abs(int(a.answer.payload["strength"])) for a in answers if "strength" in a.answer.payload)
    people = len({a.annotator_id for a in answers})
    way = direction(answer.payload["strength"])
    strengths = f" (strengths {', '.join(map(str, given))})" if way and given else ""
    said = [f"{people} people judged it independently, and none parted from it: {_WORDS[way]}{strengths}."]
    rationales = dict.fromkeys(a.answer.rationale.strip() for a in answers if a.answer.rationale.strip())
    for text in list(rationales)[:_QUOTED]:
        said.append(f"– {text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + ' …'}")
    return "\n".join(said)


def accept_golds(
    project: Project,
    wanted: Sequence[str] | None,
    *,
    round: str | None = None,
    k: int = LEAST,
    reason: str | None = None,
) -> list[str]:
    """Make proposed comparisons gold, or all that are proposed (`wanted` None), in one transaction; their ids. Admins only.

    Without a `reason` each keeps the one composed of what people said. Raises `Refused` where one is not proposed, where somebody
    answered since the look, and for what `golds.settle` refuses; then nothing is written but that the proposals were looked at.
    """
    found = propose_golds(project, round, k)
    by_key = {p.comparison.comparison.id: p for p in found.proposed}
    keys = list(by_key) if wanted is None else list(dict.fromkeys(wanted))
    if not keys:
        raise Refused("nothing is proposed: `prefterm gold propose` says why")
    if unknown := [key for key in keys if key not in by_key]:
        raise Refused(f"{', '.join(map(repr, unknown[:10]))}: not among what `prefterm gold propose` lists, with the same --round and --k")
    chosen = [by_key[key] for key in keys]

    def work(connection: Connection) -> list[str]:
        newer = settling.answered_since(connection, (p.comparison.id for p in chosen), found.upto)
        if moved := [p.comparison.comparison.id for p in chosen if p.comparison.id in newer]:
            raise Refused(f"{', '.join(map(repr, moved[:10]))}: answered anew since the look; propose again")
        settle(connection, project, [_gold(p, reason, k) for p in chosen])
        return keys

    return project.database.transact(work)


def _gold(proposed: Proposed, reason: str | None, k: int) -> NewGold:
    meta = {"judgments": [a.uuid for a in proposed.answers], "k": k}
    why = proposed.reason if reason is None else reason
    return NewGold(proposed.comparison, proposed.answer, why, GoldSource.UNANIMOUS, "agreement", meta)
