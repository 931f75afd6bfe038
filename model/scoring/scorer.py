"""Who answers for patients: a model here, or one behind an endpoint."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.schema import Schema
from model.scoring.assessment import Assessment, Certainty
from model.scoring.certificate import Certificate
from model.scoring.documents import Card, Evaluation
from model.scoring.fingerprints import Recognised
from model.scoring.origin import Origin


class Scorer(Protocol):
    """Whatever answers for checked patients."""

    def assess(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """Risks of n patients, in the order asked; `explain` asks for the reasons as well.

        Raises
        ------
        InputError
            If a required input is blank or a code is unknown.
        EndpointError
            If an endpoint is away, or does not answer with risks.
        """
        ...


class Likeness(Scorer, Protocol):
    """A model that answers, and knows how sure it is and who is unlike those it learned from."""

    schema: Schema

    def appraise(self, rows: pd.DataFrame) -> tuple[Assessment, Certainty]:
        """The risks of n patients, and how sure each is, without the reasons."""
        ...

    def unusual(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """(n,) whether each patient is unlike those it learned from; never, where it knows none."""
        ...


class Model(Likeness, Protocol):
    """What may be asked of a version's model, whatever kind it is. Ask first what it can do; what
    it cannot do has no answer to show.

    explains : contributions. has_interval, has_submodels : with every risk. evaluation : how well
    it does; None if it is not known. card : what it is for; None if nobody wrote one.
    knows_patients : whom it learned from, so that it can tell who is unlike them. origin : of an
    adopted one. training_prevalence : None if it is not known. average : on the scale of the
    contributions, where the reasons of every patient begin; None if that is each one's own base.
    """

    @property
    def digest(self) -> str: ...
    @property
    def evaluation(self) -> Evaluation | None: ...
    @property
    def card(self) -> Card | None: ...
    @property
    def explains(self) -> bool: ...
    @property
    def has_interval(self) -> bool: ...
    @property
    def has_submodels(self) -> bool: ...
    @property
    def knows_patients(self) -> bool: ...
    @property
    def origin(self) -> Origin | None: ...
    @property
    def certificate(self) -> Certificate | None: ...
    @property
    def training_prevalence(self) -> float | None: ...
    @property
    def average(self) -> float | None: ...

    def recognised(self, rows: pd.DataFrame) -> Recognised | None:
        """How many of these patients it learned from; None if none can be told."""
        ...

    def contribution_bounds(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """The ends of the 95 % interval of every contribution; None where they are not known."""
        ...
