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
from model.scoring.engine import LINKS, LOG_ODDS

PROOF = "proof"
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
    for warning in case.warnings:
        st.warning(markdown.plain(warning))
    if case.patient.isna().any():
        told = text.answered(str(case.why.submodel[0]), complete=False)
        st.markdown(markdown.note(markdown.plain(told)))
    for aside in case.set_aside:
        st.info(markdown.plain(aside))
    _why(case)
    for site in case.chosen.model.evaluation.get("sites", []):
        if site["warning"]:
            warning = f"From a place like {site['label']}: {site['warning']}."
            st.markdown(markdown.note(markdown.plain(warning)))
    provenance = text.provenance(case.chosen.version, case.chosen.scorer.route)
    st.markdown(markdown.note(markdown.plain(provenance)))


def _number(case: Case) -> None:
    outcome, risk, interval = case.schema.outcome, case.risk, case.interval
    theme = st.context.theme.type
    with st.container(border=True, gap="small"):
        st.markdown(markdown.plain(f"Risk of a {outcome.label}, {outcome.timing}"))
        left, right = st.columns((3, 2), vertical_alignment="center")
        with left, st.container(gap="xxsmall"):
            st.title(f"{100 * risk:.1f} %", anchor=False)
            st.html(drawings.bar(risk, interval, threshold.current(), theme))
        right.html(drawings.icons(risk, interval, theme))
        said = markdown.plain(text.of_hundred(risk, outcome, interval))
        st.markdown(f"**{said}**", help=HOW_TO_READ if interval else None)
        if interval is None:
            st.markdown(markdown.note(text.NO_INTERVAL))
        if case.prevalence is not None:
            st.markdown(f":material/location_on: {markdown.plain(str(case.prevalence))}")


def _why(case: Case) -> None:
    st.markdown("#### What moved the number", anchors=False)
    st.write(markdown.plain(sentence(case.findings)))
    adopted, scale = case.chosen.model.origin, case.why.scale
    path = list(steps(case.base, case.causes, scale))
    start = float(LINKS[scale](np.array([case.base]))[0])
    if adopted is None:
        st.html(waterfall.drawn(waterfall.bars(start, path)))
    else:
        drawn = waterfall.bars(start, path, start=text.BACKGROUND)
        st.html(waterfall.drawn(drawn, begins="the mean over the background"))
        st.markdown(markdown.note(markdown.plain(f"The background: {adopted.background}.")))
    if any(not each.measured and not each.unused for each in case.causes):
        st.markdown(markdown.note("Grey: not measured, and yet of effect in this model."))
    st.markdown(
        markdown.note(
            "Numbers beside the bars are percentage points, counted in from the largest effect to "
            "the smallest. They say how the model weighs these findings, not what causes the "
            "disease."
        )
    )
    what = f"The same in {scale}, and that it adds up"
    proof = st.expander(what, key=PROOF, on_change="rerun")
    if proof.open:
        with proof:
            st.dataframe(_table(case), hide_index=True, alt=f"Contributions in {scale}")
            st.markdown(markdown.note(markdown.plain(_proof(case))))


def _table(case: Case) -> pd.DataFrame:
    scale = case.why.scale.capitalize()
    first = text.BACKGROUND if case.chosen.model.origin else "Average in training"
    rows = [(first, case.base)]
    rows += [(each.finding, each.contribution) for each in case.causes]
    rows.append(("Sum: this patient", _sum(case)))
    return pd.DataFrame(rows, columns=["Finding", scale]).round({scale: 3})


def _proof(case: Case) -> str:
    total = _sum(case)
    if case.why.scale != LOG_ODDS:
        shown = f"The number shown is {100 * case.risk:.4f} %."
        return f"The rows add up to {100 * total:.4f} %. {shown}"
    risk = float(LINKS[LOG_ODDS](np.array([total]))[0])
    return (
        f"The rows add up to {total:.4f} log-odds, which is a risk of "
        f"1 / (1 + exp({-total:.4f})) = {100 * risk:.4f} %. The number shown is "
        f"{100 * case.risk:.4f} %: they differ by {abs(risk - case.risk):.0e}."
    )


def _sum(case: Case) -> float:
    return case.base + sum(each.contribution for each in case.causes)
