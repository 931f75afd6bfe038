"""How a file of one shape is to be read: agreed to by its owner, reusable, without any patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.errors import FileRefused
from model.files.understanding import vocabulary
from model.files.understanding.names import plain_name
from model.schema import Recoding, Schema, Unit
from model.tables.wording import shown

POSITION = "column {}"
"""What a column is called in a file without a header."""


@dataclass(frozen=True)
class ColumnMapping:
    """One column of the file that is an input.

    column : its header as written, or `POSITION` where there is none. words : what is written
    there, with the code it stands for, None for "not measured". unit : another unit its numbers
    are in. above : a number above this means yes.
    """

    column: str
    feature: str
    words: tuple[tuple[str, float | None], ...] = ()
    unit: str = ""
    above: float | None = None
    unclear: tuple[str, ...] = ()
    """Words nobody could say the meaning of; rows that have them are rejected."""

    def other_unit(self, units: Iterable[Unit]) -> Unit | None:
        """The one of an input's other units the numbers are in, if it is not the canonical one."""
        return next((each for each in units if each.name == self.unit), None)


@dataclass(frozen=True)
class FileMapping:
    """The columns of a file that are inputs, and those that are its owner's and kept as they came.

    coding : the coding its codes are in, "" for the study's own. header : whether the first line
    names the columns. sheet : of a workbook, the one that holds the patients.
    """

    study: str
    columns: tuple[ColumnMapping, ...]
    kept: tuple[str, ...] = ()
    coding: str = ""
    header: bool = True
    sheet: str = ""

    @cached_property
    def by_feature(self) -> dict[str, ColumnMapping]:
        return {column.feature: column for column in self.columns}

    def recoding(self, schema: Schema) -> Recoding | None:
        """The coding the file is in, as the study's vocabulary has it."""
        known = {coding.name: coding for coding in vocabulary.of(schema).codings}
        return known[self.coding] if self.coding else None

    def places(self, names: Sequence[str]) -> dict[str, int]:
        """Where each input stands among the columns of a file.

        Raises
        ------
        FileRefused
            If a column of the mapping is not there.
        """
        plain = {plain_name(name): at for at, name in reversed([*enumerate(names)])}
        places = {}
        for column in self.columns:
            at = plain.get(plain_name(column.column))
            if at is None:
                raise FileRefused(
                    "mapping-column-missing",
                    f"The mapping reads {column.feature} from a column “{shown(column.column)}”, "
                    "which the file does not have. Is it the mapping of another file?",
                    column=column.feature,
                )
            places[column.feature] = at
        return places

    def recognised(self, names: Sequence[str]) -> int:
        """How many of these headers it names."""
        mapped = {plain_name(column.column) for column in self.columns}
        return sum(plain_name(name) in mapped for name in names)


def positions(count: int) -> tuple[str, ...]:
    """The names of so many columns that have none."""
    return tuple(POSITION.format(at) for at in range(1, count + 1))
