"""How good a version is, as figures. Two versions share a figure: solid, then dashed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.scale import PERCENT_AXIS
from model.evaluation import series
from model.evaluation.series import Banded, Line
from model.evaluation.traces import FALSE_POSITIVES, MODEL, OTHER, PRECISION, SENSITIVITY
from model.evaluation.wording import OF_100
from model.scoring.documents import Evaluation, Subgroup
from model.scoring.measurements import Performance

BLUE, VERMILLION = MODEL, OTHER
GREY = "#8C96A0"
COLOURS = (BLUE, VERMILLION)
DASHES = ("solid", "dash")
HEIGHT = 340
"""Pixels."""


@dataclass(frozen=True)
class Series:
    """One version: its label, and how well it does on some patients."""

    label: str
    measured: Performance


@dataclass(frozen=True)
class Evaluated(Series):
    """One version, by the evaluation it was logged with."""

    measured: Evaluation


def roc(versions: Sequence[Series]) -> go.Figure:
    """Sensitivity against the false-positive rate, with 95 % bands."""
    figure = _curves(versions, series.roc)
    _line(figure, series.CHANCE)
    return framed(figure, FALSE_POSITIVES, SENSITIVITY, percent=True)


def precision_recall(versions: Sequence[Evaluated]) -> go.Figure:
    """Precision against sensitivity, with 95 % bands."""
    figure = _curves(versions, series.precision_recall)
    return framed(figure, SENSITIVITY, PRECISION, percent=True)


def calibration(versions: Sequence[Series]) -> go.Figure:
    """What happened against what was predicted, over a histogram of the predictions."""
    figure = _curves(versions, series.calibration)
    histogram = series.patients(versions[0].measured.histogram)
    most = max([count for bars in histogram for count in bars.counts] + [1])
    for bars in histogram:
        figure.add_bar(
            x=bars.risk,
            y=[bars.sign * 0.1 * count / most for count in bars.counts],
            base=-0.12,
            marker_color=VERMILLION if bars.is_with_outcome else GREY,
            opacity=0.6,
            name=f"patients {'with' if bars.is_with_outcome else 'without'} the outcome",
            customdata=bars.counts,
            hovertemplate="%{customdata:.0f} patients<extra></extra>",
        )
    _line(figure, series.PERFECT)
    figure = framed(figure, "Predicted risk", "Share who had the outcome", percent=True)
    figure.update_yaxes(range=[-0.25, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure.update_layout(barmode="overlay", bargap=0.1)


def decision(versions: Sequence[Series], threshold: float) -> go.Figure:
    """Net benefit over thresholds, beside acting on everybody and on nobody."""
    figure = _curves(versions, series.decision)
    _line(figure, series.everybody(versions[0].measured))
    _line(figure, series.NOBODY)
    figure.add_vline(threshold, line={"color": GREY, "width": 1})
    figure = framed(figure, "Threshold", "Net benefit per patient", percent=False)
    prevalence = versions[0].measured.events / versions[0].measured.patients
    figure.update_yaxes(range=[-0.1, prevalence + 0.05])
    return figure.update_xaxes(**PERCENT_AXIS)


def forest(groups: Sequence[Subgroup], metric: str, overall: float | None) -> go.Figure:
    """One metric by subgroup, with 95 % intervals, patients and events; a line at the whole."""
    rows = series.forest(groups, metric)
    figure = go.Figure(
        go.Scatter(
            x=[row.value for row in rows],
            y=[row.label for row in rows],
            mode="markers",
            marker={"color": BLUE, "size": 10, "symbol": "square"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [row.above for row in rows],
                "arrayminus": [row.below for row in rows],
                "color": BLUE,
            },
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    if overall is not None:
        figure.add_vline(overall, line={"color": GREY, "dash": "dot"})
    figure = framed(figure, "", "", percent=False)
    figure.update_xaxes(range=None, autorange=True)
    return figure.update_yaxes(autorange="reversed", range=None, automargin=True)


def of_100(counts: Mapping[str, int]) -> go.Figure:
    """A hundred patients as signs: each kind has its own shape as well as its own colour.

    Parameters
    ----------
    counts : found, missed, needless and spared, adding up to 100.
    """
    kinds = {
        "found": ("circle", VERMILLION),
        "missed": ("x", "#AA4499"),
        "needless": ("circle-open", BLUE),
        "spared": ("circle", "#C9D1D9"),
    }
    figure = go.Figure()
    at = 0
    for kind, (symbol, colour) in kinds.items():
        places = range(at, at + counts[kind])
        at += counts[kind]
        figure.add_scatter(
            x=[place % 20 for place in places],
            y=[-(place // 20) for place in places],
            mode="markers",
            marker={"symbol": symbol, "color": colour, "size": 12, "line": {"width": 2}},
            name=f"{counts[kind]} {OF_100[kind]}",
            hoverinfo="name",
        )
    figure.update_layout(
        height=190, margin={"l": 0, "r": 0, "t": 0, "b": 0}, legend={"orientation": "h"}
    )
    figure.update_xaxes(visible=False, fixedrange=True)
    return figure.update_yaxes(visible=False, fixedrange=True)


def instability(versions: Sequence[Evaluated]) -> go.Figure:
    """What models fitted to other samples would have said, by what this one says."""
    figure = go.Figure()
    for version, colour, dash in zip(versions, COLOURS, DASHES, strict=False):
        curve = series.instability(version.measured)
        _band(figure, curve, colour)
        figure.add_scatter(
            x=curve.across,
            y=curve.value,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            name=version.label,
        )
    return framed(figure, "Risk by this model", "Risk by 95 % of refits", percent=True)


def banded(labels: Sequence[str], curves: Sequence[Banded]) -> go.Figure:
    """A curve of each version in its band, over what it runs across."""
    figure = go.Figure()
    for label, curve, colour, dash in zip(labels, curves, COLOURS, DASHES, strict=False):
        _band(figure, curve, colour)
        figure.add_scatter(
            x=curve.across,
            y=curve.value,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            name=label,
        )
    return figure


def _curves(versions: Sequence[Series], curve: Callable[[Any], Banded]) -> go.Figure:
    labels = [version.label for version in versions]
    return banded(labels, [curve(version.measured) for version in versions])


def _band(figure: go.Figure, curve: Banded, colour: str) -> None:
    across, up = curve.outline()
    figure.add_scatter(
        x=across,
        y=up,
        fill="toself",
        fillcolor=colour,
        opacity=0.15,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _line(figure: go.Figure, line: Line) -> None:
    figure.add_scatter(
        x=line.across,
        y=line.values,
        mode="lines",
        line={"color": GREY, "dash": "dot"},
        name=line.name,
    )


def framed(figure: go.Figure, x_title: str, y_title: str, *, percent: bool) -> go.Figure:
    """The frame every figure of a version has; both axes in percent, or neither."""
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 28, "t": 8, "b": 8},
        legend={"orientation": "h", "y": -0.28, "x": 0},
        dragmode=False,
    )
    figure.update_xaxes(title=x_title, range=[0, 1], fixedrange=True, zeroline=False)
    figure.update_yaxes(title=y_title, fixedrange=True, zeroline=False)
    if percent:
        figure.update_xaxes(**PERCENT_AXIS)
        figure.update_yaxes(range=[0, 1.02], **PERCENT_AXIS)
    return figure
