"""Words of a mapping mean the same however a file is laid out."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import openpyxl
import pandas as pd
import pytest

from model.errors import InputError
from model.files.check_file import Examination
from model.files.understanding import mapping_file
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

PATIENTS = cohort.read(find("heart-disease")).training.rows.head(40).reset_index(drop=True)


def plain(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False).encode()


def quoted(rows: pd.DataFrame) -> bytes:
    return rows.assign(note="x").to_csv(index=False, quoting=1).encode()


def parquet(rows: pd.DataFrame) -> bytes:
    return rows.to_parquet()


def parquet_of_texts(rows: pd.DataFrame) -> bytes:
    return rows.map(lambda x: "" if np.isnan(x) else str(x)).to_parquet()


def workbook(rows: pd.DataFrame) -> bytes:
    book = openpyxl.Workbook()
    for row in [[*rows], *rows.astype(object).where(rows.notna(), None).to_numpy().tolist()]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


LAYOUTS = [plain, quoted, parquet, parquet_of_texts, workbook]
Words = dict[float, str]


def mapping(words: dict[str, str], extra: str = "") -> str:
    columns = [
        f"- {{column: {name}, input: {name}, {words.get(name, '')}}}" for name in SCHEMA.names
    ]
    return "\n".join(["study: heart-disease", extra, "columns:", *columns])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("words", "coding", "written", "read"),
    [
        ({"sex": "words: {1: Female, 2: Male}"}, "", {"sex": {0: 1, 1: 2}}, {}),
        ({"exang": "words: {1: No, 0: Yes}"}, "", {"exang": {0: 1, 1: 0}}, {}),
        ({"exang": "words: {1.0: No, 00: Yes}"}, "", {"exang": {0: 1, 1: 0}}, {}),
        ({"fbs": "words: {77: not measured}"}, "", {"fbs": {1: 77}}, {"fbs": {1: np.nan}}),
        ({"chol": "not measured: [999]"}, "", {"chol": {233: 999}}, {"chol": {233: np.nan}}),
        (  # a word is what it says, in whatever coding the other codes are
            {"thal": "words: {9: Normal}"},
            "coding: thal-counted-from-1",
            {"thal": {3: 9, 6: 2, 7: 3}},
            {},
        ),
    ],
    ids=["one and two", "turned around", "other digits", "not measured", "a mark", "and a coding"],
)
def test_a_word_that_is_a_number_is_read_in_every_layout(
    layout: Callable[[pd.DataFrame], bytes],
    words: dict[str, str],
    coding: str,
    written: dict[str, Words],
    read: dict[str, Words],
) -> None:
    agreed = mapping_file.from_yaml(mapping(words, coding), SCHEMA)
    examination = Examination(io.BytesIO(layout(PATIENTS.replace(written))), SCHEMA, mapping=agreed)
    found = np.concatenate([x.values for x in examination.run(lambda each: each.checked)])
    np.testing.assert_array_equal(found, PATIENTS.replace(read).to_numpy())
    assert examination.report.rejected_rows == []
    spoken = {x.column for x in examination.report.issues if x.code == "words"}
    assert spoken == {name for name, said in words.items() if "not measured" not in said}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("words: {1: Female, 1.0: Male}", "two meanings"),
        ("words: {M: Female, m: Male}", "two meanings"),
        ("words: {1: Female, 1: Male}", "a key is there twice"),
        ("words: {'': Female}", "blank"),
        ("words: {nan: Female}", "blank"),
    ],
)
def test_a_word_with_two_meanings_or_none_is_refused(words: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        mapping_file.from_yaml(mapping({"sex": words}), SCHEMA)


def test_a_word_that_looks_like_yes_or_a_date_is_the_text_that_stands_there() -> None:
    words = "words: {on: Yes, off: No, 2020-01-01: Yes}"
    agreed = mapping_file.from_yaml(mapping({"exang": words}), SCHEMA)
    assert agreed.by_feature["exang"].words == (("on", 1.0), ("off", 0.0), ("2020-01-01", 1.0))
