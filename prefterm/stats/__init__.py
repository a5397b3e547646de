"""Statistics of agreement: labels in, figures with intervals out. Knows the domain and numpy; no store, no screen.

The face is lazy: a screen that only names a `Figure` must not load numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefterm.stats.bands import Band, band, lopsided_labels
    from prefterm.stats.comparing import difference, paired_difference
    from prefterm.stats.figures import Difference, Figure
    from prefterm.stats.measuring import (
        live_figure,
        marks_figures,
        measure,
        naming_free,
        naming_matters,
        overall_figures,
        pair_figures,
        skips_figure,
    )
    from prefterm.stats.rankings import ItemMean, tau_sample, w_sample
    from prefterm.stats.ratings import DIRECTIONS, MARKS, STRENGTHS, Ratings, RatingsBuilder
    from prefterm.stats.samples import PairTables, Sample, counts_sample, one_against_rest, paired_sample, shared_items

__all__ = [
    "DIRECTIONS",
    "MARKS",
    "STRENGTHS",
    "Band",
    "Difference",
    "Figure",
    "ItemMean",
    "PairTables",
    "Ratings",
    "RatingsBuilder",
    "Sample",
    "band",
    "counts_sample",
    "difference",
    "live_figure",
    "lopsided_labels",
    "marks_figures",
    "measure",
    "naming_free",
    "naming_matters",
    "one_against_rest",
    "overall_figures",
    "pair_figures",
    "paired_difference",
    "paired_sample",
    "shared_items",
    "skips_figure",
    "tau_sample",
    "w_sample",
]

_MODULES = {
    "bands": ("Band", "band", "lopsided_labels"),
    "comparing": ("difference", "paired_difference"),
    "figures": ("Difference", "Figure"),
    "measuring": (
        "live_figure",
        "marks_figures",
        "measure",
        "naming_free",
        "naming_matters",
        "overall_figures",
        "pair_figures",
        "skips_figure",
    ),
    "rankings": ("ItemMean", "tau_sample", "w_sample"),
    "ratings": ("DIRECTIONS", "MARKS", "STRENGTHS", "Ratings", "RatingsBuilder"),
    "samples": ("PairTables", "Sample", "counts_sample", "one_against_rest", "paired_sample", "shared_items"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
