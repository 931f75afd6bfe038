"""The engine of a forest: shap's own values in log-odds, an interval from refits, two files."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
import shap
from sklearn.ensemble import RandomForestRegressor

from model.numerics.trees import LEAF, Trees
from model.scoring import Forest
from model.scoring.forest import NORMAL_95
from model.scoring.tree_shapley import shapley
from model.studies.cohort import Cohort

Floats = np.ndarray


# Contributions ----------------------------------------------------------------------------


def test_they_are_the_tree_explainer_s_of_a_forest_of_scikit_learn_s_own(cohort: Cohort) -> None:
    """What shap is given here are arrays; given the estimator itself, it must say the same."""
    rows = cohort.rows.to_numpy(dtype=np.float32).astype(np.float64)  # scikit-learn asks in single
    theirs = RandomForestRegressor(15, min_samples_leaf=8, random_state=0)
    theirs.fit(rows, cohort.outcome)
    nodes = []
    for each in theirs.estimators_:
        tree = each.tree_
        is_leaf = tree.children_left == LEAF
        number = np.where(is_leaf, tree.value[:, 0, 0], np.nan_to_num(tree.threshold))
        cover = np.where(is_leaf, tree.weighted_n_node_samples, 0)
        feature = np.where(is_leaf, LEAF, tree.feature)
        blank_left = tree.missing_go_to_left.astype(bool) & ~is_leaf
        nodes.append(np.column_stack([feature, number, blank_left, cover]).astype(float))
    base, contributions = shapley(Trees(np.vstack(nodes), 13), rows)
    explainer = shap.TreeExplainer(theirs, feature_perturbation="tree_path_dependent")
    assert base == pytest.approx(float(np.ravel(explainer.expected_value)[0]), abs=1e-9)
    np.testing.assert_allclose(contributions, explainer.shap_values(rows), rtol=0, atol=1e-9)


def expected(trees: Trees, node: int, patient: Floats, known: frozenset[int]) -> float:
    """What a tree says in the mean if only these inputs are known."""
    if trees.is_leaf[node]:
        return float(trees.number[node])
    left, right = node + 1, int(trees.right[node])
    asked = int(trees.feature[node])
    if asked in known:
        blank = np.isnan(patient[asked])
        goes_left = trees.blank_left[node] if blank else patient[asked] <= trees.number[node]
        return expected(trees, left if goes_left else right, patient, known)
    share = trees.cover[left] / trees.cover[node]
    return float(
        share * expected(trees, left, patient, known)
        + (1 - share) * expected(trees, right, patient, known)
    )


@pytest.mark.parametrize("blank", [(), (0,), (1, 2)])
def test_they_are_the_shapley_values_by_definition(blank: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    rows, outcome = rng.normal(size=(200, 3)), rng.normal(size=200)
    tree = RandomForestRegressor(1, max_depth=3, random_state=0).fit(rows, outcome).estimators_[0]
    is_leaf = tree.tree_.children_left == LEAF
    trees = Trees(
        np.column_stack(
            [
                np.where(is_leaf, LEAF, tree.tree_.feature),
                np.where(is_leaf, tree.tree_.value[:, 0, 0], tree.tree_.threshold),
                ~is_leaf,
                np.where(is_leaf, tree.tree_.weighted_n_node_samples, 0),
            ]
        ).astype(float),
        3,
    )
    patient = np.array([0.3, -0.2, 1.1])
    patient[list(blank)] = np.nan
    base, (found,) = shapley(trees, patient[None])
    assert base == pytest.approx(expected(trees, 0, patient, frozenset()), abs=1e-12)
    for feature in range(3):
        others = {0, 1, 2} - {feature}
        share = sum(
            (
                expected(trees, 0, patient, frozenset({*known, feature}))
                - expected(trees, 0, patient, frozenset(known))
            )
            / (3 * comb(2, size))
            for size in range(3)
            for known in combinations(others, size)
        )
        assert found[feature] == pytest.approx(share, abs=1e-12)


# The interval -----------------------------------------------------------------------------


def leaf(value: float) -> list[float]:
    return [LEAF, value, 0, 10]


def small(ours: list[float], refits: list[list[float]]) -> Forest:
    """A forest, and refits, of trees of one leaf."""
    nodes = [leaf(each) for refit in refits for each in refit]
    trees = Trees(np.array([leaf(each) for each in ours], dtype=float), 1)
    theirs = Trees(np.array(nodes, dtype=float), 1)
    return Forest(("age",), trees, theirs, kept=len(refits[0]), widened=1.0)


ONE = np.array([[50.0]])


def test_the_error_is_the_refits_mean_squared_distance_without_the_noise_of_few_trees() -> None:
    ours = [0.0, 1.0, 2.0, 1.0]
    # means 2 and -1 lie 1 and -2 from ours; spread of two trees: 2 and 0, one in the mean
    found = small(ours, [[1.0, 3.0], [-1.0, -1.0]]).bounded(ONE)
    error = np.sqrt((1 + 4) / 2 - 1 / 2 + 1 / 4)
    assert found.low[0] == pytest.approx(1 - NORMAL_95 * error, abs=1e-12)
    assert found.high[0] == pytest.approx(1 + NORMAL_95 * error, abs=1e-12)


def test_the_error_is_never_less_than_the_noise_of_the_whole_forest() -> None:
    found = small([0.0, 0.0], [[-1.0, 1.0], [1.0, -1.0]]).bounded(ONE)
    assert found.high[0] == pytest.approx(NORMAL_95 * np.sqrt(2 / 2), abs=1e-12)


# The two files ----------------------------------------------------------------------------


def test_the_explanation_is_made_of_aggregates_of_at_least_so_many_patients(
    bundle_files: Callable[[str], dict[str, bytes]],
) -> None:
    refits = json.loads(bundle_files("forest")["explanation.json"])["refits"]
    assert {*refits} == {"feature", "number", "blank_left", "cover"}
    assert min(each for each in refits["cover"] if each) >= 8


Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: [d], id="a list"),
        pytest.param(lambda d: {**d, "explanation_version": 2}, id="another version"),
        pytest.param(lambda d: {**d, "refits": {}}, id="no refits"),
        pytest.param(lambda d: {**d, "refits": {**d["refits"], "cover": [1]}}, id="ragged"),
        pytest.param(lambda d: {**d, "kept": 7}, id="refits that keep different numbers"),
        pytest.param(lambda d: {**d, "kept": 1}, id="one tree a refit"),
        pytest.param(lambda d: {**d, "kept": float("nan")}, id="NaN"),
        pytest.param(lambda d: {**d, "features": d["features"][1:]}, id="an input short"),
        pytest.param(lambda d: {**d, "features": 13}, id="features a number"),
    ],
)
def test_an_explanation_that_does_not_fit_is_a_value_error(
    change: Change, bundle_files: Callable[[str], dict[str, bytes]]
) -> None:
    files = bundle_files("forest")
    document = json.dumps(change(json.loads(files["explanation.json"]))).encode()
    with pytest.raises(ValueError, match=r"."):
        Forest.read(files["estimator.skops"], document)
