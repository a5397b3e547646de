"""Group sessions: the items with everybody's answers, and the label screen for the votes."""

from prefterm.tui.screens.group.screen import GroupScreen

__all__ = ["GroupScreen"]
