"""A bare Streamlit page: one number field, and a number made of it.

streamlit run one_field.py

Nothing is configured, laid out, checked or explained, and no library but Streamlit is imported.
It is what `st.number_input` and `st.title` cost when they are used as Streamlit's documentation
shows them: https://docs.streamlit.io/develop/api-reference/widgets/st.number_input
"""

from __future__ import annotations

import streamlit as st

age = st.number_input("Age", value=None)
if age is not None:
    st.title(f"{age / 2:.1f} %")
