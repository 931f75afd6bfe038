"""Where a study's data come from: its own table, and the files that table was made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Original:
    """One file as its publisher offers it: no header, '?' where a value is missing."""

    site: str
    filename: str
    url: str
    sha256: str


@dataclass(frozen=True)
class DataSource:
    """A study's table and the original files it must equal.

    `sha256` pins the bytes of `table`. Apart from `site_column`, the table has the columns
    of the originals in their order; the rows of a site are its original's in their order.
    """

    table: Path
    sha256: str
    site_column: str
    training_site: str
    outcome_column: str
    originals: tuple[Original, ...]
    licence: str
    citation: str
    url: str
