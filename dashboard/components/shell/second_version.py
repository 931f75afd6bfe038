"""A second version beside the chosen one."""

from __future__ import annotations

import streamlit as st

from dashboard import caching
from dashboard.figures.performance import Evaluated
from dashboard.selection import Selection
from dashboard.services import Services

NOBODY = "no other version"


def picked(services: Services, selection: Selection) -> list[Evaluated]:
    chosen = selection.required().version
    others = selection.others(chosen)
    name = st.selectbox("Compare with", [NOBODY, *others], key="performance.second")
    if name not in others:
        return []
    version = others[name]
    model = caching.loaded(services, version)
    return [] if model.evaluation is None else [Evaluated(version.label, model.evaluation)]
