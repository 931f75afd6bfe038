"""The files of an adopted version's bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.adoption import coded, made_up, supplied
from model.adoption.inferring import Inferred
from model.adoption.opened import AskedOriginal
from model.adoption.output import Output
from model.errors import OriginalFailed
from model.schema import Schema
from model.scoring import RiskModel, engines, golden, origin
from model.scoring.adopted_engine import AdoptedEngine
from model.scoring.bundle import Manifest
from model.scoring.certificate import SINGLE_TOLERANCE
from model.scoring.engine import LOG_ODDS, PROBABILITY, Engine
from model.scoring.origin import Origin
from model.scoring.original import Asked, Column, OriginalEngine, Way
from model.scoring.shapley import MOST_ROWS
from model.scoring.supplied import Supplied
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


def of(
    original: AskedOriginal, inferred: Inferred, table: pd.DataFrame | None, commit: str
) -> Contents:
    """Of a model that is proven to be numbers, those; else what finds it again and asks it.

    Raises
    ------
    OriginalFailed
        If it does not answer a golden patient.
    """
    assert inferred.output is not None
    schema = inferred.schema
    taken = coded.columns(schema, original.inputs)
    values = None if table is None else coded.canonical(table, taken)
    background, words = _background(schema, inferred, values)
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
    codes = {column.name: list(column.codes) for column in taken if column.codes}
    rows = pd.DataFrame(
        {column.name: column.own(of) for column, of in zip(taken, background.T, strict=True)}
    )
    made = original.transcribed(codes, table, rows, words)
    if "left" in made:
        left = f"It is asked itself, since it was not proven to be numbers: {made['left']:.600}"
        where = replace(where, notes=(*where.notes, f"{left.rstrip('.')}."))
        asked = _asked(original, inferred.output, taken, background, words)
        engine: Engine = AdoptedEngine(OriginalEngine(asked, original.ask))
        files = {OriginalEngine.FILE: engine.to_json().encode()}
    else:
        where = replace(
            where,
            kind="data",
            rows_compared=int(made["rows_compared"]),
            largest_difference=float(made["largest_difference"]),
        )
        files = {name: text.encode() for name, text in made["files"].items()}
        engine = engines.read(files)
        _require_the_same(RiskModel(schema, engine), original, taken, background)
    return _contents(schema, engine, files, where, values, table, original, commit)


def _require_the_same(
    model: RiskModel,
    original: AskedOriginal,
    taken: tuple[Column, ...],
    values: NDArray[np.float64],
) -> None:
    """The numbers as they came out of the other process, once more beside the original."""
    rows = pd.DataFrame(values, columns=list(model.schema.names))
    own = pd.DataFrame({of.name: of.own(value) for of, value in zip(taken, values.T, strict=True)})
    apart = float(np.abs(model.assess(rows).risk - original.ask(own)).max())
    if not apart <= SINGLE_TOLERANCE:
        raise OriginalFailed(f"What was read off differs from the model by {apart:.2g}.")


def _asked(
    original: AskedOriginal,
    output: Output,
    taken: tuple[Column, ...],
    background: NDArray[np.float64],
    words: str,
) -> Asked:
    inside = original.way.path.relative_to(original.source.folder).as_posix()
    return Asked(
        way=Way(str(original.way.gate), inside, original.way.form, original.way.flavour),
        columns=taken,
        method=output.method,
        columns_of_risk=output.columns,
        answer_scale=output.scale,
        scale=scale_of(original.told["type"], original.told.get("last", "")),
        background=tuple(
            tuple(None if np.isnan(cell) else float(cell) for cell in row) for row in background
        ),
        background_words=words,
    )


def _contents(
    schema: Schema,
    engine: Engine,
    numbers: Mapping[str, bytes],
    where: Origin,
    values: NDArray[np.float64] | None,
    table: pd.DataFrame | None,
    original: AskedOriginal,
    commit: str,
) -> Contents:
    model = RiskModel(schema, engine)
    proof = golden.Golden.of(model, schema, explain=where.kind == "data")
    files = {
        "schema.json": schema.to_json().encode(),
        "golden.json": proof.to_json().encode(),
        origin.FILE: where.to_json().encode(),
        **numbers,
    }
    if values is not None and _is_enough(values):
        rows = pd.DataFrame(values, columns=list(schema.names))
        patients = Cohort(rows, np.zeros(len(rows), dtype=np.int64))  # nobody looks at it
        files["applicability.json"] = applicability.measure(schema, patients).to_json().encode()
    if table is not None and values is not None and original.output is not None:
        measured = supplied.measure(model, values, table, original.told, original.output)
        files |= {} if measured is None else {Supplied.FILE: measured.to_json().encode()}
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
    schema: Schema, inferred: Inferred, values: NDArray[np.float64] | None
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
