"""One patient's number, and what moved it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import figures, text
from dashboard.services import Chosen
from model.scoring import Assessment, risk_of
from model.scoring.reasons import Reason, reasons, sentence, steps


def render(chosen: Chosen, patient: pd.Series, assessment: Assessment) -> None:
    """Draw the risk, the sentence, the waterfall and where the number comes from."""
    schema = chosen.model.schema
    risk = float(assessment.risk[0])
    st.metric(
        f"Risk of a {schema.outcome.label}, {schema.outcome.timing}",
        f"{100 * risk:.1f} %",
        border=True,
    )
    st.markdown(f"**{text.of_hundred(risk, schema.outcome)}**")
    if assessment.explanation is not None:
        shares = assessment.explanation.contributions.iloc[0]
        ordered = reasons(schema, patient, shares)
        _why(float(assessment.explanation.base[0]), ordered)
    st.caption(text.plain(text.provenance(chosen.version, chosen.scorer.route)))


def _why(base: float, ordered: tuple[Reason, ...]) -> None:
    st.subheader("What moved the number", anchor=False)
    st.write(text.plain(sentence(ordered)))
    path = list(steps(base, ordered))
    start = float(risk_of(np.array([base]))[0])
    st.plotly_chart(
        figures.waterfall(start, path),
        config=figures.CONFIG,
        alt=figures.waterfall_text(start, path),
        key="waterfall",
    )
    if any(not each.measured for each in ordered):
        st.caption(
            "Grey: not measured. Where a grey bar has a length, this model counts the missing test "
            "at a usual value; where it has none, the test is not used."
        )
    st.caption(
        "Numbers beside the bars are percentage points, counted in from the largest effect to the "
        "smallest. They say how the model weighs these findings, not what causes the disease."
    )
    with st.expander("The same in log-odds"):
        st.dataframe(_table(base, ordered), hide_index=True, alt="Contributions in log-odds")


def _table(base: float, ordered: tuple[Reason, ...]) -> pd.DataFrame:
    rows = [("Average in training", base), *((each.finding, each.contribution) for each in ordered)]
    total = sum(value for _, value in rows)
    rows.append(("Sum: this patient", total))
    return pd.DataFrame(rows, columns=["Finding", "Log-odds"]).round({"Log-odds": 3})
