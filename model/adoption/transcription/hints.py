"""Where the effects of a fitted model may change, if it says so: fewer questions are asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.adoption.transcription.columns import Columns
from model.numerics.arrays import Floats


def of_fitted(fitted: Any, columns: Columns) -> dict[int, list[float]]:
    """Of each input, the cuts of an explainable boosting machine's bins; none of other models."""
    bins, names = getattr(fitted, "bins_", None), getattr(fitted, "feature_names_in_", None)
    if bins is None or names is None or len(bins) != len(names):
        return {}
    places = {name: at for at, name in enumerate(columns.names)}
    hints: dict[int, list[float]] = {}
    for name, of_feature in zip(names, bins, strict=True):
        cuts: list[Floats] = [part for part in of_feature if isinstance(part, np.ndarray)]
        if name in places and cuts:
            edges = np.concatenate(cuts)
            # A cut belongs to the bin above it: the one below ends at the number before.
            hints[places[name]] = [*edges, *np.nextafter(edges, -np.inf)]
    return hints
