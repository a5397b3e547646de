"""Importers: one module per layout, each a translation into native records. [plug-in point]

To add a layout, write a module with an `Importer` and list it in `IMPORTERS`; nothing else changes.
"""

from collections.abc import Mapping
from typing import Any

from prefterm.interchange.importers.chosen_rejected import ChosenRejectedImporter
from prefterm.interchange.importers.hh_rlhf import HHRLHFImporter
from prefterm.interchange.importers.llmbar import LLMBarImporter
from prefterm.interchange.importers.mt_bench import MTBenchImporter
from prefterm.interchange.importers.native import NativeImporter
from prefterm.interchange.importers.pandalm import PandaLMImporter
from prefterm.interchange.importers.protocol import Importer, Translation
from prefterm.interchange.importers.ukpconvarg import UKPConvArgImporter

__all__ = ["IMPORTERS", "Importer", "Translation", "detect", "importer_named"]

_ALL: tuple[Importer, ...] = (
    NativeImporter(),
    PandaLMImporter(),
    MTBenchImporter(),
    LLMBarImporter(),
    UKPConvArgImporter(),
    ChosenRejectedImporter(),
    HHRLHFImporter(),
)
IMPORTERS: dict[str, Importer] = {importer.name: importer for importer in _ALL}


def detect(record: Mapping[str, Any]) -> Importer | None:
    """The importer that recognises the record by its content; None where none does."""
    return next((importer for importer in IMPORTERS.values() if importer.recognises(record)), None)


def importer_named(name: str) -> Importer:
    """The importer of that name; `ValueError` where there is none."""
    try:
        return IMPORTERS[name]
    except KeyError:
        raise ValueError(f"no import format {name!r}; known are {', '.join(IMPORTERS)}") from None
