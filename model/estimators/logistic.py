"""L2 logistic regression whose strength is tuned inside; a test not measured moves nothing.

Numbers and 0/1 columns of the codes are scaled alike, and what is missing takes its mean in
training. The strength is chosen by inner cross-validation on log-loss, so an outer
cross-validation of this estimator is a nested one.
"""

from __future__ import annotations

from sklearn.pipeline import Pipeline, make_pipeline

from model.estimators.classifiers import SubmodelLogistic
from model.estimators.encoder import encoder
from model.studies import Study


def build(study: Study) -> Pipeline:
    """The unfitted pipeline for a study's inputs."""
    encode, _ = encoder(study)
    return make_pipeline(encode, SubmodelLogistic())
