"""What a person said in a round, for themselves: a list to look through, search and go back from. Nothing that would unblind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prefterm.domain.judgments import Answer
from prefterm.domain.presentation import as_presented
from prefterm.services.access import Project
from prefterm.store import own_answers as store
from prefterm.store import rounds
from prefterm.store.own_answers import OwnRow
from prefterm.store.rounds import RoundRow

__all__ = ["OwnAnswer", "own_answers"]

_PAGE = 200
"""Answers read in one transaction."""


@dataclass(frozen=True)
class OwnAnswer:
    """One effective answer of one's own, as it lay on the screen."""

    assignment: str
    """To be given to `Labeling.reopen`."""
    moment: str
    """When its last revision was given: a stored moment, UTC."""
    prompt: str
    """The first message of the user; the first of all where there is none of the user."""
    answer: Answer
    """As presented: position 0 is the left response, a positive strength prefers it."""
    rationale: str
    sections: tuple[str, ...]
    passages: int
    """How many passages it points at."""
    seconds: float | None
    """Active seconds."""
    revision: int
    """1 as first given; more where it was edited or taken back and given again."""
    why_fixed: str | None
    """Why it can no longer be changed, as a clause: “it was settled since”; None where it can."""


def own_answers(
    project: Project, the_round: RoundRow, *, search: str = "", after: OwnAnswer | None = None, limit: int = 100
) -> list[OwnAnswer]:
    """The actor's own answers in a round, newest first: at most `limit`, those after `after` where it is given.

    Of every purpose alike, so that nobody learns which items were calibration; hidden items are left out. `search` is looked
    for, whatever its case, in prompt, responses, rationale, notes and sources of passages, and reasons. Fewer than `limit` = no more.
    """
    wanted = search.casefold().strip()
    found: list[OwnAnswer] = []
    for page, fixed in _pages(project, the_round, None if after is None else (after.moment, after.assignment), wanted, limit):
        for row in page:
            if not wanted or wanted in _searched(row):
                found.append(_own(row, fixed.get(row.assignment)))
                if len(found) >= limit:
                    return found
    return found


def _pages(
    project: Project, the_round: RoundRow, before: tuple[str, str] | None, wanted: str, limit: int
) -> Iterator[tuple[list[OwnRow], dict[str, str]]]:
    """Pages of answers, each with why some of them are fixed; each read in a transaction of its own."""
    size = _PAGE if wanted else min(_PAGE, max(1, limit))
    while True:
        with project.database.read() as connection:
            page = store.own_page(connection, the_round.id, project.actor.id, before, size)
            fixed = {a: f"{why} since" for a, why in store.shown_after(connection, project.actor.id, page).items()}
            closed = rounds.round_by_id(connection, the_round.id).state != "open"
        if closed:
            fixed = {row.assignment: fixed.get(row.assignment, "the round is closed") for row in page}
        yield page, fixed
        if len(page) < size:
            return
        before = (page[-1].created_at, page[-1].assignment)


def _own(row: OwnRow, why_fixed: str | None) -> OwnAnswer:
    shown = as_presented(row.answer, row.order)
    return OwnAnswer(
        row.assignment, row.created_at, _asked(row), shown, shown.rationale, shown.sections, len(shown.passages), row.active_seconds,
        row.revision, why_fixed,
    )  # fmt: skip


def _asked(row: OwnRow) -> str:
    messages = row.comparison.prompt or ()
    return next((m.content for m in messages if m.role == "user"), messages[0].content if messages else "")


def _searched(row: OwnRow) -> str:
    """Everything of an answer that a search looks through, with a line between two texts so that none is found across them."""
    texts = [m.content for m in row.comparison.prompt or ()]
    texts += [r.text or "" for r in row.comparison.responses]
    texts += [row.answer.rationale, *row.answer.reasons]
    texts += [text for p in row.answer.passages for text in (p.note, p.source)]
    return "\n".join(texts).casefold()
