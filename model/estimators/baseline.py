"""The well-known recipe, corrected: imputed, scaled, one-hot, the study's ratio added, logistic.

Median imputation and scaling of the numbers, constant imputation of the codes, pulse over
pressure as an extra predictor, L2 logistic regression at its default strength. Kept as the
comparison, with the fault that makes it one: a missing number counts as the median, a missing
code as 0, which is "no", "normal" or "no vessels".
"""

from __future__ import annotations

from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from model.estimators.transformers import RatioFeature
from model.studies import Study


def build(study: Study) -> Pipeline:
    """The unfitted pipeline for a study's inputs."""
    numbers = [feature.name for feature in study.schema.features if not feature.is_coded]
    binary = [f.name for f in study.schema.features if f.is_coded and len(f.codes) == 2]
    several = [f.name for f in study.schema.features if f.is_coded and len(f.codes) > 2]
    # The ratio is taken after imputation, so that a missing pulse or pressure does not break it.
    ratios = [
        RatioFeature(numbers.index(ratio.numerator), numbers.index(ratio.denominator))
        for ratio in study.ratios
    ]
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), *ratios, StandardScaler()), numbers),
            (
                make_pipeline(
                    SimpleImputer(strategy="constant", fill_value=0.0),
                    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                ),
                several,
            ),
            (SimpleImputer(strategy="constant", fill_value=0.0), binary),
        ),
        LogisticRegression(max_iter=1000),
    )
