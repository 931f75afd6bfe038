"""Made-up patients of a draft, to try the form with: middling values, and nobody's row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.drafting.columns import Column
from model.drafting.inputs import Drafted


def made_up(chosen: Sequence[Column], made: Mapping[str, Drafted]) -> Iterator[dict[str, Any]]:
    """A made-up patient of middling values; nobody's row."""
    values = {column.name: _middle(column, made[column.name].keys) for column in chosen}
    yield {"story": "Made up: the middle of every value in the table", "values": values}
    needed = {name: value for name, value in values.items() if made[name].keys["required"]}
    if needed and len(needed) < len(values):
        yield {"story": "Made up: only what is needed", "values": needed}


def _middle(column: Column, keys: Mapping[str, Any]) -> float:
    if "codes" not in keys:
        median = round(float(np.nanmedian(column.values)), keys["decimals"])
        middle = float(np.clip(median, *keys["plausible"]))
        return int(middle) if middle.is_integer() else middle
    commonest = column.values.mode().iloc[0]
    for number, code in keys["codes"].items():
        written = code if isinstance(code, str) else code["written"] or code["label"]
        if number == commonest or written == commonest or _is_number(commonest, number):
            return number  # type: ignore[no-any-return]
    return next(iter(keys["codes"]))  # type: ignore[no-any-return]


def _is_number(value: Any, number: float) -> bool:
    return not isinstance(value, str) and bool(pd.notna(value)) and float(value) == number
