"""L2 logistic regression whose strength is tuned inside; a test not measured moves nothing.

Numbers and 0/1 columns of the codes are scaled alike, and what is missing takes its mean in
training. The strength is chosen by inner cross-validation on log-loss, so an outer
cross-validation of this estimator is a nested one.
"""

from __future__ import annotations

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from model.estimators.transformers import LevelEncoder
from model.studies import Study

STRENGTHS = tuple(np.logspace(-3, 1, 9))


def build(study: Study) -> Pipeline:
    plain = [f.name for f in study.schema.features if not f.is_coded or len(f.codes) == 2]
    several = [f.name for f in study.schema.features if f.is_coded and len(f.codes) > 2]
    return make_pipeline(
        make_column_transformer(("passthrough", plain), (LevelEncoder(), several)),
        SimpleImputer(strategy="mean"),
        StandardScaler(),
        LogisticRegressionCV(
            Cs=STRENGTHS,
            l1_ratios=(0.0,),
            cv=StratifiedKFold(5, shuffle=True, random_state=0),
            scoring="neg_log_loss",
            solver="newton-cholesky",
            max_iter=1000,
            use_legacy_attributes=False,
        ),
    )
