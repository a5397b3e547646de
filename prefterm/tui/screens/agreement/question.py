"""The one question before a first look: whether items that could still be served to who asks are looked at too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefterm.tui.agreement_rows.figures import counted, sentences
from prefterm.tui.screens.agreement.pages import Page

if TYPE_CHECKING:
    from prefterm.tui.agreement_rows.figures import Line
    from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["QuestionPage"]


class QuestionPage(Page):
    """Enter stays blind; only a key of its own looks at everything."""

    leads_back = False
    alone = True
    own_keys = (("open", "leave them out"), ("look_at_all", "look at all"))

    def __init__(self, screen: AgreementScreen, count: int) -> None:
        super().__init__(screen)
        self.count = count

    def lines(self, width: int, height: int) -> list[Line]:
        """What would happen, and the two keys."""
        keys = self.screen.keymap
        items = counted(self.count, "item")
        said: list[Line] = [[], *sentences([f"{items} that others have judged could still be served to you."], width, "strong", "   "), []]
        said += sentences(
            ["Figures over them would tell you what others said. Left out, you stay blind, and your answers on them will count."],
            width, "text", "   ",
        )  # fmt: skip
        said.append([])
        for action, label in (
            ("open", f"leave those {self.count:,} out (blind)"),
            ("look_at_all", "look at all: the look is written down, and what you answer on them from then on enters no figure"),
        ):
            first, *rest = sentences([label], width - 8, "text", "")
            said.append([("   ", "text"), (f"{keys.shown(action):>3}  ", "key"), *first])
            said += [[("        ", "text"), *more] for more in rest]
        return said

    def act(self, action: str) -> bool:
        """Answer the question; anything else waits for that."""
        if action in ("open", "look_at_all"):
            self.screen.answer(blind=action == "open")
        return True
