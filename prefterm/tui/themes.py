"""The colours: calm, high in contrast, or safe for colour-blind eyes. Everything that they say is said by words and symbols too."""

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
        variables={"text-disabled": "#85857e"},
    ),
    Theme(
        name="prefterm-contrast",
        primary="#8fd0ff",
        secondary="#e0b8ff",
        accent="#ffd75f",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1a1a1a",
        success="#8ff08f",
        warning="#ffb84d",
        error="#ff9d9d",
        dark=True,
        variables={"text-muted": "#d8d8d8", "text-disabled": "#b0b0b0"},
    ),
    Theme(
        name="prefterm-contrast-light",
        primary="#003a78",
        secondary="#5a1a70",
        accent="#5c3700",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#eeeeee",
        success="#0d4a00",
        warning="#6b3000",
        error="#8a0000",
        dark=False,
        variables={"text-muted": "#303030", "text-disabled": "#505050"},
    ),
    # Okabe and Ito (2008, Color Universal Design): sky blue, orange, yellow and vermilion, lightened for a dark ground; nothing
    # is told by red against green.
    Theme(
        name="prefterm-colourblind",
        primary="#9ab8d8",
        secondary="#d79abf",
        accent="#e6a83a",
        foreground="#dcdcd8",
        background="#16181b",
        surface="#1e2125",
        panel="#262a2f",
        success="#56b4e9",
        warning="#f0e442",
        error="#ea7a3c",
        dark=True,
    ),
)
