"""What a table is too small for, told before anything is trained on it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from model import estimators
from model.evaluation.sample_size import criteria
from model.studies import Study

FEWEST_EVENTS = 10
"""Of 10-fold cross-validation: each fold needs a patient of either class."""
EXPECTED_R_SQUARED = 0.15
"""Of the largest possible: what Riley et al. advise to expect where nothing is known."""
MADE_UP_ROWS = 1_000
NOT_COUNTED = frozenset({"forest"})
"""Estimators without parameters that could be counted: the criteria say nothing about them."""


def too_few(study: Study, estimator: str, patients: int, events: int) -> Iterator[str]:
    """Sentences on what the number of patients does not allow, for this estimator."""
    fewer = min(events, patients - events)
    if fewer < FEWEST_EVENTS:
        yield (
            f"{events:,} of {patients:,} patients have the outcome. At least {FEWEST_EVENTS} with "
            "it and as many without are needed for cross-validation: it cannot be trained."
        )
        return
    if estimator in NOT_COUNTED:
        yield f"How many patients a model of the kind “{estimator}” needs is not known."
        return
    parameters = _parameters(study, estimator)
    prevalence = events / patients
    largest = 1 - math.exp(
        2 * (prevalence * math.log(prevalence) + (1 - prevalence) * math.log1p(-prevalence))
    )
    found = criteria(patients, prevalence, parameters, EXPECTED_R_SQUARED * largest)
    needed = max(criterion.needed for criterion in found)
    if needed > patients:
        fitting = [criterion.name for criterion in found if not criterion.met]
        yield (
            f"{patients:,} patients ({events:,} with the outcome) are few for the {parameters} "
            f"parameters of a model of the kind “{estimator}”: Riley's criteria ask for "
            f"{needed:,} ({'; '.join(fitting)}). It trains; expect wide intervals, or use fewer "
            "inputs."
        )


def _parameters(study: Study, estimator: str) -> int:
    """Free columns the inputs become for this estimator, before anything is fitted to an outcome.

    An answer's own column for each level counts one less than there are levels: with the intercept
    one of them says nothing new, which is what the rank of made-up rows counts.
    """
    random = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            feature.name: random.choice(feature.levels, MADE_UP_ROWS)
            if feature.is_coded
            else random.random(MADE_UP_ROWS)
            for feature in study.schema.features
        },
        dtype=float,
    )
    columns = np.asarray(estimators.build(estimator, study)[0].fit_transform(rows))
    return int(np.linalg.matrix_rank(np.column_stack([np.ones(MADE_UP_ROWS), columns]))) - 1
