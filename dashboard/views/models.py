"""Models: the versions on the tracking server, what each says of itself, and the runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, text
from dashboard.components import sidebar
from dashboard.components.sidebar import Selection
from dashboard.services import Services
from model.registry import State, Version


def render(services: Services, selection: Selection) -> None:
    """List, choose a row, use it."""
    st.subheader("Versions", anchor=False)
    st.caption(text.plain(f"{selection.study} at {services.registry.shown_address}, newest first"))
    picked = st.dataframe(
        _versions_table(selection),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="versions_table",
        alt="Versions of the model with their metrics",
    )
    rows = picked["selection"]["rows"]
    _details(selection.versions[rows[0]] if rows else _current(selection))
    st.subheader("Training runs", anchor=False)
    st.dataframe(_runs_table(services, selection), hide_index=True, alt="Completed training runs")


def _current(selection: Selection) -> Version:
    return selection.chosen.version if selection.chosen else selection.versions[0]


def _versions_table(selection: Selection) -> pd.DataFrame:
    in_use = selection.chosen.version.model_id if selection.chosen else None
    return pd.DataFrame(
        [
            {
                "In use": "●" if version.model_id == in_use else "",
                "Version": version.number,
                "Aliases": ", ".join(version.aliases),
                "Estimator": version.estimator,
                "Trained (UTC)": f"{version.created:%Y-%m-%d %H:%M}",
                "AUC": text.interval(version.metrics.get("roc_auc")),
                "Brier": text.interval(version.metrics.get("brier")),
                "Slope": text.interval(version.metrics.get("calibration_slope")),
                "State": version.state.value,
            }
            for version in selection.versions
        ]
    )


def _details(version: Version) -> None:
    with st.container(border=True):
        heading, button = st.columns([4, 1], vertical_alignment="center")
        heading.markdown(f"**{text.plain(version.title)}** · {text.plain(version.estimator)}")
        button.button(
            "Use",
            type="primary",
            width="stretch",
            disabled=version.state is not State.READY,
            on_click=sidebar.use,
            args=(version,),
            key="use",
        )
        if version.description:
            st.write(text.plain(version.description))
        if version.state is State.FOREIGN:
            st.write("It carries its own code, which this app does not run.")
        metrics, origin = st.columns(2)
        with metrics:
            st.dataframe(
                pd.DataFrame(
                    [
                        {
                            "Metric": text.METRICS.get(name, name),
                            "Value [95 % interval]": text.interval(metric),
                        }
                        for name, metric in version.metrics.items()
                    ]
                ),
                hide_index=True,
                alt="Metrics of this version",
            )
        with origin:
            st.dataframe(
                pd.DataFrame(
                    [
                        {"Origin": "Run", "Value": version.run_id},
                        {"Origin": "Model id", "Value": version.model_id},
                        {"Origin": "Git commit", "Value": version.git_commit},
                        {"Origin": "Data sha256", "Value": version.data_sha256},
                        {"Origin": "Author", "Value": version.author},
                    ]
                ),
                hide_index=True,
                alt="Where this version comes from",
            )


def _runs_table(services: Services, selection: Selection) -> pd.DataFrame:
    found = caching.runs(services.registry, services.registry.shown_address, selection.study)
    return pd.DataFrame(
        [
            {
                "Run": run.name,
                "Started (UTC)": f"{run.started:%Y-%m-%d %H:%M}",
                "Estimator": run.estimator,
                "AUC": run.metrics.get("roc_auc"),
                "Brier": run.metrics.get("brier"),
                "Author": run.author,
                "Run id": run.run_id,
            }
            for run in found
        ]
    ).round(3)
