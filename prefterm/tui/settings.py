"""What a person has set: theme, keys, habits. Read from a TOML file; choices made inside the app stand in a small file beside it.

Several experts may share one account of the host, so both files hold something for each of them. Pure but for `load_settings`
and `remember`; knows no widget, and names themes without importing them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from errno import EINVAL
from pathlib import Path
from typing import Any

from prefterm.domain.errors import InputRejected, Rejection
from prefterm.tui.actions import SCREENS
from prefterm.tui.key_names import key_named, shown_key
from prefterm.tui.keymap import Keymap

__all__ = ["THEME_ALIASES", "Settings", "SettingsRejected", "load_settings", "parse_settings", "remember", "settings_path"]

THEME_ALIASES = {
    "dark": "prefterm-dark",
    "light": "prefterm-light",
    "contrast": "prefterm-contrast",
    "contrast-light": "prefterm-contrast-light",
    "colourblind": "prefterm-colourblind",
}
"""Short names of the themes; the full ones are understood too."""


class SettingsRejected(InputRejected):
    """The settings file says something that prefterm does not understand; the app does not start."""


@dataclass(frozen=True)
class Settings:
    """What holds for one annotator."""

    theme: str = "prefterm-dark"
    """A full name, see `THEME_ALIASES`."""
    submit_on_choice: bool = False
    """Whether choosing a position of the bar submits at once, where nothing else is asked."""
    break_minutes: int = 50
    """Minutes of work after which a pause is suggested; 0: never."""
    mouse: bool = True
    """Whether the app asks the terminal for clicks and the wheel."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id → keys by Textual's names, separated by commas."""


def settings_path(environment: Mapping[str, str] | None = None) -> Path:
    """`PREFTERM_SETTINGS`, else `settings.toml` in the user's configuration directory."""
    given = (os.environ if environment is None else environment).get("PREFTERM_SETTINGS")
    if given:
        return Path(given)
    from platformdirs import user_config_dir

    return Path(user_config_dir("prefterm")) / "settings.toml"


