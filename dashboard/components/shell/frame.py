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
/* What takes the focus is not hidden under the header, which stays. */
[data-testid="stMain"] {{ scroll-padding-top: 4rem; }}
/* On the light blue of a dark page white has 2.5:1, near black 7:1. */
[data-testid="stBaseButton-primary"]:enabled * {{ color: light-dark(#FFFFFF, #0F1720); }}
/* A finger needs 44 pixels. */
@media (pointer: coarse) {{
  .st-key-{KEY} a, [data-testid="stTab"], [data-testid="stExpander"] summary,
  [data-testid="stExpandSidebarButton"], [data-testid="stSidebarCollapseButton"] button {{
    min-height: 44px; min-width: 44px; align-items: center; }}
}}
/* Paper is white, also where the screen is dark. */
@media print {{
  header, .st-key-{KEY}, [data-testid="stSidebar"], #bedside-skip,
  [data-testid="stExpander"]:has(details:not([open])) {{ display: none !important; }}
  [data-testid="stMainBlockContainer"] {{ padding-top: 0; }}
  body, .stApp, [data-testid="stAppViewContainer"] {{ background: #FFFFFF !important; }}
  .stApp * {{ color: #14212E !important; --st-text-color: #14212E !important;
    --st-background-color: #FFFFFF !important; --st-secondary-background-color: #F1F5F9 !important;
    --st-border-color: #768696 !important; --st-primary-color: #0B5CAD !important; }}
}}
</style>"""


def style() -> None:
    """How every page looks; to be called once a run."""
    st.html(STYLE)


def render(selection: Selection, pages: Sequence[StreamlitPage]) -> None:
    """Draw it, at every width."""
    style()
    with st.container(key=KEY, horizontal=True, vertical_alignment="center", gap="xsmall"):
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
    return [sentence for sentence in told if sentence]
