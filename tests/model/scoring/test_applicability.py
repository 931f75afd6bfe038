"""Who is like the training patients, and who is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.schema import Schema
from model.scoring.applicability import Applicability
from model.studies import cohort as cohorts
from model.studies.cohort import Cohort
from model.training import applicability


@pytest.fixture(scope="module")
def likeness_of_training(study, cohort: Cohort) -> Applicability:
    return applicability.measure(study.schema, cohort)


def _unusual(measured: Applicability, rows: pd.DataFrame) -> np.ndarray:
    return measured.unusual(rows.to_numpy(dtype=np.float64))


def test_one_in_a_hundred_training_patients_is_unusual(likeness_of_training, cohort) -> None:
    complete = cohort.rows.dropna()

    assert _unusual(likeness_of_training, complete).mean() == pytest.approx(0.01, abs=0.005)


@pytest.mark.parametrize("blank", [["ca", "thal"], ["chol", "fbs"], ["thalach", "oldpeak"]])
def test_a_missing_test_does_not_make_a_patient_unusual(
    likeness_of_training, cohort, blank: list[str]
) -> None:
    blanked = cohort.rows.assign(**dict.fromkeys(blank, np.nan))

    assert _unusual(likeness_of_training, blanked).mean() < 0.03


def test_values_each_within_range_can_be_unusual_together(
    likeness_of_training, cohort, study
) -> None:
    """Young, with the highest pressure, cholesterol, depression and the slowest pulse."""
    odd = (
        cohort.rows.dropna().head(1).assign(age=29, trestbps=200, chol=564, thalach=71, oldpeak=6.2)
    )

    assert _unusual(likeness_of_training, odd).all()


def test_the_distance_is_scipys_for_a_complete_patient(likeness_of_training, cohort) -> None:
    from scipy.spatial.distance import mahalanobis

    from model.scoring.applicability import coordinates

    measured = likeness_of_training
    values = cohort.rows.dropna().head(5).to_numpy(dtype=np.float64)
    points = coordinates(values, measured.features, measured.axes)
    inverse = np.linalg.inv(np.asarray(measured.covariance))

    ours, _ = measured.distance(values)

    theirs = [mahalanobis(point, measured.mean, inverse) ** 2 for point in points]
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)


def test_other_hospitals_have_more_unusual_patients(likeness_of_training, study) -> None:
    table = cohorts.read(study)

    for site in ("hungary", "va", "switzerland"):
        assert _unusual(likeness_of_training, table.site(site).rows).mean() > 0.05


def test_it_goes_through_json_to_the_last_bit(likeness_of_training) -> None:
    assert Applicability.from_json(likeness_of_training.to_json()) == likeness_of_training


@pytest.mark.parametrize(
    ("part", "value"),
    [("applicability_version", 9), ("limits", [1.0]), ("mean", [1.0]), ("covariance", [[1.0]])],
)
def test_a_document_whose_parts_do_not_fit_is_refused(
    likeness_of_training, part: str, value: object
) -> None:
    import json

    document = json.loads(likeness_of_training.to_json()) | {part: value}

    with pytest.raises(ValueError, match="applicability"):
        Applicability.from_json(json.dumps(document))


def test_no_patient_can_be_read_from_it(likeness_of_training, study) -> None:
    schema: Schema = study.schema
    size = len(likeness_of_training.axes)

    assert size < 2 * len(schema.features)
    assert len(likeness_of_training.covariance) == size


def test_one_input_has_a_covariance_as_well(trained_schema: Schema, cohort: Cohort) -> None:
    schema = replace(trained_schema, features=trained_schema.features[:1], recodings=())
    measured = applicability.measure(schema, Cohort(cohort.rows.iloc[:, :1], cohort.outcome))
    assert np.shape(measured.covariance) == (1, 1)
