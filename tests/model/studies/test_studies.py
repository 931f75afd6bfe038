from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from model import studies
from model.errors import StudyError, TableAbsent
from model.studies.source import Packaged


def test_a_study_is_found_by_the_name_of_its_file() -> None:
    assert studies.names() == ("breast-cancer", "heart-disease")
    assert studies.DEFAULT in studies.names()
    assert [studies.find(name).name for name in studies.names()] == list(studies.names())


@pytest.mark.parametrize("name", ["stroke", "study", "heart_disease", "", "../data"])
def test_any_other_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(StudyError, match=r"Known studies: breast-cancer, heart-disease\."):
        studies.find(name)


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ("", "declares no STUDY"),
        ("from model.studies.breast_cancer import STUDY", "declares the study 'breast-cancer'"),
    ],
)
def test_a_file_that_declares_another_study_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, declared: str
) -> None:
    (tmp_path / "odd_one.py").write_text(content)
    monkeypatch.setattr(studies, "__path__", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "model.studies.odd_one", raising=False)
    with pytest.raises(StudyError, match=declared):
        studies.find("odd-one")


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
