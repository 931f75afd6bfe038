"""A challenger must show that it loses no more than the margin its study declares."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import cross_val_predict

from model import estimators
from model.evaluation.eligibility import NET_BENEFIT, judge, judge_documents
from model.evaluation.estimate import all_sampled, net_benefits
from model.evaluation.measured import Answer, Eligibility
from model.numerics.arrays import Floats
from model.schema import Interval
from model.scoring.documents import Evaluation
from model.studies import Study
from model.studies.cohort import Cohort
from model.studies.study import Margin
from tests import documents

COUNT = 2000
SAMPLES = 200
MARGIN = Margin(brier=0.005, calibration=0.02, net_benefit=0.01, thresholds=Interval(0.1, 0.5))


@pytest.fixture(scope="module")
def truth() -> tuple[np.ndarray, np.ndarray]:
    """Patients' outcomes and the risks they were drawn from: calibrated by construction."""
    rng = np.random.default_rng(11)
    log_odds = rng.normal(0, 1.8, COUNT)
    risk = 1 / (1 + np.exp(-log_odds))
    return (rng.random(COUNT) < risk).astype(int), log_odds


def sampled(outcome: np.ndarray, risks: Floats) -> dict[str, Floats]:
    found = all_sampled(outcome, risks, bootstraps=SAMPLES)
    found[NET_BENEFIT] = net_benefits(outcome, risks, MARGIN.thresholds, SAMPLES)
    return found


Samples = Callable[..., dict[str, Floats]]


@pytest.fixture(scope="module")
def samples(truth) -> Samples:
    """samples(stretch, blur): the metrics of a version that is too sure or too timid, or errs."""
    outcome, log_odds = truth
    noise = np.random.default_rng(0).normal(size=COUNT)

    @functools.cache
    def of(stretch: float, blur: float = 0.0) -> dict[str, Floats]:
        shown = stretch * (log_odds + blur * noise)
        return sampled(outcome, (1 / (1 + np.exp(-shown)))[None])

    return of


@pytest.mark.parametrize(
    ("challenger", "champion", "answer", "said"),
    [
        ((1.0, 0.0), (1.0, 0.0), Answer.NOT_WORSE, "Brier score: not worse than the margin"),
        ((1.0, 0.0), (1.0, 2.0), Answer.BETTER, "Brier score: better"),
        ((2.0, 0.0), (1.0, 0.0), Answer.NOT_KNOWN, "Calibration (ICI): worse"),  # too sure
        ((0.5, 0.0), (1.0, 0.0), Answer.NOT_KNOWN, "Calibration (ICI): worse"),  # too timid
        ((1.0, 2.0), (1.0, 0.0), Answer.NOT_KNOWN, "Brier score: worse by more than the margin"),
    ],
)
def test_there_are_three_answers(
    samples: Samples,
    challenger: tuple[float, float],
    champion: tuple[float, float],
    answer: Answer,
    said: str,
) -> None:
    verdict = judge(samples(*challenger), samples(*champion), "v1", MARGIN)

    assert verdict.answer is answer
    assert verdict.eligible is (answer is not Answer.NOT_KNOWN)
    assert said in " ".join(verdict.reasons)


def out_of_fold(study: Study, cohort: Cohort, blanked: tuple[str, ...] = ()) -> Floats:
    rows = cohort.rows.assign(**dict.fromkeys(blanked, np.nan))
    estimator = estimators.build("logistic", study)
    found = cross_val_predict(estimator, rows, cohort.outcome, cv=10, method="predict_proba")
    return np.asarray(found[None, :, 1])


def test_without_the_thallium_scan_a_model_is_not_eligible(study: Study, cohort: Cohort) -> None:
    """Its Brier score is not significantly worse; that it loses little is not shown either."""
    whole, without = (
        sampled(cohort.outcome, out_of_fold(study, cohort, blanked)) for blanked in ((), ("thal",))
    )
    lost = without["brier"] - whole["brier"]
    assert np.quantile(lost[1:], 0.025) < 0

    verdict = judge(without, whole, "v1 (logistic)", MARGIN)

    assert verdict.answer is Answer.NOT_KNOWN
    assert not verdict.eligible


def evaluation(samples: dict[str, Floats], **changes: Any) -> Evaluation:
    """As it is read from the file that keeps it."""
    kept = {
        "margin": asdict(MARGIN),
        NET_BENEFIT: samples[NET_BENEFIT][0],
        "metrics": {
            name: {"value": each[0]} for name, each in samples.items() if name != NET_BENEFIT
        },
        "replicates": {name: each[1:].tolist() for name, each in samples.items()},
    }
    return Evaluation.from_json(documents.as_bytes(documents.EVALUATION, **{**kept, **changes}))


def test_what_two_versions_keep_judges_them_later_just_the_same(samples: Samples) -> None:
    one, other = samples(1.1), samples(1.0)

    later = judge_documents(evaluation(one), evaluation(other), "v1")

    assert later == judge(one, other, "v1", MARGIN)


def test_of_a_version_from_before_there_were_margins_not_all_is_known(samples: Samples) -> None:
    found = samples(1.0)
    kept = {name: each[1:].tolist() for name, each in found.items() if name != NET_BENEFIT}
    old = evaluation(found, replicates=kept, net_benefit=None, margin=None)

    verdict = judge_documents(evaluation(found), old, "v1")

    assert verdict.answer is Answer.NOT_KNOWN
    assert "Net benefit: not known of both." in verdict.reasons


def test_a_version_without_an_evaluation_is_not_eligible(samples: Samples) -> None:
    known = evaluation(samples(1.0))

    for verdict in (judge_documents(known, None, "v1"), judge_documents(None, known, "v1")):
        assert not verdict.eligible
        assert "Brier score: not known of both." in verdict.reasons
    assert "declares no margin" in judge_documents(None, None, "v1").reasons[0]


def test_what_cannot_be_compared_is_not_eligible() -> None:
    verdict = Eligibility.not_known("v1", "it was trained on other data")
    assert not verdict.eligible
    assert verdict.summary == "not known against v1"
