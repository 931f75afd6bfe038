"""Writes an adopted version to MLflow: a run, a logged model, a version under its own name."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import mlflow

from model.adoption.contents import Contents
from model.adoption.reference import Source
from model.evaluation.measured import FULL_REPEATS
from model.registry import conventions
from model.training import publish

if TYPE_CHECKING:
    from model.evaluation.measured import Measured

NO_METRICS: Mapping[str, Measured] = {}


def register(made: Contents, source: Source, address: str, alias: str | None) -> tuple[int, str]:
    """The number of the new version, and the id of its logged model.

    Raises
    ------
    TrackingError
        If the store refuses; nothing unfinished is offered then.
    """
    mlflow.set_tracking_uri(address)
    study = made.schema.study
    tags = {
        conventions.STUDY: study,
        conventions.ESTIMATOR: made.manifest.estimator,
        conventions.GIT_COMMIT: made.manifest.git_commit,
        conventions.AUTHOR: _author(),
        conventions.ADOPTED_FROM: made.origin.reference,
        conventions.ADOPTED_SHA256: source.digest,
        conventions.ADOPTED_KIND: made.origin.kind,
    }
    with publish.run(study, tags) as run_id:
        publish.log_parameters({"adopted_from": made.origin.reference, "gate": made.origin.gate})
        model_id = publish.log_bundle(made.manifest, made.files, made.schema, made.example, tags)
        publish.log_texts({"origin.json": json.dumps(json.loads(made.origin.to_json()), indent=1)})
        version = publish.register(study, run_id, model_id, NO_METRICS, tags)
    publish.complete(study, publish.Published(run_id, model_id, version))
    publish.point(study, alias, version, _author(), FULL_REPEATS)
    return version, model_id


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"
