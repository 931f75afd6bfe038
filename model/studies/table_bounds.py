"""What is asked of a study's table: not too large, and columns whose names tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from model.errors import TableRefused

MOST_ROWS = 100_000
MOST_COLUMNS = 500


def require_size(rows: int, columns: int, name: str) -> None:
    """Refuse a table that is larger than a study may be."""
    if rows > MOST_ROWS:
        raise TableRefused(
            f"{name} has {rows:,} rows; a study is trained on at most {MOST_ROWS:,}, as it is "
            "fitted again some hundred times. Draw a sample of them at random, and keep the rest "
            "to validate on."
        )
    if columns > MOST_COLUMNS:
        raise TableRefused(
            f"{name} has {columns:,} columns; a study reads at most {MOST_COLUMNS:,}. Keep the "
            "outcome and the columns a clinician would fill in."
        )


def require_apart(header: Iterable[str], name: str) -> list[str]:
    """The header, where no two names are the same; a column without one is called by its place."""
    told = [cell or f"column {place}" for place, cell in enumerate(header, 1)]
    for column, count in Counter(told).items():
        if count > 1:
            raise TableRefused(
                f"{name} has {count} columns called {column[:60]!r}. Give each column a name of "
                "its own."
            )
    return told
