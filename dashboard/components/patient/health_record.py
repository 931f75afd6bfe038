"""The form filled from an electronic record (FHIR).

What is handed in is read once and forgotten, read or refused: only the account of it is kept, in
the session, and only as long as the form holds what it is the account of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from dashboard.components.patient import entry
from dashboard.markdown import note, plain
from model import fhir
from model.errors import ExtraMissing, RecordRefused
from model.evaluation.wording import listed
from model.fhir import Fate, Library, Row, Understood
from model.fhir.document import MOST_BYTES
from model.fhir.resource_library import PURPOSE, REQUIREMENT
from model.schema import Schema

OPEN = "record.open"
TEXT, FILE, TURN, ACCOUNT = "record.text", "record.file", "record.turn", "record.account"
TITLE = "From an electronic record (FHIR)"
WHAT_HAPPENS = (
    "A FHIR R4 Bundle in JSON with one Patient and the Observations. It replaces what is in the "
    "form: what the record does not have becomes blank. The text itself is forgotten as soon as "
    "it was read, and never written to a disk, a log or MLflow."
)
EXAMPLE = '{"resourceType": "Bundle", "type": "collection", "entry": […]}'
FATES = {
    Fate.TAKEN: ":green-badge[:material/check: taken]",
    Fate.CONVERTED: ":blue-badge[:material/swap_horiz: converted]",
    Fate.IGNORED: ":gray-badge[:material/block: ignored]",
}
TABLE = 360  # pixels
EACH_PART = (
    "Taken as it stands, converted to the unit or code of this study, or ignored. The reason "
    "stands beside each part."
)

Ask = Callable[[], Library]


@dataclass(frozen=True)
class _Account:
    """What became of the last record: refused in one sentence, or the rows and what is blank."""

    study: str
    source: str
    refused: str = ""
    rows: tuple[Row, ...] = field(default=(), repr=False)
    filled: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()


def render(
    schema: Schema,
    *,
    library: Ask = fhir.library,
    is_installed: Callable[[], bool] = fhir.is_installed,
) -> None:
    """A place to hand a record in, and what became of each part of it.

    A study that declares no codes has none. Draw it before the form: it fills it.
    """
    if not schema.code_system:
        return
    place = st.expander(TITLE, icon=":material/lab_profile:", key=OPEN, on_change="rerun")
    account = _current(schema)
    if not place.open:
        return  # nothing of it is drawn before somebody asks for it
    with place:
        if not is_installed():
            st.info(plain(str(ExtraMissing(PURPOSE, REQUIREMENT))))
            return
        _ask(schema, library)
        if account is not None:
            _tell(account)


def _current(schema: Schema) -> _Account | None:
    """The account of the patient in the form; that of another one is forgotten."""
    account: _Account | None = st.session_state.get(ACCOUNT)
    if account is None:
        return None
    is_others = account.study != schema.study or (
        account.source and not entry.is_of(account.source, schema)
    )
    if is_others:
        del st.session_state[ACCOUNT]
        return None
    return account


def _ask(schema: Schema, library: Ask) -> None:
    # In a form nothing is sent before the button: what is pasted does not lie in the session.
    with st.form("record", border=False):
        st.file_uploader(
            "File of the record (.json)",
            type="json",
            key=_file(),
            max_upload_size=MOST_BYTES // 1_000_000,
            help="An export of one patient, at most 5 MB.",
        )
        st.text_area(
            "Or the text of the record, pasted",
            key=TEXT,
            height=96,
            max_chars=MOST_BYTES,
            placeholder=EXAMPLE,
            help="The whole document, from the first brace to the last.",
        )
        st.markdown(note(plain(WHAT_HAPPENS)))
        st.form_submit_button(
            "Fill in the form",
            on_click=_read,
            args=(schema, library),
            icon=":material/input:",
            key="record.read",
        )


def _file() -> str:
    """The uploader's key. A new one is an empty uploader: its file cannot be taken from it."""
    return f"{FILE}.{st.session_state.get(TURN, 0)}"


def _read(schema: Schema, library: Ask) -> None:
    text, file = st.session_state.get(TEXT) or "", st.session_state.get(_file())
    data = file.getvalue() if file is not None else text.encode()
    both = file is not None and bool(text.strip())
    st.session_state[TEXT] = ""
    st.session_state.pop(_file(), None)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    if both:
        refused = "There was a file and a text. Hand in one of them."
    elif not data.strip():
        refused = "Choose a file, or paste the text of one."
    else:
        refused = _fill(data, schema, library)
    if refused:
        st.session_state[ACCOUNT] = _Account(schema.study, "", refused)


def _fill(data: bytes, schema: Schema, library: Ask) -> str:
    """Fill the form, or say why not; then it stays as it was."""
    try:
        what = fhir.read(data, schema, library=library)
    except (RecordRefused, ExtraMissing) as refused:
        return str(refused)
    if not what.values:
        return _nothing(what)
    source = entry.offer(schema.study, what.values)
    blank = tuple(feature.label for feature in schema.features if feature.name not in what.values)
    filled = tuple(schema[name].label for name in what.values)
    st.session_state[ACCOUNT] = _Account(schema.study, source, "", what.rows, filled, blank)
    return ""


def _nothing(what: Understood) -> str:
    reasons = list(dict.fromkeys(row.why for row in what.rows))
    return " ".join(["Nothing in the record could be used; the form is as it was.", *reasons[:3]])


def _tell(account: _Account) -> None:
    if account.refused:
        st.error(plain(account.refused))
        return
    of = len(account.filled) + len(account.blank)
    told = f"{len(account.filled)} of {of} fields are filled from the record."
    if account.blank:
        told += f" Not in it, and blank: {listed(account.blank)}."
    st.success(plain(f"{told} Compare them with the record before you use the risk."))
    rows = [
        {
            "In the record": plain(row.source) + "  \n" + note(plain(row.found)),
            "Became": f"{FATES[row.fate]} {plain(row.why)}",
        }
        for row in account.rows
    ]
    counts = Counter(row.fate for row in account.rows)
    told = ", ".join(f"{counts[fate]} {fate}" for fate in Fate)
    alt = "What became of each part of the record"
    with st.container(height=TABLE):  # the form below stays in sight
        # Its help is what takes the focus here, so that the keyboard can scroll.
        st.markdown(plain(f"{alt}: {told}."), help=EACH_PART)
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=alt)
