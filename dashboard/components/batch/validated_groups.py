"""How well the risks fit in groups of the validated patients, at the reader's threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard.batch_run import Result
from dashboard.markdown import note, plain
from model.evaluation.wording import METRICS, percent, shown

if TYPE_CHECKING:
    from model.evaluation.external_validation import Group

EVERYBODY = "All patients"
OF_GROUPS = {
    **{name: METRICS[name] for name in ("observed_to_expected", "calibration_intercept")},
    "net_benefit": "Net benefit",
}


def members(result: Result) -> dict[str, NDArray[np.bool_]]:
    """(n,) who is in each of the groups that the version was looked at for."""
    patients = result.file.patients(np.ones(len(result.file.risk), dtype=bool))
    found = {EVERYBODY: np.ones(len(patients), dtype=bool)}
    evaluation = result.chosen.model.evaluation
    for group in evaluation.subgroups if evaluation is not None else ():
        # Of a version that kept only their names they are not known.
        if group.feature is not None and group.low is not None and group.high is not None:
            inside = patients[group.feature].between(group.low, group.high)
            found[f"{group.kind}: {group.label}"] = inside.to_numpy()
    return found


def render(groups: Sequence[Group], threshold: float) -> None:
    """A table with a row a group."""
    st.markdown("### " + plain(f"By group, at a threshold of {percent(threshold)}"))
    rows = [
        {
            "Group": group.label,
            "Patients": group.patients,
            "Had it": group.events,
            **{label: shown(group.estimate(name)) for name, label in OF_GROUPS.items()},
        }
        for group in groups
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        alt="Calibration and net benefit by group, with 95 % intervals",
    )
    st.markdown(
        note(
            plain(
                f"{METRICS['observed_to_expected']} above 1 means that the risks are too low for "
                "the group. Net benefit is for each patient, at your threshold. A group with fewer "
                "than ten patients with or without the outcome has no numbers."
            )
        )
    )
