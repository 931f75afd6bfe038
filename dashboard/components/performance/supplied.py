"""How an adopted version does on the table that was handed in with it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.markdown import note, plain
from model.evaluation.wording import METRICS, shown
from model.scoring.supplied import Supplied


def render(found: Supplied) -> None:
    """Its metrics, and above them why they may be too good."""
    st.warning(plain(text.ONLY_SUPPLIED))
    st.markdown(
        plain(
            f"{found.patients:,} patients of the table, of whom {found.events:,} had the outcome. "
            f"Column {found.column} was taken for it."
        )
    )
    rows = [
        {"Metric": label, "Value [95 % interval]": shown(found.estimate(name))}
        for name, label in METRICS.items()
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        alt="Metrics on the table supplied, with 95 % intervals",
    )
    st.markdown(note("Intervals by bootstrap of the patients."))
