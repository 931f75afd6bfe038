"""Something for the record: made when it is asked for, and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard import report
from dashboard.assessed_patient import Case
from dashboard.audit_trail import EXPORTED
from dashboard.markdown import note, plain
from dashboard.text import of_hundred
from model import fhir
from model.errors import ExtraMissing
from model.fhir.resource_library import PURPOSE, REQUIREMENT
from model.record import receipt

T = TypeVar("T")


def render(case: Case, *, is_installed: Callable[[], bool] = fhir.is_installed) -> None:
    """A button each. What they give is written in memory, when it is clicked."""
    has_codes = bool(case.schema.code_system)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Report (PDF)",
            data=lambda: exported(case, "report", as_pdf),
            file_name="report.pdf",
            mime="application/pdf",
            on_click="ignore",
            icon=":material/picture_as_pdf:",
            key="takeaway.pdf",
        )
        st.download_button(
            "Receipt (JSON)",
            data=lambda: exported(case, "receipt", lambda case: receipt.write(case.record())),
            file_name="receipt.json",
            mime="application/json",
            on_click="ignore",
            icon=":material/receipt_long:",
            key="takeaway.receipt",
        )
        if has_codes and is_installed():
            st.download_button(
                "FHIR RiskAssessment",
                data=lambda: exported(case, "FHIR", risk_assessment),
                file_name="risk-assessment.json",
                mime="application/fhir+json",
                on_click="ignore",
                icon=":material/lab_profile:",
                help="For an electronic record: the risk with its interval, and what it rests on. "
                "It names no person; put a reference to your patient in it where you file it.",
                key="takeaway.fhir",
            )
    st.markdown(
        note(
            "They hold this patient's values, and are made when you click: nothing of them is kept "
            "here. “python -m model verify receipt.json” scores the patient again and says whether "
            "the number is the same."
        )
    )
    if has_codes and not is_installed():
        st.markdown(note(plain(str(ExtraMissing(PURPOSE, REQUIREMENT)))))


def exported(case: Case, kind: str, write: Callable[[Case], T]) -> T:
    """What `write` gives, once it is in the audit log that it was taken away."""
    chosen = case.chosen
    chosen.trail.add(EXPORTED, chosen.version, chosen.scorer.route, 1, kind)
    return write(case)


def as_pdf(case: Case) -> bytes:
    """The result on a page of paper."""
    model = case.chosen.bundle
    return report.pdf(case.record(), model.schema, model.card, model.evaluation)


def risk_assessment(case: Case) -> str:
    """The result as a FHIR document."""
    sentence = of_hundred(case.risk, case.schema.outcome, case.interval)
    return fhir.risk_assessment(case.record(), case.schema, sentence)
