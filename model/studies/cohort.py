"""The patients a model is trained on, and proof of which table they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import DataNotDeclared, DataNotPinned
from model.schema import Feature, Interval, Schema
from model.studies import Study
from model.studies.source import InMemory
from model.studies.table import read_table
from model.studies.written_numbers import number_of

FAULTS_SHOWN = 5
UNKNOWN = -1.0


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

    frame : the schema's features as floats, NaN for "not measured"; the outcome as 0 and 1;
        the site, if the source has one. Every value is one the study declares.
    left_out : how many patients of the table are not in it, as their outcome is not known.
    """

    study: Study
    frame: pd.DataFrame
    sha256: str
    pinned: bool
    left_out: int = 0

    def site(self, name: str) -> Cohort:
        """The patients of one site."""
        source, chosen = self.study.source, self.frame
        if source.site_column:
            chosen = chosen[chosen[source.site_column] == name]
        rows = chosen[list(self.study.schema.names)].reset_index(drop=True)
        diseased = chosen[source.outcome_column] == 1
        return Cohort(rows, np.asarray(diseased, dtype=np.int64))

    @property
    def training(self) -> Cohort:
        """The patients of the training site: the only ones a model is fitted to."""
        return self.site(self.study.source.training_site)


def read(
    study: Study, path: Path | InMemory | None = None, *, allow_unpinned: bool = False
) -> Table:
    """Read the study's table, or the one at `path`, which is laid out like it.

    Raises
    ------
    DataNotPinned
        If its hash is not the pinned one, unless `allow_unpinned`; or it is no such table.
    TableRefused
        If it cannot be read as a table.
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
    source = study.source
    parsed = read_table(
        data, table.name, source.columns, sheet=source.sheet, outcome=source.outcome_column
    )
    frame, left_out = _declared(study, parsed.frame, table.name)
    return Table(study, frame, sha256, pinned, left_out)


def _declared(study: Study, frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, int]:
    """What the study declares of a table, each value as it declares it; and how many patients
    were left out, as their outcome is not known.
    """
    source, features = study.source, study.schema.features
    wanted = [*([source.site_column] if source.site_column else []), *study.schema.names]
    wanted.append(source.outcome_column)
    lacking = [column for column in wanted if column not in frame.columns]
    if lacking:
        raise DataNotPinned(f"{name} has no column {', '.join(lacking)}.")
    given = frame[wanted].copy()
    for feature in features:
        given[feature.name] = measured(frame[feature.name], source.missing)
    numbers = given.copy()
    for feature in features:
        numbers[feature.name] = _numbers(feature, given[feature.name])
    for column in study.zero_means_missing:
        numbers[column] = numbers[column].where(numbers[column] != 0)
    numbers[source.outcome_column] = _outcome(study, frame[source.outcome_column])
    faults = list(_faults(study, given, numbers))
    if faults:
        hidden = len(faults) - FAULTS_SHOWN
        tail = [f"... and {hidden:,} more."] if hidden > 0 else []
        title = f"{name} holds what the study does not declare; correct the one or the other:"
        raise DataNotDeclared("\n  ".join([title, *faults[:FAULTS_SHOWN], *tail]))
    known = numbers[source.outcome_column] != UNKNOWN
    return numbers[known], int((~known).sum())


def measured(values: pd.Series[Any], missing: Iterable[float | str]) -> pd.Series[Any]:
    """A column in which what means "not measured" is blank, and a text has no space around it."""
    words = {str(word).casefold() for word in missing}
    if pd.api.types.is_bool_dtype(values):
        values = values.astype("object").map(str, na_action="ignore")
    if pd.api.types.is_numeric_dtype(values):
        numbers = [number for word in words if (number := number_of(word)) is not None]
        return values.where(~values.isin(numbers)) if numbers else values
    texts = values.astype("object").map(lambda cell: str(cell).strip(), na_action="ignore")
    return texts.where(~texts.map(lambda cell: str(cell).casefold() in {*words, ""}), np.nan)


def _numbers(feature: Feature, values: pd.Series[Any]) -> pd.Series[float]:
    """A column as floats; a word counts as the code it stands for."""
    if feature.is_coded and not pd.api.types.is_numeric_dtype(values):
        codes = {
            word.casefold(): code.value
            for code in feature.codes
            for word in (f"{code.value:g}", code.label, *code.aliases, code.written)
        }
        known = values.map(lambda cell: codes.get(str(cell).casefold()), na_action="ignore")
        values = known.where(known.notna(), values)
    return pd.to_numeric(values, errors="coerce").astype(np.float64)


def _outcome(study: Study, values: pd.Series[Any]) -> pd.Series[float]:
    """1 present, 0 absent, `UNKNOWN`, and NaN of what the study does not declare."""
    declared = study.outcome_values
    texts = values.map(_as_text)
    found = pd.Series(np.nan, index=values.index)
    for code, listed in (
        (UNKNOWN, declared.unknown),
        (0.0, declared.absent),
        (1.0, declared.present),
    ):
        found[texts.isin([_as_text(value) for value in listed])] = code
    return found


def _as_text(value: object) -> str:
    """A cell as one text, whether a table's reader took it for a number or not: 1.0 is 1."""
    if isinstance(value, str):
        return _as_number(value.strip())
    if isinstance(value, bool | np.bool_):
        return str(value)
    return "" if pd.isna(value) else f"{value:.15g}"  # type: ignore[call-overload]


def _as_number(text: str) -> str:
    """A text that is a number in the one way of writing it; another as it is."""
    number = number_of(text)
    return text if number is None else f"{number:.15g}"


def _faults(study: Study, given: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[str]:
    """Row, column and what is wrong there; never the value."""
    outcome = study.source.outcome_column
    for row in np.flatnonzero(numbers[outcome].isna()):
        yield f"row {row + 1}, column {outcome}: is no value the study lists for the outcome."
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
