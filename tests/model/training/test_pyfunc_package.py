"""The code that travels with a model is enough to score with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from model.training import pyfunc_package
from model.training.pyfunc_package import copy_code

EVERYTHING = """
import sys
from pathlib import Path
import model
assert Path(model.__file__).is_relative_to(sys.argv[1])
import model.scoring.pyfunc, model.scoring.tree_shapley
from model.scoring import estimator_file
for each in sorted(reference.TRUSTED - {"numpy.dtype"}):
    module, _, name = each.rpartition(".")
    getattr(__import__(module, fromlist=[name]), name)
"""


@pytest.mark.parametrize("left_out", [None, "numerics/trees.py"])
def test_it_holds_all_that_the_engines_and_trusted_types_import(
    tmp_path: Path, left_out: str | None
) -> None:
    code = copy_code(tmp_path)
    if left_out:
        (code / left_out).unlink()
    done = subprocess.run(
        [sys.executable, "-P", "-c", EVERYTHING, str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode == 0) == (left_out is None), done.stderr


def test_a_table_of_patients_never_travels_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "model"
    shutil.copytree(pyfunc_package.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "studies" / "ward.csv").write_text("age\n57\n")
    (package / "studies" / "heart_disease" / "rows.parquet").write_text("57")
    monkeypatch.setattr(pyfunc_package, "PACKAGE", package)
    (tmp_path / "copied").mkdir()
    code = copy_code(tmp_path / "copied")
    assert (code / "studies" / "heart_disease" / "data.py").exists()
    assert {path.suffix for path in code.rglob("*") if path.is_file()} == {".py"}
