"""The same patient under other versions, and what explains the difference."""

from __future__ import annotations

import streamlit as st

from dashboard import caching, markdown, text
from dashboard.assessed_patient import Case
from dashboard.components.shell import second_version
from dashboard.figures import ranges, waterfall
from dashboard.figures.ranges import Range
from dashboard.selection import Selection
from dashboard.services import Services
from model.errors import ModelError, TrackingError
from model.intake import check
from model.interpretation.local_prevalence import Prevalence
from model.interpretation.reasons import steps
from model.interpretation.version_comparison import moved
from model.registry.versions import Version
from model.scoring import Assessment

KEY = "other_versions"
MOST = 4


def render(services: Services, selection: Selection, case: Case) -> None:
    """Choose other versions; each answers beside the one in use."""
    version = case.chosen.version
    others = selection.others(version)
    if not others:
        st.markdown(markdown.plain(f"There is no other version of {version.study} yet."))
        return
    picked = second_version.several("The same patient under other versions", others, KEY, MOST)
    if not case.explains:
        st.markdown("It gives no reasons, so it cannot be compared on one patient.")
        return
    answers = {version.label: case.answer}
    for other in picked:
        answer = _answer(services, other, case)
        if answer is not None:
            answers[other.label] = answer
    if len(answers) > 1:
        _side_by_side(answers)
        _difference(case, answers)


def _answer(services: Services, version: Version, case: Case) -> Assessment | None:
    """What another version answers in this app, at the same local prevalence."""
    try:
        model = caching.loaded(services, version)
    except (ModelError, TrackingError) as error:
        st.error(markdown.plain(f"{version.title}: {error}"))
        return None
    table = check(case.rows, model.schema)
    if table.stopped:
        said = " ".join(issue.message for issue in table.stopped)
        st.warning(markdown.plain(f"{version.title} cannot score this patient. {said}"))
        return None
    answer = model.assess(table.rows, explain=True)
    if case.prevalence is None or model.training_prevalence is None:
        return answer
    return Prevalence(case.prevalence.local, model.training_prevalence).applied(answer)


def _side_by_side(answers: dict[str, Assessment]) -> None:
    lines = []
    for name, answer in answers.items():
        assert answer.explanation is not None  # asked for
        why = answer.explanation
        risk, ends = float(answer.risk[0]), (float(why.low[0]), float(why.high[0]))
        said = text.with_interval(name, risk, *ends)
        lines.append(Range(said, risk, ends if why.has_interval else None))
    begins = "Risk and 95 % interval under each version."
    st.html(ranges.drawn(lines, begins, theme=st.context.theme.type))


def _difference(case: Case, answers: dict[str, Assessment]) -> None:
    own, *names = answers
    name = names[0]
    if len(names) > 1:
        name = str(
            st.segmented_control(
                markdown.label(f"What makes {own} differ from"),
                names,
                format_func=markdown.label,
                default=name,
                required=True,
                key=f"{KEY}.second",
            )
        )
    first, second = answers[own].explanation, answers[name].explanation
    assert first is not None  # asked for
    assert second is not None
    found = moved(case.schema, case.patient, first, second)
    start = float(first.base[0] + first.contributions.iloc[0].sum())
    if first.scale != second.scale:
        said = (
            f"What makes them differ cannot be told apart: {own} adds up in {first.scale}, {name} "
            f"in {second.scale}."
        )
        st.markdown(markdown.plain(said))
        return
    path = list(steps(start, found, first.scale))
    begins = waterfall.risk_at(start, first.scale)
    drawn = waterfall.bars(begins, path, start=own, end=name)
    st.html(waterfall.drawn(drawn, begins=f"the risk under {own}"))
    st.markdown(
        markdown.note(
            markdown.plain(
                f"From {own} to {name}, in percentage points, the largest cause first: by how much "
                f"more {name} raises the risk for each finding than {own} does."
            )
        )
    )
