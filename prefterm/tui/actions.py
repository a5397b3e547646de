"""Every action of every screen: id, default key, label, help and group, declared once.

Key handling, the footer, the help screen, the palette and the remapping of keys derive from these lists. Pure, without Textual.
"""

from __future__ import annotations

from prefterm.tui.keymap import Action

__all__ = [
    "AGREEMENT_ACTIONS",
    "ANNOUNCEMENT_ACTIONS",
    "AUDIT_ACTIONS",
    "CALIBRATION_ACTIONS",
    "DIALOG_ACTIONS",
    "FEEDBACK_ACTIONS",
    "GROUP_ACTIONS",
    "GUIDELINE_ACTIONS",
    "HOME_ACTIONS",
    "ITEM_ACTIONS",
    "LABEL_ACTIONS",
    "OWN_ANSWERS_ACTIONS",
    "PALETTE_KEYS",
    "REVIEW_OFFER_ACTIONS",
    "SCREENS",
    "VOTING_ACTIONS",
    "WELCOME_ACTIONS",
]

PALETTE_KEYS = ("colon", "ctrl+p")
"""What opens the palette, on every screen that has one."""

LABEL_ACTIONS: tuple[Action, ...] = (
    Action("submit", ("enter",), "submit", "Store the answer and go on to the next pair.", "Answering", True),
    *(Action(f"position_{n}", (str(n),), str(n), f"Position {n} of the bar, counted from the left.", "Answering") for n in range(1, 10)),
    Action("move_left", ("left", "h"), "left", "Move the marker one position to the left.", "Answering"),
    Action("move_right", ("right", "l"), "right", "Move the marker one position to the right.", "Answering"),
    Action("tie_equal", ("equals_sign",), "equal", "Tie: equally good.", "Answering"),
    Action("tie_both_good", ("plus",), "both good", "Tie: both good.", "Answering"),
    Action("tie_both_bad", ("minus",), "both bad", "Tie: both bad.", "Answering"),
    Action("mark_left", ("left_square_bracket",), "✗ left", "Mark the left response not acceptable, or take it back.", "Answering"),
    Action("mark_right", ("right_square_bracket",), "✗ right", "Mark the right response not acceptable, or take it back.", "Answering"),
    Action(
        "next_row", ("tab",), "dimensions", "Move the keys to the next dimension (and confidence); at last back to overall.", "Answering"
    ),
    Action("previous_row", ("shift+tab",), "back", "Move the keys to the dimension before.", "Answering"),
    Action("rationale", ("r",), "why", "Say why: tick reasons, write; Esc goes back to the pair.", "Answering", True),
    Action("cite", ("c",), "cite", "Cite a section of the guideline: c, then its letter; again takes it back.", "Answering"),
    Action(
        "point", ("v",), "check", "Go through the sentences: copy one, mark it false, unsafe or decisive, note a source.", "Checking", True
    ),
    Action("search", ("slash",), "search", "Search the responses and the prompt.", "Checking"),
    Action("next_place", ("n",), "next", "The next place: of the search, else where the two differ.", "Checking"),
    Action("previous_place", ("N",), "previous", "The place before.", "Checking"),
    Action("diff", ("d",), "diff", "Underline the words in which the two responses differ.", "Checking", True),
    Action("hidden", ("x",), "hidden", "List the hidden characters of this pair.", "Checking"),
    Action("guideline", ("g",), "guide", "Open the guideline; Esc comes back to the same place.", "Guideline", True, True),
    Action("examples", ("e",), "examples", "The worked example most like this pair; again, the next one.", "Guideline", True, True),
    Action("look_up", ("G",), "find §", "Find a section of the guideline, beside the pair.", "Guideline"),
    Action("changes", ("C",), "changes", "What changed in the guideline since you last looked.", "Guideline"),
    Action("panel_down", ("J",), "panel down", "Scroll the opened guideline or prompt down.", "Guideline"),
    Action("panel_up", ("K",), "panel up", "Scroll the opened guideline or prompt up.", "Guideline"),
    Action("prompt", ("p",), "prompt", "Show the whole prompt above the pair, or fold it.", "Reading", True, True),
    Action(
        "prompt_beside", ("P",), "beside", "Show the prompt beside response 2, beside response 1, then both responses again.", "Reading"
    ),
    Action("fold_turns", ("t",), "turns", "Fold the earlier turns of the prompt to a line each, or show them.", "Reading"),
    Action("zoom", ("z",), "zoom", "Show one side alone, then the other, then both.", "Reading", True),
    Action("view", ("m",), "raw", "Switch between Markdown and the raw text.", "Reading"),
    Action("link", ("o",), "unlink", "Scroll the two sides together, or each by itself.", "Reading"),
    Action("other_side", ("w",), "side", "Where the sides are not linked: move the scrolling keys to the other one.", "Reading"),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Reading"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Reading"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Reading"),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Reading"),
    Action("top", ("home",), "top", "Back to the beginning.", "Reading"),
    Action("end", ("end",), "end", "To the end.", "Reading"),
    Action("skip", ("s",), "skip", "Pass this pair by, with a reason; it does not come back to you.", "Passing by", True),
    Action("flag", ("f",), "flag", "Report this pair to the lead, with a reason.", "Passing by", True),
    Action("undo", ("u",), "undo", "Take back your last answer and judge it again; also across restarts.", "Passing by", True),
    Action("redo", ("U", "ctrl+r"), "redo", "Give the answer that you took back once more, as it was.", "Passing by"),
    Action("own_answers", ("a",), "answers", "Your own answers in this round: search them, change one.", "Passing by"),
    Action("help", ("question_mark",), "help", "This list.", "prefterm", True),
    Action("palette", ("ctrl+p", "colon"), "find an action", "Find an action by its name, and do it.", "prefterm"),
    Action("home", ("escape",), "home", "Close what is open; else leave the pair, which is kept for you.", "prefterm"),
    Action("quit", ("ctrl+q",), "quit", "End the sitting.", "prefterm"),
)

