"""Everything that is measured of a model, as one document: `evaluation.json`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.evaluation import curves, instability, sample_size, unusual
from model.evaluation.eligibility import NET_BENEFIT
from model.evaluation.estimate import (
    BOOTSTRAPS,
    METRICS,
    all_sampled,
    drawn,
    estimate,
    net_benefits,
    of_samples,
)
from model.evaluation.measured import Measured
from model.interpretation.local_prevalence import Prevalence
from model.numerics.arrays import Floats
from model.scoring import Assessment
from model.scoring.applicability import Applicability
from model.scoring.documents import EVALUATION_VERSION
from model.scoring.measurements import Estimate
from model.scoring.scorer import Scorer
from model.studies import Study
from model.studies.cohort import Cohort, Table
from model.studies.study import Site, Subgroup

OF_SUBGROUPS = ("roc_auc", "recall", "specificity", "brier", "observed_to_expected")
OF_BLANKED = ("roc_auc", "accuracy", "recall", "brier", "observed_to_expected")
OF_SITES = (
    "roc_auc",
    "accuracy",
    "brier",
    "calibration_intercept",
    "calibration_slope",
    "observed_to_expected",
)
OF_PREVALENCE = ("observed_to_expected", "calibration_intercept", "log_loss")
FEWEST = 5
"""Patients with, and without, the disease below which a subgroup's metrics are not given."""
REPLICATES = 400  # bootstrap samples of every metric that a version keeps, to be compared by
REPLICATE_DIGITS = 6
Elsewhere = tuple[Site, Cohort, Floats]
"""Another site, its patients, and (n,) risks the model gives them."""


def evaluate(
    study: Study,
    table: Table,
    model: Scorer,
    risks: Mapping[str, Floats],
    refits: Floats,
    folds: int,
    coverage: Mapping[str, Any] | None = None,
    parameters: int | None = None,
    applicability: Applicability | None = None,
) -> dict[str, Any]:
    """The document.

    Parameters
    ----------
    model : fitted to all training patients; only asked about other sites, and about the training
        patients for instability.
    risks : out-of-fold risks of the training patients, by what was blanked; the headline is the
        entry in which nothing was.
    refits : (refits, n) risks of the training patients by the procedure repeated on bootstrap
        samples of them.
    folds : of the cross-validation behind the out-of-fold risks.
    coverage : how often patients' intervals hold the true risk, as was measured; None if not.
    parameters : that the estimator fits; None of one that has none to count, as a forest: then
        nothing is claimed of its sample size.
    applicability : tells who is unusual; None if nobody asks.
    """
    patients = table.training
    outcome, headline = patients.outcome, next(iter(risks.values()))
    sampled = all_sampled(outcome, headline)
    estimates = {name: of_samples(values) for name, values in sampled.items()}
    elsewhere = [_elsewhere(site, table.site(site.name), model) for site in study.plan.sites]
    few = curves.few(len(outcome))
    margin = study.plan.margin
    benefits = None
    if margin is not None:
        benefits = net_benefits(outcome, headline, margin.thresholds, REPLICATES)
        sampled[NET_BENEFIT] = benefits
    return {
        "evaluation_version": EVALUATION_VERSION,
        "patients": len(outcome),
        "events": int(outcome.sum()),
        "resampling": {
            "scheme": "repeated stratified cross-validation, tuning inside",
            "repeats": len(headline),
            "folds": folds,
            "interval": f"95 %, bootstrap of patients, {BOOTSTRAPS} samples",
            "refits": len(refits),
        },
        "metrics": _plain(estimates),
        "margin": asdict(margin) if margin else None,
        "net_benefit": float(benefits[0]) if benefits is not None else None,
        "replicates": {name: _replicates(values) for name, values in sampled.items()},
        "roc": asdict(curves.roc(outcome, headline, few)),
        "precision_recall": asdict(curves.precision_recall(outcome, headline, few)),
        "calibration": asdict(curves.calibrated(outcome, headline, few)),
        "histogram": asdict(curves.histogram(outcome, headline)),
        "decision": asdict(curves.decision(outcome, headline, few)),
        "of_100": asdict(curves.at_thresholds(outcome, headline)),
        "subgroups": [_subgroup(group, patients, headline) for group in study.plan.subgroups],
        "missing_tests": [
            {"blanked": name, **_estimated(OF_BLANKED, outcome, of_name)}
            for name, of_name in risks.items()
            if study.plan.blanked
        ],
        "sites": [_site(*place, table.training) for place in elsewhere],
        "instability": instability.measure(model.assess(patients.rows, explain=True), refits),
        "interval_coverage": coverage,
        "sample_size": [*map(asdict, sample_size.judged(outcome, headline, parameters or 0))],
        "unusual": _unusual(elsewhere, applicability) if applicability else None,
    }


