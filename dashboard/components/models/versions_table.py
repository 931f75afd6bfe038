"""The versions of a study, searched and filtered; the row ticked is the one described."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.components.models import metric_filter
from dashboard.selection import Selection
from model.registry.versions import Version

KEY = "versions"
TABLE = "versions_table"
MANY = 5  # fewer are seen at a glance, and need no search


def render(selection: Selection) -> Version:
    """The version ticked, or else the one in use."""
    versions = selection.versions
    if len(versions) > MANY:
        versions = _filtered(versions)
    if not versions:
        st.info("No version answers to that.")
        return current(selection)
    picked = st.dataframe(
        _table(versions, selection),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Aliases": st.column_config.Column(width=110)},
        key=TABLE,
        alt="Versions of the model with their metrics",
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(versions)]
    return versions[rows[0]] if rows else current(selection)


def current(selection: Selection) -> Version:
    """The version in use, or the newest."""
    return selection.version or selection.versions[0]


def _filtered(versions: Sequence[Version]) -> tuple[Version, ...]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sought = st.text_input(
            "Search",
            key=f"{KEY}.sought",
            persist_state="session",
            placeholder="estimator, alias, author, commit, run, state",
        )
        limit = metric_filter.render(KEY)
    words = (sought or "").lower().split()
    found = [each for each in versions if all(word in _searched(each) for word in words)]
    if limit.is_set:
        measured = [each for each in found if limit.metric in each.metrics]
        found = [each for each in measured if limit.holds(each.metrics[limit.metric].value)]
    st.markdown(markdown.note(f"{len(found)} of {len(versions)} versions"))
    return tuple(found)


def _searched(version: Version) -> str:
    told = (
        version.title,
        version.estimator,
        *version.aliases,
        version.author,
        version.git_commit,
        version.data_sha256,
        version.run_id,
        version.model_id,
        version.description,
        version.state.value,
    )
    return " ".join(told).lower()


def _table(versions: Sequence[Version], selection: Selection) -> pd.DataFrame:
    in_use = selection.version
    return pd.DataFrame(
        [
            {
                "Version": f"{version.number}{' ●' if version == in_use else ''}",
                "Aliases": ", ".join(version.aliases),
                "Estimator": version.estimator,
                "Trained (UTC)": f"{version.created:%Y-%m-%d %H:%M}",
                "AUC": text.interval(version.metrics.get("roc_auc")),
                "Brier": text.interval(version.metrics.get("brier")),
                "Slope": text.interval(version.metrics.get("calibration_slope")),
                "State": version.state.value,
                "Author": version.author,
                "Commit": version.git_commit[:12],
                "Data": version.data_sha256[:12],
            }
            for version in versions
        ]
    )
