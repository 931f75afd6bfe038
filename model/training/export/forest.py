"""Reads a fitted forest off as the trees that answer for it, and proves that they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.errors import TrainingFailed
from model.estimators.classifiers import LogOddsForest
from model.numerics.arrays import Floats
from model.numerics.trees import LEAF, Trees
from model.scoring import Forest
from model.scoring.forest import nodes_of
from model.scoring.tree_shapley import shapley
from model.studies import Study
from model.studies.cohort import Cohort
from model.training.export.additive import PROOF_PATIENTS, PROOF_TOLERANCE, random_patients

KEPT = 2000
"""Trees of all refits together. Few of each are enough, since the noise of few is taken off."""
DECIMALS = 4
"""Of a refit's log-odds; a standard error needs no more."""
EXPLAINED_PATIENTS = 200
EXPLAINED_TOLERANCE = 1e-9
"""In log-odds, between what is explained and what is scored."""


ACCEPTED = "LogOddsForest of this project"


def accepts(pipeline: Any) -> bool:
    """Whether the last step is a forest that votes in log-odds."""
    return isinstance(pipeline[-1], LogOddsForest)


def read_off(pipeline: Any, study: Study, background: pd.DataFrame) -> Forest:
    """The trees of a fitted forest.

    Raises
    ------
    TrainingFailed
        If they do not give the pipeline's own log-odds to 1e-12 on 10,000 random patients, or the
        contributions of 200 of these do not add up to theirs to 1e-9.
    """
    names = study.schema.names
    form = Forest(names, Trees(nodes_of(pipeline), len(names)))
    rows = random_patients(study.schema, PROOF_PATIENTS, seed=0)
    values = rows.to_numpy()
    log_odds = form.log_odds(values)
    worst = float(np.abs(log_odds - pipeline.decision_function(rows)).max())
    if not worst <= PROOF_TOLERANCE:
        raise TrainingFailed(
            f"The forest's trees are not the forest: log-odds differ by {worst:.3g}."
        )
    base, contributions = shapley(form.trees, values[:EXPLAINED_PATIENTS])
    total = base + contributions.sum(axis=1)
    worst = float(np.abs(total - log_odds[:EXPLAINED_PATIENTS]).max())
    if not worst <= EXPLAINED_TOLERANCE:
        raise TrainingFailed(f"The forest's contributions miss its log-odds by {worst:.3g}.")
    return form


def kept_of(refit: Any) -> Floats:
    """All its nodes."""
    nodes: Floats = nodes_of(refit).copy()
    leaves = nodes[:, 0] == LEAF
    nodes[leaves, 1] = nodes[leaves, 1].round(DECIMALS)
    return nodes


def free_parameters(form: Forest) -> None:
    """None: trees have no parameters that sample-size criteria would count."""


def with_uncertainty(
    form: Forest,
    fitted: Any,
    study: Study,
    patients: Cohort,
    refits: Sequence[Floats],
    widened: float | None,
) -> Forest:
    """The forest with some trees of each refit, as many of one as of another, and without an
    interval of its own.

    They are drawn at random: trees of the same number grow from the same random numbers in every
    refit, so the first of each would err together.
    """
    columns = len(study.schema.names)
    kept = max(2, min(len(form.trees), KEPT // len(refits)))
    random = np.random.default_rng(0)
    drawn = []
    for nodes in refits:
        trees = Trees(nodes, columns)
        drawn += [trees.tree(at) for at in random.choice(len(trees), kept, replace=False)]
    return replace(form, refits=Trees(np.vstack(drawn), columns), kept=kept)
