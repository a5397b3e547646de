"""What the app's parts tell each other. Messages of the bridge are posted from its thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.calibration_overview import RoundCalibration
    from prefterm.services.guidelines import SinceSeen
    from prefterm.services.parted import Parting, ReadItem
    from prefterm.services.serving import Feedback, Served
    from prefterm.services.session_looking import ItemView
    from prefterm.services.status import Progress
    from prefterm.tui.bridge import Look
    from prefterm.tui.rendering import LaidLine
    from prefterm.tui.widgets.pair import Column

__all__ = [
    "Asked",
    "AuditReady",
    "CalibrationReady",
    "Failed",
    "FeedbackReady",
    "FigureReady",
    "FiguresReady",
    "GoldContested",
    "HomeReady",
    "ItemReady",
    "Laid",
    "LookedBy",
    "Noted",
    "NothingLeft",
    "OpenItemsCounted",
    "OwnAnswersReady",
    "PairReady",
    "PartedReady",
    "ReviewReady",
    "RoundReady",
    "SessionItemReady",
    "SessionReady",
    "SittingEnded",
    "WorkedOut",
]


@dataclass
class HomeReady(Message):
    """What the home screen shows was read."""

    name: str
    role: str
    rounds: list[dict[str, Any]]
    notes: list[str]
    newcomer: bool = False
    """Whether this person has never been served a pair."""
    waiting: list[dict[str, Any]] = field(default_factory=list)
    """What waits besides pairs: {"kind", "sentence", "key"}, and the "round" where it is one round's."""
    sessions: list[dict[str, Any]] = field(default_factory=list)
    """Group sessions in which something waits for them, or that are open."""


@dataclass
class RoundReady(Message):
    """The round to label in was found; its guideline is at hand."""

    name: str
    guideline: Guideline
    since_seen: SinceSeen | None = None
    """What changed in the guideline since this person last looked."""
    read_to_end: bool = False
    """Whether the round asks that both sides be read to the end."""
    newcomer: bool = False
    """Whether this person has never been served a pair."""


@dataclass
class PairReady(Message):
    """A pair was claimed (or taken back): to be painted and judged."""

    served: Served
    progress: Progress | None
    notice: str = ""
    taken_back: bool = False
    """Whether its answer was just taken back."""


@dataclass
class NothingLeft(Message):
    """There is no item for this person now."""

    sentence: str
    progress: Progress | None
    notice: str = ""
    gated: bool = False
    """Whether there may be items, but not for this person for now."""


@dataclass
class FeedbackReady(Message):
    """An answer in an attempt was stored; its feedback is to be read before the next item."""

    feedback: Feedback


@dataclass
class ReviewReady(Message):
    """The hidden golds of one's finished sittings, from now on told."""

    feedback: list[Feedback]
    guideline: Guideline
    round_name: str


@dataclass
class CalibrationReady(Message):
    """How somebody stands in each round, and what they were told."""

    rounds: list[RoundCalibration]


@dataclass
class GoldContested(Message):
    """A gold is contested."""

    gold: str


@dataclass
class SittingEnded(Message):
    """The sitting in a round is over."""

    round_name: str
    waiting: int
    """Checks that one may look at now."""


@dataclass
class Laid(Message):
    """All lines of a part of a text, laid out aside."""

    what: Column
    part: int
    width: int
    markdown: bool
    lines: list[LaidLine]


@dataclass
class Asked(Message):
    """An action was asked for by a click."""

    action: str


@dataclass
class Noted(Message):
    """What was to be kept of the present item (draft, lease, that it was painted) is kept. Nobody need act on it."""

    draft: bool = False
    """Whether it was the draft."""


@dataclass
class Failed(Message):
    """Something was refused or could not be written; nothing was stored."""

    during: str
    """open, guideline, claim, painted, renew, draft, submit, undo, redo, reopen, answers, skip, flag, leave, review, contest, item, words,
    poll or figures."""
    sentence: str
    fatal: int | None = None
    """Exit code, where the app cannot go on."""
    lost: bool = False
    """Whether the item is no longer this person's."""
    closed: bool = False
    """Whether the round takes no more answers."""
    look: Look | None = None
    """The look that failed, where it was one."""


@dataclass
class OwnAnswersReady(Message):
    """A page of one's own answers."""

    rows: list[Any]
    more: bool


@dataclass
class OpenItemsCounted(Message):
    """How many of the items that are asked about could still be served to who asks."""

    look: Look
    count: int


@dataclass
class FigureReady(Message):
    """A part of what was asked for is worked out."""

    look: Look
    key: str
    """Its key in the document of `agreement --json`."""
    value: Any


@dataclass
class FiguresReady(Message):
    """Everything that was asked for is worked out."""

    look: Look


@dataclass
class LookedBy(Message):
    """A look begins: by somebody of this role, on whom it depends what is told."""

    look: Look
    role: str


@dataclass
class PartedReady(Message):
    """A page of the items on which two people part."""

    look: Look
    rows: list[Parting]
    more: bool


@dataclass
class ItemReady(Message):
    """The texts of an item that is to be read."""

    look: Look
    item: ReadItem


@dataclass
class AuditReady(Message):
    """The audits of a round, or of one person in it."""

    look: Look
    document: dict[str, Any]
    """That of `audit --json`."""


@dataclass
class WorkedOut(Message):
    """How far a look is, in percent."""

    look: Look
    share: int


@dataclass
class SessionReady(Message):
    """A group session was entered."""

    name: str
    guideline: Guideline
    items: tuple[str, ...]
    """Uuids of its items, in their order."""
    start: str
    """The item to look at first."""
    left: int
    """How many items this person can still vote on blind."""


@dataclass
class SessionItemReady(Message):
    """An item of a group session, as this person may see it now."""

    view: ItemView
    wrote: bool = False
    """Whether words of theirs were stored before."""
