"""Which coding a file is in: never two at once, and the study's own is doubted like any other."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from model.errors import FileRefused
from model.files.check_file import Examination, examine
from model.files.check_report import Verdict
from model.files.reading.beginning import propose
from model.files.understanding import codings, vocabulary
from model.files.understanding.code_table import CodeTable
from model.files.understanding.codings import Fit
from model.studies import cohort, find
from model.studies.cohort import Cohort
from tests.model.files.samples import SCHEMA

COHORT: Cohort = cohort.read(find("heart-disease"))
CLEVELAND = COHORT.training.rows.reset_index(drop=True)
KNOWN = vocabulary.of(SCHEMA)
CODINGS = {each.name: each for each in KNOWN.codings}
SITES = dict(tuple(COHORT.frame.groupby("site")))


def in_coding(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    theirs = rows.copy()
    for column, pairs in CODINGS[name].codes:
        codes = {ours: code for code, ours in pairs if ours is not None}
        blank = next((code for code, ours in pairs if ours is None), np.nan)
        theirs[column] = rows[column].map(codes).fillna(blank)
    return theirs


def fit(rows: pd.DataFrame, columns: tuple[str, ...] = ()) -> Fit:
    table = CodeTable.of(SCHEMA, KNOWN.codings)
    kept = columns or table.columns
    table.add({name: rows[name].to_numpy(float) for name in kept}, len(rows))
    return codings.fit(table, SCHEMA, KNOWN)


@pytest.mark.parametrize("share", [0.1, 0.33, 0.6, 0.83, 0.9])
@pytest.mark.parametrize("coding", ["kaggle", "zero-based-thal-from-1", "counted-from-0"])
def test_two_codings_in_one_file_are_named_with_their_rows_and_none_is_offered(
    share: float, coding: str
) -> None:
    rows = CLEVELAND.head(100)
    cut = round(share * len(rows))
    content = pd.concat([in_coding(rows[:cut], coding), rows[cut:]]).to_csv(index=False).encode()
    assert propose(io.BytesIO(content), SCHEMA).mapping.coding == ""
    for convert in ((), (coding,)):
        with pytest.raises(FileRefused, match="Two codings are mixed") as refused:
            [*Examination(io.BytesIO(content), SCHEMA, convert=convert).run(lambda each: each)]
        assert refused.value.conversion is None
        assert "(the first: " in str(refused.value)
    mixed = propose(io.BytesIO(content), SCHEMA).fit.mixed
    assert mixed is not None
    for label, told in zip(mixed.labels, mixed.rows, strict=True):
        assert all((row > cut) == (label == "this study's codes") for row in told)


@pytest.mark.parametrize("wrong", [1, 2])
def test_a_row_or_two_of_another_coding_are_no_second_one(wrong: int) -> None:
    rows = pd.concat([in_coding(CLEVELAND[:98], "kaggle"), CLEVELAND[98 : 98 + wrong]])
    assert fit(rows).offered == CODINGS["kaggle"]


@pytest.mark.parametrize("mark", [-9.0, 9.0])
@pytest.mark.parametrize("site", SITES)
def test_a_mark_for_missing_is_no_second_coding(site: str, mark: float) -> None:
    marked = SITES[site].fillna(dict.fromkeys(("restecg", "slope", "ca", "thal"), mark))
    assert fit(marked).mixed is None


def test_a_0_for_missing_in_one_column_is_no_second_coding() -> None:
    assert fit(CLEVELAND.assign(slope=np.where(CLEVELAND.index % 3, CLEVELAND.slope, 0))).is_ours


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("count", [10, 30, 100, 303])
def test_patients_of_every_hospital_are_never_accused(site: str, count: int) -> None:
    frame = SITES[site]
    for seed in range(8):
        rows = frame.sample(min(count, len(frame)), random_state=seed)
        found = fit(rows)
        assert (found.is_ours, found.mixed, found.doubted) == (True, None, None)


def test_codes_that_are_valid_here_too_and_mean_what_is_met_nowhere_are_doubted() -> None:
    rows = in_coding(CLEVELAND, "alphabetical-from-1").drop(columns=["restecg", "ca", "thal"])
    report = examine(io.BytesIO(rows.to_csv(index=False).encode()), SCHEMA)
    (doubt,) = [each for each in report.issues if each.code == "codes-doubted"]
    assert "convert it from alphabetical-from-1" in doubt.message
    assert report.verdict is Verdict.ACCEPTED
    asked = examine(
        io.BytesIO(rows.to_csv(index=False).encode()), SCHEMA, convert=["alphabetical-from-1"]
    )
    assert asked.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("site", ["hungary", "va"])
def test_nothing_is_offered_where_most_of_a_column_turns_on_the_code_for_missing(site: str) -> None:
    rows = in_coding(SITES[site], "alphabetical-blank-last")
    assert fit(rows, ("cp", "thal")).offered in (None, CODINGS["alphabetical-blank-last"])


# Identified, not suspected ------------------------------------------------------------------


def wrongly_read(found: Fit, written: pd.DataFrame, meant: pd.DataFrame) -> bool:
    """Whether the coding that is offered gives any cell another meaning than it has."""
    if found.offered is None:
        return False
    for column, pairs in found.offered.codes:
        read = written[column].map(lambda code, pairs=dict(pairs): pairs.get(code, code))
        known = written[column].isin([*dict(pairs)])
        if not read[known].astype(float).equals(meant[column][known].astype(float)):
            return True
    return False


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("rows", [10, 20, 50])
@pytest.mark.parametrize("mark", [np.nan, 0.0, 4.0, 9.0], ids=["blank", "0", "4", "9"])
def test_no_foreign_coding_is_offered_where_the_studys_own_fits_as_well(
    site: str, rows: int, mark: float
) -> None:
    """Whatever number stands for "not measured", and however few rows there are."""
    marks = dict.fromkeys(("restecg", "slope", "ca", "thal"), mark)
    for seed in range(40):
        drawn = SITES[site].sample(rows, random_state=seed)
        assert fit(drawn.fillna(marks) if mark == mark else drawn).offered is None


@pytest.mark.parametrize("rows", [10, 20, 24, 29, 30, 50])
@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("coding", CODINGS)
def test_a_sample_of_another_coding_is_never_offered_a_third(
    coding: str, site: str, rows: int
) -> None:
    for seed in range(6):
        drawn = SITES[site].sample(rows, random_state=seed)
        theirs = in_coding(drawn, coding)
        assert not wrongly_read(fit(theirs), theirs, drawn)


@pytest.mark.parametrize("rows", [20, 22, 24])
def test_blanks_that_many_have_are_no_answers_of_another_coding(rows: int) -> None:
    """In Switzerland thallium was often not measured: its blanks, numbered last, look like one."""
    for seed in range(60):
        drawn = SITES["switzerland"].sample(rows, random_state=seed)
        theirs = in_coding(drawn, "alphabetical-blank-last")
        assert not wrongly_read(fit(theirs), theirs, drawn)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_foreign_file_of_50_patients_is_offered_its_coding(coding: str) -> None:
    for seed in range(6):
        drawn = CLEVELAND.sample(50, random_state=seed)
        theirs = in_coding(drawn, coding)
        found = fit(theirs)
        assert found.offered is not None
        assert not wrongly_read(found, theirs, drawn)
