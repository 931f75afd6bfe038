"""Tables to plotly figures. Colours are safe for the colour-blind and never the only sign."""

from __future__ import annotations

from typing import Any

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,  # it would upload the patient's chart
}

INK = {"light": "#14212E", "dark": "#E6EDF3"}
"""The page's own text, by theme: Streamlit's grey for charts is too pale to read."""
