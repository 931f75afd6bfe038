"""XGBoost, LightGBM and CatBoost in their own formats: data, of which no code is run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from model.adoption.opening import integrity
from model.adoption.opening.refusal import Refused

LARGEST_BYTES = 512 * 1024**2


def xgboost(path: Path) -> Any:
    """A booster from ``model.json`` or ``model.ubj``."""
    import xgboost

    if path.suffix.lower() == ".json":
        _json(path)
    booster = xgboost.Booster()
    try:
        booster.load_model(path)
        document = json.loads(booster.save_raw("json"))
    except (xgboost.core.XGBoostError, ValueError):
        raise Refused(f"{path.name} is not a model of XGBoost.") from None
    _xgboost_trees(document)
    return booster


def _json(path: Path) -> None:
    """What the library would follow without looking is looked at first."""
    try:
        document = json.loads(path.read_bytes())
        document["learner"]["gradient_booster"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Refused(f"{path.name} is not a model of XGBoost.") from None
    _xgboost_trees(document)


def _xgboost_trees(document: Any) -> None:
    try:
        learner = document["learner"]
        inputs = int(learner["learner_model_param"]["num_feature"])
        booster = learner["gradient_booster"]
        booster = booster.get("gbtree", booster)
        leaves = 0
        for tree in booster.get("model", {}).get("trees", ()):
            columns = (tree["left_children"], tree["right_children"], tree["split_indices"])
            left, right, feature = (np.asarray(column, dtype=np.int64) for column in columns)
            threshold = np.asarray(tree["split_conditions"], dtype=np.float64)
            if not len(left) == len(right) == len(feature) == len(threshold):
                raise Refused("A tree in it has columns of different lengths.")
            if not np.isfinite(threshold[left < 0]).all():
                raise Refused("A tree in it has an answer that is no finite number.")
            leaves += integrity.nodes(left, right, feature, threshold, inputs)
            if leaves > integrity.MOST_LEAVES:
                raise Refused("Its trees have more leaves than a risk model has.")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("It is not a model of XGBoost as that library writes them.") from None


def lightgbm(path: Path) -> Any:
    """A booster from LightGBM's text format."""
    text = path.read_text(errors="replace")
    _lightgbm_trees(text)
    import lightgbm

    try:
        return lightgbm.Booster(model_str=text)
    except (lightgbm.basic.LightGBMError, ValueError):
        raise Refused(f"{path.name} is not a model of LightGBM.") from None


def _lightgbm_trees(text: str) -> None:
    if not text.startswith("tree\n"):
        raise Refused("It is not a model of LightGBM: it does not begin as one.")
    head, *trees = re.split(r"^Tree=\d+$", text, flags=re.MULTILINE)
    last = re.search(r"^max_feature_idx=(\d+)$", head, flags=re.MULTILINE)
    if last is None:
        raise Refused("It does not say how many inputs it has.")
    leaves = 0
    for tree in trees:
        part = dict(re.findall(r"^(\w+)=(.*)$", tree.split("end of trees")[0], flags=re.MULTILINE))
        leaves += _lightgbm_tree(part, int(last[1]) + 1)
        if leaves > integrity.MOST_LEAVES:
            raise Refused("Its trees have more leaves than a risk model has.")


def _lightgbm_tree(part: dict[str, str], inputs: int) -> int:
    try:
        count = int(part["num_leaves"])
        values = np.array(part["leaf_value"].split(), dtype=np.float64)
        if len(values) != count or not np.isfinite(values).all():
            raise Refused("A tree in it has an answer that is no finite number.")
        if count == 1:
            return 1
        # A child below 0 is leaf number -child - 1; here leaves follow the inner nodes.
        children = [np.array(part[side].split(), dtype=np.int64) for side in _SIDES]
        left, right = (np.where(side < 0, count - 2 - side, side) for side in children)
        feature = np.array(part["split_feature"].split(), dtype=np.int64)
        threshold = np.array(part["threshold"].split(), dtype=np.float64)
    except (KeyError, ValueError):
        raise Refused("A tree in it is not written as LightGBM writes them.") from None
    if not len(left) == len(right) == len(feature) == len(threshold) == count - 1:
        raise Refused("A tree in it has columns of different lengths.")
    ends = np.full(count, -1)
    zeros = np.zeros(count)
    return integrity.nodes(
        np.concatenate([left, ends]),
        np.concatenate([right, ends]),
        np.concatenate([feature, zeros.astype(np.int64)]),
        np.concatenate([threshold, zeros]),
        inputs,
    )


_SIDES = ("left_child", "right_child")


def catboost(path: Path) -> Any:
    """A classifier from ``.cbm`` or CatBoost's JSON."""
    import catboost

    model = catboost.CatBoostClassifier()
    try:
        model.load_model(str(path), format="json" if path.suffix.lower() == ".json" else "cbm")
    except (catboost.CatBoostError, ValueError):
        raise Refused(f"{path.name} is not a model of CatBoost.") from None
    return model
