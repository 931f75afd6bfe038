"""Other versions to stand beside the one in use: the one way to choose them, on every page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import markdown
from model.registry.versions import Version

NOBODY = "no other version"


def one(label: str, others: Mapping[str, Version], key: str) -> Version | None:
    """A second version, or none.

    others : what there is to choose from, by what is read there.
    """
    name = st.selectbox(markdown.label(label), [NOBODY, *others], key=key)
    return others.get(str(name))


def several(label: str, others: Mapping[str, Version], key: str, most: int) -> list[Version]:
    """Up to `most` versions, kept while other pages are looked at; `others` as for `one`."""
    names = st.multiselect(
        markdown.label(label), list(others), max_selections=most, key=key, persist_state="session"
    )
    return [others[name] for name in names]
