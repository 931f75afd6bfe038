"""Two versions beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from model.interpretation.version_comparison import Importance

FIRST, SECOND = "#0072B2", "#E69F00"
ROW = 34
"""Pixels, of an input with its two bars."""


def importances(found: Sequence[Importance], first: str, second: str) -> go.Figure:
    """How much each input moves either version: two bars an input, the largest on top."""
    labels = [size.label for size in found]
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                y=labels,
                x=sizes,
                orientation="h",
                marker={"color": colour, "pattern": {"shape": shape}},
                hovertemplate="%{y}: %{x:.2f}<extra>" + name + "</extra>",
            )
            for name, sizes, colour, shape in (
                (first, [size.first for size in found], FIRST, ""),
                (second, [size.second for size in found], SECOND, "/"),
            )
        ]
    )
    figure.update_layout(
        barmode="group",
        height=ROW * len(found) + 90,
        margin={"l": 8, "r": 16, "t": 8, "b": 36},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        dragmode=False,
    )
    figure.update_xaxes(title="mean size of its contribution, log-odds", fixedrange=True)
    return figure.update_yaxes(autorange="reversed", automargin=True, fixedrange=True)


def importances_text(found: Sequence[Importance], first: str, second: str) -> str:
    """The same picture for those who cannot see it."""
    told = "; ".join(f"{size.label} {size.first:.2f} and {size.second:.2f}" for size in found)
    return f"Mean size of each input's contribution in {first} and in {second}: {told}."
