"""One training from data to registered version, top to bottom."""

from __future__ import annotations

import getpass
import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sklearn.base import clone

from model import estimators, studies, tracking
from model.scoring import Golden, RiskModel, bundle, reference
from model.studies import Study
from model.training import cohort, likeness, provenance, publish, resampling, variability
from model.training.cohort import Table
from model.training.evaluation import promotion
from model.training.evaluation.document import evaluate
from model.training.evaluation.estimate import Estimate
from model.training.evaluation.metrics import Floats
from model.training.form import form_of
from model.training.reporting import card, readable, report
from model.training.resampling import Progress
from model.versions import Eligibility

REFITS_A_REPEAT = 50  # a quick training has fewer refits behind its intervals, and says so


@dataclass(frozen=True)
class Trained:
    """A finished training: where it lies in MLflow and how well it does."""

    run_id: str
    model_id: str
    version: int
    metrics: dict[str, Estimate]


def train(
    study_name: str = studies.DEFAULT,
    estimator: str = estimators.DEFAULT,
    *,
    repeats: int = resampling.REPEATS,
    alias: str | None = None,
    table_path: Path | None = None,
    allow_unpinned: bool = False,
    progress: Progress = lambda stage, done: None,
) -> Trained:
    """Fit, evaluate, prove, and log one version of a study's model.

    Parameters
    ----------
    repeats : of 10-fold cross-validation behind every metric.
    alias : pointed at the new version at the end. None: a study's first version becomes its
        champion, later ones get no alias.
    table_path, allow_unpinned : train on another table than the study's own; refused unless
        its hash is pinned or this is allowed.
    progress : called with a stage and the part of the whole that is done, 0 to 1.

    Raises
    ------
    StudyError, DataNotPinned, NotAdditive
    """
    study = studies.find(study_name)
    unfitted = estimators.build(estimator, study)
    table = cohort.read(study, table_path, allow_unpinned=allow_unpinned)
    patients = table.training
    commit = provenance.git_commit()
    tags = {
        tracking.STUDY: study.name,
        tracking.ESTIMATOR: estimator,
        tracking.DATA_SHA256: table.sha256,
        tracking.DATA_PINNED: str(table.pinned).lower(),
        tracking.GIT_COMMIT: commit,
        tracking.AUTHOR: _author(),
    }
    progress("Opening the run", 0.0)
    with publish.run(study.name, tags) as run_id:
        settings = {"estimator": estimator, "repeats": repeats, "folds": resampling.FOLDS}
        publish.log_parameters(settings, unfitted)
        publish.log_cohort(table, patients)

        progress("Fitting", 0.05)
        fitted = clone(unfitted).fit(patients.rows, patients.outcome)
        schema = cohort.training_schema(study.schema, patients.rows)
        form = form_of(fitted)
        engine = form.read_off(fitted, study, patients.rows)
        refits = variability.refit(
            unfitted,
            study,
            patients,
            refits=min(variability.REFITS, REFITS_A_REPEAT * repeats),
            progress=lambda stage, done: progress(stage, 0.1 + 0.3 * done),
        )
        engine = form.with_uncertainty(engine, fitted, study, refits.parameters)

        risks = resampling.out_of_fold(
            unfitted,
            patients,
            repeats=repeats,
            blanked=study.plan.blanked or resampling.NOTHING,
            progress=lambda stage, done: progress(stage, 0.4 + 0.45 * done),
        )

        progress("Evaluating", 0.86)
        model = RiskModel(schema, engine)
        evaluation = evaluate(study, table, model, risks, refits)
        estimates = {name: Estimate(**each) for name, each in evaluation["metrics"].items()}
        verdict = _verdict(study, table, next(iter(risks.values())))

        progress("Logging the model", 0.9)
        golden = Golden.of(model, schema)
        manifest = bundle.Manifest(
            study=study.name,
            estimator=estimator,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            git_commit=commit,
            data_sha256=table.sha256,
            libraries=provenance.library_versions(engine.LIBRARIES),
        )
        model_card = card.model_card(
            study,
            estimators.description(estimator),
            table,
            manifest,
            evaluation,
            engine,
            {**settings, **card.settings_of(fitted)},
        )
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "bundle"
            digest = bundle.write(
                folder,
                manifest,
                {
                    "schema.json": schema.to_json().encode(),
                    engine.FILE: engine.to_json().encode(),
                    "applicability.json": likeness.measure(schema, patients).to_json().encode(),
                    "estimator.skops": reference.dump(fitted),
                    "golden.json": golden.to_json().encode(),
                    "evaluation.json": _json(evaluation),
                    "model_card.json": _json(model_card),
                },
            )
            tags[tracking.DIGEST] = digest
            tags[tracking.ELIGIBILITY] = json.dumps(asdict(verdict))
            model_id = publish.log_bundle(
                folder, schema, golden.rows.head(2), manifest.libraries, tags
            )
        publish.log_texts(
            {
                "model_card.md": readable.as_markdown(model_card),
                "report.html": report.html(model_card, evaluation),
            }
        )
        publish.log_metrics(estimates, model_id)
        version = publish.register(study.name, run_id, model_id, estimates, tags)
        published = publish.Published(run_id, model_id, version)
        progress("Finishing", 0.98)
    publish.complete(study.name, published)
    publish.point(study.name, alias, version)
    progress("Done", 1.0)
    return Trained(run_id, model_id, version, estimates)


def _verdict(study: Study, table: Table, risks: Floats) -> Eligibility:
    """The new version against the champion, on the same patients in the same folds."""
    champion = publish.champion(study.name)
    if champion is None:
        return promotion.NO_CHAMPION
    against = f"v{champion.version} ({champion.estimator})"
    if champion.data_sha256 != table.sha256:
        return promotion.not_comparable(against, "it was trained on other data")
    if champion.estimator not in estimators.names():
        return promotion.not_comparable(against, "its estimator is not known here")
    theirs = resampling.out_of_fold(
        estimators.build(champion.estimator, study), table.training, repeats=len(risks)
    )
    return promotion.judge(table.training.outcome, risks, next(iter(theirs.values())), against)


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode()


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"
