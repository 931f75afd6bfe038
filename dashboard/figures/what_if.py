"""What changes the number: a response curve, and what missing tests could do."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import INK
from dashboard.figures.risk import colour
from model.interpretation.missing_tests import Prospect
from model.interpretation.what_if import Response

ROW = 46
TOTAL = "#5B6B7B"
PERCENT = {"tickformat": ".0%", "fixedrange": True, "zeroline": False}


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
            hovertemplate=f"This patient: {risk:.0%}<extra></extra>",
        )
    figure.update_layout(
        height=270, margin={"l": 8, "r": 12, "t": 10, "b": 40}, showlegend=False, dragmode=False
    )
    figure.update_yaxes(range=[-0.02, 1.02], tickfont=ink, **PERCENT)
    unit = f", {found.feature.unit}" if found.feature.unit else ""
    label = html.escape(found.feature.label + unit, quote=False)
    return figure.update_xaxes(
        title={"text": label, "font": ink}, tickfont=ink, fixedrange=True, zeroline=False
    )


def response_text(found: Response, own: float, risk: float) -> str:
    """The same picture for those who cannot see it."""
    feature = found.feature
    unknown = bool(np.isnan(found.low).all())
    shown = range(len(found.values)) if feature.is_coded else (0, len(found.values) // 2, -1)
    told = "; ".join(
        f"{feature.in_words(float(found.values[at]))} {found.risk[at]:.0%} "
        + ("" if unknown else f"({found.low[at]:.0%} to {found.high[at]:.0%})")
        for at in shown
    )
    here = "" if np.isnan(own) else f" This patient: {feature.in_words(own)}, {risk:.0%}."
    return f"Risk by {feature.label}: {told}.{here}"


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
        customdata=np.column_stack([found.low, found.high]),
        hovertemplate="%{x}: %{y:.0%}"
        + ("" if np.isnan(found.low).all() else " (%{customdata[0]:.0%} to %{customdata[1]:.0%})")
        + "<extra></extra>",
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
            x=[found.feature.in_words(float(each)) for each in found.values],
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
            hovertemplate="%{x}: %{y:.0%}<extra></extra>",
        )
    )


def prospects(
    found: Sequence[Prospect], risk: float, threshold: float, theme: str | None = None
) -> go.Figure:
    """The range each missing test could bring the risk to, the widest on top."""
    ink = {"color": INK[theme]} if theme in INK else {}
    rows, blue = list(range(len(found))), colour(theme)
    figure = go.Figure(
        go.Bar(
            y=rows,
            x=[each.width for each in found],
            base=[each.low for each in found],
            width=0.34,
            orientation="h",
            marker={"color": blue, "opacity": 0.45},
            customdata=[prospect_text(each) for each in found],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.add_scatter(
        x=[risk] * len(found),
        y=rows,
        mode="markers",
        marker={"symbol": "line-ns", "size": 16, "line": {"width": 4, "color": blue}},
        hovertemplate=f"Now {risk:.0%}<extra></extra>",
    )
    figure.add_vline(
        x=threshold, line={"color": TOTAL, "width": 1.5, "dash": "dash"}, layer="below"
    )
    for row, each in zip(rows, found, strict=True):
        figure.add_annotation(
            x=0,
            y=row,
            xref="paper",
            text=html.escape(prospect_text(each), quote=False),
            font={"size": 13, **ink},
            showarrow=False,
            borderpad=0,
            xanchor="left",
            yanchor="bottom",
            yshift=ROW * 0.19,
        )
    figure.update_layout(
        height=ROW * len(found) + 50,
        margin={"l": 8, "r": 16, "t": 8, "b": 28},
        showlegend=False,
        dragmode=False,
    )
    figure.update_xaxes(range=[-0.01, 1.02], tickfont=ink, **PERCENT)
    return figure.update_yaxes(
        range=[len(found) - 0.5, -0.75], showticklabels=False, showgrid=False, fixedrange=True
    )


def prospect_text(found: Prospect) -> str:
    """One test in words: what it could bring the risk to."""
    name = found.test[0].upper() + found.test[1:]
    return f"{name}: {100 * found.low:.0f} to {100 * found.high:.0f} %"
