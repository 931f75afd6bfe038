"""The average patient of a training, who stands for nobody: from means and shares alone."""

from __future__ import annotations

import pandas as pd

from model.schema import Schema
from model.scoring.applicability import Applicability


def average_patient(schema: Schema, likeness: Applicability) -> pd.Series:
    """One value a feature, in canonical units and codes.

    A number is at its mean over the training patients in whom everything was measured, rounded as
    it is shown; a coded input is at its commonest level. What was measured in nobody is NaN.
    """
    means: dict[str, float] = {}
    shares: dict[str, dict[float, float]] = {}
    for axis, mean in zip(likeness.axes, likeness.mean, strict=True):
        if axis.level is None:
            means[axis.feature] = mean
        else:
            shares.setdefault(axis.feature, {})[axis.level] = mean
    values = {}
    for feature in schema.features:
        if feature.name in means:
            values[feature.name] = round(means[feature.name], feature.decimals)
        elif feature.name in shares:
            # The lowest level has no coordinate: its share is what the others leave.
            first, *_ = sorted(feature.levels)
            told = shares[feature.name]
            every = {first: 1 - sum(told.values()), **told}
            values[feature.name] = max(every, key=lambda level: every[level])
    return pd.Series(values, dtype=float).reindex(list(schema.names))
