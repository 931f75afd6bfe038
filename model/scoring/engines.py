"""The engine in a bundle's files: which of them there is says which kind."""

from __future__ import annotations

from collections.abc import Mapping

from model.scoring.additive import Additive
from model.scoring.engine import Engine
from model.scoring.forest import Forest


def read(files: Mapping[str, bytes]) -> Engine:
    """The engine in the verified files of a bundle.

    Raises
    ------
    BundleRefused
        If an estimator that has to be loaded holds any type that is not trusted.
    ValueError
        If a file cannot be understood.
    """
    if Additive.FILE in files:
        return Additive.from_json(files[Additive.FILE])
    return Forest.read(files["estimator.skops"], files[Forest.FILE])
