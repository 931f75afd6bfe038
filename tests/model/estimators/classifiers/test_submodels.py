"""The family of logistic regressions: which member answers, and that each is a plain ridge fit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from model.estimators.classifiers import SubmodelLogistic, newton

GROUPS = ((0, 1), (3,))


@parametrize_with_checks([SubmodelLogistic(), SubmodelLogistic(folds=3)])
def test_it_is_a_scikit_learn_classifier(estimator, check) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def patients() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(250, 5)) * [1, 40, 0.1, 7, 1] + [0, 130, 3, 50, 0]
    log_odds = values[:, 0] + (values[:, 1] - 130) / 40 - 0.1 * (values[:, 3] - 50)
    return values, (rng.random(250) < 1 / (1 + np.exp(-log_odds))).astype(int)


@pytest.fixture(scope="module")
def family(patients) -> SubmodelLogistic:
    return SubmodelLogistic(GROUPS).fit(*patients)


@pytest.mark.parametrize(
    ("blank", "columns_used"),
    [
        ([], [0, 1, 2, 3, 4]),
        ([3], [0, 1, 2, 4]),
        ([0], [2, 3, 4]),  # a group is used whole or not at all
        ([0, 1], [2, 3, 4]),
        ([1, 3], [2, 4]),
    ],
)
def test_a_patient_is_answered_by_the_model_fitted_without_what_is_missing(
    patients, family, blank: list[int], columns_used: list[int]
) -> None:
    values, outcome = patients
    asked = values.copy()
    asked[:, blank] = np.nan

    scaled = StandardScaler().fit_transform(values[:, columns_used])
    alone = LogisticRegression(C=family.strength_, tol=1e-10, max_iter=10_000).fit(scaled, outcome)

    np.testing.assert_allclose(
        family.decision_function(asked), alone.decision_function(scaled), atol=1e-6
    )


def test_a_value_missing_in_no_group_counts_as_the_training_mean(patients, family) -> None:
    values, _ = patients
    blank, mean = values.copy(), values.copy()
    blank[:, 2] = np.nan
    mean[:, 2] = values[:, 2].mean()

    np.testing.assert_allclose(
        family.decision_function(blank), family.decision_function(mean), atol=1e-12
    )


def test_copies_of_patients_do_not_loosen_the_tuning(patients) -> None:
    values, outcome = patients
    twice = SubmodelLogistic(strengths=(1e-3, 1e-2, 1e-1)).fit(
        np.repeat(values, 2, axis=0), np.repeat(outcome, 2)
    )
    once = SubmodelLogistic(strengths=(1e-3, 1e-2, 1e-1)).fit(values, outcome)

    assert twice.strength_ <= once.strength_


def test_rows_in_another_order_give_the_same_model(patients) -> None:
    values, outcome = patients
    order = np.random.default_rng(0).permutation(len(outcome))

    there, back = SubmodelLogistic(GROUPS), SubmodelLogistic(GROUPS)
    there.fit(values, outcome)
    back.fit(values[order], outcome[order])

    np.testing.assert_allclose(there.weights_, back.weights_, atol=1e-9)


def test_too_many_groups_are_refused(patients) -> None:
    with pytest.raises(ValueError, match="submodels"):
        SubmodelLogistic([(0,)] * 11).fit(*patients)


@pytest.mark.parametrize("penalty", [1e-6, 0.1, 1.0, 100.0])
def test_newton_gives_scikit_learns_numbers(patients, penalty: float) -> None:
    values, outcome = patients
    scaled = StandardScaler().fit_transform(values)
    theirs = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100_000).fit(scaled, outcome)

    ours = newton.fit(scaled, outcome.astype(float), penalty)

    np.testing.assert_allclose(ours[1:], theirs.coef_[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(ours[0], theirs.intercept_[0], rtol=1e-4, atol=1e-6)


def test_newton_ends_on_separated_classes() -> None:
    line = np.linspace(-3, 3, 40)[:, None]

    weights = newton.fit(line, (line[:, 0] > 0).astype(float), 1e-6)

    assert np.isfinite(weights).all()
