"""A bare Streamlit page: as many widgets of each kind as it is told, one number, one chart.

    streamlit run bare_page.py -- '{"sidebar": [["slider", 0]], "main": [["number_input", 0]]}'

A widget is its kind and how many options it has. Nothing is laid out, labelled in another way,
checked or explained; the number is a sum, shown as soon as anything is filled in, and a bar of the
chart is one widget's value.
"""

from __future__ import annotations

import json
import sys

import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")


def drawn(kind: str, options: int, key: str) -> float | None:
    """Draw a widget; its value, as a number."""
    offered = list(range(options))
    if kind == "number_input":
        return st.number_input(key, value=None, key=key)
    if kind == "button_group":
        return st.segmented_control(key, offered, key=key)
    if kind == "selectbox":
        return st.selectbox(key, offered, key=key)
    if kind == "multiselect":
        return float(len(st.multiselect(key, offered, key=key)))
    if kind == "slider":
        return st.slider(key, 1, 99, 50, key=key)
    if kind == "menu_button":
        st.menu_button(key, offered, key=key)
    elif kind == "button":
        st.button(key, key=key)
    elif kind == "checkbox":
        return float(st.checkbox(key, key=key))
    elif kind == "download_button":
        st.download_button(key, b"", key=key)
    else:
        getattr(st, kind)(key, key=key)
    return None


def page(widgets: dict[str, list[tuple[str, int]]]) -> None:
    values = {}
    for place, inside in ((st.sidebar, "sidebar"), (st.container(), "main")):
        with place:
            for at, (kind, options) in enumerate(widgets[inside]):
                key = f"{inside} {kind} {at}"
                values[key] = drawn(kind, options, key)
    filled = {key: value for key, value in values.items() if value is not None and "main" in key}
    if any(filled.values()):
        st.title(f"{sum(filled.values()) / 10:.1f} %")
        st.plotly_chart(go.Figure(go.Bar(x=list(filled.values()), y=list(filled), orientation="h")))


page(json.loads(sys.argv[1]))
