"""What a fitted pipeline becomes in a bundle: the engine that answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd

from model.estimators.classifiers import LogOddsForest
from model.scoring.terms import Floats
from model.studies import Study
from model.training.export import additive, forest


class Form(Protocol):
    """One kind of estimator, turned into the engine that answers for it."""

    def read_off(self, pipeline: Any, study: Study, background: pd.DataFrame) -> Any:
        """The engine of a fitted pipeline, proven to give the pipeline's own answers.

        background : (n, features) the training patients.
        """
        ...

    def parameters(self, fitted: Any, study: Study) -> Floats:
        """Of a refit on other patients, what the interval is made from."""
        ...

    def with_uncertainty(
        self, form: Any, fitted: Any, study: Study, refits: Sequence[Floats]
    ) -> Any:
        """The engine with its interval, from the `parameters` of the refits."""
        ...


def form_of(pipeline: Any) -> Form:
    """How a pipeline is turned into an engine: by its last step."""
    return forest if isinstance(pipeline[-1], LogOddsForest) else additive
