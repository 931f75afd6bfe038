"""One patient's number, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.figures import CONFIG
from dashboard.figures import patient as figures
from dashboard.services import Chosen
from model.intake import Issue
from model.schema import Schema
from model.scoring import Assessment, risk_of
from model.scoring.reasons import Reason, reasons, sentence, steps
from model.scoring.risk_model import ALL_TESTS

OUTSIDE = "outside-training-range"


def render(
    chosen: Chosen, patient: pd.Series, assessment: Assessment, issues: Sequence[Issue] = ()
) -> None:
    """Draw the risk, the sentence, the flags, the waterfall and where the number comes from."""
    schema = chosen.model.schema
    risk, why = float(assessment.risk[0]), assessment.explanation
    with st.container(border=True, gap="xsmall"):
        st.markdown(text.plain(f"Risk of a {schema.outcome.label}, {schema.outcome.timing}"))
        st.title(f"{100 * risk:.1f} %", anchor=False)
        if why is not None:
            _how_sure(risk, float(why.low[0]), float(why.high[0]))
        limits = (float(why.low[0]), float(why.high[0])) if why is not None else None
        st.markdown(f"**{text.plain(text.of_hundred(risk, schema.outcome, limits))}**")
    _flags(chosen, patient, issues)
    if why is not None:
        if why.submodel[0] != ALL_TESTS:
            st.markdown(text.note(text.plain(f"Answered by the model {why.submodel[0]}.")))
        ordered = reasons(schema, patient, why.contributions.iloc[0])
        _set_aside(chosen.model.schema, patient, ordered)
        _why(float(why.base[0]), ordered)
    for site in chosen.model.evaluation.get("sites", []):
        if site["warning"]:
            warning = f"From a place like {site['label']}: {site['warning']}."
            st.markdown(text.note(text.plain(warning)))
    st.markdown(text.note(text.plain(text.provenance(chosen.version, chosen.scorer.route))))


def _how_sure(risk: float, low: float, high: float) -> None:
    st.plotly_chart(
        figures.interval(risk, low, high, st.context.theme.type),
        config=CONFIG,
        alt=f"95 % interval from {low:.0%} to {high:.0%}",
        key="interval",
    )


def _flags(chosen: Chosen, patient: pd.Series, issues: Sequence[Issue]) -> None:
    """What should make a reader trust the number less."""
    schema = chosen.model.schema
    if outside := [each.column for each in issues if each.code == OUTSIDE and each.column]:
        named = text.listed([schema[name].label for name in outside])
        st.warning(
            f"{text.plain(named)}: outside the range the model was trained on. Trust this number "
            "less."
        )
    elif chosen.model.unusual(patient.to_frame().T)[0]:
        st.warning(
            "An unusual combination: further from the average patient in training than 99 of 100 "
            "of them. Trust this number less."
        )


def _set_aside(schema: Schema, patient: pd.Series, ordered: Sequence[Reason]) -> None:
    """What was typed and does nothing, and what is needed for it to count."""
    aside = {each.feature for each in ordered if each.set_aside}
    for test, parts in schema.tests.items():
        if typed := [schema[name].label for name in parts if name in aside]:
            lacking = [schema[name].label for name in parts if np.isnan(patient[name])]
            st.info(
                text.plain(
                    f"Not used: {text.listed(typed)}. This model counts the {test} whole or not at "
                    f"all; to count it, fill in {text.listed(lacking)}."
                )
            )


def _why(base: float, ordered: tuple[Reason, ...]) -> None:
    st.markdown("#### What moved the number", anchors=False)
    st.write(text.plain(sentence(ordered)))
    path = list(steps(base, ordered))
    start = float(risk_of(np.array([base]))[0])
    st.plotly_chart(
        figures.waterfall(start, path, st.context.theme.type),
        config=CONFIG,
        alt=figures.waterfall_text(start, path),
        key="waterfall",
    )
    if any(not each.measured and not each.unused for each in ordered):
        st.markdown(text.note("Grey: not measured, and yet of effect in this model."))
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
