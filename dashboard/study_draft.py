"""A study's document as a table of inputs that a person edits, and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from pydantic import ValidationError

from model.errors import StudyRefused
from model.studies.format.document import Document
from model.studies.format.faults import faults
from model.studies.reading import mistakes

USE, COLUMN, LABEL, GROUP, UNIT = "Use", "Column", "Label", "Group", "Unit"
ANSWERS, LOWEST, HIGHEST = "Answers", "Lowest", "Highest"
NEEDED, TEST, GUESSED = "Needed", "Test", "Still a guess"
COLUMNS = (USE, COLUMN, LABEL, GROUP, UNIT, ANSWERS, LOWEST, HIGHEST, NEEDED, TEST, GUESSED)
MISTAKES_SHOWN = 5

_ANSWER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*=\s*(.+?)\s*")


def table_of(document: Document) -> pd.DataFrame:
    """One row an input, in the order of the form."""
    rows = [
        {
            USE: True,
            COLUMN: name,
            LABEL: given.label,
            GROUP: given.group,
            UNIT: given.unit,
            ANSWERS: "; ".join(f"{code:g} = {_label(word)}" for code, word in given.codes.items()),
            LOWEST: given.plausible[0] if given.plausible else None,
            HIGHEST: given.plausible[1] if given.plausible else None,
            NEEDED: given.required,
            TEST: given.test,
            GUESSED: bool(given.guessed),
        }
        for name, given in document.inputs.items()
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({LOWEST: "float64", HIGHEST: "float64"})


class Unfinished(StudyRefused):
    """What still has to be filled in, one input a line."""


def edited(
    document: Document,
    table: pd.DataFrame,
    words: Mapping[str, Mapping[str, Any]],
    own_words: Collection[str] = (),
) -> Document:
    """The document with what a person changed.

    Parameters
    ----------
    table : as `table_of`, edited. words : by section (`""` for the document's own keys, `outcome`,
        `conduct`, `data`, `model`), the texts a person wrote. own_words : inputs whose answers are
        words that the model takes as they are written.

    Raises
    ------
    Unfinished
        If an input has neither answers nor a range yet.
    StudyRefused
        If the result is no study: the first mistakes, one a line, by input and key.
    """
    given = document.model_dump(exclude_defaults=True)
    given |= words.get("", {})
    for section, texts in words.items():
        if section and texts:
            given[section] = {**given.get(section, {}), **texts}
    rows: list[dict[str, Any]] = [
        {str(key): cell for key, cell in row.items()}
        for row in table.to_dict("records")
        if row[USE]
    ]
    if open_ := [_to_fill_in(row, own_words) for row in rows if _is_open(document, row)]:
        raise Unfinished("\n".join(open_[:MISTAKES_SHOWN]))
    given["inputs"] = {row[COLUMN]: _input(document, row, own_words) for row in rows}
    dropped = set(document.inputs) - set(given["inputs"])
    _forget(given, dropped)
    try:
        made = Document.model_validate(given)
    except ValidationError as error:
        raise _refused(mistakes(error, given)) from None
    if found := list(faults(made)):
        raise _refused(found)
    return made


def _is_open(document: Document, row: Mapping[str, Any]) -> bool:
    """Whether nobody has said yet what the values of an input may be."""
    known = document.inputs[row[COLUMN]]
    filled_in = _text(row[ANSWERS]) or not (pd.isna(row[LOWEST]) and pd.isna(row[HIGHEST]))
    return not known.codes and known.plausible is None and not filled_in


def _to_fill_in(row: Mapping[str, Any], own_words: Collection[str]) -> str:
    name = row[COLUMN]
    if name in own_words:
        return f"{name}: write its words under {ANSWERS}, as 0 = F; 1 = M."
    return f"{name}: fill in {LOWEST} and {HIGHEST}."


def _input(
    document: Document, row: Mapping[str, Any], own_words: Collection[str]
) -> dict[str, Any]:
    before = document.inputs[row[COLUMN]]
    if document.model is not None and before.required and not row[NEEDED]:
        raise StudyRefused(
            f"{row[COLUMN]}: the model is not known to answer without it. Tick “{NEEDED}” again."
        )
    given = before.model_dump(exclude_defaults=True)
    given |= {
        "label": _text(row[LABEL]),
        "group": _text(row[GROUP]),
        "unit": _text(row[UNIT]),
        "required": bool(row[NEEDED]),
        "test": _text(row[TEST]),
    }
    if before.plausible or not (before.codes or _text(row[ANSWERS])):
        limits = (row[LOWEST], row[HIGHEST])
        given["plausible"] = tuple(None if pd.isna(end) else _short(end) for end in limits)
    else:
        given["codes"] = dict(_codes(document, row, row[COLUMN] in own_words))
    if not row[GUESSED]:
        given.pop("guessed", None)
    return given


def _codes(
    document: Document, row: Mapping[str, Any], in_own_words: bool
) -> Iterator[tuple[float, Any]]:
    """Answers as a person wrote them, ``0 = No; 1 = Yes``, with what the file knew of each."""
    known = document.inputs[row[COLUMN]].codes
    for part in _text(row[ANSWERS]).split(";"):
        answer = _ANSWER.fullmatch(part)
        if answer is None:
            raise StudyRefused(f"{row[COLUMN]}, answers: write them as 0 = No; 1 = Yes.")
        code, label = _short(float(answer.group(1))), answer.group(2)
        before = known.get(code)
        if before is None and in_own_words:
            yield code, {"label": label, "written": label}
        elif before is None or isinstance(before, str):
            yield code, label
        else:
            written = before.written or ("" if label == before.label else before.label)
            yield (
                code,
                {**before.model_dump(exclude_defaults=True), "label": label}
                | ({"written": written} if written else {}),
            )


def _forget(given: dict[str, Any], dropped: set[str]) -> None:
    """What the file says elsewhere of inputs that are no longer used."""
    if "data" in given and dropped:
        left_out = given["data"].get("left_out", {})
        reasons = dict.fromkeys(sorted(dropped), "Left out on request.")
        given["data"] = {**given["data"], "left_out": {**left_out, **reasons}}
    given["examples"] = [
        {**example, "values": {n: v for n, v in example["values"].items() if n not in dropped}}
        for example in given.get("examples", [])
    ]


def _label(word: Any) -> str:
    return word if isinstance(word, str) else str(word.label)


def _text(cell: object) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell).strip()  # type: ignore[call-overload]


def _short(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)


def _refused(found: Sequence[tuple[tuple[Any, ...], str]] | Iterator[Any]) -> StudyRefused:
    told = [f"{', '.join(map(str, path[1:] or path))}: {what}" for path, what in found]
    return StudyRefused("\n".join(told[:MISTAKES_SHOWN]))
