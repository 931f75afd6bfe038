"""How a study's inputs are encoded for a linear model, and which columns each becomes."""

from __future__ import annotations

from sklearn.compose import ColumnTransformer, make_column_transformer

from model.errors import StudyError
from model.estimators.classifiers.submodels import MOST_GROUPS
from model.estimators.transformers.levels import LevelEncoder
from model.estimators.transformers.spline import QUANTILES, RestrictedCubicSpline
from model.schema import Feature
from model.studies import Study

Groups = tuple[tuple[int, ...], ...]


def encoder(
    study: Study, *, curved: bool = False, distinct: int | None = None
) -> tuple[ColumnTransformer, Groups]:
    """The unfitted encoder, and its output columns by the test they come from.

    Parameters
    ----------
    curved : numbers become restricted cubic splines instead of staying straight.
    distinct : how many levels of an ordered code have an effect of their own; the higher ones
        count as the last of these. None keeps every code apart.

    What is missing stays missing in every column it becomes.
    """
    features = study.schema.features
    levels = {f: _levels(f, distinct) for f in features if len(f.codes) > 2}
    curves = [f for f in features if curved and not f.is_coded]
    plain = [f for f in features if f not in levels and f not in curves]
    steps = [
        ("passthrough", [f.name for f in plain]),
        (RestrictedCubicSpline(), [f.name for f in curves]),
        (LevelEncoder(list(levels.values())), [f.name for f in levels]),
    ]
    widths = [(f, 1) for f in plain]
    widths += [(f, len(QUANTILES) - 1) for f in curves]
    widths += [(f, len(of_feature)) for f, of_feature in levels.items()]
    transformer = make_column_transformer(*(step for step in steps if step[1]))
    return transformer, _groups(study, widths)


def few(tests: Groups) -> Groups:
    """The columns by test, if a submodel can be fitted for every set of tests.

    Raises
    ------
    StudyError
        If there are too many tests for that.
    """
    if len(tests) > MOST_GROUPS:
        raise StudyError(
            f"The study has {len(tests)} tests that may be missing; a submodel for every set of "
            f"them takes {MOST_GROUPS} at most. Give inputs that are measured together one test, "
            "make some required, or train another estimator, such as logistic."
        )
    return tests


def _levels(feature: Feature, distinct: int | None) -> list[tuple[float, ...]]:
    values = sorted(feature.levels)
    last = len(values) if distinct is None or not feature.ordered else distinct
    return [(value,) for value in values[: last - 1]] + [tuple(values[last - 1 :])]


def _groups(study: Study, widths: list[tuple[Feature, int]]) -> Groups:
    columns: dict[str, list[int]] = {}
    at = 0
    for feature, width in widths:
        columns[feature.name] = list(range(at, at + width))
        at += width
    return tuple(
        tuple(column for name in names for column in columns[name])
        for names in _missing_together(study)
    )


def _missing_together(study: Study) -> list[tuple[str, ...]]:
    """The optional inputs one by one, so that no finding is thrown away because its neighbour is
    blank; by the test they belong to where there are too many for that.
    """
    tests = study.schema.tests
    inputs = [name for names in tests.values() for name in names]
    return [(name,) for name in inputs] if len(inputs) <= MOST_GROUPS else [*tests.values()]
