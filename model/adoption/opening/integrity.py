"""Whether the trees and vectors inside an opened model can be walked without leaving them.

Compiled code follows a tree's numbers without looking: a child that is its own ancestor never
ends, and an index beyond the end reads whatever lies there. So every node is looked at first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.adoption.opening.refusal import Refused

MOST_LEAVES = 2_000_000
MOST_OBJECTS = 2_000_000


def require(fitted: Any) -> None:
    """Look through every tree and support vector machine that can be reached from the model.

    Raises
    ------
    Refused
        If one is damaged, or there are more leaves than a risk model has.
    """
    leaves = 0
    for thing in reached(fitted):
        kind = type(thing).__name__
        module = type(thing).__module__
        if kind == "Tree" and module == "sklearn.tree._tree":
            leaves += _tree(thing)
        elif kind == "TreePredictor" and module.startswith("sklearn.ensemble."):
            leaves += _predictor(thing)
        elif module == "sklearn.svm._classes" and hasattr(thing, "support_vectors_"):
            _support_vectors(thing)
        if leaves > MOST_LEAVES:
            raise Refused(f"Its trees have more than {MOST_LEAVES:,} leaves; no risk model has.")


def nodes(
    left: np.ndarray, right: np.ndarray, feature: np.ndarray, threshold: np.ndarray, inputs: int
) -> int:
    """The number of leaves of one tree whose children must come after their parent.

    left, right : (nodes,) positions of the children, below 0 at a leaf. feature : (nodes,) the
    column asked about. threshold : (nodes,) numbers. inputs : how many columns there are.
    """
    here = np.arange(len(left))
    inner = left >= 0
    if (inner != (right >= 0)).any() or not len(left):
        raise Refused("A tree in it has a node with one child.")
    for child in (left[inner], right[inner]):
        if (child <= here[inner]).any() or (child >= len(left)).any():
            raise Refused("A tree in it leads back into itself, or out of itself.")
    if (feature[inner] < 0).any() or (feature[inner] >= inputs).any():
        raise Refused("A tree in it asks about an input that the model does not have.")
    if np.isnan(threshold[inner]).any():
        raise Refused("A tree in it has a threshold that is no number.")
    return int((~inner).sum())


def _tree(tree: Any) -> int:
    if not np.isfinite(tree.value).all():
        raise Refused("A tree in it has an answer that is no finite number.")
    return nodes(
        tree.children_left, tree.children_right, tree.feature, tree.threshold, tree.n_features
    )


def _predictor(predictor: Any) -> int:
    table = predictor.nodes
    leaf = table["is_leaf"].astype(bool)
    left = np.where(leaf, -1, table["left"].astype(np.int64))
    right = np.where(leaf, -1, table["right"].astype(np.int64))
    bits = len(predictor.raw_left_cat_bitsets)
    split = table["is_categorical"].astype(bool) & ~leaf
    if (table["bitset_idx"][split] >= bits).any():
        raise Refused("A tree in it asks about categories that it does not have.")
    if not np.isfinite(table["value"]).all():
        raise Refused("A tree in it has an answer that is no finite number.")
    # A TreePredictor does not know its number of inputs; its ensemble checks the frame against its
    # own, and 65,536 columns are more than any frame asked about here.
    return nodes(left, right, table["feature_idx"], table["num_threshold"], 65_536)


def _support_vectors(machine: Any) -> None:
    rows, columns = machine.support_vectors_.shape
    fits = (
        int(np.sum(machine._n_support)) == rows
        and machine._dual_coef_.shape[-1] == rows
        and len(machine.support_) == rows
        and columns == machine.n_features_in_
    )
    if not fits:
        raise Refused("A support vector machine in it has parts that do not fit together.")


def reached(root: Any) -> Iterator[Any]:
    """Every object inside, each once, through attributes, lists, tuples and dicts."""
    waiting, seen = [root], set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, str | bytes | int | float | type):
            continue
        seen.add(id(thing))
        if len(seen) > MOST_OBJECTS:
            raise Refused("It holds more parts than a risk model has.")
        yield thing
        if isinstance(thing, dict):
            waiting += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set | frozenset):
            waiting += thing
        elif isinstance(thing, np.ndarray):
            waiting += thing.ravel().tolist() if thing.dtype.hasobject else []
        else:
            waiting += list(getattr(thing, "__dict__", {}).values())
