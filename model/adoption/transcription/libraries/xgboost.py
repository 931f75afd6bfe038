"""Reads XGBoost's own JSON, text or binary; nothing of the library is needed.

It rounds every number to single precision, and what is below the threshold goes left. A category in
a node's set goes right. Its leaves are log-odds in single precision.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from model.adoption.transcription.encoded_trees import Encode, EncodedTrees, TreeMember
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.libraries import ubjson
from model.adoption.transcription.libraries.category_codes import with_codes
from model.numerics.arrays import Floats

PROBABILITY_BASE = {"binary:logistic", "reg:logistic"}
LOG_ODDS_BASE = {"binary:logitraw"}


def of_fitted(fitted: Any, encode: Encode) -> Iterator[TreeMember]:
    """The trees of an `XGBClassifier` or a `Booster`."""
    booster = fitted.get_booster() if hasattr(fitted, "get_booster") else fitted
    early = getattr(fitted, "best_iteration", None) if fitted is not booster else None
    yield of_document(parsed(bytes(booster.save_raw("ubj"))), encode, early)


def parsed(data: bytes) -> dict[str, Any]:
    """The document in a model's file.

    Raises
    ------
    LeftAsItIs
        If it is neither JSON nor Universal Binary JSON.
    """
    try:
        document = json.loads(data) if data[:2] in (b'{"', b"{\n", b"{ ") else ubjson.loads(data)
    except (ValueError, RecursionError) as error:
        raise LeftAsItIs("its file is no XGBoost model in JSON") from error
    if not isinstance(document, dict) or "learner" not in document:
        raise LeftAsItIs("its file is no XGBoost model in JSON")
    return document


def of_document(
    document: Mapping[str, Any], encode: Encode, last_iteration: int | None = None
) -> TreeMember:
    """The trees in a document.

    Parameters
    ----------
    last_iteration : the last round that answers, where training was stopped early.

    Raises
    ------
    LeftAsItIs
        If its objective is not known, or it tells other than two classes apart.
    """
    try:
        return _member(document["learner"], encode, last_iteration)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise LeftAsItIs("its XGBoost document is incomplete") from error


def _member(learner: Any, encode: Encode, last_iteration: int | None) -> TreeMember:
    booster, shapes = learner["gradient_booster"], learner["learner_model_param"]
    drops: Any = None
    if booster["name"] == "dart":
        booster, drops = booster["gbtree"], booster["weight_drop"]
    elif booster["name"] != "gbtree":
        raise LeftAsItIs(f"its booster is of a kind that has no trees ({booster['name']:.20})")
    if int(shapes["num_class"]) > 0 or int(shapes.get("num_target", "1")) > 1:
        raise LeftAsItIs("its trees tell other than two classes apart")
    model = booster["model"]
    trees = model["trees"]
    if last_iteration is not None:
        rounds = model.get("iteration_indptr")
        of_round = int(model["gbtree_model_param"].get("num_parallel_tree", "1"))
        stop = rounds[last_iteration + 1] if rounds else (last_iteration + 1) * of_round
        trees = trees[:stop]
    start = _start(learner["objective"]["name"], float(str(shapes["base_score"]).strip("[]")))
    weights = np.ones(len(trees)) if drops is None else np.asarray(drops[: len(trees)])
    known = [_categories(of) for of in model.get("cats", {}).get("enc", ()) if of["values"]]

    def categories(at: int, column: Any) -> Any:
        return known[at] if at < len(known) else column.cat.categories

    return TreeMember(_table(trees, weights), with_codes(encode, categories), start, single=True)


def _start(objective: str, base: float) -> float:
    if objective in LOG_ODDS_BASE:
        return base
    if objective not in PROBABILITY_BASE:
        raise LeftAsItIs(f"its objective is not one of two classes ({objective:.40})")
    if not 0 < base < 1:
        raise LeftAsItIs("its base score is no probability")
    return float(np.log(base / (1 - base)))


def _categories(of: Mapping[str, Any]) -> list[Any]:
    """The categories of one column, in their order: texts, cut out of one run of bytes, or
    numbers.
    """
    if not of.get("offsets"):
        return list(of["values"])
    data = bytes(value & 0xFF for value in of["values"])
    ends = of["offsets"]
    return [data[start:end].decode() for start, end in itertools.pairwise(ends)]


def _table(trees: Any, weights: Floats) -> EncodedTrees:
    sizes = [len(tree["left_children"]) for tree in trees]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    column, threshold, left, right, blank_left, value, member_set = [], [], [], [], [], [], []
    sets: list[frozenset[int]] = []
    for tree, start, weight in zip(trees, starts, weights, strict=False):
        lefts = np.asarray(tree["left_children"], dtype=np.intp)
        conditions = np.asarray(tree["split_conditions"], dtype=np.float32).astype(np.float64)
        is_leaf = lefts < 0
        column.append(np.where(is_leaf, -1, np.asarray(tree["split_indices"], dtype=np.intp)))
        threshold.append(conditions)
        value.append(np.where(is_leaf, conditions * weight, 0.0))
        left.append(lefts + start)
        right.append(np.asarray(tree["right_children"], dtype=np.intp) + start)
        blank_left.append(np.asarray(tree["default_left"], dtype=np.bool_))
        of_node = np.full(len(lefts), -1)
        for node, begin, size in zip(
            tree.get("categories_nodes", ()),
            tree.get("categories_segments", ()),
            tree.get("categories_sizes", ()),
            strict=True,
        ):
            of_node[node] = len(sets)
            sets.append(frozenset(int(at) for at in tree["categories"][begin : begin + size]))
        member_set.append(of_node)
    if not trees:
        raise LeftAsItIs("it has no trees")
    sets_of = np.concatenate(member_set)
    lefts, rights = np.concatenate(left), np.concatenate(right)
    blanks, by_set = np.concatenate(blank_left), sets_of >= 0
    # What is in a set goes right here and left in our table: the two branches change places.
    return EncodedTrees(
        np.concatenate(column),
        np.concatenate(threshold),
        np.where(by_set, rights, lefts),
        np.where(by_set, lefts, rights),
        blanks ^ by_set,
        np.concatenate(value),
        starts[:-1],
        sets_of,
        sets,
        single=True,
        strict=True,
    )
