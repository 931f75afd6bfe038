"""A study's file as a whole: every key, what it holds, and the words that explain it.

The descriptions are what an editor shows at a key and what a draft says at a gap.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, create_model

from model.studies.format.copies import BadCopy, Recoding
from model.studies.format.data import Answer, Data, Outcome
from model.studies.format.inputs import Input, Ratio
from model.studies.format.values import (
    MOST_INPUTS,
    Column,
    Label,
    Number,
    Range,
    Section,
    Text,
    Word,
)
from model.studies.study import Conduct


class Example(Section):
    """A made-up patient to try the form with."""

    story: Label
    values: dict[Column, Number]


class Subgroup(Section):
    """Patients whose value lies in a range."""

    kind: Label
    label: Label
    input: Column
    range: Range


class Site(Section):
    """Another place the table has patients from."""

    label: Label
    warning: Text = ""


class Expectation(Section):
    """Values in the order of the risk that is expected of them, lowest first."""

    input: Column
    order: Annotated[tuple[Number, ...], Field(min_length=2)]
    wording: Annotated[Text, Field(min_length=1, description="Completes: although ...")]


class Margin(Section):
    """How much worse than the champion a version may be and still be no worse."""

    brier: Annotated[Number, Field(ge=0, lt=1)]
    calibration: Annotated[Number, Field(ge=0, lt=1)]
    net_benefit: Annotated[Number, Field(ge=0, lt=1)]
    thresholds: Range


class Plan(Section):
    """What is looked at beside the headline: decided before the results."""

    subgroups: tuple[Subgroup, ...] = ()
    sites: dict[Label, Site] = Field(default_factory=dict)
    blanked: dict[Label, tuple[Column, ...]] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()
    margin: Margin | None = None


class Judgement(Section):
    """What we think of one side of the study, and why."""

    concern: Literal["low", "high", "unclear"]
    reason: Annotated[Text, Field(min_length=1)]


class Domains(Section):
    """PROBAST+AI: the three sides a study decides itself."""

    participants: Judgement | None = None
    predictors: Judgement | None = None
    outcome: Judgement | None = None


class Appraisal(Section):
    """PROBAST+AI, in our own eyes."""

    development: Domains = Field(default_factory=Domains)
    evaluation: Domains = Field(default_factory=Domains)
    applicability: Domains = Field(default_factory=Domains)


def _parts(conduct: type[Conduct]) -> dict[str, Any]:
    """A key for every part of the conduct; its question is its description."""
    return {
        part: (Annotated[Text, Field(description=question)], "")
        for part, question in conduct.questions().items()
    }


ConductSection: Any = create_model(
    "Conduct", __base__=Section, __doc__=Conduct.__doc__, **_parts(Conduct)
)


class Document(Section):
    """A study: a clinical question, its inputs, and the table that answers it."""

    format: Literal["bedside-study/1"]
    name: Annotated[
        str,
        StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60),
        Field(description="Small letters, digits and hyphens; also the model's name in MLflow."),
    ]
    title: Label
    intended_use: Annotated[Text, Field(description="What may the number be used for?")] = ""
    intended_users: Annotated[Text, Field(description="Who should use it?")] = ""
    out_of_scope: Annotated[tuple[Text, ...], Field(description="What is it not for?")] = ()
    population: Annotated[
        Text, Field(description="Whom did it learn from: how many, where, when, how many events?")
    ] = ""
    limits: Annotated[tuple[Text, ...], Field(description="What limits it, in plain words?")] = ()
    outcome: Outcome
    data: Data | None = None
    model: Answer | None = None
    inputs: Annotated[dict[Column, Input], Field(min_length=1, max_length=MOST_INPUTS)]
    ratios: tuple[Ratio, ...] = ()
    recodings: tuple[Recoding, ...] = ()
    bad_copies: tuple[BadCopy, ...] = ()
    code_system: Annotated[
        Word, Field(description="The address of the study's own codes in electronic records.")
    ] = ""
    examples: tuple[Example, ...] = ()
    plan: Plan = Field(default_factory=Plan)
    conduct: ConductSection = Field(default_factory=ConductSection)
    appraisal: Appraisal = Field(default_factory=Appraisal)
