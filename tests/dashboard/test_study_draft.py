"""A draft edited as a table: what was changed is in the study, and a mistake is told."""

from __future__ import annotations

import pytest

from dashboard import study_draft
from dashboard.study_draft import ANSWERS, GUESSED, HIGHEST, LABEL, LOWEST, NEEDED, UNIT, USE
from model.errors import StudyRefused
from model.studies import reading
from model.studies.format.document import Document

DRAFT = """\
format: bedside-study/1
name: ward
title: Ward
outcome: {label: death, among_patients: die, timing: time not stated, guessed: [timing]}
data:
  table: ward.csv
  outcome: {column: died, present: [1], absent: [0]}
  training_site: not stated
inputs:
  crp: {label: Crp, group: Blood, plausible: [0, 600], guessed: [label, plausible]}
  sex:
    label: Sex
    group: Patient
    codes: {0: {label: f, written: ""}, 1: {label: Male, written: m}}
examples: [{story: Made up, values: {crp: 5, sex: 0}}]
"""


@pytest.fixture
def document() -> Document:
    return reading.parse(DRAFT.encode(), "ward.yaml")


def test_nothing_changed_is_the_same_study(document: Document) -> None:
    assert study_draft.edited(document, study_draft.table_of(document), {}) == document


def test_what_was_changed_is_in_the_study(document: Document) -> None:
    table = study_draft.table_of(document)
    table.loc[0, [LABEL, UNIT]] = ["C-reactive protein", "mg/L"]
    table.loc[0, HIGHEST] = 700
    table.loc[0, NEEDED] = True
    table.loc[0, GUESSED] = False
    table.loc[1, ANSWERS] = "0 = Female; 1 = Man"
    words = {"outcome": {"timing": "within 30 days", "guessed": ()}, "conduct": {"ethics": "Yes."}}
    made = study_draft.edited(document, table, words)
    crp = made.inputs["crp"]
    assert (crp.label, crp.unit, crp.plausible) == ("C-reactive protein", "mg/L", (0, 700))
    assert (crp.required, crp.guessed) == (True, ())
    female, male = made.inputs["sex"].codes.values()
    assert (female.label, female.written) == ("Female", "f")  # type: ignore[union-attr]
    assert (male.label, male.written) == ("Man", "m")  # type: ignore[union-attr]
    assert (made.outcome.timing, made.outcome.guessed) == ("within 30 days", ())
    assert made.conduct.ethics == "Yes."


def test_an_input_that_is_not_used_is_left_out_everywhere(document: Document) -> None:
    table = study_draft.table_of(document)
    table.loc[1, USE] = False
    made = study_draft.edited(document, table, {})
    assert list(made.inputs) == ["crp"]
    assert made.data is not None
    assert made.data.left_out == {"sex": "Left out on request."}
    assert made.examples[0].values == {"crp": 5}


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (HIGHEST, -1, "crp, plausible: the first number has to be less than the second."),
        (HIGHEST, None, "crp, plausible, 1: has to be"),
        (LABEL, "", "crp, label: "),
    ],
)
def test_a_mistake_is_told_by_input_and_key(
    document: Document, column: str, value: object, told: str
) -> None:
    table = study_draft.table_of(document)
    table.loc[0, column] = value
    with pytest.raises(StudyRefused) as refused:
        study_draft.edited(document, table, {})
    assert told in str(refused.value)


@pytest.mark.parametrize("answers", ["No, Yes", "0 = No", "0 = No; 1 = No"])
def test_answers_that_are_none_are_told(document: Document, answers: str) -> None:
    table = study_draft.table_of(document)
    table.loc[1, ANSWERS] = answers
    with pytest.raises(StudyRefused, match="sex"):
        study_draft.edited(document, table, {})


ADOPTED = """\
format: bedside-study/1
name: ward-adopted
title: Ward adopted
outcome: {label: death, among_patients: die, timing: time not stated}
model: {reference: "models:/ward/2", classes: [1]}
inputs:
  crp: {label: Crp, group: Blood, required: true}
  sex: {label: Sex, group: Patient, required: true}
"""


class TestAdopted:
    """The draft of somebody else's model, of which neither range nor words are known."""

    @pytest.fixture
    def document(self) -> Document:
        return reading.parse(ADOPTED.encode(), "ward.yaml", unfinished=True)

    def test_what_is_still_open_is_said_as_such(self, document: Document) -> None:
        table = study_draft.table_of(document)
        with pytest.raises(study_draft.Unfinished) as told:
            study_draft.edited(document, table, {}, own_words={"sex"})
        assert str(told.value).splitlines() == [
            "crp: fill in Lowest and Highest.",
            "sex: write its words under Answers, as 0 = F; 1 = M.",
        ]

    def test_words_that_are_filled_in_are_the_model_s_own(self, document: Document) -> None:
        table = study_draft.table_of(document).astype({ANSWERS: object})
        table.loc[0, [LOWEST, HIGHEST]] = [0.0, 600.0]
        table.loc[1, ANSWERS] = "0 = F; 1 = M"
        made = study_draft.edited(document, table, {"model": {"classes": (0,)}}, own_words={"sex"})
        assert made.inputs["crp"].plausible == (0, 600)
        assert made.inputs["sex"].codes[1].written == "M"  # type: ignore[union-attr]
        assert made.model is not None
        assert made.model.classes == (0,)

    def test_what_the_model_needs_stays_needed(self, document: Document) -> None:
        table = study_draft.table_of(document)
        table.loc[0, [LOWEST, HIGHEST]] = [0.0, 600.0]
        table.loc[0, NEEDED] = False
        with pytest.raises(StudyRefused, match="crp: the model is not known to answer without it"):
            study_draft.edited(document, table.head(1), {})
