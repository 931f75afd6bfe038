"""Where a study's data come from: its own table, and the files that table was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from model.errors import TableAbsent


@dataclass(frozen=True)
class Packaged:
    """A file that an installed package brings along, found without importing the package."""

    package: str
    path: str

    @property
    def name(self) -> str:
        return Path(self.path).name

    def read_bytes(self) -> bytes:
        """Its content; an OSError if the package is there and the file is not.

        Raises
        ------
        TableAbsent
            If the package is not installed.
        """
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise TableAbsent(
                f"{self.name} comes with the package {self.package}, which is not installed. "
                "Install it, or name a copy of the table with --data."
            )
        return Path(spec.submodule_search_locations[0], self.path).read_bytes()


@dataclass(frozen=True)
class InMemory:
    """A table that was handed in and lies in no file; its name says of which kind it is."""

    name: str
    data: bytes = field(repr=False)

    def read_bytes(self) -> bytes:
        """Its content."""
        return self.data


@dataclass(frozen=True)
class NoTable:
    """In place of a table, where a study was declared without one."""

    name: str = "no table"

    def read_bytes(self) -> bytes:
        """Never anything.

        Raises
        ------
        TableAbsent
        """
        raise TableAbsent(
            "The study names no table of patients. Add data.table to its file, or name one with "
            "--data."
        )


@dataclass(frozen=True)
class Original:
    """One file as its publisher offers it: no header, '?' where a value is missing."""

    site: str
    filename: str
    url: str
    sha256: str


@dataclass(frozen=True)
class DataSource:
    """A study's table, and the original files it must equal if it was made from any.

    `sha256` pins the bytes of `table`, a CSV file. `columns` names its columns, left to right,
    where its first line holds something else, which is then passed over; `sheet`
    the one of a workbook that has several. `missing` is
    what stands in a cell for "not measured", as a blank does. `site_column` says
    where each patient is from; without one, all are from `training_site`. Apart from
    `site_column`, the table has the columns of the originals in their order; the rows of a
    site are its original's in their order.
    """

    table: Path | Packaged | NoTable
    sha256: str
    training_site: str
    outcome_column: str
    licence: str
    citation: str
    url: str
    columns: tuple[str, ...] = ()
    sheet: str = ""
    missing: tuple[float | str, ...] = ()
    site_column: str = ""
    originals: tuple[Original, ...] = ()