def known(metrics: Mapping[str, Estimate]) -> dict[str, Measured]:
    """Of an evaluation's metrics, those that have a value and an interval."""
    return {
        name: Measured(metric.value, metric.low, metric.high)
        for name, metric in metrics.items()
        if metric.value is not None and metric.low is not None and metric.high is not None
    }


def _replicates(sampled: Floats) -> list[float | None]:
    """A metric of the first bootstrap samples. Those are the same for every model of the same
    patients, so that two versions can be compared on the same samples, long after.
    """
    kept = sampled[1 : 1 + REPLICATES]
    return [None if math.isnan(one) else round(one, REPLICATE_DIGITS) for one in kept.tolist()]


def _estimated(names: tuple[str, ...], outcome: NDArray[np.int64], risks: Floats) -> dict[str, Any]:
    """Patients, events and metrics; no metrics where either outcome is too rare."""
    events = int(outcome.sum())
    counts = {"patients": len(outcome), "events": events}
    if min(events, len(outcome) - events) < FEWEST:
        return {**counts, "metrics": {}}
    weights = drawn(len(outcome))
    return {
        **counts,
        "metrics": _plain(
            {name: estimate(METRICS[name], outcome, risks, weights) for name in names}
        ),
    }


def _subgroup(group: Subgroup, patients: Cohort, risks: Floats) -> dict[str, Any]:
    inside = patients.rows[group.feature].between(group.low, group.high).to_numpy()
    return {
        "kind": group.kind,
        "label": group.label,
        "feature": group.feature,
        "low": group.low,
        "high": group.high,
        **_estimated(OF_SUBGROUPS, patients.outcome[inside], risks[:, inside]),
    }


def _elsewhere(site: Site, patients: Cohort, model: Scorer) -> Elsewhere:
    return site, patients, model.assess(patients.rows, explain=False).risk


def _site(site: Site, patients: Cohort, risk: Floats, training: Cohort) -> dict[str, Any]:
    return {
        "site": site.name,
        "label": site.label,
        "warning": site.warning,
        **_estimated(OF_SITES, patients.outcome, risk[None]),
        "local_prevalence": _at_own_prevalence(training, patients, risk),
    }


def _unusual(places: Sequence[Elsewhere], applicability: Applicability) -> dict[str, Any] | None:
    """Of the patients of the other sites, within each."""
    found = unusual.measured(
        (patients.outcome, risk, applicability.unusual(patients.rows.to_numpy(dtype=np.float64)))
        for _, patients, risk in places
    )
    return None if found is None else asdict(found)


def _at_own_prevalence(training: Cohort, patients: Cohort, risk: Floats) -> dict[str, Any]:
    """What shifting the risks to a site's own prevalence does there: evidence for, or against, a
    reader who is about to do the same.
    """
    local = float(patients.outcome.mean())
    shifted = Prevalence(local, float(training.outcome.mean())).applied(Assessment(risk)).risk
    whole = np.ones((1, len(risk)))
    return {
        "prevalence": local,
        **{
            which: {
                name: float(METRICS[name](patients.outcome, risks, whole)[0])
                for name in OF_PREVALENCE
            }
            for which, risks in (("as_trained", risk), ("shifted", shifted))
        },
    }


def _plain(estimates: Mapping[str, Measured]) -> dict[str, dict[str, float | None]]:
    return {
        name: {part: None if math.isnan(value) else value for part, value in asdict(metric).items()}
        for name, metric in estimates.items()
    }
