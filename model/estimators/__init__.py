"""The estimators a study can be trained with: one file each, found by its name.

A file ``model/estimators/NAME.py`` with a docstring and a function ``build(study)`` that
returns an unfitted scikit-learn pipeline is all there is to add. The pipeline takes a frame
with one float column a feature, NaN for "not measured". Such a file may also lie elsewhere: it is
then named by its path, ``FILE.py``.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from model.errors import StudyError

if TYPE_CHECKING:
    from model.studies import Study

__all__ = ["DEFAULT", "build", "description", "label", "names", "require"]

DEFAULT = "reference"

_NO_ESTIMATORS = {"encoder"}
"""What lies in this folder and builds none."""


def names() -> tuple[str, ...]:
    """The estimators of this project."""
    modules = {module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg}
    return tuple(sorted(modules - _NO_ESTIMATORS))


def require(name: str) -> None:
    """Say so if there is no estimator of that name, or no such file.

    Raises
    ------
    StudyError
        The message lists those there are.
    """
    if _is_file(name):
        if not Path(name).is_file():
            raise StudyError(f"There is no file {name}.")
        if label(name) in names():
            raise StudyError(
                f"{name} has the name of an estimator of this project, and the two could not be "
                "told apart later. Rename the file."
            )
    elif name not in names():
        raise StudyError(f"There is no estimator {name!r}. Known estimators: {', '.join(names())}.")


def build(name: str, study: Study) -> Any:
    """The unfitted estimator of that name, or in that file, for a study.

    Raises
    ------
    StudyError
        If there is none, and the message lists those there are; or its file does not build one.
    """
    try:
        return _module(name).build(study)
    except Exception as error:  # somebody's file may fail in any way
        if isinstance(error, StudyError) or not _is_file(name):
            raise
        raise StudyError(
            f"{name} does not build an estimator: {type(error).__name__}: {error}. It needs a "
            "function build(study) that returns an unfitted scikit-learn pipeline."
        ) from error


def label(name: str) -> str:
    """What a version trained with it is called: the name, or that of the file."""
    return Path(name).stem if _is_file(name) else name


def description(name: str) -> str:
    """What the estimator is, in one sentence."""
    first_line, *_ = (_module(name).__doc__ or "").strip().splitlines() or [""]
    return first_line or f"An estimator without a description, from {Path(name).name}."


def _is_file(name: str) -> bool:
    return name.endswith(".py")


def _module(name: str) -> Any:
    require(name)
    if not _is_file(name):
        return importlib.import_module(f"{__name__}.{name}")
    module = ModuleType(label(name))
    exec(compile(Path(name).read_bytes(), name, "exec"), module.__dict__)
    return module
