"""Moments as prefterm stores them: UTC, ISO 8601, microseconds, a trailing Z; equal moments have equal texts and texts sort by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["after", "now", "seconds_between", "stamp"]


def stamp(moment: datetime) -> str:
    """The stored text of an aware moment."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now() -> str:
    """The present moment as stored text."""
    return stamp(datetime.now(UTC))


def after(moment: str, *, minutes: float = 0, hours: float = 0) -> str:
    """A stored moment, later."""
    return stamp(datetime.fromisoformat(moment) + timedelta(minutes=minutes, hours=hours))


def seconds_between(earlier: str, later: str) -> float:
    """Seconds from one stored moment to another."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
