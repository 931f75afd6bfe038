"""Tables to plotly figures. Colours are safe for the colour-blind and never the only sign."""

from __future__ import annotations

from typing import Any

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,  # it would upload the patient's chart
}
