"""The engine in a bundle's files: which of them there is says which kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from model.errors import BundleRefused
from model.scoring import bundle
from model.scoring.additive import Additive
from model.scoring.adopted_engine import AdoptedEngine
from model.scoring.engine import Engine
from model.scoring.forest import Forest
from model.scoring.origin import Origin
from model.scoring.original import Ask, Asked, OriginalEngine
from model.scoring.tree_ensemble import TreeEnsemble

Start = Callable[[Origin, Asked], Ask]
"""Starts the process that answers for an adopted version; see `model.adoption.pool`."""
NOT_STARTED = (
    "This version is answered by its original's own program, in a process of its own, and here "
    "nobody starts such processes. Set BEDSIDE_WORKERS=true where the app runs."
)


def read(files: Mapping[str, bytes], start: Start | None = None) -> Engine:
    """The engine in the verified files of a bundle.

    Parameters
    ----------
    start : who starts processes for models that are asked; None where nobody does.

    Raises
    ------
    BundleRefused
        If an estimator that has to be loaded holds any type that is not trusted.
    ValueError
        If a file cannot be understood.
    """
    if Additive.FILE in files:
        return Additive.from_json(files[Additive.FILE])
    if TreeEnsemble.FILE in files:
        return AdoptedEngine(TreeEnsemble.from_json(files[TreeEnsemble.FILE]))
    if OriginalEngine.FILE in files:
        if start is None:
            raise BundleRefused(NOT_STARTED)
        asked = Asked.from_json(files[OriginalEngine.FILE])
        origin = Origin.from_json(files[bundle.ORIGIN])
        return AdoptedEngine(OriginalEngine(asked, start(origin, asked)))
    return Forest.read(files["estimator.skops"], files[Forest.FILE])
