"""The table a study is drafted from: handed in, its outcome named, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st

from dashboard.components.shell import sheet_choice
from dashboard.markdown import note, plain
from model.drafting import redcap
from model.drafting.columns import Column, Kind, columns_of
from model.drafting.draft import Draft, draft, study_name
from model.drafting.outcome import MOST_VALUES, is_plain
from model.drafting.wanted import Wanted
from model.errors import BedsideError, DraftRefused
from model.studies import sheet as sheets
from model.studies.table import EXCEL, read_table

TABLE, DICTIONARY, OUTCOME = "new_study.table", "new_study.dictionary", "new_study.outcome"
PRESENT, NAME, KEEP = "new_study.present", "new_study.name", "new_study.keep"
SHEET = "new_study.sheet"
WHAT_HAPPENS = (
    "The table stays in the memory of this session and of the training. Nothing of it is written "
    "to a disk, a log or MLflow: a model keeps ranges, counts and what it learned."
)


@dataclass(frozen=True)
class Drafted:
    """A draft, and the bytes of the table it was made from."""

    draft: Draft
    data: bytes


def render() -> Drafted | None:
    """Ask for the table and the outcome; the draft once both are there."""
    left, right = st.columns(2)
    with left:
        table = st.file_uploader(
            "Table of patients, one a row (CSV, Parquet or Excel)",
            type=["csv", "parquet", "xlsx"],
            key=TABLE,
        )
    with right:
        dictionary = st.file_uploader(
            "REDCap data dictionary of it, if there is one", type=["csv"], key=DICTIONARY
        )
    if table is None:
        st.markdown(note(plain(WHAT_HAPPENS)))
        return None
    try:
        data = table.getvalue()
        sheet = _sheet(data, table.name)
        if sheet is None:
            return None
        columns = list(columns_of(read_table(data, table.name, sheet=sheet).frame))
        wanted = _ask(columns, table.name, sheet, dictionary)
        return Drafted(draft(data, table.name, wanted), data) if wanted else None
    except BedsideError as error:
        st.error(plain(str(error)))
        return None


def _sheet(data: bytes, name: str) -> str | None:
    """The sheet with the patients: asked for where several could be it; "" where none has to be."""
    if PurePath(name).suffix.lower() not in EXCEL:
        return ""
    possible = sheets.candidates(data, name)
    if len(possible) < 2:
        return ""
    return sheet_choice.render(possible, key=f"{SHEET}.{name}")


def _outcome(columns: Sequence[Column]) -> Column | None:
    """The column to predict, once one is chosen."""
    possible = {column.name: column for column in columns if _may_be_outcome(column)}
    if not possible:
        raise DraftRefused(
            "No column of this table can be an outcome: it has two values, or a few, such as yes "
            "and no."
        )
    picked = st.selectbox(
        "Outcome to predict",
        list(possible),
        index=None,
        placeholder="Choose a column",
        key=OUTCOME,
    )
    return possible.get(picked) if picked is not None else None


def _ask(
    columns: Sequence[Column],
    name: str,
    sheet: str,
    dictionary: st.runtime.uploaded_file_manager.UploadedFile | None,
) -> Wanted | None:
    """What to predict, and which values mean that it is there."""
    left, middle, right = st.columns(3)
    with left:
        chosen = _outcome(columns)
    if chosen is None:
        return None
    outcome = chosen.name
    with middle:
        levels = [_shown(level) for level in chosen.levels]
        present = st.multiselect(
            "It is present where the value is",
            levels,
            placeholder="As it plainly says, or choose" if is_plain(chosen) else "Choose",
            key=f"{PRESENT}.{outcome}",
        )
    with right:
        title = st.text_input(
            "Name of the study",
            value=study_name(PurePath(name).stem),
            max_chars=60,
            key=f"{NAME}.{name}",
            help="Also the model's name in MLflow: small letters, digits and hyphens.",
        )
    if not present and not is_plain(chosen):
        st.info(plain(f"Choose the values of {outcome} that mean the outcome is present."))
        return None
    fields = redcap.read(dictionary.getvalue(), dictionary.name) if dictionary else {}
    keep = st.session_state.get(KEEP, [])
    known = {column.name for column in columns}
    return Wanted(
        outcome,
        study_name(title),
        present=present,
        keep=[column for column in keep if column in known],
        sheet=sheet,
        fields=fields,
    )


def _may_be_outcome(column: Column) -> bool:
    usable = column.kind in (Kind.CODES, Kind.WORDS, Kind.NUMBER, Kind.CONSTANT)
    return usable and len(column.levels) <= MOST_VALUES


def _shown(level: object) -> str:
    return level if isinstance(level, str) else f"{level:g}"


def tell(drafted: Draft) -> None:
    """What is odd about the table: limits in sight, the columns left out below."""
    st.markdown(
        f"**{drafted.patients:,} patients, {drafted.events:,} with the outcome, "
        f"{len(drafted.document.inputs)} inputs.**"
    )
    st.markdown(plain(drafted.outcome))
    for remark in drafted.limits:
        st.warning(plain(str(remark)))
    for remark in drafted.doubts:
        st.warning(plain(str(remark)), icon=":material/help:")
    if drafted.left_out or st.session_state.get(KEEP):
        count = len(drafted.left_out)
        with st.expander(f"{count} {'column' if count == 1 else 'columns'} left out"):
            for remark in drafted.left_out:
                st.markdown(f"- {plain(str(remark))}")
            kept = st.session_state.get(KEEP, [])
            st.multiselect(
                "Take in all the same",
                [*kept, *(remark.column for remark in drafted.left_out)],
                key=KEEP,
            )
