"""The risk over the values of one input, everything else as it is."""

from __future__ import annotations

import html
import math

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import INK
from dashboard.figures.risk import colour
from dashboard.figures.scale import PERCENT_AXIS
from dashboard.text import percent, with_interval
from model.interpretation.what_if import Response

TOTAL = "#5B6B7B"
HOVER = "%{x}: %{customdata}<extra></extra>"


def response(found: Response, own: float, risk: float, theme: str | None = None) -> go.Figure:
    """The risk over the values of one feature, with its interval, and where the patient is.

    own : the patient's value, NaN for "not measured". risk : the risk with it.
    """
    ink = {"color": INK[theme]} if theme in INK else {}
    figure = _levels(found, theme) if found.feature.is_coded else _curve(found, theme)
    if not np.isnan(own):
        at = found.feature.in_words(own) if found.feature.is_coded else own
        figure.add_scatter(
            x=[at],
            y=[risk],
            mode="markers",
            marker={"size": 13, "color": TOTAL, "symbol": "diamond", "line": {"width": 1.5}},
            marker_line_color="#FFFFFF",
            hovertemplate=f"This patient: {percent(risk)}<extra></extra>",
        )
    figure.update_layout(
        height=270, margin={"l": 8, "r": 12, "t": 10, "b": 40}, showlegend=False, dragmode=False
    )
    figure.update_yaxes(
        range=[-0.02, 1.02], tickfont=ink, fixedrange=True, zeroline=False, **PERCENT_AXIS
    )
    unit = f", {found.feature.unit}" if found.feature.unit else ""
    label = html.escape(found.feature.label + unit, quote=False)
    return figure.update_xaxes(
        title={"text": label, "font": ink}, tickfont=ink, fixedrange=True, zeroline=False
    )


def response_text(found: Response, own: float = math.nan, risk: float = math.nan) -> str:
    """The same picture for those who cannot see it; with no patient in it where `own` is NaN."""
    feature = found.feature
    shown = range(len(found.values)) if feature.is_coded else (0, len(found.values) // 2, -1)
    told = "; ".join(
        with_interval(feature.in_words(float(found.values[at])), *ends)
        for at in shown
        for ends in [(float(found.risk[at]), float(found.low[at]), float(found.high[at]))]
    )
    here = "" if math.isnan(own) else f" This patient: {feature.in_words(own)}, {percent(risk)}."
    return f"Risk by {feature.label}: {told}.{here}"


def _told(found: Response) -> list[str]:
    """Each risk with its interval, in words."""
    return [
        with_interval("", *ends).removeprefix(": ")
        for ends in zip(found.risk, found.low, found.high, strict=True)
    ]


def _curve(found: Response, theme: str | None) -> go.Figure:
    values, blue = found.values, colour(theme)
    figure = go.Figure(
        go.Scatter(
            x=np.concatenate([values, values[::-1]]),
            y=np.concatenate([found.high, found.low[::-1]]),
            fill="toself",
            fillcolor=blue,
            opacity=0.25,
            line={"width": 0},
            hoverinfo="skip",
        )
    )
    figure.add_scatter(
        x=values,
        y=found.risk,
        mode="lines",
        line={"color": blue, "width": 2.5},
        customdata=_told(found),
        hovertemplate=HOVER,
    )
    trained = found.feature.trained
    if trained is not None:
        figure.add_vrect(
            x0=trained.low,
            x1=trained.high,
            fillcolor=TOTAL,
            opacity=0.12,
            line_width=0,
            layer="below",
            annotation_text="seen in training",
            annotation_position="top left",
            annotation_font_size=11,
        )
    return figure


def _levels(found: Response, theme: str | None) -> go.Figure:
    blue = colour(theme)
    return go.Figure(
        go.Scatter(
            x=[found.feature.in_words(float(value)) for value in found.values],
            y=found.risk,
            mode="markers",
            marker={"size": 10, "color": blue},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": found.high - found.risk,
                "arrayminus": found.risk - found.low,
                "color": blue,
                "thickness": 2,
            },
            customdata=_told(found),
            hovertemplate=HOVER,
        )
    )
