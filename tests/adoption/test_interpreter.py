"""Another version of a library opens a model only in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from model.adoption import opened, reference
from model.adoption.gate import Gate, Way
from model.adoption.worker import interpreter
from model.adoption.worker.environment import computing
from model.errors import OriginalFailed

OLDER = Path(__file__).with_name("older")
HERE = Path(sys.executable)


class Uv:
    """Takes down what it is asked to do, and makes no more of it than a file."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, command: Sequence[str]) -> int:
        self.asked.append(tuple(command[1:]))
        if command[1] == "venv":
            Path(command[-1]).mkdir()
        return self.code


def folder_with(tmp_path: Path, *lines: str) -> Path:
    (tmp_path / "requirements.txt").write_text("\n".join(lines))
    return tmp_path


def test_only_pins_are_read_of_the_requirements(tmp_path: Path) -> None:
    lines = ("scikit_learn==1.8.0", "-r other.txt", "--index-url http://x", "a @ file:///x", "b>=1")
    assert interpreter.pinned(folder_with(tmp_path, *lines)) == {"scikit-learn": "1.8.0"}


@pytest.mark.parametrize(
    ("pin", "differs"), [("1.9.0", False), ("1.9.7", False), ("1.8.2", True), ("2.9.1", True)]
)
def test_another_minor_version_differs(pin: str, differs: bool) -> None:
    found = interpreter.differing({"scikit-learn": pin, "scipy": "0.1"}, lambda name: "1.9.1")
    assert bool(found) == differs


def test_a_library_that_is_not_here_differs() -> None:
    assert interpreter.differing({"lightgbm": "4.7.0"}, lambda name: "") == ("lightgbm",)


def test_without_the_setting_or_a_difference_this_one_opens_it(tmp_path: Path) -> None:
    ours = metadata.version("scikit-learn")
    folder = folder_with(tmp_path, "scikit-learn==0.1.0")
    assert interpreter.chosen(folder, "pickle", {}) == HERE
    folder_with(tmp_path, f"scikit-learn=={ours}")
    place = {interpreter.PLACE: str(tmp_path / "environments")}
    assert interpreter.chosen(folder, "pickle", place) == HERE
    assert not (tmp_path / "environments").exists()


def test_only_what_is_known_is_installed_unless_its_own_code_runs() -> None:
    pins = {"scikit-learn": "1.8.0", "somebodys-package": "1.0", "mlflow": "3.17.0"}
    known = interpreter.requirements(pins, "pickle")
    assert known == ("scikit-learn==1.8.0", "numpy", "pandas", "pyarrow", "pydantic", "pyyaml")
    assert "somebodys-package==1.0" in interpreter.requirements(pins, "folder")


def test_an_older_numpy_gets_an_arrow_that_goes_with_it() -> None:
    assert "pyarrow<19" in interpreter.requirements({"numpy": "1.26.4"}, "pickle")
    assert "pyarrow" in interpreter.requirements({"numpy": "2.4.1"}, "pickle")


def test_wheels_alone_are_installed_and_once(tmp_path: Path) -> None:
    uv, place = Uv(), tmp_path / "environments"
    python = interpreter.made(("scikit-learn==1.8.0",), place, uv)
    assert python.parent.parent.parent == place
    assert [asked[0] for asked in uv.asked] == ["venv", "pip"]
    assert "--only-binary" in uv.asked[1]
    assert interpreter.made(("scikit-learn==1.8.0",), place, uv) == python
    assert len(uv.asked) == 2
    assert interpreter.made(("scikit-learn==1.7.0",), place, uv) != python


def test_one_that_cannot_be_made_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OriginalFailed, match=r"No environment with scikit-learn==1\.8\.0"):
        interpreter.made(("scikit-learn==1.8.0", "numpy"), tmp_path, Uv(1))
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_the_setting_reaches_who_chooses_and_not_the_model(tmp_path: Path) -> None:
    environ = {"OMP_NUM_THREADS": "1", interpreter.PLACE: str(tmp_path), "AWS_SECRET": "x"}
    settings = computing(environ)
    assert settings == {"OMP_NUM_THREADS": "1", interpreter.PLACE: str(tmp_path)}
    way = Way(Gate.RESTRICTED, tmp_path / "model.pkl", "pickle")
    assert opened.task(way, tmp_path, settings).settings == {"OMP_NUM_THREADS": "1"}


def reachable() -> bool:
    """Whether uv finds wheels here."""
    uv = HERE.with_name("uv")
    command = [str(uv), "pip", "install", "--dry-run", "--quiet", "--python", str(HERE)]
    asked = [*command, "--only-binary", ":all:", "scikit-learn==1.8.0"]
    return uv.exists() and not subprocess.run(asked, capture_output=True, check=False).returncode


@pytest.mark.server
@pytest.mark.timeout(900)
def test_an_older_library_opens_its_own_model(tmp_path: Path) -> None:
    if not reachable():
        assert not os.environ.get("CI"), "uv or the package index is missing"
        pytest.skip("no uv, or no package index here")
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(OLDER / "forest-1.8.pkl", folder / "model.pkl")
    folder_with(folder, "mlflow==3.17.2", "scikit-learn==1.8.0")
    flavours = {
        "python_function": {"loader_module": "mlflow.sklearn", "model_path": "model.pkl"},
        "sklearn": {"pickled_model": "model.pkl", "serialization_format": "pickle"},
    }
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavours}))

    source = reference.fetch(str(folder), "", tmp_path / "copy")
    settings = {interpreter.PLACE: str(tmp_path / "environments")}
    with opened.opened(source, run_its_code=False, settings=settings) as original:
        environment = original.environment

    assert environment["sklearn"] == "1.8.0"
    assert metadata.version("scikit-learn") != "1.8.0"
