"""How many ones whole numbers have, with a NumPy of any age: the process that opens somebody
else's model may have that of its author.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Bits


def counted(numbers: Bits) -> NDArray[np.uint8]:
    """The ones of each number, of any unsigned type, byte by byte."""
    each = np.ascontiguousarray(numbers)[..., None].view(np.uint8)
    ones: NDArray[np.uint8] = np.unpackbits(each, axis=-1).sum(axis=-1, dtype=np.uint8)
    return ones


bit_count: Callable[[Bits], NDArray[Any]] = getattr(np, "bitwise_count", counted)
"""NumPy 2's own, which is much faster, where it is there."""
