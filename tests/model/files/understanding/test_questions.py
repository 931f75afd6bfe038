"""Headers that say what a number means, and words that mean something else beside others."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import numpy as np
import pytest

from model.errors import FileRefused
from model.files.check_file import Examination
from model.files.reading.beginning import propose
from model.files.understanding import mapping_file, names
from model.files.understanding.names import Confidence
from model.files.understanding.proposal import Proposal
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

PATIENTS = cohort.read(find("heart-disease")).training.rows.head(40).reset_index(drop=True)
SEX = SCHEMA.names.index("sex")


def written(header: str, answers: dict[float, object]) -> bytes:
    rows = PATIENTS.astype(object).assign(sex=PATIENTS["sex"].map(answers))
    content: bytes = rows.rename(columns={"sex": header}).to_csv(index=False).encode()
    return content


def proposed(content: bytes) -> Proposal:
    return propose(io.BytesIO(content), SCHEMA)


def sexes(content: bytes, mapping: str | None = None) -> np.ndarray:
    agreed = mapping_file.from_yaml(mapping or mapping_file.draft(proposed(content)), SCHEMA)
    run = Examination(io.BytesIO(content), SCHEMA, mapping=agreed).run(lambda each: each.checked)
    return np.concatenate([np.where(x.rejected, np.nan, x.values[:, SEX]) for x in run])


@pytest.mark.parametrize(
    ("header", "answers"),
    [
        ("female", {0: 1, 1: 0}),
        ("is_female", {0: 1, 1: 0}),
        ("sex_female", {0: 1, 1: 0}),
        ("Gender_Female", {0: True, 1: False}),
        ("isWoman", {0: "yes", 1: "no"}),
        ("weiblich", {0: "ja", 1: "nein"}),
        ("male", {0: 0, 1: 1}),
        ("IsMale", {0: False, 1: True}),
        ("sex (1 = male; 0 = female)", {0: 0, 1: 1}),
        ("sex (0=male, 1=female)", {0: 1, 1: 0}),
        ("Sex (1=M, 2=F)", {0: 2, 1: 1}),
        ("gender (female=0)", {0: 0, 1: 1}),
    ],
)
def test_a_header_that_asks_for_one_answer_is_read_as_it_says(
    header: str, answers: dict[float, object]
) -> None:
    content = written(header, answers)
    np.testing.assert_array_equal(sexes(content), PATIENTS["sex"])
    (column,) = [each for each in proposed(content).columns if each.feature.name == "sex"]
    turned = {text for text, _ in column.mapping.words}
    assert turned == {str(x) for code, x in answers.items() if x != code or isinstance(x, bool)}


@pytest.mark.parametrize(
    ("header", "answers"),
    [
        ("male/female", {0: 0, 1: 1}),
        ("female", {0: 2, 1: 1}),
        ("female sex 2", {0: 0, 1: 1}),
        ("sex (2=female)", {0: 2, 1: 1}),
        ("sex_F", {0: 1, 1: 0}),
        ("femal", {0: 1, 1: 0}),
        ("mael", {0: 1, 1: 0}),
    ],
)
def test_a_header_that_does_not_say_it_in_full_is_read_only_if_its_owner_says_so(
    header: str, answers: dict[float, object]
) -> None:
    proposal = proposed(written(header, answers))
    assert "sex" not in proposal.mapping.by_feature


@pytest.mark.parametrize("header", ["female partner", "sex of partner (male)", "male pattern loss"])
def test_somebody_elses_sex_is_not_the_patients(header: str) -> None:
    assert all(x.confidence is Confidence.UNSURE for x in names.match([header], SCHEMA).found)


def test_whoever_renames_a_column_that_asks_for_the_other_answer_is_warned() -> None:
    with pytest.raises(FileRefused, match="would turn its answers around"):
        [*Examination(io.BytesIO(written("female", {0: 1, 1: 0})), SCHEMA).run(lambda each: each)]


@pytest.mark.parametrize("man", ["H", "h", "V"])
def test_an_m_beside_an_h_is_left_to_the_files_owner(man: str) -> None:
    content = written("sex", {0: "M", 1: man})
    with pytest.raises(FileRefused, match="“m” can mean female or male"):
        [*Examination(io.BytesIO(content), SCHEMA).run(lambda each: each)]
    assert proposed(content).is_needed
    if man != "V":  # which nobody knows either, so that no row is left
        assert not (sexes(content) == 1)[PATIENTS["sex"] == 0].any()
    words = f"  words:\n    {man}: Male\n    M: Female\n"
    mine = "\n".join(
        f"- column: {name}\n  input: {name}\n" + (words if name == "sex" else "")
        for name in SCHEMA.names
    )
    np.testing.assert_array_equal(sexes(content, "columns:\n" + mine), PATIENTS["sex"])


@pytest.mark.parametrize("women", ["F", "W", "female"])
def test_an_m_beside_a_word_for_a_woman_is_a_man(women: str) -> None:
    content = written("sex", {0: women, 1: "M"}).replace(b",M,", b",h,", 1)
    assert sexes(content).tolist() == PATIENTS["sex"].tolist()


def test_a_header_means_the_same_each_time_the_program_is_started() -> None:
    asked = "from model.files.understanding.names import match; from model.studies import find; "
    asked += "print(match(['Cholestérol (g/L)'], find('heart-disease').schema).found[0].score)"
    told = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("11", "12", "16", "19")
    }
    assert len(told) == 1
