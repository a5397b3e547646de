"""The tables as SQLAlchemy Core tables: what every query is written against.

The classes in `tables` declare the schema; queries never load entities (column selects are five times as fast).
"""

from __future__ import annotations

from sqlalchemy import Table

from prefterm.store.tables import METADATA

__all__ = [
    "annotator",
    "assignment",
    "comparison",
    "comparison_response",
    "draft",
    "event",
    "flag",
    "gold",
    "gold_citation",
    "guideline_section",
    "guideline_seen",
    "guideline_version",
    "judgment",
    "judgment_citation",
    "judgment_passage",
    "preference",
    "prompt",
    "response",
    "response_score",
    "reveal",
    "round",
    "round_item",
    "setting",
    "sitting",
    "skip",
    "slot",
    "worked_example",
]

guideline_version: Table = METADATA.tables["guideline_version"]
guideline_section: Table = METADATA.tables["guideline_section"]
worked_example: Table = METADATA.tables["worked_example"]
guideline_seen: Table = METADATA.tables["guideline_seen"]
prompt: Table = METADATA.tables["prompt"]
response: Table = METADATA.tables["response"]
comparison: Table = METADATA.tables["comparison"]
comparison_response: Table = METADATA.tables["comparison_response"]
annotator: Table = METADATA.tables["annotator"]
round: Table = METADATA.tables["round"]
round_item: Table = METADATA.tables["round_item"]
slot: Table = METADATA.tables["slot"]
assignment: Table = METADATA.tables["assignment"]
sitting: Table = METADATA.tables["sitting"]
judgment: Table = METADATA.tables["judgment"]
preference: Table = METADATA.tables["preference"]
response_score: Table = METADATA.tables["response_score"]
judgment_citation: Table = METADATA.tables["judgment_citation"]
judgment_passage: Table = METADATA.tables["judgment_passage"]
skip: Table = METADATA.tables["skip"]
flag: Table = METADATA.tables["flag"]
draft: Table = METADATA.tables["draft"]
reveal: Table = METADATA.tables["reveal"]
gold: Table = METADATA.tables["gold"]
gold_citation: Table = METADATA.tables["gold_citation"]
event: Table = METADATA.tables["event"]
setting: Table = METADATA.tables["setting"]
