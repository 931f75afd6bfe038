"""Ones are counted alike with an old NumPy and a new one."""

from __future__ import annotations

import numpy as np
import pytest

from model.numerics import bits


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.uint64])
@pytest.mark.parametrize("shape", [(7,), (3, 5), (0,)])
def test_ones_are_counted_as_numpy_counts_them(
    kind: type[np.unsignedinteger], shape: tuple[int, ...]
) -> None:
    random = np.random.default_rng(0)
    numbers = random.integers(0, np.iinfo(kind).max, shape, dtype=kind, endpoint=True)
    assert np.array_equal(bits.counted(numbers), np.bitwise_count(numbers))
    assert np.array_equal(bits.bit_count(numbers), np.bitwise_count(numbers))
