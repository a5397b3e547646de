"""Guidelines: the document that defines "better", read, compared with its other versions, and judged by its lint.

`parse_guideline` is the only way in. Nothing here knows of rounds, judgments in the database, or files.
"""

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
