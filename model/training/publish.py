"""Writes a trained bundle to MLflow: a run, a logged model, a registered version.

The status turns complete last of all. Whatever stops a training before that, no reader
lists what it left.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.data.pandas_dataset import from_pandas
from mlflow.environment_variables import MLFLOW_RUN_ID
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from model.errors import TrackingError
from model.evaluation.measured import FULL_REPEATS, Measured
from model.registry import conventions
from model.registry.connection import Gateway
from model.registry.versions import Promotion
from model.schema import Schema
from model.scoring import bundle
from model.scoring.bundle import Manifest
from model.studies.cohort import Cohort, Table
from model.training import provenance, pyfunc_package
from model.training.guarded import guarded


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
    run_id = _begin(study, tags)
    try:
        yield run_id
    except BaseException:
        with suppress(TrackingError), Gateway(mlflow.get_tracking_uri()).translating():
            mlflow.end_run("FAILED")
        raise
    _end()


@guarded(is_finished=False)
def _begin(study: str, tags: Mapping[str, str]) -> str:
    if not MLFLOW_RUN_ID.get():
        mlflow.set_experiment(study)
    active = mlflow.active_run() or mlflow.start_run()
    mlflow.set_tags({conventions.STATUS: conventions.STARTED, **tags})
    return str(active.info.run_id)


@guarded(is_finished=True)
def _end() -> None:
    mlflow.end_run()


@guarded(is_finished=True)
def log_parameters(settings: Mapping[str, object]) -> None:
    """What was asked for, or came of it."""
    mlflow.log_params({name: str(value) for name, value in settings.items()})


@guarded(is_finished=False)
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


@guarded(is_finished=True)
def log_metrics(metrics: Mapping[str, Measured], model_id: str) -> None:
    """Each metric and the ends of its interval, on the run and on the model."""
    values: dict[str, float] = {}
    for name, estimate in metrics.items():
        values |= {name: estimate.value, f"{name}_low": estimate.low}
        values[f"{name}_high"] = estimate.high
    mlflow.log_metrics(values, model_id=model_id)


@guarded(is_finished=True)
def log_texts(texts: Mapping[str, str]) -> None:
    """Readable files of the run, by name."""
    for name, text in texts.items():
        mlflow.log_text(text, name)


@guarded(is_finished=True)
def log_bundle(
    manifest: Manifest,
    files: Mapping[str, bytes],
    schema: Schema,
    example: pd.DataFrame | None,
    tags: dict[str, str],
) -> str:
    """Log a bundle of these files as a pyfunc, with the code it is scored by; returns the model's
    id. Its digest is kept in `tags`.
    """
    with tempfile.TemporaryDirectory() as stage:
        code = pyfunc_package.copy_code(Path(stage))
        folder = Path(stage) / "bundle"
        tags[conventions.DIGEST] = bundle.write(folder, manifest, files)
        info = mlflow.pyfunc.log_model(
            name="model",
            loader_module=pyfunc_package.LOADER,
            data_path=str(folder),
            code_paths=[str(code)],
            signature=pyfunc_package.signature(schema),
            input_example=example,
            pip_requirements=provenance.requirements(manifest.libraries),
            tags=tags,
        )
    return str(info.model_id)


@guarded(is_finished=True)
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


@guarded(is_finished=False)
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


@guarded(is_finished=True)
def complete(name: str, published: Published) -> None:
    """Turn the status of version and run complete: from here on the version is offered."""
    client = MlflowClient()
    number = str(published.version)
    client.set_model_version_tag(name, number, conventions.STATUS, conventions.COMPLETE)
    client.set_tag(published.run_id, conventions.STATUS, conventions.COMPLETE)


@guarded(is_finished=True)
def point(name: str, alias: str | None, version: int, who: str, repeats: int) -> None:
    """Point `alias` at the version; without one, make a study's first version its champion.

    A quick run that becomes champion so has its reason on record, as one that is promoted has.
    """
    client = MlflowClient()
    aliases = client.get_registered_model(name).aliases
    if alias is None and aliases:
        return
    alias = alias or conventions.CHAMPION
    if alias == conventions.CHAMPION and repeats < FULL_REPEATS:
        before = aliases.get(alias)
        asked = "asked for when it was trained" if before else "the study's first version"
        made = Promotion(
            alias,
            datetime.now(UTC).isoformat(timespec="seconds"),
            who,
            f"Quick run ({repeats} of {FULL_REPEATS} repeats), {asked}.",
            int(before) if before else None,
        )
        document = json.dumps([asdict(made)])
        client.set_model_version_tag(name, str(version), conventions.PROMOTIONS, document)
    client.set_registered_model_alias(name, alias, str(version))
