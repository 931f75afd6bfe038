"""What should make a reader trust this number less, or know of it: said at the number."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import text
from dashboard.assessed_patient import Case
from model import studies
from model.registry.versions import Kind

WEAK_RECALL = 0.5  # at a threshold of 50 %: where it misses more than half, it is said
WARNING, NOTE = "warning", "note"
VOUCHED_FOR = (
    "Nobody adopted this model: that its answer is a risk, and whose, is the operator's word."
)


def of(case: Case) -> Iterator[tuple[str, str]]:
    """Each as ``warning`` or ``note`` and a sentence, what matters most first."""
    if case.chosen.kind is Kind.ENDPOINT:
        yield WARNING, VOUCHED_FOR
    for said in case.warnings:
        yield WARNING, said
    for said in _failing_groups(case):
        yield WARNING, said
    if case.explains:
        submodel = str(case.why.submodel[0])
        if submodel and case.patient.isna().any():
            yield NOTE, text.answered(submodel, complete=False)
        for said in case.set_aside:
            yield NOTE, said
    for warning in text.site_warnings(case.chosen.model.evaluation):
        yield NOTE, warning


def _failing_groups(case: Case) -> Iterator[str]:
    """Groups this patient is in, of whose patients with the outcome it misses most."""
    evaluation = case.chosen.model.evaluation
    if evaluation is None or case.schema.study not in studies.names():
        return
    measured = {(group.kind, group.label): group for group in evaluation.subgroups}
    for group in studies.find(case.schema.study).plan.subgroups:
        found = measured.get((group.kind, group.label))
        value = case.values.get(group.feature)
        if found is None or value is None or not group.low <= value <= group.high:
            continue
        recall = found.estimate("recall").value
        if recall is not None and recall < WEAK_RECALL:
            missed = round(10 * (1 - recall))
            yield (
                f"{group.label}: of 10 in this group who {case.schema.outcome.among_patients}, the "
                f"model misses {missed} at a threshold of 50 %."
            )
