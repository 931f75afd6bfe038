from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from model import studies
from model.errors import DataNotDeclared, DataNotPinned, TableRefused
from model.schema import Interval, Schema
from model.studies import Study
from model.studies import cohort as cohorts
from model.studies.cohort import Cohort
from model.studies.source import InMemory


@pytest.fixture
def edited(study: Study, tmp_path: Path) -> Path:
    """The study's table in which the first patient is one year older."""
    path = tmp_path / "edited.csv"
    path.write_bytes(study.source.table.read_bytes().replace(b"cleveland,63,", b"cleveland,64,", 1))
    return path


def test_the_training_cohort_is_303_patients_of_whom_139_are_diseased(
    cohort: Cohort, study: Study
) -> None:
    assert cohort.rows.shape == (303, 13)
    assert tuple(cohort.rows.columns) == study.schema.names
    assert set(cohort.rows.dtypes) == {np.dtype(np.float64)}
    assert cohort.outcome.shape == (303,)
    assert set(cohort.outcome.tolist()) == {0, 1}
    assert cohort.outcome.sum() == 139


def test_only_six_values_of_the_training_cohort_are_missing(cohort: Cohort) -> None:
    blank = cohort.rows.isna().sum()
    assert blank[blank > 0].to_dict() == {"ca": 4, "thal": 2}


@pytest.mark.parametrize(
    ("site", "patients", "diseased"),
    [("cleveland", 303, 139), ("hungary", 294, 106), ("switzerland", 123, 115), ("va", 200, 149)],
)
def test_every_site_has_its_patients(study: Study, site: str, patients: int, diseased: int) -> None:
    chosen = cohorts.read(study).site(site)
    assert len(chosen.rows) == len(chosen.outcome) == patients
    assert chosen.outcome.sum() == diseased
    assert chosen.rows.index.tolist() == list(range(patients))


@pytest.mark.parametrize(
    ("site", "column", "missing"),
    [("switzerland", "chol", 123), ("va", "chol", 56), ("va", "trestbps", 57)],
)
def test_a_cholesterol_or_pressure_of_zero_is_missing(
    study: Study, site: str, column: str, missing: int
) -> None:
    values = cohorts.read(study).site(site).rows[column]
    assert values.isna().sum() == missing
    assert not (values == 0).any()


@pytest.mark.parametrize("column", ["sex", "fbs", "restecg", "exang", "oldpeak", "ca"])
def test_a_zero_that_is_a_value_stays_one(cohort: Cohort, column: str) -> None:
    assert (cohort.rows[column] == 0).any()


def test_every_value_of_every_site_passes_the_schema_s_own_limits(study: Study) -> None:
    table = cohorts.read(study)
    outside: dict[str, int] = {}
    for site in (original.site for original in study.source.originals):
        rows = table.site(site).rows
        for feature in study.schema.features:
            known = rows[feature.name].dropna()
            allowed = (
                known.isin(feature.levels)
                if feature.plausible is None
                else known.between(feature.plausible.low, feature.plausible.high)
            )
            if not allowed.all():
                outside[f"{site} {feature.name}"] = int((~allowed).sum())
    assert outside == {}


def test_the_pinned_table_is_known_as_such(study: Study) -> None:
    table = cohorts.read(study)
    assert table.pinned
    assert table.sha256 == study.source.sha256


