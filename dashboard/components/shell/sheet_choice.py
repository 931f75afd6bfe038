"""The sheet of a workbook that holds the patients, asked for where it has several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def render(
    sheets: Sequence[str],
    found: str = "",
    *,
    key: str,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> str | None:
    """A field with the names of the sheets, as text; the one that is chosen, None before.

    found : the one that is read if nobody chooses another; blank where several could be it.
    """
    chosen: str | None = st.selectbox(
        "Sheet with the patients",
        sheets,
        index=sheets.index(found) if found in sheets else None,
        placeholder="Choose a sheet",
        key=key,
        on_change=on_change,
        args=args,
        width=320,
    )
    return chosen
