"""Guidelines: the document that defines "better", read, compared with its other versions, and judged by its lint.

`parse_guideline` is the only way in. Nothing here knows of rounds, judgments in the database, or files.

The modules behind these names are loaded when a name is first used: a screen that shows a guideline needs no parser for its first frame.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefterm.domain.guidelines.changes import Change, SectionChange, diff_sections, front_matter_settings
    from prefterm.domain.guidelines.model import (
        EXAMPLES_ID,
        Dimension,
        Guideline,
        InDoubt,
        RequireRationale,
        Section,
        Ties,
        WorkedExample,
    )
    from prefterm.domain.guidelines.parsing import parse_guideline

__all__ = [
    "EXAMPLES_ID",
    "Change",
    "Dimension",
    "Guideline",
    "InDoubt",
    "RequireRationale",
    "Section",
    "SectionChange",
    "Ties",
    "WorkedExample",
    "diff_sections",
    "front_matter_settings",
    "parse_guideline",
]

_CHANGES = frozenset({"Change", "SectionChange", "diff_sections", "front_matter_settings"})


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "parsing" if name == "parse_guideline" else "changes" if name in _CHANGES else "model"
    found = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found
