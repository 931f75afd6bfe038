from __future__ import annotations

import pandas as pd

from model.interpretation.average_patient import average_patient
from model.schema import Schema
from model.studies.cohort import Cohort
from model.training import applicability


def test_numbers_are_at_their_mean_and_codes_at_the_commonest(
    trained_schema: Schema, cohort: Cohort
) -> None:
    average = average_patient(trained_schema, applicability.measure(trained_schema, cohort))
    whole = cohort.rows.dropna()
    assert [*average.index] == [*trained_schema.names]
    for feature in trained_schema.features:
        seen = whole[feature.name]
        if feature.is_coded:
            assert average[feature.name] == seen.mode()[0]
        else:
            assert abs(average[feature.name] - seen.mean()) <= 0.5 * 10.0**-feature.decimals


def test_it_is_nobody(trained_schema: Schema, cohort: Cohort) -> None:
    average = average_patient(trained_schema, applicability.measure(trained_schema, cohort))
    assert not (cohort.rows == pd.Series(average)).all(axis=1).any()
