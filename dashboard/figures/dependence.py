"""The risk of the average patient over the values of one input, by one version or two."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.performance import COLOURS, banded, framed
from dashboard.figures.scale import PERCENT_AXIS
from model.evaluation.series import Banded
from model.interpretation.what_if import Response
from model.numerics.arrays import Floats

SYMBOLS = ("circle", "diamond")


def dependence(found: Mapping[str, Response]) -> go.Figure:
    """By the label of a version, its answers; the first is solid, with its 95 % interval."""
    (first, *_) = found.values()
    unit = f", {first.feature.unit}" if first.feature.unit else ""
    label = html.escape(first.feature.label + unit, quote=False)
    figure = framed(
        _levels(found) if first.feature.is_coded else _curves(found), label, "Risk", percent=False
    )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=None, autorange=True)
    return figure.update_yaxes(range=[-0.02, 1.02], **PERCENT_AXIS)


def _curves(found: Mapping[str, Response]) -> go.Figure:
    return banded(
        list(found),
        [
            Banded(
                tuple(answer.values.tolist()),
                tuple(answer.risk.tolist()),
                _known(answer.low),
                _known(answer.high),
            )
            for answer in found.values()
        ],
    )


def _known(ends: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(end) else end for end in ends.tolist())


def _levels(found: Mapping[str, Response]) -> go.Figure:
    figure = go.Figure()
    for (label, answer), colour, symbol in zip(found.items(), COLOURS, SYMBOLS, strict=False):
        figure.add_scatter(
            x=[answer.feature.in_words(float(value)) for value in answer.values],
            y=answer.risk,
            mode="markers",
            marker={"size": 10, "color": colour, "symbol": symbol},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": answer.high - answer.risk,
                "arrayminus": answer.risk - answer.low,
                "color": colour,
            },
            name=label,
        )
    return figure
