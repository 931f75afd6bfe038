"""The file of patients a session works with: handed in, held in its memory, put away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.batch_run import MOST_ROWS, Upload
from dashboard.markdown import note, plain
from model import studies
from model.files.results import template
from model.schema import Schema

FILE, UPLOADER = "batch.file", "batch.uploader"
WHAT_HAPPENS = (
    "What happens to it: it is checked first, and nothing is converted or scored unasked. It stays "
    "in the memory of this session only. Nothing of it is written to a disk, a log or MLflow, and "
    "it is gone when you remove it or close the page."
)


def render(schema: Schema) -> Upload | None:
    """The file held, or a place to hand one in."""
    held: Upload | None = st.session_state.get(FILE)
    if held is None:
        _ask(schema)
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(held.name)}** · {plain(_size(len(held.content)))}", width="stretch")
        st.button(
            "Remove file",
            on_click=put_away,
            help="Forget this file and what was made of it, and choose another one.",
            key="batch.put_away",
        )
    return held


def hold(upload: Upload) -> None:
    """Go on with this file: a button's callback."""
    st.session_state[FILE] = upload


def put_away() -> None:
    """Forget the file: a button's callback."""
    st.session_state.pop(FILE, None)


def _ask(schema: Schema) -> None:
    st.file_uploader(
        "CSV, Excel (.xlsx) or Parquet, one patient a row",
        key=UPLOADER,
        on_change=_take,
        help=f"Needed: {plain(', '.join(schema.required))}. Your own columns are kept. "
        f"At most {MOST_ROWS:,} rows.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(note(plain(WHAT_HAPPENS)), width="stretch")
        st.download_button(
            "Template",
            data=template.csv(schema),
            file_name=f"{schema.study}-template.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            help="A CSV file with the header alone, to be filled.",
            key="batch.template",
        )
        st.download_button(
            "Example file",
            data=_examples(schema),
            file_name=f"{schema.study}-example.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            help="The same with made-up patients, to try the page with.",
            key="batch.example",
        )
    _columns(schema)


def _columns(schema: Schema) -> None:
    """What each column of a file means, for whoever makes one."""
    with st.expander("Columns a file may have"):
        rows = [
            {
                "Column": each.name,
                "Meaning": each.label,
                "Unit": each.unit,
                "Allowed": each.allowed
                if not each.is_coded
                else ", ".join(f"{code.value:g} {code.label}" for code in each.codes),
                "Needed": "yes" if each.required else "",
            }
            for each in schema.features
        ]
        st.dataframe(
            pd.DataFrame(rows), hide_index=True, height="content", alt="Columns a file may have"
        )


def _take() -> None:
    handed_in = st.session_state.get(UPLOADER)
    if handed_in is not None:
        hold(Upload.of(handed_in.name, handed_in.getvalue()))


def _examples(schema: Schema) -> bytes:
    known = studies.find(schema.study).examples if schema.study in studies.names() else ()
    return template.csv(schema, [each.values for each in known])


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"
