"""How good a version is, as figures. Two versions share a figure: solid, then dashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from model.evaluation.traces import FALSE_POSITIVES, PRECISION, SENSITIVITY
from model.evaluation.wording import OF_100
from model.scoring.documents import Evaluation, Subgroup
from model.scoring.measurements import Curve, Performance

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREY = "#8C96A0"
COLOURS = (BLUE, VERMILLION)
DASHES = ("solid", "dash")
HEIGHT = 340

Column = Sequence[float | None]


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
    curves = [version.measured.roc for version in versions]
    figure = _banded(versions, [(curve.false_positive_rate, curve) for curve in curves])
    _line(figure, [0, 1], [0, 1], "chance")
    return _framed(figure, FALSE_POSITIVES, SENSITIVITY, percent=True)


def precision_recall(versions: Sequence[Evaluated]) -> go.Figure:
    """Precision against sensitivity, with 95 % bands."""
    curves = [version.measured.precision_recall for version in versions]
    figure = _banded(versions, [(curve.recall, curve) for curve in curves])
    return _framed(figure, SENSITIVITY, PRECISION, percent=True)


def calibration(versions: Sequence[Series]) -> go.Figure:
    """What happened against what was predicted, over a histogram of the predictions."""
    curves = [version.measured.calibration for version in versions]
    figure = _banded(versions, [(curve.risk, curve) for curve in curves])
    bars = versions[0].measured.histogram
    most = max([*bars.diseased, *bars.healthy, 1])
    for counts, whose, sign, colour in (
        (bars.diseased, "with", 1, VERMILLION),
        (bars.healthy, "without", -1, GREY),
    ):
        figure.add_bar(
            x=bars.risk,
            y=[sign * 0.1 * count / most for count in counts],
            base=-0.12,
            marker_color=colour,
            opacity=0.6,
            name=f"patients {whose} the outcome",
            customdata=counts,
            hovertemplate="%{customdata:.0f} patients<extra></extra>",
        )
    _line(figure, [0, 1], [0, 1], "perfect")
    figure = _framed(figure, "Predicted risk", "Share who had the outcome", percent=True)
    figure.update_yaxes(range=[-0.25, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure.update_layout(barmode="overlay", bargap=0.1)


def decision(versions: Sequence[Series], threshold: float) -> go.Figure:
    """Net benefit over thresholds, beside acting on everybody and on nobody."""
    curves = [version.measured.decision for version in versions]
    figure = _banded(versions, [(curve.threshold, curve) for curve in curves])
    figure.add_scatter(
        x=curves[0].threshold,
        y=curves[0].everybody,
        mode="lines",
        line={"color": GREY, "dash": "dot"},
        name="act on everybody",
    )
    _line(figure, [0, 1], [0, 0], "act on nobody")
    figure.add_vline(threshold, line={"color": GREY, "width": 1})
    figure = _framed(figure, "Threshold", "Net benefit per patient", percent=False)
    prevalence = versions[0].measured.events / versions[0].measured.patients
    figure.update_yaxes(range=[-0.1, prevalence + 0.05])
    return figure.update_xaxes(tickformat=".0%")


def forest(groups: Sequence[Subgroup], metric: str, overall: float | None) -> go.Figure:
    """One metric by subgroup, with 95 % intervals, patients and events; a line at the whole."""
    points = [
        (f"{group.label} ({group.events} of {group.patients})", value, found.low, found.high)
        for group in groups
        if (value := (found := group.estimate(metric)).value) is not None
    ]
    figure = go.Figure(
        go.Scatter(
            x=[value for _, value, _, _ in points],
            y=[label for label, _, _, _ in points],
            mode="markers",
            marker={"color": BLUE, "size": 10, "symbol": "square"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [0 if high is None else high - value for _, value, _, high in points],
                "arrayminus": [0 if low is None else value - low for _, value, low, _ in points],
                "color": BLUE,
            },
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    if overall is not None:
        figure.add_vline(overall, line={"color": GREY, "dash": "dot"})
    figure = _framed(figure, "", "", percent=False)
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
        bins = version.measured.instability.by_risk
        risks = [each.risk for each in bins]
        _band(figure, risks, [each.low for each in bins], [each.high for each in bins], colour)
        figure.add_scatter(
            x=risks,
            y=risks,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            name=version.label,
        )
    return _framed(figure, "Risk by this model", "Risk by 95 % of refits", percent=True)


def _banded(versions: Sequence[Series], curves: Sequence[tuple[Column, Curve]]) -> go.Figure:
    """A curve of each version, over what it runs across."""
    figure = go.Figure()
    for version, (across, curve), colour, dash in zip(
        versions, curves, COLOURS, DASHES, strict=False
    ):
        _band(figure, across, curve.low, curve.high, colour)
        figure.add_scatter(
            x=across,
            y=curve.value,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            name=version.label,
        )
    return figure


def _band(figure: go.Figure, across: Column, low: Column, high: Column, colour: str) -> None:
    known = [
        (x, bottom, top)
        for x, bottom, top in zip(across, low, high, strict=True)
        if bottom is not None and top is not None
    ]
    figure.add_scatter(
        x=[x for x, _, _ in known] + [x for x, _, _ in reversed(known)],
        y=[top for _, _, top in known] + [bottom for _, bottom, _ in reversed(known)],
        fill="toself",
        fillcolor=colour,
        opacity=0.15,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _line(figure: go.Figure, x: Column, y: Column, name: str) -> None:
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": GREY, "dash": "dot"}, name=name)


def _framed(figure: go.Figure, x_title: str, y_title: str, *, percent: bool) -> go.Figure:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": -0.28, "x": 0},
        dragmode=False,
    )
    figure.update_xaxes(title=x_title, range=[0, 1], fixedrange=True, zeroline=False)
    figure.update_yaxes(title=y_title, fixedrange=True, zeroline=False)
    if percent:
        figure.update_xaxes(tickformat=".0%")
        figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return figure
