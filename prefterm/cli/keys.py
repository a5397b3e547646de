"""`prefterm keys`: every action with its id and keys, for those who want others."""

from __future__ import annotations

import typer

from prefterm.cli.context import AsJson, globals_of
from prefterm.cli.output import emit, say, table

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(keys)


def keys(context: typer.Context, as_json: AsJson = False) -> None:
    """List what can be done on each screen, with the id and the keys that you have, and where your settings file is.

    Example: prefterm keys --json

    In the settings file: a line `[keys]`, then for instance `submit = "enter, f2"`.
    """
    from prefterm.tui.actions import SCREENS
    from prefterm.tui.keymap import Keymap
    from prefterm.tui.settings import load_settings, settings_path

    remapped = load_settings(globals_of(context).person).keys
    rows = [
        (screen, action.id, keymap.shown_all(action.id) or None, action.help)
        for screen, keymap in ((name, Keymap(actions, remapped)) for name, actions in SCREENS.items())
        for action in keymap.actions
    ]
    if as_json:
        emit({"settings": str(settings_path()), "actions": [dict(zip(("screen", "id", "keys", "help"), row, strict=True)) for row in rows]})
        return
    table(("screen", "id", "keys", "what it does"), rows)
    say(f"Settings: {settings_path()}")
