"""What is wrong with a file of patients, and what to do about it; asks before it converts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd
import streamlit as st

from dashboard import batch_run
from dashboard.batch_run import Upload
from dashboard.components.batch import patients_file
from dashboard.markdown import badge, note, plain
from dashboard.services import Chosen
from model.files.cells_at import cells_at
from model.files.check_report import Report
from model.files.reading.conversion import offered
from model.intake import Issue, Severity
from model.schema import Recoding, Schema

CHECKED, CELLS = "batch.checked", "batch.cells"
LISTED = 1_000
ORDER = (Severity.REJECTED, Severity.FLAGGED, Severity.NORMALISED)
SIGNS = {
    Severity.REJECTED: "✕ rejected",
    Severity.FLAGGED: "⚑ flagged",
    Severity.NORMALISED: "✎ normalised",
}
MEANING = (
    "Rejected rows are not scored. Flagged ones are: look at them. Normalised ones were understood "
    "although written in another way. A rejected row may be flagged as well."
)


def render(upload: Upload, chosen: Chosen, *, folded: bool, asked: bool) -> Report | None:
    """The report of an accepted file with rows; of any other, why it is not.

    folded : leave the list of issues closed; it is a click away. asked : whether the file's owner
    is being asked how it is meant; what is wrong with it as it stands is then only noted.
    """
    report = _checked(upload, chosen)
    if report.refusal is not None:
        if asked:
            st.markdown(note(plain(f"As it stands, nothing is scored. {report.refusal}")))
            return None
        _refused(upload, report, chosen.model.schema)
        if report.is_read:
            _list(upload, chosen, report.issues[1:], folded=False)
        return None
    if report.rows == 0:
        st.warning("The file has a header and no rows. Put it away and choose one with patients.")
        return None
    _counts(report)
    _list(upload, chosen, report.issues, folded=folded or asked)
    return report


def forget() -> None:
    """Nothing of a file that was put away is kept."""
    st.session_state.pop(CHECKED, None)
    st.session_state.pop(CELLS, None)


def _checked(upload: Upload, chosen: Chosen) -> Report:
    """The report, made once for a file, its conversions and the version it is checked for."""
    key = (*upload.reading, chosen.model.digest)
    held = st.session_state.get(CHECKED)
    if held is None or held[0] != key:
        with st.spinner("Checking the file …"):
            held = (key, batch_run.check(upload, chosen.model.schema))
        st.session_state[CHECKED] = held
    report: Report = held[1]
    return report


def _refused(upload: Upload, report: Report, schema: Schema) -> None:
    issue = report.issues[0]
    other = offered(schema).get(issue.conversion or "")
    if other is None or issue.conversion is None:
        st.error(plain(f"Nothing of this file is scored. {issue.message}"))
    else:
        st.warning(plain(issue.message))
        if isinstance(other, Recoding):
            asked = f"Convert from {other.label}"
        else:
            feature, unit = other
            asked = f"Convert {feature.label} from {unit.name} to {feature.unit}"
        with st.container(horizontal=True):
            st.button(
                plain(asked),
                on_click=patients_file.hold,
                args=(upload.converted(issue.conversion),),
                key="batch.convert",
            )
            st.button("Choose another file", on_click=patients_file.put_away, key="batch.other")


def _counts(report: Report) -> None:
    rejected = report.counts[Severity.REJECTED]
    badges = (
        badge(f"{report.rows - rejected:,} accepted", "green", ":material/check:"),
        badge(f"{rejected:,} rejected", "red", ":material/close:"),
        badge(f"{report.counts[Severity.FLAGGED]:,} flagged", "orange", ":material/flag:"),
        badge(f"{report.counts[Severity.NORMALISED]:,} normalised", "gray", ":material/edit:"),
    )
    st.markdown(f"**{report.rows:,}** rows: {' '.join(badges)}", help=MEANING)


def _list(upload: Upload, chosen: Chosen, issues: Sequence[Issue], *, folded: bool) -> None:
    if not issues:
        st.markdown(note("Nothing to say about any row."))
        return
    of_rows = [each for each in issues if each.row is not None]
    whole = [each for each in issues if each.row is None and each.code != "converted"]
    listed = [
        each for severity in ORDER for each in (*whole, *of_rows) if each.severity is severity
    ]
    with st.expander(f"What the check found ({len(listed):,})", expanded=not folded):
        cells = _cells(upload, chosen, listed[:LISTED])
        table = pd.DataFrame(
            {
                "What became of it": [SIGNS[each.severity] for each in listed[:LISTED]],
                "Row": pd.array([each.row for each in listed[:LISTED]], dtype="Int64"),
                "Column": [each.column or "" for each in listed[:LISTED]],
                "In the cell": [cells.get((e.row, e.column), "") for e in listed[:LISTED]],
                "What is wrong, and what to do": [_without_row(e) for e in listed[:LISTED]],
            }
        )
        st.dataframe(
            table,
            hide_index=True,
            height="content" if len(table) <= 8 else 320,
            column_config={
                "Row": st.column_config.NumberColumn(width=60),
                "What became of it": st.column_config.TextColumn(width=110),
                "Column": st.column_config.TextColumn(width=90),
                "In the cell": st.column_config.TextColumn(width=90),
            },
            alt="Issues of the file: what became of the row, row, column, cell, what to do",
            key="batch.issues",
        )
        st.download_button(
            "Download this list",
            data=lambda: _as_csv(listed),
            file_name=f"{PurePath(upload.name).stem}-issues.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            help="Every issue with its row and column, and no value of a cell.",
            key="batch.issues_download",
        )
        if len(listed) > LISTED:
            more = f"The first {LISTED:,} of {len(listed):,}, rejected ones first. "
            st.markdown(note(f"{more}`python -m model check FILE` lists them all."))


def _cells(
    upload: Upload, chosen: Chosen, issues: Sequence[Issue]
) -> dict[tuple[int | None, str | None], str]:
    """What stands in the cells that issues are about, read anew for this list and this screen."""
    key = (*upload.reading, chosen.model.digest)
    held = st.session_state.get(CELLS)
    if held is None or held[0] != key:
        places = {(each.row, each.column) for each in issues if each.row and each.column}
        file = io.BytesIO(upload.content)
        held = (key, cells_at(file, chosen.model.schema, places, upload.mapping, upload.sheet))
        st.session_state[CELLS] = held
    return dict(held[1])


def _as_csv(issues: Sequence[Issue]) -> bytes:
    table = pd.DataFrame(
        {
            "what became of it": [str(each.severity) for each in issues],
            "row": pd.array([each.row for each in issues], dtype="Int64"),
            "column": [each.column or "" for each in issues],
            "code": [each.code for each in issues],
            "message": [each.message for each in issues],
        }
    )
    content: bytes = table.to_csv(index=False).encode()
    return content


def _without_row(issue: Issue) -> str:
    """The message, where the row has a column of its own."""
    if issue.row is None:
        return issue.message
    said = issue.message.removeprefix(f"Row {issue.row}, ").removeprefix(f"Row {issue.row}: ")
    return said[0].upper() + said[1:]
