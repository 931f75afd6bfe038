"""Measures what the training patients have in common, so that others can be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import chi2

from model.schema import Schema
from model.scoring.applicability import Applicability, Axis, coordinates
from model.scoring.fingerprints import Fingerprints
from model.studies.cohort import Cohort

USUAL = 0.99
"""Of the training patients, the share that is no unusual combination."""
RIDGE = 1e-6
"""Of each variance, added to it: levels that rule each other out must not stop the inverse."""


def measure(schema: Schema, cohort: Cohort) -> Applicability:
    """Mean, covariance and limits of the patients in whom everything was measured.

    For all coordinates the limit is the 99th percentile of these patients' own squared
    distances; for fewer it is that of a chi-square with as many degrees of freedom, scaled
    alike.
    """
    axes = tuple(
        axis
        for feature in schema.features
        for axis in (
            [Axis(feature.name, level) for level in sorted(feature.levels)[1:]]
            if feature.is_coded
            else [Axis(feature.name)]
        )
    )
    values = cohort.rows[list(schema.names)].to_numpy(dtype=np.float64)
    points = coordinates(values, schema.names, axes)
    whole = points[~np.isnan(points).any(axis=1)]
    # A percentile needs many patients, and few have the same tests missing: so the limit for k
    # coordinates is the chi-square's, scaled by how far all of them are from theirs.
    covariance = np.atleast_2d(np.cov(whole, rowvar=False))  # a number, of one input
    covariance[np.diag_indices_from(covariance)] *= 1 + RIDGE
    unlimited = Applicability(
        features=schema.names,
        axes=axes,
        mean=tuple(whole.mean(axis=0).tolist()),
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        limits=(0.0,) * (len(axes) + 1),
    )
    distance, measured = unlimited.distance(values)
    complete = measured == len(axes)
    scale = np.quantile(distance[complete], USUAL) / chi2.ppf(USUAL, len(axes))
    limits = [0.0, *(float(scale * chi2.ppf(USUAL, k)) for k in range(1, len(axes) + 1))]
    return replace(
        unlimited,
        limits=tuple(limits),
        fingerprints=Fingerprints.of(values, schema),
    )
