"""A group session in rows: all answers over the scale, who said what and why, agreement, comments, proposals. Pure, without Textual.

Sides are those of the screen, which are the same for everybody in a session.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from prefterm.domain.safe_text import one_line, safe_text
from prefterm.tui.guideline_document import section_rows
from prefterm.tui.layout.wrapping import wrapped_text
from prefterm.tui.own_answer_rows import answer_words, when
from prefterm.tui.reading.bodies import ConversationBody

if TYPE_CHECKING:
    from prefterm.domain.guidelines import Guideline
    from prefterm.services.session_looking import ItemView, Remark, Seen, Spoken
    from prefterm.stats import Figure

__all__ = ["PLOT_ROWS", "newly_revealed", "plot_rows", "prompt_rows", "status_parts", "talk_rows"]

PLOT_ROWS = 3
"""The scale, the blind votes, the second votes."""
_Line = Sequence[tuple[str, str]]
_NAME, _WORDS = 14, 20
_SIDE = 8
"""Cells left and right of the scale."""
_WIDEST = 116
_OWN, _OTHER = "◆", "●"
_STATES = {"shown": "■", "to_see": "◧", "voted": "□", "open": "·", "hidden": "×"}
_STATE_WORDS = "■ shown   ◧ revealed, to be seen   □ voted   · to be voted on"
_WIDE = 100
_TIE = "tie"


# the item


def newly_revealed(before: ItemView | None, view: ItemView) -> int | None:
    """The number of another item that this person can see now, and could not before; None where there is none."""
    if before is None or len(before.states) != len(view.states):
        return None
    pairs = enumerate(zip(before.states, view.states, strict=True), 1)
    return next((n for n, (was, now) in pairs if was != now == "to_see" and n != view.number), None)


def prompt_rows(view: ItemView | None, width: int, folded: int | None, key: str) -> list[_Line]:
    """The prompt in full, or (`folded`) in so many rows, the last with the key that opens it; of several turns the last is what counts."""
    served = view.served if view is not None else None
    if served is None:
        return []
    room = min(width - 2, _WIDEST)
    rows: list[_Line] = [[(" ", "text"), *line.spans] for line in ConversationBody(served.prompt).lay(0, room, True)]
    if folded is None or len(rows) <= folded:
        return rows
    opener: list[tuple[str, str]] = [(" [", "muted"), (key, "key"), ("]", "muted")] if key else []
    if folded == 1:
        turns = served.prompt
        said = one_line(f" ▸ {turns[-1].content if turns else '‹no prompt›'}", max(10, width - 2 - len(key) - 4))
        return [[(said, "strong"), *opener]]
    spans = [line.spans for line in ConversationBody(served.prompt[-1:]).lay(0, room - 6, True)]
    kept = [[(" ", "text"), *row] for row in spans if row][:folded]
    return [*kept[:-1], [*kept[-1], (" …", "muted"), *opener]] if kept else []


# the scale


def plot_rows(view: ItemView, guideline: Guideline, width: int) -> list[_Line]:
    """All answers as they were given, over the scale as the responses lie: one's own ◆, the others' ●; of an unseen item one's own."""
    blind: Sequence[tuple[Any, bool]] = [(view.own, True)] if view.own is not None else []
    again: Sequence[tuple[Any, bool]] = []
    if view.seen is not None:
        blind = [(v.blind, v.own) for v in view.seen.votes if v.blind is not None]
        again = [(v.again, v.own) for v in view.seen.votes if v.again is not None]
    places = _places(guideline, [answer for answer, _ in (*blind, *again)])
    room = max(3, min(14, (min(width, _WIDEST) - 2 * _SIDE) // len(places)))
    axis: list[tuple[str, str]] = [(f"{'left ◂':>{_SIDE - 1}} ", "muted")]
    axis += [(_centred(name, room), "muted") for _, name in places]
    return [
        [*axis, (" ▸ right", "muted")],
        _dots("blind", blind, [key for key, _ in places], room),
        _dots("again", again, [key for key, _ in places], room),
    ]


def _places(guideline: Guideline, answers: Sequence[Any]) -> list[tuple[int | str, str]]:
    """(strength or the tie, name) from left to right."""
    size = max(1, len(guideline.margins))
    names = guideline.margins or ("better",)
    found: list[tuple[int | str, str]] = [(s, names[s - 1]) for s in range(size, 0, -1)]
    if str(guideline.ties) != "none" or any(a.payload.get("strength") == 0 for a in answers):
        found.append((_TIE, _TIE))
    return [*found, *((-s, names[s - 1]) for s in range(1, size + 1))]


def _place_of(answer: Any, size: int) -> int | str:
    strength = int(answer.payload.get("strength", 0))
    return max(-size, min(size, strength)) or _TIE


def _dots(name: str, answers: Sequence[tuple[Any, bool]], places: Sequence[int | str], room: int) -> _Line:
    size = max(p for p in places if isinstance(p, int))
    own = {_place_of(a, size) for a, mine in answers if mine}
    others = Counter(_place_of(a, size) for a, mine in answers if not mine)
    line: list[tuple[str, str]] = [(f"{name:>{_SIDE - 1}} ", "label")]
    for place in places:
        mark = _OWN if place in own else ""
        dots = _OTHER * others[place] if others[place] + len(mark) < room else f"{_OTHER}×{others[place]}"
        if not mark and not others[place]:
            line.append((_centred("·", room), "frame"))
            continue
        before = max(0, (room - len(mark) - len(dots)) // 2)
        line += [(" " * before, "text"), (mark, "focused"), (dots, "strong"), (" " * max(0, room - before - len(mark) - len(dots)), "text")]
    return line


def _centred(text: str, room: int) -> str:
    said = one_line(text, room - 1)
    before = (room - cell_len(said)) // 2
    return " " * before + said + " " * (room - before - cell_len(said))


# who said what


def talk_rows(view: ItemView, guideline: Guideline, width: int, keys: Any, now: datetime) -> list[_Line]:
    """Everything below the scale: the votes with their reasons, comments, proposals, agreement, the sections that were cited.

    `keys`: the keymap; of an item that is not shown yet, why, and what can be done.
    """
    if view.seen is None:
        return _unseen_rows(view, guideline, width, keys)
    room = min(width, _WIDEST)
    rows: list[_Line] = []
    for spoken in view.seen.votes:
        rows += _vote_rows(spoken, guideline, room)
    if not view.seen.votes:
        rows.append([(" Nobody has voted on it yet.", "muted")])
    rows += _hints(view, keys, room)
    if view.seen.remarks:
        rows += [[], _heading("comments", width)]
        for remark in view.seen.remarks:
            rows += _said_rows(_name(remark.who, own=remark.own), _stamped(remark, now), remark.text, room)
    if view.seen.proposals:
        rows += [[], _heading("proposed for the guideline", width)]
        for p in view.seen.proposals:
            where = f"§{p.section}" if p.section else "no section"
            rows += _said_rows(_name(p.who, own=p.own), where if p.state == "open" else f"{where} · {p.state}", p.wording, room)
    rows += [[], *_figure_rows(view.seen, width)]
    for identity in view.seen.sections:
        section = guideline.section(identity)
        if section is not None:
            rows += [[], _heading(f"cited: §{identity}", width), *section_rows(section, width)]
        else:
            rows += [[], _heading(f"cited: §{identity}, which this version does not have", width)]
    return rows


def _name(who: str, *, own: bool) -> str:
    return "you" if own else who


def _stamped(remark: Remark, now: datetime) -> str:
    return when(remark.at, now)


def _vote_rows(spoken: Spoken, guideline: Guideline, room: int) -> list[_Line]:
    """Who, what, why; a reason that is longer than a row goes on below itself."""
    name = one_line(_name(spoken.who, own=spoken.own), _NAME)
    words = answer_words(spoken.blind, guideline) if spoken.blind is not None else "–"
    if spoken.again is not None:
        words += f" → {answer_words(spoken.again, guideline)}"
    head = [(" ", "text"), (name, "focused" if spoken.own else "text"), (" " * (_NAME + 1 - cell_len(name)), "text"), (words, "strong")]
    why = _why(spoken)
    used = sum(cell_len(text) for text, _ in head)
    beside = max(used + 2, _NAME + _WORDS + 2)
    if cell_len(why) <= room - beside - 1:
        return [[*head, (" " * (beside - used), "text"), (why, "text")]]
    # Below itself a long reason has the whole width, where beside a few words it would be a narrow column.
    return [head, *([("     ", "text"), (line, "text")] for line in wrapped_text(why, max(16, room - 6)))]


def _why(spoken: Spoken) -> str:
    """Reasons, sections, what was marked, in one line."""
    answers = [a for a in (spoken.blind, spoken.again) if a is not None]
    said = ["; ".join(text for text in (*a.reasons, a.rationale) if text) for a in answers]
    parts = [f"“{said[0]}”"] if said and said[0] else []
    if len(said) == 2 and said[1] not in ("", said[0]):
        parts.append(f"→ “{said[1]}”")
    parts += dict.fromkeys(f"§{s}" for a in answers for s in a.sections)
    if answers and answers[-1].passages:
        parts.append(_pointed(answers[-1].passages))
    if spoken.told_before:
        parts.append("(was shown something of it before: no blind vote)")
    return safe_text(" ".join(" ".join(parts).split()))


def _pointed(passages: Sequence[Any]) -> str:
    counts = Counter(str(p.kind) for p in passages)
    noted = [p.note for p in passages if p.note]
    return f"[marked: {', '.join(f'{n} {kind}' for kind, n in sorted(counts.items()))}{'; ' if noted else ''}{'; '.join(noted)}]"


def _said_rows(name: str, beside: str, text: str, room: int) -> list[_Line]:
    head = f" {one_line(name, _NAME)}"
    head += " " * max(1, _NAME + 2 - cell_len(head))
    aside = one_line(beside, _WORDS)
    aside += " " * max(1, _WORDS - cell_len(aside))
    indent = cell_len(head) + cell_len(aside)
    lines = wrapped_text(text, max(16, room - indent - 1)) or [""]
    rows: list[_Line] = [[(head, "text"), (aside, "muted"), (lines[0], "text")]]
    return [*rows, *([(" " * indent, "text"), (line, "text")] for line in lines[1:])]


def _heading(title: str, width: int) -> _Line:
    said = one_line(f" {title} ", max(4, width - 4))
    return [(" ──", "frame"), (said, "title"), ("─" * max(0, width - cell_len(said) - 4), "frame")]


# what it adds up to


def _figure_rows(seen: Seen, width: int) -> list[_Line]:
    """Raw agreement so far, with n; an interval where the items are enough for one."""
    figures = seen.figures
    rows = [_heading("agreement on direction, over the items you were shown", width)]
    rows.append(_figure("blind", figures.blind, width))
    if figures.again.n_items or figures.again.value is not None:
        rows.append(_figure("again", figures.again, width))
        rows += [
            [(f" {line}", "muted")]
            for line in wrapped_text("Higher after talking is no effect: what was discussed improves by itself.", max(20, width - 2))
        ]
    if figures.told_before:
        rows.append([(f" not counted: {figures.told_before} given after something of the item was shown elsewhere", "muted")])
    return rows


def _figure(name: str, figure: Figure, width: int) -> _Line:
    if figure.value is None:
        return [(f" {name}  ", "label"), (one_line(f"none yet: {figure.undefined}", max(10, width - 10)), "muted")]
    said = f"n {figure.n_items}"
    said += (
        f", {figure.low:.2f} to {figure.high:.2f}" if figure.low is not None and figure.high is not None else ", too few for an interval"
    )
    return [(f" {name}  ", "label"), (f"{figure.value:.2f}", "strong"), (f"   {said}", "muted")]


# what is to be done


def _unseen_rows(view: ItemView, guideline: Guideline, width: int, keys: Any) -> list[_Line]:
    rows: list[_Line] = [[], [(f"  {view.why_unseen}", "title")]]
    if view.own is not None:
        said = answer_words(view.own, guideline)
        rows += [
            [],
            *([(f"  {line}", "text")] for line in wrapped_text(f"You said: {said}. Nobody else sees it before theirs is in.", width - 4)),
        ]
    todo = [("vote", "vote on it")] if view.may_vote else [("vote", "change your vote")] if view.may_change else []
    if view.lead and view.served is not None:
        if not view.revealed:
            todo.append(("reveal", "reveal it, to everybody who has voted"))
        elif view.may_vote:
            todo.append(("look", "look without voting; you cannot vote on it then"))
    todo += [("next", "the next item")] if view.of > 1 else []
    rows += [[], *([(f"  {keys.named(action):<5} ", "key"), (words, "text")] for action, words in todo)]
    if view.of > 1:
        rows += [[], [("  ", "text"), *_strip(view)], [(f"  {_STATE_WORDS}", "muted")]]
    return rows


def _hints(view: ItemView, keys: Any, room: int) -> list[_Line]:
    """What can be done on an item that is shown, where it is not plain from the keys below."""
    if view.may_vote_again:
        said = f"{keys.named('vote')}: vote again, blind as before; the others' second votes are shown after yours."
        return [[(f" {line}", "muted")] for line in wrapped_text(said, room - 2)]
    return []


def _strip(view: ItemView) -> list[tuple[str, str]]:
    """Every item as a symbol; the one on the screen between brackets."""
    found: list[tuple[str, str]] = []
    for number, state in enumerate(view.states, 1):
        here = number == view.number
        found.append((f"[{_STATES[state]}]" if here else _STATES[state], "focused" if here else "notice" if state == "to_see" else "muted"))
    return found


def status_parts(view: ItemView, guideline: Guideline, width: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both ends of the status line: where one is; how many have voted, and who has not (before admins)."""
    session = view.session
    state = "closed" if session.state == "closed" else "revealed" if view.revealed else "not revealed"
    left = [(f" {one_line(session.name, 30)}", "title"), (f" ▸ item {view.number} of {view.of}", "strong"), (f" · {state}", "muted")]
    if width >= _WIDE:
        left.append((f" · guideline {one_line(guideline.label, 30)}", "muted"))
    right: list[tuple[str, str]] = []
    if view.answered is not None:
        right.append((f"{view.answered[0]} of {view.answered[1]} voted ", "text"))
    away = view.seen.away if view.seen is not None else ()
    if away:
        names = ", ".join(away[:3]) + (f" +{len(away) - 3}" if len(away) > 3 else "")
        right.append((f"(not yet: {one_line(names, max(8, width // 4))}) ", "muted"))
    if width >= _WIDE and 1 < view.of <= 40:
        right += [(" ", "text"), *_strip(view), (" ", "text")]
    return left, right
