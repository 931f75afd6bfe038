"""The form a study will have, live: it looks the part and scores nobody."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import note, plain
from model.schema import Feature, Schema

MOST_BUTTONS = 4
KEY = "study_editor.preview"


def render(schema: Schema) -> None:
    """Every field in its group, blank."""
    st.markdown("## The form", anchors=False)
    with st.container(border=True, height=520):
        for group, features in schema.groups.items():
            st.markdown(f"### {plain(group)}", anchors=False)
            for feature in features:
                _field(feature)
    needed = len(schema.required)
    st.markdown(
        note(
            plain(f"{needed} of {len(schema.features)} values are needed; the rest may stay blank.")
        )
    )


def _field(feature: Feature) -> None:
    unit = f" ({plain(feature.unit)})" if feature.unit else ""
    needed = " · needed" if feature.required else ""
    label = f"{plain(feature.label)}{unit}{needed}"
    key = f"{KEY}.{feature.name}.{feature.is_coded}"
    help_ = plain(feature.help) or None
    if feature.plausible is not None:
        st.number_input(
            label,
            value=None,
            step=10.0**-feature.decimals,
            format=f"%.{feature.decimals}f",
            placeholder=f"{feature.plausible}",
            help=help_,
            key=key,
        )
        return
    words = [code.label for code in feature.codes]
    if len(words) <= MOST_BUTTONS:
        st.segmented_control(label, words, format_func=plain, help=help_, key=f"{key}.{words}")
    else:
        st.selectbox(
            label, words, index=None, placeholder="Choose", help=help_, key=f"{key}.{words}"
        )
