"""How good the version is for the patients of the file, where a column holds their outcome.

The second version stands beside it, if one was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.batch_run import Result
from dashboard.components.batch import validated_groups, validated_metrics
from dashboard.components.batch.reclassification import Second
from dashboard.components.batch.validated_groups import members
from dashboard.components.shell import prevalence, threshold
from dashboard.figures.performance import Series
from dashboard.markdown import note, plain
from model.errors import InputError
from model.evaluation.wording import percent
from model.files.results import outcome_column
from model.interpretation.local_prevalence import Prevalence
from model.scoring import Assessment

if TYPE_CHECKING:
    from model.evaluation.external_validation import Group, Validation

COLUMN, PRESENT, FOUND = "batch.outcome", "batch.outcome_present", "batch.validated"
NOT_KNOWN, SHIFTED = "batch.outcome_not_known", "batch.shifted"
NONE = "no outcome"


@dataclass(frozen=True)
class Asked:
    """What is to be measured: of whom, by which column and which of its values, for whose risks.

    local : the prevalence the risks of the version in use are shifted to first; None for none.
    """

    result: Result
    column: str
    present: tuple[str, ...]
    not_known: tuple[str, ...]
    second: Second | None
    local: Prevalence | None = None

    @property
    def versions(self) -> list[tuple[str, NDArray[np.float64]]]:
        """By label, (n,) risks: the version in use first."""
        label = f"v{self.result.chosen.version.number}"
        if self.local is not None:
            label += f" at {percent(self.local.local)}"
        own = (label, self.risk)
        return [own, (self.second.label, self.second.risk)] if self.second else [own]

    @property
    def risk(self) -> NDArray[np.float64]:
        """(n,) of the version in use, as it is to be judged."""
        risk = self.result.file.risk
        return risk if self.local is None else self.local.applied(Assessment(risk)).risk

    def is_same(self, other: Asked) -> bool:
        """By identity of the result: its patients are not compared."""
        return self.result is other.result and self._asked == other._asked

    @property
    def _asked(self) -> tuple[object, ...]:
        second = self.second.label if self.second else ""
        return self.column, self.present, self.not_known, second, self.local


@dataclass(frozen=True)
class Found:
    """What was measured: of each version, and of groups of the patients by the first, judged at a
    threshold.
    """

    versions: tuple[tuple[str, Validation], ...]
    groups: tuple[Group, ...]
    threshold: float


def render(result: Result, second: Second | None) -> None:
    """Ask for the column and its meaning; measure when asked."""
    file = result.file
    if not file.own_columns:
        return
    st.markdown("## Validate on these patients", anchors=False)
    st.markdown(note("If your file has the outcome, check the risks against it."))
    column = st.selectbox("Column with the outcome", [NONE, *file.own_columns], key=COLUMN)
    if column not in file.own_columns:
        return
    try:
        values = outcome_column.values(file, column)
        present = st.multiselect(
            f"Values that mean: had a {plain(file.schema.outcome.label)}",
            values,
            default=outcome_column.usual(values, file.schema),
            key=f"{PRESENT}.{file.own_columns.index(column)}",
        )
        not_known = st.multiselect(
            "Values that mean: not known (left out)",
            [value for value in values if value not in present],
            default=[x for x in outcome_column.unknown(values) if x not in present],
            key=f"{NOT_KNOWN}.{file.own_columns.index(column)}",
        )
        asked = Asked(result, column, tuple(present), tuple(not_known), second, _local(result))
        rest = [value for value in values if value not in (*present, *not_known)]
        if present and rest:
            label = file.schema.outcome.label
            had, had_not = ", ".join(present), ", ".join(rest)
            st.markdown(note(plain(f"Read as: {had} had a {label}; {had_not} had not.")))
        else:
            st.markdown(note("Say which values mean that a patient had it; others mean not."))
        st.button(
            "Validate",
            on_click=_measure,
            args=(asked,),
            disabled=not (present and rest),
            key="batch.validate",
        )
        _told(asked)
    except InputError as error:
        st.warning(plain(str(error)))


def _local(result: Result) -> Prevalence | None:
    """The local prevalence, where one is set and the numbers shifted to it are to be judged."""
    local, training = prevalence.current(), result.chosen.model.training_prevalence
    if local is None or training is None:
        return None
    shifted = f"Validate the risks shifted to your local prevalence of {percent(local)}"
    wanted = st.checkbox(plain(f"{shifted}, as the Patient page shows them"), key=SHIFTED)
    return Prevalence(local, training) if wanted else None


def forget() -> None:
    """Nothing of a file that was put away is kept."""
    st.session_state.pop(FOUND, None)


def _measure(asked: Asked) -> None:
    # Imported when asked for: the smoother behind the calibration curve takes seconds to load.
    from model.evaluation.external_validation import groups, validate

    file = asked.result.file
    happened = outcome_column.outcome(file, asked.column, asked.present, asked.not_known)
    found: Found | str
    try:
        measured = tuple((label, validate(happened, risk)) for label, risk in asked.versions)
        at = threshold.current()
        by_group = groups(happened, asked.risk, members(asked.result), at)
        found = Found(measured, by_group, at)
    except InputError as error:
        found = str(error)
    st.session_state[FOUND] = (asked, found)


def _told(asked: Asked) -> None:
    held = st.session_state.get(FOUND)
    if held is None or not asked.is_same(held[0]):
        return
    found: Found | str = held[1]
    if isinstance(found, str):
        st.warning(plain(found))
        return
    series = [Series(label, measured) for label, measured in found.versions]
    _, first = found.versions[0]
    for doubt in filter(None, [*first.doubts, _doubt(first, asked)]):
        st.warning(plain(doubt))
    st.markdown(plain(_of_whom(first)))
    if asked.local is not None:
        st.markdown(plain(str(asked.local)))
    validated_metrics.table(series)
    validated_groups.render(found.groups, found.threshold)
    validated_metrics.charts(series)


def _doubt(found: Validation, asked: Asked) -> str | None:
    """An AUC clearly below a coin's: more likely a column coded the other way than such a model."""
    auc = found.estimate("roc_auc")
    upper = auc.high if auc.high is not None else auc.value
    if auc.value is None or upper is None or upper >= 0.5:
        return None
    had = ", ".join(asked.present)
    return (
        f"Column {asked.column} seems to be coded the other way round: patients with {had} have "
        f"the lower risks (AUC {auc.value:.2f}). Check what the values mean "
        "before you believe any number below."
    )


def _of_whom(found: Validation) -> str:
    return (
        f"{found.patients:,} patients with a risk and an outcome, all of whom were used; "
        f"{found.events:,} of them had it. Intervals by bootstrap of the patients."
    )
