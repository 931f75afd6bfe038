"""Two versions beside each other: metrics, inputs, what they take, settings."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, markdown, text
from dashboard.figures import CONFIG
from dashboard.figures import comparison as figures
from dashboard.selection import Selection
from dashboard.services import Services
from model.interpretation import version_comparison as compared
from model.interpretation.version_comparison import Difference
from model.registry.versions import State, Version
from model.scoring import LoadedModel

KEY = "comparison"
NOBODY = "no other version"


def render(services: Services, selection: Selection, version: Version) -> None:
    """Choose a second version; everything that differs follows."""
    if version.state is not State.READY:
        return
    others = selection.others(version)
    name = st.selectbox(
        f"Compare v{version.number} with", [NOBODY, *others], key=f"{KEY}.{version.model_id}"
    )
    if name not in others:
        return
    other = others[name]
    first, second = (caching.loaded(services, each) for each in (version, other))
    names = f"v{version.number}", f"v{other.number}"
    _metrics(first, second, *names)
    _inputs(first, second, *names)
    _settings(first, second, *names)


def _metrics(first: LoadedModel, second: LoadedModel, one: str, other: str) -> None:
    st.markdown("##### Metrics", anchors=False)
    found = compared.differences(first, second)
    rows = [
        {
            "Metric": text.METRICS.get(each.metric, each.metric),
            one: f"{each.first:.3f}",
            other: f"{each.second:.3f}",
            f"{other} less {one} [95 % interval]": _change(each),
        }
        for each in found
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", alt="Metrics of two versions"
    )
    if compared.is_paired(first, second):
        said = (
            "Both were measured on the same patients; each interval is of the difference, by "
            "bootstrap of these patients. One that includes 0 shows no difference."
        )
    else:
        said = (
            "They were not measured on the same samples of the same patients, so their differences "
            "have no interval."
        )
    st.markdown(markdown.note(said))


def _change(each: Difference) -> str:
    if each.low is None or each.high is None:
        return f"{each.change:+.4f}"
    return f"{each.change:+.4f} [{each.low:+.4f}, {each.high:+.4f}]"


def _inputs(first: LoadedModel, second: LoadedModel, one: str, other: str) -> None:
    st.markdown("##### What moves them", anchors=False)
    found = compared.importances(first, second)
    st.plotly_chart(
        figures.importances(found, one, other),
        config=CONFIG,
        alt=figures.importances_text(found, one, other),
        key=f"{KEY}.importances",
    )
    st.markdown(markdown.note("Over the golden patients logged with each version."))


def _settings(first: LoadedModel, second: LoadedModel, one: str, other: str) -> None:
    st.markdown("##### What they take, and where they come from", anchors=False)
    for sentence in compared.schema_changes(first.schema, second.schema):
        st.markdown(f"- {markdown.plain(sentence)}")
    changes = compared.setting_changes(first, second)
    st.dataframe(
        pd.DataFrame(changes, columns=["Setting", one, other]),
        hide_index=True,
        alt="Settings that differ",
    )
