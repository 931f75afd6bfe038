"""Reads CatBoost's own JSON; nothing of the library is needed.

Its trees are symmetric: all nodes of a level ask the same, and the answers are the bits of the
leaf's number. It rounds every number to single precision; what is above the border sets the bit.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from model.adoption.transcription.encoded_trees import Encode, EncodedTrees, TreeMember
from model.adoption.transcription.left import LeftAsItIs

OBJECTIVES = {"Logloss", "CrossEntropy"}
DEEPEST = 16
WITHOUT_BLANKS, BLANK_LOW, BLANK_HIGH = "AsIs", "AsFalse", "AsTrue"


def of_fitted(fitted: Any, encode: Encode) -> Iterator[TreeMember]:
    """The trees of a `CatBoostClassifier` or a `CatBoost`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        fitted.save_model(str(path), format="json")
        yield of_document(json.loads(path.read_bytes()), encode)


def of_document(document: Mapping[str, Any], encode: Encode) -> TreeMember:
    """The trees in a document.

    Raises
    ------
    LeftAsItIs
        If its objective is not known, its trees are not symmetric, or they ask statistics of
        categories.
    """
    try:
        objective = _objective(document["model_info"])
        if objective not in OBJECTIVES:
            raise LeftAsItIs(f"its objective is not one of two classes ({objective:.40})")
        if "oblivious_trees" not in document:
            raise LeftAsItIs("its trees are not symmetric")
        scale, start = document["scale_and_bias"]
        start = start[0] if isinstance(start, list) else start
        trees = _table(document["oblivious_trees"], document["features_info"]["float_features"])
        return TreeMember(trees, encode, float(start), float(scale))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise LeftAsItIs("its CatBoost document is incomplete") from error


def _objective(info: Mapping[str, Any]) -> str:
    params = info["params"]
    params = json.loads(params) if isinstance(params, str) else params
    return str(params["loss_function"]["type"])


def _table(trees: Any, inputs: Any) -> EncodedTrees:
    flat = {of["feature_index"]: of for of in inputs}
    column: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    blank_left: list[bool] = []
    value: list[float] = []
    roots: list[int] = []
    for tree in trees:
        splits = tree.get("splits") or []
        depth = len(splits)
        leaves = tree["leaf_values"]
        if depth > DEEPEST or len(leaves) != 1 << depth:
            raise LeftAsItIs("one of its trees has other leaves than two classes need")
        roots.append(len(column))
        # Level by level: the last split is the highest bit, and asked first. Level k has 2**k nodes
        # from place 2**k - 1 on, so the branches of a level's n-th node are the next one's 2n and
        # 2n + 1, and below the last level lie the leaves in the order of their numbers.
        for level, split in enumerate(reversed(splits)):
            if split["split_type"] != "FloatFeature":
                raise LeftAsItIs("its trees ask statistics of categories, which only it can count")
            of = flat[split["float_feature_index"]]
            first = roots[-1] + (1 << level) - 1
            for node in range(1 << level):
                column.append(int(of["flat_feature_index"]))
                threshold.append(float(np.float32(split["border"])))
                left.append(first + (1 << level) + 2 * node)
                right.append(first + (1 << level) + 2 * node + 1)
                blank_left.append(of["nan_value_treatment"] != BLANK_HIGH)
                value.append(0.0)
        for leaf in leaves:
            column.append(-1)
            threshold.append(0.0)
            left.append(0)
            right.append(0)
            blank_left.append(False)
            value.append(float(leaf))
    return EncodedTrees(
        np.array(column, dtype=np.intp),
        np.array(threshold),
        np.array(left, dtype=np.intp),
        np.array(right, dtype=np.intp),
        np.array(blank_left, dtype=np.bool_),
        np.array(value),
        np.array(roots, dtype=np.intp),
        single=True,
    )
