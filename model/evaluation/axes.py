"""The axes of the figures of a report, and what stands around them."""

from __future__ import annotations

from typing import Any

from model.evaluation.traces import GREY

INK = "#14212E"
GRID = "#E3E8ED"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
HEIGHT = 360
"""Pixels."""


def layout(x: str, y: str, xaxis: dict[str, Any], yaxis: dict[str, Any]) -> dict[str, Any]:
    return {
        "template": "none",
        "height": HEIGHT,
        "margin": {"l": 60, "r": 16, "t": 12, "b": 60},
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "font": {"size": 12},
        },
        "xaxis": axis(x, xaxis),
        "yaxis": axis(y, yaxis),
    }


def axis(title: str, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": 13}, "standoff": 8},
        "gridcolor": GRID,
        "linecolor": GREY,
        "zeroline": False,
        "fixedrange": True,
        **more,
    }


def shares() -> dict[str, Any]:
    """An axis from nothing to all."""
    return {"range": [-0.02, 1.02], "tickvals": [0, 0.25, 0.5, 0.75, 1]}
