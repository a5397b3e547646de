"""What the keys of a group session's screen do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefterm.domain.ids import new_uuid
from prefterm.domain.safe_text import one_line
from prefterm.tui.screens.dialogs import HelpScreen
from prefterm.tui.screens.group.voting import VotingScreen
from prefterm.tui.screens.group.writing import ChoiceScreen, WordsScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.screens.palette import PaletteScreen
from prefterm.tui.widgets.lines import Line
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.services.session_looking import ItemView
    from prefterm.tui.screens.group.screen import GroupScreen

__all__ = ["ON_ITEM", "PLAIN"]


def _scrolls(rows: Callable[[GroupScreen], int]) -> Callable[[GroupScreen], None]:
    return lambda screen: screen.move_by(rows(screen))


def _texts(screen: GroupScreen) -> None:
    screen.toggle_class("-texts")
    screen.set_heights()


def _markdown(screen: GroupScreen) -> None:
    pair = screen.query_one(PairView)
    pair.markdown = not pair.markdown
    pair.lay()
    pair.restyle()
    screen.say("Markdown view." if pair.markdown else "Raw text, as it was written.")


def _guideline(screen: GroupScreen) -> None:
    if screen.guideline is not None:
        cited = screen.view.seen.sections if screen.view is not None and screen.view.seen is not None else ()
        screen.open(GuidelineScreen(screen.guideline, at=cited[0] if cited else None))


def _prompt(screen: GroupScreen) -> None:
    screen.prompt_open = not screen.prompt_open
    screen.draw()


def _back(screen: GroupScreen) -> None:
    if screen.has_class("-texts"):
        _texts(screen)
        return
    screen.away = True
    if len(screen.app.screen_stack) > 2:
        screen.dismiss(None)
    else:
        screen.app.switch_screen(screen.app.get_screen("home"))


PLAIN: dict[str | None, Callable[[GroupScreen], None]] = {
    "next": lambda screen: screen.go(1),
    "previous": lambda screen: screen.go(-1),
    "down": _scrolls(lambda screen: 1),
    "up": _scrolls(lambda screen: -1),
    "page_down": _scrolls(lambda screen: screen.page()),
    "page_up": _scrolls(lambda screen: -screen.page()),
    "panel_down": lambda screen: screen.query_one(PairView).scroll_by(1),
    "panel_up": lambda screen: screen.query_one(PairView).scroll_by(-1),
    "zoom": _texts,
    "view": _markdown,
    "prompt": _prompt,
    "guideline": _guideline,
    "refresh": lambda screen: screen.look(),
    "help": lambda screen: screen.open(HelpScreen(screen.keymap)),
    "palette": lambda screen: screen.open(PaletteScreen(screen.keymap), screen.act),
    "back": _back,
}
"""Action id → what it does, whatever item there is."""


def _vote(screen: GroupScreen, view: ItemView) -> None:
    if not (view.may_vote or view.may_change or view.may_vote_again):
        closed = "The session is closed: no second vote is taken."
        done = "Your votes on this item are in."
        screen.say(closed if view.session.state == "closed" and view.voted else done if view.voted else view.why_unseen or done)
        return
    screen.vote_on(VotingScreen(screen.bridge, screen.group, view.item, again=view.may_vote_again, change=view.may_change))


def _reveal(screen: GroupScreen, view: ItemView) -> None:
    if view.revealed:
        screen.say("This item is revealed.")
    elif view.served is not None:
        screen.look("item", screen.group.reveal, view.item)


def _look_without_vote(screen: GroupScreen, view: ItemView) -> None:
    """Asked twice, for there is no way back to a blind vote."""
    if view.seen is not None or view.served is None:
        return
    if not view.revealed:
        screen.say(f"Not revealed yet: {screen.keymap.named('reveal')} reveals it.")
    elif screen.asked_to_look != view.item:
        screen.asked_to_look = view.item
        screen.say(f"{screen.keymap.named('look')} again shows it; you cannot vote on it then.")
    else:
        screen.look("item", screen.group.look, view.item, True)


def _comment(screen: GroupScreen, view: ItemView) -> None:
    def written(text: str, uuid: str) -> None:
        screen.look("words", screen.group.comment, view.item, text, uuid)

    _write(screen, view, "comment", "Comment", "Everybody in the session reads it, once the item is shown to them.", written)


def _word(screen: GroupScreen, view: ItemView) -> None:
    """First the section that it is for, then the words."""
    guideline, cited = screen.guideline, view.seen.sections if view.seen is not None else ()
    if guideline is None or view.seen is None:
        screen.say("A wording comes after the answers were shown to you.")
        return
    sections = sorted(guideline.sections, key=lambda s: (s.id not in cited, cited.index(s.id) if s.id in cited else s.position))
    rows: list[Line] = [[(one_line(f"§{s.id}  {s.title}", 60), "strong" if s.id in cited else "text")] for s in sections]
    rows.append([("no section in particular", "muted")])

    def chosen(number: int | None) -> None:
        if number is None:
            return
        section = sections[number].id if number < len(sections) else None

        def written(text: str, uuid: str) -> None:
            screen.look("words", screen.group.propose, view.item, section, text, uuid)

        where = f"for §{section}" if section else "for no section in particular"
        _write(screen, view, f"word {section}", "A wording for the guideline", f"Proposed {where}; the lead decides.", written)

    screen.open(ChoiceScreen("Which section would it change?", rows), chosen)


def _write(screen: GroupScreen, view: ItemView, what: str, title: str, hint: str, send: Callable[[str, str], None]) -> None:
    if view.seen is None:
        screen.say("Comments come after the answers were shown to you.")
        return
    key = (what, view.item)
    begun, uuid = screen.unsent.get(key, ("", new_uuid()))

    def closed(found: tuple[str, bool] | None) -> None:
        text, wanted = found or (begun, False)
        screen.unsent[key] = (text, uuid)
        if wanted:
            screen.sending = key
            send(text, uuid)

    screen.open(WordsScreen(title, hint, begun), closed)


ON_ITEM: dict[str, Callable[[GroupScreen, ItemView], None]] = {
    "vote": _vote,
    "reveal": _reveal,
    "look": _look_without_vote,
    "comment": _comment,
    "word": _word,
}
"""Action id → what it does with the item that is there."""
