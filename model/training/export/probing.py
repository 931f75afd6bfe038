"""What the encoding steps of a fitted pipeline make of each input, found by asking them: which
encoded column belongs to which input shows when one input is given and all others stay blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.estimators.classifiers import Submodel
from model.numerics.arrays import Floats
from model.numerics.spline import spline_basis
from model.schema import Feature
from model.scoring.additive_file import mean_of
from model.scoring.sums import Sum
from model.scoring.terms import Curve, Levels, RatioOf, Slope, Term
from model.scoring.uncertainty import Uncertainty
from model.studies import Ratio, Study
from model.training.export.parts import Part, centred_ratio
from model.training.posterior import Believed


class Encoding:
    """What the encoding steps of a fitted pipeline do to each input, found by asking them."""

    def __init__(self, pipeline: Any, study: Study) -> None:
        self._schema = study.schema
        self._knots = dict(_find_knots(pipeline[:-1]))
        probes = [{}, *self._probes(), *(pair for ratio in study.ratios for pair in _pairs(ratio))]
        rows = pd.DataFrame(probes, columns=list(study.schema.names), dtype=np.float64)
        encoded = np.asarray(pipeline[:-1].transform(rows))
        filled = getattr(pipeline[-1], "mean_", None)
        if filled is not None:
            encoded = np.where(np.isnan(encoded), filled, encoded)
        self._answers = {_key(probe): row for probe, row in zip(probes, encoded, strict=True)}
        self._blank = encoded[0]
        self._owners = self._find_owners()
        self._left_out = {
            column for member in getattr(pipeline[-1], "submodels_", ()) for column in member.absent
        }
        parts = [self._part(feature) for feature in study.schema.features]
        parts += [self._ratio(ratio) for ratio in study.ratios]
        self.parts = tuple(part for part in parts if part is not None)

    def sum(self, member: Submodel, background: pd.DataFrame) -> Sum:
        """One linear model as a sum of terms, centred on the background."""
        columns = self._columns_of(background)
        return Sum(
            self.absent(member),
            member.intercept + float(self._constants @ member.weights),
            tuple(
                self._centred(part, part.with_weights(member.weights), columns)
                for part in self._present(member)
            ),
        )

    def uncertainty(self, known: Believed, background: pd.DataFrame, widened: float) -> Uncertainty:
        """What is known of a member's weights as what is known of its `sum`'s parameters.

        background : (n, features) training patients. widened : what the standard errors are
        multiplied by.
        """
        # Parameters are linear in the weights: of a matrix A from these to those, the middle is A
        # times the weights and the covariance A C A'. The first row is the average patient's.
        columns = self._columns_of(background)
        parts = self._present(known.member)
        # (parameters, columns): how intercept and weights become intercept and parameters.
        mapped = np.zeros((1, 1 + len(self._blank)))
        mapped[0] = [1.0, *self._constants]
        for part in parts:
            block = np.zeros((len(part.parameters), mapped.shape[1]))
            block[:, 1 + np.asarray(part.columns)] = part.parameters
            mapped = np.vstack([mapped, block])
        means = np.concatenate([[1.0], *(self._means(part, columns) for part in parts)])
        mapped[0] += means[1:] @ mapped[1:]  # of the average patient, instead of one of zeros
        mapped = mapped[:, [0, *(1 + known.columns)]]
        places = np.flatnonzero(mapped.any(axis=1))
        weights = np.array([known.member.intercept, *known.member.weights[known.columns]])
        covariance = mapped[places] @ known.covariance @ mapped[places].T
        return Uncertainty.about(
            places.tolist(), means[places], mapped[places] @ weights, widened**2 * covariance
        )

    def _columns_of(self, background: pd.DataFrame) -> dict[str, Floats]:
        return {name: background[name].to_numpy(dtype=np.float64) for name in self._schema.names}

    def _means(self, part: Part, columns: Mapping[str, Floats]) -> Floats:
        """(parameters,) the design of a term in the mean over the training patients: where a blank
        is never filled, over those who are not.
        """
        if self._left_out & set(part.columns):
            measured = ~np.isnan(columns[part.term.inputs[0]])
            columns = {name: values[measured] for name, values in columns.items()}
            if not measured.any():
                return np.zeros(len(part.parameters))
        return np.array([float(row.mean()) for row in part.term.design(columns)])

    def _centred(self, part: Part, term: Term, columns: Mapping[str, Floats]) -> Term:
        """The term with its means over the training patients."""
        if isinstance(term, RatioOf):
            return centred_ratio(term, columns)
        return replace(term, mean=mean_of(term.parameters, self._means(part, columns).tolist()))

    def absent(self, member: Submodel) -> tuple[str, ...]:
        """The inputs a member does without."""
        kept = {name for part in self._present(member) for name in part.term.inputs}
        all_inputs = {name for part in self.parts for name in part.term.inputs}
        return tuple(name for name in self._schema.names if name in all_inputs - kept)

    def _present(self, member: Submodel) -> list[Part]:
        gone = set(member.absent)
        return [part for part in self.parts if not gone & set(part.columns)]

    @cached_property
    def _constants(self) -> Floats:
        """(columns,) what each encoded column adds to the intercept per unit of its weight."""
        constants = np.zeros(len(self._blank))
        unused = self._columns()
        constants[unused] = self._blank[unused]
        for part in self.parts:
            constants[part.columns] = part.constant
        return constants

    def _probes(self) -> Iterator[dict[str, float]]:
        for feature in self._schema.features:
            for value in self._tried(feature):
                yield {feature.name: value}

    def _tried(self, feature: Feature) -> list[float]:
        """Values that show what the encoding does with an input."""
        if feature.is_coded:
            return sorted(feature.levels)
        knots = self._knots.get(feature.name)
        if knots is None:
            return [0.0, 1.0, 2.0, 50.0]
        middle = (knots[:-1] + knots[1:]) / 2
        return [float(v) for v in (knots[0] - 1, *knots, *middle, knots[-1] + 1)]

    def _encoded(self, name: str, values: Sequence[float]) -> Floats:
        """(n, columns): one input as given, all others blank."""
        return np.array([self._answers[_key({name: value})] for value in values])

    def _find_owners(self) -> list[set[str]]:
        """For every encoded column, the inputs that change it."""
        owners: list[set[str]] = [set() for _ in self._blank]
        for feature in self._schema.features:
            encoded = self._encoded(feature.name, self._tried(feature))
            changed = np.ptp(np.vstack([self._blank, encoded]), axis=0) != 0
            for column in np.flatnonzero(changed):
                owners[column].add(feature.name)
        return owners

    def _columns(self, *names: str) -> list[int]:
        return [at for at, owner in enumerate(self._owners) if owner == set(names)]

    def _part(self, feature: Feature) -> Part | None:
        """The columns that only this input changes."""
        columns = self._columns(feature.name)
        if not columns:
            return None
        blank = self._blank[columns]
        nothing = np.zeros(len(columns))
        if self._left_out & set(columns):
            blank = nothing  # no sum with these columns ever answers for a blank
        if feature.is_coded:
            codes = tuple(sorted(feature.levels))
            encoded = self._encoded(feature.name, codes)[:, columns]
            shape: Term = Levels(feature.name, codes, tuple(0.0 for _ in codes), 0.0, 0.0)
            return Part(columns, nothing, np.vstack([encoded, blank]), shape)
        if feature.name in self._knots:
            return self._curve(feature.name, columns)
        # Two values tell a straight effect; the proof tells whether it is straight. A blank counts
        # as what it differs by from zero.
        zero, one = self._encoded(feature.name, [0.0, 1.0])[:, columns]
        of_blank = nothing if self._left_out & set(columns) else blank - zero
        parameters = np.vstack([one - zero, of_blank])
        return Part(columns, zero, parameters, Slope(feature.name, 0.0, 0.0, 0.0))

    def _curve(self, name: str, columns: list[int]) -> Part:
        """A spline's columns as combinations of its basis; the proof shows whether they are."""
        knots = self._knots[name]
        probes = np.array(self._tried(self._schema[name]))
        encoded = self._encoded(name, probes.tolist())[:, columns]
        basis = spline_basis(probes, knots)
        if basis.shape == encoded.shape and np.array_equal(basis, encoded):
            combined = np.vstack([np.zeros(len(columns)), np.eye(len(columns))])
        else:
            design = np.column_stack([np.ones(len(probes)), basis])
            combined = np.asarray(np.linalg.lstsq(design, encoded)[0], dtype=np.float64)
        constant = combined[0]
        of_blank = self._blank[columns] - constant
        if self._left_out & set(columns):
            of_blank = np.zeros(len(columns))
        parameters = np.vstack([combined[1:], of_blank])
        shape = Curve(name, tuple(knots.tolist()), (0.0,) * (len(knots) - 1), 0.0, 0.0)
        return Part(columns, constant, parameters, shape)

    def _ratio(self, ratio: Ratio) -> Part | None:
        """The columns that the two inputs of a ratio change together."""
        columns = self._columns(ratio.numerator, ratio.denominator)
        if not columns:
            return None
        asked = [self._answers[_key(pair)][columns] for pair in _pairs(ratio)]
        zero, one, blank_above, blank_below = asked
        # What a blank part counts as shows in any of the columns: each is affine in the ratio.
        unit = one - zero
        at = int(np.abs(unit).argmax())
        shape = RatioOf(
            ratio.numerator,
            ratio.denominator,
            0.0,
            missing_numerator=float((blank_above - zero)[at] / unit[at]),
            missing_denominator=float(unit[at] / (blank_below - zero)[at]),
            mean_numerator=0.0,
            mean_inverse_denominator=0.0,
            mean_ratio=0.0,
        )
        return Part(columns, zero, unit[None, :], shape)


def _pairs(ratio: Ratio) -> tuple[dict[str, float], ...]:
    """What shows a ratio: zero over one, one over one, blank over one, one over blank."""
    one_over_one = {ratio.numerator: 1.0, ratio.denominator: 1.0}
    return (
        {ratio.numerator: 0.0, ratio.denominator: 1.0},
        one_over_one,
        {ratio.denominator: 1.0},
        {ratio.numerator: 1.0},
    )


def _key(probe: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(probe.items()))


def _find_knots(step: Any) -> Iterator[tuple[str, Floats]]:
    """Every input that a spline encodes, with its knots, wherever the spline stands."""
    for inner in [part for _, part in getattr(step, "steps", ())]:
        yield from _find_knots(inner)
    for _, inner, names in getattr(step, "transformers_", ()):
        if hasattr(inner, "knots_"):
            yield from zip(names, inner.knots_, strict=True)
        else:
            yield from _find_knots(inner)
