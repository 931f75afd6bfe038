"""The risk of the average patient over the values of one input, by one version or two."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.performance import COLOURS, DASHES, HEIGHT
from dashboard.figures.scale import PERCENT_AXIS
from model.interpretation.what_if import Response

SYMBOLS = ("circle", "diamond")


def dependence(found: Mapping[str, Response]) -> go.Figure:
    """By the label of a version, its answers; the first is solid, with its 95 % interval."""
    figure = go.Figure()
    for at, (label, answer) in enumerate(found.items()):
        if answer.feature.is_coded:
            _levels(figure, label, answer, at)
        else:
            _curve(figure, label, answer, at)
    (first, *_) = found.values()
    unit = f", {first.feature.unit}" if first.feature.unit else ""
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 28, "t": 8, "b": 8},
        legend={"orientation": "h", "y": -0.28, "x": 0},
        dragmode=False,
        showlegend=True,
    )
    title = html.escape(first.feature.label + unit, quote=False)
    figure.update_xaxes(title=title, fixedrange=True, zeroline=False)
    return figure.update_yaxes(
        title="Risk", range=[-0.02, 1.02], fixedrange=True, zeroline=False, **PERCENT_AXIS
    )


def _curve(figure: go.Figure, label: str, answer: Response, at: int) -> None:
    if not np.isnan(answer.low).any():
        figure.add_scatter(
            x=np.concatenate([answer.values, answer.values[::-1]]),
            y=np.concatenate([answer.high, answer.low[::-1]]),
            fill="toself",
            fillcolor=COLOURS[at],
            opacity=0.15,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.add_scatter(
        x=answer.values,
        y=answer.risk,
        mode="lines",
        line={"color": COLOURS[at], "dash": DASHES[at], "width": 2.5},
        name=label,
    )


def _levels(figure: go.Figure, label: str, answer: Response, at: int) -> None:
    figure.add_scatter(
        x=[answer.feature.in_words(float(value)) for value in answer.values],
        y=answer.risk,
        mode="markers",
        marker={"size": 10, "color": COLOURS[at], "symbol": SYMBOLS[at]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": np.nan_to_num(answer.high - answer.risk),
            "arrayminus": np.nan_to_num(answer.risk - answer.low),
            "color": COLOURS[at],
        },
        name=label,
    )
