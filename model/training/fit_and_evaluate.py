"""All of a training that needs no tracking server: fitting, evaluating, describing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import estimators
from model.evaluation import eligibility
from model.evaluation.document import REPLICATES, evaluate, known
from model.evaluation.eligibility import NET_BENEFIT
from model.evaluation.estimate import all_sampled, net_benefits
from model.evaluation.measured import Eligibility, Measured
from model.numerics.arrays import Floats
from model.schema import Schema
from model.scoring import Golden, RiskModel, bundle
from model.scoring.documents import Evaluation
from model.studies import cohort
from model.studies.study import Margin
from model.training import applicability, bootstrap, coverage, cross_validation, provenance
from model.training.cross_validation import Progress
from model.training.export import exporter
from model.training.reporting import card, readable, report
from model.training.settings import FOLDS, Order

REFITS_A_REPEAT, STUDIES_A_REPEAT = 25, 20  # a quick training has fewer of both, and says so


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
    study = order.study
    unfitted = estimators.build(order.estimator, study)
    table = cohort.read(study, order.table, allow_unpinned=order.allow_unpinned)
    patients = table.training

    progress("Fitting", 0.05)
    fitted = exporter.fitted(unfitted, patients)
    schema = cohort.training_schema(study.schema, patients.rows)
    form = exporter.form_of(fitted)
    stored = exporter.stored(fitted)
    engine = exporter.read_off(fitted, study, patients.rows)
    blanked = study.plan.blanked or cross_validation.NOTHING
    asked = cross_validation.answering(unfitted, patients.rows, blanked)
    refits = bootstrap.refit(
        asked,
        patients,
        refits=min(bootstrap.REFITS, REFITS_A_REPEAT * order.repeats),
        progress=lambda stage, done: progress(stage, 0.1 + 0.2 * done),
    )
    interval = coverage.calibrated(
        asked,
        patients,
        blanked,
        studies=min(coverage.STUDIES, STUDIES_A_REPEAT * order.repeats),
        progress=lambda stage, done: progress(stage, 0.3 + 0.2 * done),
    )
    widened = interval.widened if interval else None
    engine = form.with_uncertainty(engine, fitted, study, patients, refits.kept, widened)

    risks = cross_validation.out_of_fold(
        asked,
        patients,
        repeats=order.repeats,
        blanked=blanked,
        progress=lambda stage, done: progress(stage, 0.5 + 0.35 * done),
    )

    progress("Evaluating", 0.86)
    model = RiskModel(schema, engine)
    measured = asdict(interval.coverage) if interval else None
    alike = applicability.measure(schema, patients)
    written = _json(
        evaluate(
            study,
            table,
            model,
            risks,
            refits.risks,
            FOLDS,
            coverage=measured,
            parameters=form.free_parameters(engine),
            applicability=alike,
        )
    )
    evaluation = Evaluation.from_json(written)  # as every reader will
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
        metrics=known(evaluation.metrics),
        risks=next(iter(risks.values())),
        files={
            "schema.json": schema.to_json().encode(),
            engine.FILE: engine.to_json().encode(),
            "applicability.json": alike.to_json().encode(),
            "estimator.skops": stored,
            "golden.json": golden.to_json().encode(),
            "evaluation.json": written,
            "model_card.json": model_card.to_json(),
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
    study = order.study
    patients = cohort.read(study, order.table, allow_unpinned=order.allow_unpinned).training
    if champion == order.label:
        theirs = risks  # the same procedure in the same folds
    else:
        unfitted = estimators.build(champion, study)
        theirs = next(
            iter(cross_validation.out_of_fold(unfitted, patients, repeats=len(risks)).values())
        )
    margin = study.plan.margin
    samples = [_sampled(patients.outcome, found, margin) for found in (risks, theirs)]
    return eligibility.judge(samples[0], samples[1], against, margin)


def _sampled(outcome: NDArray[np.int64], risks: Floats, margin: Margin | None) -> dict[str, Floats]:
    """As many samples of every metric as a version keeps, so that a judgement can be repeated."""
    found = {name: values[: 1 + REPLICATES] for name, values in all_sampled(outcome, risks).items()}
    if margin is not None:
        found[NET_BENEFIT] = net_benefits(outcome, risks, margin.thresholds, REPLICATES)
    return found


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode()
