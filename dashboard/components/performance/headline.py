"""The metrics of the version as a whole, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.components.performance import chart
from dashboard.figures.performance import Evaluated
from model.evaluation.measured import quick
from model.evaluation.wording import METRICS, OPTIMISTIC


def render(versions: Sequence[Evaluated]) -> None:
    measured = versions[0].measured
    how = measured.resampling
    chart.note(
        f"{measured.patients} patients, {measured.events} with the outcome. {how.repeats} x "
        f"{how.folds}-fold {how.scheme}; in brackets the 95 % interval, by bootstrap of the "
        f"patients. {OPTIMISTIC}"
    )
    for version in versions:
        if rough := quick(version.measured.resampling.repeats):
            st.warning(markdown.plain(f"{version.label}: {rough}"))
    rows = []
    for name, label in METRICS.items():
        shown = {
            version.label: text.estimated(version.measured.estimate(name)) for version in versions
        }
        rows.append({"Metric": label, **shown})
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", alt="Headline metrics with intervals"
    )
