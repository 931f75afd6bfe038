"""Curves over every threshold, and the counts at the one chosen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import markdown
from dashboard.components.performance import chart
from dashboard.components.shell import threshold
from dashboard.figures import CONFIG
from dashboard.figures import performance as figures
from dashboard.figures.performance import Evaluated
from model.evaluation.wording import OF_100, hundred, percent


def render(versions: Sequence[Evaluated]) -> None:
    chart.heading("At every threshold")
    left, right = st.columns(2, gap="large")
    with left:
        chart.chart(
            "ROC curve",
            figures.roc(versions),
            "How many with the outcome are found, and at what cost",
        )
    with right:
        chart.chart(
            "Precision and recall",
            figures.precision_recall(versions),
            "How many of those at or above a threshold have the outcome",
        )
    with left:
        chart.chart(
            "Calibration",
            figures.calibration(versions),
            "Of patients given a risk of 30 %, 30 of 100 should have the outcome",
        )
    with right:
        chart.chart(
            "Decision curve",
            figures.decision(versions, threshold.current()),
            "Above both dotted lines, acting on the model does more good than acting on everybody "
            "or on nobody",
        )


def at_threshold(versions: Sequence[Evaluated]) -> None:
    at = threshold.current()
    chart.heading(f"At your threshold of {percent(at)}, of 100 patients")
    for version, column in zip(versions, st.columns(len(versions)), strict=True):
        counts = hundred(version.measured.of_100, at)
        with column:
            st.write(
                f"{markdown.plain(version.label)}: **{counts['found']:d} found**, "
                f"**{counts['missed']:d} missed**, **{counts['needless']:d} false alarms**, "
                f"{counts['spared']:d} correctly ruled out."
            )
            said = ", ".join(f"{counts[kind]} {name}" for kind, name in OF_100.items())
            st.plotly_chart(
                figures.of_100(counts),
                config=CONFIG,
                alt=f"Of 100 patients at {percent(at)}: {said}",
                key=f"of_100.{version.label}",
            )
