"""The lines and bands that the figures of a report are made of.

Colours are safe for the colour-blind and never the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.evaluation.series import Banded, Line

SENSITIVITY = "Sensitivity (recall)"
PRECISION = "Precision (PPV)"
FALSE_POSITIVES = "False-positive rate"
MODEL = "#0072B2"
BAND = "rgba(0, 114, 178, 0.18)"
OTHER = "#D55E00"
GREY = "#6B7785"

Trace = dict[str, Any]


def banded(curve: Banded) -> list[Trace]:
    """A line over its 95 % band, without the points where there is none."""
    known = curve.known()
    return [band(known, "95 % band"), line(known.across, known.value, "model", MODEL)]


def band(curve: Banded, name: str) -> Trace:
    """The band alone."""
    across, up = curve.outline()
    return {
        "type": "scatter",
        "name": name,
        "x": across,
        "y": up,
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }


def beside(compared: Line, colour: str = GREY, dash: str = "dot") -> Trace:
    """A line to hold the model's against."""
    return line(compared.across, compared.values, compared.name, colour, dash)


def line(
    xs: Sequence[Any], ys: Sequence[Any], name: str, colour: str, dash: str = "solid"
) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(xs),
        "y": list(ys),
        "line": {"color": colour, "width": 2.5 if dash == "solid" else 1.75, "dash": dash},
        "hovertemplate": f"%{{x:.2f}}: %{{y:.2f}}<extra>{name}</extra>",
    }
