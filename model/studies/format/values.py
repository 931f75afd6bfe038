"""What a value in a study's file may be: words, numbers and ranges, within bounds."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StringConstraints

FORMAT = "bedside-study/1"
MOST_INPUTS = 500

NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
Label = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=120, pattern=NO_CONTROL)
]
Word = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=NO_CONTROL)]
Text = Annotated[str, StringConstraints(strict=True, max_length=5_000)]
Column = Label
Finite = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Number = StrictInt | Finite
Value = Number | Word
Range = Annotated[tuple[Number, Number], Field(description="The lowest and the highest value.")]
Part = Literal["label", "unit", "plausible", "codes", "help", "group", "test", "ordered"]


class Section(BaseModel):
    """A part of the file: unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )
