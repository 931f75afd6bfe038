"""Versions beside each other: metrics and settings of any, and all that differs between two."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, markdown
from dashboard.components.shell import second_version
from dashboard.figures import CONFIG
from dashboard.figures import comparison as figures
from dashboard.selection import Selection
from dashboard.services import Services
from model.evaluation.wording import METRICS, NONE, shown
from model.interpretation import version_comparison as compared
from model.interpretation.version_comparison import Difference
from model.registry.versions import Version
from model.scoring import LoadedModel

KEY = "comparison"


def render(services: Services, selection: Selection, ticked: tuple[Version, ...]) -> None:
    """Those that are ticked, or one with another of its study that is chosen here."""
    if len(ticked) == 1:
        second = second_version.one(
            f"Compare {ticked[0].label} with",
            {version.label: version for version in selection.versions if version != ticked[0]},
            key=f"{KEY}.{ticked[0].reference}",
        )
        if second is None:
            st.markdown(markdown.note("Tick two or more rows above to compare them."))
            return
        ticked = (ticked[0], second)
    first, second = ticked[:2]
    if len(ticked) > 2 or not (first.scores and second.scores) or first.study != second.study:
        _told(ticked)
        return
    models = caching.loaded(services, first), caching.loaded(services, second)
    names = first.label, second.label
    _metrics(*models, *names)
    _inputs(*models, *names)
    _settings(*models, *names)


def _told(versions: tuple[Version, ...]) -> None:
    """What the server says of them: of a model that nobody opened, nothing else is known."""
    measured = dict.fromkeys(name for version in versions for name in version.metrics)
    asked = dict.fromkeys(name for version in versions for name in version.parameters)
    for title, alt, rows in (
        (
            "Metrics",
            "Metrics of these versions",
            [
                {"": METRICS.get(name, name)}
                | {v.title: shown(v.metrics.get(name)) for v in versions}
                for name in measured
            ],
        ),
        (
            "Parameters",
            "Parameters that differ",
            [
                {"": name} | {v.title: v.parameters.get(name, NONE) for v in versions}
                for name in asked
                if len({v.parameters.get(name) for v in versions}) > 1
            ],
        ),
    ):
        st.markdown(f"## {markdown.plain(title)}", anchors=False)
        if rows:
            st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt=alt)
        else:
            st.markdown(markdown.note("Nothing that differs was logged."))
    st.markdown(
        markdown.note(
            "As each was logged, maybe on other patients: these numbers alone do not say which is "
            "better."
        )
    )


def _metrics(first: LoadedModel, second: LoadedModel, one: str, other: str) -> None:
    st.markdown("## Metrics", anchors=False)
    found = compared.differences(first, second)
    rows = [
        {
            "Metric": METRICS.get(difference.metric, difference.metric),
            one: f"{difference.first:.3f}",
            other: f"{difference.second:.3f}",
            f"{other} less {one} [95 % interval]": _change(difference),
        }
        for difference in found
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
    st.markdown("## What moves them", anchors=False)
    found = compared.importances(first, second)
    st.plotly_chart(
        figures.importances(found, one, other),
        config=CONFIG,
        alt=figures.importances_text(found, one, other),
        key=f"{KEY}.importances",
    )
    st.markdown(markdown.note("Over the golden patients logged with each version."))


def _settings(first: LoadedModel, second: LoadedModel, one: str, other: str) -> None:
    st.markdown("## What they take, and where they come from", anchors=False)
    for sentence in compared.schema_changes(first.schema, second.schema):
        st.markdown(f"- {markdown.plain(sentence)}")
    changes = compared.setting_changes(first, second)
    st.dataframe(
        pd.DataFrame(changes, columns=["Setting", one, other]),
        hide_index=True,
        alt="Settings that differ",
    )
