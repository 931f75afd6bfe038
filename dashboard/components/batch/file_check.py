"""What is wrong with a file of patients, and what to do about it; asks before it converts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import batch_run
from dashboard.batch_run import Upload
from dashboard.components.batch import patients_file
from dashboard.markdown import badge, note, plain
from dashboard.services import Chosen
from model.files.check_report import Report
from model.files.reading.conversion import offered
from model.intake import Issue, Severity
from model.schema import Recoding, Schema

CHECKED = "batch.checked"
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


def render(upload: Upload, chosen: Chosen, *, folded: bool) -> Report | None:
    """The report of an accepted file with rows; of any other, why it is not.

    folded : leave the list of issues closed; it is a click away.
    """
    report = _checked(upload, chosen)
    if report.refusal is not None:
        _refused(upload, report, chosen.model.schema)
        return None
    if report.rows == 0:
        st.warning("The file has a header and no rows. Put it away and choose one with patients.")
        return None
    _counts(report)
    if upload.convert:
        with st.container(horizontal=True, vertical_alignment="center"):
            done = " ".join(each.message for each in report.issues if each.code == "converted")
            st.markdown(plain(done), width="stretch")
            st.button(
                "Undo the conversion",
                on_click=patients_file.hold,
                args=(upload.as_it_came(),),
                key="batch.undo",
            )
    _list(report.issues, folded=folded)
    return report


def forget() -> None:
    """Nothing of a file that was put away is kept."""
    st.session_state.pop(CHECKED, None)


def _checked(upload: Upload, chosen: Chosen) -> Report:
    """The report, made once for a file, its conversions and the version it is checked for."""
    key = (upload.digest, upload.convert, chosen.model.digest)
    held = st.session_state.get(CHECKED)
    if held is None or held[0] != key:
        with st.spinner("Checking the file …"):
            held = (key, batch_run.check(upload, chosen.model.schema))
        st.session_state[CHECKED] = held
    report: Report = held[1]
    return report


def _refused(upload: Upload, report: Report, schema: Schema) -> None:
    (issue,) = report.issues
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
    if upload.convert:
        st.button(
            "Undo the conversion",
            on_click=patients_file.hold,
            args=(upload.as_it_came(),),
            key="batch.undo",
        )


def _counts(report: Report) -> None:
    rejected = report.counts[Severity.REJECTED]
    badges = (
        badge(f"{report.rows - rejected:,} accepted", "green", ":material/check:"),
        badge(f"{rejected:,} rejected", "red", ":material/close:"),
        badge(f"{report.counts[Severity.FLAGGED]:,} flagged", "orange", ":material/flag:"),
        badge(f"{report.counts[Severity.NORMALISED]:,} normalised", "gray", ":material/edit:"),
    )
    st.markdown(f"**{report.rows:,}** rows: {' '.join(badges)}", help=MEANING)


def _list(issues: Sequence[Issue], *, folded: bool) -> None:
    if not issues:
        st.markdown(note("Nothing to say about any row."))
        return
    of_rows = [each for each in issues if each.row is not None]
    whole = [each for each in issues if each.row is None and each.code != "converted"]
    listed = [
        each for severity in ORDER for each in (*whole, *of_rows) if each.severity is severity
    ]
    with st.expander(f"What the check found ({len(listed):,})", expanded=not folded):
        table = pd.DataFrame(
            {
                "What became of it": [SIGNS[each.severity] for each in listed[:LISTED]],
                "Row": pd.array([each.row for each in listed[:LISTED]], dtype="Int64"),
                "Column": [each.column or "" for each in listed[:LISTED]],
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
            },
            alt="Issues of the file: what became of the row, row, column, what to do",
            key="batch.issues",
        )
        if len(listed) > LISTED:
            more = f"The first {LISTED:,} of {len(listed):,}, rejected ones first. "
            st.markdown(note(f"{more}`python -m model check FILE` lists them all."))


def _without_row(issue: Issue) -> str:
    """The message, where the row has a column of its own."""
    if issue.row is None:
        return issue.message
    said = issue.message.removeprefix(f"Row {issue.row}, ").removeprefix(f"Row {issue.row}: ")
    return said[0].upper() + said[1:]
