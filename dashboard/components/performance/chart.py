"""A figure under its title, with how to read it below."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import markdown
from dashboard.figures import CONFIG


def chart(title: str, figure: Any, reading: str) -> None:
    st.markdown(f"### {markdown.plain(title)}")
    st.plotly_chart(figure, config=CONFIG, alt=f"{title}. {reading}.", key=f"performance.{title}")
    note(f"{reading}.")


def heading(words: str) -> None:
    st.markdown(f"## {markdown.plain(words)}")


def note(words: str) -> None:
    st.markdown(markdown.note(markdown.plain(words)))
