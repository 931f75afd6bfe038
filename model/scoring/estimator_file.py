"""The fitted scikit-learn estimator in a bundle: what a forest is read from, and what the additive
form of any other was held to.
"""

from __future__ import annotations

from typing import Any

from model.errors import BundleRefused

TRUSTED = frozenset(
    {
        "model.estimators.classifiers.forest.LogOddsForest",
        "model.estimators.classifiers.submodels.SubmodelLogistic",
        "model.estimators.transformers.levels.LevelEncoder",
        "model.estimators.transformers.ratio.RatioFeature",
        "model.estimators.transformers.spline.RestrictedCubicSpline",
        "numpy.dtype",
    }
)
"""The only types beyond skops' own defaults that are ever built. A constant of this source:
an artifact has no say in it."""


def dump(estimator: Any) -> bytes:
    """The estimator in skops format.

    Raises
    ------
    ValueError
        If it holds a type that `load` would refuse.
    """
    import skops.io

    data: bytes = skops.io.dumps(estimator)
    strange = set(skops.io.get_untrusted_types(data=data)) - TRUSTED
    if strange:
        raise ValueError(f"the estimator holds types that are not trusted: {sorted(strange)}")
    return data


def load(data: bytes) -> Any:
    """The estimator in verified bytes.

    Raises
    ------
    BundleRefused
        If it holds any type outside `TRUSTED`, or is not readable.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.loads(data, trusted=sorted(TRUSTED))
    except UntrustedTypesFoundException:
        raise BundleRefused(
            "estimator.skops holds types this project does not trust; it was not loaded."
        ) from None
    except Exception as error:  # a hostile file may fail anywhere inside the reader
        raise BundleRefused(
            f"estimator.skops is not readable ({type(error).__name__}); it was not loaded."
        ) from None
