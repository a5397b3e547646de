"""The colours: a calm dark and a light theme. Everything that they say is said by words and symbols too."""

from __future__ import annotations

from textual.theme import Theme

__all__ = ["THEMES"]

THEMES = (
    Theme(
        name="prefterm-dark",
        primary="#7aa2c9",
        secondary="#b294bb",
        accent="#d7ba7d",
        foreground="#d4d4d0",
        background="#16181b",
        surface="#1e2125",
        panel="#262a2f",
        success="#9db97a",
        warning="#e0a458",
        error="#e06c6c",
        dark=True,
    ),
    Theme(
        name="prefterm-light",
        primary="#1f5b94",
        secondary="#7a3e8e",
        accent="#8a5a00",
        foreground="#20242a",
        background="#fbfaf7",
        surface="#f0eee8",
        panel="#e6e3da",
        success="#3d6b1f",
        warning="#a04f00",
        error="#b3261e",
        dark=False,
    ),
)
