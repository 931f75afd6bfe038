"""The studies this project knows, one declaration a file."""

from __future__ import annotations

from model.errors import StudyError
from model.studies.heart_disease import STUDY as HEART_DISEASE
from model.studies.study import Example, Ratio, Study

__all__ = ["DEFAULT", "Example", "Ratio", "Study", "find", "names"]

DEFAULT = HEART_DISEASE.name

_STUDIES = {study.name: study for study in (HEART_DISEASE,)}


def names() -> tuple[str, ...]:
    """The names `find` accepts."""
    return tuple(sorted(_STUDIES))


def find(name: str) -> Study:
    """The study of that name.

    Raises
    ------
    StudyError
        If there is none; the message lists those there are.
    """
    if name not in _STUDIES:
        raise StudyError(f"There is no study {name!r}. Known studies: {', '.join(names())}.")
    return _STUDIES[name]
