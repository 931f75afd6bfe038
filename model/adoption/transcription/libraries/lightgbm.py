"""Reads LightGBM's own text; nothing of the library is needed.

It compares in double precision, and what is at most the threshold goes left. Of each node it says
what counts as missing: nothing (a blank is then 0), zeros, or blanks. A category in a node's set
goes left, any other and a blank right.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from model.adoption.transcription.encoded_trees import Encode, EncodedTrees, TreeMember
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.libraries.category_codes import with_codes
from model.numerics.arrays import Floats, Places

CATEGORICAL, DEFAULT_LEFT = 1, 2
NO_MISSING, ZERO_MISSING, BLANK_MISSING = 0, 1, 2


def of_fitted(fitted: Any, encode: Encode) -> Iterator[TreeMember]:
    """The trees of an `LGBMClassifier` or a `Booster`."""
    booster = getattr(fitted, "booster_", fitted)
    yield of_text(booster.model_to_string(), encode)


def of_text(text: str, encode: Encode) -> TreeMember:
    """The trees in a model's text.

    Raises
    ------
    LeftAsItIs
        If its objective is not known, or it tells other than two classes apart.
    """
    try:
        head, *trees = text.partition("end of trees")[0].split("\nTree=")
        if not head.startswith("tree"):
            raise LeftAsItIs("its file is no LightGBM model")
        return _member(_fields(head), [_fields(tree) for tree in trees], _after(text), encode)
    except (KeyError, ValueError, IndexError) as error:
        raise LeftAsItIs("its LightGBM text is incomplete") from error


def _fields(block: str) -> dict[str, str]:
    parts = (line.partition("=") for line in block.splitlines())
    return {name: text for name, _, text in parts}


def _after(text: str) -> list[list[Any]]:
    """The categories of every column of categories, as pandas had them at training."""
    _, found, line = text.rpartition("\npandas_categorical:")
    return (json.loads(line) or []) if found else []


def _member(
    head: Mapping[str, str],
    trees: Sequence[Mapping[str, str]],
    categories: list[list[Any]],
    encode: Encode,
) -> TreeMember:
    if head["num_class"] != "1" or head["num_tree_per_iteration"] != "1":
        raise LeftAsItIs("its trees tell other than two classes apart")
    objective, *settings = head.get("objective", "none").split()
    slope = 1.0
    if objective == "binary":
        slope = float(dict(setting.split(":") for setting in settings)["sigmoid"])
    elif objective != "cross_entropy":
        raise LeftAsItIs(f"its objective is not one of two classes ({objective:.40})")
    if not trees:
        raise LeftAsItIs("it has no trees")
    scale = slope / len(trees) if "average_output" in head else slope

    def of_column(at: int, column: Any) -> Any:
        return categories[at] if at < len(categories) else column.cat.categories

    return TreeMember(_table(trees), with_codes(encode, of_column), scale=scale)


def _table(trees: Sequence[Mapping[str, str]]) -> EncodedTrees:
    sets: list[frozenset[int]] = []
    tables, starts, start = [], [], 0
    for tree in trees:
        table = _tree(tree, start, sets)
        tables.append(table)
        starts.append(start)
        start += len(table[0])
    column, threshold, left, right, blank_left, value, of_set, zero = (
        np.concatenate(part) for part in zip(*tables, strict=True)
    )
    return EncodedTrees(
        column.astype(np.intp),
        threshold,
        left.astype(np.intp),
        right.astype(np.intp),
        blank_left.astype(np.bool_),
        value,
        np.array(starts),
        of_set.astype(np.intp),
        sets,
        zero_is_blank=zero.astype(np.bool_),
    )


def _tree(tree: Mapping[str, str], start: int, sets: list[frozenset[int]]) -> list[Floats]:
    """One tree: its questions first, then its leaves; a child below zero is a leaf."""
    if tree.get("is_linear", "0") != "0":
        raise LeftAsItIs("the leaves of its trees are linear models")
    leaves = int(tree["num_leaves"])
    inner = leaves - 1
    value = _numbers(tree["leaf_value"])[:leaves]
    nothing = np.zeros(leaves)
    if not inner:
        return [nothing - 1, nothing, nothing, nothing, nothing, value, nothing - 1, nothing]
    # Of a node's type bit 0 says that a set is asked, bit 1 that a blank goes left, bits 2 and 3
    # what counts as missing. Where nothing does, a blank is 0, and goes where 0 goes.
    kind = _numbers(tree["decision_type"]).astype(np.intp)
    threshold = _numbers(tree["threshold"])
    missing, by_set = kind >> 2 & 3, kind & CATEGORICAL == 1
    default_left = kind & DEFAULT_LEFT > 0
    blank_left = np.where(missing == NO_MISSING, threshold >= 0.0, default_left) & ~by_set
    of_set = np.full(inner, -1)
    for node in np.flatnonzero(by_set):
        of_set[node] = len(sets)
        sets.append(_members(tree, int(threshold[node])))
    children = [
        _place(_numbers(tree[side]).astype(np.intp), inner) + start
        for side in ("left_child", "right_child")
    ]
    parts = [
        (_numbers(tree["split_feature"]), nothing - 1),
        (threshold, nothing),
        (children[0], nothing),
        (children[1], nothing),
        (blank_left, nothing),
        (np.zeros(inner), value),
        (of_set, nothing - 1),
        ((missing == ZERO_MISSING) & ~by_set, nothing),
    ]
    return [np.concatenate(part).astype(np.float64) for part in parts]


def _place(child: Places, inner: int) -> Places:
    """Where a child stands behind the questions: leaf k is written as ``~k``, which is -k - 1."""
    return np.where(child < 0, inner + ~child, child)


def _members(tree: Mapping[str, str], at: int) -> frozenset[int]:
    """A set of categories: the bits of some words of 32."""
    bounds = [int(number) for number in tree["cat_boundaries"].split()]
    words = [int(number) for number in tree["cat_threshold"].split()]
    words = words[bounds[at] : bounds[at + 1]]
    return frozenset(
        32 * at + bit for at, word in enumerate(words) for bit in range(32) if word >> bit & 1
    )


def _numbers(text: str) -> Floats:
    return np.array(text.split(), dtype=np.float64)
