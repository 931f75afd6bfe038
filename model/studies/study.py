"""What a study declares: its inputs, its outcome, its data, and what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

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
class Margin:
    """How much worse than the champion a version may be, at most, and still be no worse.

    Each is a difference on the same patients: `brier` of the Brier score, `calibration` of the
    integrated calibration index (0 to 1), `net_benefit` of the net benefit a patient, in the mean
    over the thresholds within `thresholds`.
    """

    brier: float
    calibration: float
    net_benefit: float
    thresholds: Interval


@dataclass(frozen=True)
class Plan:
    """What is looked at beside the headline: decided by the study, not by the results.

    `blanked`: tests that are blanked in patients they were done in, to see what that costs.
    `expectations`: what clinicians would be surprised to see broken.
    `margin`: what a new version may lose against the champion; None if nobody declared it.
    """

    subgroups: tuple[Subgroup, ...] = ()
    sites: tuple[Site, ...] = ()
    blanked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()
    margin: Margin | None = None


def _asks(question: str) -> str:
    """A part nobody has written yet, and the question it answers."""
    answer: str = field(default="", metadata={"question": question})
    return answer


@dataclass(frozen=True)
class Conduct:
    """How a study was done: what a report must say and no table of patients can tell.

    Each part is a sentence or more, in answer to its question. One that is left blank is a gap,
    shown as one wherever the answer would stand.
    """

    context: str = _asks(
        "Which clinical question is it, in which care pathway, and what would a number change?"
    )
    earlier_models: str = _asks("Which models exist for this question, and how well did they do?")
    inequalities: str = _asks(
        "Who is known to be served worse in this field, and what does the table say of them?"
    )
    source: str = _asks(
        "Where do the data come from (cohort, register, routine records, trial), and why these?"
    )
    dates: str = _asks("From when to when were patients seen, and how long were they followed?")
    setting: str = _asks("Where were patients seen: which kind of care, how many places, which?")
    eligibility: str = _asks("Who was included, and who was left out?")
    treatment: str = _asks("Which treatments did patients have that bear on the outcome?")
    preparation: str = _asks("How were the data cleaned and checked, and alike for all groups?")
    outcome: str = _asks("How is the outcome defined, and at which time?")
    outcome_reading: str = _asks("Who judged the outcome, and did they know the predictors?")
    predictor_choice: str = _asks("How were the inputs chosen?")
    predictor_reading: str = _asks(
        "Who measured or judged the inputs, and did they know the outcome?"
    )
    site_differences: str = _asks("How do the other places differ from the one it was trained in?")
    ethics: str = _asks("Who approved the study, and how did patients consent?")
    funding: str = _asks("Who paid for it, and what was their part?")
    interests: str = _asks("Which interests do the authors declare?")
    protocol: str = _asks("Where is the protocol, or was there none?")
    registration: str = _asks("Where is the study registered, or is it not?")
    involvement: str = _asks("How were patients or the public involved?")
    next_steps: str = _asks("What has to happen before any use, and what should be studied next?")

    @classmethod
    def questions(cls) -> dict[str, str]:
        """What each part answers, by its name."""
        return {part.name: part.metadata["question"] for part in fields(cls)}


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
class OutcomeValues:
    """What the table's outcome column may hold, and what it says of the outcome.

    Patients with one of `unknown` are left out of everything, and counted; "" is a blank cell.
    """

    present: tuple[float | str, ...]
    absent: tuple[float | str, ...]
    unknown: tuple[float | str, ...] = ()


@dataclass(frozen=True)
class Study:
    """A clinical question and the data that answer it.

    `zero_means_missing`: columns whose zeros in the source stand for "not measured".
    `left_out`: columns of the table that are no input, each with the reason.
    `guessed`: which parts of the declaration nobody has confirmed, each by the keys that lead to
        it: ``("inputs", "chol", "unit")``.
    """

    schema: Schema
    source: DataSource
    outcome_values: OutcomeValues
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
    left_out: Mapping[str, str] = field(default_factory=dict)
    guessed: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        return self.schema.study

    @property
    def title(self) -> str:
        return self.schema.title
