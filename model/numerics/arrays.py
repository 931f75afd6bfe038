"""The types of the arrays that numbers travel in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]
Bits = NDArray[np.unsignedinteger[Any]]
