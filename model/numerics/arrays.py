"""The types of the arrays that numbers travel in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]
Bits = NDArray[np.unsignedinteger[Any]]

Columns = Mapping[str, Floats]
"""Of each input, by its name, (n,) values."""
Rows = Iterator[NDArray[np.float64] | NDArray[np.bool_]]
Shares = Iterator[tuple[str, Floats]]
