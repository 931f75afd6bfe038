"""The two documents that go with a version for people to read: how good it is, and its card.

Each is a tree of frozen dataclasses, read by `typed_json`. What a later release added is not looked
at; what an earlier one did not have has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from model.scoring.typed_json import Numbers, parsed, read

EVALUATION_VERSION = 1
CARD_VERSION = 1


@dataclass(frozen=True)
class Estimate:
    """A metric with the ends of its 95 % interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Resampling:
    """How the metrics came about."""

    scheme: str
    repeats: int
    folds: int
    interval: str
    refits: int = 0


@dataclass(frozen=True)
class Roc:
    """Sensitivity over the false-positive rate, (points,) each."""

    false_positive_rate: Numbers
    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision over recall, (points,) each."""

    recall: Numbers
    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class CalibrationCurve:
    """The observed share over the predicted risk, (points,) each."""

    risk: Numbers
    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class DecisionCurve:
    """Net benefit over thresholds, and that of acting on everybody, (points,) each."""

    threshold: Numbers
    value: Numbers
    low: Numbers
    high: Numbers
    everybody: Numbers


@dataclass(frozen=True)
class Histogram:
    """Patients with and without the outcome by predicted risk, (bins,) each."""

    risk: Numbers
    diseased: Numbers
    healthy: Numbers


@dataclass(frozen=True)
class OfAHundred:
    """What becomes of 100 patients at each threshold, (thresholds,) each."""

    threshold: Numbers
    found: Numbers
    missed: Numbers
    needless: Numbers
    spared: Numbers


@dataclass(frozen=True)
class Subgroup:
    """Some of the training patients."""

    kind: str
    label: str
    patients: int
    events: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True)
class Blanked:
    """The same patients without some of their tests."""

    blanked: str
    patients: int
    events: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True)
class Site:
    """Patients of another hospital."""

    site: str
    label: str
    warning: str
    patients: int
    events: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True)
class Instability:
    """How far models of other samples lie from this one."""

    mean_absolute_distance: float
    median_interval_width: float
    widest_interval: float


@dataclass(frozen=True)
class Evaluation:
    """`evaluation.json`: everything that was measured of a version."""

    patients: int
    events: int
    resampling: Resampling
    metrics: Mapping[str, Estimate]
    roc: Roc
    precision_recall: PrecisionRecall
    calibration: CalibrationCurve
    histogram: Histogram
    decision: DecisionCurve
    of_100: OfAHundred
    instability: Instability
    replicates: Mapping[str, Numbers] = field(default_factory=dict)
    subgroups: tuple[Subgroup, ...] = ()
    missing_tests: tuple[Blanked, ...] = ()
    sites: tuple[Site, ...] = ()
    evaluation_version: int = EVALUATION_VERSION

    def __post_init__(self) -> None:
        if self.evaluation_version != EVALUATION_VERSION:
            raise ValueError(
                f"evaluation version {self.evaluation_version}; this program reads "
                f"{EVALUATION_VERSION}"
            )
        if not 0 <= self.events <= self.patients or self.patients == 0:
            raise ValueError("evaluation.json: no such share of patients has the outcome")

    @classmethod
    def from_json(cls, data: str | bytes) -> Self:
        """Read `evaluation.json`.

        Raises
        ------
        ValueError
            If a part is missing or makes no sense; the message names it.
        """
        return read(cls, data, "evaluation.json")


@dataclass(frozen=True)
class Named:
    """The estimator, in a sentence."""

    name: str
    about: str


@dataclass(frozen=True)
class Card:
    """`model_card.json`: what the version is for, for whom, and where it ends."""

    title: str
    estimator: Named
    intended_use: str
    intended_users: str
    out_of_scope: tuple[str, ...]
    population: str
    limits: tuple[str, ...]
    metrics: Mapping[str, Estimate]
    card_version: int = CARD_VERSION

    def __post_init__(self) -> None:
        if self.card_version != CARD_VERSION:
            raise ValueError(f"card version {self.card_version}; this program reads {CARD_VERSION}")

    @classmethod
    def from_json(cls, data: str | bytes) -> Self:
        """Read `model_card.json`; raises as `Evaluation.from_json` does."""
        return read(cls, data, "model_card.json")


def sensible(document: bytes | None, kind: type[Evaluation | Card]) -> dict[str, Any]:
    """A document that makes sense; nothing where an adopted version has none.

    Raises
    ------
    ValueError
        If it makes none, with the part that does not.
    """
    if document is None:
        return {}
    kind.from_json(document)
    return dict(parsed(document))
