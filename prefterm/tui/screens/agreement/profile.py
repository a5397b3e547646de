"""One annotator at a time: what the figures say of them, and their audit in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefterm.tui.agreement_rows import people as rows
from prefterm.tui.agreement_rows.figures import heading, sentences
from prefterm.tui.messages import AuditReady
from prefterm.tui.screens.agreement.pages import ListPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.message import Message

    from prefterm.tui.agreement_rows.figures import Line
    from prefterm.tui.messages import Failed
    from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["ProfilePage"]

_FEW = 10
"""An audit over fewer answers tells of single items: it is shown when it is asked for."""
_NAMES_ONLY = "The audit of one person is for those who see names."
_OTHER_NUMBERS = "The audit numbers people otherwise, so that the two cannot be put together; the key for the audit opens it."


class ProfilePage(ListPage):
    """People as a list; of the marked one more is said below."""

    name = "people"
    own_keys = (("open", "their audit"),)

    def __init__(self, screen: AgreementScreen) -> None:
        super().__init__(screen)
        self.asked = ""
        self.audits: dict[str, tuple[list[str], list[str]]] = {}
        """What the audit says of those that were asked about."""

    @property
    def people(self) -> Sequence[Any]:
        """The profiles, the lowest kappa first."""
        return rows.in_order(self.document.get("annotator_profiles", ()))

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.document.get("annotator_profiles", ()))

    def lines(self, width: int, height: int) -> list[Line]:
        """The list, and the marked one in sentences."""
        if "annotator_profiles" not in self.document:
            return [[("   working out …" if not self.screen.found.failed else "", "muted")]]
        people = self.people
        if not people:
            return sentences(["Nobody has judged anything here."], width, "muted", "   ")
        self.marked = min(self.marked, len(people) - 1)
        profile = people[self.marked]
        without = rows.without_them(self.document.get("differences", ()), profile["annotator"])
        said = [[], heading(profile["annotator"], width), *rows.said_of_person(profile, without, width), *self._audit(profile, width)]
        found: list[Line] = [rows.person_head(width)]
        self.targets = {}
        for at in self.window(max(3, height - 1 - len(said))):
            self.targets[len(found)] = at
            self.row = len(found) if at == self.marked else self.row
            found.append(rows.person_row(people[at], at == self.marked, width))
        return [*found, *said]

    def _audit(self, profile: Any, width: int) -> list[Line]:
        name = profile["annotator"]
        if self.screen.role == "annotator":
            return []
        if self.screen.role != "admin":
            return sentences([_OTHER_NUMBERS], width, "muted", "   ")
        if name in self.audits:
            advice, caveat = self.audits[name]
            said: list[Line] = [[("   audit", "title")], *sentences(advice, width, "text", "   · ")]
            return [*said, [("   what it does not show", "title")], *sentences(caveat, width, "text", "   · ")] if caveat else said
        if profile["n"] < _FEW:
            return sentences(
                [f"Fewer than {_FEW} answers: their audit would tell of single items, and is shown by Enter."], width, "muted", "   "
            )
        self._ask(name)
        return [[("   audit: looking …", "muted")]]

    def _ask(self, name: str) -> None:
        if self.asked != name:
            self.give_up()
            self.asked, bridge = name, self.screen.bridge
            self.look = bridge.look(self.screen, "figures", bridge.figures.audit, self.screen.found.scope.round, name)

    def take(self, message: Message) -> None:
        """An audit has come."""
        super().take(message)
        for person in message.document["annotators"] if isinstance(message, AuditReady) else ():
            self.audits[person["annotator"]] = person["advice"], person["caveat"]

    def fail(self, message: Failed) -> None:
        """An audit could not be made."""
        super().fail(message)
        self.audits[self.asked] = [message.sentence], []

    def forget(self) -> None:
        """What the audit said may hold no longer."""
        self.give_up()
        self.audits, self.asked = {}, ""

    def act(self, action: str) -> bool:
        """Move; Enter opens the audit at this person. What is said of somebody may be long: pages scroll it."""
        if action in ("page_down", "page_up"):
            return False
        if action == "open":
            if self.screen.role not in ("", "admin"):
                self.screen.notice(_NAMES_ONLY)
            elif self.people:
                self.screen.open_audit(self.people[self.marked]["annotator"])
            return True
        return super().act(action)
