"""Models: the versions on the tracking server, what each says of itself, and the runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, text
from dashboard.components import sidebar
from dashboard.components.sidebar import Selection
from dashboard.services import Services
from model.registry import State, Version

PANEL = 320  # pixels; where two do not fit, they come one under the other
HASH_SHOWN = 24


def render(services: Services, selection: Selection) -> None:
    """List, choose a row, use it."""
    st.markdown("#### Versions", anchors=False)
    place = f"{selection.study} at {services.registry.shown_address}, newest first"
    st.markdown(text.note(text.plain(f"{place}. Tick a row to see more of it.")))
    picked = st.dataframe(
        _versions_table(selection),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="versions_table",
        alt="Versions of the model with their metrics",
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(selection.versions)]
    version = selection.versions[rows[0]] if rows else _current(selection)
    _details(version, in_use=selection.chosen is not None and _current(selection) == version)
    st.markdown("#### Training runs", anchors=False)
    st.dataframe(_runs_table(services, selection), hide_index=True, alt="Completed training runs")


def _current(selection: Selection) -> Version:
    return selection.chosen.version if selection.chosen else selection.versions[0]


def _versions_table(selection: Selection) -> pd.DataFrame:
    in_use = selection.chosen.version.model_id if selection.chosen else None
    return pd.DataFrame(
        [
            {
                "Version": f"{version.number}{' ●' if version.model_id == in_use else ''}",
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


def _details(version: Version, *, in_use: bool) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{text.plain(version.title)}** · {text.plain(version.estimator)}",
                width="stretch",
            )
            st.button(
                "In use ●" if in_use else "Use",
                disabled=in_use or version.state is not State.READY,
                on_click=sidebar.use,
                args=(version,),
                key="use",
            )
        if version.description:
            st.text(version.description)
        if version.state is State.FOREIGN:
            st.write("It carries its own code, which this app does not run.")
        if version.eligibility is not None:
            st.write(text.plain(text.eligibility(version.eligibility)))
        panels = st.grid(2, min_column_width=PANEL)
        if version.metrics:
            panels.dataframe(
                _metrics(version), hide_index=True, height="content", alt="Metrics of this version"
            )
        panels.dataframe(_origin(version), hide_index=True, alt="Where this version comes from")


def _metrics(version: Version) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Metric": text.METRICS.get(name, name),
                "Value [95 % interval]": text.interval(metric),
            }
            for name, metric in version.metrics.items()
        ]
    )


def _origin(version: Version) -> pd.DataFrame:
    told = {
        "Run": version.run_id,
        "Model id": version.model_id,
        "Git commit": version.git_commit,
        "Data sha256": version.data_sha256[:HASH_SHOWN] + "…" if version.data_sha256 else "",
        "Author": version.author,
    }
    return pd.DataFrame(
        [{"Origin": name, "Value": value} for name, value in told.items() if value],
        columns=["Origin", "Value"],
    )


def _runs_table(services: Services, selection: Selection) -> pd.DataFrame:
    found = caching.runs(services.registry, services.registry.shown_address, selection.study)
    return pd.DataFrame(
        [
            {
                "Run": run.name,
                "Started (UTC)": f"{run.started:%Y-%m-%d %H:%M}",
                "Estimator": run.estimator,
                "AUC": _shown(run.metrics.get("roc_auc")),
                "Brier": _shown(run.metrics.get("brier")),
                "Author": run.author,
                "Run id": run.run_id,
            }
            for run in found
        ]
    )


def _shown(metric: float | None) -> str:
    return "—" if metric is None else f"{metric:.3f}"
