"""Which rows of the work list are looked at, and which of the caller's columns are shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.batch_run import Result
from model.files.results.row_groups import Group, Mask, by_risk, found
from model.files.results.scored_file import ScoredFile

OWN = 2  # of the caller's columns, shown unless they choose others
GROUP, FIND, COLUMNS, VIEW = "batch.group", "batch.find", "batch.columns", "batch.view"


@dataclass(frozen=True)
class Wanted:
    """What the filters let through.

    rows : the highest risk first. columns : the caller's, to be shown. view : a number that
    changes when the list does.
    """

    rows: NDArray[np.intp]
    columns: list[str]
    view: int


def render(result: Result, members: dict[Group, Mask], at: float) -> Wanted:
    """Draw the filters; `members` are the rows of each group at the threshold `at`."""
    group = _group(members)
    text, columns = _own(result.file)
    kept = members[group]
    if text:
        kept = kept & found(result.file, text)
    return Wanted(by_risk(result.file, kept), columns, _view(result, group, text, at))


def _group(members: dict[Group, Mask]) -> Group:
    """The group that is picked."""
    counts = {group: int(mask.sum()) for group, mask in members.items()}
    picked = st.segmented_control(
        "Rows",
        list(Group),
        default=Group.ALL,
        required=True,
        format_func=lambda group: f"{group} ({counts[group]:,})",
        key=GROUP,
        label_visibility="collapsed",
        wrap=True,
    )
    return picked or Group.ALL


def _own(file: ScoredFile) -> tuple[str, list[str]]:
    """What is looked for in the caller's own columns, and which of them are shown."""
    if not file.own_columns:
        return "", []
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.text_input(
            "Find in your columns",
            placeholder="Find in your columns",
            key=FIND,
            label_visibility="collapsed",
            icon=":material/search:",
        )
        if len(file.own_columns) <= OWN:
            return (wanted or "").strip(), list(file.own_columns)
        with st.popover("Columns", width="content"):
            shown = st.multiselect(
                "Your columns in the list",
                file.own_columns,
                default=file.own_columns[:OWN],
                key=COLUMNS,
            )
    return (wanted or "").strip(), shown


def _view(result: Result, group: Group, wanted: str, at: float) -> int:
    """A number that changes when the list does: a tick must not pass to somebody else."""
    asked = (group, wanted, at, result.identity)
    before, number = st.session_state.get(VIEW, (None, 0))
    if before != asked:
        number += 1
        st.session_state[VIEW] = (asked, number)
    return int(number)
