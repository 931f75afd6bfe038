"""What a fitted pipeline becomes in a bundle: the engine that answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from model.errors import BedsideError, NotExportable
from model.scoring import estimator_file
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export import additive, forest


class Form(Protocol):
    """One kind of estimator, turned into the engine that answers for it."""

    ACCEPTED: str
    """What a pipeline has to end in, in words."""

    def accepts(self, pipeline: Any) -> bool:
        """Whether a fitted pipeline is of this kind: by its last step, without asking it."""
        ...

    def read_off(self, pipeline: Any, study: Study, background: pd.DataFrame) -> Any:
        """The engine of a fitted pipeline, proven to give the pipeline's own answers.

        background : (n, features) the training patients.

        Raises
        ------
        NotExportable
            If it does not give them.
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


EXPORTERS: tuple[Form, ...] = (forest, additive)
"""Every kind of estimator that can be exported. The first that accepts a pipeline has it."""


def fitted(unfitted: Any, patients: Cohort) -> Any:
    """A clone of the estimator, fitted to the patients.

    Raises
    ------
    NotExportable
        If it is no pipeline, or cannot be fitted.
    """
    if not isinstance(unfitted, Pipeline):
        raise NotExportable(
            f"The estimator is a {type(unfitted).__name__}, not a scikit-learn pipeline. Return "
            "make_pipeline(…), which may have a single step."
        )
    try:
        return clone(unfitted).fit(patients.rows, patients.outcome)
    except Exception as error:  # a message of it might quote a patient
        raise NotExportable(
            f"The estimator cannot be fitted to the patients ({type(error).__name__}). It is given "
            "one float column an input, NaN where a test is missing, and the outcome as 0 and 1."
        ) from error


def form_of(pipeline: Any) -> Form:
    """How a fitted pipeline is turned into an engine, told by its last step: nothing is asked of it
    yet.

    Raises
    ------
    NotExportable
        If it is neither a sum nor trees that can be read.
    """
    for exporter in EXPORTERS:
        if exporter.accepts(pipeline):
            return exporter
    accepted = "; ".join(exporter.ACCEPTED for exporter in EXPORTERS)
    raise NotExportable(
        f"The pipeline ends in {type(pipeline[-1]).__name__}, and no engine can stand for that. A "
        f"pipeline can be exported if it ends in one of these: {accepted}."
    )


def read_off(pipeline: Any, study: Study, background: pd.DataFrame) -> Any:
    """The engine of a fitted pipeline, proven to give its answers; see `Form.read_off`.

    Raises
    ------
    NotExportable
        If the pipeline has another kind, or fails when it is asked about made-up patients.
    """
    form = form_of(pipeline)
    try:
        return form.read_off(pipeline, study, background)
    except BedsideError:
        raise
    except Exception as error:  # somebody's steps: they may fail in any way
        raise NotExportable(
            "The pipeline fails when it is asked about one input at a time "
            f"({type(error).__name__}: {error}). Its steps have to take a frame in which all other "
            "inputs are missing, and give an array of numbers."
        ) from error


def stored(pipeline: Any) -> bytes:
    """The pipeline as a bundle keeps it: before anything slow is done with it.

    Raises
    ------
    NotExportable
        If it holds types that would not be loaded again.
    """
    try:
        return estimator_file.dump(pipeline)
    except ValueError as error:
        raise NotExportable(
            f"The pipeline cannot be stored: {error}. Build it of scikit-learn's steps and of "
            "those in model/estimators."
        ) from error
