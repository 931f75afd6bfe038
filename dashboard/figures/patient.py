"""One patient: how the risk builds up."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go

from model.scoring.reasons import Step

RAISES = "#D55E00"
LOWERS = "#0072B2"
UNMEASURED = "#8C96A0"
TOTAL = "#5B6B7B"
INK = {"light": "#14212E", "dark": "#E6EDF3"}  # as the text of the page
ROW_HEIGHT = 40
BAR_HEIGHT = 14
LABEL_SIZE, NUMBER_SIZE = 13, 12
AVERAGE = "Average in training"
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
SMALLEST_POINTS = 0.05  # percentage points: what would round to 0.0


def waterfall(
    base: float,
    steps: Sequence[Step],
    theme: str | None = None,
    start: str = AVERAGE,
    end: str = "This patient",
) -> go.Figure:
    """How the risk builds up: one bar a finding, from the training average to the patient.

    Parameters
    ----------
    base : the risk at the mean log-odds of the training patients.
    steps : in the order they are drawn, top to bottom.
    theme : ``light`` or ``dark``, where it is known; Streamlit's own grey is too pale to read.
    start, end : what the risk is of where it begins, and where it ends.
    """
    ink = {"color": INK[theme]} if theme in INK else {}
    risk = steps[-1].after
    drawn = [step for step in steps if not step.reason.unused]
    bars = [(start, 0.0, base, TOTAL, _percent(base))]
    bars += [
        (step.reason.finding, step.before, step.change, _colour(step), _points(step))
        for step in drawn
    ]
    if unused := len(steps) - len(drawn):
        bars.append((_not_measured(unused), risk, 0.0, UNMEASURED, "not used"))
    bars.append((end, 0.0, risk, TOTAL, f"<b>{_percent(risk)}</b>"))
    labels, starts, lengths, colours, texts = zip(*bars, strict=True)
    rows = list(range(len(labels)))
    bar = go.Bar(
        y=rows,
        x=lengths,
        base=starts,
        width=BAR_HEIGHT / ROW_HEIGHT,
        orientation="h",
        marker={"color": colours},
        text=texts,
        textposition="outside",
        textfont={"size": NUMBER_SIZE, **ink},
        cliponaxis=False,
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[
            f"{html.escape(label, quote=False)}: {text}"
            for label, text in zip(labels, texts, strict=True)
        ],
    )
    layout = {
        "height": ROW_HEIGHT * len(labels) + 48,
        "margin": {"l": 14, "r": 16, "t": 8, "b": 28},
        "showlegend": False,
        "dragmode": False,
        # Each label stands over its bar, not beside it: the bars have the whole width, and no
        # finding is too long for a narrow page. All at once: plotly checks all anew for each
        # one that is added.
        "annotations": [
            {
                "x": 0,
                "y": row,
                "xref": "paper",
                "text": html.escape(label, quote=False),
                "font": {"size": LABEL_SIZE, **ink},
                "showarrow": False,
                "borderpad": 0,
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": BAR_HEIGHT / 2,
            }
            for row, label in zip(rows, labels, strict=True)
        ],
        "xaxis": {
            "range": [0, 1.12],
            "tickvals": TICKS,
            "ticktext": [_percent(tick) for tick in TICKS],
            "tickfont": {"size": NUMBER_SIZE, **ink},
            "fixedrange": True,
            "zeroline": False,
        },
        "yaxis": {
            "range": [len(labels) - 0.5, -0.8],
            "showticklabels": False,
            "showgrid": False,
            "fixedrange": True,
        },
    }
    return go.Figure(bar, layout)


def waterfall_text(
    base: float, steps: Sequence[Step], start: str = "the average in training"
) -> str:
    """The same picture for those who cannot see it."""
    told = [f"{s.reason.finding} {_points(s)}" for s in steps if not s.reason.unused]
    if unused := len(steps) - len(told):
        told.append(f"{_not_measured(unused)}, not used")
    path, begins, ends = "; ".join(told), _percent(base), _percent(steps[-1].after)
    return f"From {begins}, {start}, to {ends}: {path}."


def _colour(step: Step) -> str:
    if not step.reason.measured or step.reason.set_aside:
        return UNMEASURED
    return RAISES if step.change >= 0 else LOWERS


def _percent(risk: float) -> str:
    return f"{100 * risk:.0f} %"


def _points(step: Step) -> str:
    if step.reason.set_aside:
        return "not used"
    points = 100 * step.change
    return "0" if abs(points) < SMALLEST_POINTS else f"{points:+.1f}".replace("-", "−")


def _not_measured(count: int) -> str:
    return "1 test not measured" if count == 1 else f"{count} tests not measured"
