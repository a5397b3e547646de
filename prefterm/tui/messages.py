"""What the app's parts tell each other. Messages of the bridge are posted from its thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.guidelines import SinceSeen
    from prefterm.services.labeling import Served
    from prefterm.services.session_looking import ItemView
    from prefterm.services.status import Progress
    from prefterm.tui.rendering import LaidLine
    from prefterm.tui.widgets.pair import Column

__all__ = [
    "Asked",
    "Failed",
    "HomeReady",
    "ItemReady",
    "Laid",
    "Noted",
    "NothingLeft",
    "OwnAnswersReady",
    "PairReady",
    "RoundReady",
    "SessionReady",
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
    """open, guideline, claim, painted, renew, draft, submit, undo, redo, reopen, answers, skip, flag, item, words or poll."""
    sentence: str
    fatal: int | None = None
    """Exit code, where the app cannot go on."""
    lost: bool = False
    """Whether the item is no longer this person's."""
    closed: bool = False
    """Whether the round takes no more answers."""


@dataclass
class OwnAnswersReady(Message):
    """A page of one's own answers."""

    rows: list[Any]
    more: bool


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
class ItemReady(Message):
    """An item of a group session, as this person may see it now."""

    view: ItemView
    wrote: bool = False
    """Whether words of theirs were stored before."""
