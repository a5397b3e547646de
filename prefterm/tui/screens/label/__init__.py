"""The label screen: the pair, the guideline beside it, the bar.

`desk` holds the state and hands strokes on, `screen` talks to the bridge; `answering_keys`, `reading_keys`, `guideline_keys` and
`passing_keys` say what each action does; `modes`, `writing`, `searching`, `pointing` and `citing` are the states in which keys
mean something else; `view` puts what is known on the screen.
"""

from prefterm.tui.screens.label.screen import LabelScreen

__all__ = ["LabelScreen"]
