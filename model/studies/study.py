"""What a study declares: its inputs, its outcome, its data, and what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.schema import Interval, Schema
from model.studies.source import DataSource


@dataclass(frozen=True)
class Ratio:
    """A predictor derived from two inputs: numerator over denominator."""

    numerator: str
    denominator: str

    @property
    def name(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Example:
    """A made-up patient to try the form with: a story, and values in canonical units and codes.

    What the story says was not done has no value.
    """

    story: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Subgroup:
    """Patients whose value of a feature lies in a closed range, named in words."""

    kind: str
    label: str
    feature: str
    low: float
    high: float


@dataclass(frozen=True)
class Site:
    """Another place the study's table has patients from: reported, never trained on.

    `warning`: what a user from a place like it must know; blank if nothing in particular.
    """

    name: str
    label: str
    warning: str = ""


@dataclass(frozen=True)
class Expectation:
    """Values of one feature in the order of the risk clinicians expect of them, lowest first.

    `wording` completes "although …".
    """

    feature: str
    order: tuple[float, ...]
    wording: str


@dataclass(frozen=True)
class Plan:
    """What is looked at beside the headline: decided by the study, not by the results.

    `blanked`: tests that are blanked in patients they were done in, to see what that costs.
    `expectations`: what clinicians would be surprised to see broken.
    """

    subgroups: tuple[Subgroup, ...] = ()
    sites: tuple[Site, ...] = ()
    blanked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Conduct:
    """How a study was done: what a report must say and no table of patients can tell.

    Each part is a sentence or more. One that is left blank leaves a question of the model card
    unanswered, and an unanswered question stops the training.
    """

    context: str = ""
    earlier_models: str = ""
    inequalities: str = ""
    source: str = ""
    dates: str = ""
    setting: str = ""
    eligibility: str = ""
    treatment: str = ""
    preparation: str = ""
    outcome: str = ""
    outcome_reading: str = ""
    predictor_choice: str = ""
    predictor_reading: str = ""
    site_differences: str = ""
    ethics: str = ""
    funding: str = ""
    interests: str = ""
    protocol: str = ""
    registration: str = ""
    involvement: str = ""
    next_steps: str = ""


@dataclass(frozen=True)
class Judgement:
    """How good or bad one side of a study is, in our own eyes, and why.

    `concern` is ``low``, ``high`` or ``unclear``.
    """

    concern: str
    reason: str


@dataclass(frozen=True)
class Appraisal:
    """PROBAST+AI of what the study decides; the analysis is judged from each training.

    Each part judges the patients, the predictors and the outcome. `development` is how good
    they are to learn from, `evaluation` how far they bias what is measured, `applicability` how
    far they are from the patients a reader has in mind.
    """

    development: Mapping[str, Judgement] = field(default_factory=dict)
    evaluation: Mapping[str, Judgement] = field(default_factory=dict)
    applicability: Mapping[str, Judgement] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """A clinical question and the data that answer it.

    `diseased`: values of the source's outcome column that mean the outcome is present.
    `zero_means_missing`: columns whose zeros in the source stand for "not measured".
    """

    schema: Schema
    source: DataSource
    diseased: Interval
    intended_use: str
    intended_users: str
    out_of_scope: tuple[str, ...]
    population: str
    limits: tuple[str, ...]
    zero_means_missing: tuple[str, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    examples: tuple[Example, ...] = ()
    plan: Plan = Plan()
    conduct: Conduct = Conduct()
    appraisal: Appraisal = Appraisal()

    @property
    def name(self) -> str:
        return self.schema.study

    @property
    def title(self) -> str:
        return self.schema.title
