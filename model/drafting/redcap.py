"""A REDCap data dictionary: what the people who made the table say of its columns."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from model.errors import DraftRefused
from model.studies.written_numbers import number_of

LARGEST_BYTES = 5_000_000
NAME, LABEL, TYPE = "Variable / Field Name", "Field Label", "Field Type"
SECTION, FORM = "Section Header", "Form Name"
CHOICES = "Choices, Calculations, OR Slider Labels"
NOTE = "Field Note"
VALIDATION = "Text Validation Type OR Show Slider Number"
LOWEST, HIGHEST = "Text Validation Min", "Text Validation Max"
IDENTIFIER, REQUIRED = "Identifier?", "Required Field?"
BRANCHING = "Branching Logic (Show field only if...)"

_NEEDED = (NAME, LABEL, TYPE)
_NO_INPUTS = {"notes": "Is free text.", "file": "Is a file.", "descriptive": "Is no field."}
_TAG = re.compile(r"<[^>]{0,200}>")
_FIELD = re.compile(r"\[([a-z0-9_]+)(?:\(\w+\))?\]")


@dataclass(frozen=True)
class Field:
    """One field of the dictionary, or one box of a checkbox.

    choices : the words of each code, as the table has it. low, high : of a number, where given.
    no_input : why it is none; blank if it may be one.
    shown_if : the logic that shows it: fields with the same are measured together.
    """

    name: str
    label: str
    section: str = ""
    note: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_number: bool = False
    low: float | None = None
    high: float | None = None
    required: bool = False
    no_input: str = ""
    shown_if: str = ""


def read(data: bytes, name: str) -> dict[str, Field]:
    """The dictionary's fields by the name of the column each has in an export.

    Raises
    ------
    DraftRefused
        If it is no such dictionary; the message says which column is missing, or which line is odd.
    """
    if len(data) > LARGEST_BYTES:
        raise DraftRefused(f"{name} is larger than any data dictionary. Is it the table?")
    try:
        rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise DraftRefused(f"{name} is no CSV in UTF-8. Export the dictionary again.") from None
    header = {_plain(key) for row in rows[:1] for key in row if key}
    for needed in _NEEDED:
        if _plain(needed) not in header:
            raise DraftRefused(
                f"{name} is no REDCap data dictionary: it has no column {needed!r}. Export it in "
                "REDCap under Project Setup, Data Dictionary."
            )
    found: dict[str, Field] = {}
    section = ""
    for number, row in enumerate(rows, 2):
        cells = {_plain(key): (cell or "").strip() for key, cell in row.items() if key}
        section = _text(_cell(cells, SECTION)) or section
        for field in _fields(cells, section, f"{name}, line {number}"):
            found[field.name] = field
    return found


def _fields(cells: Mapping[str, str], section: str, where: str) -> Iterator[Field]:
    kind, choices = _cell(cells, TYPE).lower(), _cell(cells, CHOICES)
    validation = _cell(cells, VALIDATION).lower()
    given = _given(cells, section, kind, validation)
    if kind == "checkbox":
        for code, words in _choices(choices, where):
            column = f"{given.name}___{code.lower().replace('-', '_')}"
            label = f"{given.label}: {words}"[:120]
            yield _replaced(given, name=column, label=label, choices=(("0", "No"), ("1", "Yes")))
    elif kind in ("radio", "dropdown"):
        yield _replaced(given, choices=_choices(choices, where))
    elif kind == "yesno":
        yield _replaced(given, choices=(("0", "No"), ("1", "Yes")))
    elif kind == "truefalse":
        yield _replaced(given, choices=(("0", "False"), ("1", "True")))
    elif kind in ("calc", "slider") or validation.startswith(("number", "integer")):
        low, high = number_of(_cell(cells, LOWEST)), number_of(_cell(cells, HIGHEST))
        if kind == "slider" and low is None and high is None:
            low, high = 0.0, 100.0
        yield _replaced(given, is_number=True, low=low, high=high)
    else:
        yield given


def _given(cells: Mapping[str, str], section: str, kind: str, validation: str) -> Field:
    reason = _NO_INPUTS.get(kind, "")
    if validation.startswith(("date", "time", "email", "phone", "zipcode", "ssn")):
        reason = f"Is {'a date or time' if validation[:4] in ('date', 'time') else 'an identifier'}"
        reason += ", as the dictionary says."
    if _cell(cells, IDENTIFIER).lower() == "y":
        reason = "Is an identifier, as the dictionary says."
    name = _cell(cells, NAME)
    return Field(
        name,
        _text(_cell(cells, LABEL))[:120] or name,
        section=(section or _cell(cells, FORM).replace("_", " ").capitalize())[:120],
        note=_text(_cell(cells, NOTE)),
        required=_cell(cells, REQUIRED).lower() == "y",
        no_input=reason,
        shown_if=" ".join(_cell(cells, BRANCHING).split()),
    )


def depends_on(logic: str) -> tuple[str, ...]:
    """The fields a branching logic asks about: ``[smoker] = '1'``."""
    return tuple(dict.fromkeys(_FIELD.findall(logic)))


def _choices(text: str, where: str) -> tuple[tuple[str, str], ...]:
    """Codes and words of ``0, Female | 1, Male``."""
    found = []
    for part in text.split("|"):
        code, comma, words = part.partition(",")
        if not comma or not code.strip():
            raise DraftRefused(
                f"{where}: choices are written as '0, Female | 1, Male', and these are not."
            )
        found.append((code.strip(), _text(words)[:120] or code.strip()))
    return tuple(found)


def _replaced(field: Field, **changes: object) -> Field:
    return Field(**{**field.__dict__, **changes})


def _text(cell: str) -> str:
    """Words without the HTML a label may be dressed in."""
    return " ".join(html.unescape(_TAG.sub(" ", cell)).split())


def _cell(cells: Mapping[str, str], column: str) -> str:
    return cells.get(_plain(column), "")


def _plain(column: str) -> str:
    return re.sub(r"[^a-z]+", " ", column.lower()).strip()
