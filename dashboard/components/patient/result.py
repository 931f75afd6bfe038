"""What moved the number, and where it comes from: below the number itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.assessed_patient import Case
from dashboard.figures import waterfall
from model.interpretation.reasons import sentence, steps
from model.scoring import risk_of

PROOF = "proof"
HOW_TO_READ = (
    "Percentage points, shared in proportion to the log-odds. They say how the model weighs these "
    "findings, not what causes the outcome."
)


def render(case: Case) -> None:
    """Draw the reasons."""
    st.markdown("## What moved the number", anchors=False)
    st.write(markdown.plain(sentence(case.findings)))
    path = list(steps(case.base, case.causes))
    start = float(risk_of(np.array([case.base]))[0])
    st.html(waterfall.drawn(waterfall.bars(start, path)))
    grey = any(not reason.measured and not reason.unused for reason in case.causes)
    unmeasured = " Grey: not measured, and yet of effect in this model." if grey else ""
    st.markdown(markdown.note(HOW_TO_READ + unmeasured))


def proof(case: Case) -> None:
    """That the contributions add up to the number, and where the number comes from."""
    folded = st.expander("Log-odds and the sum", key=PROOF, on_change="rerun")
    if folded.open:
        with folded:
            st.dataframe(_table(case), hide_index=True, alt="Contributions in log-odds")
            st.markdown(markdown.note(markdown.plain(_proof(case))))
    provenance = text.provenance(case.chosen.version, case.chosen.scorer.route)
    st.markdown(markdown.note(markdown.plain(provenance)))


def _table(case: Case) -> pd.DataFrame:
    rows = [("Average patient in training", case.base)]
    rows += [(reason.finding, reason.contribution) for reason in case.causes]
    rows.append(("Sum: this patient", _sum(case)))
    return pd.DataFrame(rows, columns=["Finding", "Log-odds"]).round({"Log-odds": 3})


def _proof(case: Case) -> str:
    total = _sum(case)
    risk = float(risk_of(np.array([total]))[0])
    return (
        f"The rows add up to {total:.4f} log-odds, which is a risk of "
        f"1 / (1 + exp({-total:.4f})) = {100 * risk:.4f} %. The number shown is "
        f"{100 * case.risk:.4f} %: they differ by {abs(risk - case.risk):.0e}."
    )


def _sum(case: Case) -> float:
    return case.base + sum(reason.contribution for reason in case.causes)
