"""Reads the trees of scikit-learn's classifiers.

Its trees round every number to single precision and send what is at most the threshold left;
histogram boosting compares in double precision. A tree votes with its share of the outcome, a
boosted one with log-odds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from model.adoption.transcription.encoded_trees import Encode, EncodedTrees, TreeMember
from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Floats
from model.scoring.outputs import Affine, Interpolated, Logistic, Output

AVERAGED = {
    "RandomForestClassifier",
    "ExtraTreesClassifier",
    "BaggingClassifier",
}
ALONE = {"DecisionTreeClassifier", "ExtraTreeClassifier"}
Inner = Callable[[Any, Encode], Iterator[TreeMember]]
EPSILON = float(np.finfo(np.float64).eps)


def members(fitted: Any, encode: Encode, inner: Inner) -> Iterator[TreeMember]:
    """The trees of a fitted classifier of two classes, of which the second is the outcome.

    Parameters
    ----------
    inner : reads a classifier inside this one, of whatever library.

    Raises
    ------
    LeftAsItIs
        If it is of no kind known here, or has other than two classes.
    """
    name = type(fitted).__name__
    if name == "Pipeline":
        yield from inner(fitted.steps[-1][1], _after(fitted.steps[:-1], encode))
    elif name in WRAPPED:
        yield from inner(WRAPPED[name](fitted), encode)
    elif name == "VotingClassifier":
        yield from _voting(fitted, encode, inner)
    elif name == "CalibratedClassifierCV":
        yield from _calibrated(fitted, encode, inner)
    elif name in ALONE:
        _require_two_classes(fitted)
        yield TreeMember(_shares([fitted], [None]), encode, outputs=())
    elif name in AVERAGED:
        _require_two_classes(fitted)
        yield _averaged(fitted, encode)
    elif name == "GradientBoostingClassifier":
        _require_two_classes(fitted)
        yield _boosted(fitted, encode)
    elif name == "HistGradientBoostingClassifier":
        _require_two_classes(fitted)
        yield _histogram_boosted(fitted, encode)
    else:
        raise LeftAsItIs(f"{name} is no kind of trees that can be read")


WRAPPED = {
    "GridSearchCV": lambda fitted: fitted.best_estimator_,
    "RandomizedSearchCV": lambda fitted: fitted.best_estimator_,
    "HalvingGridSearchCV": lambda fitted: fitted.best_estimator_,
    "HalvingRandomSearchCV": lambda fitted: fitted.best_estimator_,
    "FixedThresholdClassifier": lambda fitted: fitted.estimator_,
    "TunedThresholdClassifierCV": lambda fitted: fitted.estimator_,
    "FrozenEstimator": lambda fitted: fitted.estimator,
}
"""What hands the question on to another classifier, and to which."""


def _require_two_classes(fitted: Any) -> None:
    if np.ndim(fitted.classes_) != 1 or len(fitted.classes_) != 2:
        raise LeftAsItIs("its trees tell other than two classes apart")


def _after(steps: Sequence[tuple[str, Any]], encode: Encode) -> Encode:
    """What the steps make of what was encoded before them."""
    active = [step for _, step in steps if step not in (None, "passthrough")]

    def through(frame: Any) -> Any:
        table = encode(frame)
        for step in active:
            table = step.transform(table)
        return table

    return through


def _voting(fitted: Any, encode: Encode, inner: Inner) -> Iterator[TreeMember]:
    _require_two_classes(fitted)
    if fitted.voting != "soft":
        raise LeftAsItIs("its members vote for classes, not with probabilities")
    weights = fitted._weights_not_none or [1.0] * len(fitted.estimators_)
    for estimator, weight in zip(fitted.estimators_, weights, strict=True):
        for member in inner(estimator, encode):
            yield member.weighted(weight / float(np.sum(weights)))


def _calibrated(fitted: Any, encode: Encode, inner: Inner) -> Iterator[TreeMember]:
    """The mean of calibrated classifiers, each of which maps a score to a probability.

    The score is the log-odds where the classifier has a decision function, else its probability.
    """
    _require_two_classes(fitted)
    several = fitted.calibrated_classifiers_
    for calibrated in several:
        found = [*inner(calibrated.estimator, encode)]
        if len(found) != 1:
            raise LeftAsItIs("its calibration is of several models at once")
        member = found[0].weighted(1 / len(several))
        if hasattr(calibrated.estimator, "decision_function"):
            if member.outputs != (Logistic(),):
                raise LeftAsItIs("its calibration starts from a score that is not log-odds")
            member = replace(member, outputs=())
        yield member.then(*_calibration(calibrated))


def _calibration(calibrated: Any) -> tuple[Output, ...]:
    calibrator = calibrated.calibrators[0]
    if calibrated.method == "sigmoid":
        return Affine(-float(calibrator.a_), -float(calibrator.b_)), Logistic()
    if calibrated.method == "isotonic":
        points = tuple(calibrator.X_thresholds_.tolist()), tuple(calibrator.y_thresholds_.tolist())
        return (Interpolated(*points),)
    raise LeftAsItIs(f"its calibration is of a kind not known here ({calibrated.method})")


def _averaged(fitted: Any, encode: Encode) -> TreeMember:
    """The mean of trees' shares."""
    trees = fitted.estimators_
    chosen = getattr(fitted, "estimators_features_", [None] * len(trees))
    for tree in trees:
        if type(tree).__name__ not in ALONE:
            raise LeftAsItIs(f"it averages models that are no trees ({type(tree).__name__})")
        if len(tree.classes_) != 2:
            raise LeftAsItIs("one of its trees has seen one class alone")
    encoded = _shares(trees, chosen)
    return TreeMember(encoded, encode, scale=1 / len(trees), outputs=())


