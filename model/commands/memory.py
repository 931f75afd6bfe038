"""How a command that reads a long file keeps what it needs small and level."""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8  # of glibc's malloc.h


def keep_level() -> None:
    """Give back what a chunk has used to the next one, whichever thread works on it.

    Arrow's own allocators keep what they return for themselves, and glibc's has an arena for each
    thread, which only its own can fill again: the peak would grow with the length of the file. To
    be called before there are threads. `benchmarks/file_of_patients.py` measures it.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and no arenas
        if mallopt is not None:
            mallopt(M_ARENA_MAX, 1)
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
