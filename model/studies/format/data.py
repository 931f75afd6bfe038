"""The outcome of a study, its table, and the model it was adopted from."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from model.studies.format.values import Column, Label, Number, Section, Text, Value, Word


class Threshold(Section):
    """The risk that divides patients at the start."""

    value: Annotated[Number, Field(gt=0, lt=1, description="A risk from 0 to 1.")]
    reason: Annotated[Text, Field(min_length=1, description="Why it lies there.")]


class Outcome(Section):
    """What the risk is the risk of."""

    label: Annotated[Label, Field(description="A noun phrase: narrowed coronary artery.")]
    among_patients: Annotated[
        Label, Field(description="Completes: About 62 of 100 patients like this one ...")
    ]
    timing: Annotated[
        Label, Field(description="'now' for a diagnosis, or the horizon: within 30 days.")
    ]
    population: Annotated[
        Word, Field(description="For whom the number holds: patients referred for angiography.")
    ] = ""
    threshold: Threshold | None = None
    guessed: Annotated[
        tuple[Literal["label", "among_patients", "timing", "population"], ...],
        Field(description="What a program guessed. Check it, then remove it from here."),
    ] = ()


class Packaged(Section):
    """A table that an installed package brings along."""

    package: Label
    file: Label


class OriginalFile(Section):
    """One file the table was made from, as its publisher offers it."""

    site: Label
    filename: Label
    url: Label
    sha256: Label


class OutcomeColumn(Section):
    """The column that says who has the outcome."""

    column: Column
    present: Annotated[
        tuple[Value, ...], Field(min_length=1, description="Values that mean it is present.")
    ]
    absent: Annotated[
        tuple[Value, ...], Field(min_length=1, description="Values that mean it is not.")
    ]
    unknown: Annotated[
        tuple[Value, ...],
        Field(description="Values of patients who are left out; '' is a blank cell."),
    ] = ()


class Data(Section):
    """The table of patients, and what its columns mean."""

    table: Annotated[
        Label | Packaged, Field(description="Its file, from the folder this file lies in.")
    ]
    sha256: Annotated[
        Word, Field(description="Of the table: training refuses another unless told otherwise.")
    ] = ""
    sheet: Annotated[
        Word, Field(description="Of a workbook with several sheets, the one with the patients.")
    ] = ""
    outcome: OutcomeColumn
    training_site: Annotated[Label, Field(description="Where these patients are from.")]
    site_column: Annotated[Word, Field(description="Which column says where one is from.")] = ""
    columns: Annotated[
        tuple[Column, ...],
        Field(description="Names of all columns, where the first line holds something else."),
    ] = ()
    missing: Annotated[
        tuple[Value, ...], Field(description="What stands in a cell for: not measured.")
    ] = ()
    zero_means_missing: Annotated[
        tuple[Column, ...], Field(description="Columns whose zeros mean: not measured.")
    ] = ()
    left_out: Annotated[
        dict[Column, Text], Field(description="Columns that are no input, and why.")
    ] = Field(default_factory=dict)
    licence: Annotated[Word, Field(description="Under which licence or agreement it is used.")] = ""
    citation: Annotated[Text, Field(description="How the data are cited.")] = ""
    url: Annotated[Word, Field(description="Where they are described.")] = ""
    originals: tuple[OriginalFile, ...] = ()


class Answer(Section):
    """Of an adopted model: which model it is, and which of its outputs is the risk."""

    reference: Annotated[Label, Field(description="models:/ward-score/2")]
    output: Annotated[Value | None, Field(description="The output's column, by name or place.")] = (
        None
    )
    classes: Annotated[
        tuple[Value | StrictBool, ...], Field(description="Its classes that are the outcome.")
    ] = ()
    scale: Literal["probability", "percent", "log-odds", "survival"] = "probability"
