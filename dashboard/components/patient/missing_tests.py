"""What each missing test could do to the number, the one that could matter most first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import markdown, text
from dashboard.assessed_patient import Case
from dashboard.components.shell import threshold
from dashboard.figures import ranges
from dashboard.figures.ranges import Range
from model.interpretation.conditional_results import Conditional
from model.interpretation.missing_tests import Prospect, prospects

NEGLIGIBLE = 0.005
"""In risk: half a percentage point, from lowest to highest."""
NO_TABLE = (
    "What missing tests could do is not known for this model: it was adopted without a table of "
    "patients to learn plausible results from."
)
NO_PATIENTS = (
    "Whom this model learned from is not known, so what a missing test could show cannot be said."
)


def render(case: Case) -> None:
    """The range of the risk over each test's plausible results, given the rest."""
    model = case.chosen.model
    evaluation = model.evaluation
    if evaluation is None or not model.knows_patients:
        st.markdown(NO_TABLE if model.origin is not None else NO_PATIENTS)
        return
    applicability = case.chosen.bundle.applicability
    assert applicability is not None  # it knows them
    conditional = Conditional(case.schema, applicability, evaluation.patients)
    found = prospects(case.schema, conditional, case.values, lambda rows: case.ask(rows).risk)
    if not found:
        st.markdown("Every test was done: nothing is missing.")
        return
    limit = threshold.current()
    st.write(markdown.plain(_sentence(found[0], limit)))
    begins = f"Risk now {text.percent(case.risk)}. What each missing test could bring it to:"
    lines = [
        Range(_in_words(prospect), case.risk, (prospect.low, prospect.high)) for prospect in found
    ]
    st.html(ranges.drawn(lines, begins, limit, st.context.theme.type))
    st.markdown(
        markdown.note(
            "Each bar holds the risk with 95 of 100 plausible results; the mark is the risk now, "
            "the dashed line your decision threshold. What is plausible follows from the values "
            "filled in and from means and covariances of the training patients, never from one of "
            "them. Whether a test is worth doing is not for this model to say."
        )
    )
    with st.expander("The same as a table, and result by result"):
        st.dataframe(_ranges(found, limit), hide_index=True, alt="What each missing test could do")
        coded = [prospect for prospect in found if _is_one_choice(case, prospect)]
        if coded:
            st.dataframe(
                pd.DataFrame([row for prospect in coded for row in _results(case, prospect)]),
                hide_index=True,
                alt="The risk after each result",
            )


def _sentence(widest: Prospect, limit: float) -> str:
    if widest.width < NEGLIGIBLE:
        return "No missing test could move this number much."
    above = 100 * widest.at_or_above(limit)
    return (
        f"The {widest.test} could matter most: with it the risk would lie between "
        f"{100 * widest.low:.0f} and {100 * widest.high:.0f} %, and at or above your threshold of "
        f"{100 * limit:.0f} % in about {above:.0f} of 100 patients like this one."
    )


def _in_words(found: Prospect) -> str:
    name = found.test[0].upper() + found.test[1:]
    return f"{name}: {text.percent_range(found.low, found.high)}"


def _ranges(found: tuple[Prospect, ...], limit: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Test": [prospect.test for prospect in found],
            "Risk from": [text.percent(prospect.low) for prospect in found],
            "to": [text.percent(prospect.high) for prospect in found],
            "At or above the threshold": [
                f"{100 * prospect.at_or_above(limit):.0f} of 100" for prospect in found
            ],
        }
    )


def _is_one_choice(case: Case, found: Prospect) -> bool:
    return len(found.parts) == 1 and case.schema[found.parts[0]].is_coded


def _results(case: Case, found: Prospect) -> list[dict[str, str]]:
    feature = case.schema[found.parts[0]]
    return [
        {
            "If it shows": feature.described(float(value)),
            "Risk": text.percent(risk),
            "Plausible in": f"{100 * weight:.0f} of 100",
        }
        for (value,), risk, weight in zip(
            found.results.values, found.risks, found.results.weights, strict=True
        )
    ]
