"""The metrics of the version as a whole, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.components.performance import chart
from dashboard.figures.performance import Series
from model.evaluation.wording import METRICS, OPTIMISTIC


def render(versions: Sequence[Series]) -> None:
    how = versions[0].evaluation["resampling"]
    chart.note(
        f"{versions[0].evaluation['patients']} patients, {versions[0].evaluation['events']} with "
        f"the outcome. {how['repeats']} x {how['folds']}-fold {how['scheme']}; in brackets the "
        f"95 % interval, by bootstrap of the patients. {OPTIMISTIC}"
    )
    rows = []
    for name, label in METRICS.items():
        cells = [version.evaluation["metrics"].get(name) for version in versions]
        shown = {v.label: text.estimated(cell) for v, cell in zip(versions, cells, strict=True)}
        rows.append({"Metric": label, **shown})
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", alt="Headline metrics with intervals"
    )
