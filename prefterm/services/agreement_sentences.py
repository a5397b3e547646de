"""What belongs beside agreement's figures, in words: how to read them, and what they do not tell."""

from __future__ import annotations

from prefterm.domain.preferences import direction
from prefterm.services.agreement_figures import Material
from prefterm.stats.bands import WEIGHTED_NOTE, lopsided_labels
from prefterm.stats.figures import Figure
from prefterm.stats.measuring import naming_matters

__all__ = ["sentences"]


def _naming(shares: dict[str, float], overall: dict[str, Figure]) -> str:
    chosen = 100 * shares["first"] / (shares["first"] + shares["second"])
    as_named, free = (overall[f"alpha_nominal{which}"].value for which in ("", "_naming_free"))
    figures = "" if as_named is None or free is None else f" ({free:.2f} beside {as_named:.2f})"
    return (
        f"The first response is chosen in {chosen:.0f} % of choices, so that alpha depends on which one is called the first. The values "
        f"for whichever is first do not{figures}."
    )


def _without_interval(overall: dict[str, Figure]) -> list[str]:
    """A sentence for each reason, with the figures that it holds for unless it holds for all."""
    names: dict[str, list[str]] = {}
    for name, figure in overall.items():
        if figure.no_interval:
            names.setdefault(figure.no_interval, []).append(name.replace("_", " "))
    return [f"No interval{'' if len(of) == len(overall) else ' for ' + ', '.join(of)}: {reason}." for reason, of in names.items()]


def sentences(m: Material, overall: dict[str, Figure]) -> list[str]:
    """What belongs beside the figures, in words."""
    said = [
        note if note == WEIGHTED_NOTE else f"{name.replace('_', ' ')}: {note}" for name, figure in overall.items() for note in figure.notes
    ]
    said += _without_interval(overall)
    shares = m.ratings.directions().shares()
    named = {{-1: "second", 0: "tie", 1: "first"}[direction(value)]: share for value, share in shares.items()}
    lopsided = lopsided_labels(overall["alpha_nominal"].value, overall["gwet_ac1"].value, named)
    if lopsided:
        said.insert(0, lopsided)
    if naming_matters(shares):
        said.append(_naming(named, overall))
    if m.votes.units.many[m.votes.unit].any():
        said.append("Of comparisons with more than two responses the first two enter; Kendall's W and tau-b are on all of them.")
    return list(dict.fromkeys(said))
