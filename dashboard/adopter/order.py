"""What somebody who adopts a model asks for, and how the command is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

PARQUET = ".parquet"


@dataclass(frozen=True)
class Table:
    """Patients somebody handed in, as a CSV or Parquet file. Kept in their session only."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Order:
    """What somebody asked for.

    reference, title : of the original. study : what a person decided, as YAML; blank for nothing.
    dry_run : look and ask alone, for a draft.
    """

    reference: str
    title: str
    study: str = ""
    table: Table | None = None
    run_its_code: bool = False
    dry_run: bool = False

    def options(self, folder: Path) -> Iterator[str]:
        """The options of the command; what they name is written into the folder."""
        if self.run_its_code:
            yield "--run-its-code"
        if self.dry_run:
            yield "--dry-run"
        if self.study:
            study = folder / "study.yaml"
            study.write_text(self.study, encoding="utf-8")
            yield from ("--study", str(study))
        if self.table is not None:
            is_parquet = PurePath(self.table.name).suffix.lower() == PARQUET
            table = folder / f"patients{PARQUET if is_parquet else '.csv'}"
            table.write_bytes(self.table.content)
            yield from ("--data", str(table))
