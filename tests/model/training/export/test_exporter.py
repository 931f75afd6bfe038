"""What can be exported is told before anything slow is done, and what cannot in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from model import estimators
from model.errors import NotExportable, StudyError
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export import additive, exporter, forest


class AsksNothing(TransformerMixin, BaseEstimator):
    """A step that breaks when it is asked about patients it was not fitted to."""

    def fit(self, rows: Any, outcome: Any = None) -> AsksNothing:
        self.rows_ = len(rows)
        return self

    def transform(self, rows: Any) -> Any:
        if len(rows) != self.rows_:
            raise IndexError("not those patients")
        return rows.fillna(0.0)


@pytest.mark.parametrize(
    ("name", "kind"), [("logistic", additive), ("baseline", additive), ("forest", forest)]
)
def test_the_last_step_tells_the_exporter(
    fitted: Callable[[str], Any], name: str, kind: Any
) -> None:
    assert exporter.form_of(fitted(name)) is kind


@pytest.mark.parametrize(
    "classifier",
    [HistGradientBoostingClassifier(max_iter=2), RandomForestClassifier(2), GaussianNB()],
    ids=lambda classifier: type(classifier).__name__,
)
def test_another_last_step_is_refused_by_its_name_before_it_is_asked(
    study: Study, cohort: Cohort, classifier: Any
) -> None:
    pipeline = make_pipeline(SimpleImputer(), classifier).fit(cohort.rows, cohort.outcome)
    for ask in ("predict_proba", "decision_function", "predict"):
        setattr(classifier, ask, None)  # asking it would be a TypeError
    with pytest.raises(NotExportable, match=f"ends in {type(classifier).__name__}, and no engine"):
        exporter.read_off(pipeline, study, cohort.rows)


@pytest.mark.parametrize(
    ("unfitted", "told"),
    [
        (LogisticRegression(), "is a LogisticRegression, not a scikit-learn pipeline"),
        (make_pipeline(LogisticRegression()), r"cannot be fitted to the patients \(ValueError\)"),
    ],
)
def test_what_cannot_be_fitted_is_refused_without_a_value(
    cohort: Cohort, unfitted: Any, told: str
) -> None:
    with pytest.raises(NotExportable, match=told):
        exporter.fitted(unfitted, cohort)


def test_steps_that_fail_when_asked_are_refused_in_a_sentence(study: Study, cohort: Cohort) -> None:
    pipeline = make_pipeline(AsksNothing(), LogisticRegression(max_iter=5000))
    pipeline.fit(cohort.rows, cohort.outcome)
    with pytest.raises(NotExportable, match="fails when it is asked about one input at a time"):
        exporter.read_off(pipeline, study, cohort.rows)


def test_a_pipeline_that_could_not_be_loaded_again_is_refused_before_anything_slow(
    cohort: Cohort,
) -> None:
    pipeline = make_pipeline(AsksNothing(), LogisticRegression(max_iter=5000))
    with pytest.raises(NotExportable, match="AsksNothing"):
        exporter.stored(pipeline.fit(cohort.rows, cohort.outcome))


# An estimator in a file of somebody's own ----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("ours.py", "def build(study): return 1 / 0", "does not build an estimator: ZeroDivision"),
        ("ours.py", "def build(:", "does not build an estimator: SyntaxError"),
        ("ours.py", "pipeline = None", "does not build an estimator: AttributeError"),
        ("logistic.py", "def build(study): ...", "the name of an estimator of this project"),
        ("ours.py", None, "There is no file"),
    ],
)
def test_a_file_that_builds_none_is_told(
    tmp_path: Path, study: Study, name: str, source: str | None, told: str
) -> None:
    file = tmp_path / name
    if source is not None:
        file.write_text(source)
    with pytest.raises(StudyError, match=told):
        estimators.build(str(file), study)


def test_a_file_is_an_estimator_of_its_own_name(tmp_path: Path, study: Study) -> None:
    file = tmp_path / "ward_rule.py"
    file.write_text(
        '"""A rule of thumb.\n\nIn full."""\n'
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.pipeline import make_pipeline\n"
        "def build(study): return make_pipeline(LogisticRegression())\n"
    )
    assert estimators.label(str(file)) == "ward_rule"
    assert estimators.description(str(file)) == "A rule of thumb."
    assert type(estimators.build(str(file), study)[-1]).__name__ == "LogisticRegression"
