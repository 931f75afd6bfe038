"""Whether a patient is like those the model learned from.

Values outside the training range are told by the checks. Here are combinations: the squared
Mahalanobis distance of what was measured from the training mean. A patient is unusual when it
is larger than in 99 of 100 training patients.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model import limits
from model.numerics.arrays import Floats
from model.schema import Schema
from model.scoring.fingerprints import Fingerprints

APPLICABILITY_VERSION = 1
FILE = "applicability.json"
BLOCK_ROWS = 16_384  # near enough to the processor, and few steps for threads to wait in


@dataclass(frozen=True)
class Axis:
    """One coordinate: a number, or whether a coded feature has one level."""

    feature: str
    level: float | None = None


@dataclass(frozen=True)
class Applicability:
    """Mean and covariance of the training patients: aggregates, no patient.

    axes : the coordinates. mean : (k,). covariance : (k, k).
    limits : (k + 1,) the squared distance beyond which a patient is unusual, by how many
        coordinates were measured.
    fingerprints : by which its patients are recognised in a file; None if they leave none.
    """

    features: tuple[str, ...]
    axes: tuple[Axis, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    limits: tuple[float, ...]
    fingerprints: Fingerprints | None = None

    def unusual(self, values: Floats) -> NDArray[np.bool_]:
        """(n,) whether what was measured in each patient is an unusual combination.

        Parameters
        ----------
        values : (n, features) canonical units and codes, NaN for "not measured".
        """
        distance, measured = self.distance(values)
        return distance > np.asarray(self.limits)[measured]

    def distance(self, values: Floats) -> tuple[Floats, NDArray[np.intp]]:
        """(n,) squared Mahalanobis distances from the training mean, and over how many coordinates
        each was taken; `values` as for `unusual`.
        """
        distance = np.zeros(len(values))
        measured = np.zeros(len(values), dtype=np.intp)
        for start in range(0, len(values), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            distance[rows], measured[rows] = self._distance(values[rows])
        return distance, measured

    def _distance(self, values: Floats) -> tuple[Floats, NDArray[np.intp]]:
        """Of at most `BLOCK_ROWS` patients."""
        points = coordinates(values, self.features, self.axes).T
        if not np.isnan(values).any():
            every = np.ones(len(points), dtype=bool)
            return self._squared(points, every), np.full(len(values), len(points))
        known = ~np.isnan(points)
        distance = np.zeros(points.shape[1])
        # One number a pattern: 2 ** 52 patterns are told apart exactly.
        patterns, which = np.unique(2.0 ** np.arange(len(points)) @ known, return_inverse=True)
        for at in range(len(patterns)):
            rows = np.flatnonzero(which == at)
            pattern = known[:, rows[0]]
            distance[rows] = self._squared(points[np.ix_(pattern, rows)], pattern)
        return distance, known.sum(axis=0)

    def _squared(self, points: Floats, pattern: NDArray[np.bool_]) -> Floats:
        """(n,) squared distances of (k, n) points, of which the pattern's k were measured."""
        if not pattern.any():
            return np.zeros(points.shape[1])
        whitened = self._whitening(pattern.tobytes()) @ (points - self._mean[pattern, None])
        squared: Floats = np.einsum("pn,pn->n", whitened, whitened)
        return squared

    def _whitening(self, pattern: bytes) -> Floats:
        """The matrix that makes the coordinates of a pattern uncorrelated, of variance 1."""
        # With C = LL', the distance x'C⁻¹x is the squared length of L⁻¹x. There are as many
        # matrices as patterns of tests in a file: few, and each is kept.
        if pattern not in self._whitenings:
            known = np.frombuffer(pattern, dtype=bool)
            root = np.linalg.cholesky(self._covariance[np.ix_(known, known)])
            self._whitenings[pattern] = np.linalg.inv(root)
        return self._whitenings[pattern]

    @cached_property
    def _whitenings(self) -> dict[bytes, Floats]:
        return {}

    @cached_property
    def _mean(self) -> Floats:
        return np.asarray(self.mean)

    @cached_property
    def _covariance(self) -> Floats:
        return np.asarray(self.covariance)

    def to_json(self) -> str:
        """Numbers only; `from_json` is its inverse."""
        document = {"applicability_version": APPLICABILITY_VERSION, **asdict(self)}
        return json.dumps(document, separators=(",", ":"), allow_nan=False)

    @classmethod
    def among(cls, files: Mapping[str, bytes], schema: Schema) -> Self | None:
        """That of a bundle's files; None where an adopted version has none.

        Raises
        ------
        ValueError
            If it is of other inputs than the schema.
        """
        if FILE not in files:
            return None
        read = cls.from_json(files[FILE])
        if read.features != schema.names:
            raise ValueError("the schema and the applicability document name different inputs")
        return read

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the aggregates.

        Raises
        ------
        ValueError
            If the document is of another version, incomplete, or its parts do not fit.
        """
        document = json.loads(text)
        try:
            if document.pop("applicability_version") != APPLICABILITY_VERSION:
                raise ValueError("another version of the applicability document")
            limits.require_at_most(
                limits.AXES,
                max(len(document["features"]), len(document["axes"])),
                "inputs or axes in applicability.json",
                "train again with fewer inputs or codes",
            )
            read = cls(
                features=tuple(document["features"]),
                axes=tuple(Axis(**axis) for axis in document["axes"]),
                mean=tuple(document["mean"]),
                covariance=tuple(tuple(row) for row in document["covariance"]),
                limits=tuple(document["limits"]),
                fingerprints=Fingerprints.from_document(document.get("fingerprints")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the applicability document is incomplete: {error}") from error
        count = len(read.axes)
        fits = read._mean.shape == (count,) and read._covariance.shape == (count, count)
        if not fits or len(read.limits) != count + 1:
            raise ValueError("the parts of the applicability document do not fit")
        if not (np.isfinite(read._mean).all() and np.isfinite(read._covariance).all()):
            raise ValueError("a number that is not finite")
        try:
            np.linalg.cholesky(read._covariance)
        except np.linalg.LinAlgError:
            raise ValueError("no covariance: it is not positive definite") from None
        return read


def coordinates(values: Floats, features: Sequence[str], axes: Sequence[Axis]) -> Floats:
    """(n, axes) array: numbers as they are, levels as 0 or 1, NaN where not measured."""
    points = np.empty((len(axes), len(values)))
    columns = dict(zip(features, np.ascontiguousarray(values.T), strict=True))
    for row, axis in zip(points, axes, strict=True):
        value = columns[axis.feature]
        if axis.level is None:
            row[:] = value
        else:
            np.equal(value, axis.level, out=row)
            if np.isnan(value.sum()):  # whether any is blank: a sum is faster than looking for it
                row[np.isnan(value)] = np.nan
    return points.T
