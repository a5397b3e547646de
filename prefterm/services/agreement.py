"""Agreement as a use case: who may ask, what counts, which figures come out, in the contract's words.

Only planned, independent work judgments enter a figure; the others are counted by reason beside it. What is still open to who asks
is written down as a reveal before any figure is made. The arithmetic, and numpy with it, is loaded when something is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prefterm.domain.errors import Refused
from prefterm.domain.judgments import Role
from prefterm.domain.preferences import OVERALL, direction
from prefterm.services.access import Project
from prefterm.services.agreement_scope import COUNTS, KINDS, AgreementOptions, Scope, find_scope
from prefterm.store import agreement_pages, reveals, rounds

if TYPE_CHECKING:
    from prefterm.services.agreement_details import Labels
    from prefterm.services.agreement_figures import Material
    from prefterm.services.agreement_votes import Votes

__all__ = ["COUNTS", "KINDS", "AgreementOptions", "agreement", "agreement_parts", "open_items"]

Progress = Callable[[int, int], None]
"""Told (done, total), in thousandths of the whole; what it raises ends the work."""
_WHOLE = 1000
_READ = 400
"""The share of the whole that reading takes, in thousandths."""
_PARTS = (
    "n_items", "n_judgments", "annotators", "dimension", "counted", "coefficients", "pairs", "marks", "breakdowns", "differences",
    "annotator_profiles", "items", "skipped", "left_out", "notes", "revealed", "consensus",
)  # fmt: skip
"""The keys of the document, in their order."""

ALL_COUNTED = (
    "EVERY answer is counted here: opened, repeated, calibration and after-reveal ones, and what was taken back, too. "
    "These figures are flattered by how votes and items were chosen; without --count all they are not."
)


NOTHING_YET = (
    "You see figures of items that you have answered yourself, in rounds that are closed. There are none yet: they come when a round of "
    "yours is closed."
)


def agreement(project: Project, options: AgreementOptions | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """The whole of `agreement --json`. Admins; adjudicators and annotators without names.

    For an annotator only items count that they have answered themselves, in rounds that are closed, so that nothing can be changed by
    knowing; they are called `you`, the others `annotator N`. Tags and accuracy on golds are not for them.
    Raises `NotAllowed`, and `Refused` for a round, person, guideline, dimension or date that does not exist.
    """
    found = dict(agreement_parts(project, options, progress))
    return {key: found[key] for key in _PARTS if key in found}


def agreement_parts(
    project: Project, options: AgreementOptions | None = None, progress: Progress | None = None
) -> Iterator[tuple[str, Any]]:
    """The parts of `agreement` as they are ready: (key, value), counts and coefficients first, `pairs` and profiles last.

    Close the iterator to give up. Nothing is open in the database while a part is handed on.
    """
    asked = options or AgreementOptions()
    return _parts(project, asked, find_scope(project, asked), progress or (lambda done, total: None))


def _parts(project: Project, options: AgreementOptions, scope: Scope, progress: Progress) -> Iterator[tuple[str, Any]]:
    from prefterm.services import agreement_details as details
    from prefterm.services import agreement_figures as figures
    from prefterm.services.agreement_sentences import sentences
    from prefterm.services.agreement_votes import read_votes

    read = project.database.read
    votes = read_votes(read, scope, lambda done, total: progress(_READ * done // max(total, 1), _WHOLE))
    counting = votes if options.count_all else votes.rows(votes.planned)
    dimensions = details.read_dimensions(read, counting)
    given = counting if options.dimension in (None, OVERALL) else _by_dimension(counting, scope, dimensions)
    revealed = _reveal(project, scope, votes)
    m = figures.material(scope, given)
    yield from _head(m, votes, revealed).items()
    overall = figures.coefficients(m)
    rankings = details.read_rankings(read, given) if options.dimension in (None, OVERALL) else {}
    yield "coefficients", {**{name: f.to_json() for name, f in overall.items()}, "kendall_w": figures.kendall(m, rankings)}
    yield "notes", _notes(m, votes, revealed) + sentences(m, overall)
    yield "items", figures.item_counts(m)
    yield "skipped", figures.skipped(m, overall)
    yield "marks", figures.marks(m, counting, details.read_marks(read, counting))
    steps = _Steps(progress)
    yield "breakdowns", [work() for work in steps.over(figures.breakdowns(m, overall, counting, dimensions), 0)]
    yield "pairs", steps.of(figures.pairs(m, rankings), 1)
    without = steps.of(figures.annotator_differences(m), 2)
    yield "differences", figures.guideline_differences(m) + without
    yield "annotator_profiles", steps.of(figures.profiles(m, _golds(project, votes)), 3)
    if options.consensus:
        yield "consensus", _consensus(project, m, votes)
    progress(_WHOLE, _WHOLE)


def open_items(project: Project, options: AgreementOptions | None = None, progress: Progress | None = None) -> int:
    """How many items a look without `blind` would reveal to who asks; nothing is written. Raises as `agreement` does.

    Answers are read only where anything at all is still open to them.
    """
    import numpy as np

    from prefterm.services.agreement_votes import ids_in_pages, read_votes

    scope = find_scope(project, replace(options or AgreementOptions(), blind=False))
    read = project.database.read
    with read() as connection:
        served = [r for r in rounds.all_rounds(connection) if r.kind == "labelling" and r.state == "open"]
    still_open: set[int] = set()
    for a_round in served:
        after = 0
        while True:
            with read() as connection:
                page = agreement_pages.round_items(connection, a_round.id, after)
                still_open |= scope.still_open(connection, page)
            if len(page) < agreement_pages.PAGE:
                break
            after = page[-1]
    if not still_open:
        return 0
    votes = read_votes(read, scope, progress)
    judged = np.unique(votes.units.comparison[votes.unit])
    return sum(len(still_open.intersection(part)) for part in ids_in_pages(judged))


class _Steps:
    """Tells how far the four long parts are; each is given the same share of what is left after reading."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def _tell(self, part: int, done: int, total: int) -> None:
        self._progress(_READ + (_WHOLE - _READ) * (part * total + done) // (4 * total), _WHOLE)

    def over(self, works: list[Any], part: int) -> Iterator[Any]:
        """The works, one by one."""
        for number, work in enumerate(works):
            self._tell(part, number, len(works))
            yield work

    def of(self, entries: Iterator[tuple[int, int, dict[str, Any]]], part: int) -> list[dict[str, Any]]:
        """The entries of a part that says itself how far it is."""
        found = []
        for number, total, entry in entries:
            self._tell(part, number, total)
            found.append(entry)
        return found


def _head(m: Material, votes: Votes, revealed: int) -> dict[str, Any]:
    """Counts: of items with two answers or more, their answers, who gave any, and what does not count."""
    labels = m.ratings.labels_per_item()
    left_out = votes.left_out()
    return {
        "n_items": int((labels >= 2).sum()),
        "n_judgments": int(labels[labels >= 2].sum()),
        "annotators": sorted(m.name(at) for at in range(m.ratings.n_annotators) if m.is_person(at)),
        "dimension": m.scope.dimension,
        "counted": "all" if m.scope.options.count_all else "planned",
        "left_out": dict.fromkeys(left_out, 0) if m.scope.options.count_all else left_out,
        "revealed": revealed,
    }


def _by_dimension(counting: Votes, scope: Scope, dimensions: dict[str, Labels]) -> Votes:
    """The votes by what they say of one dimension; who said nothing of it is not among them."""
    from prefterm.services.agreement_details import by_dimension

    key = scope.dimension
    known = sorted({*dimensions, *scope.known_dimensions})
    if key not in known:
        raise Refused(f"no dimension {key!r}; there are {', '.join(known) or 'none'}")
    return by_dimension(counting, dimensions.get(key))


def _reveal(project: Project, scope: Scope, votes: Votes) -> int:
    """Write down, before anything is shown, what of it is still open to who asks; how many items.

    A list of items with what was answered on each (`consensus`) is a look at those that they have answered too; so is whatever an
    annotator is told, for an item of a closed round may be in an open one as well.
    """
    import numpy as np

    from prefterm.services.agreement_votes import ids_in_pages

    written = 0
    for part in ids_in_pages(np.unique(votes.units.comparison[votes.unit])):
        written += _reveal_page(project, part, "consensus" if scope.options.consensus else "agreement", scope)
    return written


def _reveal_page(project: Project, part: list[int], kind: str, scope: Scope) -> int:
    actor, answered = project.actor, scope.options.consensus or scope.own_only
    with project.database.read() as connection:
        concerned = reveals.open_to(connection, actor, part) if not answered else set(part)
    if not concerned:
        return 0
    if scope.options.consensus:
        # What was said on each item: whoever sees it, in a round that is closed too, is never served it as gold.
        return project.database.transact(lambda c: reveals.note_shown(c, actor, sorted(concerned), kind))
    return project.database.transact(lambda c: reveals.note_looks_at(c, actor, sorted(concerned), kind, answered=answered))


def _notes(m: Material, votes: Votes, revealed: int) -> list[str]:
    said = [ALL_COUNTED] if m.scope.options.count_all else []
    if votes.blind:
        said.append(f"Left out, for you can still be served them: {votes.blind:,} items.")
    if m.scope.own_only and not len(m.votes.unit):
        said.append(NOTHING_YET)
    if revealed and m.scope.own_only:
        said.append(
            f"{revealed:,} of these items are in an open round too. The look is written down: an answer that you gave there stands as it "
            "is, and one that you give from now on enters no figure. `--blind` leaves out what you can still be served."
        )
    elif revealed:
        said.append(
            f"{revealed:,} of the items judged here could still be served to you. The look is written down: an answer that you give on "
            "them from now on enters no figure. `--blind` leaves such items out; `round open --reserve` keeps you out of the claims."
        )
    if m.scope.options.dimension not in (None, OVERALL):
        said.append("What is left out is counted whatever it says of the dimension.")
    return said


def _golds(project: Project, votes: Votes) -> dict[int, list[tuple[int, int]]]:
    """Annotator id → (gold direction, their direction) of the calibration and qualification items that they answered.

    Nothing for annotators: how others did on hidden golds tells which items are gold.
    """
    if project.actor.role is Role.ANNOTATOR:
        return {}
    from prefterm.services.agreement_details import read_golds

    hidden = votes.rows(votes.flagged("calibration", "qualification") & ~votes.flagged("after_reveal", "withdrawn"))
    labels = read_golds(project.database.read, hidden)
    found: dict[int, list[tuple[int, int]]] = {}
    for row, gold in zip(labels.row.tolist(), labels.value.tolist(), strict=True):
        found.setdefault(int(hidden.annotator[row]), []).append((gold, direction(int(hidden.strength[row]))))
    return found


def _consensus(project: Project, m: Material, votes: Votes) -> list[dict[str, Any]]:
    """What effective work answers, opened ones included, come to on each item."""
    import numpy as np

    from prefterm.services.agreement_details import read_dimensions
    from prefterm.services.agreement_figures import consensus_rows
    from prefterm.services.agreement_votes import LEFT_OUT, ids_in_pages

    effective = votes.rows(~votes.flagged(*(reason for reason in LEFT_OUT if reason != "opened")))
    if m.scope.options.dimension not in (None, OVERALL):
        effective = _by_dimension(effective, m.scope, read_dimensions(project.database.read, effective))
    keys: dict[int, str] = {}
    for part in ids_in_pages(np.unique(effective.units.comparison[effective.unit])):
        with project.database.read() as connection:
            keys |= {row.id: row.key for row in agreement_pages.items(connection, part)}
    return consensus_rows(m, effective, keys)
