"""Curves over every threshold, and the counts at the one chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import markdown
from dashboard.components.performance import chart
from dashboard.components.shell import threshold
from dashboard.figures import CONFIG
from dashboard.figures import performance as figures
from dashboard.figures.performance import Series

OF_100 = ("found", "missed", "needless", "spared")


def render(versions: Sequence[Series]) -> None:
    chart.heading("At every threshold")
    left, right = st.columns(2, gap="large")
    with left:
        chart.chart(
            "ROC curve", figures.roc(versions), "How many diseased are found, and at what cost"
        )
    with right:
        chart.chart(
            "Precision and recall",
            figures.precision_recall(versions),
            "How often it is right when it calls somebody diseased",
        )
    with left:
        chart.chart(
            "Calibration",
            figures.calibration(versions),
            "Of patients given a risk of 30 %, 30 of 100 should have the disease",
        )
    with right:
        chart.chart(
            "Decision curve",
            figures.decision(versions, threshold.current()),
            "Above both dotted lines, acting on the model does more good than acting on everybody "
            "or on nobody",
        )


def at_threshold(versions: Sequence[Series]) -> None:
    at = threshold.current()
    chart.heading(f"At your threshold of {at:.0%}, of 100 patients")
    for version, column in zip(versions, st.columns(len(versions)), strict=True):
        counts = hundred(version.evaluation["of_100"], at)
        with column:
            st.write(
                f"{markdown.plain(version.label)}: **{counts['found']:d} found**, "
                f"**{counts['missed']:d} missed**, **{counts['needless']:d} sent on needlessly**, "
                f"{counts['spared']:d} rightly spared."
            )
            said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            st.plotly_chart(
                figures.of_100(counts),
                config=CONFIG,
                alt=f"Of 100 patients at {at:.0%}: {said}",
                key=f"of_100.{version.label}",
            )


def hundred(curve: Mapping[str, Sequence[float]], at: float) -> dict[str, int]:
    """The four counts at the nearest threshold, as whole patients that add up to 100."""
    nearest = min(range(len(curve["threshold"])), key=lambda i: abs(curve["threshold"][i] - at))
    exact = {kind: curve[kind][nearest] for kind in OF_100}
    whole = {kind: int(value) for kind, value in exact.items()}
    by_rest = sorted(OF_100, key=lambda kind: whole[kind] - exact[kind])
    for kind in by_rest[: 100 - sum(whole.values())]:
        whole[kind] += 1
    return whole
