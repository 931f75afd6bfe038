"""Who answers for patients: a model here, or one behind an endpoint."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.schema import Schema
from model.scoring.assessment import Assessment, Certainty


class Scorer(Protocol):
    """Whatever answers for checked patients."""

    def assess(self, rows: pd.DataFrame, *, explain: bool) -> Assessment: ...


class Likeness(Scorer, Protocol):
    """A model that answers, and knows how sure it is and who is unlike those it learned from."""

    schema: Schema

    def appraise(self, rows: pd.DataFrame) -> tuple[Assessment, Certainty]: ...

    def unusual(self, rows: pd.DataFrame) -> NDArray[np.bool_]: ...