def load_settings(name: str, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an annotator: the file, then what they chose inside the app, then `PREFTERM_THEME`.

    No file: the defaults. Raises `SettingsRejected` with every fault, its line, and what to write instead.
    """
    environment = os.environ if environment is None else environment
    path = settings_path(environment)
    try:
        settings = parse_settings(_read(path), name, str(path))
    except FileNotFoundError:
        settings = Settings()
    except UnicodeDecodeError:
        raise SettingsRejected([Rejection(str(path), 0, "the file is not UTF-8 text")]) from None
    except OSError as error:
        raise SettingsRejected([Rejection(str(path), 0, f"cannot be read: {error.strerror}")]) from None
    settings = replace(settings, **_chosen(path).get(name, {}))
    theme = environment.get("PREFTERM_THEME")
    if theme:
        try:
            settings = replace(settings, theme=_theme(theme))
        except ValueError as error:
            raise SettingsRejected([Rejection("PREFTERM_THEME", 0, str(error))]) from None
    return settings


def parse_settings(text: str, name: str, file: str = "settings.toml") -> Settings:
    """Settings of an annotator from the text of a file; `[people.NAME]` overlays the rest. Raises `SettingsRejected`."""
    # Here, so that who has no such file does not wait for it.
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsRejected([_syntax(str(error), text, file)]) from None
    except (RecursionError, ValueError):
        raise SettingsRejected([Rejection(file, 0, "nested too deeply, or a number too long to be one: write `name = value`")]) from None
    reader = _Reader(text, file)
    people = document.pop("people", {})
    found = reader.table(document, "")
    own: dict[str, Any] = {}
    if not isinstance(people, dict):
        reader.reject("", "people", "`people` is a table: write `[people.NAME]` and the settings of NAME below it")
        people = {}
    for person, table in people.items():
        section = f"people.{person}"
        if not isinstance(table, dict):
            reader.reject("people", person, f"write `[people.{person}]` and the settings of {person} below it")
            continue
        read = reader.table(table, section)
        # Also of the others: their mistakes should not wait for them.
        reader.check_keys({**found["keys"], **read["keys"]}, {action: f"{section}.keys" for action in read["keys"]})
        if person == name:
            own = read
    reader.check_keys(found["keys"], {})
    if reader.rejections:
        raise SettingsRejected(sorted(set(reader.rejections), key=lambda r: r.line))
    keys = {**found.pop("keys"), **own.pop("keys", {})}
    return Settings(**{**found, **own}, keys=keys)


def _read(path: Path) -> str:
    """The text of a settings file; a mark of byte order is none of it. `OSError` where it is no file."""
    if path.exists() and not path.is_file():
        raise OSError(EINVAL, "it is no regular file")
    return path.read_text(encoding="utf-8-sig")


def _syntax(message: str, text: str, file: str) -> Rejection:
    """Tomllib's sentence, its place put where other errors have theirs."""
    place = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", message)
    line = int(place[1] or text.count("\n") + 1) if place else 0
    said = message[: place.start()] if place else message
    return Rejection(file, line, f"this is not TOML: {said}. Write `name = value`, texts in quotes")


def _theme(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('a theme is a name in quotes: `theme = "dark"`')
    short = value.strip().lower()
    if short in THEME_ALIASES.values():
        return short
    if short not in THEME_ALIASES:
        raise ValueError(f"no theme is called {value!r}; there are {', '.join(THEME_ALIASES)}")
    return THEME_ALIASES[short]


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("this is `true` or `false`")
    return value


def _minutes(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1440:
        raise ValueError("this is a number of minutes from 0 (never) to 1440")
    return value


_KINDS: dict[str, Callable[[Any], Any]] = {
    "theme": _theme, "submit_on_choice": _switch, "break_minutes": _minutes, "mouse": _switch,
}  # fmt: skip


def _keys(value: Any) -> str:
    """Keys as somebody wrote them, by Textual's names."""
    if isinstance(value, str):
        # A comma alone is the key.
        value = [value] if value.strip() == "," or value == " " else value.split(",")
    if not (isinstance(value, list) and value and all(isinstance(v, str) and v for v in value)):
        raise ValueError('a key is a text in quotes, several have commas between: `"enter, f2"`')
    return ",".join(key_named(v) for v in value)


class _Reader:
    """Checks the tables of one file; collects what is wrong."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.rejections: list[Rejection] = []

    def reject(self, section: str, key: str, reason: str) -> None:
        """Note a fault at the line of a key."""
        self.rejections.append(Rejection(self.file, self.line_of(section, key), reason))

    def line_of(self, section: str, key: str) -> int:
        """The line (1-based) of a key in a section; that of the section's head where it is written otherwise, 0 where nowhere."""
        wanted, current, head = f"{section}.{key}".strip("."), "", 0
        for number, line in enumerate(self.lines, 1):
            if table := re.match(r"\s*\[([^\[\]]+)\]", line):
                current = re.sub(r"[\"'\s]", "", table[1])
                if current in (section, wanted):
                    head = number
            elif pair := re.match(r"\s*([\w.\-\"' ]+?)\s*=", line):
                written = re.sub(r"[\"'\s]", "", pair[1])
                if f"{current}.{written}".strip(".") == wanted:
                    return number
        return head

    def table(self, table: dict[str, Any], section: str) -> dict[str, Any]:
        """The settings of one table, `keys` always among them."""
        found: dict[str, Any] = {"keys": {}}
        for key, value in table.items():
            if key == "keys":
                found["keys"] = self.keys(value, section)
                continue
            if key not in _KINDS:
                self.reject(section, key, f"prefterm knows no setting `{key}`{_meant(key, [*_KINDS, 'keys', 'people'])}")
                continue
            try:
                found[key] = _KINDS[key](value)
            except ValueError as error:
                self.reject(section, key, f"`{key}`: {error}")
        return found

    def keys(self, table: Any, section: str) -> dict[str, str]:
        """The remapped keys of one table."""
        inside = f"{section}.keys".strip(".")
        if not isinstance(table, dict):
            self.reject(section, "keys", f'`keys` is a table: write `[{inside}]` and `action = "key"` below it')
            return {}
        known = {a.id for actions in SCREENS.values() for a in actions}
        found = {}
        for action, value in table.items():
            if action not in known:
                self.reject(inside, action, f"no action is called `{action}`{_meant(action, sorted(known))}")
                continue
            try:
                found[action] = _keys(value)
            except ValueError as error:
                self.reject(inside, action, f"`{action}`: {error}")
        return found

    def check_keys(self, keys: Mapping[str, str], sections: Mapping[str, str]) -> None:
        """Note every key that would mean two things on one screen; `sections`: where an action stands, if not in `[keys]`."""
        for screen, actions in SCREENS.items():
            keymap = Keymap(actions, keys)
            for needed in (a for a in actions if a.id in _NEEDED and not keymap.shown(a.id)):
                for taker in (a for a in keys if a != needed.id and {*needed.keys} & {*keys[a].split(",")}):
                    self.reject(sections.get(taker, "keys"), taker, f"this leaves `{needed.id}` without a key on the {screen} screen")
            owner: dict[str, str] = {}
            for action in (a.id for a in actions if a.id in keys):
                section = sections.get(action, "keys")
                for key in keys[action].split(","):
                    other = owner.setdefault(key, action)
                    if other != action:
                        reason = f"`{shown_key(key)}` is given to `{other}` and to `{action}`, and both are on the {screen} screen"
                        self.reject(section, action, reason)
                    elif action == "quit" and key in _NO_WAY_OUT:
                        self.reject(section, action, f"`{shown_key(key)}` is needed for other things; choose another key to quit")
                    elif key == "ctrl+q" and action != "quit":
                        self.reject(section, action, "`ctrl+q` always ends the sitting; choose another key")


def _meant(word: str, known: list[str]) -> str:
    # Here, for only a mistake needs it.
    from difflib import get_close_matches

    close = get_close_matches(word, known, 1)
    return f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(known)}" if len(known) < 12 else ""


_NEEDED = ("submit", "back", "home")
"""Actions without which there is no way on or out."""
_NO_WAY_OUT = frozenset({"enter", "escape", "tab", "backspace", "space"})
"""Keys that would end the sitting by accident."""
_CHOICES: dict[str, Callable[[Any], Any]] = {"theme": _theme, "submit_on_choice": _switch}
"""What can be chosen inside the app."""


def _chosen(path: Path) -> dict[str, dict[str, Any]]:
    """What each person chose inside the app; what cannot be read is as if nobody had chosen."""
    file = path.with_name("chosen.json")
    if not file.is_file():
        return {}
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for name, choices in document.items() if isinstance(document, dict) else ():
        found[name] = {}
        for key, value in choices.items() if isinstance(choices, dict) else ():
            try:
                found[name][key] = _CHOICES[key](value)
            except (KeyError, ValueError):
                continue
    return found


def remember(name: str, **choices: Any) -> None:
    """Keep what an annotator chose inside the app (`theme`, `submit_on_choice`) for the next start.

    Written whole or not at all, readable by its owner only. Raises `OSError` where it cannot be written.
    """
    from secrets import token_hex

    path = settings_path().with_name("chosen.json")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = _chosen(path)
    chosen[name] = {**chosen.get(name, {}), **{key: _CHOICES[key](value) for key, value in choices.items()}}
    beside = path.with_name(f".chosen-{token_hex(4)}")
    try:
        with open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump(chosen, file, ensure_ascii=False, indent=1)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
