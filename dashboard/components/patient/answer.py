"""The answer to the case the browser sent: the number, for whom it is, and what limits it.

It names the revision of the case. The browser shows a number only beside the values it was worked
out from; see `answer.js`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import text
from dashboard.assessed_patient import Case
from dashboard.components.patient import entry, limits, population
from dashboard.components.patient.entry import Entry
from dashboard.components.patient.remarks import BLANK, remarks
from dashboard.components.shell import threshold
from model.evaluation.wording import percent
from model.intake import CheckedTable
from model.interpretation import other_side
from model.schema import Feature, Schema

HERE = Path(__file__).parent
KEY = "patient.answer"
NAMED = 3  # inputs that say who the patient is

_answer = st.components.v2.component(
    "bedside.patient_answer",
    html='<div class="answer"><div class="shown"></div>'
    '<div class="status" role="status"></div>'
    '<button type="button" class="bar"></button></div>',
    css=(HERE / "answer.css").read_text(),
    js=(HERE / "answer.js").read_text(),
)


def render(
    schema: Schema, sent: Entry, table: CheckedTable, case: Case | None, problem: str = ""
) -> None:
    """Say what came of the case: a number, what is still needed, or why there is none.

    problem : why a complete case has no number.
    """
    question = population.question(sent, schema)
    _answer(
        key=KEY,
        data={
            "revision": sent.revision,
            "issues": remarks(sent, table.issues, schema),
            "kept": None if sent.is_blank else sent.document(),
            "fill": entry.offered(schema),
            "message": problem or _asked(table, schema),
            "short": "No risk yet" if question is None else question["short"],
            "question": question,
            "number": _number(schema, case) if case is not None else None,
        },
    )


def whom(case: Case) -> str:
    """Who the number was worked out for: ``57 years, male, typical angina · 13 of 13 values``; what
    has neither unit nor words is named as well.
    """
    schema = case.schema
    needed = [feature for feature in schema.features if feature.required] or [*schema.features]
    known = [_told(feature, case.values[feature.name]) for feature in needed[:NAMED]]
    measured = int(case.patient.notna().sum())
    return f"{', '.join(known)} · {measured} of {len(schema.features)} values"


def _told(feature: Feature, value: float) -> str:
    """``60 years`` speaks for itself; a bare ``60`` is ``Age 60``."""
    speaks = feature.is_coded or bool(feature.unit)
    return feature.in_words(value) if speaks else feature.described(value)


def _number(schema: Schema, case: Case) -> dict[str, Any]:
    risk, interval = case.risk, case.interval
    low, high = interval or (None, None)
    sure = text.percent_range(*interval) if interval else ""
    measured = f"{int(case.patient.notna().sum())} of {len(schema.features)}"
    return {
        "whom": whom(case),
        "by": case.chosen.version.label,
        "risk": risk,
        "low": low,
        "high": high,
        "threshold": threshold.current(),
        "risk_text": text.percent(risk),
        "interval_text": f"could be {sure}" if interval else text.NO_INTERVAL,
        "means": _meaning(case),
        "bar_text": " · ".join(part for part in (sure, measured) if part),
        "scale_text": _scale(risk, sure),
        "hundred": text.of_hundred(risk, schema.outcome, interval),
        "prevalence": str(case.prevalence) if case.prevalence is not None else "",
        "limits": [{"kind": kind, "text": said} for kind, said in limits.of(case)],
    }


def _meaning(case: Case) -> str:
    """What the interval means, and how likely it puts the patient across the threshold."""
    evaluation = case.chosen.model.evaluation
    told = text.interval_meaning(evaluation.interval_coverage if evaluation else None)
    if case.interval is None:
        return told
    return f"{told} {other_side.sentence(case.risk, case.interval, threshold.current())}"


def _scale(risk: float, sure: str) -> str:
    interval = f", 95 % interval {sure}" if sure else ""
    threshold_text = f"decision threshold {percent(threshold.current())}"
    return f"Risk {text.percent(risk)}{interval}, {threshold_text}."


def _asked(table: CheckedTable, schema: Schema) -> str:
    if len(table.rows) == 1:
        return ""
    waiting = [*_waiting(table, schema)]
    if not waiting:
        return "Correct the marked field to see the risk."
    if len(waiting) == len(schema.names):
        return "To see the risk, fill in every field."
    optional = " Everything else may stay blank." if schema.tests else ""
    return f"To see the risk, fill in: {', '.join(waiting)}.{optional}"


def _waiting(table: CheckedTable, schema: Schema) -> Iterator[str]:
    for issue in table.stopped:
        if issue.column is not None and issue.code in BLANK:
            yield schema[issue.column].label
