"""How far the risks would lie apart had other patients been studied."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.performance import chart
from dashboard.figures import performance as figures
from dashboard.figures.performance import Evaluated
from model.evaluation.wording import interval_width


def render(versions: Sequence[Evaluated]) -> None:
    facts = versions[0].measured.instability
    chart.chart(
        "Stability",
        figures.instability(versions),
        "With another sample of patients the risks would differ, by "
        f"{facts.mean_absolute_distance:.2f} on average. {interval_width(facts)}",
    )
