"""What moved the number, and where it comes from: below the number itself."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.assessed_patient import Case
from dashboard.figures import waterfall
from model.interpretation.reasons import Step, sentence, steps
from model.registry.versions import Kind
from model.scoring.engine import LOG_ODDS, PROBABILITY

PROOF, SENTENCE, REASONS = "proof", "patient_sentence", "patient_reasons"
NO_REASONS = "No reasons are known: it was logged without patients to hold this one against."
AGAINST_EXAMPLE = (
    "Approximate: held against the rows its author logged as an example, which stand for all "
    "patients."
)


def render(case: Case) -> None:
    """Draw the reasons, or say that there are none."""
    st.markdown("## What moved the number", anchors=False)
    if not case.explains:
        st.markdown(NO_REASONS)
        return
    # `answer.js` keeps the heights of both, so that nothing below moves.
    with st.container(key=SENTENCE):
        st.write(markdown.plain(sentence(case.findings)))
    with st.container(key=REASONS):
        _draw(case, list(steps(case.base, case.causes, case.why.scale)))
    said = text.reading(case.why.scale) + waterfall.how_sure(case.findings)
    said += waterfall.grey_bars(case.causes)
    st.markdown(markdown.note(markdown.plain(said)))


def _draw(case: Case, path: list[Step]) -> None:
    """The way from the average to the number, and whose average it is."""
    adopted = case.chosen.model.origin
    start = waterfall.risk_at(case.base, case.why.scale)
    if adopted is not None:
        drawn = waterfall.bars(start, path, start=text.BACKGROUND)
        st.html(waterfall.drawn(drawn, begins="the mean over the background"))
        st.markdown(markdown.note(markdown.plain(f"The background: {adopted.background}.")))
    elif case.chosen.kind is Kind.ENDPOINT:
        drawn = waterfall.bars(start, path, start="Its example")
        st.html(waterfall.drawn(drawn, begins="its example"))
        st.markdown(markdown.note(AGAINST_EXAMPLE))
    else:
        st.html(waterfall.drawn(waterfall.bars(start, path)))


def proof(case: Case) -> None:
    """That the contributions add up to the number, and where the number comes from."""
    if case.explains:
        _sum_in_full(case)
    provenance = text.provenance(case.chosen.version, case.chosen.scorer.route)
    st.markdown(markdown.note(markdown.plain(provenance)))


def _sum_in_full(case: Case) -> None:
    scale = case.why.scale
    folded = st.expander(
        markdown.label(f"{scale.capitalize()} and the sum"), key=PROOF, on_change="rerun"
    )
    if folded.open:
        with folded:
            st.dataframe(_table(case), hide_index=True, alt=f"Contributions in {scale}")
            st.markdown(markdown.note(markdown.plain(_proof(case))))


def _table(case: Case) -> pd.DataFrame:
    scale = case.why.scale.capitalize()
    rows = [(_first(case), case.base)]
    rows += [(reason.finding, reason.contribution) for reason in case.causes]
    rows.append(("Sum: this patient", _sum(case)))
    return pd.DataFrame(rows, columns=["Finding", scale]).round({scale: 3})


def _first(case: Case) -> str:
    if case.chosen.model.origin is not None:
        return text.BACKGROUND
    if case.chosen.kind is Kind.ENDPOINT:
        return "Average of its example"
    return "Average patient in training"


def _proof(case: Case) -> str:
    total = _sum(case)
    scale = case.why.scale
    if scale == PROBABILITY:
        shown = f"The number shown is {100 * case.risk:.4f} %."
        return f"The rows add up to {100 * total:.4f} %. {shown}"
    risk = waterfall.risk_at(total, scale)
    formula = f"1 / (1 + exp({-total:.4f})) = " if scale == LOG_ODDS else ""
    unit = scale if scale == LOG_ODDS else f"on the scale {scale}"
    return (
        f"The rows add up to {total:.4f} {unit}, which is a risk of {formula}{100 * risk:.4f} %. "
        f"The number shown is {100 * case.risk:.4f} %: they differ by {abs(risk - case.risk):.0e}."
    )


def _sum(case: Case) -> float:
    return case.base + sum(reason.contribution for reason in case.causes)
