from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from model.estimators.transformers import LevelEncoder, RatioFeature, RestrictedCubicSpline

NAN = math.nan


@parametrize_with_checks([RatioFeature(), LevelEncoder(), RestrictedCubicSpline()])
def test_it_is_a_scikit_learn_transformer(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")  # the check's
@pytest.mark.parametrize("transformer", [RatioFeature(), LevelEncoder(), RestrictedCubicSpline()])
@pytest.mark.parametrize(
    "check",
    [
        "check_dataframe_column_names_consistency",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
    ],
)
def test_it_names_its_output_as_scikit_learn_does(transformer: Any, check: str) -> None:
    getattr(estimator_checks, check)(type(transformer).__name__, clone(transformer))


def test_a_ratio_is_appended_and_is_missing_where_it_is_not_defined() -> None:
    pulse_and_pressure = [[150.0, 120.0], [NAN, 120.0], [150.0, NAN], [150.0, 0.0], [0.0, 120.0]]
    result = RatioFeature(0, 1).fit_transform(np.array(pulse_and_pressure))
    np.testing.assert_array_equal(result[:, :2], pulse_and_pressure)
    np.testing.assert_array_equal(result[:, 2], [1.25, NAN, NAN, NAN, 0.0])


def test_a_missing_code_is_missing_in_all_its_columns_and_an_unseen_one_is_zeros() -> None:
    encoder = LevelEncoder().fit([[3.0, 0.0], [7.0, 1.0], [NAN, 0.0]])
    np.testing.assert_array_equal(
        encoder.transform([[3.0, 1.0], [7.0, NAN], [NAN, 0.0], [6.0, 0.0]]),
        [[1, 0, 0, 1], [0, 1, NAN, NAN], [NAN, NAN, 1, 0], [0, 0, 1, 0]],
    )


def test_a_code_that_nobody_had_makes_no_column() -> None:
    assert LevelEncoder().fit_transform([[NAN, 1.0], [NAN, 2.0]]).shape == (2, 2)
    assert LevelEncoder().fit_transform([[NAN], [NAN]]).shape == (2, 0)


@pytest.mark.parametrize(
    "transformer", [RatioFeature(0, 1), LevelEncoder(), RestrictedCubicSpline()]
)
def test_the_patients_handed_in_are_never_edited(transformer: Any) -> None:
    rows = pd.DataFrame({"thalach": [150.0, NAN, 170.0], "trestbps": [120.0, 130.0, 0.0]})
    before = rows.copy(deep=True)
    out = transformer.fit(rows).transform(rows)
    out[:] = -1.0
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize(
    ("transformer", "names"),
    [
        (RatioFeature(0, 1), ["thalach", "thal", "thalach/thal"]),
        (RatioFeature(1, 0), ["thalach", "thal", "thal/thalach"]),
        (LevelEncoder(), ["thalach=150", "thalach=170", "thal=3", "thal=6", "thal=7"]),
    ],
)
def test_output_columns_are_named_after_their_inputs(transformer: Any, names: list[str]) -> None:
    rows = pd.DataFrame({"thalach": [150.0, 170.0, 170.0], "thal": [3.0, 6.0, 7.0]})
    assert transformer.fit(rows).get_feature_names_out().tolist() == names


@pytest.mark.parametrize(
    ("transformer", "names"),
    [
        (RatioFeature(0, 1), ["x0", "x1", "x0/x1"]),
        (LevelEncoder(), ["x0=1", "x0=2", "x1=0.5"]),
    ],
)
def test_inputs_without_names_are_numbered(transformer: Any, names: list[str]) -> None:
    values = np.array([[1.0, 0.5], [2.0, 0.5]])
    assert transformer.fit(values).get_feature_names_out().tolist() == names
