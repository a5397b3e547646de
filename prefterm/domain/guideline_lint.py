"""Judges a guideline: what makes labels under it untrustworthy, each finding with a way to mend it. [plug-in point]

To add a rule, write a function from a `Guideline` to its findings and list it in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prefterm.domain.guidelines import Guideline, example_rules, text_rules
from prefterm.domain.guidelines.finding import Finding, Level

__all__ = ["CHANGE_RULES", "RULES", "Finding", "Level", "lint"]

RULES: tuple[Callable[[Guideline], Iterable[Finding]], ...] = (
    text_rules.front_matter_complete,
    text_rules.in_doubt_is_possible,
    text_rules.margins_fit,
    text_rules.reasons_fit,
    text_rules.anchors_for_ratings,
    text_rules.better_is_defined,
    text_rules.better_is_concrete,
    text_rules.priorities_name_dimensions,
    text_rules.priorities_say_order,
    text_rules.conflicts_are_resolved,
    text_rules.topics_are_covered,
    text_rules.sections_are_filled,
    text_rules.margins_are_explained,
    text_rules.acceptability_is_concrete,
    text_rules.in_doubt_names_default,
    text_rules.citations_exist,
    text_rules.applies_to_exists,
    text_rules.examples_come_last,
    example_rules.enough_examples,
    example_rules.examples_are_numbered,
    example_rules.examples_give_reasons,
    example_rules.examples_cite,
    example_rules.sides_are_balanced,
    example_rules.lengths_are_balanced,
    example_rules.margins_are_shown,
    example_rules.ties_are_shown,
    example_rules.dimensions_decide,
    example_rules.sections_are_exercised,
    example_rules.acceptability_is_shown,
    example_rules.labels_agree_with_themselves,
)
"""What is judged in one version by itself."""

CHANGE_RULES: tuple[Callable[[Guideline, Guideline], Iterable[Finding]], ...] = (
    text_rules.version_raised,
    text_rules.change_note_present,
)
"""What is judged against the version before: (the new one, the one before)."""


def lint(guideline: Guideline, previous: Guideline | None = None) -> list[Finding]:
    """All findings in the order of the lines; empty = nothing to mend. `previous` is the version published last."""
    found = [finding for rule in RULES for finding in rule(guideline)]
    if previous is not None:
        found += [finding for rule in CHANGE_RULES for finding in rule(guideline, previous)]
    return sorted(found, key=lambda finding: finding.line)
