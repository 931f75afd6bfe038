"""Which values of the outcome's column mean that it is present, and in which words it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.drafting import marks, words
from model.drafting.columns import FREE_TEXT_LETTERS, Column, Kind
from model.errors import DraftRefused

MOST_VALUES = 12

# What a column's name may say happened: the noun, and the words after "of 100 patients like this".
_EVENTS = {
    ("death", "died", "dead", "deceased", "mortality", "death event"): ("death", "die"),
    ("readmission", "readmitted"): ("readmission", "are readmitted"),
    ("diabetes", "diabetic"): ("diabetes", "have diabetes"),
    ("infection", "infected"): ("infection", "have an infection"),
    ("sepsis",): ("sepsis", "have sepsis"),
    ("stroke",): ("stroke", "have a stroke"),
    ("relapse", "recurrence", "relapsed"): ("recurrence", "have a recurrence"),
    ("malignant", "malignancy", "cancer"): ("malignancy", "have a malignancy"),
}


@dataclass(frozen=True)
class OutcomeColumn:
    """What the outcome's column says of every patient.

    known : (n,) whether it says anything. present : (n,) whether the outcome is there.
    """

    name: str
    present_values: tuple[float | str, ...]
    absent_values: tuple[float | str, ...]
    unknown_values: tuple[float | str, ...]
    known: NDArray[np.bool_]
    present: NDArray[np.bool_]

    @property
    def patients(self) -> int:
        """How many have a known outcome."""
        return int(self.known.sum())

    @property
    def events(self) -> int:
        """How many of them have it."""
        return int(self.present.sum())

    @property
    def reading(self) -> str:
        """Which values were taken for what, and how many patients have them."""
        without = self.patients - self.events
        return (
            f"{_listed(self.present_values)} = has the outcome ({_patients(self.events)}), "
            f"{_listed(self.absent_values)} = has it not ({_patients(without)})"
        )

    @property
    def wording(self) -> tuple[str, str]:
        """A noun phrase, and what completes "About 62 of 100 patients like this one"."""
        plain = words.plain(self.name) or self.name
        for names, wording in _EVENTS.items():
            if plain in names:
                return wording
        return plain, f"have the outcome: {plain}"


def outcome_of(column: Column, present: Sequence[str] = ()) -> OutcomeColumn:
    """The outcome in a column; `present` are its values that mean it, as a person named them.

    Raises
    ------
    DraftRefused
        If that cannot be told, and then the message says what to add; or there is only one class.
    """
    if column.kind in (Kind.DATE, Kind.ENDLESS, Kind.LISTS):
        raise DraftRefused(
            f"The outcome, {column.name}, holds dates, lists or endless numbers; an outcome is "
            "there or it is not. Name a column that says so with two values, such as 0 and 1."
        )
    unsaid = [_plain_number(level) for level in column.levels if _is_unsaid(level, column, present)]
    levels = [level for given in column.levels if (level := _plain_number(given)) not in unsaid]
    named = [_one_of(levels, value, column.name) for value in present]
    if not named:
        named = _understood(levels, column.name)
    absent = [level for level in levels if level not in named]
    if not named or not absent:
        raise DraftRefused(
            f"The outcome, {column.name}, is the same in every patient: nothing tells those with "
            "it from those without. Use a table that has both."
        )
    values = column.values.map(
        lambda value: value if isinstance(value, str) else float(value), na_action="ignore"
    )
    is_present = np.asarray(values.isin([_as_read(level) for level in named]))
    is_known = ~column.blank & ~np.asarray(values.isin([_as_read(level) for level in unsaid]))
    blank = [""] if column.blank.any() else []
    return OutcomeColumn(
        column.name,
        tuple(named),
        tuple(absent),
        (*column.missing, *unsaid, *blank),
        is_known,
        is_present,
    )


def _is_unsaid(level: object, column: Column, present: Sequence[str]) -> bool:
    """Whether a value is a number that says nothing, such as -9 beside 0 and 1."""
    others = [
        level
        for level in column.levels
        if not isinstance(level, str) and not marks.is_number_mark(level)
    ]
    named = {value.strip() for value in present}
    if len(others) < 2 or level in marks.ALSO_CODES or str(_plain_number(level)) in named:
        return False
    return marks.is_number_mark(level)


def _understood(levels: list[float | str], name: str) -> list[float | str]:
    """The one of two values that plainly means yes."""
    if len(levels) < 2:
        return []
    if len(levels) > MOST_VALUES:
        raise DraftRefused(
            f"The outcome, {name}, has {len(levels):,} different values; an outcome is there or it "
            "is not. Name a column that says so, or make one: for example 1 above a limit, else 0."
        )
    texts = [str(level) for level in levels]
    if any(len(text) > FREE_TEXT_LETTERS or not text.isprintable() for text in texts):
        raise DraftRefused(
            f"The outcome, {name}, holds free text; an outcome is there or it is not. Name a "
            "column that says so with two values, such as 0 and 1."
        )
    shown = ", ".join(texts)
    if clear := _plainly_present(levels):
        return clear
    raise DraftRefused(
        f"Which values of {name} mean that the outcome is present? It holds {shown}. Add --present "
        "VALUE, once for each."
    )


def is_plain(column: Column) -> bool:
    """Whether it says by itself which of its values mean that the outcome is present."""
    levels = [_plain_number(level) for level in column.levels if not _is_unsaid(level, column, ())]
    return len(levels) < 2 or len(levels) > MOST_VALUES or bool(_plainly_present(levels))


def _plainly_present(levels: list[float | str]) -> list[float | str]:
    """The one of two values that means yes whatever else is known of the table, or none."""
    said = {str(level).casefold(): level for level in levels}
    if len(levels) != 2 or len(said) != 2:
        return []
    both = said.keys() & (words.PRESENT | words.ONLY_BESIDE.keys())
    clear = [
        said[word] for word in both if word in words.PRESENT or words.ONLY_BESIDE[word] in said
    ]
    return clear if len(both) == 1 else []


def _one_of(levels: list[float | str], value: str, name: str) -> float | str:
    for level in levels:
        if str(level).casefold() == value.strip().casefold():
            return level
    raise DraftRefused(f"No patient's {name} is what --present names. Look at how it is spelt.")


def _plain_number(level: object) -> float | str:
    """1.0 as 1, so that a file says what the table shows."""
    if isinstance(level, str):
        return level
    number = float(level)  # type: ignore[arg-type]
    return int(number) if number.is_integer() else number


def _as_read(level: float | str) -> float | str:
    return level if isinstance(level, str) else float(level)


def _listed(values: Sequence[float | str]) -> str:
    return ", ".join(map(str, values))


def _patients(count: int) -> str:
    return f"{count:,} {'patient' if count == 1 else 'patients'}"
