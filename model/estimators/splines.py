"""Like the reference, with a smooth curve instead of a straight line for every number.

Restricted cubic splines with four knots; still a sum of one term an input, so the explanation
stays exact.
"""

from __future__ import annotations

from sklearn.pipeline import Pipeline, make_pipeline

from model.estimators.classifiers import SubmodelLogistic
from model.estimators.encoder import encoder, few
from model.studies import Study

DISTINCT = 3


def build(study: Study) -> Pipeline:
    """The unfitted pipeline for a study's inputs."""
    encode, tests = encoder(study, curved=True, distinct=DISTINCT)
    return make_pipeline(encode, SubmodelLogistic(few(tests)))
