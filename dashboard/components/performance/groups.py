"""How good it is for whom: subgroups, other hospitals, patients with tests missing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.components.performance import chart
from dashboard.figures import performance as figures
from dashboard.figures.performance import Evaluated
from model.evaluation import unusual
from model.evaluation.wording import METRICS
from model.scoring.measurements import Measurements

SHOWN = ("recall", "roc_auc", "observed_to_expected")


def subgroups(versions: Sequence[Evaluated]) -> None:
    if not any(version.measured.subgroups for version in versions):
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
            overall = version.measured.estimate(metric).value
            chart.chart(
                version.label,
                figures.forest(version.measured.subgroups, metric, overall),
                "In brackets: patients with the outcome, of all. Dotted: all patients",
            )


def sites(versions: Sequence[Evaluated]) -> None:
    rows = [
        (version.label, site.label, site) for version in versions for site in version.measured.sites
    ]
    if not rows:
        return
    chart.heading("Other hospitals")
    chart.note("Trained on none of these patients. Reported as they are, never tuned to.")
    st.dataframe(_table(rows, len(versions)), hide_index=True, alt="Metrics by hospital")
    for site in versions[0].measured.sites:
        if site.warning:
            st.warning(markdown.plain(f"{site.label}: {site.warning}."))
    for version in versions:
        said = f"Unusual combinations of values, {version.label}: "
        chart.note(said + unusual.evidence(version.measured.unusual))


def missing_tests(versions: Sequence[Evaluated]) -> None:
    rows = [
        (version.label, without.blanked, without)
        for version in versions
        for without in version.measured.missing_tests
    ]
    if not rows:
        return
    chart.heading("When tests are missing")
    chart.note("The same patients, scored without tests that were in fact done.")
    st.dataframe(
        _table(rows, len(versions)),
        hide_index=True,
        alt="Metrics by which tests are missing",
    )


def _table(rows: Sequence[tuple[str, str, Measurements]], versions: int) -> pd.DataFrame:
    """Rows : the version, who the patients are, and what was measured of them."""
    told = []
    for version, name, found in rows:
        cells = {
            METRICS.get(metric, metric): text.estimated(value)
            for metric, value in found.metrics.items()
        }
        version_cell = {"Version": version} if versions > 1 else {}
        counts = {"Patients": found.patients, "With the outcome": found.events}
        told.append({"": name, **version_cell, **counts, **cells})
    return pd.DataFrame(told)
