"""One input of a study, declared once: what it means, what it may be, and how it is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.schema.coding import Coding, Term
from model.schema.unit import Unit

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Code:
    """One value of a coded input: the number in the data and what it means in words.

    `terms` are the same answer in the code systems of electronic records. `written` is how the
    data a model is made from write it, where that is a text: ``ASY``; blank if it is the number.
    """

    value: float
    label: str
    aliases: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    written: str = ""


@dataclass(frozen=True)
class Interval:
    """A closed range, in the feature's canonical unit."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Feature:
    """One clinical input.

    A feature either has `codes` (few values, each with a meaning) or a `plausible`
    range; a value outside either is refused, never scored. Outside `usual`, and outside
    `trained`, the range seen in training, a value is scored and flagged. `test` names what is
    done to learn it: inputs of one test are measured together or not at all. `ordered` codes have
    a natural order, each a step more than the one before. `also_called` are headers other files
    have for it; they are never taken for it, only suggested. `codings` are the codes electronic
    records have for it, and `ucum` is its unit as they write it. `decimals` are the digits
    behind the point that a value is measured to.

    Raises
    ------
    ValueError
        If it has both codes and a plausible range, or neither.
    """

    name: str
    label: str
    group: str
    help: str
    unit: str = ""
    required: bool = False
    test: str = ""
    decimals: int = 0
    ordered: bool = False
    plausible: Interval | None = None
    codes: tuple[Code, ...] = ()
    other_units: tuple[Unit, ...] = ()
    usual: Interval | None = None
    trained: Interval | None = None
    also_called: tuple[str, ...] = ()
    codings: tuple[Coding, ...] = ()
    ucum: str = ""

    def __post_init__(self) -> None:
        if bool(self.codes) == (self.plausible is not None):
            raise ValueError(f"{self.name}: declare either codes or a plausible range")

    @property
    def is_coded(self) -> bool:
        """Whether it has codes instead of a range."""
        return bool(self.codes)

    @property
    def levels(self) -> tuple[float, ...]:
        """The values of a coded feature, in the order declared."""
        return tuple(code.value for code in self.codes)

    @property
    def in_sentence(self) -> str:
        """The label within a sentence: ``resting ECG``."""
        return mid_sentence(self.label)

    @property
    def allowed(self) -> str:
        """What a correct value is, as a phrase: ``60 to 260 mm Hg`` or ``1, 2, 3 or 4``."""
        if self.plausible is not None:
            return self.with_unit(self.plausible)
        return " or ".join(
            [", ".join(f"{value:g}" for value in self.levels[:-1]), f"{self.levels[-1]:g}"]
        )

    def with_unit(self, span: Interval) -> str:
        """A range as a phrase: ``60 to 260 mm Hg``."""
        return f"{span} {self.unit}".strip()

    def in_words(self, value: float) -> str:
        """The value as a clinician says it: ``145 mm Hg``, ``reversible defect``."""
        if math.isnan(value):
            return NOT_MEASURED
        for code in self.codes:
            if code.value == value:
                return mid_sentence(code.label)
        return f"{value:.10g} {self.unit}".strip()

    def described(self, value: float) -> str:
        """Label and value together: ``ST depression 2.3 mm``, ``Thallium scan: normal``."""
        separator = ": " if self.is_coded or math.isnan(value) else " "
        return f"{self.label}{separator}{self.in_words(value)}"


def mid_sentence(label: str) -> str:
    """Its first letter small, unless it begins with a symbol such as ``ST-T`` or ``C-reactive``."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label
