"""What the figures of an evaluation are drawn from, on a page and in a report: lines, bands, bars
and rows, without colours and without a chart library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.schema.typed_json import Numbers, Whole
from model.scoring.documents import Evaluation, Subgroup
from model.scoring.measurements import Curve, Estimate, Histogram, Performance


@dataclass(frozen=True)
class Line:
    """A line to hold others against, and its name; (points,) each."""

    across: Whole
    values: Whole
    name: str


CHANCE = Line((0, 1), (0, 1), "chance")
PERFECT = Line((0, 1), (0, 1), "perfect")
NOBODY = Line((0, 1), (0, 0), "act on nobody")


@dataclass(frozen=True)
class Banded:
    """A line in its 95 % band, (points,) each: None where it is not known."""

    across: Whole
    value: Numbers
    low: Numbers
    high: Numbers

    def outline(self) -> tuple[list[float], list[float]]:
        """The band as one closed line, across and up: forth along its upper end and back along its
        lower one, over the points where both are known.
        """
        known = [
            (x, low, high)
            for x, low, high in zip(self.across, self.low, self.high, strict=True)
            if low is not None and high is not None
        ]
        forth = [(x, high) for x, _, high in known]
        back = [(x, low) for x, low, _ in reversed(known)]
        return [x for x, _ in forth + back], [y for _, y in forth + back]

    def known(self) -> Banded:
        """Only the points where the line and both ends of its band are known."""
        rows = [
            (x, value, low, high)
            for x, value, low, high in zip(
                self.across, self.value, self.low, self.high, strict=True
            )
            if value is not None and low is not None and high is not None
        ]
        across, value, low, high = (tuple(row[part] for row in rows) for part in range(4))
        return Banded(across, value, low, high)


def roc(measured: Performance) -> Banded:
    """Sensitivity over the false-positive rate."""
    return _over(measured.roc.false_positive_rate, measured.roc)


def precision_recall(measured: Evaluation) -> Banded:
    """Precision over sensitivity."""
    return _over(measured.precision_recall.recall, measured.precision_recall)


def calibration(measured: Performance) -> Banded:
    """The observed share over the predicted risk."""
    return _over(measured.calibration.risk, measured.calibration)


def decision(measured: Performance) -> Banded:
    """Net benefit over thresholds."""
    return _over(measured.decision.threshold, measured.decision)


def everybody(measured: Performance) -> Line:
    """Net benefit of acting on everybody, over the same thresholds."""
    curve = measured.decision
    return Line(curve.threshold, curve.everybody, "act on everybody")


def instability(measured: Evaluation) -> Banded:
    """The ends between which 95 % of the refits lie, over the model's own risk."""
    rows = measured.instability.by_risk
    risks = tuple(row.risk for row in rows)
    return Banded(risks, risks, tuple(row.low for row in rows), tuple(row.high for row in rows))


@dataclass(frozen=True)
class Bars:
    """Patients by predicted risk, (bins,) each: with the outcome upwards, without it downwards."""

    risk: Whole
    counts: Whole
    is_with_outcome: bool

    @property
    def sign(self) -> int:
        """1 upwards, -1 downwards."""
        return 1 if self.is_with_outcome else -1


def patients(histogram: Histogram) -> tuple[Bars, Bars]:
    """Those with the outcome, and those without."""
    return (
        Bars(histogram.risk, histogram.diseased, is_with_outcome=True),
        Bars(histogram.risk, histogram.healthy, is_with_outcome=False),
    )


@dataclass(frozen=True)
class Row:
    """One metric in a group of patients: ``Women (25 of 97)`` with its interval."""

    group: Subgroup
    estimate: Estimate
    value: float

    @property
    def label(self) -> str:
        """The group, and how many of its patients had the outcome."""
        return f"{self.group.label} ({self.group.events} of {self.group.patients})"

    @property
    def below(self) -> float:
        """How far its interval reaches below the value; 0 where that is not known."""
        return 0.0 if self.estimate.low is None else self.value - self.estimate.low

    @property
    def above(self) -> float:
        """How far its interval reaches above the value; 0 where that is not known."""
        return 0.0 if self.estimate.high is None else self.estimate.high - self.value


def forest(groups: Sequence[Subgroup], metric: str) -> list[Row]:
    """A row for each group in which the metric was measured, in their order."""
    estimates = ((group, group.estimate(metric)) for group in groups)
    return [Row(group, found, found.value) for group, found in estimates if found.value is not None]


def _over(across: Whole, curve: Curve) -> Banded:
    return Banded(across, curve.value, curve.low, curve.high)