_IN_A_SESSION = {
    "skip": Action("skip", ("s",), "later", "Put this pair off: it comes after the others.", "Passing by", True),
    "undo": Action(
        "undo", ("u",), "change", "Change your last vote, or the one before it; it stands until you send it anew.", "Passing by", True
    ),
    "own_answers": Action(
        "own_answers", ("a",), "answers", "The session's items: what is revealed, and what everybody said.", "Passing by", True
    ),
}
VOTING_ACTIONS: tuple[Action, ...] = tuple(_IN_A_SESSION.get(a.id, a) for a in LABEL_ACTIONS if a.id != "redo")
"""The label screen's, in a group session."""

GROUP_ACTIONS: tuple[Action, ...] = (
    Action("next", ("n", "right", "l"), "next", "The next item.", "Items", True),
    Action("previous", ("N", "left", "h"), "previous", "The item before.", "Items"),
    Action("vote", ("v",), "vote", "Vote on this item; once its answers are shown, vote again.", "Items", True),
    Action("reveal", ("r",), "reveal", "Reveal this item to everybody who has voted on it (admins and adjudicators).", "Items", True),
    Action(
        "look", ("o",), "look", "Look without voting at what is revealed; you cannot vote on it then (admins and adjudicators).", "Items"
    ),
    Action("comment", ("c",), "comment", "Say something about the item.", "Talking", True),
    Action("word", ("w",), "wording", "Propose a wording for a section of the guideline.", "Talking", True),
    Action("guideline", ("g",), "guide", "Open the guideline; Esc comes back to the same place.", "Reading", True),
    Action("prompt", ("p",), "prompt", "Show the whole prompt above the pair, or fold it.", "Reading", True, True),
    Action("zoom", ("z",), "texts", "Give the two texts the whole screen; again, the answers beside them.", "Reading", True, True),
    Action("view", ("m",), "raw", "Switch between Markdown and the raw text.", "Reading"),
    Action("down", ("down", "j"), "down", "Scroll the answers down a line; the texts, where they have the screen.", "Reading"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Reading"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Reading"),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Reading"),
    Action("panel_down", ("J",), "texts down", "Scroll the two texts down.", "Reading"),
    Action("panel_up", ("K",), "texts up", "Scroll the two texts up.", "Reading"),
    Action("refresh", ("R", "ctrl+l"), "refresh", "Look again now; it is looked again every few seconds.", "Reading"),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "back", "Back to where you came from.", "prefterm", True),
)

