"""What was measured of all patients of a file together: metrics and curves, by version."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.components.shell import threshold
from dashboard.figures import CONFIG
from dashboard.figures import performance as figures
from dashboard.figures.performance import Series
from dashboard.markdown import note, plain
from model.evaluation.wording import METRICS

CHART = 380  # pixels; where two do not fit, one comes under the other


def table(series: Sequence[Series]) -> None:
    """A row a metric, a column a version."""
    told = pd.DataFrame(
        [
            {
                "Metric": label,
                **{
                    f"{each.label} [95 % interval]": text.estimated(each.measured.estimate(name))
                    for each in series
                },
            }
            for name, label in METRICS.items()
        ]
    )
    st.dataframe(
        told,
        hide_index=True,
        height="content",
        alt="Metrics on these patients, with 95 % intervals",
    )


def charts(series: Sequence[Series]) -> None:
    """ROC, calibration and decision curve, two beside each other where they fit."""
    page = st.grid(2, min_column_width=CHART, gap="medium")
    for title, figure, reading in (
        ("ROC curve", figures.roc(series), "How many with the outcome are found, and at what cost"),
        (
            "Calibration",
            figures.calibration(series),
            "Of patients given a risk of 30 %, 30 of 100 should have the outcome",
        ),
        (
            "Decision curve",
            figures.decision(series, threshold.current()),
            "Above both dotted lines, acting on the model does more good than acting on everybody "
            "or on nobody",
        ),
    ):
        with page.cell():
            st.markdown(f"### {plain(title)}")
            st.plotly_chart(figure, config=CONFIG, alt=f"{title}. {reading}.", key=f"batch.{title}")
            st.markdown(note(plain(f"{reading}.")))
