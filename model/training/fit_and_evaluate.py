"""All of a training that needs no tracking server: fitting, evaluating, describing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from model import estimators, studies
from model.evaluation import eligibility
from model.evaluation.document import evaluate, known
from model.evaluation.measured import Eligibility, Measured
from model.evaluation.metrics import Floats
from model.schema import Schema
from model.scoring import Golden, RiskModel, bundle
from model.studies import cohort
from model.training import applicability, bootstrap, cross_validation, provenance
from model.training.cross_validation import Progress
from model.training.export import exporter
from model.training.reporting import card, readable, report
from model.training.settings import FOLDS, Order

REFITS_A_REPEAT = 25  # a quick training has fewer refits behind its intervals, and says so


@dataclass(frozen=True)
class Computed:
    """A trained model, ready to be logged.

    parameters : of the estimator's final step, as a run records them.
    risks : (repeats, n) out-of-fold risks of the training patients.
    files : of the bundle, by name. texts : for readers, by name. example : made-up patients.
    """

    schema: Schema
    manifest: bundle.Manifest
    parameters: Mapping[str, str]
    metrics: Mapping[str, Measured]
    risks: Floats
    files: Mapping[str, bytes]
    texts: Mapping[str, str]
    example: pd.DataFrame


def compute(order: Order, commit: str, progress: Progress) -> Computed:
    """Fit, evaluate, prove and describe; `commit` is that of the code.

    Raises
    ------
    StudyError, DataNotPinned, NotExportable, UnansweredItem
    """
    study = studies.find(order.study)
    unfitted = estimators.build(order.estimator, study)
    table = cohort.read(study, order.table, allow_unpinned=order.allow_unpinned)
    patients = table.training

    progress("Fitting", 0.05)
    fitted = exporter.fitted(unfitted, patients)
    schema = cohort.training_schema(study.schema, patients.rows)
    form = exporter.form_of(fitted)
    stored = exporter.stored(fitted)
    engine = exporter.read_off(fitted, study, patients.rows)
    refits = bootstrap.refit(
        unfitted,
        study,
        patients,
        refits=min(bootstrap.REFITS, REFITS_A_REPEAT * order.repeats),
        progress=lambda stage, done: progress(stage, 0.1 + 0.3 * done),
    )
    engine = form.with_uncertainty(engine, fitted, study, refits.parameters)

    risks = cross_validation.out_of_fold(
        unfitted,
        patients,
        repeats=order.repeats,
        blanked=study.plan.blanked or cross_validation.NOTHING,
        progress=lambda stage, done: progress(stage, 0.4 + 0.45 * done),
    )

    progress("Evaluating", 0.86)
    model = RiskModel(schema, engine)
    evaluation = evaluate(study, table, model, risks, refits.risks, FOLDS)
    golden = Golden.of(model, schema)
    manifest = bundle.Manifest(
        study=study.name,
        estimator=order.label,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        git_commit=commit,
        data_sha256=table.sha256,
        libraries=provenance.library_versions(engine.LIBRARIES),
    )
    model_card = card.model_card(
        study,
        estimators.description(order.estimator),
        table,
        manifest,
        evaluation,
        engine,
        {**order.settings, **card.settings_of(fitted)},
    )
    final = unfitted[-1].get_params()
    return Computed(
        schema=schema,
        manifest=manifest,
        parameters={f"classifier.{name}": str(value) for name, value in final.items()},
        metrics=known(evaluation["metrics"]),
        risks=next(iter(risks.values())),
        files={
            "schema.json": schema.to_json().encode(),
            engine.FILE: engine.to_json().encode(),
            "applicability.json": applicability.measure(schema, patients).to_json().encode(),
            "estimator.skops": stored,
            "golden.json": golden.to_json().encode(),
            "evaluation.json": _json(evaluation),
            "model_card.json": _json(model_card),
        },
        texts={
            "model_card.md": readable.as_markdown(model_card),
            "report.html": report.html(model_card, evaluation),
        },
        example=golden.rows.head(2),
    )


def judge(
    order: Order, champion: str, risks: Floats, against: str, progress: Progress
) -> Eligibility:
    """The order's out-of-fold risks against those of the champion's estimator, on the same patients
    in the same folds.
    """
    study = studies.find(order.study)
    patients = cohort.read(study, order.table, allow_unpinned=order.allow_unpinned).training
    if champion == order.label:
        theirs = risks  # the same procedure in the same folds
    else:
        unfitted = estimators.build(champion, study)
        theirs = next(
            iter(cross_validation.out_of_fold(unfitted, patients, repeats=len(risks)).values())
        )
    return eligibility.judge(patients.outcome, risks, theirs, against)


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode()
