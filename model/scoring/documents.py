"""The two documents that go with a version for people to read: how good it is, and its card.

Each is a tree of frozen dataclasses, read by `typed_json`. What a later release added is not looked
at; what an earlier one did not have has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from model.schema.typed_json import Numbers, read, require_version
from model.scoring.measurements import (
    Coverage,
    Estimate,
    Measurements,
    Performance,
    PrecisionRecall,
    Unusual,
)

EVALUATION_VERSION = 1
CARD_VERSION = 1


@dataclass(frozen=True)
class Resampling:
    """How the metrics came about."""

    scheme: str
    repeats: int
    folds: int
    interval: str
    refits: int = 0


@dataclass(frozen=True)
class Subgroup(Measurements):
    """Some of the training patients: those whose feature lies from low to high. Versions of
    earlier releases kept only the group's name.
    """

    kind: str
    label: str
    feature: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Blanked(Measurements):
    """The same patients without some of their tests."""

    blanked: str


@dataclass(frozen=True)
class Fit:
    """How well risks fit what happened."""

    observed_to_expected: float
    log_loss: float
    calibration_intercept: float | None = None


@dataclass(frozen=True)
class LocalPrevalence:
    """What shifting the risks to a site's own prevalence does there."""

    prevalence: float
    as_trained: Fit
    shifted: Fit


@dataclass(frozen=True)
class Site(Measurements):
    """Patients of another hospital. local_prevalence : None of a version that did not look."""

    site: str
    label: str
    warning: str
    local_prevalence: LocalPrevalence | None = None


@dataclass(frozen=True)
class AtRisk:
    """The patients around one risk, and the ends between which 95 % of the refits lie there."""

    risk: float
    low: float
    high: float


@dataclass(frozen=True)
class Distances:
    """How far models of other samples lie from this one, over all patients, and how wide the
    patients' intervals are: None where no interval is claimed.
    """

    mean_absolute_distance: float
    median_interval_width: float | None = None
    widest_interval: float | None = None
    refits_inside_interval: float | None = None


@dataclass(frozen=True)
class Instability(Distances):
    """The same, and by the risk they lie at."""

    by_risk: tuple[AtRisk, ...] = ()


@dataclass(frozen=True)
class Criterion:
    """A sample-size criterion: how many patients it asks for, and whether there were as many."""

    name: str
    needed: int
    met: bool


@dataclass(frozen=True)
class Margin:
    """What a version may lose against the champion and still be no worse, as the study declared."""

    brier: float
    calibration: float
    net_benefit: float


@dataclass(frozen=True)
class Evaluation(Performance):
    """`evaluation.json`: everything that was measured of a version.

    replicates : each metric of bootstrap samples of the patients, the same samples for every
    version. net_benefit : in the mean over the thresholds of the margin.
    """

    resampling: Resampling
    precision_recall: PrecisionRecall
    instability: Instability
    replicates: Mapping[str, Numbers] = field(default_factory=dict)
    subgroups: tuple[Subgroup, ...] = ()
    missing_tests: tuple[Blanked, ...] = ()
    sites: tuple[Site, ...] = ()
    margin: Margin | None = None
    net_benefit: float | None = None
    interval_coverage: Coverage | None = None
    sample_size: tuple[Criterion, ...] = ()
    unusual: Unusual | None = None
    evaluation_version: int = EVALUATION_VERSION

    def __post_init__(self) -> None:
        require_version("evaluation", self.evaluation_version, EVALUATION_VERSION)
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
class Data:
    """The table it learned from."""

    citation: str
    licence: str


@dataclass(frozen=True)
class Gap:
    """A question about the study that nobody has answered, and its place in the study's file."""

    key: str
    question: str


@dataclass(frozen=True)
class Contrary:
    """Two values of an input; the one expected to be riskier scores lower, as `line` says."""

    feature: str
    riskier: float
    safer: float
    line: str


@dataclass(frozen=True)
class Provenance:
    """parameters : what the estimator was built and fitted with."""

    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """A made-up patient in canonical units and codes."""

    story: str
    values: Mapping[str, float]


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
    data: Data | None = None
    gaps: tuple[Gap, ...] = ()
    examples: tuple[Example, ...] = ()
    against_expectation: tuple[str, ...] = ()
    contraries: tuple[Contrary, ...] = ()
    interval_coverage: Coverage | None = None
    provenance: Provenance = field(default_factory=Provenance)
    card_version: int = CARD_VERSION

    def __post_init__(self) -> None:
        require_version("card", self.card_version, CARD_VERSION)

    @classmethod
    def from_json(cls, data: str | bytes) -> Self:
        """Read `model_card.json`; raises as `Evaluation.from_json` does."""
        return read(cls, data, "model_card.json")
