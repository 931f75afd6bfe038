"""How good the version is for the patients of the file, where a column holds their outcome.

The second version stands beside it, if one was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard import text
from dashboard.batch_run import Result
from dashboard.components.batch.reclassification import Second
from dashboard.components.shell import threshold
from dashboard.figures import CONFIG
from dashboard.figures import performance as figures
from dashboard.figures.performance import Series
from dashboard.markdown import note, plain
from model.errors import InputError
from model.files.results import outcome_column

COLUMN, PRESENT, FOUND = "batch.outcome", "batch.outcome_present", "batch.validated"
NONE = "no outcome"
CHART = 380  # pixels; where two do not fit, one comes under the other


@dataclass(frozen=True)
class Asked:
    """What is to be measured: of whom, by which column and which of its values, for whose risks."""

    result: Result
    column: str
    present: tuple[str, ...]
    second: Second | None

    @property
    def versions(self) -> list[tuple[str, NDArray[np.float64]]]:
        own = (f"v{self.result.chosen.version.number}", self.result.file.risk)
        return [own, (self.second.label, self.second.risk)] if self.second else [own]

    def is_same(self, other: Asked) -> bool:
        """By identity of the result: its patients are not compared."""
        return self.result is other.result and self._asked == other._asked

    @property
    def _asked(self) -> tuple[str, tuple[str, ...], str]:
        return self.column, self.present, self.second.label if self.second else ""


def render(result: Result, second: Second | None) -> None:
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
        values = outcome_column.values(file, column)
        present = st.multiselect(
            f"Values that mean: had a {plain(file.schema.outcome.label)}",
            values,
            default=outcome_column.usual(values),
            key=f"{PRESENT}.{file.own_columns.index(column)}",
        )
        asked = Asked(result, column, tuple(present), second)
        st.button("Validate", on_click=_measure, args=(asked,), key="batch.validate")
        _told(asked)
    except InputError as error:
        st.warning(plain(str(error)))


def forget() -> None:
    """Nothing of a file that was put away is kept."""
    st.session_state.pop(FOUND, None)


def _measure(asked: Asked) -> None:
    # Imported when asked for: the smoother behind the calibration curve takes seconds to load.
    from model.evaluation.external_validation import validate

    happened = outcome_column.outcome(asked.result.file, asked.column, asked.present)
    found: list[Series] | str
    try:
        found = [Series(label, validate(happened, risk)) for label, risk in asked.versions]
    except InputError as error:
        found = str(error)
    st.session_state[FOUND] = (asked, found)


def _told(asked: Asked) -> None:
    held = st.session_state.get(FOUND)
    if held is None or not asked.is_same(held[0]):
        return
    series = held[1]
    if isinstance(series, str):
        st.warning(plain(series))
        return
    st.markdown(plain(_of_whom(series[0].evaluation)))
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Metric": label,
                    **{
                        f"{each.label} [95 % interval]": text.estimated(
                            each.evaluation["metrics"][name]
                        )
                        for each in series
                    },
                }
                for name, label in text.METRICS.items()
            ]
        ),
        hide_index=True,
        height="content",
        alt="Metrics on these patients, with 95 % intervals",
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


def _of_whom(found: Mapping[str, Any]) -> str:
    drawn = (
        f" ({found['patients']:,} of them, drawn at random, are enough for these intervals)"
        if found["patients"] < found["known"]
        else ""
    )
    return (
        f"{found['known']:,} patients with a risk and an outcome{drawn}; {found['events']:,} of "
        f"the {found['patients']:,} had it. Intervals by bootstrap of the patients."
    )
