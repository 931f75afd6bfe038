"""What is said of a file whose numbers are in another unit than the study's, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.errors import FileRefused
from model.files.reading.conversion import name_of
from model.schema import Feature, Unit

FEW = 3  # values from which on a unit is told by the file, not by the row


@dataclass
class Tally:
    """Values that fit only what the study expects, and only the other thing.

    odd : of those, the ones that no middle patient has.
    """

    ours: int = 0
    theirs: int = 0
    odd: int = 0

    def merge(self, other: Tally) -> None:
        """Take in what was counted in other rows."""
        self.ours, self.theirs = self.ours + other.ours, self.theirs + other.theirs
        self.odd += other.odd

    @property
    def is_likely(self) -> bool:
        """Whether more values fit the other unit, and enough of them to tell."""
        return self.theirs >= FEW and self.theirs > self.ours

    @property
    def is_odd(self) -> bool:
        """Whether most values would be read as ones that few patients have."""
        return self.theirs >= FEW and 2 * self.odd > self.theirs


def refusal(feature: Feature, likely: Mapping[Unit, Tally]) -> FileRefused:
    """The numbers are in one of these units, or in none: the conversion if it is clear which."""
    usual = {unit: tally for unit, tally in likely.items() if not tally.is_odd}
    name = f"{feature.label} ({feature.name})"
    if len(usual) == 1:
        ((unit, tally),) = usual.items()
        word = name_of(unit)
        return FileRefused(
            "other-unit",
            f"{name} looks like {unit.name}: {tally.theirs:,} values fit that unit only, "
            f"{tally.ours:,} fit {feature.unit} only. Convert it from {word}, or give it in "
            f"{feature.unit}.",
            column=feature.name,
            conversion=word,
        )
    listed = " or ".join(unit.name for unit in usual or likely)
    if usual:
        return FileRefused(
            "other-unit",
            f"{name} is not in {feature.unit}, and may be in {listed}. Ask which unit it is, and "
            "name it in a mapping.",
            column=feature.name,
        )
    tally = max(likely.values(), key=lambda each: each.theirs)
    return FileRefused(
        "other-unit",
        f"{name} is not in {feature.unit}, and {tally.odd:,} of {tally.theirs:,} values would be "
        f"unusual in {listed} as well. Ask which unit it is, and give it in {feature.unit}.",
        column=feature.name,
    )
