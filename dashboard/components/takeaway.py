"""Something for the record: made when it is asked for, and kept nowhere."""

from __future__ import annotations

import streamlit as st

from dashboard.case import Case
from dashboard.text import note
from model.record import receipt


def render(case: Case) -> None:
    """A button each. What they give is written in memory, when it is clicked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Receipt (JSON)",
            data=lambda: receipt.write(case.record()),
            file_name="receipt.json",
            mime="application/json",
            on_click="ignore",
            icon=":material/receipt_long:",
            key="takeaway.receipt",
        )
    st.markdown(
        note(
            "They hold this patient's values, and are made when you click: nothing of them is kept "
            "here. “python -m model verify receipt.json” scores the patient again and says whether "
            "the number is the same."
        )
    )
