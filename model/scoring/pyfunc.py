"""The entry through which MLflow serves a bundle: `mlflow models serve`, `predict`, Spark.

MLflow calls `_load_pyfunc` with the path of the bundle inside the logged model; the code
that runs is the copy logged beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import InputError
from model.intake import check
from model.scoring.loaded_model import LoadedModel

POPULATION = "population"  # the column of an answer that says for whom its risk holds


class Served:
    """A bundle behind MLflow's `predict(rows, params)`."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model

    def predict(
        self, model_input: pd.DataFrame, params: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Risks of the patients, for whom they hold, and why if ``params["explain"]``.

        Raises
        ------
        InputError
            If any row would not pass the checks of the form; nothing is scored then. The
            message names rows and columns, never a value.
        """
        table = check(model_input, self._model.schema)
        if table.stopped:
            raise InputError(" ".join(issue.message for issue in table.stopped[:10]))
        explain = bool((params or {}).get("explain", False))
        answer = self._model.assess(table.rows, explain=explain).to_frame()
        if population := self._model.schema.outcome.population:
            answer[POPULATION] = population
        answer.index = model_input.index
        return answer


def _load_pyfunc(path: str) -> Served:
    return Served(LoadedModel.open(Path(path)))
