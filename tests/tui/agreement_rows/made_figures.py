"""Figures as `agreement --json` has them, for rows that are tested without a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from prefterm.stats.figures import Figure

__all__ = ["c", "pair", "part", "said", "text"]

FEW = "too few items for an interval: 6, and it needs 20"


def c(value: float | None, low: float | None = None, high: float | None = None, n: int = 40, *, banded: bool = True) -> dict[str, Any]:
    """The contract's C: with an interval where both ends are given, else with the reason why there is none."""
    if value is None:
        return Figure.without_value("no variation", n, banded=banded).to_json()
    return Figure(
        value, low, high, n, None if low is None else "bca", no_interval=None if low is not None else FEW, banded=banded
    ).to_json()


def pair(a: str, b: str, kappa: dict[str, Any], counts: Sequence[Sequence[int]] = ((3, 1, 0), (0, 2, 1), (4, 0, 9))) -> dict[str, Any]:
    """An entry of `pairs`, over second, tie, first."""
    table = {"categories": [-1, 0, 1], "counts": [list(row) for row in counts]}
    names = ("raw_agreement", "cohen_kappa_linear", "cohen_kappa_quadratic")
    return {
        "a": a, "b": b, "n_items": kappa["n_items"], "cohen_kappa": kappa, **dict.fromkeys(names, kappa), "kendall_tau_b": None,
        "confusion": table,
    }  # fmt: skip


def part(by: str, key: str, alpha: dict[str, Any]) -> dict[str, Any]:
    """An entry of `breakdowns`."""
    return {"by": by, "key": key, "coefficients": dict.fromkeys(("raw_agreement", "alpha_nominal", "alpha_ordinal", "gwet_ac1"), alpha)}


def text(line: Iterable[tuple[str, str]]) -> str:
    """A row without its styles."""
    return "".join(part for part, _ in line)


def said(lines: Iterable[Iterable[tuple[str, str]]]) -> str:
    """Rows without their styles."""
    return "\n".join(map(text, lines))
