"""One patient's number, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import figures, text
from dashboard.services import Chosen
from model.intake import Issue
from model.scoring import Assessment, risk_of
from model.scoring.reasons import Reason, reasons, sentence, steps

OUTSIDE = "outside-training-range"


def render(
    chosen: Chosen, patient: pd.Series, assessment: Assessment, issues: Sequence[Issue] = ()
) -> None:
    """Draw the risk, the sentence, the flags, the waterfall and where the number comes from."""
    schema = chosen.model.schema
    risk = float(assessment.risk[0])
    with st.container(border=True, gap="xsmall"):
        st.markdown(text.plain(f"Risk of a {schema.outcome.label}, {schema.outcome.timing}"))
        st.title(f"{100 * risk:.1f} %", anchor=False)
        st.markdown(f"**{text.plain(text.of_hundred(risk, schema.outcome))}**")
    if flagged := [each.column for each in issues if each.code == OUTSIDE and each.column]:
        named = text.listed([schema[name].label for name in flagged])
        st.warning(
            f"{text.plain(named)}: outside the range the model was trained on. Trust this number "
            "less."
        )
    if assessment.explanation is not None:
        shares = assessment.explanation.contributions.iloc[0]
        ordered = reasons(schema, patient, shares)
        _why(float(assessment.explanation.base[0]), ordered)
    st.markdown(text.note(text.plain(text.provenance(chosen.version, chosen.scorer.route))))


def _why(base: float, ordered: tuple[Reason, ...]) -> None:
    st.markdown("#### What moved the number", anchors=False)
    st.write(text.plain(sentence(ordered)))
    path = list(steps(base, ordered))
    start = float(risk_of(np.array([base]))[0])
    st.plotly_chart(
        figures.waterfall(start, path, st.context.theme.type),
        config=figures.CONFIG,
        alt=figures.waterfall_text(start, path),
        key="waterfall",
    )
    if any(not each.measured and not each.unused for each in ordered):
        st.markdown(text.note("Grey: not measured; this model counts the test at its usual value."))
    st.markdown(
        text.note(
            "Numbers beside the bars are percentage points, counted in from the largest effect to "
            "the smallest. They say how the model weighs these findings, not what causes the "
            "disease."
        )
    )
    with st.expander("The same in log-odds"):
        st.dataframe(_table(base, ordered), hide_index=True, alt="Contributions in log-odds")


def _table(base: float, ordered: tuple[Reason, ...]) -> pd.DataFrame:
    rows = [("Average in training", base), *((each.finding, each.contribution) for each in ordered)]
    total = sum(value for _, value in rows)
    rows.append(("Sum: this patient", total))
    return pd.DataFrame(rows, columns=["Finding", "Log-odds"]).round({"Log-odds": 3})
