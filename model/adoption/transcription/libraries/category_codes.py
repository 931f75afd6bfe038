"""Tables whose categories stand for their position, as boosting libraries take them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.adoption.transcription.encoded_trees import Encode
from model.numerics.arrays import Floats


def with_codes(encode: Encode, categories: Callable[[int, Any], Sequence[Any]]) -> Encode:
    """What was encoded, with every column of categories as their positions.

    Parameters
    ----------
    categories : of the k-th column of categories and the column itself, the categories in the order
        the library counts them.
    """

    def coded(frame: pd.DataFrame) -> Any:
        table = encode(frame)
        if not isinstance(table, pd.DataFrame):
            return table
        columns: list[Floats] = []
        seen = 0
        for name in table.columns:
            column = table[name]
            if isinstance(column.dtype, pd.CategoricalDtype):
                codes = pd.Categorical(column, categories=list(categories(seen, column))).codes
                columns.append(np.where(codes < 0, np.nan, codes.astype(np.float64)))
                seen += 1
            else:
                columns.append(column.to_numpy(dtype=np.float64, na_value=np.nan))
        return np.column_stack(columns)

    return coded
