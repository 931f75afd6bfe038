"""What of the environment reaches somebody else's model: how to compute, and no credential."""

from __future__ import annotations

from collections.abc import Mapping

from model.adoption.worker.interpreter import PLACE

COMPUTING = ("OPENBLAS_", "OMP_", "MKL_")


def computing(environ: Mapping[str, str]) -> dict[str, str]:
    """How many threads its libraries take, and where environments for it are kept; nothing else."""
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(COMPUTING) or name == PLACE
    }
