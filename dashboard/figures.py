"""Tables to plotly figures. Colours are safe for the colour-blind and never the only sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from model.scoring.reasons import Step

RAISES = "#D55E00"
LOWERS = "#0072B2"
UNMEASURED = "#8C96A0"
TOTAL = "#5B6B7B"
ROW_HEIGHT = 30
SMALLEST_POINTS = 0.05  # percentage points: what would round to 0.0

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,  # it would upload the patient's chart
}


def waterfall(base: float, steps: Sequence[Step]) -> go.Figure:
    """How the risk builds up: one bar a finding, from the training average to the patient.

    Parameters
    ----------
    base : the risk at the mean log-odds of the training patients.
    steps : in the order they are drawn, top to bottom.
    """
    risk = steps[-1].after
    labels = ["Average in training", *(step.reason.finding for step in steps), "This patient"]
    starts = [0.0, *(step.before for step in steps), 0.0]
    lengths = [base, *(step.change for step in steps), risk]
    colours = [TOTAL, *(_colour(step) for step in steps), TOTAL]
    texts = [f"{base:.0%}", *(_points(step) for step in steps), f"<b>{risk:.0%}</b>"]
    figure = go.Figure(
        go.Bar(
            y=list(range(len(labels))),
            x=lengths,
            base=starts,
            orientation="h",
            marker_color=colours,
            text=texts,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{customdata}<extra></extra>",
            customdata=[f"{label}: {text}" for label, text in zip(labels, texts, strict=True)],
        )
    )
    figure.update_layout(
        height=ROW_HEIGHT * len(labels) + 60,
        margin={"l": 0, "r": 24, "t": 8, "b": 32},
        showlegend=False,
        bargap=0.35,
        dragmode=False,
    )
    figure.update_xaxes(range=[0, 1.08], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1.0])
    figure.update_yaxes(
        autorange="reversed",
        tickvals=list(range(len(labels))),
        ticktext=labels,
        showgrid=False,
        automargin=True,
        fixedrange=True,
    )
    figure.update_xaxes(fixedrange=True, zeroline=False)
    return figure


def waterfall_text(base: float, steps: Sequence[Step]) -> str:
    """The same picture for those who cannot see it."""
    told = "; ".join(f"{step.reason.finding} {_points(step)}" for step in steps)
    return f"From {base:.0%}, the average in training, to {steps[-1].after:.0%}: {told}."


def _colour(step: Step) -> str:
    if not step.reason.measured:
        return UNMEASURED
    return RAISES if step.change >= 0 else LOWERS


def _points(step: Step) -> str:
    points = 100 * step.change
    if abs(points) < SMALLEST_POINTS:
        return "0" if step.reason.measured else "not used"
    return f"{points:+.1f}".replace("-", "−")
