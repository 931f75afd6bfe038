"""Whatever a model's `predict` returns, as a table of named columns of numbers.

Seen in the field: a list, a Series, arrays (n,), (n, 1) and (n, 2), frames with one column, two, or
a label beside a probability, a list of records, a dict of lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

MOST_COLUMNS = 64


class NoTable(Exception):
    """The answer is none of the shapes above; says in what way, without any of its values."""


@dataclass(frozen=True)
class Answers:
    """n answers. names : of the columns. values : (n, columns). texts : columns left out, because
    they hold labels.
    """

    names: tuple[str, ...]
    values: np.ndarray
    texts: tuple[str, ...] = ()


def table(answer: Any, count: int, names: tuple[str, ...] = ()) -> Answers:
    """The answer to `count` rows.

    Parameters
    ----------
    names : of the columns of an array, where they are known: the classes of a classifier.

    Raises
    ------
    NoTable
        If there is not one row of the answer for each row asked about.
    """
    frame = _frame(answer, names)
    if len(frame) != count:
        raise NoTable(f"sent {len(frame):,} answers for {count:,} patients")
    if not 0 < frame.shape[1] <= MOST_COLUMNS:
        raise NoTable(f"sent {frame.shape[1]:,} columns")
    frame.columns = [str(name) for name in frame.columns]
    if not frame.columns.is_unique:
        raise NoTable("sent two columns of one name")
    numbers = [name for name in frame.columns if _is_numeric(frame[name])]
    if not numbers:
        raise NoTable("sends words, not numbers: it names a class")
    values = frame[numbers].to_numpy(dtype=np.float64, na_value=np.nan)
    return Answers(
        tuple(numbers), values, tuple(name for name in frame.columns if name not in numbers)
    )


def _frame(answer: Any, names: tuple[str, ...]) -> pd.DataFrame:
    if isinstance(answer, pd.DataFrame):
        return answer.reset_index(drop=True)
    if isinstance(answer, pd.Series):
        return pd.DataFrame({answer.name if answer.name is not None else "answer": answer.array})
    if isinstance(answer, dict):
        try:
            return pd.DataFrame({str(name): list(column) for name, column in answer.items()})
        except (TypeError, ValueError):
            raise NoTable("sends a record of which the parts do not have one length") from None
    if isinstance(answer, list | tuple) and answer and isinstance(answer[0], dict):
        return pd.DataFrame.from_records(list(answer))
    try:
        array = np.asarray(answer)
    except ValueError:
        raise NoTable("sends lists of different lengths") from None
    if array.ndim == 1:
        return pd.DataFrame({"answer": array})
    if array.ndim == 2:
        fits = len(names) == array.shape[1]
        named = names if fits else [f"column {at}" for at in range(array.shape[1])]
        named = ["answer"] if array.shape[1] == 1 and not fits else named
        return pd.DataFrame(array, columns=list(named))
    raise NoTable(f"sends something of {array.ndim} dimensions")


def _is_numeric(column: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(column.dtype):
        return False
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    return column.dtype == object and all(
        isinstance(cell, int | float | np.number) and not isinstance(cell, bool) for cell in column
    )
