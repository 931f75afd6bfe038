"""The whole result to take away: the bytes that `python -m model score --explain` writes."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

import streamlit as st

from dashboard.audit_trail import EXPORTED
from dashboard.batch_run import Result
from dashboard.markdown import note, plain
from model.files.results.writers import KINDS

MOST_EXCEL_ROWS = 100_000
"""More take a spreadsheet long to open; CSV and Parquet take any number."""


def render(result: Result) -> None:
    """Every row in the file's order, filters or not; made when it is asked for."""
    st.markdown("## Download", anchors=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        for ending, kind in KINDS.items():
            st.download_button(
                plain(kind.label),
                data=partial(_written, result, ending),
                file_name=f"{PurePath(result.upload.name).stem}-scored{ending}",
                mime=kind.mime,
                on_click="ignore",
                disabled=ending == ".xlsx" and len(result.file) > MOST_EXCEL_ROWS,
                icon=":material/download:",
                key=f"batch.download{ending}",
            )
    st.markdown(
        note(
            plain(
                f"All {len(result.file):,} rows, filters or not: your columns in your order, then "
                "risk, interval, submodel, problems, and the contribution of every value in "
                "log-odds, or on the version’s own scale if it is another. The same bytes as "
                "“python -m model score” writes with “--explain”."
            )
        )
    )


def _written(result: Result, ending: str) -> bytes:
    chosen = result.chosen
    chosen.trail.add(EXPORTED, chosen.version, chosen.scorer.route, len(result.file), ending)
    return result.file.written(ending)
