"""How far the risks would lie apart had other patients been studied."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.performance import chart
from dashboard.figures import performance as figures
from dashboard.figures.performance import Evaluated


def render(versions: Sequence[Evaluated]) -> None:
    facts = versions[0].measured.instability
    chart.chart(
        "Stability",
        figures.instability(versions),
        "With another sample of patients the risks would differ: half of the intervals are "
        f"narrower than {facts.median_interval_width:.2f}, the widest is "
        f"{facts.widest_interval:.2f}",
    )
