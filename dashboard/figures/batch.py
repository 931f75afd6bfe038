"""A file of patients: how their risks are spread, on both sides of the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import INK
from dashboard.figures.scale import PERCENT_AXIS
from dashboard.figures.waterfall import COLOURS, Kind
from model.evaluation.wording import percent

BINS = 50  # of two percentage points, so that every whole threshold but the odd ones is an edge
HEIGHT = 190
"""Pixels."""


@dataclass(frozen=True)
class Spread:
    """Patients in each of some bins of the risk, from 0 to 1."""

    below: Sequence[int]
    above: Sequence[int]
    threshold: float

    @classmethod
    def of(cls, risk: NDArray[np.float64], threshold: float) -> Spread:
        """The spread of (n,) risks; those at the threshold are above it."""
        above = risk >= threshold
        counts = [
            np.histogram(risk[side], BINS, (0.0, 1.0))[0].tolist() for side in (~above, above)
        ]
        return cls(counts[0], counts[1], threshold)


def spread(counts: Spread, theme: str | None = None) -> go.Figure:
    """A histogram; the threshold is a line with its name, not a change of colour alone."""
    ink = {"color": INK[theme]} if theme in INK else {}
    middles = [(at + 0.5) / BINS for at in range(BINS)]
    figure = go.Figure()
    for name, side, colour in (
        ("below", counts.below, COLOURS[Kind.LOWERS]),
        ("at or above", counts.above, COLOURS[Kind.RAISES]),
    ):
        figure.add_bar(
            x=middles,
            y=side,
            width=1 / BINS,
            marker={"color": colour, "line": {"width": 0}},
            name=f"{sum(side):,} {name}",
            customdata=[[percent(at / BINS), percent((at + 1) / BINS)] for at in range(BINS)],
            hovertemplate="%{y:,} patients from %{customdata[0]} to %{customdata[1]}"
            "<extra></extra>",
        )
    figure.add_vline(
        counts.threshold,
        line={"width": 2, "dash": "dash", "color": INK.get(theme or "", INK["light"])},
        annotation={
            "text": f"threshold {percent(counts.threshold)}",
            "font": ink,
            "yref": "paper",
            "y": 1.0,
            "yanchor": "bottom",
            "xanchor": "left" if counts.threshold < 0.8 else "right",
            "showarrow": False,
        },
    )
    return _framed(figure, counts.threshold, ink)


def _framed(figure: go.Figure, threshold: float, ink: dict[str, str]) -> go.Figure:
    figure.update_layout(
        barmode="stack",
        height=HEIGHT,
        margin={"l": 0, "r": 24, "t": 24, "b": 8},
        legend={
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "font": ink,
            "traceorder": "normal",
        },
        dragmode=False,
    )
    if threshold < 0.5:  # the line's name and the legend must not meet
        figure.update_layout(legend={"x": 1.0, "xanchor": "right"})
    figure.update_xaxes(range=[0, 1], tickfont=ink, fixedrange=True, zeroline=False, **PERCENT_AXIS)
    return figure.update_yaxes(
        title={"text": "patients", "font": ink},
        tickfont=ink,
        fixedrange=True,
        nticks=4,
        tickformat=",",
    )


def spread_text(counts: Spread) -> str:
    """The same picture for those who cannot see it."""
    both = np.add(counts.below, counts.above)
    tenths = both.reshape(10, -1).sum(axis=1)
    told = ", ".join(f"{count:,} from {10 * at} %" for at, count in enumerate(tenths) if count)
    below, above, at = sum(counts.below), sum(counts.above), percent(counts.threshold)
    return (
        f"Histogram of the risks: {below:,} patients below {at}, {above:,} at or above it. By "
        f"tenths of the risk: {told}."
    )
