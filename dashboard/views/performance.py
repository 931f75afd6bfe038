"""Performance: how good the chosen version is, for whom, and how sure that is."""

from __future__ import annotations

import streamlit as st

from dashboard import caching, text
from dashboard.components.performance import (
    chart,
    curves,
    dependence,
    groups,
    headline,
    instability,
    supplied,
)
from dashboard.components.shell import (
    prevalence,
    second_version,
    seen_version,
    version_details,
)
from dashboard.figures.performance import Evaluated
from dashboard.selection import Selection
from dashboard.services import Chosen, Services
from model.registry.versions import Version
from model.scoring import LoadedModel


def render(services: Services, selection: Selection) -> None:
    """Every panel for the chosen version, and for a second one beside it."""
    if seen_version.render(services, selection, "Performance"):
        return
    chosen = selection.required()
    st.title("Performance", anchor=False)
    if chosen.model.evaluation is None:
        _not_evaluated(chosen)
        version_details.body(services, chosen.version)
        chart.note(text.provenance(chosen.version, chosen.scorer.route))
        return
    models = {chosen.version.label: chosen.bundle, **_second(services, selection, chosen.version)}
    versions = [
        Evaluated(label, model.evaluation)
        for label, model in models.items()
        if model.evaluation is not None
    ]
    prevalence.not_here()
    headline.render(versions)
    curves.render(versions)
    curves.at_threshold(versions)
    groups.subgroups(versions)
    groups.sites(versions)
    groups.missing_tests(versions)
    dependence.render(models)
    instability.render(versions)
    chart.note(text.provenance(chosen.version, chosen.scorer.route))


def _not_evaluated(chosen: Chosen) -> None:
    if chosen.model.origin is None:
        st.info(text.UNKNOWN_EVALUATION)
    elif chosen.bundle.supplied is None:
        st.info(text.NO_EVALUATION)
    else:
        supplied.render(chosen.bundle.supplied)


def _second(services: Services, selection: Selection, chosen: Version) -> dict[str, LoadedModel]:
    """Another version to stand beside it; of one that nobody evaluated there is nothing to show."""
    second = second_version.one("Compare with", selection.others(chosen), "performance.second")
    if second is None:
        return {}
    model = caching.loaded(services, second)
    return {second.label: model} if model.evaluation is not None else {}
