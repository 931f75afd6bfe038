"""A unit in a header is believed before the values are, and where both disagree, neither is."""

from __future__ import annotations

import io

import numpy as np
import pytest

from model.files.check_file import examine
from model.files.check_report import Report
from model.files.reading.beginning import propose
from model.files.understanding import header_units, header_words
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

PATIENTS = cohort.read(find("heart-disease")).training.rows.head(60).reset_index(drop=True)
MMOL = SCHEMA["chol"].other_units[0].factor
READ, UNSURE = True, False


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Cholestérol (g/L)", "g/l"),
        ("chol_mmol_l", "mmol/l"),
        ("chol [mg/dL]", "mg/dl"),
        ("serum_cholesterol_mgdl", "mg/dl"),
        ("cholesterol mmol/L", "mmol/l"),
        ("Glucose (µmol/L)", "umol/l"),
        ("BP (mm Hg)", "mmhg"),
        ("bp_kPa", "kpa"),
        ("age (months)", "months"),
        ("Cholesterol (ng/nl)", "ng/nl"),
        ("Cholesterol", None),
        ("resting bp s", None),
        ("oldpeak (mm)", "mm"),
    ],
)
def test_a_unit_is_found_in_a_header(header: str, unit: str | None) -> None:
    assert header_units.named(header) == unit


@pytest.mark.parametrize(
    ("name", "header", "factor", "unit"),
    [
        ("chol", "Cholesterol (mmol/L)", 1 / MMOL, "mmol/L"),
        ("chol", "Cholesterol", 1 / MMOL, "mmol/L"),
        ("chol", "Cholesterol (mg/dL)", 1, ""),
        ("chol", "Cholestérol (g/L)", 0.01, "g/L"),
        ("chol", "Cholesterol", 0.01, "g/L"),
        ("chol", "Cholesterol (mmol/L)", 0.01, None),
        ("chol", "Cholesterol (g/L)", 1 / MMOL, None),
        ("chol", "Cholesterol (g/L)", 1, None),
        ("chol", "Cholesterol", 0.014, None),
        ("chol", "Cholesterol (g/L)", 0.014, "g/L"),
        ("chol", "Cholesterol (mmol/L)", 0.014, "mmol/L"),
        ("chol", "Cholesterol (mg/dL)", 1 / MMOL, None),
        ("chol", "Cholesterol (mmol/L)", 1, None),
        ("chol", "Cholesterol (ng/nl)", 1, None),
        ("trestbps", "Resting BP (mm Hg)", 1, ""),
        ("trestbps", "Resting BP (kPa)", 1, None),
        ("oldpeak", "ST depression (mV)", 0.1, None),
        ("oldpeak", "ST depression (mm)", 1, ""),
        ("thalach", "max HR (bpm)", 1, ""),
        ("age", "age (months)", 1, None),
    ],
)
def test_a_header_and_values_that_contradict_each_other_give_no_unit(
    name: str, header: str, factor: float, unit: str | None
) -> None:
    rows = PATIENTS.assign(**{name: PATIENTS[name] * factor}).rename(columns={name: header})
    proposal = propose(io.BytesIO(rows.to_csv(index=False).encode()), SCHEMA)
    read = proposal.mapping.by_feature.get(name)
    assert (read.unit if read else None) == unit


def test_glucose_in_another_unit_than_its_limit_is_not_read() -> None:
    rows = PATIENTS.assign(fbs=np.linspace(70, 200, 60)).rename(columns={"fbs": "glucose mmol/l"})
    proposal = propose(io.BytesIO(rows.to_csv(index=False).encode()), SCHEMA)
    assert "fbs" not in proposal.mapping.by_feature


def in_units(factor: float, *convert: str) -> Report:
    """The report of a file whose cholesterol is this many times what it is in mg/dL."""
    content = PATIENTS.assign(chol=PATIENTS["chol"] * factor).to_csv(index=False).encode()
    return examine(io.BytesIO(content), SCHEMA, convert=convert)


@pytest.mark.parametrize(
    ("factor", "convert", "said", "conversion"),
    [
        (0.01, [], "looks like g/L", "g/l"),
        (0.01, ["mmol"], "would be unusual", None),
        (1 / MMOL, [], "looks like mmol/L", "mmol"),
        (1 / MMOL, ["g/l"], "would be unusual", None),
        (0.014, [], "may be in mmol/L or g/L", None),
        (0.1, [], "unusual in mmol/L as well", None),
    ],
)
def test_cholesterol_is_converted_from_the_one_unit_it_can_be_in(
    factor: float, convert: list[str], said: str, conversion: str | None
) -> None:
    refused = in_units(factor, *convert).refusal
    assert refused is not None
    assert said in str(refused)
    assert refused.conversion == conversion


def test_cholesterol_in_g_per_litre_is_read_as_the_same_patients() -> None:
    assert in_units(0.01, "g/l").rejected_rows == in_units(1).rejected_rows == []


def test_a_letter_that_stands_for_many_makes_no_header_longer() -> None:
    assert len(header_words.spread("\ufdfa" * 1_000_000)) == header_words.LONGEST_NAME
    assert len(header_words.skeleton("\ufdfa" * 1_000_000)) <= header_words.LONGEST_NAME
