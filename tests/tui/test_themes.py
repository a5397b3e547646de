"""Colours that can be read: computed contrast for every style of every theme, and simulated colour blindness."""

from __future__ import annotations

import itertools

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import Vertical

from prefterm.tui.settings import THEME_ALIASES
from prefterm.tui.themes import THEMES
from prefterm.tui.widgets.lines import STYLE_NAMES, Lines

FRAMES = {"frame", "frame-active", "rule", "table-border"}
"""Lines, not letters: WCAG 2.2 §1.4.11 asks for 3 : 1 there, §1.4.3 for 4.5 : 1 and §1.4.6 for 7 : 1 of text."""

MACHADO = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
"""Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency", severity
1.0, for linear RGB."""


def linear(color: Color) -> tuple[float, float, float]:
    """Linear RGB, 0–1."""
    r, g, b = ((v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in (c / 255 for c in color.rgb))
    return r, g, b


def contrast(a: Color, b: Color) -> float:
    """WCAG 2.2 contrast ratio, 1–21."""
    low, high = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(a), linear(b)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear sRGB."""
    r, g, b = rgb
    x, y, z = (
        0.4124 * r + 0.3576 * g + 0.1805 * b, 0.2126 * r + 0.7152 * g + 0.0722 * b, 0.0193 * r + 0.1192 * g + 0.9505 * b,
    )  # fmt: skip
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x / 0.9505, y, z / 1.089))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen_with(kind: str, color: Color) -> tuple[float, float, float]:
    """What a colour looks like to somebody colour-blind, as CIE Lab."""
    source = linear(color)
    r, g, b = (min(1.0, max(0.0, sum(m * s for m, s in zip(row, source, strict=True)))) for row in MACHADO[kind])
    return lab((r, g, b))


class Swatches(App[None]):
    """The style classes on the two grounds that carry text."""

    CSS = "#back { background: $background; height: 1; } #raised { background: $surface; height: 1; }"

    def compose(self) -> ComposeResult:
        with Vertical(id="back"):
            yield Lines()
        with Vertical(id="raised"):
            yield Lines()


def test_the_short_names_are_those_of_the_themes() -> None:
    assert list(THEME_ALIASES.values()) == [t.name for t in THEMES]


async def test_every_style_of_every_theme_can_be_read() -> None:
    app = Swatches()
    for theme in THEMES:
        app.register_theme(theme)
    poor = {}
    async with app.run_test() as pilot:
        for theme in THEMES:
            app.theme = theme.name
            await pilot.pause()
            high = "contrast" in theme.name
            for widget in app.query(Lines):
                for name in STYLE_NAMES:
                    least = (4.5 if high else 3.0) if name in FRAMES else (7.0 if high else 4.5)
                    found = ratio(widget.cell_style(name), widget.background_colors[1])
                    if found < least:
                        poor[theme.name, widget.parent.id if widget.parent else "", name] = round(found, 2)
                text = ratio(widget.cell_style("text"), widget.background_colors[1])
                assert text >= (10 if high else 7)
    assert not poor, poor


def ratio(style: Style, ground: Color) -> float:
    """Contrast of a style on its own ground, or on the widget's."""
    assert style.color is not None
    back = Color.from_rich_color(style.bgcolor) if style.bgcolor is not None and not style.bgcolor.is_default else ground
    return contrast(Color.from_rich_color(style.color), back)


@pytest.mark.parametrize("kind", MACHADO)
def test_what_is_good_doubtful_and_bad_stays_apart_for_the_colour_blind(kind: str) -> None:
    theme = next(t for t in THEMES if t.name == "prefterm-colourblind")
    seen = {n: seen_with(kind, Color.parse(getattr(theme, n) or "")) for n in ("success", "warning", "error")}
    for a, b in itertools.combinations(seen, 2):
        assert sum((x - y) ** 2 for x, y in zip(seen[a], seen[b], strict=True)) ** 0.5 >= 20, (a, b)


@pytest.mark.parametrize("kind", MACHADO)
def test_the_simulation_confuses_red_and_green(kind: str) -> None:
    """Else the test above could not fail: this red and this green are told apart by colour alone."""
    a, b = seen_with(kind, Color.parse("#b0602a")), seen_with(kind, Color.parse("#7a7a20"))
    plain = [lab(linear(Color.parse(c))) for c in ("#b0602a", "#7a7a20")]

    def distance(p: tuple[float, ...], q: tuple[float, ...]) -> float:
        return sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) ** 0.5

    assert distance(a, b) < 0.6 * distance(plain[0], plain[1])
