"""Batch: a file of patients, checked, scored, worked through and taken away."""

from __future__ import annotations

import streamlit as st

from dashboard.batch_run import Result
from dashboard.components.batch import (
    downloads,
    file_check,
    outcome_validation,
    patients_file,
    reclassification,
    scored_row,
    scoring_run,
    sheet,
    training_patients,
    understanding,
    work_list,
)
from dashboard.components.shell import prevalence, seen_version
from dashboard.markdown import note, plain
from dashboard.selection import Selection
from dashboard.services import Services
from dashboard.text import provenance
from model.intake import Severity

STEPS = (
    sheet,
    understanding,
    file_check,
    scoring_run,
    training_patients,
    reclassification,
    outcome_validation,
)
"""What keeps something of a file."""


def render(services: Services, selection: Selection) -> None:
    """Hand in, check, score, work through; each step waits for the one before."""
    if selection.seen_only is not None and scoring_run.last() is None:
        seen_version.render(services, selection, "Batch")
        return
    if selection.chosen is None and (last := scoring_run.last()) is not None:
        # A version or an endpoint that cannot be used takes nobody's work list away.
        st.error(plain(str(selection.problem)))
        _worked_through(services, selection, last)
        return
    chosen = selection.required()
    st.markdown("# A file of patients", anchors=False)
    prevalence.not_here()
    upload = patients_file.render(chosen.model.schema)
    if upload is None:
        for step in STEPS:
            step.forget()
        return
    if not sheet.render(upload, chosen.model.schema):
        return
    scored = scoring_run.held(upload) is not None
    asked = understanding.render(upload, chosen.model.schema, scored=scored)
    report = file_check.render(upload, chosen, folded=scored, asked=asked)
    if report is None:
        return
    accepted = report.rows - report.counts[Severity.REJECTED]
    result = scoring_run.render(upload, accepted, chosen, first=not asked)
    if result is not None:
        _worked_through(services, selection, result)


def _worked_through(services: Services, selection: Selection, result: Result) -> None:
    training_patients.render(result)
    row = work_list.render(result)
    if row is not None:
        scored_row.render(result, row)
    downloads.render(result)
    second = reclassification.render(services, selection, result)
    outcome_validation.render(result, second)
    told = provenance(result.chosen.version, result.chosen.scorer.route)
    st.markdown(note(plain(told)))