def _shares(trees: Sequence[Any], chosen: Sequence[Any]) -> EncodedTrees:
    """Trees whose leaves hold the share of the second class."""
    values = []
    for tree in trees:
        counts = tree.tree_.value[:, 0, :]
        values.append(counts[:, 1] / counts.sum(axis=1))
    return _of(trees, values, chosen)


def _of(trees: Sequence[Any], values: Sequence[Floats], chosen: Sequence[Any]) -> EncodedTrees:
    """Several `tree_` objects as one table; `chosen` are the columns a tree was given."""
    inner = [tree.tree_ for tree in trees]
    starts = np.concatenate([[0], np.cumsum([len(tree.feature) for tree in inner])])
    column, left, right = [], [], []
    for tree, start, columns in zip(inner, starts, chosen, strict=False):
        asked = np.where(tree.children_left < 0, -1, tree.feature)
        if columns is not None:
            asked = np.where(asked < 0, -1, np.asarray(columns)[asked])
        column.append(asked)
        left.append(tree.children_left + start)
        right.append(tree.children_right + start)
    blank_left = [
        getattr(tree, "missing_go_to_left", np.zeros(len(tree.feature))) for tree in inner
    ]
    return EncodedTrees(
        np.concatenate(column).astype(np.intp),
        np.concatenate([tree.threshold for tree in inner]),
        np.concatenate(left),
        np.concatenate(right),
        np.concatenate(blank_left).astype(np.bool_),
        np.concatenate(values),
        starts[:-1],
        single=True,
    )


def _boosted(fitted: Any, encode: Encode) -> TreeMember:
    """Log-odds: what the model starts from, and each tree times the learning rate."""
    trees = fitted.estimators_[:, 0]
    values = [tree.tree_.value[:, 0, 0] for tree in trees]
    first = fitted.init_
    if first == "zero":
        start = 0.0
    elif type(first).__name__ == "DummyClassifier" and first.strategy in ("prior", "stratified"):
        share = float(np.clip(first.class_prior_[1], EPSILON, 1 - EPSILON))
        start = float(np.log(share / (1 - share)))
    else:
        raise LeftAsItIs("its boosting starts from another model")
    encoded, rate = _of(trees, values, [None] * len(trees)), float(fitted.learning_rate)
    if fitted.loss == "exponential":  # its sum is half the log-odds
        return TreeMember(encoded, encode, start, 2 * rate)
    return TreeMember(encoded, encode, start, rate)


def _histogram_boosted(fitted: Any, encode: Encode) -> TreeMember:
    trees = [predictors[0] for predictors in fitted._predictors]
    if any(len(predictors) != 1 for predictors in fitted._predictors):
        raise LeftAsItIs("its trees tell other than two classes apart")
    tables = [tree.nodes for tree in trees]
    starts = np.concatenate([[0], np.cumsum([len(nodes) for nodes in tables])])
    nodes = np.concatenate(tables)
    shift = np.repeat(starts[:-1], [len(table) for table in tables])
    sets, member_set = _category_sets(trees)
    encoded = EncodedTrees(
        np.where(nodes["is_leaf"] == 1, -1, nodes["feature_idx"]).astype(np.intp),
        nodes["num_threshold"].astype(np.float64),
        nodes["left"].astype(np.intp) + shift,
        nodes["right"].astype(np.intp) + shift,
        nodes["missing_go_to_left"] == 1,
        nodes["value"].astype(np.float64),
        starts[:-1],
        member_set,
        sets,
    )
    start = float(np.ravel(fitted._baseline_prediction)[0])

    def prepared(frame: Any) -> Any:
        return fitted._preprocess_X(encode(frame), reset=False)

    return TreeMember(encoded, prepared, start)


def _category_sets(trees: Sequence[Any]) -> tuple[list[frozenset[int]], Any]:
    """The categories that go left, of every node that asks for some."""
    sets: list[frozenset[int]] = []
    member_set = []
    for tree in trees:
        for node in tree.nodes:
            if node["is_leaf"] or not node["is_categorical"]:
                member_set.append(-1)
                continue
            words = tree.raw_left_cat_bitsets[node["bitset_idx"]]
            bits = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")
            member_set.append(len(sets))
            sets.append(frozenset(np.flatnonzero(bits).tolist()))
    return sets, np.array(member_set, dtype=np.intp)
