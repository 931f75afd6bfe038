"""How the risk depends on each input: of the average patient, one value varied at a time."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import streamlit as st

from dashboard.components.performance import chart
from dashboard.figures import CONFIG
from dashboard.figures.dependence import dependence
from dashboard.figures.response import response_text
from model.interpretation.average_patient import average_patient
from model.interpretation.what_if import response
from model.scoring import LoadedModel

PICKED = "performance.input"


def render(models: Mapping[str, LoadedModel]) -> None:
    """By label, the chosen version, and a second one if there is one."""
    (first, *_) = models.values()
    if first.applicability is None:
        return
    chart.heading("How the risk depends on each input")
    features = {feature.label: feature for feature in first.schema.features}
    picked = st.selectbox("Input", list(features), key=PICKED, persist_state="session")
    feature = features.get(picked, first.schema.features[0])
    averages = {
        label: average_patient(model.schema, model.applicability)
        for label, model in models.items()
        if model.applicability is not None and feature.name in model.schema.names
    }
    found = {
        label: response(
            models[label].schema[feature.name],
            average,
            functools.partial(models[label].assess, explain=True),
        )
        for label, average in averages.items()
    }
    st.plotly_chart(
        dependence(found),
        config=CONFIG,
        alt=" ".join(f"{label}: {response_text(answer)}" for label, answer in found.items()),
        key="performance.dependence",
    )
    (average, *_) = averages.values()
    known = [
        other.described(float(average[other.name]))
        for other in first.schema.features
        if other.name != feature.name
    ]
    chart.note(
        "The average patient in training, who stands for nobody, with this one value varied: "
        f"{'; '.join(known)}. It is what the model says, not what changing the value would do."
    )
