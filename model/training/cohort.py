"""The patients a model is trained on, and proof of which table they come from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import DataNotPinned
from model.schema import Interval, Schema
from model.studies import Study


@dataclass(frozen=True)
class Cohort:
    """n patients with their outcome.

    rows : (n, features) float frame, NaN for "not measured".
    outcome : (n,) array of 0 and 1.
    """

    rows: pd.DataFrame
    outcome: NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """A study's table of patients from every site, with the hash of its bytes."""

    study: Study
    frame: pd.DataFrame
    sha256: str
    pinned: bool

    def site(self, name: str) -> Cohort:
        """The patients of one site."""
        source = self.study.source
        chosen = self.frame[self.frame[source.site_column] == name]
        rows = chosen[list(self.study.schema.names)].astype(np.float64).reset_index(drop=True)
        for column in self.study.zero_means_missing:
            rows[column] = rows[column].where(rows[column] != 0)
        diseased = chosen[source.outcome_column] > self.study.diseased_above
        return Cohort(rows, np.asarray(diseased, dtype=np.int64))

    @property
    def training(self) -> Cohort:
        """The patients of the training site: the only ones a model is fitted to."""
        return self.site(self.study.source.training_site)


def read(study: Study, path: Path | None = None, *, allow_unpinned: bool = False) -> Table:
    """Read the study's table, or the one at `path`.

    Raises
    ------
    DataNotPinned
        If its hash is not the pinned one, unless `allow_unpinned`.
    """
    path = path or study.source.table
    try:
        data = path.read_bytes()
    except OSError:
        raise DataNotPinned(f"The training table {path.name} cannot be read.") from None
    sha256 = hashlib.sha256(data).hexdigest()
    pinned = sha256 == study.source.sha256
    if not pinned and not allow_unpinned:
        raise DataNotPinned(
            f"{path.name} is not the table this project pins: its sha256 begins {sha256[:12]}, "
            f"expected {study.source.sha256[:12]}. Restore it, or pass --allow-unpinned-data to "
            "train on it all the same; the run and the model card will say so."
        )
    try:
        frame = pd.read_csv(BytesIO(data))
    except (ValueError, UnicodeError):  # pandas' own parser errors are ValueErrors
        raise DataNotPinned(f"{path.name} is not a table that can be read.") from None
    wanted = [study.source.site_column, *study.schema.names, study.source.outcome_column]
    lacking = [name for name in wanted if name not in frame.columns]
    if lacking:
        raise DataNotPinned(f"{path.name} has no column {', '.join(lacking)}.")
    return Table(study, frame, sha256, pinned)


def training_schema(schema: Schema, rows: pd.DataFrame) -> Schema:
    """The schema with the range each number had in these patients."""
    return schema.with_training_ranges(
        {
            feature.name: Interval(float(rows[feature.name].min()), float(rows[feature.name].max()))
            for feature in schema.features
            if not feature.is_coded
        }
    )