HOME_ACTIONS: tuple[Action, ...] = (
    Action("label", ("enter",), "label", "Go on labelling in the round that is marked.", "Home", True),
    Action("down", ("down", "j"), "down", "The next round.", "Home"),
    Action("up", ("up", "k"), "up", "The round before.", "Home"),
    Action("guideline", ("g",), "guideline", "Read the guideline of the round that is marked.", "Home", True),
    Action(
        "own_answers", ("o", "a"), "own answers", "Look through your own answers in the round that is marked, and mend one.", "Home", True
    ),
    Action(
        "agreement", ("A",), "agreement", "How far people agree in the round that is marked; widening it shows everything.", "Figures", True
    ),
    Action("audit", ("u",), "audit", "Whether anybody in the round that is marked judges by side, by length or by habit.", "Figures"),
    Action("review", ("v",), "checks", "Look at the checks of your finished sittings, with their settled answers.", "Calibration"),
    Action("calibration", ("c",), "calibration", "Where you stand in each round, and the feedback that you were given.", "Calibration"),
    Action("sessions", ("s",), "session", "Group sessions: vote, and see what everybody said.", "Calibration", True, True),
    Action("refresh", ("r",), "refresh", "Look again at what waits.", "Home"),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm", True),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("quit", ("ctrl+q", "q"), "quit", "End the sitting.", "prefterm", True),
)

FEEDBACK_ACTIONS: tuple[Action, ...] = (
    Action("go_on", ("enter",), "next", "Go on: to the next item, or back to where you came from after the last.", "Feedback", True),
    Action("previous", ("left", "h"), "before", "The item before, where there are several.", "Feedback"),
    Action("guideline", ("g",), "section", "Open the guideline at a cited section; again, at the next one.", "Feedback", True),
    Action("contest", ("x",), "contest", "Contest this gold, with a note: it scores nobody until it was looked at.", "Feedback", True),
    Action("prompt", ("p",), "prompt", "Show the whole prompt above the pair, or fold it.", "Reading", True),
    Action("zoom", ("z",), "zoom", "Show one side alone, then the other, then both.", "Reading", True),
    Action("view", ("m",), "raw", "Switch between Markdown and the raw text.", "Reading"),
    Action("diff", ("d",), "diff", "Underline the words in which the two responses differ.", "Reading", True, True),
    Action("link", ("o",), "unlink", "Scroll the two sides together, or each by itself.", "Reading"),
    Action("other_side", ("w",), "side", "Where the sides are not linked: move the scrolling keys to the other one.", "Reading"),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Reading"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Reading"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Reading"),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Reading"),
    Action("top", ("home",), "top", "Back to the beginning.", "Reading"),
    Action("end", ("end",), "end", "To the end.", "Reading"),
    Action("panel_down", ("J",), "more", "Scroll what is said below the pair, or the opened prompt, down.", "Reading"),
    Action("panel_up", ("K",), "back up", "Scroll what is said below the pair, or the opened prompt, up.", "Reading"),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "leave", "Leave it here; it can be read again under `prefterm calibrate`.", "prefterm", True),
)

CALIBRATION_ACTIONS: tuple[Action, ...] = (
    Action("open", ("enter",), "open", "Do what the row that is marked says.", "Calibration", True),
    Action("down", ("down", "j"), "down", "The next row.", "Calibration", True),
    Action("up", ("up", "k"), "up", "The row before.", "Calibration"),
    Action("page_down", ("space", "pagedown"), "page", "A page down.", "Calibration"),
    Action("page_up", ("b", "pageup"), "page up", "A page up.", "Calibration"),
    Action("top", ("home",), "top", "To the beginning.", "Calibration"),
    Action("end", ("end",), "end", "To the end.", "Calibration"),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "home", "Home.", "prefterm", True),
)

