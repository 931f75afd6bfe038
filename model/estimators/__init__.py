"""The estimators a study can be trained with: one file each, found by its name.

A file ``model/estimators/NAME.py`` with a docstring and a function ``build(study)`` that
returns an unfitted scikit-learn pipeline is all there is to add. The pipeline takes a frame
with one float column a feature, NaN for "not measured".
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from model.errors import StudyError

if TYPE_CHECKING:
    from model.studies import Study

__all__ = ["DEFAULT", "build", "description", "names"]

DEFAULT = "reference"

_NO_ESTIMATORS = {"encoder"}
"""What lies in this folder and builds none."""


def names() -> tuple[str, ...]:
    """The names `build` accepts."""
    modules = {module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg}
    return tuple(sorted(modules - _NO_ESTIMATORS))


def require(name: str) -> None:
    """Say so if there is no estimator of that name.

    Raises
    ------
    StudyError
        The message lists those there are.
    """
    if name not in names():
        raise StudyError(f"There is no estimator {name!r}. Known estimators: {', '.join(names())}.")


def build(name: str, study: Study) -> Any:
    """The unfitted estimator of that name for a study.

    Raises
    ------
    StudyError
        If there is none; the message lists those there are.
    """
    return _module(name).build(study)


def description(name: str) -> str:
    """What the estimator is, in one sentence."""
    return (_module(name).__doc__ or "").strip().splitlines()[0]


def _module(name: str) -> Any:
    require(name)
    return importlib.import_module(f"{__name__}.{name}")
