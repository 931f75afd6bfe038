from __future__ import annotations

import warnings

from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from model.studies.cohort import Cohort
from model.training.posterior import believed


def test_a_solver_that_stops_early_is_believed_where_another_fit_was(cohort: Cohort) -> None:
    early = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        early.fit(cohort.rows, cohort.outcome)
    assert believed(early, cohort.rows, cohort.outcome) is None
    assert believed(early, cohort.rows, cohort.outcome, known=True) is not None
