"""The studies this project knows: one declaration each, found by its name.

A file ``model/studies/NAME.py``, or a package for a large one, with a `Study` called ``STUDY``
is all there is to add. Hyphens in the name of a study are underscores in that of its file.
"""

from __future__ import annotations

import importlib
import pkgutil

from model.errors import StudyError
from model.studies.study import Example, Ratio, Study

__all__ = ["DEFAULT", "Example", "Ratio", "Study", "find", "names"]

DEFAULT = "heart-disease"

_NO_STUDIES = {"cohort", "dictionary", "format", "marked_yaml", "reading", "source"}
_NO_STUDIES |= {"source_files", "study", "writing"}
"""What lies in this folder and declares none."""


def names() -> tuple[str, ...]:
    """The names `find` accepts."""
    found = {each.name for each in pkgutil.iter_modules(__path__)} - _NO_STUDIES
    return tuple(sorted(each.replace("_", "-") for each in found))


def find(name: str) -> Study:
    """The study of that name.

    Raises
    ------
    StudyError
        If there is none, and then the message lists those there are; or its file declares
        another.
    """
    if name not in names():
        raise StudyError(f"There is no study {name!r}. Known studies: {', '.join(names())}.")
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    study: Study | None = getattr(module, "STUDY", None)
    if study is None or study.name != name:
        declared = "no STUDY" if study is None else f"the study {study.name!r}"
        raise StudyError(
            f"{module.__name__} declares {declared}. A study has the name of its file, with "
            "hyphens for underscores."
        )
    return study
