"""Moments as prefterm stores them: UTC, ISO 8601, microseconds, a trailing Z; equal moments have equal texts and texts sort by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["after", "now", "now_after", "stamp"]


def stamp(moment: datetime) -> str:
    """The stored text of an aware moment."""
    utc = moment.astimezone(UTC)
    # strftime leaves years below 1000 unpadded, and texts would no longer sort by time.
    return f"{utc.year:04}" + utc.strftime("-%m-%dT%H:%M:%S.%fZ")


def now() -> str:
    """The present moment as stored text."""
    return stamp(datetime.now(UTC))


def after(moment: str, *, minutes: float = 0, hours: float = 0) -> str:
    """A stored moment, later."""
    return stamp(datetime.fromisoformat(moment) + timedelta(minutes=minutes, hours=hours))


def now_after(last: str | None) -> str:
    """The present moment, or just after `last` where the clock was set back: one person's answers keep their order."""
    present = now()
    if last is None or present > last:
        return present
    return stamp(datetime.fromisoformat(last) + timedelta(microseconds=1))
