"""A version that was chosen and gives no number: what its server says of it, and the next step."""

from __future__ import annotations

import streamlit as st

from dashboard import markdown
from dashboard.components.shell import version_details
from dashboard.selection import Selection
from dashboard.services import Services

MISSING = {
    "Patient": "There is no form for it yet: nobody knows what its values mean.",
    "Batch": "No file can be checked or scored with it yet.",
    "Performance": "No evaluation is known for it; what its author logged is below.",
    "About": "No model card is known for it; what its author logged is below.",
}


def render(services: Services, selection: Selection, page: str) -> bool:
    """Draw it in the place of a page that has nothing to show; False where the page has."""
    version = selection.seen_only
    if version is None:
        return False
    st.title(markdown.plain(version.title), anchor=False)
    st.markdown(MISSING[page])
    version_details.body(services, version)
    if len(selection.versions) > 1 and not selection.study:
        count = len(selection.versions)
        st.markdown(
            markdown.note(
                f"One of {count} models here that nobody registered; Models has them all."
            )
        )
    return True
