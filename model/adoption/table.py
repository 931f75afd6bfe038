"""The table of patients an operator hands in with ``--data``: it stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from model.errors import FileRefused

LARGEST_BYTES = 512 * 1024**2
LONGEST_HEADING = 1024**2
SEPARATORS = ",;\t|"


def read(path: Path) -> pd.DataFrame:
    """A CSV or Parquet file as its author wrote it, every column by its own name.

    Raises
    ------
    FileRefused
        If it is no such file, too large, or has no rows.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileRefused("too-large", f"{path.name} is larger than 512 MB.")
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, sep=_separator(path), engine="python")
    except FileNotFoundError:
        raise FileRefused("not-found", f"{path} is not there.") from None
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise FileRefused(
            "not-a-table", f"{path.name} cannot be read as a table ({type(error).__name__})."
        ) from None
    frame.columns = [str(name) for name in frame.columns]
    if not len(frame) or not frame.columns.is_unique:
        raise FileRefused("not-a-table", f"{path.name} has no rows, or a column twice.")
    return frame


def _separator(path: Path) -> str | None:
    """None, and pandas finds it, unless the heading has none of the usual: of a table of one column
    it takes the point of a decimal number for one.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        heading = file.readline(LONGEST_HEADING)
    return None if any(mark in heading for mark in SEPARATORS) else ","


def require_columns(frame: pd.DataFrame, names: Sequence[str], path: Path) -> None:
    """Raise `FileRefused` unless the table has every input of the model."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        listed = ", ".join(missing[:5])
        raise FileRefused(
            "column-missing",
            f"{path.name} has no column {listed:.200}, which the model takes. Name the columns as "
            "the model does.",
        )