GUIDELINE_ACTIONS: tuple[Action, ...] = (
    Action("back", ("escape", "g", "q"), "back", "Back to where you came from.", "Guideline", True),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Guideline"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Guideline"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Guideline", True),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Guideline"),
    Action("top", ("home",), "top", "To the beginning.", "Guideline"),
    Action("end", ("end",), "end", "To the end.", "Guideline"),
    Action("next_section", ("n", "right_square_bracket"), "next §", "The next section or worked example.", "Guideline", True),
    Action("previous_section", ("N", "p", "left_square_bracket"), "previous §", "The section or example before.", "Guideline", True),
    Action("search", ("slash",), "search", "Search; Enter goes to the next place.", "Guideline", True),
    Action("cite", ("c",), "cite §", "Cite the section at the top of the screen in your answer, or take it back.", "Guideline", True),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
)

OWN_ANSWERS_ACTIONS: tuple[Action, ...] = (
    Action("open", ("enter",), "open", "Open the answer that is marked, to mend it.", "Own answers", True),
    Action("down", ("down", "j"), "down", "The answer before.", "Own answers"),
    Action("up", ("up", "k"), "up", "The answer after.", "Own answers"),
    Action("page_down", ("space", "pagedown"), "page", "A page of earlier answers.", "Own answers", True),
    Action("page_up", ("b", "pageup"), "page up", "A page of later answers.", "Own answers"),
    Action("top", ("home",), "newest", "To the newest answer.", "Own answers"),
    Action("end", ("end",), "oldest", "To the oldest answer that has been read.", "Own answers"),
    Action("search", ("slash",), "search", "Search prompts and what you wrote; Enter asks, Esc leaves the search.", "Own answers", True),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "back", "Back to where you came from.", "prefterm", True),
)

AGREEMENT_ACTIONS: tuple[Action, ...] = (
    Action(
        "open", ("enter",), "open", "Open what is marked: a pair of people, an item; or narrow all figures to the marked part.", "Figures"
    ),
    Action("widen", ("backspace",), "widen", "Take the last narrowing back.", "Figures"),
    Action("overview", ("o",), "overview", "How far people agree, and between whom.", "Figures"),
    Action("breakdown", ("b",), "parts", "Where agreement is lowest: by dimension, tag, round, guideline, kind.", "Figures", True),
    Action("periods", ("t",), "time", "Agreement by week or month.", "Figures", True),
    Action("versions", ("v",), "versions", "Agreement by guideline version.", "Figures", True),
    Action("profile", ("p",), "people", "One person at a time: answers, golds, kappa against the others.", "Figures", True),
    Action("audit", ("a",), "audit", "Whether anybody judges by side, by length or by habit.", "Figures", True),
    Action("meanings", ("m",), "meanings", "What each figure and each band means.", "Figures", True, True),
    Action(
        "look_at_all", ("y",), "look at all", "Count the items too that could still be served to you; the look is written down.", "Figures"
    ),
    Action("kinds", ("K",), "kinds", "Look at people, at AI judges, or at both.", "Figures"),
    Action("refresh", ("r",), "anew", "Work everything out anew.", "Figures"),
    Action("left", ("left", "h"), "left", "The column to the left.", "Moving"),
    Action("right", ("right", "l"), "right", "The column to the right.", "Moving"),
    Action("down", ("down", "j"), "down", "The next row.", "Moving"),
    Action("up", ("up", "k"), "up", "The row before.", "Moving"),
    Action("next_part", ("tab",), "next part", "Between the table and the list of items.", "Moving"),
    Action("page_down", ("space", "pagedown"), "page", "A page down.", "Moving"),
    Action("page_up", ("pageup",), "page up", "A page up.", "Moving"),
    Action("top", ("home",), "top", "To the beginning.", "Moving"),
    Action("end", ("end",), "end", "To the end.", "Moving"),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "back", "Back to where you came from; what is being worked out is given up.", "prefterm", True),
)

ITEM_ACTIONS: tuple[Action, ...] = (
    Action("next_place", ("n",), "next", "The next item of the list.", "Item", True),
    Action("previous_place", ("N",), "previous", "The item before.", "Item", True),
    Action("prompt", ("p",), "prompt", "The whole prompt in place of the responses, and back.", "Item", True),
    Action("zoom", ("z",), "zoom", "One response alone, then the other, then both.", "Item", True),
    Action("rationale", ("r",), "why", "What each of them said, in full.", "Item", True),
    Action("view", ("m",), "raw", "Switch between Markdown and the raw text.", "Item", True),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Item"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Item"),
    Action("page_down", ("space", "pagedown"), "page", "Scroll down a page.", "Item"),
    Action("page_up", ("b", "pageup"), "page up", "Scroll up a page.", "Item"),
    Action("top", ("home",), "top", "Back to the beginning.", "Item"),
    Action("end", ("end",), "end", "To the end.", "Item"),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "back", "Back to the list.", "prefterm", True),
)

