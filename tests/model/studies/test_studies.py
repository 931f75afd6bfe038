from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from model import studies
from model.errors import StudyError, TableAbsent
from model.studies.source import Packaged
from tests.model.studies.test_reading import SMALLEST


def test_a_study_is_found_by_the_name_of_its_file() -> None:
    assert studies.names() == ("breast-cancer", "heart-disease")
    assert studies.DEFAULT in studies.names()
    assert [studies.find(name).name for name in studies.names()] == list(studies.names())


@pytest.mark.parametrize("name", ["stroke", "study", "heart_disease", "", "../data"])
def test_any_other_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(StudyError, match=r"Known studies: breast-cancer, heart-disease\."):
        studies.find(name)


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """A folder of the operator's with one study."""
    (tmp_path / "ward-fever.yaml").write_text(SMALLEST)
    (tmp_path / "notes.txt").write_text("no study")
    return tmp_path


def test_a_study_of_the_operator_s_is_found_by_its_name_and_by_its_path(ward: Path) -> None:
    assert studies.names(ward) == ("breast-cancer", "heart-disease", "ward-fever")
    assert studies.find("ward-fever", ward).title == "Ward fever"
    assert studies.find(str(ward / "ward-fever.yaml")) is studies.find("ward-fever", ward)


def test_a_changed_file_is_read_again(ward: Path) -> None:
    before = studies.find("ward-fever", ward)
    (ward / "ward-fever.yaml").write_text(SMALLEST.replace("Ward fever", "Fever on the ward"))
    assert before.title == "Ward fever"
    assert studies.find("ward-fever", ward).title == "Fever on the ward"


def test_the_operator_cannot_replace_a_study_of_ours(ward: Path) -> None:
    (ward / "heart-disease.yaml").write_text(SMALLEST.replace("ward-fever", "heart-disease"))
    assert studies.find("heart-disease", ward) == studies.find("heart-disease")


def test_a_file_that_declares_another_study_is_told(ward: Path) -> None:
    (ward / "odd-one.yaml").write_text(SMALLEST)
    with pytest.raises(StudyError, match="declares the study 'ward-fever'"):
        studies.find("odd-one", ward)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be listed: No such file"):
        studies.names(tmp_path / "nowhere")


def test_the_schema_of_a_study_costs_no_library_its_table_lies_in() -> None:
    ask = "import sys; from model import studies; studies.find('breast-cancer').schema.to_json()"
    done = subprocess.run(
        [sys.executable, "-c", f"{ask}; print(*sys.modules)"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"sklearn", "pandas", "mlflow"} & set(done.stdout.split())


def test_a_table_in_a_package_that_is_not_installed_names_the_package() -> None:
    table = Packaged("a_hospital_s_tables", "tables/stroke.csv")
    assert table.name == "stroke.csv"
    with pytest.raises(TableAbsent, match=r"stroke\.csv comes with the package a_hospital_s_table"):
        table.read_bytes()


def test_a_file_the_package_does_not_have_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        Packaged("sklearn", "datasets/data/nothing.csv").read_bytes()
