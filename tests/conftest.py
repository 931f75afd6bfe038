"""What many tests share: each model is fitted once a session and never changed."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import coverage
import numpy as np
import pytest
from hypothesis import settings

from model import estimators, studies
from model.evaluation.document import evaluate
from model.registry import conventions
from model.schema import Schema
from model.scoring import Golden, RiskModel, bundle, estimator_file
from model.scoring.bundle import Manifest
from model.scoring.documents import Evaluation
from model.studies import Study
from model.studies import cohort as cohorts
from model.studies.cohort import Cohort
from model.training import applicability, bootstrap
from model.training.bootstrap import Refits
from model.training.export.exporter import form_of
from model.training.settings import FOLDS
from tests import documents, servers, stores
from tests.servers import Server
from tests.stores import Store

SLOW = ("browser", "server", "worker")  # markers
WIDENED = 1.05
"""What simulated studies multiply an interval's standard errors by, for the models here."""

# What the app and the command line set for MLflow's client before they import it.
for name, value in conventions.CLIENT_SETTINGS.items():
    os.environ.setdefault(name, value)

# The same examples in every run, no file left behind, no failure because a machine is slow.
settings.register_profile("bedside", derandomize=True, database=None, deadline=None)
settings.load_profile("bedside")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", action="store_true", help="also what takes minutes to go wrong")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files first, so that no worker waits at the end for one that has just begun."""
    slow = {each.path for each in items if {*SLOW} & {mark.name for mark in each.iter_markers()}}
    items.sort(key=lambda each: each.path not in slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Which lines are run is not measured while a browser is driven: the app runs elsewhere, and
    measuring takes as long as running.
    """
    measuring = coverage.Coverage.current() if item.get_closest_marker("browser") else None
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(scope="session")
def study() -> Study:
    return studies.find("heart-disease")


@pytest.fixture(scope="session")
def cohort(study: Study) -> Cohort:
    """The 303 patients of the training site."""
    return cohorts.read(study).training


@pytest.fixture(scope="session")
def fitted(study: Study, cohort: Cohort) -> Callable[[str], Any]:
    """fitted(name): the estimator of that name, fitted to the training cohort."""

    @functools.cache
    def of(name: str) -> Any:
        return estimators.build(name, study).fit(cohort.rows, cohort.outcome)

    return of


@pytest.fixture(scope="session")
def trained_schema(study: Study, cohort: Cohort) -> Schema:
    """The study's schema with the ranges of the training cohort."""
    return cohorts.training_schema(study.schema, cohort.rows)


@pytest.fixture(scope="session")
def risk_model(
    study: Study, cohort: Cohort, trained_schema: Schema, fitted: Callable[[str], Any]
) -> Callable[[str], RiskModel]:
    """risk_model(name): the same, as a bundle's numbers; a forest's interval from 5 refits."""

    @functools.cache
    def of(name: str) -> RiskModel:
        form = form_of(fitted(name))
        engine = form.read_off(fitted(name), study, cohort.rows)
        refits = bootstrap.refit(estimators.build(name, study), cohort, refits=5)
        return RiskModel(
            trained_schema,
            form.with_uncertainty(engine, fitted(name), study, cohort, refits.kept, WIDENED),
        )

    return of


@pytest.fixture(scope="session")
def evaluated(
    study: Study, risk_model: Callable[[str], RiskModel]
) -> Callable[[str], dict[str, Any]]:
    """evaluated(name): an evaluation of its fitted risks, blurred to stand for out-of-fold ones."""

    @functools.cache
    def of(name: str) -> dict[str, Any]:
        table, model = cohorts.read(study), risk_model(name)
        fitted = model.assess(table.training.rows).risk
        noise = np.random.default_rng(0).normal(0, 0.1, (2, len(fitted)))
        risks = np.clip(fitted + noise, 0.01, 0.99)
        refits = Refits((), risks, np.empty(0, dtype=np.int64))
        blanked = dict.fromkeys(study.plan.blanked, risks)
        alike = applicability.measure(model.schema, table.training)
        return evaluate(study, table, model, blanked, refits.risks, FOLDS, applicability=alike)

    return of


@pytest.fixture(scope="session")
def evaluation(evaluated: Callable[[str], dict[str, Any]]) -> Callable[[str], Evaluation]:
    """evaluation(name): the same, as it is read from its file."""
    return lambda name: Evaluation.from_json(json.dumps(evaluated(name)))


@pytest.fixture(scope="session")
def manifest(study: Study) -> Manifest:
    """Where a made-up model came from."""
    return Manifest(
        study=study.name,
        estimator="logistic",
        created_at="2024-02-29T12:00:00+00:00",
        git_commit="0" * 40,
        data_sha256=study.source.sha256,
        libraries={"scikit-learn": "1.0"},
    )


@pytest.fixture(scope="session")
def bundle_files(
    study: Study,
    cohort: Cohort,
    trained_schema: Schema,
    fitted: Callable[[str], Any],
    risk_model: Callable[[str], RiskModel],
) -> Callable[[str], dict[str, bytes]]:
    """bundle_files(name): the files of a bundle; evaluation and card are dummies."""

    @functools.cache
    def encoded(name: str) -> dict[str, bytes]:
        model = risk_model(name)
        return {
            model.engine.FILE: model.engine.to_json().encode(),
            "applicability.json": applicability.measure(study.schema, cohort).to_json().encode(),
            "estimator.skops": estimator_file.dump(fitted(name)),
            "evaluation.json": documents.as_bytes(documents.EVALUATION),
            "golden.json": Golden.of(model, trained_schema).to_json().encode(),
            "model_card.json": documents.as_bytes(documents.CARD),
            "schema.json": trained_schema.to_json().encode(),
        }

    return lambda name: dict(encoded(name))


@pytest.fixture
def bundle_folder(
    tmp_path: Path, manifest: Manifest, bundle_files: Callable[[str], dict[str, bytes]]
) -> tuple[Path, str]:
    """A sound bundle of `logistic` on disk, and the digest recorded for it."""
    folder = tmp_path / "bundle"
    return folder, bundle.write(folder, manifest, bundle_files("logistic"))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Real trainings in a real store. All workers share it: copy it to change it."""
    base = tmp_path_factory.getbasetemp()
    return stores.trained((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "store")


@pytest.fixture(scope="session")
def served(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The champion behind `mlflow models serve`."""
    log = tmp_path_factory.mktemp("served") / "log"
    with servers.model_server(f"models:/{stores.STUDY}@champion", store.uri, log) as server:
        yield server
