"""An opened model: what may be asked of it, and how a frame is handed to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.opening import answers
from model.adoption.opening.answers import Answers

Method = Callable[[pd.DataFrame], Any]


@dataclass
class Opened:
    """A model in the process that opened it.

    fitted : the object itself. methods : what can be asked, by name. classes : of the columns of
        ``predict_proba``, as the model names them. regressor : whether it says of itself that it
        predicts a quantity. objective : of a booster, its own word for what it learned.
    """

    fitted: Any
    methods: Mapping[str, Method]
    classes: tuple[Any, ...] = ()
    regressor: bool = False
    objective: str = ""
    columns: tuple[Mapping[str, Any], ...] = field(default=())

    def ask(self, method: str, frame: pd.DataFrame) -> Answers:
        """The table of answers of one method; raises whatever the model raises, or `NoTable`."""
        prepared = prepare(frame, self.columns)
        named = tuple(str(label) for label in self.classes) if method == "predict_proba" else ()
        return answers.table(self.methods[method](prepared), len(frame), named)


def prepare(frame: pd.DataFrame, columns: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The frame with every column of the type the model takes it as.

    columns : for each input its ``name``, ``kind``, ``words`` and ``dtype``; see `Input`.
    """
    made = {}
    for column in columns:
        values = frame[column["name"]]
        dtype = column.get("dtype", "")
        if dtype == "category":
            values = pd.Categorical(values, categories=list(column["words"]))
        elif dtype.startswith(("int", "uint", "bool")) and not values.isna().any():
            values = values.astype(dtype)
        elif dtype == "float32":
            values = values.astype("float32")
        elif values.dtype == object or column["kind"] == "boolean":
            values = values.astype(object).where(values.notna(), np.nan)
        made[column["name"]] = values
    return pd.DataFrame(made, index=frame.index)
