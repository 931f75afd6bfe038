"""The second study: its table, its direction, and a model of it against scikit-learn's own."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from model import estimators, studies
from model.evaluation.document import evaluate, known
from model.intake import check_patient
from model.scoring import Golden, RiskModel
from model.scoring.bundle import Manifest
from model.scoring.documents import Evaluation
from model.studies import Study, source_files
from model.studies import cohort as cohorts
from model.studies.cohort import Cohort, Table
from model.training import applicability, bootstrap, cross_validation
from model.training.export.exporter import form_of
from model.training.reporting import readable, report
from model.training.reporting.card import model_card
from model.training.reporting.finished_card import FinishedCard
from model.training.settings import FOLDS

Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def breast_cancer() -> Study:
    return studies.find("breast-cancer")


@pytest.fixture(scope="module")
def table(breast_cancer: Study) -> Table:
    return cohorts.read(breast_cancer)


@pytest.fixture(scope="module")
def cohort(table: Table) -> Cohort:
    return table.training


@pytest.fixture(scope="module")
def model(breast_cancer: Study, cohort: Cohort) -> RiskModel:
    unfitted = estimators.build("reference", breast_cancer)
    fitted = unfitted.fit(cohort.rows, cohort.outcome)
    form = form_of(fitted)
    engine = form.read_off(fitted, breast_cancer, cohort.rows)
    return RiskModel(
        cohorts.training_schema(breast_cancer.schema, cohort.rows),
        form.with_uncertainty(engine, fitted, breast_cancer, cohort, (), 1.05),
    )


@pytest.fixture(scope="module")
def risks(breast_cancer: Study, cohort: Cohort) -> Floats:
    """(1, n) out-of-fold risks."""
    (found,) = cross_validation.out_of_fold(
        estimators.build("reference", breast_cancer), cohort, repeats=1
    ).values()
    return found


@pytest.fixture(scope="module")
def evaluation(breast_cancer: Study, table: Table, model: RiskModel, risks: Floats) -> Evaluation:
    refits = bootstrap.refit(estimators.build("reference", breast_cancer), table.training, refits=5)
    found = evaluate(breast_cancer, table, model, {"nothing blanked": risks}, refits.risks, FOLDS)
    return Evaluation.from_json(json.dumps(found))


@pytest.fixture(scope="module")
def card(
    breast_cancer: Study,
    table: Table,
    manifest: Manifest,
    model: RiskModel,
    evaluation: Evaluation,
) -> FinishedCard:
    return model_card(breast_cancer, "A sentence.", table, manifest, evaluation, model.engine, {})


def test_the_table_is_scikit_learn_s_own_column_by_column(cohort: Cohort) -> None:
    theirs = load_breast_cancer(as_frame=True)
    for name in cohort.rows:
        quantity, _, of = name.rpartition("_")
        assert (cohort.rows[name] == theirs.data[f"{of} {quantity.replace('_', ' ')}"]).all(), name
    malignant = theirs.target == list(theirs.target_names).index("malignant")
    assert (cohort.outcome == malignant).all()
    assert (len(cohort.outcome), cohort.outcome.sum()) == (569, 212)


def test_its_hash_is_pinned(breast_cancer: Study, table: Table) -> None:
    assert table.pinned
    assert (
        hashlib.sha256(breast_cancer.source.table.read_bytes()).hexdigest()
        == breast_cancer.source.sha256
    )


def test_there_is_nothing_to_fetch_and_one_sentence_says_so(
    breast_cancer: Study, tmp_path: Any
) -> None:
    for told in (
        source_files.verify(breast_cancer.source, tmp_path),
        source_files.fetch(breast_cancer.source, tmp_path),
    ):
        assert told.startswith("breast_cancer.csv is the pinned table; the study declares no orig")
    assert list(tmp_path.iterdir()) == []


def test_the_reference_does_as_well_as_an_independent_pipeline(
    cohort: Cohort, risks: Floats
) -> None:
    peer = cross_val_predict(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
        cohort.rows,
        cohort.outcome,
        cv=StratifiedKFold(10, shuffle=True, random_state=0),
        method="predict_proba",
    )[:, 1]
    ours, theirs = (roc_auc_score(cohort.outcome, each) for each in (risks[0], peer))
    assert ours >= 0.97
    assert ours == pytest.approx(theirs, abs=0.005)


def test_larger_and_more_indented_nuclei_mean_a_higher_risk(
    breast_cancer: Study, model: RiskModel
) -> None:
    stories = [pd.DataFrame([each.values]) for each in breast_cancer.examples]
    low, between, high = (float(model.assess(each).risk[0]) for each in stories)
    assert low < 0.05
    assert 0.2 < between < 0.8
    assert high > 0.95


def test_the_examples_are_like_the_patients_it_learned_from(
    breast_cancer: Study, cohort: Cohort
) -> None:
    values = np.array([list(each.values.values()) for each in breast_cancer.examples])
    assert not applicability.measure(breast_cancer.schema, cohort).unusual(values).any()
    for example in breast_cancer.examples:
        assert check_patient(dict(example.values), breast_cancer.schema).issues == ()


def test_golden_patients_need_no_test_that_may_be_missing(model: RiskModel) -> None:
    golden = Golden.of(model, model.schema)
    assert not golden.rows.isna().to_numpy().any()
    golden.replay(model, "here")


def test_every_number_is_finite_although_the_classes_are_almost_separable(
    evaluation: Evaluation, model: RiskModel, cohort: Cohort
) -> None:
    assert set(known(evaluation.metrics)) == set(evaluation.metrics)
    slope = evaluation.estimate("calibration_slope")
    assert 0.5 < slope.low < slope.value < slope.high < 5
    explained = model.assess(cohort.rows, explain=True).explanation
    assert explained is not None
    assert np.isfinite(explained.low).all()
    assert np.isfinite(explained.high).all()
    assert np.isfinite(explained.contributions.to_numpy()).all()


def test_what_the_study_has_not_is_not_shown_as_an_empty_table(
    evaluation: Evaluation, card: FinishedCard
) -> None:
    assert evaluation.missing_tests == evaluation.sites == ()
    headings = [section.heading for section in readable.sections(card)]
    assert "Whom it serves worse" in headings
    assert not {"When tests are missing", "In other places"} & set(headings)
    assert "first column alone" not in readable.as_markdown(card)
    assert "calibration" in report.html(card, evaluation)


def test_the_card_answers_every_item_and_claims_nothing_that_was_not_done(
    card: FinishedCard,
) -> None:
    answers = {item.number: item.answer for item in card.tripod}
    assert len(answers) == 27
    assert "()" not in answers[9]
    assert "in one place only" in answers[2]
    assert "other place" not in answers[4] + answers[10]
    assert "blanking tests" not in answers[11]
    assert "Every input is needed" in answers[27]
    assert "Madison, Wisconsin" in answers[20]
    assert len(card.probast) == 14
