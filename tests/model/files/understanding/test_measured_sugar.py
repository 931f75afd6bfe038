"""A column of measured sugar, where the study asks whether it is above a limit."""

from __future__ import annotations

import io

import numpy as np
import pytest

from model.errors import InputError
from model.files.check_file import Examination
from model.files.reading.beginning import propose
from model.files.understanding import mapping_file
from model.files.understanding.mapping import FileMapping
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

PATIENTS = cohort.read(find("heart-disease")).training.rows.head(40).reset_index(drop=True)
FBS = SCHEMA.names.index("fbs")


def answers(values: list[float], mapping: FileMapping | None = None) -> tuple[np.ndarray, set[int]]:
    """What is read as sugar, and the rejected rows."""
    rows = PATIENTS.assign(fbs=np.resize(values, 40))
    content = rows.rename(columns={"fbs": "fasting glucose"}).to_csv(index=False).encode()
    agreed = mapping or propose(io.BytesIO(content), SCHEMA).mapping
    examination = Examination(io.BytesIO(content), SCHEMA, mapping=agreed)
    read = np.concatenate([x.values for x in examination.run(lambda each: each.checked)])
    return read[:, FBS], {*examination.report.rejected_rows}


def test_numbers_that_elsewhere_mean_not_measured_are_values_of_sugar() -> None:
    values = [77.0, 88.0, 99.0, 120.0, 121.0, 222.0, 110.0, 95.0]
    read, rejected = answers(values)
    np.testing.assert_array_equal(read, np.resize([float(x > 120) for x in values], 40))
    assert not rejected


def test_a_mark_beside_them_is_not_measured_and_what_nobody_has_is_unclear() -> None:
    read, rejected = answers([77.0] * 30 + [200.0] * 6 + [-9.0, 999.0, 0.0, 5.5])
    assert np.isnan(read[36:]).all()
    assert rejected == {39, 40}
    assert read[:36].tolist() == [0.0] * 30 + [1.0] * 6


@pytest.mark.parametrize(
    ("name", "above", "reason"),
    [
        ("fbs", ".inf", "from 40 to 700"),
        ("fbs", "nan", "from 40 to 700"),
        ("fbs", "6.7", "from 40 to 700"),
        ("fbs", "1e999", "from 40 to 700"),
        ("fbs", "yes", "from 40 to 700"),
        ("fbs", "[1]", "yes above is a name"),
        ("exang", "0", "Remove yes above"),
        ("chol", "200", "Remove yes above"),
    ],
)
def test_a_limit_is_a_number_of_sugar_and_stands_where_the_study_has_one(
    name: str, above: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        mapping_file.from_yaml(
            f"columns: [{{column: x, input: {name}, yes above: {above}}}]", SCHEMA
        )
