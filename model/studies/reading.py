"""A study read from its YAML file; each mistake is told with its line and key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from model.errors import StudyRefused
from model.studies import marked_yaml
from model.studies.format.document import Document
from model.studies.format.faults import Fault, faults
from model.studies.format.study_of import study_of
from model.studies.marked_yaml import Marked, Path
from model.studies.study import Study

MISTAKES_SHOWN = 8
_SENTENCES = {
    "missing": "is missing.",
    "extra_forbidden": "is no key that is known here. Remove it, or look at how it is spelt.",
    "string_type": "has to be text; put it in quotes.",
    "int_type": "has to be a whole number.",
    "float_type": "has to be a number.",
    "bool_type": "has to be true or false.",
    "tuple_type": "has to be a list.",
    "dict_type": "has to have keys of its own.",
    "model_type": "has to have keys of its own.",
    "model_attributes_type": "has to have keys of its own.",
    "finite_number": "has to be a number with an end.",
}
"""What pydantic's kinds of mistake are called here."""


def read(path: FilePath) -> Study:
    """The study that a file declares; its table is looked for from the file's own folder.

    Raises
    ------
    StudyRefused
        If the file cannot be read or is no study: the first mistakes, one a line.
    """
    return study_of(document(path), path.resolve().parent)


def document(path: FilePath) -> Document:
    """The document of a file, as `read` checks it."""
    try:
        with path.open("rb") as file:
            data = file.read(marked_yaml.LARGEST_BYTES + 1)
    except OSError as error:
        raise StudyRefused(f"{path} cannot be read: {error.strerror}.") from None
    return parse(data, path.name)


def parse(data: bytes, name: str, *, unfinished: bool = False) -> Document:
    """The document in these bytes; `name` stands for them in messages.

    unfinished : take a draft whose keys are right, although parts of it are still to be decided.
    """
    marked = marked_yaml.load(data, name)
    if not isinstance(marked.value, dict):
        raise StudyRefused(f"{name} is no study: it begins with no key such as name: or inputs:.")
    try:
        parsed = Document.model_validate(marked.value)
    except ValidationError as error:
        raise _refused(name, marked, mistakes(error, marked.value)) from None
    if not unfinished and (found := list(faults(parsed))):
        raise _refused(name, marked, found)
    return parsed


def mistakes(error: ValidationError, given: object) -> Iterator[Fault]:
    """Each place with a mistake once; where a value may be a whole number or not, as one kind."""
    found: dict[Path, list[tuple[str, str]]] = {}
    for mistake in error.errors(include_url=False, include_context=False, include_input=False):
        path = _path(mistake["loc"], given)
        found.setdefault(path, []).append((mistake["type"], str(mistake["msg"])))
    for path, told in found.items():
        kinds = {kind for kind, _ in told}
        kind, message = told[0]
        kind = "float_type" if {"int_type", "float_type"} <= kinds else kind
        yield path, _SENTENCES.get(kind, f"{message[:1].lower()}{message[1:]}.")


def _path(loc: Iterable[str | int], here: Any) -> Path:
    """Where in the file: pydantic also names the alternatives of a type and ``[key]``."""
    path: Path = ()
    steps = list(loc)
    for number, step in enumerate(steps):
        key = step
        if isinstance(here, dict) and key not in here:  # number keys come back as text
            key = next((known for known in here if str(known) == step), step)
        if isinstance(here, dict | list | tuple) and _holds(here, key):
            path, here = (*path, key), _part(here, key)
        elif number == len(steps) - 1 and isinstance(here, dict) and step != "[key]":
            path = (*path, key)  # a key that is missing
    return path


def _part(here: Any, key: object) -> Any:
    return here[key]


def _holds(here: dict[Any, Any] | Sequence[Any], key: object) -> bool:
    if isinstance(here, dict):
        return key in here
    return isinstance(key, int) and key < len(here)


def _refused(name: str, marked: Marked, found: Iterable[Fault]) -> StudyRefused:
    told = [
        f"{name}, line {marked.line(path)}, {'.'.join(map(str, path)) or 'the whole'}: {what}"
        for path, what in found
    ]
    hidden = len(told) - MISTAKES_SHOWN
    more = [f"... and {hidden:,} more."] if hidden > 0 else []
    return StudyRefused("\n".join([*told[:MISTAKES_SHOWN], *more]))
