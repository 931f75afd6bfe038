"""How good the version is for the patients of the file, where a column holds their outcome."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.batch_run import Result
from dashboard.components import threshold
from dashboard.figures import CONFIG
from dashboard.figures import performance as figures
from dashboard.figures.performance import Series
from dashboard.text import note, plain
from model.errors import InputError
from model.scoring import outcome

COLUMN, PRESENT, FOUND = "batch.outcome", "batch.outcome_present", "batch.validated"
NONE = "no outcome"
CHART = 380  # pixels; where two do not fit, one comes under the other


def render(result: Result) -> None:
    """Ask for the column and its meaning; measure when asked."""
    file = result.file
    if not file.own_columns:
        return
    st.markdown("#### Validate on these patients", anchors=False)
    st.markdown(note("If a column says who turned out to have it, see how well the risks fit."))
    column = st.selectbox("Column with the outcome", [NONE, *file.own_columns], key=COLUMN)
    if column not in file.own_columns:
        return
    try:
        values = outcome.values(file, column)
        present = st.multiselect(
            f"Values that mean: had a {plain(file.schema.outcome.label)}",
            values,
            default=outcome.usual(values),
            key=f"{PRESENT}.{file.own_columns.index(column)}",
        )
        asked = (result, column, tuple(present))
        st.button("Validate", on_click=_measure, args=asked, key="batch.validate")
        _told(result, asked)
    except InputError as error:
        st.warning(plain(str(error)))


def forget() -> None:
    """Nothing of a file that was put away is kept."""
    st.session_state.pop(FOUND, None)


def _measure(result: Result, column: str, present: tuple[str, ...]) -> None:
    # Imported when asked for: the smoother behind the calibration curve takes seconds to load.
    from model.training.evaluation.external import validate

    happened = outcome.outcome(result.file, column, present)
    try:
        found: dict[str, Any] | str = validate(happened, result.file.risk)
    except InputError as error:
        found = str(error)
    st.session_state[FOUND] = ((result, column, present), found)


def _told(result: Result, asked: tuple[Result, str, tuple[str, ...]]) -> None:
    held = st.session_state.get(FOUND)
    if held is None or held[0][0] is not result or held[0][1:] != asked[1:]:
        return
    found = held[1]
    if isinstance(found, str):
        st.warning(plain(found))
        return
    series = [Series(f"v{result.chosen.version.number}", found)]
    st.markdown(plain(_of_whom(found)))
    st.dataframe(
        pd.DataFrame(
            [
                {"Metric": label, "Value [95 % interval]": text.estimated(found["metrics"][name])}
                for name, label in text.METRICS.items()
            ]
        ),
        hide_index=True,
        height="content",
        alt="Metrics of this version on these patients, with 95 % intervals",
    )
    page = st.grid(2, min_column_width=CHART, gap="medium")
    for title, figure, reading in (
        ("ROC curve", figures.roc(series), "How many diseased are found, and at what cost"),
        (
            "Calibration",
            figures.calibration(series),
            "Of patients given a risk of 30 %, 30 of 100 should have the disease",
        ),
        (
            "Decision curve",
            figures.decision(series, threshold.current()),
            "Above both dotted lines, acting on the model does more good than acting on everybody "
            "or on nobody",
        ),
    ):
        with page.cell():
            st.markdown(f"##### {title}")
            st.plotly_chart(figure, config=CONFIG, alt=f"{title}. {reading}.", key=f"batch.{title}")
            st.markdown(note(f"{reading}."))


def _of_whom(found: dict[str, Any]) -> str:
    drawn = (
        f" ({found['patients']:,} of them, drawn at random, are enough for these intervals)"
        if found["patients"] < found["known"]
        else ""
    )
    return (
        f"{found['known']:,} patients with a risk and an outcome{drawn}; {found['events']:,} of "
        f"the {found['patients']:,} had it. Intervals by bootstrap of the patients."
    )
