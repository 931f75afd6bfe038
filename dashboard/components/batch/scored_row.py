"""One row of a scored file: what was read of it, and its number with the reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.assessed_patient import Case
from dashboard.batch_run import Result
from dashboard.components.patient import limits
from dashboard.components.patient import result as reasons
from dashboard.components.shell import threshold
from dashboard.figures import risk as drawings
from dashboard.markdown import note, plain
from model.files.results.result_rows import PROBLEMS
from model.intake import check

COLUMN = 380  # pixels; where two do not fit, one comes under the other


def render(result: Result, row: int) -> None:
    """Draw a row; one that was rejected has reasons and no number."""
    file, at = result.file, np.array([row])
    patient = file.patients(at).iloc[0]
    own = [f"{name} {file.texts(name, at)[0]}" for name in file.own_columns[:1]]
    st.markdown(f"## {plain(', '.join([*own, f'row {row + 1}']))}", anchors=False)
    page = st.grid(2, min_column_width=COLUMN, gap="medium")
    problems = file.texts(PROBLEMS, at)[0]
    with page.cell():
        if file.scored[row]:
            found = check(pd.DataFrame([patient]), file.schema)
            case = Case(result.chosen, patient, file.assessment(row), found.issues)
            _number(case)
            reasons.render(case)
            reasons.proof(case)
        else:
            st.error(plain(f"Rejected, so there is no risk. {problems}"))
    with page.cell():
        _values(result, patient)
        if file.scored[row]:
            st.markdown(note(plain(problems)))


def _number(case: Case) -> None:
    risk, interval = case.risk, case.interval
    st.markdown(f"### {plain(text.percent(risk))}", anchors=False)
    st.html(drawings.bar(risk, interval, threshold.current(), st.context.theme.type))
    st.markdown(f"**{plain(text.of_hundred(risk, case.schema.outcome, interval))}**")
    for kind, said in limits.of(case):
        (st.warning if kind == limits.WARNING else st.info)(plain(said))


def _values(result: Result, patient: pd.Series) -> None:
    """The inputs in clinical words, as they were understood."""
    features = result.file.schema.features
    rows = [(each.label, each.in_words(float(patient[each.name]))) for each in features]
    st.markdown(note("As it was read:"))
    st.dataframe(
        pd.DataFrame(rows, columns=["Input", "Value"]),
        hide_index=True,
        height="content",
        alt="Values of this patient as they were read",
    )
