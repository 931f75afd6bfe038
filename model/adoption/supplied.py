"""How an adopted model does on the table that was handed in, where that has the outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.facts import OUTCOMES
from model.adoption.output import Output
from model.errors import InputError
from model.evaluation.external_validation import validate
from model.numerics.arrays import Floats
from model.scoring import RiskModel
from model.scoring.supplied import Supplied

MOST_PATIENTS = 20_000
"""Of larger tables so many are drawn: intervals do not get narrower than anybody cares for."""
TWO_CLASSES = ("0", "1")
"""Of an answer that comes without names of classes."""


def measure(
    model: RiskModel, values: Floats, table: pd.DataFrame, told: Mapping[str, Any], output: Output
) -> Supplied | None:
    """Metrics with 95 % intervals, of the patients who have every required value and an outcome.

    Parameters
    ----------
    values : (n, inputs) of the n rows of `table`, canonical. told : what the process that opened
        the model says of it.

    Returns
    -------
    None where no column is the outcome, several could be, or too few had it or had it not.
    """
    named = output.method == "predict_proba"
    classes = tuple(map(str, told["classes"])) if named else TWO_CLASSES
    column = outcome_column(table, model.schema.names, classes)
    if column is None:
        return None
    happened = _happened(table[column], output.columns if named else TWO_CLASSES[1:])
    required = [model.schema.names.index(name) for name in model.schema.required]
    whole = ~np.isnan(happened) & ~np.isnan(values[:, required]).any(axis=1)
    chosen = np.flatnonzero(whole)
    if len(chosen) > MOST_PATIENTS:
        chosen = np.sort(np.random.default_rng(0).choice(chosen, MOST_PATIENTS, replace=False))
    if not len(chosen):
        return None
    rows = pd.DataFrame(values[chosen], columns=list(model.schema.names))
    try:
        found = validate(happened[chosen], model.assess(rows).risk)
    except InputError:
        return None
    return Supplied(found.patients, found.events, found.metrics, column)


def outcome_column(
    table: pd.DataFrame, inputs: Collection[str], classes: Collection[str]
) -> str | None:
    """The one column beside the inputs that holds the model's classes; of several, the one that is
    named like an outcome.
    """
    fitting = [
        str(name)
        for name in table.columns
        if name not in inputs and len(words := _words(table[name])) >= 2 and words <= {*classes}
    ]
    likely = [name for name in fitting if OUTCOMES.fullmatch(name)] if len(fitting) > 1 else fitting
    return likely[0] if len(likely) == 1 else None


def _words(column: pd.Series) -> set[str]:
    return {_word(cell) for cell in column.dropna().unique()}


def _happened(column: pd.Series, present: Collection[str]) -> Floats:
    """(n,) 1 or 0, NaN where the cell is blank."""
    blank = column.isna().to_numpy()
    had = np.array([_word(cell) in present for cell in column], dtype=np.float64)
    return np.where(blank, np.nan, had)


def _word(cell: object) -> str:
    """A class as the model names it: 1.0 of a column with blanks is 1."""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return f"{cell:g}"
    return str(cell).strip()
