"""What a fitted pipeline becomes in a bundle: the engine that answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd

from model.estimators.classifiers import LogOddsForest
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export import additive, forest


class Form(Protocol):
    """One kind of estimator, turned into the engine that answers for it."""

    def read_off(self, pipeline: Any, study: Study, background: pd.DataFrame) -> Any:
        """The engine of a fitted pipeline, proven to give the pipeline's own answers.

        background : (n, features) the training patients.
        """
        ...

    def kept_of(self, refit: Any) -> Any:
        """Of a refit on other patients, what the interval is made from."""
        ...

    def free_parameters(self, form: Any) -> int | None:
        """How many parameters the procedure fits, without the intercept; None if it has none that
        can be counted.
        """
        ...

    def with_uncertainty(
        self,
        form: Any,
        fitted: Any,
        study: Study,
        patients: Cohort,
        refits: Sequence[Any],
        widened: float | None,
    ) -> Any:
        """The engine with its interval.

        patients : that `fitted` was fitted to. refits : what is kept of each. widened : what
        simulated studies multiply its standard errors by; None if they do not judge it.
        """
        ...


def form_of(pipeline: Any) -> Form:
    """How a pipeline is turned into an engine: by its last step."""
    return forest if isinstance(pipeline[-1], LogOddsForest) else additive
