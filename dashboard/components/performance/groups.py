"""How good it is for whom: subgroups, other hospitals, patients with tests missing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.components.performance import chart
from dashboard.figures import performance as figures
from dashboard.figures.performance import Series
from model.evaluation.wording import METRICS

SHOWN = ("recall", "roc_auc", "observed_to_expected")


def subgroups(versions: Sequence[Series]) -> None:
    if not _have(versions, "subgroups"):
        return
    chart.heading("Subgroups")
    picked = st.segmented_control(
        "Metric",
        SHOWN,
        default=SHOWN[0],
        required=True,
        format_func=lambda name: markdown.label(METRICS[name]),
        key="performance.subgroup",
    )
    metric = str(picked)
    for version, column in zip(versions, st.columns(len(versions)), strict=True):
        with column:
            overall = version.evaluation["metrics"][metric]["value"]
            chart.chart(
                version.label,
                figures.forest(version.evaluation["subgroups"], metric, overall),
                "In brackets: patients with the outcome, of all. Dotted: all patients",
            )


def sites(versions: Sequence[Series]) -> None:
    if not _have(versions, "sites"):
        return
    chart.heading("Other hospitals")
    chart.note("Trained on none of these patients. Reported as they are, never tuned to.")
    st.dataframe(_table(versions, "sites", "label"), hide_index=True, alt="Metrics by hospital")
    for site in versions[0].evaluation["sites"]:
        if site["warning"]:
            st.warning(markdown.plain(f"{site['label']}: {site['warning']}."))


def missing_tests(versions: Sequence[Series]) -> None:
    if not _have(versions, "missing_tests"):
        return
    chart.heading("When tests are missing")
    chart.note("The same patients, scored without tests that were in fact done.")
    st.dataframe(
        _table(versions, "missing_tests", "blanked"),
        hide_index=True,
        alt="Metrics by which tests are missing",
    )


def _have(versions: Sequence[Series], part: str) -> bool:
    """Whether there is anything to show: what a study did not look at has no heading."""
    return any(version.evaluation[part] for version in versions)


def _table(versions: Sequence[Series], part: str, name: str) -> pd.DataFrame:
    rows = []
    for version in versions:
        for row in version.evaluation[part]:
            cells = {
                METRICS.get(metric, metric): text.estimated(value)
                for metric, value in row["metrics"].items()
            }
            version_cell = {"Version": version.label} if len(versions) > 1 else {}
            counts = {"Patients": row["patients"], "Diseased": row["events"]}
            rows.append({"": row[name], **version_cell, **counts, **cells})
    return pd.DataFrame(rows)
