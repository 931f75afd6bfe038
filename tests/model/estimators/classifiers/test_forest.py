"""The forest that votes in log-odds: its trees are scikit-learn's, its votes calibrated."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from model.estimators.classifiers import LogOddsForest
from model.numerics.trees import LEAF, Trees


@parametrize_with_checks([LogOddsForest(trees=10)])
def test_it_is_a_scikit_learn_classifier(estimator, check) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def patients() -> tuple[np.ndarray, np.ndarray]:
    """Numbers that single precision holds exactly, as trees are grown in it."""
    rng = np.random.default_rng(3)
    values = rng.integers(-16, 17, (400, 4)) / 4
    log_odds = values[:, 0] + values[:, 1] * (values[:, 2] > 0)
    return values, (rng.random(400) < 1 / (1 + np.exp(-log_odds))).astype(int)


@pytest.fixture(scope="module")
def forest(patients) -> LogOddsForest:
    return LogOddsForest(((0,), (1, 2)), trees=40).fit(*patients)


def test_the_log_odds_are_the_mean_of_the_trees(patients, forest) -> None:
    values, _ = patients
    each = Trees(forest.nodes_, 4).each(values)
    assert each.shape == (400, 40)
    np.testing.assert_array_equal(forest.decision_function(values), each.mean(axis=1))
    risk = forest.predict_proba(values)[:, 1]
    np.testing.assert_allclose(np.log(risk / (1 - risk)), each.mean(axis=1), atol=1e-12)


def test_a_tree_is_the_one_scikit_learn_grows(patients) -> None:
    values, outcome = patients
    values = values.copy()
    values[::7, 0] = np.nan
    forest = LogOddsForest(prior=1e-9, candidates=4)
    nodes = forest._tree(values, outcome, 0.5, np.random.default_rng(1))
    seed = int(np.random.default_rng(1).integers(2**31))
    theirs = DecisionTreeClassifier(min_samples_leaf=8, max_features=4, random_state=seed)
    theirs.fit(values, outcome)
    risk = theirs.predict_proba(values)[:, 1]
    found = 1 / (1 + np.exp(-Trees(nodes, 4).each(values)[:, 0]))
    np.testing.assert_allclose(found, risk, atol=1e-9)
    assert len(set(risk.tolist())) > 10


def test_no_leaf_is_certain_even_where_its_patients_are_alike() -> None:
    values = np.repeat([[0.0], [1.0]], 50, axis=0)
    forest = LogOddsForest(trees=20, candidates=1, blanked=0).fit(values, np.repeat([0, 1], 50))
    assert np.isfinite(forest.nodes_).all()
    assert ((forest.predict_proba(values) > 0) & (forest.predict_proba(values) < 1)).all()


def test_a_leaf_holds_as_many_patients_as_asked_and_a_tree_at_most_64_leaves() -> None:
    rng = np.random.default_rng(0)
    values, outcome = rng.normal(size=(1500, 3)), rng.integers(0, 2, 1500)
    forest = LogOddsForest(trees=3, smallest_leaf=2).fit(values, outcome)
    leaves = forest.nodes_[forest.nodes_[:, 0] == LEAF]
    assert leaves[:, 3].min() >= 1500 / 64


def test_the_calibration_makes_unseen_patients_log_odds_neither_too_bold_nor_too_cautious(
    patients,
) -> None:
    rng = np.random.default_rng(4)
    values, outcome = patients
    fresh = rng.integers(-16, 17, (4000, 4)) / 4
    log_odds = fresh[:, 0] + fresh[:, 1] * (fresh[:, 2] > 0)
    diseased = rng.random(4000) < 1 / (1 + np.exp(-log_odds))
    forest = LogOddsForest(trees=100, prior=40).fit(values, outcome)
    found = forest.decision_function(fresh)
    slope = LogisticRegression(C=np.inf).fit(found[:, None], diseased).coef_[0, 0]
    assert slope == pytest.approx(1, abs=0.2)
    assert forest.calibration_slope_ > 2  # so many made-up patients make leaves too cautious


def test_a_patient_s_copies_have_seen_what_the_patient_has(patients) -> None:
    """Judged by trees that saw its copies, every patient would look easy."""
    values, outcome = patients
    twice = np.repeat(values, 4, axis=0), np.repeat(outcome, 4)
    once = LogOddsForest(trees=100, smallest_leaf=8).fit(values, outcome)
    copied = LogOddsForest(trees=100, smallest_leaf=32).fit(*twice)
    assert copied.calibration_slope_ < 1.3 * once.calibration_slope_


def test_the_columns_of_a_group_are_blanked_together_in_some_patients_of_every_tree() -> None:
    rng = np.random.default_rng(0)
    seen: list[np.ndarray] = []

    class Watching(LogOddsForest):
        def _tree(self, sample, *rest):
            nodes = super()._tree(sample, *rest)
            seen.append(np.isnan(sample))
            return nodes

    Watching(((0,), (1, 2)), trees=5).fit(rng.normal(size=(300, 4)), rng.integers(0, 2, 300))
    for blank in seen:
        np.testing.assert_array_equal(blank[:, 1], blank[:, 2])
        assert (blank[:, 0] != blank[:, 1]).any()
        assert not blank[:, 3].any()
        assert blank[:, :2].mean() == pytest.approx(0.2, abs=0.07)


def test_the_rows_given_are_left_as_they_were(patients) -> None:
    values, outcome = patients[0].copy(), patients[1]
    LogOddsForest(((0,),), trees=3).fit(values, outcome)
    np.testing.assert_array_equal(values, patients[0])
