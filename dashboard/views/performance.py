"""Performance: how good the chosen version is, for whom, and how sure that is."""

from __future__ import annotations

import streamlit as st

from dashboard import text
from dashboard.components.performance import chart, curves, groups, headline, instability
from dashboard.components.shell import prevalence, second_version
from dashboard.figures.performance import Series
from dashboard.selection import Selection
from dashboard.services import Services


def render(services: Services, selection: Selection) -> None:
    """Every panel for the chosen version, and for a second one beside it."""
    chosen = selection.required()
    if not chosen.model.has_evaluation:
        st.title("Performance", anchor=False)
        st.markdown(text.NO_EVALUATION)
        chart.note(text.provenance(chosen.version, chosen.scorer.route))
        return
    versions = [Series(f"v{chosen.version.number}", chosen.model.evaluation)]
    versions += second_version.picked(services, selection)
    st.title("Performance", anchor=False)
    prevalence.not_here()
    headline.render(versions)
    curves.render(versions)
    curves.at_threshold(versions)
    groups.subgroups(versions)
    groups.sites(versions)
    groups.missing_tests(versions)
    instability.render(versions)
    chart.note(text.provenance(chosen.version, chosen.scorer.route))
