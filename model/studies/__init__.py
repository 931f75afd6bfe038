"""The studies this program knows: one YAML file each, found by its name or its path.

A file ``declared/NAME.yaml`` here, or in a folder the operator names, is all there is to add; it
declares the study called NAME.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from model.errors import StudyError
from model.studies.study import Example, Ratio, Study

__all__ = ["DEFAULT", "Example", "Ratio", "Study", "find", "is_file", "names"]

DEFAULT = "heart-disease"

_DECLARED = Path(__file__).parent / "declared"
_SUFFIXES = (".yaml", ".yml")


def names(folder: Path | None = None) -> tuple[str, ...]:
    """The names `find` accepts: ours, and those of the files in the operator's `folder`.

    Raises
    ------
    StudyError
        If the folder cannot be looked into.
    """
    return tuple(sorted({path.stem for path in (*_files(_DECLARED), *_files(folder))}))


def is_file(name: str) -> bool:
    """Whether a name is the path of a study's file."""
    return name.endswith(_SUFFIXES)


def find(name: str, folder: Path | None = None) -> Study:
    """The study of that name, or in the file of that path.

    `folder` holds the operator's own studies; it cannot replace one of ours.

    Raises
    ------
    StudyError
        If there is none, and then the message lists those there are; or its file declares
        another.
    StudyRefused
        If its file cannot be read as a study.
    """
    if is_file(name):
        return _read(Path(name))
    for path in (*_files(_DECLARED), *_files(folder)):
        if path.stem == name:
            return _named(path, name)
    known = ", ".join(names(folder))
    raise StudyError(
        f"There is no study {name!r}. Known studies: {known}. A file of your own ends in .yaml."
    )


def _files(folder: Path | None) -> tuple[Path, ...]:
    if folder is None:
        return ()
    try:
        return tuple(sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES))
    except OSError as error:
        raise StudyError(f"The studies in {folder} cannot be listed: {error.strerror}.") from None


def _named(path: Path, name: str) -> Study:
    study = _read(path)
    if study.name != name:
        raise StudyError(
            f"{path} declares the study {study.name!r}. A study has the name of its file."
        )
    return study


def _read(path: Path) -> Study:
    """A file is read again only after it changed: an app asks for a study at every click."""
    try:
        state = path.stat()
    except OSError:
        return _read_once(path, 0, 0)  # which says why not
    return _read_once(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _read_once(path: Path, mtime_ns: int, size: int) -> Study:
    from model.studies import reading  # half a second, for pydantic

    return reading.read(path)
