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
import importlib, sys
from pathlib import Path
folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
files = sorted((folder / "model").rglob("*.py"))
assert len(files) > 30
for file in files:
    module = importlib.import_module(
        ".".join(file.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
    )
    assert Path(module.__file__) == file
from model.scoring import estimator_file
for name in sorted(estimator_file.TRUSTED - {"numpy.dtype"}):
    module, _, kind = name.rpartition(".")
    getattr(importlib.import_module(module), kind)
"""


@pytest.mark.parametrize(
    "left_out", [None, "numerics/trees.py", "estimators/transformers/levels.py", "errors.py"]
)
def test_every_module_that_travels_can_be_imported_where_nothing_else_is(
    tmp_path: Path, left_out: str | None
) -> None:
    code = copy_code(tmp_path)
    if left_out:
        (code / left_out).unlink()
    done = subprocess.run(
        [sys.executable, "-I", "-c", EVERYTHING, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode == 0) == (left_out is None), done.stderr


def test_a_table_of_patients_never_travels_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "model"
    shutil.copytree(pyfunc_package.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "schema" / "ward.csv").write_text("age\n57\n")
    (package / "scoring" / "data").mkdir()
    (package / "scoring" / "data" / "rows.py").write_text("ROWS = [57]")
    (package / "estimators" / "transformers" / "rows.parquet").write_text("57")
    monkeypatch.setattr(pyfunc_package, "PACKAGE", package)
    (tmp_path / "copied").mkdir()
    code = copy_code(tmp_path / "copied")
    assert not (code / "studies").exists()
    assert not (code / "scoring" / "data").exists()
    assert (code / "estimators" / "transformers" / "levels.py").exists()
    assert {path.suffix for path in code.rglob("*") if path.is_file()} == {".py"}
