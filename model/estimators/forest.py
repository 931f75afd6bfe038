"""A random forest whose trees vote in log-odds; each has seen patients with tests missing.

Trees ask the codes and numbers as they stand, one column a clinical input, so nothing is encoded
and a contribution is the input's own. Not a sum of one term an input: it finds interactions, and
is there to show whether they help. In cross-validation they do not.
"""

from __future__ import annotations

from sklearn.pipeline import Pipeline, make_pipeline

from model.estimators.classifiers import LogOddsForest
from model.studies import Study


def build(study: Study) -> Pipeline:
    """The unfitted pipeline for a study's inputs."""
    names = study.schema.names
    tests = study.schema.tests.values()
    return make_pipeline(LogOddsForest([[names.index(name) for name in test] for test in tests]))
