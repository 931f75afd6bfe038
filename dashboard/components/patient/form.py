"""One patient's values, in the order of the visit. The browser owns them; see `form.js`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.components.patient import entry, fields
from model.schema import Schema
from model.scoring.documents import Card

HERE = Path(__file__).parent

_form = st.components.v2.component(
    "bedside.patient_form",
    html='<div class="form"></div>',
    css=(HERE / "form.css").read_text(),
    js=(HERE / "form.js").read_text(),
)


def render(schema: Schema, card: Card | None = None) -> None:
    """Draw the form. What it gets is the same at every run, so that nothing is drawn anew.

    card : of the version, which may hold made-up patients.
    """
    _form(key=entry.FORM, data=fields.document(schema, card), on_case_change=_noticed)


def _noticed() -> None:
    """The case is read where it is needed, by `entry.current`."""
