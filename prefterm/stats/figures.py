"""A statistic as it is shown: never without its interval, its n, or the reason why it has none. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from prefterm.stats.bands import Band, band

__all__ = ["Difference", "Figure", "Method"]

Method = Literal["percentile", "bca", "jackknife"]


@dataclass(frozen=True)
class Figure:
    """One coefficient with its 95 % interval: what the contract calls C."""

    value: float | None
    """Unrounded; None where it is undefined, and `undefined` says why."""
    low: float | None
    high: float | None
    """Ends of the 95 % interval, both None where there is none, and `no_interval` says why."""
    n_items: int
    """Items that enter the value."""
    method: Method | None
    """How the interval was made."""
    undefined: str | None = None
    no_interval: str | None = None
    dropped: int = 0
    """Resamples in which the coefficient is undefined; the interval stands on the others."""
    banded: bool = True
    """False for shares such as raw agreement: the bands are for coefficients that allow for chance."""
    notes: tuple[str, ...] = ()
    """Sentences that belong beside the figure."""

    def __post_init__(self) -> None:
        """`ValueError` for a figure that would say nothing, or more than it knows."""
        if (self.value is None) != (self.undefined is not None):
            raise ValueError("a figure has a value or a reason why it has none")
        if (self.low is None) != (self.high is None) or (self.low is None) != (self.method is None):
            raise ValueError("an interval has two ends and a method")
        if self.value is None and self.low is not None:
            raise ValueError("an undefined figure has no interval")
        if self.value is not None and self.low is None and self.no_interval is None:
            raise ValueError("a figure has an interval or a reason why it has none")

    @classmethod
    def without_value(cls, reason: str, n_items: int = 0, *, banded: bool = True) -> Figure:
        """A figure that is undefined, with the reason in words."""
        return cls(None, None, None, n_items, None, undefined=reason, banded=banded)

    @property
    def band(self) -> Band | None:
        """The band of the unrounded value."""
        return band(self.value) if self.banded else None

    @property
    def band_low(self) -> Band | None:
        """The band of the interval's lower end."""
        return band(self.low) if self.banded else None

    @property
    def band_high(self) -> Band | None:
        """The band of the interval's upper end."""
        return band(self.high) if self.banded else None

    def to_json(self) -> dict[str, Any]:
        """The contract's C, unrounded, and why there is no interval where there is a value without one."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n_items": self.n_items,
            "method": self.method,
            "band": self.band,
            "band_low": self.band_low,
            "band_high": self.band_high,
            "undefined": self.undefined,
            "no_interval": self.no_interval,
        }


@dataclass(frozen=True)
class Difference:
    """A coefficient under condition `b` minus the same under condition `a`, with its 95 % interval."""

    a: str
    b: str
    coefficient: str
    value: float | None
    """None where the coefficient is undefined under either condition; `note` says why."""
    low: float | None
    high: float | None
    paired: bool
    """True where the same items were judged under both conditions, by different people."""
    n_a: int
    n_b: int
    """Items under each condition; equal where paired."""
    note: str = ""
    """Why there is no value or no interval; empty where there are both."""

    def to_json(self) -> dict[str, Any]:
        """An entry of the contract's `differences`."""
        return {
            "a": self.a,
            "b": self.b,
            "coefficient": self.coefficient,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "paired": self.paired,
            "note": self.note,
        }
