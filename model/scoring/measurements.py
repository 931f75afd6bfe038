"""What is measured of risks and outcomes: metrics, and the columns of the curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.schema.typed_json import Numbers, Whole


@dataclass(frozen=True)
class Estimate:
    """A metric with the ends of its 95 % interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


NOT_MEASURED = Estimate(None)


@dataclass(frozen=True)
class Measurements:
    """Some patients, how many of them had the outcome, and what was measured of them, by name."""

    patients: int
    events: int
    metrics: Mapping[str, Estimate]

    def estimate(self, name: str) -> Estimate:
        """One of the metrics; without a value where it was not measured."""
        return self.metrics.get(name, NOT_MEASURED)


@dataclass(frozen=True)
class Unusual:
    """Unusual patients of other hospitals and the others there: how many, and by how much more the
    squared error of their risks lies beyond chance; see `evaluation.unusual`.

    low, high : the 95 % interval of the difference.
    """

    patients: int
    others: int
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Roc:
    """Sensitivity over the false-positive rate, (points,) each."""

    false_positive_rate: Whole
    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision over recall, (points,) each."""

    recall: Whole
    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class CalibrationCurve:
    """The observed share over the predicted risk, (points,) each."""

    risk: Whole
    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class DecisionCurve:
    """Net benefit over thresholds, and that of acting on everybody, (points,) each."""

    threshold: Whole
    value: Numbers
    low: Numbers
    high: Numbers
    everybody: Whole


Curve = Roc | PrecisionRecall | CalibrationCurve | DecisionCurve
"""Each has a value and the ends of its 95 % band over what it runs across."""


@dataclass(frozen=True)
class Histogram:
    """Patients with and without the outcome by predicted risk, (bins,) each."""

    risk: Whole
    diseased: Whole
    healthy: Whole


@dataclass(frozen=True)
class OfAHundred:
    """What becomes of 100 patients at each threshold, (thresholds,) each."""

    threshold: Whole
    found: Whole
    missed: Whole
    needless: Whole
    spared: Whole


@dataclass(frozen=True)
class Performance(Measurements):
    """What can be drawn of risks and outcomes, whoever the patients are."""

    roc: Roc
    calibration: CalibrationCurve
    histogram: Histogram
    decision: DecisionCurve
    of_100: OfAHundred


@dataclass(frozen=True)
class Coverage:
    """The share of intervals that hold the true risk, in simulated studies.

    overall : of all patients. below_10, above_90 : of those whose true risk lies there; None where
    nobody's does. blanked : of all patients when tests are blanked, by what is, for the submodels;
    their truth is what each would say of endless patients. curved : of all patients, where the
    truth has curves and interactions that the model lacks; None of a version that did not measure
    it. studies : in how many it was measured.
    """

    studies: int
    overall: float
    below_10: float | None = None
    above_90: float | None = None
    blanked: Mapping[str, float] = field(default_factory=dict)
    curved: float | None = None
