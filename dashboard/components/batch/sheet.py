"""Which sheet of a workbook is read: said, and asked for where it has several."""

from __future__ import annotations

import io
from dataclasses import dataclass

import streamlit as st

from dashboard.batch_run import Upload
from dashboard.components.batch import patients_file
from dashboard.components.shell import sheet_choice
from dashboard.markdown import note, plain
from model.errors import FileRefused
from model.files.reading.workbook_patients import sheets_of
from model.schema import Schema
from model.tables.wording import sheet_read
from model.tables.workbook import Sheets, is_workbook

SHEETS, SHEET = "batch.sheets", "batch.sheet"


@dataclass(frozen=True)
class Seen:
    """The sheets of a workbook, and the one that alone could hold the patients, or none."""

    key: tuple[object, ...]
    sheets: Sheets
    found: str


def render(upload: Upload, schema: Schema) -> bool:
    """Ask for the sheet where there are several; whether it is known which one is read."""
    seen = _seen(upload, schema)
    if seen is None:
        return True
    found = upload.sheet or seen.found
    if len(seen.sheets.visible) > 1:
        key = f"{SHEET}.{upload.digest[:12]}.{found}"
        sheet_choice.render(
            _offered(seen.sheets, found), found, key=key, on_change=_choose, args=(upload, key)
        )
    if not found:
        st.markdown(note("Several sheets could hold the patients. Choose one to go on."))
        return False
    is_there = found in (*seen.sheets.visible, *seen.sheets.hidden)  # else the check refuses it
    if is_there and (said := sheet_read(seen.sheets, found)):
        st.markdown(note(plain(said)))
    return True


def forget() -> None:
    """Nothing of a file that was removed is kept."""
    st.session_state.pop(SHEETS, None)


def _seen(upload: Upload, schema: Schema) -> Seen | None:
    """The sheets, looked at once; None of a file without any."""
    if not is_workbook(upload.content[:8]):
        return None
    key = (upload.digest, schema.study, schema.names)
    held: Seen | None = st.session_state.get(SHEETS)
    if held is None or held.key != key:
        try:
            held = Seen(key, *sheets_of(io.BytesIO(upload.content), schema))
        except FileRefused:
            return None  # the check says why
        st.session_state[SHEETS] = held
    return held


def _offered(sheets: Sheets, found: str) -> list[str]:
    """Those that can be seen, and one that was named in a mapping although it cannot."""
    return [*sheets.visible, *(name for name in sheets.hidden if name == found)]


def _choose(upload: Upload, key: str) -> None:
    chosen: str | None = st.session_state.get(key)
    if chosen:
        patients_file.hold(upload.on_sheet(chosen))
