"""Exporters: one module per target, each from a settled label to the rows that a trainer reads. [plug-in point]

To add a target, write a module with an `Exporter` and list it in `EXPORTERS`; nothing else changes.
"""

from prefterm.interchange.exporters.problems import unacceptable, unfit
from prefterm.interchange.exporters.protocol import Exporter, ExportLabel
from prefterm.interchange.exporters.trl_dpo import TRLDPOExporter
from prefterm.interchange.exporters.trl_reward import TRLRewardExporter

__all__ = ["EXPORTERS", "ExportLabel", "Exporter", "exporter_named", "unacceptable", "unfit"]

_ALL: tuple[Exporter, ...] = (TRLDPOExporter(), TRLRewardExporter())
EXPORTERS: dict[str, Exporter] = {exporter.name: exporter for exporter in _ALL}


def exporter_named(name: str) -> Exporter:
    """The exporter of that name; `ValueError` where there is none."""
    try:
        return EXPORTERS[name]
    except KeyError:
        raise ValueError(f"no export format {name!r}; known are {', '.join(EXPORTERS)}, raw") from None
