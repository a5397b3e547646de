"""What the actions of the label screen do: one method an action, found by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefterm.tui.answering import AnswerState
from prefterm.tui.bridge import Bridge
from prefterm.tui.differences import MOST_SHARE, differing_words
from prefterm.tui.keymap import Keymap
from prefterm.tui.screens import label_view
from prefterm.tui.screens.base import StrokeScreen
from prefterm.tui.screens.dialogs import HelpScreen, ListScreen, ReasonScreen
from prefterm.tui.screens.guideline import GuidelineScreen
from prefterm.tui.widgets.chrome import Footer, Rows
from prefterm.tui.widgets.editor import Editor
from prefterm.tui.widgets.pair import PairView

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.labeling import Served

__all__ = ["FLAG_REASONS", "LabelKeys"]

FLAG_REASONS = ("broken or cut off", "wrong language", "harmful content", "duplicate", "prompt cannot be understood", "privacy")
"""Reasons for a flag; `privacy` hides the item from everyone but admins at once."""
_ANSWER_ACTIONS = {"tie_equal": "equal", "tie_both_good": "both_good", "tie_both_bad": "both_bad"}


class LabelKeys(StrokeScreen[None]):
    """The actions; what they work on is in `LabelScreen`."""

    bridge: Bridge
    keymap: Keymap
    guideline: Guideline | None
    served: Served | None
    state: AnswerState | None
    ready: bool
    writing: bool
    example: int
    prompt_open: bool

    submit: Any
    change: Any
    flush_draft: Any
    fit: Any
    """What `LabelScreen` brings."""

    def act(self, action: str) -> None:
        """Do an action by its id; the ones that need a pair do nothing without."""
        if action in ("undo", "help", "home", "submit", "quit"):
            getattr(self, f"do_{action}")()
        elif self.state is not None and self.served is not None:
            if self._answer(action):
                return
            method: Any = getattr(self, f"do_{action}", None)
            if method is not None:
                method()

    def _answer(self, action: str) -> bool:
        """The actions that change the answer."""
        state = self.state
        if state is None:
            return False
        if action.startswith("position_"):
            self.change(state.choose_position(int(action.removeprefix("position_"))))
        elif action in _ANSWER_ACTIONS:
            self.change(state.choose_tie(_ANSWER_ACTIONS[action]))
        elif action in ("move_left", "move_right"):
            self.change(state.move(-1 if action == "move_left" else 1))
        elif action in ("mark_left", "mark_right"):
            self.change(state.toggle_mark(int(action == "mark_right")))
        elif action in ("next_row", "previous_row"):
            self.change(state.next_row(1 if action == "next_row" else -1))
        else:
            return False
        return True

    def do_submit(self) -> None:
        """Store the answer."""
        self.submit()

    def do_rationale(self) -> None:
        """Write why."""
        self.write_rationale()

    def write_rationale(self) -> None:
        """Open the editor below the pair."""
        editor = self.query_one(Editor)
        if self.state is not None:
            editor.border_title = "why   (Esc: back to the pair)"
            editor.add_class("-open")
            editor.load(self.state.rationale)
            self.writing = True

    def close_rationale(self) -> None:
        """Give the keys back to the pair."""
        self.query_one(Editor).remove_class("-open")
        self.query_one(Footer).set_notice("")
        self.writing = False
        label_view.show_answer(self)

    def do_guideline(self) -> None:
        """The whole guideline, at the example that is shown beside the pair."""
        if self.guideline is None:
            return
        shown = label_view.shown_example(self)
        self.open(GuidelineScreen(self.guideline, at=shown.id if shown else None, cite=self._cite))

    def _cite(self, section: str) -> bool:
        if self.state is None:
            return False
        self.change(self.state.toggle_section(section))
        return section in self.state.sections

    def do_examples(self) -> None:
        """The next worked example beside the pair."""
        self.example += 1
        label_view.show_guideline(self)

    def do_diff(self) -> None:
        """Underline what differs, or take it back."""
        pair = self.query_one(PairView)
        if any(c.differing for c in pair.columns):
            for column in pair.columns:
                column.differing = {}
        else:
            left, right = pair.columns
            found = differing_words(left.lines, right.lines)
            if found is None:
                self.query_one(Footer).set_notice("These texts are too long for the word diff.")
                return
            marks_left, marks_right, words, share = found
            if share <= MOST_SHARE:
                left.differing, right.differing = marks_left, marks_right
            self.query_one(Footer).set_notice(f"{words[0].upper()}{words[1:]}.")
        pair.restyle()

    def do_zoom(self) -> None:
        """Left alone, right alone, both."""
        pair = self.query_one(PairView)
        pair.zoomed = {None: 0, 0: 1, 1: None}[pair.zoomed]
        pair.lay()

    def do_view(self) -> None:
        """Markdown or raw."""
        pair = self.query_one(PairView)
        pair.markdown = not pair.markdown
        pair.lay()
        self.query_one(Footer).set_notice("Markdown view." if pair.markdown else "Raw text, as it was written.")

    def do_prompt(self) -> None:
        """The whole prompt, or one line of it."""
        self.prompt_open = not self.prompt_open
        self.fit()

    def do_prompt_page(self) -> None:
        """The next rows of a prompt that is longer than its place; after the last, the first. A folded one is opened."""
        if not self.prompt_open:
            self.do_prompt()
            return
        rows = self.query_one("#prompt", Rows)
        rows.top = 0 if rows.top >= rows.limit else min(rows.limit, rows.top + max(1, rows.size.height - 1))
        rows.restyle()

    def do_link(self) -> None:
        """Scroll together, or each side by itself."""
        pair = self.query_one(PairView)
        pair.linked = not pair.linked
        pair.restyle()
        self.query_one(Footer).set_notice("The sides scroll together." if pair.linked else "Unlinked: w moves the keys to the other side.")

    def do_other_side(self) -> None:
        """Move the scrolling keys to the other side."""
        pair = self.query_one(PairView)
        pair.active = 1 - pair.active
        pair.restyle()

    def _scroll(self, rows: int) -> None:
        self.query_one(PairView).scroll_by(rows)

    def do_down(self) -> None:
        """A line down."""
        self._scroll(1)

    def do_up(self) -> None:
        """A line up."""
        self._scroll(-1)

    def do_page_down(self) -> None:
        """A page down, two rows kept."""
        self._scroll(max(1, self.query_one(PairView).inner_height - 2))

    def do_page_up(self) -> None:
        """A page up."""
        self._scroll(-max(1, self.query_one(PairView).inner_height - 2))

    def do_top(self) -> None:
        """To the beginning."""
        self.query_one(PairView).jump(end=False)

    def do_end(self) -> None:
        """To the end."""
        self.query_one(PairView).jump(end=True)

    def do_hidden(self) -> None:
        """List hidden characters."""
        if self.served is None:
            return
        rows = label_view.hidden_rows(self.served)
        if rows:
            self.open(ListScreen("Hidden characters", rows))
        else:
            self.query_one(Footer).set_notice("There are no hidden characters in this pair.")

    def do_skip(self) -> None:
        """Ask for a reason, then pass the pair by."""
        reasons = self.guideline.skip_reasons if self.guideline else ()
        if not any("outside" in r for r in reasons):
            reasons = ("outside my field", *reasons)
        self.open(ReasonScreen("Skip this pair", reasons, "It does not come back to you, and counts against nobody."), self._skip)

    def _skip(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None and self.served is not None:
            self.ready = False
            self.bridge.ask(self, "skip", self.bridge.session.skip, self.served, *chosen)

    def do_flag(self) -> None:
        """Ask for a reason, then report the pair."""
        hint = "The lead sees it. `privacy` hides the pair from everyone at once."
        self.open(ReasonScreen("Report this pair", FLAG_REASONS, hint), self._flag)

    def _flag(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None and self.served is not None:
            self.flush_draft()
            self.ready = False
            self.bridge.ask(self, "flag", self.bridge.session.flag, self.served, *chosen)

    def do_undo(self) -> None:
        """Take the last answer back."""
        self.flush_draft()
        self.ready = False
        self.bridge.ask(self, "undo", self.bridge.session.undo)

    def do_help(self) -> None:
        """Every key."""
        self.open(HelpScreen(self.keymap))

    def do_home(self) -> None:
        """Fold an opened prompt; else leave the pair."""
        if self.prompt_open:
            self.do_prompt()
            return
        self.flush_draft()
        self.away = True
        if len(self.app.screen_stack) > 2:
            self.dismiss(None)
        else:
            self.app.switch_screen("home")

    def do_quit(self) -> None:
        """End the sitting; what was typed last is kept."""
        self.flush_draft()
        self.app.exit(0)