AUDIT_ACTIONS: tuple[Action, ...] = (
    Action("down", ("down", "j"), "down", "The next person.", "Audit", True),
    Action("up", ("up", "k"), "up", "The person before.", "Audit", True),
    Action("page_down", ("space", "pagedown"), "page", "Read on about the person that is marked.", "Audit", True),
    Action("page_up", ("b", "pageup"), "page up", "Back towards the beginning of what is said.", "Audit"),
    Action("top", ("home",), "first", "To the first person.", "Audit"),
    Action("end", ("end",), "last", "To the last person.", "Audit"),
    Action("refresh", ("r",), "anew", "Make the audits anew.", "Audit", True),
    Action("palette", PALETTE_KEYS, "find", "Find anything that can be done here by its name.", "prefterm"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "prefterm", True),
    Action("back", ("escape", "q"), "back", "Back to where you came from; what is being made is given up.", "prefterm", True),
)

WELCOME_ACTIONS: tuple[Action, ...] = (
    Action("begin", ("enter",), "begin", "Begin with the first pair.", "Welcome", True),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "Welcome", True),
    Action("back", ("escape",), "home", "Not now: home.", "Welcome", True),
)

ANNOUNCEMENT_ACTIONS: tuple[Action, ...] = (
    Action("begin", ("enter",), "begin", "Begin with the first item.", "Before an attempt", True),
    Action(
        "guideline",
        ("g",),
        "guideline",
        "Open the guideline, at a section to be read again; again, at the next one.",
        "Before an attempt",
        True,
    ),
    Action("down", ("down", "j"), "down", "Scroll down a line.", "Before an attempt"),
    Action("up", ("up", "k"), "up", "Scroll up a line.", "Before an attempt"),
    Action("help", ("question_mark",), "help", "Every key of this screen.", "Before an attempt", True),
    Action("back", ("escape",), "home", "Not now: home.", "Before an attempt", True),
)

REVIEW_OFFER_ACTIONS: tuple[Action, ...] = (
    Action("begin", ("enter",), "look", "Look at them now, one after another.", "Before you go", True),
    Action("back", ("q", "escape"), "later", "Later, from home.", "Before you go", True),
)

DIALOG_ACTIONS: tuple[Action, ...] = (
    Action("open", ("enter",), "choose", "Take what is marked.", "Lists", True),
    Action("back", ("escape",), "back", "Close the list.", "Lists", True),
    Action("down", ("down", "j"), "down", "The next row.", "Lists"),
    Action("up", ("up", "k"), "up", "The row before.", "Lists"),
    Action("page_down", ("space", "pagedown"), "page", "A page down.", "Lists"),
    Action("page_up", ("b", "pageup"), "page up", "A page up.", "Lists"),
    Action("top", ("home",), "top", "To the beginning.", "Lists"),
    Action("end", ("end",), "end", "To the end.", "Lists"),
    Action("search", ("slash",), "search", "Keep only the rows that hold what is typed.", "Lists"),
)

SCREENS: dict[str, tuple[Action, ...]] = {
    "label": LABEL_ACTIONS,
    "home": HOME_ACTIONS,
    "guideline": GUIDELINE_ACTIONS,
    "own answers": OWN_ANSWERS_ACTIONS,
    "agreement": AGREEMENT_ACTIONS,
    "item": ITEM_ACTIONS,
    "audit": AUDIT_ACTIONS,
    "feedback": FEEDBACK_ACTIONS,
    "calibration": CALIBRATION_ACTIONS,
    "group session": GROUP_ACTIONS,
    "welcome": WELCOME_ACTIONS,
    "attempt": ANNOUNCEMENT_ACTIONS,
    "end of a sitting": REVIEW_OFFER_ACTIONS,
    "list": DIALOG_ACTIONS,
}
"""The actions of every screen by its name: an id means the same wherever it stands, and is remapped everywhere."""
