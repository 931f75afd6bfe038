"""What goes with a bundle so that MLflow can serve it anywhere: signature and code."""

from __future__ import annotations

import shutil
from pathlib import Path

from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema
from mlflow.types import ParamSpec as Parameter
from mlflow.types import Schema as Columns

from model.schema import Schema
from model.scoring.assessment import BASE, CONTRIBUTION, INTERVAL, SUBMODEL
from model.scoring.pyfunc import POPULATION

PACKAGE = Path(__file__).parents[1]
LOADER = f"{PACKAGE.name}.scoring.pyfunc"
SCORES = (
    "__init__.py",
    "errors.py",
    "limits.py",
    "estimators/__init__.py",
    "estimators/classifiers",
    "estimators/transformers",
    "intake",
    "numerics",
    "schema",
    "scoring",
)
"""The part of the package that travels with a model: whole rooms, every module of which can be
imported where nothing else of the package is. Of the estimators, what a stored one is made of.
"""


def copy_code(folder: Path) -> Path:
    """Copy the part of the package that scores into a folder; returns where it is."""
    code = folder / PACKAGE.name
    code.mkdir()
    for part in SCORES:
        if (PACKAGE / part).is_dir():
            shutil.copytree(PACKAGE / part, code / part, ignore=_no_code)
        else:
            (code / part).parent.mkdir(exist_ok=True)
            shutil.copy(PACKAGE / part, code / part)
    return code


def _no_code(folder: str, names: list[str]) -> set[str]:
    """What is not code: above all a study's table of patients, wherever it lies."""
    return {
        name
        for name in names
        if name in ("data", "__pycache__")
        or not (name.endswith(".py") or Path(folder, name).is_dir())
    }


def signature(schema: Schema) -> ModelSignature:
    """Double inputs, optional where a test may be missing; risk and, on request, its reasons."""
    reasons = [*INTERVAL, SUBMODEL, BASE, *(CONTRIBUTION + name for name in schema.names)]
    told = [POPULATION] if schema.outcome.population else []
    types = {SUBMODEL: DataType.string, POPULATION: DataType.string}
    return ModelSignature(
        inputs=Columns(
            [ColSpec(DataType.double, f.name, required=f.required) for f in schema.features]
        ),
        outputs=Columns(
            [
                ColSpec(DataType.double, "risk"),
                *(
                    ColSpec(types.get(column, DataType.double), column, required=False)
                    for column in (*reasons, *told)
                ),
            ]
        ),
        params=ParamSchema([Parameter("explain", DataType.boolean, False)]),
    )
