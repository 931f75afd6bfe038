"""What is mistaken for the table of a study: other codings in circulation, and bad copies."""

from pydantic import Field, StrictInt

from model.studies.format.values import Column, Label, Number, Section, Text, Word


class Recoding(Section):
    """Other numbers in circulation for the same answers."""

    name: Label
    label: Label
    codes: dict[Column, dict[Number, Number | None]]


class BadCopy(Section):
    """A copy of the table that must not be scored as it is."""

    rows: StrictInt
    sums: dict[Column, Number]
    reason: Text
    blanks: dict[Column, StrictInt] = Field(default_factory=dict)
    recoded: Word = ""