def test_a_copy_elsewhere_is_the_same_table(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "copy.csv"
    path.write_bytes(study.source.table.read_bytes())
    assert cohorts.read(study, path).pinned


def test_a_table_whose_hash_is_not_pinned_is_refused(study: Study, edited: Path) -> None:
    with pytest.raises(DataNotPinned, match=r"edited\.csv is not the table .*begins [0-9a-f]{12}"):
        cohorts.read(study, edited)


def test_a_table_whose_hash_is_not_pinned_is_recorded_when_allowed(
    study: Study, edited: Path
) -> None:
    table = cohorts.read(study, edited, allow_unpinned=True)
    assert not table.pinned
    assert table.sha256 == hashlib.sha256(edited.read_bytes()).hexdigest() != study.source.sha256
    assert table.training.rows.loc[0, "age"] == 64


def test_a_table_that_lacks_columns_names_them(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("site,age\ncleveland,63\n")
    with pytest.raises(DataNotPinned, match=r"short\.csv has no column sex, cp, .*, num\."):
        cohorts.read(study, path, allow_unpinned=True)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (b"cleveland,630,", "row 1, column age: is not 18 to 100 years"),
        (b"cleveland,,", "row 1, column age: is blank, and needed"),
        (b"cleveland,old,", "row 1, column age: is not 18 to 100 years"),
    ],
)
def test_a_value_the_study_does_not_declare_stops_the_training(
    study: Study, tmp_path: Path, cell: bytes, fault: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(study.source.table.read_bytes().replace(b"cleveland,63,", cell, 1))
    with pytest.raises(DataNotDeclared) as caught:
        cohorts.read(study, path, allow_unpinned=True)
    title, line = str(caught.value).splitlines()
    assert title.startswith("odd.csv holds what the study does not declare")
    assert line.strip() == f"{fault}."


def test_a_patient_without_an_outcome_stops_the_training(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    lines = study.source.table.read_text().splitlines()
    path.write_text("\n".join([lines[0], *(line.rpartition(",")[0] + "," for line in lines[1:])]))
    with pytest.raises(
        DataNotDeclared,
        match=r"(?s)row 1, column num: is no value the study lists for the outcome\..* 915 more\.$",
    ) as e:
        cohorts.read(study, path, allow_unpinned=True)
    assert len(str(e.value).splitlines()) == 7


def test_a_table_whose_columns_are_named_by_the_study_must_have_as_many(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("1,2,malignant,benign\n17.99,10.38,0\n")
    with pytest.raises(TableRefused, match=r"short\.csv has 3 columns; the study names 31\."):
        cohorts.read(studies.find("breast-cancer"), path, allow_unpinned=True)


def test_a_table_that_is_not_there_is_refused_by_name_alone(study: Study, tmp_path: Path) -> None:
    with pytest.raises(DataNotPinned, match=r"^The training table gone\.csv cannot be read\.$"):
        cohorts.read(study, tmp_path / "gone.csv")


def test_each_number_gets_its_training_range_and_codes_none(trained_schema: Schema) -> None:
    ranges = {feature.name: feature.trained for feature in trained_schema.features}
    assert {name: each for name, each in ranges.items() if each is not None} == {
        "age": Interval(29, 77),
        "trestbps": Interval(94, 200),
        "chol": Interval(126, 564),
        "thalach": Interval(71, 202),
        "oldpeak": Interval(0, 6.2),
    }


def test_a_table_that_lies_in_no_file_is_read_like_one(study: Study) -> None:
    handed_in = InMemory("copy.csv", study.source.table.read_bytes())
    table = cohorts.read(study, handed_in)
    assert table.pinned
    assert "63" not in repr(handed_in)


WARD = """\
format: bedside-study/1
name: ward
title: Ward
outcome: {label: death, among_patients: die, timing: now}
data:
  table: ward.csv
  outcome: {column: state, present: [Dead], absent: [alive, "0"], unknown: ["", lost]}
  training_site: ward 7
  missing: ["?", -9]
inputs:
  crp: {label: CRP, group: Blood, plausible: [0, 600]}
  sex: {label: Sex, group: Patient, codes: {0: {label: Female, written: w}, 1: Male}}
"""


@pytest.fixture
def ward(tmp_path: Path) -> Study:
    path = tmp_path / "ward.yaml"
    path.write_text(WARD)
    return studies.find(str(path))


def test_words_blanks_and_unknown_outcomes_are_read_as_the_study_says(ward: Study) -> None:
    rows = b"crp,sex,state\n5,w,Dead\n?,male,alive\n-9,1,0\n7,?,\n8,W,lost\n"
    table = cohorts.read(ward, InMemory("ward.csv", rows), allow_unpinned=True)
    assert table.training.outcome.tolist() == [1, 0, 0]
    assert table.training.rows["sex"].tolist() == [0, 1, 1]
    assert table.training.rows["crp"].isna().tolist() == [False, True, True]
    assert table.left_out == 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("5,x,Dead", "row 2, column sex: is not 0 or 1."),
        ("much,w,Dead", "row 2, column crp: is not 0 to 600."),
        ("5,w,gone", "row 2, column state: is no value the study lists for the outcome."),
    ],
)
def test_a_word_the_study_does_not_know_stops_the_training(
    ward: Study, row: str, fault: str
) -> None:
    data = f"crp,sex,state\n5,w,alive\n{row}\n".encode()
    with pytest.raises(DataNotDeclared) as refused:
        cohorts.read(ward, InMemory("ward.csv", data), allow_unpinned=True)
    assert fault in str(refused.value)
