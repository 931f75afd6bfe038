"""Reads a fitted pipeline off as a sum of terms, and proves that the sum is the pipeline.

Every column that enters the final linear step must depend on one input alone, or be a
declared ratio of two. Which column belongs to which input is found by asking the pipeline
itself, so an estimator needs to declare nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.errors import NotAdditive
from model.schema import Feature, Schema
from model.scoring.additive import Additive, Floats, Levels, RatioOf, Slope, Term, risk_of
from model.studies import Ratio, Study

PROOF_PATIENTS = 10_000
PROOF_TOLERANCE = 1e-12


def read_off(pipeline: Any, study: Study, background: pd.DataFrame) -> Additive:
    """The additive form of a pipeline that ends in a linear classifier.

    Parameters
    ----------
    background : (n, features) the training patients, over which contributions are centred.

    Raises
    ------
    NotAdditive
        If the last step is not linear, or the form does not give the pipeline's own log-odds
        and probability to 1e-12 on 10,000 random patients with every pattern of missing inputs.
    """
    if not (hasattr(pipeline[-1], "coef_") and hasattr(pipeline[-1], "predict_proba")):
        raise NotAdditive(
            "The estimator does not end in a linear classifier that gives probabilities."
        )
    reader = _Reader(pipeline, study.schema, background)
    terms = [reader.term(feature) for feature in study.schema.features]
    ratios = [reader.ratio(ratio) for ratio in study.ratios]
    found = [each for each in [*terms, *ratios] if each is not None]
    constants = reader.unused() + sum(constant for constant, _ in found)
    intercept = float(pipeline[-1].intercept_[0]) + constants
    form = Additive(study.schema.names, intercept, tuple(term for _, term in found))
    prove(form, pipeline, study.schema)
    return form


def prove(form: Additive, pipeline: Any, schema: Schema, seed: int = 0) -> None:
    """Compare log-odds and risk on random patients; raise `NotAdditive` where they differ."""
    rows = random_patients(schema, PROOF_PATIENTS, seed)
    expected = pipeline.decision_function(rows)
    found = form.log_odds(rows.to_numpy())
    worst = float(np.abs(found - expected).max())
    if not worst <= PROOF_TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise NotAdditive(
            "The estimator is not the sum of one term an input: its log-odds differ by "
            f"{worst:.3g} from those of the sum."
        )
    worst = float(np.abs(risk_of(found) - pipeline.predict_proba(rows)[:, 1]).max())
    if not worst <= PROOF_TOLERANCE:
        raise NotAdditive(f"The estimator's sum is not its log-odds: risks differ by {worst:.3g}.")


def random_patients(schema: Schema, count: int, seed: int) -> pd.DataFrame:
    """Patients over the whole plausible range, each optional input blank in half of them."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Floats] = {}
    for feature in schema.features:
        if feature.plausible is None:
            drawn = rng.choice(feature.levels, count)
        else:
            drawn = rng.uniform(feature.plausible.low, feature.plausible.high, count)
        if not feature.required:
            drawn = np.where(rng.random(count) < 0.5, np.nan, drawn)
        columns[feature.name] = drawn
    return pd.DataFrame(columns)


class _Reader:
    """Asks the encoding steps what one input does while the others stay blank."""

    def __init__(self, pipeline: Any, schema: Schema, background: pd.DataFrame) -> None:
        self._encode = pipeline[:-1]
        self._weights = pipeline[-1].coef_[0]
        self._schema = schema
        self._background = background
        self._blank = pd.DataFrame(np.nan, index=[0], columns=list(schema.names))
        self._owners = self._find_owners()

    def _encoded(self, **values: list[float]) -> Floats:
        """(n, columns): inputs as given, all others blank."""
        count = len(next(iter(values.values())))
        rows = pd.DataFrame(np.nan, index=range(count), columns=list(self._schema.names))
        encoded: Floats = np.asarray(self._encode.transform(rows.assign(**values)))
        return encoded

    def _find_owners(self) -> list[set[str]]:
        """For every encoded column, the inputs that change it."""
        owners: list[set[str]] = [set() for _ in self._weights]
        for feature in self._schema.features:
            tried = list(feature.levels) if feature.is_coded else [1.0, 2.0, 50.0]
            changed = np.ptp(self._encoded(**{feature.name: [np.nan, *tried]}), axis=0) != 0
            for column in np.flatnonzero(changed):
                owners[column].add(feature.name)
        return owners

    def _columns(self, *names: str) -> list[int]:
        return [at for at, owner in enumerate(self._owners) if owner == set(names)]

    def unused(self) -> float:
        """What columns that no input changes add to every patient."""
        columns = self._columns()
        constant = np.asarray(self._encode.transform(self._blank))[0]
        return float(constant[columns] @ self._weights[columns])

    def term(self, feature: Feature) -> tuple[float, Term] | None:
        """Constant and term of one input, from the columns that only it changes."""
        columns = self._columns(feature.name)
        if not columns:
            return None
        weights = self._weights[columns]
        if feature.is_coded:
            codes = sorted(feature.levels)
            effects = self._encoded(**{feature.name: [*codes, np.nan]})[:, columns] @ weights
            term: Slope | Levels = Levels(
                feature.name, tuple(codes), tuple(effects[:-1].tolist()), float(effects[-1]), 0.0
            )
            return 0.0, self._centred(term)
        zero, one, missing = self._encoded(**{feature.name: [0.0, 1.0, np.nan]})[:, columns]
        offset = float(zero @ weights)
        slope = float((one - zero) @ weights)
        return offset, self._centred(
            Slope(feature.name, slope, float(missing @ weights) - offset, 0.0)
        )

    def ratio(self, ratio: Ratio) -> tuple[float, Term] | None:
        """Constant and term of a ratio, from the columns that its two inputs change."""
        columns = self._columns(ratio.numerator, ratio.denominator)
        weights = self._weights[columns]
        if not weights.any():
            return None
        pairs = {ratio.numerator: [0.0, 1.0], ratio.denominator: [1.0, 1.0]}
        zero, one = self._encoded(**pairs)[:, columns]
        offset, slope = float(zero @ weights), float((one - zero) @ weights)
        # What a blank part counts as: blank numerator over one, one over blank denominator.
        blank_above, blank_below = (
            self._encoded(**{ratio.numerator: [np.nan, 1.0], ratio.denominator: [1.0, np.nan]})[
                :, columns
            ]
            @ weights
            - offset
        ) / slope
        above = self._background[ratio.numerator].fillna(float(blank_above)).to_numpy()
        below = self._background[ratio.denominator].fillna(float(1 / blank_below)).to_numpy()
        return offset, RatioOf(
            ratio.numerator,
            ratio.denominator,
            slope,
            missing_numerator=float(blank_above),
            missing_denominator=float(1 / blank_below),
            mean_numerator=float(above.mean()),
            mean_inverse_denominator=float((1 / below).mean()),
            mean_ratio=float((above / below).mean()),
        )

    def _centred(self, term: Slope | Levels) -> Term:
        column = self._background[term.feature].to_numpy(dtype=np.float64)
        return replace(term, mean=float(term.effect({term.feature: column}).mean()))
