"""Shapley values of trees, by `shap.TreeExplainer`. It is only imported when a forest is asked why.

The background is path-dependent (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9, algorithm 2):
what an input not yet known would have been is taken from the training patients each tree counted
below its nodes. So no training row has to be kept for it.
"""

from __future__ import annotations

import numpy as np

from model.numerics.arrays import Floats
from model.numerics.trees import LEAF, Trees


def shapley(trees: Trees, values: Floats) -> tuple[float, Floats]:
    """The mean of the trees explained, exactly, for (n, columns) values: base, and (n, columns)
    contributions.

    Base and a row's contributions add up to the mean of the trees' values for that patient.
    """
    import shap

    explainer = shap.TreeExplainer(
        {
            "trees": [_as_shap(trees, root) for root in trees.roots],
            "input_dtype": np.float64,
            "internal_dtype": np.float64,
        },
        feature_perturbation="tree_path_dependent",
    )
    contributions = explainer.shap_values(values, check_additivity=False)
    return float(explainer.expected_value[0]), np.asarray(contributions, dtype=np.float64)


def _as_shap(trees: Trees, root: int) -> dict[str, object]:
    """One tree as shap takes it, its values divided by the number of trees."""
    nodes = slice(root, trees.end[root])
    is_leaf = trees.is_leaf[nodes]
    left = np.where(is_leaf, LEAF, np.arange(1, len(is_leaf) + 1))
    right = np.where(is_leaf, LEAF, trees.right[nodes] - root)
    return {
        "children_left": left,
        "children_right": right,
        "children_default": np.where(trees.blank_left[nodes], left, right),
        "features": trees.feature[nodes],
        "thresholds": trees.number[nodes],
        "values": np.where(is_leaf, trees.number[nodes], 0.0)[:, None] / len(trees),
        "node_sample_weight": trees.cover[nodes],
    }
