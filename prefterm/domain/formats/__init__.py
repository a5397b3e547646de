"""How a comparison can be judged: one module per format. [plug-in point]

To add a format, write a module with a `Format` and list it in `FORMATS`; nothing else changes.
"""

from prefterm.domain.formats.pairwise import PairwiseFormat
from prefterm.domain.formats.protocol import Format
from prefterm.domain.formats.ranking import RankingFormat
from prefterm.domain.formats.rating import RatingFormat

__all__ = ["FORMATS", "Format", "format_named", "format_of_record"]

FORMATS: dict[str, Format] = {f.name: f for f in (PairwiseFormat(), RankingFormat(), RatingFormat())}


def format_named(name: str) -> Format:
    """The format of that name; `ValueError` where there is none."""
    try:
        return FORMATS[name]
    except KeyError:
        raise ValueError(f"no format {name!r}; known are {', '.join(FORMATS)}") from None


def format_of_record(keys: object) -> Format:
    """The format whose keys a native record uses; `ValueError` where it is none or more than one."""
    used = [f for f in FORMATS.values() if f.keys & set(keys)]  # type: ignore[call-overload]
    if len(used) != 1:
        wanted = " | ".join("/".join(sorted(f.keys)) for f in FORMATS.values())
        raise ValueError(f"an answer needs exactly one of {wanted}")
    return used[0]
