"""One patient's number: how large, how sure, what speaks against it, and what moved it."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.assessed_patient import Case
from dashboard.components.shell import threshold
from dashboard.figures import risk as drawings
from dashboard.figures import waterfall
from model.interpretation.reasons import sentence, steps
from model.registry.versions import Kind
from model.scoring import risk_of

PROOF = "proof"
NO_INTERVAL = "No interval is known for this model."
NO_REASONS = "No reasons are known: it was logged without patients to hold this one against."
VOUCHED_FOR = (
    "Nobody adopted this model: that its answer is a risk, and whose, is the operator's word."
)
AGAINST_EXAMPLE = (
    "Approximate: held against the rows its author logged as an example, which stand for all "
    "patients."
)
PAINTED = 0.02
"""Seconds in which a browser paints the number, before it is kept busy with all that follows."""
HOW_TO_READ = (
    "The bar is the 95 % interval, the thick mark the risk, the dashed one your decision "
    "threshold. Of the 100 figures, the full ones lie below the lower end of the interval; the "
    "pale ones are the uncertain part, paler beyond the risk itself."
)


def render(case: Case) -> None:
    """Draw the risk, the flags, the waterfall and where the number comes from."""
    _number(case)
    time.sleep(PAINTED)
    if case.chosen.kind is Kind.ENDPOINT:
        st.warning(VOUCHED_FOR)
    for warning in case.warnings:
        st.warning(markdown.plain(warning))
    if case.patient.isna().any() and case.chosen.model.has_submodels:
        told = text.answered(str(case.why.submodel[0]), complete=False)
        st.markdown(markdown.note(markdown.plain(told)))
    if case.explains:
        for aside in case.set_aside:
            st.info(markdown.plain(aside))
        _why(case)
    else:
        st.markdown(
            "No reasons are known: it was logged without patients to hold this one against."
        )
    for site in case.chosen.model.evaluation.get("sites", []):
        if site["warning"]:
            warning = f"From a place like {site['label']}: {site['warning']}."
            st.markdown(markdown.note(markdown.plain(warning)))
    provenance = text.provenance(case.chosen.version, case.chosen.scorer.route)
    st.markdown(markdown.note(markdown.plain(provenance)))


def _number(case: Case) -> None:
    outcome, risk, interval = case.schema.outcome, case.risk, case.interval
    low, high = interval or (risk, risk)
    theme = st.context.theme.type
    with st.container(border=True, gap="small"):
        st.markdown(markdown.plain(f"Risk of a {outcome.label}, {outcome.timing}"))
        left, right = st.columns((3, 2), vertical_alignment="center")
        with left, st.container(gap="xxsmall"):
            st.title(f"{100 * risk:.1f} %", anchor=False)
            st.html(drawings.bar(risk, low, high, threshold.current(), theme))
        right.html(drawings.icons(risk, low, high, theme))
        said = markdown.plain(text.of_hundred(risk, outcome, interval))
        st.markdown(f"**{said}**", help=HOW_TO_READ if interval else None)
        if interval is None:
            st.markdown(markdown.note(NO_INTERVAL))
        if case.prevalence is not None:
            st.markdown(f":material/location_on: {markdown.plain(str(case.prevalence))}")


def _why(case: Case) -> None:
    st.markdown("#### What moved the number", anchors=False)
    st.write(markdown.plain(sentence(case.findings)))
    path = list(steps(case.base, case.causes))
    start = float(risk_of(np.array([case.base]))[0])
    if case.chosen.model.knows_patients:
        st.html(waterfall.drawn(waterfall.bars(start, path)))
    else:
        bars = waterfall.bars(start, path, start="Its example")
        st.html(waterfall.drawn(bars, begins="its example"))
        st.markdown(markdown.note(AGAINST_EXAMPLE))
    if any(not each.measured and not each.unused for each in case.causes):
        st.markdown(markdown.note("Grey: not measured, and yet of effect in this model."))
    st.markdown(
        markdown.note(
            "Numbers beside the bars are percentage points, counted in from the largest effect to "
            "the smallest. They say how the model weighs these findings, not what causes the "
            "disease."
        )
    )
    proof = st.expander("The same in log-odds, and that it adds up", key=PROOF, on_change="rerun")
    if proof.open:
        with proof:
            st.dataframe(_table(case), hide_index=True, alt="Contributions in log-odds")
            st.markdown(markdown.note(markdown.plain(_proof(case))))


def _table(case: Case) -> pd.DataFrame:
    start = "Average in training" if case.chosen.model.knows_patients else "Average in its example"
    rows = [(start, case.base)]
    rows += [(each.finding, each.contribution) for each in case.causes]
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
    return case.base + sum(each.contribution for each in case.causes)
