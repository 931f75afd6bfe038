"""A store of another MLflow is read through a copy: who wrote it, and how to go on with it."""

from __future__ import annotations

import streamlit as st

from dashboard.markdown import plain
from dashboard.services import Services


def render(services: Services) -> None:
    """One line, with the commands folded below it; nothing where the store is read as it is."""
    notice = services.registry.notice
    if notice is None:
        return
    with st.expander(plain(notice.said), icon=":material/lock:", key="store.notice"):
        st.markdown("Whoever looks after the store can bring it up to date, with a backup first:")
        st.code("\n".join(notice.commands), language="shell", wrap_lines=True)
