"""The patients a model is trained on, and proof of which table they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import DataNotDeclared, DataNotPinned
from model.schema import Feature, Interval, Schema
from model.studies import Study
from model.studies.source import DataSource

FAULTS_SHOWN = 5


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
    """A study's table of patients from every site, with the hash of its bytes.

    frame : the schema's features as floats, NaN for "not measured"; the outcome as the source
        has it; the site, if the source has one. Every value is one the study declares.
    """

    study: Study
    frame: pd.DataFrame
    sha256: str
    pinned: bool

    def site(self, name: str) -> Cohort:
        """The patients of one site."""
        source, chosen = self.study.source, self.frame
        if source.site_column:
            chosen = chosen[chosen[source.site_column] == name]
        rows = chosen[list(self.study.schema.names)].reset_index(drop=True)
        diseased = chosen[source.outcome_column].isin(self.study.outcome_values.present)
        return Cohort(rows, np.asarray(diseased, dtype=np.int64))

    @property
    def training(self) -> Cohort:
        """The patients of the training site: the only ones a model is fitted to."""
        return self.site(self.study.source.training_site)


def read(study: Study, path: Path | None = None, *, allow_unpinned: bool = False) -> Table:
    """Read the study's table, or the one at `path`, which is laid out like it.

    Raises
    ------
    DataNotPinned
        If its hash is not the pinned one, unless `allow_unpinned`; or it is no such table.
    DataNotDeclared
        If a value is none the study declares: the first faults, one a line.
    """
    table = path or study.source.table
    try:
        data = table.read_bytes()
    except OSError:
        raise DataNotPinned(f"The training table {table.name} cannot be read.") from None
    sha256 = hashlib.sha256(data).hexdigest()
    pinned = sha256 == study.source.sha256
    if not pinned and not allow_unpinned:
        raise DataNotPinned(
            f"{table.name} is not the table this project pins: its sha256 begins {sha256[:12]}, "
            f"expected {study.source.sha256[:12]}. Restore it, or pass --allow-unpinned-data to "
            "train on it all the same; the run and the model card will say so."
        )
    frame = _declared(study, _parsed(study.source, data, table.name), table.name)
    return Table(study, frame, sha256, pinned)


def _parsed(source: DataSource, data: bytes, name: str) -> pd.DataFrame:
    """The table as text and numbers, its columns named."""
    header, passed_over = (None, 1) if source.columns else (0, 0)
    try:
        frame: pd.DataFrame = pd.read_csv(BytesIO(data), header=header, skiprows=passed_over)
    except (ValueError, UnicodeError):  # pandas' own parser errors are ValueErrors
        raise DataNotPinned(f"{name} is not a table that can be read.") from None
    if source.columns:
        if frame.shape[1] != len(source.columns):
            raise DataNotPinned(
                f"{name} has {frame.shape[1]} columns; the study names {len(source.columns)}."
            )
        frame.columns = pd.Index(source.columns)
    return frame


def _declared(study: Study, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """What the study declares of a table, each value as it declares it."""
    source, features = study.source, list(study.schema.names)
    wanted = [*([source.site_column] if source.site_column else []), *features]
    wanted.append(source.outcome_column)
    lacking = [column for column in wanted if column not in frame.columns]
    if lacking:
        raise DataNotPinned(f"{name} has no column {', '.join(lacking)}.")
    numbers = frame[wanted].copy()
    for column in (*features, source.outcome_column):
        numbers[column] = pd.to_numeric(frame[column], errors="coerce").astype(np.float64)
    for column in study.zero_means_missing:
        numbers[column] = numbers[column].where(numbers[column] != 0)
    faults = list(_faults(study, frame, numbers))
    if faults:
        hidden = len(faults) - FAULTS_SHOWN
        tail = [f"... and {hidden:,} more."] if hidden > 0 else []
        title = f"{name} holds what the study does not declare; correct the one or the other:"
        raise DataNotDeclared("\n  ".join([title, *faults[:FAULTS_SHOWN], *tail]))
    return numbers


def _faults(study: Study, given: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[str]:
    """Row, column and what is wrong there; never the value."""
    outcome = study.source.outcome_column
    for row in np.flatnonzero(numbers[outcome].isna()):
        yield f"row {row + 1}, column {outcome}: is no number."
    for feature in study.schema.features:
        values = numbers[feature.name]
        blank = given[feature.name].isna()
        if feature.name in study.zero_means_missing:
            blank = blank | values.isna()
        wrong = ~blank & ~_is_allowed(feature, values)
        for row in np.flatnonzero(wrong | blank if feature.required else wrong):
            what = "is blank, and needed" if blank[row] else f"is not {feature.allowed}"
            yield f"row {row + 1}, column {feature.name}: {what}."


def _is_allowed(feature: Feature, values: pd.Series[float]) -> pd.Series[bool]:
    if feature.plausible is None:
        return values.isin(feature.levels)
    return values.between(feature.plausible.low, feature.plausible.high)


def training_schema(schema: Schema, rows: pd.DataFrame) -> Schema:
    """The schema with the range each number had in these patients."""
    return schema.with_training_ranges(
        {
            feature.name: Interval(float(rows[feature.name].min()), float(rows[feature.name].max()))
            for feature in schema.features
            if not feature.is_coded
        }
    )
