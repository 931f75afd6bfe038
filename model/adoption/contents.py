"""The files of an adopted version's bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption import coded, made_up
from model.adoption.inferring import Inferred
from model.adoption.opened import AskedOriginal
from model.schema import Schema
from model.scoring import RiskModel, golden, origin
from model.scoring.adopted_engine import AdoptedEngine
from model.scoring.bundle import Manifest
from model.scoring.engine import LOG_ODDS, PROBABILITY
from model.scoring.origin import Origin
from model.scoring.original import Asked, OriginalEngine, Way
from model.scoring.shapley import MOST_ROWS
from model.studies.cohort import Cohort
from model.training import applicability, provenance

FEWEST_BACKGROUND, MOST_BACKGROUND = 24, 64
LARGEST_EXACT = 11  # inputs of which every set is asked about
SUMMED = ("LogisticRegression", "LogisticRegressionCV", "Logit", "GLM", "SGDClassifier")
BOOSTED = ("XGB", "LGBM", "Booster", "GradientBoosting", "CatBoost", "ExplainableBoosting")


@dataclass(frozen=True)
class Contents:
    """What becomes a bundle."""

    schema: Schema
    manifest: Manifest
    files: Mapping[str, bytes]
    example: pd.DataFrame | None
    origin: Origin


def of_worker(
    original: AskedOriginal, inferred: Inferred, table: pd.DataFrame | None, commit: str
) -> Contents:
    """Of a model that is asked: what finds it again, its schema, and golden answers.

    Raises
    ------
    OriginalFailed
        If it does not answer a golden patient.
    """
    assert inferred.output is not None
    schema = inferred.schema
    taken = coded.columns(schema, original.inputs)
    values = None if table is None else coded.canonical(table, taken)
    background, words = _background(schema, inferred, taken, values)
    inside = original.way.path.relative_to(original.source.folder).as_posix()
    asked = Asked(
        way=Way(str(original.way.gate), inside, original.way.form, original.way.flavour),
        columns=taken,
        method=inferred.output.method,
        columns_of_risk=inferred.output.columns,
        answer_scale=inferred.output.scale,
        scale=scale_of(original.told["type"], original.told.get("last", "")),
        background=tuple(
            tuple(None if np.isnan(cell) else float(cell) for cell in row) for row in background
        ),
        background_words=words,
    )
    engine = AdoptedEngine(OriginalEngine(asked, original.ask))
    where = Origin(
        kind="worker",
        reference=original.reference,
        files=dict(original.files),
        gate=str(original.way.gate),
        isolation=original.isolation,
        environment=dict(original.environment),
        background=words,
        notes=inferred.notes,
    )
    return _contents(schema, engine, OriginalEngine.FILE, where, values, original, commit)


def _contents(
    schema: Schema,
    engine: AdoptedEngine,
    file: str,
    where: Origin,
    values: NDArray[np.float64] | None,
    original: AskedOriginal,
    commit: str,
) -> Contents:
    model = RiskModel(schema, engine)
    proof = golden.Golden.of(model, schema, explain=where.kind == "data")
    files = {
        "schema.json": schema.to_json().encode(),
        "golden.json": proof.to_json().encode(),
        origin.FILE: where.to_json().encode(),
        file: engine.to_json().encode(),
    }
    if values is not None and _is_enough(values):
        rows = pd.DataFrame(values, columns=list(schema.names))
        patients = Cohort(rows, np.zeros(len(rows), dtype=np.int64))  # nobody looks at it
        files["applicability.json"] = applicability.measure(schema, patients).to_json().encode()
    manifest = Manifest(
        study=schema.study,
        estimator=str(original.told["type"]).rpartition(".")[2],
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        git_commit=commit,
        data_sha256="",
        libraries=provenance.library_versions(engine.LIBRARIES),
    )
    # MLflow asks the logged model about its example; one that is asked elsewhere cannot answer.
    example = proof.rows.head(1) if where.kind == "data" else None
    return Contents(schema, manifest, files, example, where)


def _is_enough(values: NDArray[np.float64]) -> bool:
    """Whether so many complete patients are there that their covariance means something."""
    return bool((~np.isnan(values).any(axis=1)).sum() >= 10 * values.shape[1])


def _background(
    schema: Schema, inferred: Inferred, taken: object, values: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], str]:
    """Rows that contributions are measured against, and in words what they are."""
    inputs = len(schema.names)
    count = MOST_BACKGROUND
    if inputs <= LARGEST_EXACT:
        count = max(FEWEST_BACKGROUND, min(MOST_BACKGROUND, MOST_ROWS // 2**inputs))
    if values is not None:
        made = made_up.background(schema, values, count)
        return made, (
            f"{count} made-up patients with the means, covariances and shares of the "
            f"{len(values):,} in the table supplied"
        )
    rows = made_up.rows(inferred.facts, count)
    columns = coded.columns(schema, [fact.input for fact in inferred.facts])
    return coded.canonical(rows, columns), (
        f"{count} made-up patients, every value drawn by itself from what the model is known to "
        "cover, since no table of patients was supplied"
    )


def scale_of(kind: str, last: str) -> str:
    """On what a model adds up by itself: sums and boosters in log-odds, others in probability."""
    names = (kind.rpartition(".")[2], last.rpartition(".")[2])
    if any(name in SUMMED or name.startswith(BOOSTED) for name in names):
        return LOG_ODDS
    return PROBABILITY
