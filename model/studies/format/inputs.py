"""The inputs of a study."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from model.studies.format.values import Column, Label, Number, Part, Range, Section, Text, Word


class Term(Section):
    """An answer in a code system of electronic records."""

    system: Label
    code: Label
    display: Label


class Coding(Term):
    """A code that electronic records have for an input."""

    units: Annotated[
        dict[Label, Number], Field(description="UCUM units, each with its factor to ours.")
    ] = Field(default_factory=dict)
    above: Number | None = None
    panels: tuple[Label, ...] = ()
    note: Text = ""
    unusable: Annotated[Text, Field(description="Why what has this code is not taken.")] = ""


class Code(Section):
    """One answer of a coded input."""

    label: Label
    aliases: Annotated[tuple[Label, ...], Field(description="Other words for it in files.")] = ()
    written: Annotated[
        Word, Field(description="How the table or the model writes it, if not as the number.")
    ] = ""
    terms: tuple[Term, ...] = ()


class Input(Section):
    """One value the form asks for: either `codes` or a `plausible` range."""

    label: Label
    group: Annotated[Label, Field(description="The part of the form it stands in.")]
    help: Annotated[Text, Field(description="One or two sentences beside the field.")] = ""
    unit: Annotated[Word, Field(description="As clinicians write it: mg/dL.")] = ""
    required: Annotated[StrictBool, Field(description="Whether no risk is given without it.")] = (
        False
    )
    test: Annotated[
        Word, Field(description="What is done to learn it; inputs of one test go together.")
    ] = ""
    decimals: Annotated[StrictInt, Field(ge=0, le=8)] = 0
    ordered: Annotated[StrictBool, Field(description="Codes: each a step more than the last.")] = (
        False
    )
    plausible: Annotated[Range | None, Field(description="Values outside are refused.")] = None
    usual: Annotated[Range | None, Field(description="Values outside are flagged.")] = None
    observed: Annotated[
        Range | None, Field(description="What the table holds. For the reader; not used.")
    ] = None
    codes: Annotated[
        dict[Number, Label | Code], Field(description="Each number's meaning: 1: Male.")
    ] = Field(default_factory=dict)
    other_units: Annotated[
        dict[Label, Number], Field(description="Other units, each with its factor to `unit`.")
    ] = Field(default_factory=dict)
    also_called: Annotated[
        tuple[Label, ...], Field(description="Other column names that may mean it.")
    ] = ()
    codings: tuple[Coding, ...] = ()
    ucum: Annotated[Word, Field(description="The unit as electronic records write it.")] = ""
    guessed: Annotated[
        tuple[Part, ...], Field(description="What a program guessed. Check it, then remove it.")
    ] = ()


class Ratio(Section):
    """A predictor derived from two inputs."""

    numerator: Column
    denominator: Column
