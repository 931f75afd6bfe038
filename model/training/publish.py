"""Writes a trained bundle to MLflow: a run, a logged model, a registered version.

The status turns complete last of all. Whatever stops a training before that, no reader
lists what it left.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import mlflow
import pandas as pd
from mlflow.data.pandas_dataset import from_pandas
from mlflow.environment_variables import MLFLOW_RUN_ID
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from model.errors import TrackingError
from model.evaluation.measured import Measured
from model.registry import conventions
from model.registry.connection import Gateway
from model.schema import Schema
from model.studies.cohort import Cohort, Table
from model.training import provenance, pyfunc_package

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Published:
    """What a training left in MLflow."""

    run_id: str
    model_id: str
    version: int


@contextmanager
def run(study: str, tags: Mapping[str, str]) -> Iterator[str]:
    """An MLflow run of the study, marked as started; the one MLflow projects opened, if any.

    The experiment is the study's own, except in a run that is already there.
    """
    with _asking():
        if not MLFLOW_RUN_ID.get():
            mlflow.set_experiment(study)
        active = mlflow.start_run()
        mlflow.set_tags({conventions.STATUS: conventions.STARTED, **tags})
    try:
        yield active.info.run_id
    except BaseException:
        with suppress(TrackingError), _asking():
            mlflow.end_run("FAILED")
        raise
    with _asking():
        mlflow.end_run()


def _asking() -> AbstractContextManager[None]:
    return Gateway(mlflow.get_tracking_uri()).asking()


def _guarded(write: Callable[P, T]) -> Callable[P, T]:
    """What goes wrong at the tracking server leaves as one of our errors."""

    @wraps(write)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        with _asking():
            return write(*args, **kwargs)

    return guarded


@_guarded
def log_parameters(settings: Mapping[str, object]) -> None:
    """What was asked for, or came of it."""
    mlflow.log_params({name: str(value) for name, value in settings.items()})


@_guarded
def log_cohort(table: Table, cohort: Cohort) -> None:
    """The training patients as the run's input: digest, columns and counts, no rows."""
    source = table.study.source
    frame = cohort.rows.assign(**{source.outcome_column: cohort.outcome.astype(float)})
    dataset = from_pandas(
        frame,
        **({"source": source.url} if source.url else {}),  # an empty one is taken for a folder
        name=f"{table.study.name}-{source.training_site}",
        targets=source.outcome_column,
    )
    mlflow.log_input(dataset, context="training")


@_guarded
def log_metrics(metrics: Mapping[str, Measured], model_id: str) -> None:
    """Each metric and the ends of its interval, on the run and on the model."""
    values: dict[str, float] = {}
    for name, estimate in metrics.items():
        values |= {name: estimate.value, f"{name}_low": estimate.low}
        values[f"{name}_high"] = estimate.high
    mlflow.log_metrics(values, model_id=model_id)


@_guarded
def log_texts(texts: Mapping[str, str]) -> None:
    """Readable files of the run, by name."""
    for name, text in texts.items():
        mlflow.log_text(text, name)


@_guarded
def log_bundle(
    bundle: Path,
    schema: Schema,
    example: pd.DataFrame,
    libraries: Mapping[str, str],
    tags: dict[str, str],
) -> str:
    """Log the bundle as a pyfunc with the code it is scored by; returns the model's id.

    libraries : what scoring needs, each with its version.
    """
    with tempfile.TemporaryDirectory() as stage:
        code = pyfunc_package.copy_code(Path(stage))
        info = mlflow.pyfunc.log_model(
            name="model",
            loader_module=pyfunc_package.LOADER,
            data_path=str(bundle),
            code_paths=[str(code)],
            signature=pyfunc_package.signature(schema),
            input_example=example,
            pip_requirements=provenance.requirements(libraries),
            tags=tags,
        )
    return str(info.model_id)


@_guarded
def register(
    name: str, run_id: str, model_id: str, metrics: Mapping[str, Measured], tags: dict[str, str]
) -> int:
    """Make the logged model a version of the registered model, still marked as started."""
    client = MlflowClient()
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    summary = json.dumps({name: asdict(estimate) for name, estimate in metrics.items()})
    version = client.create_model_version(
        name,
        source=f"models:/{model_id}",
        run_id=run_id,
        model_id=model_id,
        tags={**tags, conventions.STATUS: conventions.STARTED, conventions.METRICS: summary},
    )
    return int(version.version)


@dataclass(frozen=True)
class Champion:
    """The version a study's champion alias points at, as it describes itself."""

    version: int
    estimator: str
    data_sha256: str


@_guarded
def champion(name: str) -> Champion | None:
    """The champion there is now; None before the first."""
    client = MlflowClient()
    try:
        number = client.get_registered_model(name).aliases.get(conventions.CHAMPION)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise
    if number is None:
        return None
    tags = client.get_model_version(name, str(number)).tags
    return Champion(
        int(number), tags.get(conventions.ESTIMATOR, ""), tags.get(conventions.DATA_SHA256, "")
    )


@_guarded
def complete(name: str, published: Published) -> None:
    """Turn the status of version and run complete: from here on the version is offered."""
    client = MlflowClient()
    number = str(published.version)
    client.set_model_version_tag(name, number, conventions.STATUS, conventions.COMPLETE)
    client.set_tag(published.run_id, conventions.STATUS, conventions.COMPLETE)


@_guarded
def point(name: str, alias: str | None, version: int) -> None:
    """Point `alias` at the version; without one, make a study's first version its champion."""
    client = MlflowClient()
    if alias is None and client.get_registered_model(name).aliases:
        return
    client.set_registered_model_alias(name, alias or conventions.CHAMPION, str(version))
