"""The two classes of an outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets


def two_classes(labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The classes, sorted, and of each label its place among them: 0 or 1.

    Raises
    ------
    ValueError
        If the labels are no classes, or not of two.
    """
    check_classification_targets(labels)
    classes, places = np.unique(labels, return_inverse=True)
    if len(classes) != 2:
        raise ValueError(
            f"Only binary classification is supported; the outcome has {len(classes)} class(es)."
        )
    return classes, places
