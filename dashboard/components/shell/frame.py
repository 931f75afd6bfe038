"""The line at the top of every page: product, study, version, and the way to the other pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import markdown, text
from dashboard.selection import Selection

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

KEY = "frame"
# The page begins at the top; Streamlit leaves room there for its own bar, which is not used.
STYLE = f"""<style>
[data-testid="stMainBlockContainer"] {{ padding-top: 3.9rem; }}
.st-key-{KEY} {{ border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  padding-bottom: .3rem; }}
[data-testid="stMain"] h1 {{ font-size: 1.6rem; padding: 0; }}
[data-testid="stMain"] h2 {{ font-size: 1.15rem; padding: .4rem 0 0; }}
[data-testid="stMain"] h3 {{ font-size: 1rem; padding: .2rem 0 0; }}
@media print {{ header, .st-key-{KEY}, [data-testid="stSidebar"] {{ display: none; }} }}
</style>"""


def style() -> None:
    """How every page looks; to be called once a run."""
    st.html(STYLE)


def render(selection: Selection, pages: Sequence[StreamlitPage]) -> None:
    """Draw it, at every width."""
    style()
    with st.container(key=KEY, horizontal=True, vertical_alignment="center", gap="small"):
        named = " · ".join(["Bedside", *_study(selection)])
        st.markdown(f"**{markdown.plain(named)}**", width="content")
        for page in pages:
            st.page_link(page, label=markdown.label(page.title), width="content")


def page_title(page: str, selection: Selection) -> str:
    """The title of a page, another for each: ``Patient · Heart disease · Bedside``."""
    model = selection.chosen.model if selection.chosen else None
    study = model.schema.title if model else selection.study
    return " · ".join(filter(None, [page, study, "Bedside"]))


def _study(selection: Selection) -> list[str]:
    chosen = selection.chosen
    study = chosen.model.schema.title if chosen else selection.study
    version = selection.version
    told = [study, text.version_label(version) if version else ""]
    return [each for each in told if each]
