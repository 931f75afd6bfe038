"""A table of patients handed in to an adoption: it stays in the session and goes to the process."""

from __future__ import annotations

import streamlit as st

from dashboard.adopter.order import Table
from dashboard.markdown import note, plain

WHAT_FOR = (
    "It tells ranges and words that the model does not hold, and what is usual: means, "
    "covariances and shares of it are kept, and no row. It lies in a temporary file while the "
    "model is adopted."
)


def render(kept: Table | None, key: str) -> Table | None:
    """Ask for one; what was handed in before is kept until another is. key : of the place."""
    handed_in = st.file_uploader(
        "Table of patients, if you have one (CSV or Parquet)",
        type=["csv", "parquet"],
        key=f"{key}.table",
        help=WHAT_FOR,
    )
    if handed_in is not None:
        return Table(handed_in.name, handed_in.getvalue())
    if kept is not None:
        st.markdown(note(plain(f"{kept.name} is used again, unless you hand in another.")))
    return kept
