"""Rounds as use cases: check, open, close, list. A round's items, sides and presented orders are fixed when it opens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from prefterm.domain.calibration import CALIBRATION_RATE, REPEAT_RATE, highest_rate
from prefterm.domain.clock import now
from prefterm.domain.errors import Lacking, PreftermError, Refused
from prefterm.domain.guidelines import Guideline, parse_guideline
from prefterm.domain.ids import new_uuid
from prefterm.domain.judgments import Role
from prefterm.domain.qualification import QualificationRule
from prefterm.domain.queueing import draw_sides, opening_problem, share_of, shuffle_position
from prefterm.services.access import Project
from prefterm.services.guidelines import load_row
from prefterm.services.round_outlook import Outlook, gold_stock, outlook
from prefterm.store import guidelines, people, prompts, rounds
from prefterm.store.events import append_event
from prefterm.store.guidelines import GuidelineRow
from prefterm.store.rounds import Candidate, RoundRow

__all__ = ["OpenedRound", "RoundOptions", "check_round", "close_round", "find_round", "guideline_of", "open_round"]


@dataclass(frozen=True)
class RoundOptions:
    """What `round open` asks for."""

    name: str
    guideline: str
    overlap: int = 2
    up_to: int | None = None
    """Most slots an item may have; None = the larger of 3 and the overlap."""
    tags: tuple[str, ...] = ()
    """Only comparisons with one of these tags; empty = all."""
    holdout: float = 0.0
    max_share: float | None = None
    reserve: tuple[str, ...] = ()
    calibration: float | None = 0.0
    """Hidden golds per item of work; None = .1 where there is gold enough, which is a problem else."""
    repeat: float | None = 0.0
    """Own items shown again with the sides exchanged, per item of work; None = .05."""
    qualification: int | None = 0
    """Gold items before the first work; 0 = none is asked for, None = 15 where there is gold enough, which is a problem else."""
    pilot: int | None = None
    """So many items, drawn by chance, that everybody labels: no gold, no qualification; a session settles them afterwards."""
    drift_limit: float | None = None
    """The value at which the chart of hidden golds alarms; None = 3.5. Lower asks sooner, and more often without a cause."""
    seed: str | None = None
    read_to_end: bool = False
    """Say once, before an answer is stored, where a response was not shown to its end."""

    @property
    def most(self) -> int:
        """`up_to`, or its default."""
        return max(3, self.overlap) if self.up_to is None else self.up_to


@dataclass
class OpenedRound:
    """What was opened, or would be."""

    name: str
    guideline: str
    items: int = 0
    slots: int = 0
    eval_items: int = 0
    people: int = 0
    share: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    """What keeps it from being opened."""
    rates: tuple[float, float, int] = (0.0, 0.0, 0)
    """Calibration, repeats, qualification."""
    outlook: Outlook | None = None
    """What it will ask and see; with `check_round` alone."""


@dataclass
class _Plan:
    opened: OpenedRound
    row: GuidelineRow | None = None
    items: list[tuple[Candidate, str | None]] = field(default_factory=list)
    sides: dict[str, str] = field(default_factory=dict)
    overlap: int = 0
    up_to: int = 0
    reserved: list[str] = field(default_factory=list)


def open_round(project: Project, options: RoundOptions) -> OpenedRound:
    """Open a round in one transaction. Admins only; `Lacking` with every problem where something is missing."""
    project.require(Role.ADMIN)

    def work(connection: Connection) -> OpenedRound:
        plan = _plan(connection, options)
        if plan.opened.problems:
            raise Lacking("; ".join(plan.opened.problems))
        _write(connection, project, options, plan)
        return plan.opened

    return project.database.transact(work)


def check_round(project: Project, options: RoundOptions) -> OpenedRound:
    """What `open_round` would do, and what the round would ask and see; `problems` says what is missing. Writes nothing."""
    project.require(Role.ADMIN)
    with project.database.read() as connection:
        plan = _plan(connection, options)
        opened = plan.opened
        if plan.items and opened.people and all(0 <= rate <= highest_rate() for rate in opened.rates[:2]):
            items = [c for c, _ in plan.items]
            stock = gold_stock(connection, options.tags, plan.reserved, plan.row.id if plan.row else 0)
            opened.outlook = outlook(connection, stock, items, opened.rates, plan.overlap, opened.eval_items, plan.reserved)
        return opened


def _plan(connection: Connection, options: RoundOptions) -> _Plan:
    plan = _Plan(OpenedRound(options.name, options.guideline))
    problems = plan.opened.problems
    if rounds.round_named(connection, options.name) is not None:
        problems.append(f"a round {options.name!r} exists already")
    if options.name.startswith("import:") or not options.name.strip() or not options.name.isprintable():
        problems.append(f"{options.name!r} is no name for a round (printable, and `import:` is kept for imports)")
    try:
        plan.row = load_row(connection, options.guideline)
        plan.opened.guideline = plan.row.label
        form = parse_guideline(guidelines.text_of(connection, plan.row.id)).format
        if form != "pairwise":
            problems.append(f"{plan.row.label} judges by {form}: only pairwise rounds can be labelled so far")
    except PreftermError as error:
        problems.append(str(error))
    _plan_people(connection, options, plan)
    _plan_rates(connection, options, plan)
    _plan_items(connection, options, plan)
    return plan


def _plan_rates(connection: Connection, options: RoundOptions, plan: _Plan) -> None:
    """Settle the rates, and say where there is not gold enough for them."""
    without = options.pilot is not None
    calibration = (0.0 if without else CALIBRATION_RATE) if options.calibration is None else options.calibration
    repeat = (0.0 if without else REPEAT_RATE) if options.repeat is None else options.repeat
    qualification = (0 if without else QualificationRule().n) if options.qualification is None else options.qualification
    plan.opened.rates = (calibration, repeat, qualification)
    problems = plan.opened.problems
    problems.extend(_rate_problems(options, *plan.opened.rates))
    if not (calibration or qualification):
        return
    stock = gold_stock(connection, options.tags, plan.reserved, plan.row.id if plan.row else 0)
    hint = "`--pilot N` makes the first gold, `--calibration 0 --qualification 0` opens without"
    unmet = stock.unmet_without_dissent
    able = plan.opened.people - sum(n < qualification for n in unmet.values())
    if able < plan.overlap:
        short = ", ".join(f"{name} {n}" for name, n in unmet.items() if n < qualification)
        problems.append(
            f"qualification takes {qualification} golds settled without dissent that a person has not met, and too few people could begin; "
            f"there are, for {short}: {hint}"
        )
    elif not stock.pool:
        problems.append(f"there is no gold to hide among the work: {hint}")


def _rate_problems(options: RoundOptions, calibration: float, repeat: float, qualification: int) -> list[str]:
    """What is wrong with the rates in themselves."""
    found = [
        f"--{name} must be at least 0 and at most {highest_rate():g}, not {rate:g}"
        for name, rate in (("calibration", calibration), ("repeat", repeat))
        if not 0 <= rate <= highest_rate()
    ]
    if qualification < 0:
        found.append(f"--qualification must be at least 0, not {qualification}")
    if options.drift_limit is not None and not 1 <= options.drift_limit <= 20:
        found.append(f"--drift-limit must be at least 1 and at most 20, not {options.drift_limit:g}")
    if options.pilot is not None and options.pilot < 1:
        found.append(f"--pilot must be at least 1, not {options.pilot}")
    if options.pilot is not None and (calibration or repeat or qualification):
        found.append("--pilot makes the first gold: give it without --calibration, --repeat and --qualification")
    return found


def _plan_people(connection: Connection, options: RoundOptions, plan: _Plan) -> None:
    by_name = {p.name: p for p in people.all_people(connection)}
    for name in options.reserve:
        if name not in by_name:
            plan.opened.problems.append(f"--reserve {name}: no such person")
        else:
            plan.reserved.append(by_name[name].uuid)
    eligible = len(people.eligible_ids(connection, plan.reserved))
    plan.opened.people = eligible
    plan.overlap, plan.up_to = options.overlap, options.most
    if options.pilot is not None:
        plan.overlap = plan.up_to = max(eligible, 2)
    problem = opening_problem(plan.overlap, plan.up_to, eligible, options.max_share)
    if problem:
        plan.opened.problems.append(problem)


def _plan_items(connection: Connection, options: RoundOptions, plan: _Plan) -> None:
    uses = prompts.clusters_by_use(connection)
    gold = rounds.with_gold(connection)
    kept: list[Candidate] = []
    after = 0
    while page := rounds.candidates(connection, after):
        for candidate in page:
            why = _left_out(candidate, options.tags, gold, uses["example"])
            if why is None:
                kept.append(candidate)
            elif why != "tag":
                plan.opened.left_out[why] += 1
        after = page[-1].id
    opened = plan.opened
    if options.pilot is not None:
        if len(kept) < options.pilot:
            opened.problems.append(f"--pilot {options.pilot}: only {len(kept):,} comparisons are there for it")
        kept = sorted(kept, key=lambda c: shuffle_position(options.seed or options.name, c.uuid))[: options.pilot]
    opened.items, opened.slots = len(kept), len(kept) * plan.overlap
    opened.share = share_of(opened.slots, opened.people, opened.rates[0] + opened.rates[1])
    if not kept:
        opened.problems.append("no comparison is left for it" + (f" with tag {' or '.join(options.tags)}" if options.tags else ""))
        return
    clusters = Counter(c.cluster or "" for c in kept)
    fixed = {c: "train" for c in clusters if c in uses["gold"] | uses["example"] | uses["served"]}
    fixed |= {c.cluster: c.side for c in kept if c.cluster and c.side}
    try:
        plan.sides = draw_sides(clusters, fixed, options.holdout, options.seed or options.name)
    except Refused as error:
        opened.problems.append(str(error))
        return
    if not options.holdout:
        # Sides are drawn by the first round with a hold-out; until then a cluster without one stays without.
        plan.sides = {c: side for c, side in plan.sides.items() if c in fixed}
    plan.items = [(c, plan.sides.get(c.cluster or "")) for c in kept]
    opened.eval_items = sum(side == "eval" for _, side in plan.items)


def _left_out(candidate: Candidate, tags: tuple[str, ...], gold: set[int], example_clusters: set[str]) -> str | None:
    """Why a comparison does not enter a round; None where it does."""
    if tags and not set(tags) & set(candidate.tags):
        return "tag"
    if not candidate.servable:
        return "no_text"
    if candidate.hidden:
        return "hidden"
    if candidate.quarantined:
        return "quarantined"
    if candidate.id in gold:
        return "gold"
    if candidate.cluster in example_clusters:
        return "worked_example"
    return None if candidate.n_responses == 2 else "more_than_two_responses"


def _write(connection: Connection, project: Project, options: RoundOptions, plan: _Plan) -> None:
    if plan.row is None:
        raise Refused("no guideline")
    uuid = new_uuid()
    seed = options.seed or uuid
    kept: dict[str, Any] = {
        "tags": list(options.tags), "max_share": options.max_share, "reserve": plan.reserved, "holdout": options.holdout,
        "calibration": plan.opened.rates[0], "repeat": plan.opened.rates[1], "qualification": plan.opened.rates[2],
        "items": plan.opened.items,
        "read_to_end": options.read_to_end, "pilot": options.pilot is not None, "drift_limit": options.drift_limit,
    }  # fmt: skip
    values = {
        "uuid": uuid, "name": options.name, "kind": "labelling", "state": "open", "guideline_version_id": plan.row.id,
        "overlap": plan.overlap, "up_to": plan.up_to, "seed": seed, "options": kept, "opened_at": now(),
        "opened_by": project.actor.id,
    }  # fmt: skip
    identity = rounds.add_round(connection, values)
    prompts.set_sides(connection, plan.sides)
    rounds.add_items(connection, identity, uuid, seed, plan.overlap, plan.items)
    payload = {
        "round": uuid, "guideline": plan.row.label, "sha256": plan.row.sha256, "items": plan.opened.items, "eval": plan.opened.eval_items,
        "overlap": plan.overlap, "left_out": dict(plan.opened.left_out),
    }  # fmt: skip
    append_event(connection, "round.opened", payload, project.actor.key)


def close_round(project: Project, name: str) -> None:
    """Close a round: nothing more is claimed or submitted in it. Admins only."""
    project.require(Role.ADMIN)

    def work(connection: Connection) -> None:
        found = rounds.round_named(connection, name)
        if found is None or found.state != "open":
            raise Refused(f"no open round {name!r}")
        rounds.close_round(connection, found.id)
        append_event(connection, "round.closed", {"round": found.uuid}, project.actor.key)

    project.database.transact(work)


def find_round(project: Project, name: str | None) -> RoundRow:
    """The open round to label in: the one named, else the newest in which this person may work. Raises `Refused`."""
    with project.database.read() as connection:
        found = [r for r in rounds.all_rounds(connection) if r.kind == "labelling"]
    if name is not None:
        match = next((r for r in found if r.name == name), None)
        if match is None:
            known = ", ".join(r.name for r in found) or "none yet: `prefterm round open`"
            raise Refused(f"no round {name!r}; there are {known}")
        return match
    free = [r for r in found if r.state == "open" and project.actor.uuid not in r.options.get("reserve", ())]
    if not free:
        raise Refused("no round is open for you; an admin opens one with `prefterm round open NAME --guideline NAME`")
    return free[-1]


def guideline_of(project: Project, the_round: RoundRow) -> Guideline:
    """The guideline version that a round pins. Raises `Refused` for an import round, which has none."""
    if the_round.guideline_version_id is None:
        raise Refused(f"round {the_round.name} has no guideline")
    with project.database.read() as connection:
        return parse_guideline(guidelines.text_of(connection, the_round.guideline_version_id))


def note_guideline_seen(project: Project, the_round: RoundRow) -> None:
    """Record that the actor was shown the round's guideline."""
    version = the_round.guideline_version_id
    if version is not None:
        project.database.transact(lambda c: guidelines.mark_seen(c, project.actor.id, version))
